//! The binary, from SQL to the service and back.

use std::process::Command;

struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(args: &[&str]) -> Done {
    let output = Command::new(env!("CARGO_BIN_EXE_lookup"))
        .args(["sql", "--format", "csv"])
        .args(args)
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Done { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// The rows of a query, and what the service was asked.
#[track_caller]
fn asked(query: &str) -> (String, String) {
    let done = run(&["--allow-async", query]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    (done.out, done.err.lines().last().unwrap_or_default().to_owned())
}

#[test]
fn a_service_is_asked_only_if_that_is_allowed() {
    let done = run(&["SELECT country_of('Oslo')"]);
    assert_eq!(done.code, Some(1));
    assert!(done.err.contains("`country_of` is an async function"), "{}", done.err);
    assert!(done.err.contains("`lookup sql --allow-async` allows them"), "{}", done.err);
    assert!(done.err.contains("asked 0 times"), "{}", done.err);
}

#[test]
fn equal_cities_are_asked_for_once() {
    let query = "SELECT country_of(city) AS country, count(*) AS visits FROM visits(1400) \
                 GROUP BY country_of(city) ORDER BY country NULLS LAST";
    let (rows, told) = asked(query);
    let each = ["Austria", "France", "Greece", "Japan", "Norway", "Peru"];
    let mut expected = "country,visits\n".to_owned();
    each.iter().for_each(|country| expected.push_str(&format!("{country},200\n")));
    assert_eq!(rows, expected + ",200\n");
    // The service was busy at times, and every city was answered for nevertheless: once in each batch,
    // of which every thread of the query has its own.
    let asked: usize = told.split(' ').find_map(|word| word.parse().ok()).unwrap();
    assert!(asked.is_multiple_of(13) && asked <= 8 * 13, "{told}");
    assert_eq!(told, format!("the service was asked {asked} times, for {asked} cities"));
}

#[test]
fn a_request_is_about_many_rows() {
    let query = "SELECT day, country_in_batches(city) AS country FROM visits(14) ORDER BY day";
    let (rows, told) = asked(query);
    assert!(rows.starts_with("day,country\n0,Greece\n1,Norway\n2,Peru\n"), "{rows}");
    assert!(rows.ends_with("11,Austria\n12,\n13,\n"), "{rows}");
    assert_eq!(told, "the service was asked 3 times, for 13 cities");
}

#[test]
fn what_is_refused_is_not_asked_again() {
    let query = "SELECT country_of(city) FROM (VALUES ('Oslo'), ('B12')) AS t(city)";
    let done = run(&["--allow-async", query]);
    assert_eq!(done.code, Some(1));
    let message = "`country_of`: no city: B12 (in country_of('B12'), row 1 of its batch)";
    assert!(done.err.contains(message), "{}", done.err);
    assert_eq!(
        asked(&query.replace("country_of", "try_country_of")).0.lines().nth(1),
        Some("Norway")
    );
}

#[test]
fn what_never_answers_is_given_up() {
    let query = "SELECT country_in_batches(city) FROM (VALUES ('Shangri-La'), ('Oslo')) AS t(city)";
    let done = run(&["--allow-async", query]);
    assert_eq!(done.code, Some(1));
    assert!(done.err.contains("no answer within 500ms (after 3 attempts)"), "{}", done.err);
}
