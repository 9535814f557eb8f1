//! The rules that functions keep together: what `#[udf]` cannot see, since it sees one at a time.

use std::collections::BTreeMap;

use super::error::Problem;
use super::owned;
use crate::udf::adapter::accept::accept;
use crate::udf::adapter::{engine_function, parsed};
use crate::udf::{Constant, Function};

/// What is wrong, in the order of the functions.
pub(super) fn check(functions: &[&'static Function]) -> Vec<Problem> {
    let mut problems = Vec::new();
    names(functions, &mut problems);
    for function in functions {
        words(function, &mut problems);
        constants(function, &mut problems);
    }
    settings(functions, &mut problems);
    operators(functions, &mut problems);
    problems
}

/// A name means one function, and none of DataFusion's: a session keeps the one that is registered
/// last and says nothing.
fn names(functions: &[&'static Function], problems: &mut Vec<Problem>) {
    let taken = owned::names();
    let mut known: BTreeMap<&'static str, &'static str> = BTreeMap::new();
    for function in functions {
        let path = function.path;
        let is_engine = function.is_engine();
        if is_engine && engine_function(function.kind(), function.name).is_none() {
            let kind = function.kind();
            problems.push(Problem::NotOwned { name: function.name, path, kind });
        }
        for name in std::iter::once(&function.name).chain(function.aliases) {
            if let Some(first) = known.insert(name, path) {
                problems.push(Problem::Duplicate { name, first, second: path });
            }
            let replaces = owned::REPLACED.iter().any(|(replaced, _)| replaced == name)
                || (is_engine && *name == function.name);
            if taken.contains(*name) && !replaces {
                problems.push(Problem::Owned { name, path });
            }
        }
    }
}

/// A setting is one default, whatever functions have it.
fn settings(functions: &[&'static Function], problems: &mut Vec<Problem>) {
    let mut known = BTreeMap::new();
    let params = functions
        .iter()
        .flat_map(|function| function.params.iter().map(move |param| (function.path, param)));
    for (path, param) in params {
        let Some(name) = param.setting else { continue };
        let (first, other) = *known.entry(name).or_insert((path, param));
        if other.value != param.value || other.default != param.default {
            problems.push(Problem::Setting { name, first, second: path });
        }
    }
}

/// What an operator calls follows from the types of both sides.
fn operators(functions: &[&'static Function], problems: &mut Vec<Problem>) {
    let with: Vec<_> = functions.iter().filter(|function| function.operator.is_some()).collect();
    for (i, first) in with.iter().enumerate() {
        for second in &with[i + 1..] {
            if let Some(operator) = first.operator.filter(|it| second.operator == Some(*it))
                && (takes(first, second) || takes(second, first))
            {
                let (first, second) = (first.path, second.path);
                problems.push(Problem::Operator { operator, first, second });
            }
        }
    }
}

/// Whether a function takes what another one is written for.
fn takes(function: &Function, other: &Function) -> bool {
    function.params.iter().zip(other.params).all(|(param, other)| {
        accept(param, &other.value.ty.to_arrow(), None, function.type_params).is_ok()
    })
}

/// Views are checked against the words of a signature, kernels follow its types.
fn words(function: &Function, problems: &mut Vec<Problem>) {
    let types = function.typed_signature();
    if types != function.signature {
        let (path, words) = (function.path, function.signature);
        problems.push(Problem::Words { path, words, types });
    }
}

/// A default or a listed value that is parsed from text has to be a text that the type knows.
fn constants(function: &Function, problems: &mut Vec<Problem>) {
    for param in function.params {
        let Some(parse) = param.parse else { continue };
        let (path, param_name) = (function.path, param.name);
        if let Some(Constant::Text(text)) = &param.default
            && let Err(reason) = parsed(parse, text)
        {
            problems.push(Problem::Default { path, param: param_name, reason });
        }
        for value in param.values {
            if let Err(reason) = parsed(parse, value) {
                problems.push(Problem::Value { path, param: param_name, value, reason });
            }
        }
    }
}
