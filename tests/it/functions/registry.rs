//! The registry: what is linked, what is refused, and that `information_schema` agrees.

use std::collections::BTreeSet;

use belvedere::Registry;
use belvedere::registry::{Problem, RegistryError};
use belvedere::udf::prepared::Shared;
use belvedere::udf::{Body, Constant, Error, Function, Kind, Param, Type, ValueType};
use datafusion::execution::FunctionRegistry as _;

use super::{batches, defined, rows, session};

#[test]
fn what_is_linked_is_sorted_and_found_by_any_name() {
    let registry = Registry::linked().unwrap();
    let names: Vec<&str> = registry.functions().iter().map(|function| function.name).collect();
    assert!(names.is_sorted());
    assert!(names.contains(&"it_half") && names.contains(&"try_it_half"));
    assert!(names.contains(&"it_join"));
    let label = registry.function("it_label").unwrap();
    assert_eq!(label.name, "it_labelled");
    assert_eq!(
        label.path,
        concat!(module_path!(), "::defined::it_labelled").replace("registry::", "")
    );
}

#[test]
fn a_snapshot_says_the_same_each_time_and_reads_back() {
    let registry = Registry::linked().unwrap();
    let json = registry.to_json().unwrap();
    assert_eq!(json, registry.to_json().unwrap());
    let read: belvedere_lang::print::registry::Registry = serde_json::from_str(&json).unwrap();
    assert_eq!(read, registry.snapshot().unwrap());
    assert_eq!(read.hash.len(), 64);
}

#[tokio::test]
async fn aliases_are_names_too() {
    let session = session(Vec::new());
    assert_eq!(rows(&session, "SELECT it_label(1, 'a')").await, "1a");
    assert!(session.udf("it_label").is_ok());
}

/// Every function and every parameter, as `information_schema` shows them.
#[tokio::test]
async fn information_schema_shows_what_the_registry_knows() {
    let session = session(Vec::new());
    let registry = Registry::linked().unwrap();
    let routines = "SELECT routine_name FROM information_schema.routines \
                    WHERE data_type IS NOT NULL";
    let shown: BTreeSet<String> =
        rows(&session, routines).await.lines().map(str::to_owned).collect();
    // What is re-exported is shown as DataFusion has it, which has no parameters of table functions.
    let ours = |function: &&&Function| !matches!(function.body, Body::Engine(_) | Body::Table(_));
    for function in registry.functions().iter().filter(ours) {
        // A type that only constants decide is no type of the function.
        let open = function.fields.is_some();
        assert!(open || shown.contains(function.name), "{} is not shown", function.name);
        let sql = format!(
            "SELECT DISTINCT ordinal_position, parameter_name FROM information_schema.parameters \
             WHERE specific_name = '{}' AND parameter_mode = 'IN' ORDER BY 1",
            function.name
        );
        let names: Vec<String> = rows(&session, &sql)
            .await
            .lines()
            .filter_map(|line| Some(line.split_once(" | ")?.1.to_owned()))
            .collect();
        let expected: Vec<&str> = function.params.iter().map(|param| param.name).collect();
        assert_eq!(names, expected, "parameters of {}", function.name);
    }
}

#[test]
fn what_is_re_exported_is_there() {
    static GONE: Function = Function {
        path: "a::gone",
        ..Function::engine(
            "gone",
            "gone() -> i64",
            &[],
            ValueType::required(Type::I64),
            Kind::Aggregate,
        )
    };
    static OTHER_KIND: Function = Function {
        path: "a::upper",
        ..Function::engine(
            "upper",
            "upper() -> i64",
            &[],
            ValueType::required(Type::I64),
            Kind::Aggregate,
        )
    };
    let texts: Vec<String> =
        problems(&[&GONE, &OTHER_KIND]).iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "`a::gone` re-exports the aggregate function `gone`, which DataFusion does not have",
            "`a::upper` re-exports the aggregate function `upper`, which DataFusion does not have",
        ]
    );
}

fn nothing(
    _: &belvedere::udf::Args<'_>,
    _: &mut belvedere::udf::Out<'_>,
) -> Result<(), belvedere::udf::CallError> {
    Ok(())
}

fn problems(functions: &[&'static Function]) -> Vec<Problem> {
    match Registry::from_functions(functions.iter().copied()) {
        Err(RegistryError::Problems(problems)) => problems,
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_are_taken_once() {
    static AGAIN: Function = Function {
        path: "b::it_half",
        ..Function::new::<i64>("it_half", "it_half() -> i64", &[], nothing)
    };
    static OWNED: Function = Function {
        path: "a::upper",
        ..Function::new::<i64>("upper", "upper() -> i64", &[], nothing)
    };
    let found = problems(&[&defined::it_half::DESCRIPTOR, &AGAIN, &OWNED]);
    let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "two functions are called `it_half`: `b::it_half` and \
             `it::functions::defined::it_half`\n\
             help: give one of them another name, `#[udf(name = \"…\")]`, or alias",
            "`a::upper` is called `upper`, like a function of DataFusion, which it would replace\n\
             help: give it another name, `#[udf(name = \"…\")]`, or alias",
        ]
    );
}

#[test]
fn words_and_types_agree() {
    static OTHER: Function =
        Function { path: "a::f", ..Function::new::<i64>("f", "f() -> String", &[], nothing) };
    let found = problems(&[&OTHER]);
    assert_eq!(
        found,
        [Problem::Words { path: "a::f", words: "f() -> String", types: "f() -> i64".to_owned() }]
    );
}

#[test]
fn defaults_and_values_are_accepted_by_their_parameters() {
    fn parse(_: &str) -> Result<Shared, String> {
        Err(Error::new("never").to_string())
    }
    static PARAMS: [Param; 1] = [Param {
        parse: Some(parse),
        literal: true,
        ..Param::new::<&'static str>("x").or(Constant::Text("y")).one_of(&["z"])
    }];
    static FUNCTION: Function = Function {
        path: "a::f",
        ..Function::new::<i64>("f", "f(x: literal String = \"y\") -> i64", &PARAMS, nothing)
    };
    let found = problems(&[&FUNCTION]);
    assert_eq!(found[0].to_string(), "`a::f`: the default of `x` is refused: never");
    assert_eq!(found[1].to_string(), "`a::f`: the value `z` of `x` is refused: never");
}

#[tokio::test]
async fn documentation_reaches_the_engine() {
    let session = session(Vec::new());
    let sql = "SELECT description, syntax_example FROM information_schema.routines \
               WHERE routine_name = 'it_clamped'";
    let found = batches(&session, sql).await.unwrap();
    assert_eq!(found.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>(), 1);
    let found = rows(&session, sql).await;
    assert_eq!(
        found,
        "A number within bounds. | it_clamped(value: i64, low: i64 = 0, high: i64 = 9)"
    );
}

#[test]
fn a_setting_is_one_default() {
    const fn function(
        name: &'static str,
        signature: &'static str,
        params: &'static [Param],
    ) -> Function {
        Function { path: name, ..Function::new::<i64>(name, signature, params, nothing) }
    }
    const fn param(default: Constant) -> Param {
        Param::of("x", ValueType::required(Type::I64)).or(default).set_by("belvedere.it.x")
    }
    static A: Function = function("it_a", "it_a(x: i64 = 1) -> i64", &[param(Constant::Int(1))]);
    static B: Function = function("it_b", "it_b(x: i64 = 2) -> i64", &[param(Constant::Int(2))]);
    static C: Function = function("it_c", "it_c(x: i64 = 1) -> i64", &[param(Constant::Int(1))]);
    let found = problems(&[&A, &B, &C]);
    let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        ["`it_a` and `it_b` have the setting `belvedere.it.x` for other types or defaults\n\
             help: give one of them another setting, or both one default"]
    );
}

#[test]
fn an_operator_calls_one_function_for_values_of_a_type() {
    static NUMBERS: [Param; 2] = [Param::new::<i64>("a"), Param::new::<i64>("b")];
    static DAYS: [Param; 2] =
        [Param::new::<belvedere::Date>("a"), Param::new::<belvedere::Date>("b")];
    const SIGNATURE: &str = "f(a: i64, b: i64) -> i64";
    static FIRST: Function = Function {
        path: "a::f",
        operator: Some("&&"),
        ..Function::new::<i64>("f", SIGNATURE, &NUMBERS, nothing)
    };
    static SECOND: Function = Function {
        path: "a::g",
        operator: Some("&&"),
        ..Function::new::<i64>("g", "g(a: i64, b: i64) -> i64", &NUMBERS, nothing)
    };
    static OTHER: Function = Function {
        path: "a::h",
        operator: Some("&&"),
        ..Function::new::<i64>("h", "h(a: Date, b: Date) -> i64", &DAYS, nothing)
    };
    let found = problems(&[&FIRST, &OTHER, &SECOND]);
    assert_eq!(found, [Problem::Operator { operator: "&&", first: "a::f", second: "a::g" }]);
}
