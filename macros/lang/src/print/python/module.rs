//! A module of builders, and its stub.
//!
//! Both have the same signatures. The module has the documentation, which editors show for what a
//! stub describes, and bodies of one call.

use std::collections::BTreeSet;

use super::arguments::Annotation;
use super::builder::{Builder, CallOption, Parameter, Short};
use super::layout::{Code, string};
use super::{Home, INDENT, Source, WIDTH, docstring};
use crate::print::registry::FunctionKind;

/// The first parameter of a function that gives a table.
pub(super) const HOST: &str = "runtime";

/// The two forms of a module.
#[derive(Clone, Copy)]
enum Form<'a> {
    Implementation(&'a Source),
    Stub(&'a Source),
}

/// The module that runs.
pub(super) fn implementation(builders: &[&Builder], home: Home, source: &Source) -> String {
    print(builders, Form::Implementation(source), home)
}

/// What type checkers read.
pub(super) fn stub(builders: &[&Builder], home: Home, source: &Source) -> String {
    print(builders, Form::Stub(source), home)
}

fn print(builders: &[&Builder], form: Form<'_>, home: Home) -> String {
    let names: BTreeSet<&str> = builders.iter().map(|builder| builder.name.as_str()).collect();
    let mut imports = Imports::new(&names);
    let mut bodies = String::new();
    let gap = if matches!(form, Form::Stub(_)) { "" } else { "\n\n" };
    for builder in builders {
        bodies.push_str(gap);
        bodies.push_str(&function(builder, form, &mut imports));
    }
    let mut text = String::new();
    if let Form::Implementation(source) = form {
        // Signatures are shown as they are written.
        let future = "from __future__ import annotations\n\n";
        text.push_str(&format!("\"\"\"{}\"\"\"\n\n{future}", source.docs));
    }
    if builders.is_empty() {
        text.push_str("__all__: list[str] = []\n");
        return text;
    }
    let listed = listed(form, &mut imports);
    text.push_str(&imports.print(form, home));
    text.push_str("\n__all__ = [\n");
    let (Form::Implementation(source) | Form::Stub(source)) = form;
    let written = source.written.iter().flat_map(|written| written.names);
    let mut exported: Vec<&str> = names.iter().chain(written).copied().collect();
    exported.sort_by_key(|name| natural(name));
    for name in exported {
        text.push_str(&format!("{INDENT}\"{name}\",\n"));
    }
    text.push_str(if gap.is_empty() { "]\n\n" } else { "]\n" });
    text.push_str(&listed);
    text.push_str(&bodies);
    text
}

/// What completion lists, which is the functions alone, and what is said of a name that is none of them.
fn listed(form: Form<'_>, imports: &mut Imports<'_>) -> String {
    let names = format!("{}[{}]", imports.builtin("list"), imports.builtin("str"));
    let Form::Implementation(source) = form else {
        return format!("def __dir__() -> {names}: ...\n");
    };
    imports.missing = true;
    let name = imports.builtin("str");
    format!(
        "\n\ndef __dir__() -> {names}:\n{INDENT}return __all__\n\n\n\
         def __getattr__(name: {name}) -> NoReturn:\n\
         {INDENT}raise _{}.missing(__name__, name, __all__)\n",
        source.name
    )
}

fn function(builder: &Builder, form: Form<'_>, imports: &mut Imports<'_>) -> String {
    let mut text = String::new();
    if let Some(reason) = &builder.deprecated {
        imports.deprecated = true;
        text.push_str(&format!("@deprecated({})\n", string(reason)));
    }
    if let Some(short) = &builder.short {
        return text + &overloaded(builder, short, form, imports);
    }
    let parameters = parameters(builder, imports);
    match form {
        Form::Stub(_) => text.push_str(&head(builder, &parameters, " ...")),
        Form::Implementation(source) => {
            let name = string(&builder.function);
            text.push_str(&format!("@_{}.builder({name})\n", source.name));
            text.push_str(&head(builder, &parameters, ""));
            text.push_str(&docstring::print(&builder.docs, INDENT));
            text.push_str(&call(builder, source.name).print(1, "return ", ""));
        }
    }
    text
}

/// A function of two forms: checkers know both, and which one a call is of is seen when it is made.
fn overloaded(
    builder: &Builder,
    short: &Short,
    form: Form<'_>,
    imports: &mut Imports<'_>,
) -> String {
    imports.overload = true;
    let mut overload = |parameters: &[Parameter]| {
        let printed: Vec<Printed> = parameters.iter().map(|it| imports.parameter(it)).collect();
        format!("@overload\n{}", head(builder, &printed, " ..."))
    };
    let (short, long) = (overload(&short.parameters), overload(&builder.parameters));
    let Form::Implementation(source) = form else { return short + &long };
    let mut annotations: Vec<String> = Vec::new();
    for annotation in builder.parameters.iter().flat_map(|parameter| &parameter.annotations) {
        let name = imports.annotation(annotation);
        if !annotations.contains(&name) {
            annotations.push(name);
        }
    }
    let any = annotations.join(" | ");
    let all = ["*arguments", "**named"]
        .map(|name| Printed { text: format!("{name}: {any}"), values: Vec::new() });
    let arguments = [Code::string(&builder.function), Code::atom("arguments"), Code::atom("named")];
    let call = Code::call(format!("_{}.overloaded", source.name), arguments);
    let (head, docs) = (head(builder, &all, ""), docstring::print(&builder.docs, INDENT));
    let refusing = format!("@_{}.builder({})\n", source.name, string(&builder.function));
    [short, long, format!("{refusing}{head}{docs}{}", call.print(1, "return ", ""))].join("\n\n")
}

/// What the body calls.
fn call(builder: &Builder, functions: &str) -> Code {
    let method = match builder.kind {
        FunctionKind::Scalar => "scalar",
        FunctionKind::Aggregate => "aggregate",
        FunctionKind::Window => "window",
        FunctionKind::Table => "table",
    };
    let host = (builder.kind == FunctionKind::Table).then(|| Code::atom(HOST));
    let arguments = builder.parameters.iter().map(|parameter| {
        let star = if parameter.rest { "*" } else { "" };
        Code::atom(format!("{star}{}", parameter.name))
    });
    let name = std::iter::once(Code::string(&builder.function));
    let arguments = host.into_iter().chain(name).chain(arguments);
    let call = Code::call(format!("_{functions}.{method}"), arguments);
    builder
        .options
        .iter()
        .fold(call, |call, option| call.with(option.name(), Code::atom(option.name())))
}

/// A parameter in a head: its text, and the parts of its list of values.
struct Printed {
    text: String,
    values: Vec<String>,
}

fn parameters(builder: &Builder, imports: &mut Imports<'_>) -> Vec<Printed> {
    let plain = |text: String| Printed { text, values: Vec::new() };
    let mut printed = Vec::new();
    if builder.kind == FunctionKind::Table {
        imports.host = true;
        printed.push(plain(format!("{HOST}: TableHost[Rows]")));
    }
    printed.extend(builder.parameters.iter().map(|parameter| imports.parameter(parameter)));
    let is_rest = builder.parameters.iter().any(|parameter| parameter.rest);
    if !builder.options.is_empty() && !is_rest {
        printed.push(plain("*".to_owned()));
    }
    printed.extend(builder.options.iter().map(|option| plain(imports.option(*option))));
    printed
}

/// `def name(…) -> …:`, broken as `ruff format` breaks it.
fn head(builder: &Builder, parameters: &[Printed], body: &str) -> String {
    let name = &builder.name;
    let returns = if builder.kind == FunctionKind::Table { "Rows" } else { "Expr" };
    let texts: Vec<&str> = parameters.iter().map(|parameter| parameter.text.as_str()).collect();
    let joined = texts.join(", ");
    let line = format!("def {name}({joined}) -> {returns}:{body}");
    if line.chars().count() <= WIDTH || parameters.is_empty() {
        return format!("{line}\n");
    }
    if INDENT.len() + joined.chars().count() <= WIDTH {
        return format!("def {name}(\n{INDENT}{joined}\n) -> {returns}:{body}\n");
    }
    let lines: String = parameters.iter().map(on_its_lines).collect();
    format!("def {name}(\n{lines}) -> {returns}:{body}\n")
}

/// A parameter on a line of its own, or on more where a list of values makes it too long.
fn on_its_lines(parameter: &Printed) -> String {
    let Printed { text, values } = parameter;
    let line = format!("{INDENT}{text},\n");
    let list = values.join(", ");
    let parts = text
        .split_once("Literal[")
        .and_then(|(before, rest)| Some((before, rest.strip_prefix(&list)?.strip_prefix(']')?)));
    let Some((before, after)) = parts.filter(|_| WIDTH < line.trim_end().chars().count()) else {
        return line;
    };
    let inner = if 2 * INDENT.len() + list.chars().count() <= WIDTH {
        format!("{INDENT}{INDENT}{list}\n")
    } else if let [only] = values.as_slice() {
        format!("{INDENT}{INDENT}{only}\n")
    } else {
        values.iter().map(|value| format!("{INDENT}{INDENT}{value},\n")).collect()
    };
    let after = after.replacen(" | None", &format!("\n{INDENT}| None"), 1);
    format!("{INDENT}{before}Literal[\n{inner}{INDENT}]{after},\n")
}

/// What the annotations met so far need.
struct Imports<'a> {
    /// The names that the functions take from the module's scope.
    shadowed: &'a BTreeSet<&'a str>,
    aliases: BTreeSet<&'static str>,
    builtins: bool,
    literal: bool,
    /// Whether a name that is not there is told of.
    missing: bool,
    overload: bool,
    deprecated: bool,
    frame: bool,
    /// Whether functions take what has tables.
    host: bool,
}

impl<'a> Imports<'a> {
    fn new(shadowed: &'a BTreeSet<&'a str>) -> Self {
        let aliases = BTreeSet::new();
        let (builtins, literal, missing, overload) = Default::default();
        let (deprecated, frame, host) = Default::default();
        Self { shadowed, aliases, builtins, literal, missing, overload, deprecated, frame, host }
    }

    fn alias(&mut self, name: &'static str) -> String {
        self.aliases.insert(name);
        name.to_owned()
    }

    /// A function called `str` hides the type: the annotation then names the type's module.
    fn builtin(&mut self, name: &'static str) -> String {
        if self.shadowed.contains(name) {
            self.builtins = true;
            format!("builtins.{name}")
        } else {
            name.to_owned()
        }
    }

    fn annotation(&mut self, annotation: &Annotation) -> String {
        match annotation {
            Annotation::Builtin(name) => self.builtin(name),
            Annotation::Alias(name) => self.alias(name),
        }
    }

    /// One parameter: `form: Literal["nfc", "nfkc"] = "nfkc"`.
    fn parameter(&mut self, parameter: &Parameter) -> Printed {
        let values: Vec<String> = parameter.values.iter().map(|value| string(value)).collect();
        let mut types = Vec::new();
        if values.is_empty() {
            for annotation in &parameter.annotations {
                types.push(self.annotation(annotation));
            }
        } else {
            self.literal = true;
            types.push(format!("Literal[{}]", values.join(", ")));
        }
        if parameter.or_none {
            types.push("None".to_owned());
        }
        let star = if parameter.rest { "*" } else { "" };
        let mut text = format!("{star}{}: {}", parameter.name, types.join(" | "));
        // Python lets nobody give a default to what takes the rest: it takes nothing by default.
        if let Some(default) = parameter.default.as_ref().filter(|_| !parameter.rest) {
            text.push_str(&format!(" = {default}"));
        }
        Printed { text, values }
    }

    /// What a call can say besides its arguments, with the default that says nothing.
    fn option(&mut self, option: CallOption) -> String {
        let ty = match option {
            CallOption::Distinct | CallOption::IgnoreNulls => {
                return format!("{}: {} = False", option.name(), self.builtin("bool"));
            }
            CallOption::Filter => "Expr".to_owned(),
            CallOption::PartitionBy => self.alias("Keys"),
            CallOption::OrderBy => self.alias("SortKeys"),
            CallOption::Frame => {
                self.frame = true;
                "WindowFrame".to_owned()
            }
        };
        format!("{}: {ty} | None = None", option.name())
    }

    /// The blocks that linters ask for: the standard library, other packages, this one.
    fn print(&self, form: Form<'_>, home: Home) -> String {
        let mut standard = Vec::new();
        if self.builtins {
            standard.push("import builtins\n".to_owned());
        }
        let typing =
            [("Literal", self.literal), ("NoReturn", self.missing), ("overload", self.overload)];
        let typing: Vec<&str> = typing.iter().filter(|it| it.1).map(|it| it.0).collect();
        if !typing.is_empty() {
            standard.push(import("typing", &typing));
        }
        let mut others = Vec::new();
        let mut own = Vec::new();
        if let Form::Implementation(Source { module, name, .. }) = form {
            own.push(format!("from .{module} import {name} as _{name}\n"));
        }
        let (Form::Implementation(source) | Form::Stub(source)) = form;
        own.extend(source.written.iter().map(|it| import(&format!(".{}", it.module), it.names)));
        let aliases: Vec<&str> = self.aliases.iter().copied().collect();
        match home {
            _ if aliases.is_empty() => {}
            Home::Here => own.push(import(".arguments", &aliases)),
            Home::Elsewhere => others.push(import("belvedere.arguments", &aliases)),
        }
        let host = ["Rows", "TableHost"];
        match home {
            _ if !self.host => {
                let frame: &[&str] = if self.frame { &["Expr", "WindowFrame"] } else { &["Expr"] };
                others.push(import("datafusion", frame));
            }
            Home::Here => own.push(import(".extension", &host)),
            Home::Elsewhere => others.push(import("belvedere.extension", &host)),
        }
        if self.deprecated {
            others.push("from typing_extensions import deprecated\n".to_owned());
        }
        let blocks = [standard, others, own].into_iter().filter(|block| !block.is_empty());
        blocks.map(|block| block.concat()).collect::<Vec<_>>().join("\n")
    }
}

/// What linters sort names by: texts and the numbers between them, so that `log2` is before `log10`.
fn natural(name: &str) -> Vec<(String, u64)> {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let (text, more) = rest.split_at(rest.find(is_digit).unwrap_or(rest.len()));
        let digits = more.find(|c| !is_digit(c)).unwrap_or(more.len());
        // A number that no `u64` holds is no part of a name that somebody sorts by it.
        parts.push((text.to_owned(), more[..digits].parse().unwrap_or(0)));
        rest = &more[digits..];
    }
    parts
}

/// `from module import …`, broken as `ruff format` breaks it.
fn import(module: &str, names: &[&str]) -> String {
    let line = format!("from {module} import {}", names.join(", "));
    if line.len() <= WIDTH {
        return format!("{line}\n");
    }
    format!("from {module} import (\n{INDENT}{},\n)\n", names.join(",\n    "))
}
