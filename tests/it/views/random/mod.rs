//! Random views and random changes of them, before the checker and the engine: the checker refuses no
//! view that is right, the engine plans all that it accepts as it was checked, and what it refuses
//! although the engine would plan it falls under a rule that is listed with its reason.
//!
//! `BELVEDERE_RANDOM_VIEWS` is the number of views (`cargo xtask fuzz views` sets it); each has the seed
//! of its number, which a failure names.

mod functions;
mod grow;
mod mutate;
mod sql;
mod text;
mod tree;
mod types;

use std::collections::BTreeMap;
use std::error::Error;

use belvedere::registry::Registry;
use belvedere_lang::sink::Diagnostic;
use datafusion::prelude::SessionContext;
use fastrand::Rng;

use self::grow::{grow, grow_with_one_key};
use self::mutate::mutate;
use self::tree::Step;
use super::fixture::{Fixture, Refused, Tested, lines};
use belvedere::testing::agreement::agrees;

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
    let mut wrong = Wrong::default();
    for seed in 0..count(3_000)? {
        let text = grow(&mut Rng::with_seed(seed)).text();
        if let Err(Refused(errors)) = fixture.check(&text) {
            let error = errors.first().ok_or_else(|| format!("no tokens: {text}"))?;
            wrong.note(error.message.code, || format!("view {seed}: {}\n{text}", error.message));
        }
    }
    wrong.none()
}

#[test]
fn what_is_accepted_is_planned_as_it_was_checked() -> Tested {
    let fixture = Fixture::new()?;
    let mut wrong = Wrong::default();
    for seed in 0..count(2_000)? {
        let mut rng = Rng::with_seed(seed);
        let view = grow(&mut rng);
        for text in [view.text(), mutate(&view, &mut rng).text()] {
            let lowered = match fixture.lower(&text) {
                Err(error) if error.is::<Refused>() => continue,
                lowered => lowered,
            };
            let agreed = lowered.and_then(|lowered| {
                agrees(fixture.runtime(), &lowered.model, lowered.named(), &lowered.plan)
            });
            if let Err(error) = agreed {
                let error = error.to_string();
                if is_of_constants(&error) {
                    continue;
                }
                let kind: String = error.chars().filter(|c| !c.is_ascii_digit()).take(60).collect();
                wrong.note(&kind, || format!("view {seed}\n{text}\n{error}"));
            }
        }
    }
    wrong.none()
}

/// Whether a function of the program refuses its constants, which it is asked about when it is planned:
/// `span_overlaps(span_make(1, 7, 1), span_make(1, 7))`.
fn is_of_constants(error: &str) -> bool {
    let said = error.strip_prefix("Error during planning: ").unwrap_or(error);
    let function = said.strip_prefix('`').and_then(|said| said.split_once("`: "));
    function.is_some_and(|(name, _)| functions::called().iter().any(|it| it.name == name))
}

/// What went wrong, by its kind: how often, and the first view.
#[derive(Default)]
struct Wrong(BTreeMap<String, (usize, String)>);

impl Wrong {
    fn note(&mut self, kind: &str, example: impl FnOnce() -> String) {
        self.0.entry(kind.to_owned()).or_insert_with(|| (0, example())).0 += 1;
    }

    fn none(self) -> Tested {
        let wrong = self.0.into_values();
        let wrong: Vec<_> = wrong.map(|(count, example)| format!("{count}: {example}")).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n\n").into()) }
    }
}

/// Runs a test of texts of SQL, which the engine reads and plans by functions that call themselves.
fn on_large_stack<F: Future<Output = Tested> + 'static>(test: fn() -> F) -> Tested {
    let run = move || -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        runtime.block_on(test()).map_err(|error| error.to_string())
    };
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(run)?;
    match thread.join() {
        Ok(result) => Ok(result?),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

#[test]
fn what_is_accepted_gives_the_rows_of_sql() -> Tested {
    on_large_stack(compare_rows)
}

async fn compare_rows() -> Tested {
    let fixture = Fixture::new()?;
    let session = sql_session(&fixture)?;
    let (asked, mut compared, mut wrong) = (count(200)? / 4, 0, Vec::new());
    for seed in 0..asked * 400 {
        let view = grow(&mut Rng::with_seed(seed));
        if compared == asked {
            break;
        }
        let text = view.text();
        if view.steps.iter().any(differs) || !has_one_answer(&text) {
            continue;
        }
        let (Ok(rows), Ok(sql)) =
            (fixture.rows(&text).await, sql_rows(&session, &view.sql()).await)
        else {
            continue;
        };
        compared += 1;
        if rows != sql {
            wrong.push(format!("view {seed}\n{text}\n{}\n{rows:#?}\n{sql:#?}", view.sql()));
        }
    }
    assert!(wrong.is_empty(), "{} of {compared}\n{}", wrong.len(), wrong.join("\n\n"));
    assert_eq!(compared, asked, "too few can be compared");
    Ok(())
}

/// What SQL has no equal of: asof joins, dropped rows of structs that are NULL, and one row or some among
/// rows that are equal in an order.
fn differs(step: &Step) -> bool {
    matches!(
        step,
        Step::Asof(..) | Step::Unnest { .. } | Step::OrderLimit(..) | Step::DistinctOn(..)
    )
}

/// Whether nothing depends on which of equal rows comes first, and no function is called that sessions of
/// views compute otherwise.
fn has_one_answer(view: &str) -> bool {
    const CALLS: [&str; 20] = [
        "",
        "abs",
        "avg",
        "cast",
        "coalesce",
        "count",
        "dense_rank",
        "duration",
        "interval",
        "lower",
        "map",
        "max",
        "min",
        "nvl",
        "nvl2",
        "rank",
        "reverse",
        "sum",
        "try_cast",
        "upper",
    ];
    let called = |(at, _): (usize, &str)| {
        let before = view[..at].rsplit(|c: char| !(c.is_alphanumeric() || c == '_'));
        before.into_iter().next().unwrap_or_default()
    };
    let mut called = view.match_indices('(').map(called);
    let ordered = ["newest<", " limit ", "asof ", "distinct on", "unnest ", " rows ", " nulls"];
    called.all(|name| CALLS.contains(&name)) && !ordered.iter().any(|word| view.contains(word))
}

/// A session of the engine alone with the tables and the functions.
fn sql_session(fixture: &Fixture) -> Result<SessionContext, Box<dyn Error>> {
    let mut session = fixture.sql_session()?;
    Registry::from_functions(functions::called())?.register(&mut session)?;
    Ok(session)
}

async fn sql_rows(session: &SessionContext, sql: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for batch in &session.sql(sql).await?.collect().await? {
        rows.extend(lines(batch)?);
    }
    rows.sort();
    Ok(rows)
}

#[test]
fn what_only_the_checker_refuses_falls_under_a_listed_rule() -> Tested {
    on_large_stack(hold_the_list)
}

/// SQL is written with numbers for names, so it says nothing of names that are missing or stand twice.
const OF_NAMES: [&str; 7] = ["V0053", "V0055", "V0057", "V0058", "V0059", "V0061", "V0182"];

/// What random views do not meet: a rule, a view that it refuses, and the SQL of it.
const WRITTEN: [(&str, &str, &str); 6] = [
    (
        "V0077",
        "from calls as c where c.tags == c.tags select { c.callee }",
        "select callee from calls where tags = tags",
    ),
    (
        "V0110",
        "from calls as c group by { half: c.bend / 2 } aggregate { n: count(), twice: (c.bend / 2) * 2 }",
        "select bend / 2 as half, count(*) as n, (bend / 2) * 2 as twice from calls group by bend / 2",
    ),
    (
        "V0121",
        "from files as f where f.size == 1.5 select { f.path }",
        "select path from files where size = 1.5",
    ),
    (
        "V0203",
        "with unread = (from files as f select { f.path }) from calls as c select { c.callee }",
        "with unread as (select path from files) select callee from calls",
    ),
    (
        "V0223",
        "from calls as c order by (from files as f aggregate { n: count() }) limit 1 select { c.callee }",
        "select callee from calls order by (select count(*) from files) limit 1",
    ),
    (
        "V0229",
        "from files as f where f.lang not in (from files as g select { g.lang }) select { f.path }",
        "select path from files where lang not in (select lang from files)",
    ),
];

async fn is_planned(session: &SessionContext, sql: &str) -> bool {
    let state = session.state();
    let Ok(plan) = state.create_logical_plan(sql).await else { return false };
    state.analyzer().execute_and_check(plan, state.config_options(), |_, _| {}).is_ok()
}

async fn hold_the_list() -> Tested {
    let fixture = Fixture::new()?;
    let session = sql_session(&fixture)?;
    let mut refused: BTreeMap<&str, String> = BTreeMap::new();
    for (rule, view, sql) in WRITTEN {
        let Err(Refused(errors)) = fixture.check(view) else {
            return Err(format!("{rule} does not refuse {view}").into());
        };
        let codes: Vec<_> = errors.iter().map(|error| error.message.code).collect();
        assert_eq!(codes, [rule], "{view}");
        assert!(is_planned(&session, sql).await, "{rule} is no stricter than the engine: {sql}");
        refused.insert(rule, view.to_owned());
    }
    let count = count(1_200)?;
    // The rarest of the list may need more.
    for seed in 0..count * 4 {
        if seed >= count && stricter().all(|it| refused.keys().any(|code| code[1..] == *it)) {
            break;
        }
        let mut rng = Rng::with_seed(seed);
        let view = mutate(&grow_with_one_key(&mut rng), &mut rng);
        let Err(Refused(errors)) = fixture.check(&view.text()) else { continue };
        let known = |error: &Diagnostic| {
            let code = error.message.code;
            refused.contains_key(code) || OF_NAMES.contains(&code)
        };
        if errors.iter().all(known) {
            continue;
        }
        if !is_planned(&session, &view.sql()).await {
            continue;
        }
        for error in errors.iter().filter(|error| !OF_NAMES.contains(&error.message.code)) {
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
