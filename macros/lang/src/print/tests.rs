//! Printed texts of a small registry that has every kind of parameter.

mod builders;
mod packages;
mod pages;
mod sessions;

use std::collections::BTreeMap;

use super::registry::{
    Example, FORMAT, Function, FunctionKind, MetadataRule, Param, Registry, Relation,
    RelationColumn, RelationKind, Returns, Template, ViewParam, Volatility,
};
use super::{digest, fill, messages, python, reference};

fn function(name: &str, summary: &str, params: Vec<Param>) -> Function {
    Function {
        name: name.to_owned(),
        rust: format!("demo::{name}"),
        kind: FunctionKind::Scalar,
        engine: false,
        aliases: Vec::new(),
        signature: String::new(),
        params,
        returns: Returns { ty: "i64".to_owned(), nullable: false },
        fallible: false,
        strict: true,
        volatility: Volatility::Immutable,
        calls: None,
        tags: Vec::new(),
        operator: None,
        properties: Vec::new(),
        metadata: MetadataRule::None,
        summary: summary.to_owned(),
        paragraphs: Vec::new(),
        examples: Vec::new(),
        since: None,
        deprecated: None,
        version: 1,
        twin_of: None,
    }
}

fn param(name: &str, ty: &str) -> Param {
    Param {
        name: name.to_owned(),
        ty: ty.to_owned(),
        nullable: false,
        literal: false,
        any: false,
        variadic: false,
        setting: None,
        default: None,
        values: Vec::new(),
    }
}

fn literal(name: &str, ty: &str, default: &str) -> Param {
    let default = (!default.is_empty()).then(|| default.to_owned());
    Param { literal: true, default, ..param(name, ty) }
}

fn registry(functions: Vec<Function>) -> Registry {
    Registry {
        format: FORMAT,
        hash: "00".to_owned(),
        functions: functions.into_iter().map(signed).collect(),
        relations: Vec::new(),
        templates: Vec::new(),
    }
}

/// The function with the signature that its parameters make.
fn signed(function: Function) -> Function {
    let word = match function.kind {
        FunctionKind::Scalar => "",
        FunctionKind::Aggregate => "aggregate ",
        FunctionKind::Window => "window ",
        FunctionKind::Table => "table ",
    };
    let types = function.params.iter().map(|param| param.ty.as_str());
    let generic: Vec<&str> = types.filter(|ty| ty.len() == 1).collect();
    let generic = match generic.as_slice() {
        [] => String::new(),
        names => format!("<{}>", names.join(", ")),
    };
    let params = function.params.iter().map(|param| {
        let Param { name, ty, nullable, literal, any, variadic, default, .. } = param;
        let ty = if *any {
            "any".to_owned()
        } else if *nullable {
            format!("Option<{ty}>")
        } else {
            ty.clone()
        };
        let rest = if *variadic { "..." } else { "" };
        let constant = if *literal { "literal " } else { "" };
        let default = default.as_ref().map(|value| format!(" = {value}")).unwrap_or_default();
        format!("{name}: {rest}{constant}{ty}{default}")
    });
    let params: Vec<String> = params.collect();
    let (name, returns) = (&function.name, &function.returns.ty);
    let signature = format!("{word}{name}{generic}({}) -> {returns}", params.join(", "));
    Function { signature, ..function }
}

fn normalize() -> Function {
    let form = Param {
        values: ["nfc", "nfkc"].map(str::to_owned).to_vec(),
        ..literal("form", "String", "\"nfkc\"")
    };
    let casefold = literal("casefold", "bool", "true");
    Function {
        aliases: vec!["normalize".to_owned()],
        paragraphs: vec![
            "Two texts that look alike have one normal form, whichever way their letters were \
             composed."
                .to_owned(),
        ],
        examples: vec![Example {
            sql: "SELECT utf8_normalize('ﬁ')".to_owned(),
            expected: "fi".to_owned(),
        }],
        returns: Returns { ty: "String".to_owned(), nullable: true },
        tags: vec!["string".to_owned()],
        ..function(
            "utf8_normalize",
            "Text in a Unicode normal form.",
            vec![param("value", "String"), form, casefold],
        )
    }
}

/// One of the files of the Python package.
fn file(name: &str, functions: Vec<Function>) -> String {
    let files =
        python::package(&registry(functions), python::Home::Elsewhere, "cargo xtask gen-stubs")
            .unwrap();
    files.into_iter().find(|file| file.name == name).unwrap().text
}

fn stub(functions: Vec<Function>) -> String {
    file("functions.pyi", functions)
}

#[test]
fn an_aggregate_is_called_one() {
    let value = Param { nullable: true, ..param("value", "V") };
    let aggregate = Function {
        kind: FunctionKind::Aggregate,
        ..function("list_unique", "The distinct values.", vec![value])
    };
    let plain = Function {
        kind: FunctionKind::Aggregate,
        ..function("count_if", "How many.", vec![param("condition", "bool")])
    };
    let text = stub(vec![aggregate.clone()]);
    assert!(text.contains("ignore_nulls: bool = False"), "{text}");
    let text = file("functions.py", vec![aggregate.clone()]);
    assert!(text.contains("An aggregate: one value for a group of rows."), "{text}");
    let page = reference::functions(&registry(vec![plain, aggregate]), "gen");
    for clauses in ["with `DISTINCT`, `FILTER`.", "with `DISTINCT`, `FILTER`, `IGNORE NULLS`."] {
        assert!(page.contains(clauses), "{clauses}: {page}");
    }
}
