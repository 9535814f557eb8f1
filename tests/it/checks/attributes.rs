//! Panics in what a function says of itself, beside its rows: errors that name the function, and
//! failures of `check_all` that leave the others standing.

use belvedere::testing::{CheckError, check_all};
use belvedere::udf::call::call;
use belvedere::udf::columns::Resolve;
use belvedere::udf::{Body, Function, Param};
use belvedere::udtf::{Gives, Table};
use belvedere::{Registry, Runtime};
use datafusion::prelude::SessionContext;

use super::NUMBER;

const fn half(name: &'static str) -> Function {
    Function::new::<i64>(name, "half(a: i64) -> i64", NUMBER, |args, out| {
        call::<(i64,), i64, _>(args, out, |a: i64| a / 2)
    })
}

const PANICS: Resolve = |_| panic!("whole type");

static PLANNED: Function = Function { planned: Some(|_| panic!("whole plan")), ..half("planned") };

static FIELDS: Function = Function { fields: Some(|_| panic!("whole fields")), ..half("fields") };

static TYPE: Function = {
    let function = half("type_of");
    let Body::Rows(shim) = function.body else { panic!("it is one of rows") };
    Function { body: Body::Columns(shim, PANICS), ..function }
};

static RANGE: Function =
    Function { preimage: Some(|_| panic!("whole range")), ..half("with_range") };

const WORD: &[Param] =
    &[Param { parse: Some(|_| panic!("whole word")), ..Param::new::<&str>("word") }];

static WORDS: Table = Table {
    gives: Gives::Rows(|_| Err(belvedere::udf::CallError::whole("it is never called"))),
    may_fail: true,
};

static TABLE: Function =
    Function::table::<i64>("word_table", "table word_table(word: String) -> i64", WORD, &WORDS);

fn session() -> SessionContext {
    let mut session = Runtime::builder().threads(1).build().unwrap().session();
    let registry = Registry::from_functions([&PLANNED, &FIELDS, &TYPE, &RANGE, &TABLE]).unwrap();
    registry.register(&mut session).unwrap();
    session.register_udtf(TABLE.name, TABLE.to_udtf(&WORDS));
    session
}

async fn error(session: &SessionContext, sql: &str) -> String {
    let rows = async { session.sql(sql).await?.collect().await };
    rows.await.unwrap_err().strip_backtrace()
}

#[tokio::test]
async fn queries_are_told_whose_they_are() {
    let session = session();
    for (sql, expected) in [
        ("SELECT planned(1)", "`planned` of `planned` panicked: whole plan"),
        ("SELECT fields(1)", "`returns` of `fields` panicked: whole fields"),
        ("SELECT type_of(1)", "`returns` of `type_of` panicked: whole type"),
        (
            "SELECT * FROM (VALUES (1)) AS t(a) WHERE with_range(a) = 5",
            "`preimage` of `with_range` panicked: whole range",
        ),
        ("SELECT * FROM word_table('x')", "`word_table`: argument `word`: panicked: whole word"),
    ] {
        let error = error(&session, sql).await;
        assert!(error.contains(expected), "{sql}: {error}");
    }
}

#[tokio::test]
async fn functions_can_still_be_listed() {
    let session = session();
    let sql = "SELECT count(*) FROM information_schema.routines WHERE routine_name = 'planned'";
    let rows = session.sql(sql).await.unwrap().collect().await.unwrap();
    assert_eq!(rows[0].num_rows(), 1);
}

#[test]
fn each_is_a_failure_beside_the_others() {
    let all = [&PLANNED, &FIELDS, &TYPE, &RANGE, &TABLE];
    let registry = Registry::from_functions(all).unwrap();
    let Err(CheckError::Failures(found)) = check_all(&registry) else { panic!("all are wrong") };
    for function in all {
        let own = |failure: &&belvedere::testing::Failure| {
            failure.function == function.name && failure.message.contains("panicked: whole")
        };
        assert!(found.0.iter().any(|failure| own(&failure)), "{}: {found}", function.name);
    }
}
