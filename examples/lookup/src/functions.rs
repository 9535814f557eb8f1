//! Functions that ask the service, and rows to ask for.

use belvedere::{ArrowType, udf, udtf};

use crate::client::{LookupError, ask};

/// The country of a city; NULL where nobody knows the city.
///
/// A request for each city of a batch, sixteen at once: four times as many as the service stands, which
/// says that it is busy, and is asked again.
#[udf(concurrency = 16, timeout = "2s", retry = 8, retry_if = LookupError::may_pass, dedupe)]
pub async fn country_of(city: &str) -> Result<Option<String>, LookupError> {
    Ok(ask(&[city]).await?.pop().flatten())
}

/// The country of a city, asked for with those of other rows.
#[udf(batch = 5, concurrency = 2, timeout = "500ms", retry = 2, retry_if = LookupError::may_pass, dedupe)]
pub async fn country_in_batches(cities: Vec<String>) -> Result<Vec<Option<String>>, LookupError> {
    ask(&cities).await
}

/// A visit to a city.
#[derive(ArrowType)]
pub struct Visit {
    day: i64,
    city: Option<String>,
}

/// Visits to twelve cities by turns, a thirteenth that is none, and a day without any.
#[udtf]
pub fn visits(days: i64) -> impl Iterator<Item = Visit> {
    let cities = include_str!("../data/countries.tsv").lines();
    let cities = cities.filter_map(|line| line.split('\t').next()).map(Some);
    let cities: Vec<_> = cities.chain([Some("Atlantis"), None]).collect();
    (0..days)
        .zip(cities.into_iter().cycle())
        .map(|(day, city)| Visit { day, city: city.map(str::to_owned) })
}
