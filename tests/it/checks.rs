//! What `belvedere::testing` finds: each function here is wrong in one way, and is shown with the
//! smallest call for which it is.

mod attributes;
mod promises;

use std::sync::Arc;
use std::time::Duration;

use crate::support::sessions::plain_session;
use arrow::array::{Array as _, AsArray as _, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use belvedere::Registry;
use belvedere::testing::{CheckError, check_all_within, check_scalar};
use belvedere::udf::call::call;
use belvedere::udf::descriptor::Shim;
use belvedere::udf::node::TextNode;
use belvedere::udf::{Args, CallError, Example, Function, Out, Param, Properties};

const NUMBER: &[Param] = &[Param::new::<i64>("a")];
const NUMBERS: &[Param] = &[Param::new::<i64>("a"), Param::new::<i64>("b")];
const SEEN: &[Param] = &[Param::new::<Option<i64>>("a")];
const TEXT: &[Param] = &[Param::new::<&str>("text")];

/// A function of numbers.
const fn numbers(shim: Shim) -> Function {
    Function::new::<i64>("wrong", "wrong(a: i64) -> i64", NUMBER, shim)
}

/// The laws that a function breaks, and how: message and statement, one a line.
fn found(function: &'static Function, twin: Option<&'static Function>) -> String {
    let failures = check_scalar(function, twin).unwrap();
    let lines = failures.iter().map(|failure| failure.to_string().replace("\n    ", "\n"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Each row's number: what it gives depends on the rows around it.
fn row_numbers(args: &Args<'_>, out: &mut Out<'_>) -> Result<(), CallError> {
    out.set(Arc::new(Int64Array::from_iter_values(0..args.rows() as i64)));
    Ok(())
}

/// Reads all values, those beneath NULLs too.
fn checked(args: &Args<'_>, out: &mut Out<'_>) -> Result<(), CallError> {
    let belvedere::udf::node::Node::I64(array) = args.get(0)?.node() else { unreachable!() };
    if let Some(row) = array.values().iter().position(|value| *value < 0) {
        return Err(CallError::at_row(row, "it is below 0"));
    }
    out.set(Arc::new((*array).clone()));
    Ok(())
}

/// Takes the end of a text for its length, which it is where texts begin at 0.
fn ends(args: &Args<'_>, out: &mut Out<'_>) -> Result<(), CallError> {
    let TextNode::Plain(array) = args.get(0)?.node().text() else {
        return call::<(&str,), i64, _>(args, out, |text: &str| text.len() as i64);
    };
    let mut sum = 0;
    let lengths = array.value_offsets()[1..].iter().map(|end| {
        let length = i64::from(*end) - sum;
        sum += length;
        length
    });
    let lengths = Int64Array::from_iter_values(lengths);
    let nulls = array.nulls().cloned();
    out.set(Arc::new(Int64Array::new(lengths.values().clone(), nulls)));
    Ok(())
}

#[test]
fn a_panic_is_shown_with_the_simplest_argument() {
    static WRONG: Function = numbers(|args, out| call::<(i64,), i64, _>(args, out, |a: i64| 7 / a));
    insta::assert_snapshot!(found(&WRONG, None), @r#"
    `wrong`, of constants: Execution error: `wrong` panicked: attempt to divide by zero (in wrong(0))
    SELECT wrong(0)
    "#);
}

#[test]
fn a_failure_that_the_type_does_not_tell() {
    static WRONG: Function = numbers(|args, out| {
        call::<(i64,), i64, _>(args, out, |a: i64| a)?;
        Err(CallError::at_row(0, "it is cold"))
    });
    insta::assert_snapshot!(found(&WRONG, None), @r#"
    `wrong`, of constants: fails, though its type has no error: Execution error: `wrong`: it is cold (in wrong(0))
    SELECT wrong(0)
    "#);
}

#[test]
fn a_null_that_the_type_does_not_tell() {
    static WRONG: Function = numbers(|args, out| {
        call::<(i64,), Option<i64>, _>(args, out, |a: i64| (a != 3).then_some(a))
    });
    insta::assert_snapshot!(found(&WRONG, None), @r#"
    `wrong`, of constants: gives NULL, though it is planned never to
    SELECT wrong(3)
    "#);
}

#[test]
fn a_row_that_depends_on_others() {
    static WRONG: Function = numbers(row_numbers);
    insta::assert_snapshot!(found(&WRONG, None), @r#"
    `wrong`, of columns: gives 1 in row 1, and 0 as constants
    SELECT wrong(a) FROM (VALUES (0), (0)) AS t(a)
    "#);
}

#[test]
fn a_slice_that_is_read_from_its_beginning() {
    static WRONG: Function =
        Function::new::<i64>("wrong", "wrong(text: String) -> i64", TEXT, ends);
    insta::assert_snapshot!(found(&WRONG, None), @r#"
    `wrong`, in slices: gives 2, and 1 as constants
    SELECT wrong(text) FROM (VALUES ('a')) AS t(text)
    "#);
}

#[test]
fn chunks_of_one_row_that_differ() {
    static WRONG: Function = numbers(|args, out| {
        let alone = args.rows() == 1 && !args.get(0)?.is_scalar();
        call::<(i64,), i64, _>(args, out, |a: i64| if alone { 5 } else { a })
    });
    insta::assert_snapshot!(found(&WRONG, None), @r#"
    `wrong`, in chunks: gives 5, and 0 as constants
    SELECT wrong(a) FROM (VALUES (0)) AS t(a)
    `wrong`, beside constants: gives 5, and 0 as constants
    SELECT wrong(a) FROM (VALUES (0)) AS t(a)
    "#);
}

/// What breaks the law of no rows is no function of ours, which the adapter never calls for none.
#[test]
fn no_function_is_called_for_no_rows() {
    static WRONG: Function = numbers(|args, out| match args.rows() {
        0 => Err(CallError::whole("there is no first row")),
        _ => call::<(i64,), i64, _>(args, out, |a: i64| a),
    });
    assert_eq!(found(&WRONG, None), "");
}

/// What stands in the place of a call in a plan fails for other rows than the call: only a query shows
/// that a CASE left them out in vain.
#[test]
fn a_row_that_a_case_leaves_out_in_vain() {
    fn kept(args: &Args<'_>, out: &mut Out<'_>) -> Result<(), CallError> {
        call::<(i64,), Result<i64, String>, _>(args, out, |a: i64| match a {
            ..0 => Err("it is below 0".to_owned()),
            a => Ok(a),
        })
    }
    fn first(args: &Args<'_>, out: &mut Out<'_>) -> Result<(), CallError> {
        call::<(i64,), Result<i64, String>, _>(args, out, |_: i64| Err("never".to_owned()))
    }
    static OTHER: Function =
        Function::new::<Result<i64, String>>("other", "other(a: i64) -> i64", NUMBER, first);
    static WRONG: Function = Function {
        simplify: Some(|args| {
            let a = belvedere::Operand::from(args.read::<i64>(0)?);
            Ok(Some(belvedere::Call::new(&OTHER, [a]).into()))
        }),
        ..Function::new::<Result<i64, String>>("wrong", "wrong(a: i64) -> i64", NUMBER, kept)
    };
    insta::assert_snapshot!(found(&WRONG, None), @"
    `wrong`, in rows that a CASE leaves out: Execution error: `other`: never (in other(0), row 0 of its batch)
    SELECT CASE WHEN keep THEN wrong(a) END FROM (VALUES (-1, false), (0, true)) AS t(a, keep)
    `wrong`, simplify: `other(a)`: Execution error: `other`: never (in other(0), row 1 of its batch)
    SELECT wrong(a) FROM (VALUES (NULL), (0), (1), (NULL), (3), (7), (100), (128), (NULL)) AS t(a)
    ");
}

/// Goes on for ever with one number.
#[test]
fn a_call_that_never_returns_is_shown_and_the_others_go_on() {
    static WRONG: Function = numbers(|args, out| {
        call::<(i64,), i64, _>(args, out, |a: i64| {
            if a == 7 {
                loop {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
            a
        })
    });
    static ALSO: Function = Function {
        name: "zero",
        signature: "zero(a: i64) -> i64",
        properties: Properties { idempotent: true, ..Properties::NONE },
        ..numbers(|args, out| call::<(i64,), i64, _>(args, out, |a: i64| a.wrapping_add(1)))
    };
    let registry = Registry::from_functions([&WRONG, &ALSO]).unwrap();
    let Err(CheckError::Failures(found)) = check_all_within(&registry, Duration::from_secs(2))
    else {
        panic!("both are wrong")
    };
    let found: Vec<String> = found
        .0
        .iter()
        .filter(|failure| failure.law != "information_schema")
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(found.join("\n"), @"
    `wrong`, that it returns: has not returned after 2s
        SELECT wrong(7)
    `zero`, idempotent: the first call gives -9223372036854775807, the second -9223372036854775806
        SELECT zero(-9223372036854775808), zero(-9223372036854775807)
    ");
}

#[test]
fn a_null_that_is_another_one_as_a_column() {
    static WRONG: Function =
        Function::new::<bool>("wrong", "wrong(a: Option<i64>) -> bool", SEEN, |args, out| {
            let nulls = args.get(0)?.node().nulls().map_or(0, |nulls| nulls.null_count());
            let many = 1 < nulls && nulls == args.rows();
            call::<(Option<i64>,), bool, _>(args, out, |a: Option<i64>| a.is_none() != many)
        });
    insta::assert_snapshot!(found(&WRONG, None), @r#"
    `wrong`, of NULL: gives false in row 0, and true as constants
    SELECT wrong(arrow_cast(a, 'Int64')) FROM (VALUES (NULL), (NULL)) AS t(a)
    `wrong`, in chunks: gives false in row 0, and true as constants
    SELECT wrong(arrow_cast(a, 'Int64')) FROM (VALUES (NULL), (NULL), (NULL)) AS t(a)
    "#);
}

#[test]
fn a_value_beneath_a_null_that_is_read() {
    static WRONG: Function = Function { fallible: true, ..numbers(checked) };
    insta::assert_snapshot!(found(&WRONG, None), @r#"
    `wrong`, with junk under NULLs: Execution error: `wrong`: it is below 0 (in wrong(NULL), row 0 of its batch) (with values beneath NULLs)
    SELECT wrong(a) FROM (VALUES (NULL), (0)) AS t(a)
    `wrong`, beside constants: Execution error: `wrong`: it is below 0 (in wrong(NULL), row 1 of its batch)
    SELECT wrong(arrow_cast(a, 'Dictionary(UInt32, Int64)')) FROM (VALUES (0), (NULL)) AS t(a)
    `wrong`, in other encodings: Execution error: `wrong`: it is below 0 (in wrong(NULL), row 2 of its batch)
    SELECT wrong(arrow_cast(a, 'Dictionary(UInt32, Int64)')) FROM (VALUES (0), (NULL), (NULL)) AS t(a)
    "#);
}

#[test]
fn a_constant_that_is_read_as_a_column() {
    static WRONG: Function =
        Function::new::<i64>("wrong", "wrong(a: i64, b: i64) -> i64", NUMBERS, |args, out| {
            let first = args.get(0)?.is_scalar() && !args.get(1)?.is_scalar();
            call::<(i64, i64), i64, _>(args, out, |a: i64, b: i64| if first { b } else { a })
        });
    insta::assert_snapshot!(found(&WRONG, None), @r#"
    `wrong`, of constants in every row: gives 0 in row 0, and 3 as constants
    SELECT wrong(3, b) FROM (VALUES (0), (0), (0)) AS t(b)
    `wrong`, beside constants: gives 0, and 3 as constants
    SELECT wrong(3, b) FROM (VALUES (0)) AS t(b)
    "#);
}

#[test]
fn views_that_are_cut_off() {
    static WRONG: Function =
        Function::new::<i64>("wrong", "wrong(text: String) -> i64", TEXT, |args, out| {
            let views = matches!(args.get(0)?.node().text(), TextNode::View(_));
            call::<(&str,), i64, _>(args, out, |text: &str| {
                let length = text.len() as i64;
                if views { length.min(12) } else { length }
            })
        });
    insta::assert_snapshot!(found(&WRONG, None), @r#"
    `wrong`, beside constants: gives 12, and 13 as constants
    SELECT wrong(arrow_cast(text, 'Dictionary(Int64, Utf8View)')) FROM (VALUES ('𓑠a𛅰0ࡀ')) AS t(text)
    `wrong`, in other encodings: gives 12, and 13 as constants
    SELECT wrong(arrow_cast(text, 'Dictionary(Int64, Utf8View)')) FROM (VALUES ('𓑠a𛅰0ࡀ')) AS t(text)
    "#);
}

#[test]
fn an_error_that_names_no_row() {
    static WRONG: Function = Function {
        fallible: true,
        ..numbers(|args, out| {
            let negative = |a: i64| if a < 0 { Err("it is below 0") } else { Ok(a) };
            call::<(i64,), Result<i64, &'static str>, _>(args, out, negative)
                .map_err(|error| CallError::whole(error.message))
        })
    };
    insta::assert_snapshot!(found(&WRONG, None), @r#"
    `wrong`, where a row fails: fails in row 0 of its batch, but says: Execution error: `wrong`: it is below 0
    SELECT wrong(a) FROM (VALUES (-1)) AS t(a)
    "#);
}

#[test]
fn a_twin_that_is_none() {
    static FALLIBLE: Function = Function {
        fallible: true,
        ..numbers(|args, out| {
            let negative = |a: i64| if a < 0 { Err("it is below 0") } else { Ok(a) };
            call::<(i64,), Result<i64, &'static str>, _>(args, out, negative)
        })
    };
    static TWIN: Function = Function::new::<Option<i64>>(
        "try_wrong",
        "try_wrong(a: i64) -> Option<i64>",
        NUMBER,
        |args, out| call::<(i64,), Option<i64>, _>(args, out, |a: i64| Some(a.max(0))),
    );
    insta::assert_snapshot!(found(&FALLIBLE, Some(&TWIN)), @r#"
    `wrong`, beside its twin: gives 0, and NULL as constants
    SELECT try_wrong(a) FROM (VALUES (-1)) AS t(a)
    "#);
}

/// A function that takes one pair of arguments alone.
const fn locked(examples: &'static [Example]) -> Function {
    const KEY: &[Param] = &[Param::new::<&str>("text"), Param::new::<i64>("times")];
    let sql = "wrong(text: String, times: i64) -> i64";
    let function = Function::new::<i64>("it_locked", sql, KEY, |args, out| {
        call::<(&str, i64), Result<i64, &'static str>, _>(args, out, |text: &str, times: i64| {
            if text == "the only key" && times == 77 { Ok(1) } else { Err("it is locked") }
        })
    });
    Function { fallible: true, examples, ..function }
}

#[test]
fn calls_that_never_succeed_ask_for_an_example() {
    static LOCKED: Function = locked(&[]);
    insta::assert_snapshot!(found(&LOCKED, None), @r#"
    `it_locked`, of constants: no call that is made up succeeds; an example in its docs would be one: Execution error: `it_locked`: it is locked (in it_locked('ß', 7))
    SELECT it_locked('ß', 7)
    "#);
    static OPEN: Function =
        locked(&[Example { sql: "SELECT it_locked('the only key', 77)", expected: "1" }]);
    assert_eq!(found(&OPEN, None), "");
}

/// What is shown is what a query gives, as far as SQL can write it.
#[tokio::test]
async fn statements_can_be_pasted() {
    static WRONG: Function = numbers(|args, out| {
        let dense = !args.get(0)?.is_scalar();
        call::<(i64,), i64, _>(args, out, |a: i64| if dense { a } else { a.wrapping_add(1) })
    });
    let failures = check_scalar(&WRONG, None).unwrap();
    let session = plain_session().unwrap();
    session.register_udf(WRONG.to_udf().as_ref().clone());
    let batches = session.sql(&failures[0].sql).await.unwrap().collect().await.unwrap();
    let values = cast(batches[0].column(0), &DataType::Int64).unwrap();
    assert_eq!(values.as_primitive::<Int64Type>().value(0), 0, "{}", failures[0]);
}

/// Table functions that are wrong in one way each.
mod tables {
    use std::sync::atomic::{AtomicI64, Ordering};

    use arrow::array::{ArrayRef, Int64Array};
    use belvedere::testing::check_table;
    use belvedere::udf::{Args, CallError, Function, Param};
    use belvedere::udtf::{Gives, Source, Table};

    const NUMBER: &[Param] = &[Param::new::<i64>("a")];

    type Open = fn(&Args<'_>) -> Result<Box<dyn Source>, CallError>;

    const fn rows(open: Open) -> Table {
        Table { gives: Gives::Rows(open), may_fail: false }
    }

    const fn wrong(table: &'static Table) -> Function {
        Function::table::<i64>("wrong", "table wrong(a: i64) -> i64", NUMBER, table)
    }

    fn found(function: &'static Function) -> String {
        let failures = check_table(function).unwrap();
        let lines = failures.iter().map(|failure| failure.to_string().replace("\n    ", "\n"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Rows of a function of their number, of how many were asked for with them, and of their call.
    struct Rows {
        row: i64,
        end: i64,
        of: fn(i64, usize) -> Result<i64, CallError>,
    }

    impl Source for Rows {
        fn next(&mut self, rows: usize) -> Result<ArrayRef, CallError> {
            let until = self.end.min(self.row + rows as i64);
            let column: Result<Int64Array, _> =
                (self.row..until).map(|row| (self.of)(row, rows).map(Some)).collect();
            self.row = until;
            Ok(std::sync::Arc::new(column?))
        }
    }

    const fn ten(of: fn(i64, usize) -> Result<i64, CallError>) -> Rows {
        Rows { row: 0, end: 10, of }
    }

    #[test]
    fn rows_that_another_call_has_not() {
        static CALLS: AtomicI64 = AtomicI64::new(0);
        static TABLE: Table =
            rows(|_| Ok(Box::new(ten(|row, _| Ok(row + CALLS.fetch_add(1, Ordering::Relaxed))))));
        static WRONG: Function = wrong(&TABLE);
        let found = found(&WRONG);
        assert!(found.starts_with("`wrong`, called twice: gives ("), "{found}");
        assert!(found.contains("\nSELECT * FROM wrong("), "{found}");
    }

    #[test]
    fn rows_that_depend_on_how_many_are_asked_for() {
        static TABLE: Table =
            rows(|_| Ok(Box::new(ten(|row, rows| Ok(if rows < 9 { -row } else { row })))));
        static WRONG: Function = wrong(&TABLE);
        insta::assert_snapshot!(found(&WRONG), @"
        `wrong`, with LIMIT: gives (-2) in row 1, not (2)
        SELECT * FROM wrong(-9223372036854775808) LIMIT 3 OFFSET 2
        `wrong`, in batches of another size: gives (-1) in row 2, not (1)
        SELECT * FROM wrong(-9223372036854775808) LIMIT 150
        ");
    }

    #[test]
    fn errors_that_the_type_does_not_tell() {
        static TABLE: Table = rows(|_| {
            Ok(Box::new(ten(|row, _| match row {
                7 => Err(CallError::at_row(7, "it is cold")),
                row => Ok(row),
            })))
        });
        static WRONG: Function = wrong(&TABLE);
        insta::assert_snapshot!(found(&WRONG), @"
        `wrong`, that it gives rows: fails, though its type has no error: Execution error: `wrong`: it is cold (row 7 of its batch)
        SELECT * FROM wrong(-9223372036854775808) LIMIT 150
        ");
        static NEVER: Table =
            Table { may_fail: true, ..rows(|_| Err(CallError::whole("not today"))) };
        static CLOSED: Function = wrong(&NEVER);
        insta::assert_snapshot!(found(&CLOSED), @"`wrong`, that it gives rows: no call that is made up succeeds; an example in its docs would be one: Execution error: `wrong`: not today");
    }

    #[test]
    fn a_panic() {
        static TABLE: Table =
            Table { may_fail: true, ..rows(|_| Ok(Box::new(ten(|row, _| Ok(7 / row))))) };
        static WRONG: Function = wrong(&TABLE);
        insta::assert_snapshot!(found(&WRONG), @"
        `wrong`, that it gives rows: Execution error: `wrong` panicked: attempt to divide by zero
        SELECT * FROM wrong(-9223372036854775808) LIMIT 150
        ");
    }
}
