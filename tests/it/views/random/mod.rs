//! Random views and random changes of them, before the checker and the engine: the checker refuses no
//! view that is right, the engine plans all that it accepts as it was checked, and what it refuses
//! although the engine would plan it falls under a rule that is listed with its reason.
//!
//! `BELVEDERE_RANDOM_VIEWS` is the number of views (`cargo xtask fuzz views` sets it); each has the seed
//! of its number, which a failure names.

mod grow;
mod mutate;
mod sql;
mod text;
mod tree;

use std::collections::BTreeMap;
use std::error::Error;

use datafusion::prelude::SessionContext;
use fastrand::Rng;

use self::grow::grow;
use self::mutate::mutate;
use self::tree::Step;
use super::agreement::{Named, agrees};
use super::fixture::{Fixture, Lowered, Refused, Tested, lines};

/// The page whose table lists the rules of views that the engine has not.
const PAGE: &str = include_str!("../../../../docs/views-language.md");

/// The codes of that table.
fn stricter() -> impl Iterator<Item = &'static str> {
    let (_, section) = PAGE.split_once("## What is refused here").unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    section.lines().filter_map(|line| line.strip_prefix("| V")?.get(..4))
}

/// How many views are grown.
fn count(default: u64) -> Result<u64, Box<dyn Error>> {
    match std::env::var("BELVEDERE_RANDOM_VIEWS") {
        Ok(count) => Ok(count.parse()?),
        Err(_) => Ok(default),
    }
}

#[test]
fn no_view_that_is_right_is_refused() -> Tested {
    let fixture = Fixture::new()?;
    for seed in 0..count(10_000)? {
        let text = grow(&mut Rng::with_seed(seed)).text();
        if let Err(error) = fixture.check(&text) {
            return Err(format!("view {seed} is refused\n{text}\n{error}").into());
        }
    }
    Ok(())
}

#[test]
fn what_is_accepted_is_planned_as_it_was_checked() -> Tested {
    let fixture = Fixture::new()?;
    for seed in 0..count(1_000)? {
        let mut rng = Rng::with_seed(seed);
        let view = grow(&mut rng);
        for text in [view.text(), mutate(&view, &mut rng).text()] {
            let lowered = match fixture.lower(&text) {
                Err(error) if error.is::<Refused>() => continue,
                lowered => lowered,
            };
            let agreed = lowered.and_then(|Lowered { model, plan, widths }| {
                let named = Named { widths: &widths, functions: &[] };
                agrees(fixture.runtime(), &model, named, &plan)
            });
            agreed.map_err(|error| format!("view {seed}\n{text}\n{error}"))?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_accepted_gives_the_rows_of_sql() -> Tested {
    let fixture = Fixture::new()?;
    let session = fixture.sql_session()?;
    let (mut compared, mut wrong) = (0, Vec::new());
    for seed in 0..count(200)? {
        let mut rng = Rng::with_seed(seed);
        let view = grow(&mut rng);
        // What SQL has no equal of: asof joins, dropped rows of structs that are NULL, and a `limit` among
        // rows that are equal in the order.
        let differs = |step: &Step| {
            matches!(step, Step::Asof(..) | Step::Unnest { .. } | Step::OrderLimit(..))
        };
        if view.steps.iter().any(differs) {
            continue;
        }
        let (Ok(rows), Ok(sql)) =
            (fixture.rows(&view.text()).await, sql_rows(&session, &view.sql()).await)
        else {
            continue;
        };
        compared += 1;
        if rows != sql {
            wrong.push(format!(
                "view {seed}\n{}\n{}\n{rows:#?}\n{sql:#?}",
                view.text(),
                view.sql()
            ));
        }
    }
    let asked = count(200)?;
    assert!(wrong.is_empty(), "{} of {compared}\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(compared > asked / 4, "{compared} of {asked} can be compared");
    Ok(())
}

async fn sql_rows(session: &SessionContext, sql: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for batch in &session.sql(sql).await?.collect().await? {
        rows.extend(lines(batch)?);
    }
    rows.sort();
    Ok(rows)
}

#[tokio::test]
async fn what_only_the_checker_refuses_falls_under_a_listed_rule() -> Tested {
    let fixture = Fixture::new()?;
    let session = fixture.sql_session()?;
    let mut refused: BTreeMap<&str, String> = BTreeMap::new();
    for seed in 0..count(5_000)? {
        let mut rng = Rng::with_seed(seed);
        let view = mutate(&grow(&mut rng), &mut rng);
        let Err(Refused(errors)) = fixture.check(&view.text()) else { continue };
        let state = session.state();
        let Ok(plan) = state.create_logical_plan(&view.sql()).await else { continue };
        let analyzer = state.analyzer();
        if analyzer.execute_and_check(plan, state.config_options(), |_, _| {}).is_err() {
            continue;
        }
        for error in errors {
            refused.entry(error.message.code).or_insert_with(|| {
                format!("view {seed}: {}\n{}\n{}", error.message, view.text(), view.sql())
            });
        }
    }
    let unlisted = refused.iter().filter(|(code, _)| !stricter().any(|it| code[1..] == *it));
    let unlisted: Vec<_> = unlisted.map(|(_, example)| example.as_str()).collect();
    let unused: Vec<_> =
        stricter().filter(|it| !refused.keys().any(|code| code[1..] == **it)).collect();
    assert!(unlisted.is_empty() && unused.is_empty(), "{unused:?}\n{}", unlisted.join("\n\n"));
    Ok(())
}
