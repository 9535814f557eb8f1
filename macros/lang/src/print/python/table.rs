//! `_registry.py`: the functions of an extension as data, and what builders hand their arguments to.

use super::Home;
use super::arguments::{Takes, path};
use super::builder::{Builder, Parameter};
use super::layout::Code;
use crate::print::digest;
use crate::print::registry::{FunctionKind, Registry};
use crate::view::builtins;

const HEAD: &str = "\
\"\"\"The functions of the extension: what the modules beside this one were made for.

When it is imported, the functions are compared with those that the extension has.
\"\"\"

";

const BUILTINS: &str = "\
\"\"\"The functions of DataFusion, as far as they are catalogued with their types.

When it is imported, the version that they are catalogued of is compared with that of `datafusion`.
\"\"\"

from . import extension as _x

";

/// Prints the module.
pub(super) fn print(registry: &Registry, builders: &[Builder], home: Home) -> String {
    let imports = match home {
        Home::Here => "from . import _native\nfrom . import extension as _x\n",
        Home::Elsewhere => "from belvedere import extension as _x\n\nfrom . import _native\n",
    };
    let first = [Code::atom("_native"), Code::string(&digest::functions(&registry.functions))];
    let arguments = first.into_iter().chain(builders.iter().map(function));
    // It is always broken: a line for each function.
    let body: String = arguments.map(|argument| argument.print(1, "", ",")).collect();
    format!("{HEAD}{imports}\nFUNCTIONS = {}(\n{body})\n", path("Functions"))
}

/// Prints the module of the functions that every session of DataFusion has.
pub(super) fn print_builtins(builders: &[Builder]) -> String {
    let version = Code::string(builtins::ENGINE);
    let arguments = std::iter::once(version).chain(builders.iter().map(function));
    let body: String = arguments.map(|argument| argument.print(1, "", ",")).collect();
    format!("{BUILTINS}BUILTINS = {}(\n{body})\n", path("Builtins"))
}

fn function(builder: &Builder) -> Code {
    let kind = match builder.kind {
        FunctionKind::Scalar => "scalar",
        FunctionKind::Aggregate => "aggregate",
        FunctionKind::Window => "window",
        FunctionKind::Table => "table",
    };
    let texts = [kind, &builder.function, &builder.signature];
    let params = builder.parameters.iter().map(parameter);
    let mut call = Code::call(path("Function"), texts.map(Code::string).into_iter().chain(params));
    // What can be of any type says nothing.
    if let Some(gives) = builder.gives.as_ref().filter(|gives| **gives != Takes::anything().kind) {
        call = call.with("gives", gives.clone());
    }
    if let Some(short) = &builder.short {
        let params = short.parameters.iter().map(parameter).collect();
        call = call.with("short", Code::Tuple(params));
        call = call.with("required", Code::atom(short.required.to_string()));
    }
    if !builder.aliases.is_empty() {
        let aliases = builder.aliases.iter().map(|alias| Code::string(alias)).collect();
        call = call.with("aliases", Code::Tuple(aliases));
    }
    for (keyword, text) in [("digest", &builder.digest), ("engine", &builder.engine)] {
        if let Some(text) = text {
            call = call.with(keyword, Code::string(text));
        }
    }
    call
}

fn parameter(parameter: &Parameter) -> Code {
    let arguments = [Code::string(&parameter.shown), parameter.kind.clone()];
    let mut call = Code::call(path("Param"), arguments);
    let flags = [
        ("constant", parameter.constant),
        ("nullable", parameter.constant && parameter.nullable),
        ("rest", parameter.rest),
        ("absent", parameter.absent),
    ];
    for (name, _) in flags.into_iter().filter(|(_, is_set)| *is_set) {
        call = call.with(name, Code::atom("True"));
    }
    if !parameter.values.is_empty() {
        let values = parameter.values.iter().map(|value| Code::string(value));
        call = call.with("values", Code::Tuple(values.collect()));
    }
    call
}
