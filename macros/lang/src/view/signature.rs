//! The signature of a function as text, and read from it: what a carrier tells of a function, and what
//! messages and documents show.

use std::fmt;

use crate::sink::Sink;
use crate::tokens::{Reader, name_of};
use crate::types::{self, ANY_STRUCT, ANY_UNION, Form, TextError, Type, TypeSyntax, ValueType};
use crate::view::env::is_hidden;
use crate::view::messages;

/// A function that a view calls.
///
/// Text form (what a carrier holds; `?` alone for a function whose own errors hide it):
/// ```text
/// signature = [ "async" | "aggregate" | "window" | "table" ] ident [ "<" typ { "," typ } ">" ]
///             "(" [ param { "," param } [ "," ] ] ")" "->" value
/// typ       = ident [ ":" ( "SortValue" | "Number" ) ]
/// param     = ident ":" [ "..." ] [ "literal" ] ( value | "any" ) [ "=" default ]
/// default   = [ "-" ] literal | "true" | "false" | "null"
/// ```
/// `...` marks a trailing variadic; `any` in place of a value accepts every type as text; the
/// names between angle brackets stand for whatever types a call has in their places, those with a
/// bound for types that have an order, or for numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// How many values it gives.
    pub kind: FunctionKind,
    /// The Rust name.
    pub name: String,
    /// The type parameters; [`Signature::instantiate`] does away with them.
    pub type_params: Vec<TypeParam>,
    /// The parameters in order.
    pub params: Vec<Param>,
    /// The result; `Option` for what the function itself may return as NULL.
    pub returns: ValueType,
}

/// How many values a function gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FunctionKind {
    /// One for each row.
    #[default]
    Scalar,
    /// One for each row, which is waited for.
    Async,
    /// One for a group of rows. A parameter `T` leaves out rows in which it is NULL.
    Aggregate,
    /// One for each row, out of the rows around it.
    Window,
    /// A table: the result is the type of a row, or that of its only column.
    Table,
}

impl FunctionKind {
    /// The word before the name in a signature; functions of rows have none.
    #[must_use]
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Scalar => None,
            Self::Async => Some("async"),
            Self::Aggregate => Some("aggregate"),
            Self::Window => Some("window"),
            Self::Table => Some("table"),
        }
    }
}

/// A type parameter of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeParam {
    /// Its name.
    pub name: String,
    /// The types that it stands for.
    pub set: TypeSet,
}

/// The types that a type parameter stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeSet {
    /// Every type.
    Any,
    /// Types that have an order.
    Ordered,
    /// Integers and floats, each as the widest of its kind: `i64`, `u64`, `f64`.
    Number,
}

impl TypeSet {
    /// The bound that says so.
    #[must_use]
    pub const fn bound(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::Ordered => Some(SORT_VALUE),
            Self::Number => Some(NUMBER),
        }
    }
}

impl fmt::Display for TypeParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match self.set.bound() {
            Some(bound) => write!(f, ": {bound}"),
            None => Ok(()),
        }
    }
}

/// The bound of a type parameter that stands for types with an order.
pub const SORT_VALUE: &str = "SortValue";

/// The bound of a type parameter that stands for numbers.
pub const NUMBER: &str = "Number";

/// `<K: SortValue, V>`, or nothing.
#[must_use]
pub fn type_params_to_text(type_params: &[TypeParam]) -> String {
    let texts: Vec<String> = type_params.iter().map(TypeParam::to_string).collect();
    if texts.is_empty() { String::new() } else { format!("<{}>", texts.join(", ")) }
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The Rust name.
    pub name: String,
    /// What it takes. `Option<T>` sees NULL; `T` makes the result NULL where the argument is, or
    /// leaves the row out of a group.
    pub ty: ValueType,
    /// Whether any type is accepted and given as text.
    pub any: bool,
    /// Whether it must be a constant.
    pub literal: bool,
    /// Whether it takes all the remaining arguments.
    pub variadic: bool,
    /// The default of a trailing parameter, as a literal in the view language.
    pub default: Option<String>,
}

impl Signature {
    /// Reads the text form.
    ///
    /// # Errors
    ///
    /// The text is not in the text form.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        types::read_text(text, parse_signature)
    }

    /// Reads the text of a function's carrier: `None` for one whose own errors hide it.
    ///
    /// # Errors
    ///
    /// The text is neither a signature nor `?`.
    pub fn parse_carrier(text: &str) -> Result<Option<Self>, TextError> {
        if is_hidden(text) { Ok(None) } else { Self::parse(text).map(Some) }
    }

    /// The text that [`Signature::parse`] reads.
    #[must_use]
    pub fn to_full_text(&self) -> String {
        types::full(|f| self.write(f, Form::Full))
    }

    fn write(&self, f: &mut dyn fmt::Write, form: Form) -> fmt::Result {
        if let Some(word) = self.kind.word() {
            write!(f, "{word} ")?;
        }
        f.write_str(&self.name)?;
        f.write_str(&type_params_to_text(&self.type_params))?;
        f.write_str("(")?;
        for (i, param) in self.params.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            param.write(f, form)?;
        }
        f.write_str(") -> ")?;
        self.returns.write(f, form)
    }
}

impl Param {
    fn write(&self, f: &mut dyn fmt::Write, form: Form) -> fmt::Result {
        f.write_str(&self.name)?;
        f.write_str(": ")?;
        if self.variadic {
            f.write_str("...")?;
        }
        if self.literal {
            f.write_str("literal")?;
        }
        // A text constant is most often a choice among few words, so its type says nothing.
        let implied = form == Form::Short && self.literal && self.ty.ty == Type::String;
        if self.literal && !implied {
            f.write_str(" ")?;
        }
        if self.any {
            f.write_str("any")?;
        } else if !implied {
            self.ty.write(f, form)?;
        }
        match &self.default {
            Some(default) => write!(f, " = {default}"),
            None => Ok(()),
        }
    }
}

/// The form that messages show: structs by their names, text constants as `literal`.
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, Form::Short)
    }
}

fn parse_signature(reader: &mut Reader<'_>, sink: &Sink) -> Option<Signature> {
    let (kind, name) = match (reader.ident(), reader.ident()) {
        // A function may be called `aggregate`, `window` or `table`.
        (Some(kind), Some(name)) if kind == "async" => (FunctionKind::Async, name),
        (Some(kind), Some(name)) if kind == "aggregate" => (FunctionKind::Aggregate, name),
        (Some(kind), Some(name)) if kind == "window" => (FunctionKind::Window, name),
        (Some(kind), Some(name)) if kind == "table" => (FunctionKind::Table, name),
        (Some(name), None) => (FunctionKind::Scalar, name),
        _ => return fail(reader, sink, "a function's name"),
    };
    let type_params = parse_type_params(reader, sink)?;
    let Some((mut inside, _)) = reader.group(proc_macro2::Delimiter::Parenthesis) else {
        return fail(reader, sink, "`(`");
    };
    let mut params = Vec::new();
    while !inside.is_end() {
        params.push(parse_param(&mut inside, &type_params, sink)?);
        if inside.punct(',').is_none() && !inside.is_end() {
            return fail(&inside, sink, "`,`");
        }
    }
    if reader.op("->").is_none() {
        return fail(reader, sink, "`->`");
    }
    let returns = parse_value(reader, &type_params, sink)?;
    Some(Signature { kind, name: name_of(&name), type_params, params, returns })
}

fn parse_type_params(reader: &mut Reader<'_>, sink: &Sink) -> Option<Vec<TypeParam>> {
    let mut names = Vec::new();
    if reader.punct('<').is_none() {
        return Some(names);
    }
    loop {
        let Some(name) = reader.ident() else { return fail(reader, sink, "a type parameter") };
        let set = if reader.punct(':').is_none() {
            TypeSet::Any
        } else if reader.word(SORT_VALUE).is_some() {
            TypeSet::Ordered
        } else if reader.word(NUMBER).is_some() {
            TypeSet::Number
        } else {
            return fail(reader, sink, "`SortValue` or `Number`");
        };
        names.push(TypeParam { name: name_of(&name), set });
        if reader.punct('>').is_some() {
            return Some(names);
        }
        if reader.punct(',').is_none() {
            return fail(reader, sink, "`>`");
        }
    }
}

/// A type of a text, in which every name is followed by its fields or a type parameter.
fn parse_value(
    reader: &mut Reader<'_>,
    type_params: &[TypeParam],
    sink: &Sink,
) -> Option<ValueType> {
    let mut lookup = |path: &syn::Path| {
        let name = path.get_ident().map(name_of)?;
        if name == ANY_STRUCT {
            return Some(Type::AnyStruct);
        }
        if name == ANY_UNION {
            return Some(Type::AnyUnion);
        }
        type_params.iter().any(|param| param.name == name).then_some(Type::Param(name))
    };
    TypeSyntax::parse(reader, sink)?.resolve(&mut lookup, sink)
}

fn parse_param(reader: &mut Reader<'_>, type_params: &[TypeParam], sink: &Sink) -> Option<Param> {
    let Some(name) = reader.ident() else { return fail(reader, sink, "a parameter's name") };
    if reader.punct(':').is_none() {
        return fail(reader, sink, "`:`");
    }
    let variadic = reader.op("...").is_some();
    let literal = reader.word("literal").is_some();
    let any = reader.word("any").is_some();
    let ty = if any {
        ValueType::optional(Type::String)
    } else {
        parse_value(reader, type_params, sink)?
    };
    let default = match reader.op("=") {
        Some(_) => Some(parse_default(reader, sink)?),
        None => None,
    };
    Some(Param { name: name_of(&name), ty, any, literal, variadic, default })
}

fn parse_default(reader: &mut Reader<'_>, sink: &Sink) -> Option<String> {
    let sign = if reader.punct('-').is_some() { "-" } else { "" };
    if let Some(literal) = reader.literal() {
        return Some(format!("{sign}{literal}"));
    }
    match reader.ident() {
        Some(word) if word == "true" || word == "false" || word == "null" => Some(word.to_string()),
        _ => fail(reader, sink, "a literal"),
    }
}

fn fail<T>(reader: &Reader<'_>, sink: &Sink, wanted: &str) -> Option<T> {
    sink.error(reader.span(), messages::wanted(wanted, &reader.describe()));
    None
}

#[cfg(test)]
mod tests {
    use super::Signature;

    /// Full text reads back to itself; the short form is what a note shows.
    fn check(full: &str, short: &str) {
        let signature = Signature::parse(full).unwrap();
        assert_eq!(signature.to_full_text(), full);
        assert_eq!(signature.to_string(), short);
    }

    #[test]
    fn signatures_round_trip() {
        check("f() -> bool", "f() -> bool");
        check(
            "span_len(span: Span { bstart: i64, bend: Option<i64> }) -> i64",
            "span_len(span: Span) -> i64",
        );
        check(
            "col_to_byte(line: String, col: i64, unit: literal String) -> Option<i64>",
            "col_to_byte(line: String, col: i64, unit: literal) -> Option<i64>",
        );
        check(
            "n(value: String, form: literal String = \"nfkc\", fold: literal bool = true, by: \
             literal i64 = -1) -> String",
            "n(value: String, form: literal = \"nfkc\", fold: literal bool = true, by: literal \
             i64 = -1) -> String",
        );
        check("h(parts: ...any) -> i64", "h(parts: ...any) -> i64");
        check(
            "m(m: Map<String, Option<List<{ a: i64 }>>>) -> List<{ key: String }>",
            "m(m: Map<String, Option<List<{ a: i64 }>>>) -> List<{ key: String }>",
        );
        check(
            "aggregate arg_max<V: SortValue, K: SortValue>(value: V, key: K) -> Option<V>",
            "aggregate arg_max<V: SortValue, K: SortValue>(value: V, key: K) -> Option<V>",
        );
        check("aggregate(x: i64) -> i64", "aggregate(x: i64) -> i64");
        check("window row_index() -> i64", "window row_index() -> i64");
        check("window total<N: Number>(value: N) -> N", "window total<N: Number>(value: N) -> N");
        check("window(x: i64) -> i64", "window(x: i64) -> i64");
        check("async look_up(key: String) -> i64", "async look_up(key: String) -> i64");
        check("table t(x: i64 = 1) -> Row { a: i64 }", "table t(x: i64 = 1) -> Row");
        check(
            "pick(value: AnyStruct, fields: ...literal String) -> Option<AnyStruct>",
            "pick(value: AnyStruct, fields: ...literal) -> Option<AnyStruct>",
        );
        check(
            "e<K, V>(map: Map<K, V>) -> List<{ key: K, value: V }>",
            "e<K, V>(map: Map<K, V>) -> List<{ key: K, value: V }>",
        );
    }

    #[test]
    fn wrong_signatures_say_what_is_wrong() {
        let reason = |text: &str| Signature::parse(text).unwrap_err().reason;
        assert_eq!(reason("f"), "expected `(`, found the end");
        assert_eq!(reason("f(x) -> i64"), "expected `:`, found the end");
        assert_eq!(reason("f(x: Span) -> i64"), "unknown column type `Span`");
        assert_eq!(reason("f() -> i64 i64"), "`i64` is left over");
        assert_eq!(reason("f<>() -> i64"), "expected a type parameter, found `>`");
        assert_eq!(reason("f<T U>() -> i64"), "expected `>`, found `U`");
        assert_eq!(reason("f<T: Ord>() -> i64"), "expected `SortValue` or `Number`, found `Ord`");
        assert_eq!(reason("f<T>(x: U) -> T"), "unknown column type `U`");
        assert!(!reason("f( -> i64").is_empty());
    }
}
