//! Typed Python stubs: one `.pyi` text for all functions and one for the types that it imports.
//!
//! Every function takes and gives expressions of the `datafusion` package. Parameters keep their
//! names, so that they can be given by keyword; the type of a parameter says which plain Python
//! values stand for a constant. What must be constant takes no expression at all. The text is a
//! fixed point of `ruff format`, so that a project which formats its stubs sees no difference.

use std::collections::BTreeSet;
use std::fmt;

use super::fill;
use super::registry::{Function, FunctionKind, Param, Registry};
use crate::types::{ANY_STRUCT, ANY_UNION, Type, parse_value_type};

/// The width that `ruff format` breaks lines at.
const WIDTH: usize = 88;

const INDENT: &str = "    ";

/// The keywords of Python, which no parameter and no function can be called.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Built-in types that annotations mention and that a function may be called after.
const BUILTINS: [&str; 5] = ["bool", "bytes", "float", "int", "str"];

/// A default that is no literal of the view language: the registry was not written by Belvedere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableDefault {
    /// The function's name.
    pub function: String,
    /// The parameter's name.
    pub param: String,
    /// The text that should be a literal.
    pub default: String,
}

impl fmt::Display for UnreadableDefault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, param, default } = self;
        write!(f, "the default of `{param}` in `{function}` is no literal: `{default}`")
    }
}

impl std::error::Error for UnreadableDefault {}

/// Prints the stub of every function, as the text of `functions.pyi`.
///
/// # Errors
///
/// A default that is no literal.
pub fn functions(registry: &Registry, command: &str) -> Result<String, UnreadableDefault> {
    // A table is no expression.
    let are_expressions = registry.functions.iter().filter(|f| f.kind != FunctionKind::Table);
    let mut functions: Vec<(String, &Function)> =
        are_expressions.map(|function| (escape(&function.name), function)).collect();
    functions.sort_by(|left, right| left.0.cmp(&right.0));
    let names: BTreeSet<&str> = functions.iter().map(|(name, _)| name.as_str()).collect();

    let mut imports = Imports::new(&names);
    let mut bodies = String::new();
    for (name, function) in &functions {
        let params = function
            .params
            .iter()
            .map(|param| parameter(function, param, &mut imports))
            .collect::<Result<Vec<_>, _>>()?;
        bodies.push('\n');
        if let Some(reason) = &function.deprecated {
            imports.deprecated = true;
            bodies.push_str(&format!("@deprecated({})\n", string(reason)));
        }
        bodies.push_str(&head(name, &params, &function.params));
        bodies.push_str(&docstring(function));
    }

    let mut text = header(command);
    text.push_str(&imports.print());
    text.push_str("\n__all__ = [\n");
    for name in &names {
        text.push_str(&format!("{INDENT}\"{name}\",\n"));
    }
    text.push_str("]\n");
    text.push_str(&bodies);
    Ok(text)
}

/// Prints `_types.pyi`: the aliases that the stub of the functions imports.
#[must_use]
pub fn types(command: &str) -> String {
    let mut text = header(command);
    text.push_str(TYPES);
    text
}

const TYPES: &str = "\
import datetime
import decimal
import uuid
from typing import TypeAlias

from datafusion import Expr

# What may stand where a column is expected: an expression, or a value for a constant.
IntoBool: TypeAlias = Expr | bool | None
IntoInt: TypeAlias = Expr | int | None
IntoFloat: TypeAlias = Expr | float | None
IntoDecimal: TypeAlias = Expr | decimal.Decimal | int | None
IntoText: TypeAlias = Expr | str | None
IntoBytes: TypeAlias = Expr | bytes | None
IntoUuid: TypeAlias = Expr | uuid.UUID | None
IntoDate: TypeAlias = Expr | datetime.date | None
IntoTimestamp: TypeAlias = Expr | datetime.datetime | None
IntoTime: TypeAlias = Expr | datetime.time | None
IntoDuration: TypeAlias = Expr | datetime.timedelta | None
IntoNested: TypeAlias = Expr | None
IntoExpr: TypeAlias = (
    Expr
    | bool
    | int
    | float
    | str
    | bytes
    | datetime.date
    | datetime.datetime
    | datetime.time
    | datetime.timedelta
    | decimal.Decimal
    | None
)

# Constants that have no built-in type.
Decimal: TypeAlias = decimal.Decimal
Uuid: TypeAlias = uuid.UUID
Date: TypeAlias = datetime.date
Timestamp: TypeAlias = datetime.datetime
Time: TypeAlias = datetime.time
Duration: TypeAlias = datetime.timedelta
";

fn header(command: &str) -> String {
    format!("# generated by `{command}`, do not edit\n\n")
}

/// What the annotations met so far need.
struct Imports<'a> {
    /// The names that the functions take from the module's scope.
    shadowed: &'a BTreeSet<&'a str>,
    aliases: BTreeSet<&'static str>,
    builtins: bool,
    literal: bool,
    deprecated: bool,
}

impl<'a> Imports<'a> {
    fn new(shadowed: &'a BTreeSet<&'a str>) -> Self {
        let aliases = BTreeSet::new();
        Self { shadowed, aliases, builtins: false, literal: false, deprecated: false }
    }

    fn alias(&mut self, name: &'static str) -> String {
        self.aliases.insert(name);
        name.to_owned()
    }

    /// A function called `str` hides the type: the annotation then names the type's module.
    fn builtin(&mut self, name: &'static str) -> String {
        debug_assert!(BUILTINS.contains(&name));
        if self.shadowed.contains(name) {
            self.builtins = true;
            format!("builtins.{name}")
        } else {
            name.to_owned()
        }
    }

    fn print(&self) -> String {
        let mut text = String::new();
        if self.builtins {
            text.push_str("import builtins\n");
        }
        if self.literal {
            text.push_str("from typing import Literal\n");
        }
        if self.builtins || self.literal {
            text.push('\n');
        }
        text.push_str("from datafusion import Expr\n");
        if self.deprecated {
            text.push_str("from typing_extensions import deprecated\n");
        }
        if !self.aliases.is_empty() {
            text.push_str("\nfrom ._types import ");
            let names: Vec<_> = self.aliases.iter().copied().collect();
            let line = names.join(", ");
            if "from ._types import ".len() + line.len() <= WIDTH {
                text.push_str(&line);
            } else {
                text.push_str(&format!("(\n{INDENT}{},\n)", names.join(",\n    ")));
            }
            text.push('\n');
        }
        text
    }
}

/// One parameter: `form: Literal["nfc", "nfkc"] = "nfkc"`.
fn parameter(
    function: &Function,
    param: &Param,
    imports: &mut Imports<'_>,
) -> Result<String, UnreadableDefault> {
    let star = if param.variadic { "*" } else { "" };
    let ty = if param.literal { constant(param, imports) } else { column(param, imports) };
    let mut text = format!("{star}{}: {ty}", escape(&param.name));
    if let Some(default) = &param.default {
        let value = python_literal(default).ok_or_else(|| UnreadableDefault {
            function: function.name.clone(),
            param: param.name.clone(),
            default: default.clone(),
        })?;
        text.push_str(&format!(" = {value}"));
    }
    Ok(text)
}

/// The type of a parameter; none where it has type parameters.
fn type_of(param: &Param) -> Option<Type> {
    parse_value_type(&param.ty).ok().map(|value| value.ty)
}

/// What stands for a column of the parameter's type.
fn column(param: &Param, imports: &mut Imports<'_>) -> String {
    if param.any {
        return imports.alias("IntoExpr");
    }
    imports.alias(match type_of(param) {
        Some(Type::Bool) => "IntoBool",
        Some(Type::Int(_)) => "IntoInt",
        Some(Type::F32 | Type::F64) => "IntoFloat",
        Some(Type::Decimal(_)) => "IntoDecimal",
        Some(Type::String | Type::Json) => "IntoText",
        Some(Type::Bytes | Type::FixedBytes(_)) => "IntoBytes",
        Some(Type::Uuid) => "IntoUuid",
        Some(Type::Date) => "IntoDate",
        Some(Type::Timestamp | Type::LocalTimestamp) => "IntoTimestamp",
        Some(Type::Time) => "IntoTime",
        Some(Type::Duration) => "IntoDuration",
        Some(Type::Interval) => "IntoNested",
        _ if is_type_param(&param.ty) && ![ANY_STRUCT, ANY_UNION].contains(&param.ty.as_str()) => {
            "IntoExpr"
        }
        _ => "IntoNested",
    })
}

/// Whether a type is a parameter of the function's own: a bare name that is no type. A struct is
/// written with its fields.
fn is_type_param(ty: &str) -> bool {
    ty.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// What stands for a constant of the parameter's type.
fn constant(param: &Param, imports: &mut Imports<'_>) -> String {
    let mut ty = match type_of(param) {
        _ if !param.values.is_empty() => {
            imports.literal = true;
            format!("Literal[{}]", values(param).join(", "))
        }
        Some(Type::Bool) => imports.builtin("bool"),
        Some(Type::Int(_)) => imports.builtin("int"),
        Some(Type::F32 | Type::F64) => imports.builtin("float"),
        Some(Type::Decimal(_)) => imports.alias("Decimal"),
        Some(Type::String | Type::Json) => imports.builtin("str"),
        Some(Type::Bytes | Type::FixedBytes(_)) => imports.builtin("bytes"),
        Some(Type::Uuid) => imports.alias("Uuid"),
        Some(Type::Date) => imports.alias("Date"),
        Some(Type::Timestamp | Type::LocalTimestamp) => imports.alias("Timestamp"),
        Some(Type::Time) => imports.alias("Time"),
        Some(Type::Duration) => imports.alias("Duration"),
        Some(Type::Interval) => imports.alias("IntoNested"),
        _ if is_type_param(&param.ty) => imports.alias("IntoExpr"),
        _ => imports.alias("IntoNested"),
    };
    if param.nullable || param.default.as_deref() == Some("null") {
        ty.push_str(" | None");
    }
    ty
}

/// `def name(…) -> Expr:`, broken as `ruff format` breaks it.
fn head(name: &str, params: &[String], described: &[Param]) -> String {
    let joined = params.join(", ");
    let line = format!("def {name}({joined}) -> Expr:");
    if line.chars().count() <= WIDTH || params.is_empty() {
        return format!("{line}\n");
    }
    if INDENT.len() + joined.chars().count() <= WIDTH {
        return format!("def {name}(\n{INDENT}{joined}\n) -> Expr:\n");
    }
    let lines: String =
        params.iter().zip(described).map(|(text, param)| on_its_lines(text, param)).collect();
    format!("def {name}(\n{lines}) -> Expr:\n")
}

/// A parameter on a line of its own, or on more where a list of values makes it too long.
fn on_its_lines(text: &str, param: &Param) -> String {
    let line = format!("{INDENT}{text},\n");
    let values = values(param);
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

/// The values of a constant as Python writes them.
fn values(param: &Param) -> Vec<String> {
    param.values.iter().map(|value| string(value)).collect()
}

fn docstring(function: &Function) -> String {
    let width = WIDTH - INDENT.len();
    let mut lines = fill(&function.summary, width - 3);
    for paragraph in &function.paragraphs {
        lines.push(String::new());
        lines.extend(fill(paragraph, width));
    }
    let kind = match function.kind {
        FunctionKind::Scalar if function.calls.is_some() => {
            Some("An async function: a session has to allow it.")
        }
        FunctionKind::Scalar | FunctionKind::Table => None,
        FunctionKind::Aggregate => Some("An aggregate: one value for a group of rows."),
        FunctionKind::Window => Some("A window function: a value for each row, called with OVER."),
    };
    if let Some(kind) = kind {
        lines.push(String::new());
        lines.push(kind.to_owned());
    }
    if !function.aliases.is_empty() {
        lines.push(String::new());
        lines.extend(fill(&format!("In SQL also: {}.", function.aliases.join(", ")), width));
    }
    for example in &function.examples {
        lines.push(String::new());
        lines.push("In SQL::".to_owned());
        lines.push(String::new());
        lines.extend(example.sql.lines().map(|line| format!("{INDENT}{}", line.trim_end())));
        let rows = example.expected.lines();
        lines.extend(rows.map(|row| format!("{INDENT}-- {}", row.trim_end())));
    }
    close_docstring(&lines)
}

/// The lines as a docstring: its end stands alone when there is more than one.
fn close_docstring(lines: &[String]) -> String {
    let escaped: Vec<String> = lines
        .iter()
        .map(|line| line.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\""))
        .collect();
    match escaped.as_slice() {
        // A stub without a text still needs a body.
        [] => format!("{INDENT}...\n"),
        [line] => {
            let gap = if line.ends_with('"') { " " } else { "" };
            format!("{INDENT}\"\"\"{line}{gap}\"\"\"\n")
        }
        [first, rest @ ..] => {
            let mut text = format!("{INDENT}\"\"\"{first}\n");
            for line in rest {
                text.push_str(format!("{INDENT}{line}").trim_end());
                text.push('\n');
            }
            text.push_str(&format!("{INDENT}\"\"\"\n"));
            text
        }
    }
}

/// A name that Python accepts: a keyword gets an underscore, as PEP 8 has it.
fn escape(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

/// A literal of the view language as one of Python.
fn python_literal(text: &str) -> Option<String> {
    if text == "null" {
        return Some("None".to_owned());
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text),
    };
    let value = match syn::parse_str(rest).ok()? {
        syn::Lit::Bool(value) if sign.is_empty() => {
            if value.value { "True" } else { "False" }.into()
        }
        syn::Lit::Str(value) if sign.is_empty() => string(&value.value()),
        syn::Lit::Int(value) => value.base10_digits().to_owned(),
        syn::Lit::Float(value) => format!("{:?}", value.base10_parse::<f64>().ok()?),
        _ => return None,
    };
    Some(format!("{sign}{value}"))
}

/// A Python string, in the quotes that need fewer escapes.
fn string(text: &str) -> String {
    let quote = if text.matches('"').count() > text.matches('\'').count() { '\'' } else { '"' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}
