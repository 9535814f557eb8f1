//! The engine's list of functions against ours: built-ins of views, builders of Python, and reasons.

use belvedere_lang::print::python;
use belvedere_lang::view::builtins::{self, NOT_EXPRESSIBLE};
use belvedere_lang::view::signature::FunctionKind;
use datafusion::{functions, functions_aggregate, functions_nested, functions_window};

/// Aliases of the engine's functions that are names of standard functions with other semantics.
const BY_PATH: [&str; 2] = ["element_at", "list_compact"];

#[test]
fn every_function_of_the_engine_is_a_built_in_or_has_a_reason() {
    let scalars = functions::all_default_functions().into_iter();
    let scalars = scalars.chain(functions_nested::all_default_nested_functions());
    let scalars =
        scalars.map(|f| (f.name().to_owned(), f.aliases().to_vec(), FunctionKind::Scalar));
    let aggregates = functions_aggregate::all_default_aggregate_functions().into_iter();
    let aggregates =
        aggregates.map(|f| (f.name().to_owned(), f.aliases().to_vec(), FunctionKind::Aggregate));
    let windows = functions_window::all_default_window_functions().into_iter();
    let windows =
        windows.map(|f| (f.name().to_owned(), f.aliases().to_vec(), FunctionKind::Window));
    let of_functions = functions_nested::all_default_higher_order_functions().into_iter();
    let of_functions =
        of_functions.map(|f| (f.name().to_owned(), f.aliases().to_vec(), FunctionKind::Scalar));
    let engine: Vec<_> = scalars.chain(aggregates).chain(windows).chain(of_functions).collect();
    let mut wrong = Vec::new();
    for (name, aliases, _) in &engine {
        let refused = NOT_EXPRESSIBLE.iter().any(|function| function.name == name);
        for called in aliases.iter().chain([name]) {
            let by_path = BY_PATH.contains(&called.as_str());
            if builtins::is_builtin(called) == (refused || by_path) {
                wrong.push(format!("`{called}` of `{name}`"));
            }
        }
    }
    for builtin in builtins::all().filter(|builtin| !builtin.constant) {
        let same = |(name, _, kind): &&(String, Vec<String>, FunctionKind)| {
            name == builtin.engine && *kind == builtin.kind()
        };
        if engine.iter().find(same).is_none() {
            wrong.push(format!("{builtin} is nowhere as `{}`", builtin.engine));
        }
    }
    let unknown = NOT_EXPRESSIBLE
        .iter()
        .filter(|function| !engine.iter().any(|(name, ..)| name == function.name));
    wrong.extend(unknown.map(|function| format!("`{}` is not the engine's", function.name)));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_function_of_the_engine_has_a_builder_in_python_or_a_reason() {
    let names = python::builtin_names();
    let has = |name: &str| names.iter().any(|known| known == name);
    let mut wrong = Vec::new();
    for builtin in builtins::all().filter(|builtin| !builtin.constant && !has(builtin.name)) {
        wrong.push(format!("`{}` has no builder", builtin.name));
    }
    for function in NOT_EXPRESSIBLE {
        if has(function.name) == function.python.is_some() {
            wrong.push(format!("`{}` has a builder or a reason, one of them", function.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
