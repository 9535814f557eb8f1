//! The examples of doc comments, run for those who read them.

use belvedere::Registry;
use belvedere::testing::{CheckError, check_examples};
use belvedere::udf::{Args, CallError, Example, Function, Out};

#[test]
fn every_example_gives_the_rows_that_its_docs_promise() {
    check_examples(Registry::linked().unwrap()).unwrap();
}

#[test]
fn every_standard_function_has_an_example() {
    let lacks = |function: &&&'static Function| {
        let standard = function.path.starts_with("belvedere_udfs::") && function.twin_of.is_none();
        standard && function.examples.is_empty()
    };
    let functions = Registry::linked().unwrap().functions();
    let names: Vec<&str> = functions.iter().filter(lacks).map(|function| function.name).collect();
    assert!(names.is_empty(), "{names:?} have no example in their docs");
}

/// Is never called: the examples below do not ask for it.
fn no_loop(_: &Args<'_>, _: &mut Out<'_>) -> Result<(), CallError> {
    Ok(())
}

static WRONG: Function = Function {
    path: "it::examples::wrong",
    examples: &[
        Example { sql: "SELECT 'a', NULL, ''  AS blank", expected: "a   NULL (empty)" },
        Example { sql: "SELECT 'a' UNION ALL SELECT NULL ORDER BY 1", expected: "a" },
        Example { sql: "SELECT 1 WHERE false", expected: "1" },
        Example { sql: "SELECT it_wrongly('a')", expected: "1" },
        Example { sql: "SELECT CAST('x' AS INT)", expected: "1" },
    ],
    ..Function::new::<i64>("it_wrong", "it_wrong() -> i64", &[], no_loop)
};

#[test]
fn an_example_that_is_wrong_is_shown_with_what_it_gives() {
    let registry = Registry::from_functions([&WRONG]).unwrap();
    let Err(CheckError::Failures(failures)) = check_examples(&registry) else {
        panic!("four are wrong")
    };
    let first_lines: Vec<String> = failures
        .0
        .iter()
        .map(|failure| failure.to_string().lines().next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(first_lines.len(), 4, "{failures}");
    assert_eq!(
        first_lines[..2],
        [
            "`it_wrong`, the example of its docs: gives `a`, `NULL`, not `a`",
            "`it_wrong`, the example of its docs: gives no row, not `1`",
        ]
    );
    assert!(first_lines[2].contains("Invalid function 'it_wrongly'"), "{}", first_lines[2]);
    assert!(first_lines[3].contains("Cannot cast string 'x'"), "{}", first_lines[3]);
    let unwrapped = format!("{:?}", CheckError::Failures(failures));
    assert!(unwrapped.contains("\n    SELECT 1 WHERE false\n"), "{unwrapped}");
}
