//! Constants: what can be one, the texts that it may be, and the default of an argument that is
//! left out.

use proc_macro2::{Ident, Span};
use syn::Type;

use super::inner;
use super::messages::{self, Place};
use super::model::{Constant, ParamKind};
use super::param_attributes::ParamAttributes;
use super::words::{Word, WordKind, is_of_rust, range, text_of};
use crate::sink::Sink;
use crate::tokens::name_of;
use crate::types::{IntType, Type as LangType};

/// Only what is parsed can refuse other texts than those that are listed, so that the list is the
/// whole truth; the registry has each of them parsed.
pub(super) fn check_values(attributes: &ParamAttributes, ty: &Type, kind: ParamKind, sink: &Sink) {
    let values = &attributes.values;
    let at = attributes.values_at.as_ref().map(range);
    let first = at.or_else(|| values.first().map(|(_, span)| (*span, *span)));
    if let Some(span) = first
        && kind != ParamKind::Parsed
    {
        sink.error_range(span, messages::values_not_parsed(&text_of(ty)));
    }
    for (i, (value, span)) in values.iter().enumerate() {
        if values[..i].iter().any(|(other, _)| other == value) {
            sink.error(*span, messages::twice(value));
        }
    }
    if let Some((Constant::Text(text), span)) = &attributes.default
        && !values.is_empty()
        && values.iter().all(|(value, _)| value != text)
    {
        sink.error_range(*span, messages::default_not_listed(text));
    }
}

/// A constant: of a type that SQL has, or parsed from text.
pub(super) fn read_constant(ty: &Type, type_params: &[Ident], sink: &Sink) -> (Word, ParamKind) {
    // What is parsed is lent to calls that ask for no more.
    if let Some(lent) = inner::lent(ty)
        && let (word, ParamKind::Parsed) = read_constant(&lent, type_params, &Sink::ignoring())
    {
        return (word, ParamKind::Parsed);
    }
    let word = match ty {
        // `std::net::IpAddr` is no value of a row, but it is parsed like any type of the user.
        Type::Path(path) if is_of_rust(&path.path) && is_unknown(&path.path) => {
            Word { kind: WordKind::Named(path.path.clone()), span: range(ty) }
        }
        _ => Word::read(ty, Place::Argument, sink).with_params(type_params),
    };
    let one = match &word.kind {
        WordKind::Variadic(item) => item,
        _ => &word,
    };
    let kind = match &one.without_option().0.kind {
        WordKind::Named(_) | WordKind::Generic(..) => ParamKind::Parsed,
        WordKind::List(_)
        | WordKind::Map(..)
        | WordKind::Param(_)
        | WordKind::Plain(LangType::AnyStruct | LangType::AnyUnion) => {
            sink.error_range(word.span, messages::literal_type(&text_of(ty)));
            ParamKind::Literal
        }
        _ => ParamKind::Literal,
    };
    (word, kind)
}

/// Whether the last name of a path is none of the language's, and has no parameters.
fn is_unknown(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|last| {
        last.arguments.is_empty() && LangType::from_name(&name_of(&last.ident)).is_none()
    })
}

pub(super) fn check_default(
    constant: &Constant,
    span: (Span, Span),
    (ty, word): (&Type, &Word),
    kind: ParamKind,
    sink: &Sink,
) {
    let (inner, optional) = word.without_option();
    let fits = match (&inner.kind, constant) {
        (WordKind::Unknown, _) => true,
        (_, Constant::Null) => optional,
        (WordKind::Named(_), Constant::Text(_)) => kind == ParamKind::Parsed,
        (WordKind::Plain(LangType::String), Constant::Text(_))
        | (WordKind::Plain(LangType::Bool), Constant::Bool(_))
        | (WordKind::Plain(LangType::F32 | LangType::F64), Constant::Float(_) | Constant::Int(_)) => {
            true
        }
        (WordKind::Plain(LangType::Decimal(decimal)), Constant::Int(_) | Constant::Float(_)) => {
            let value = constant.to_string();
            if !decimal.holds(&value) {
                let message = messages::default_range(&value, &decimal.to_string());
                sink.error_range(span, message);
            }
            true
        }
        (WordKind::Plain(LangType::Int(int)), Constant::Int(value)) => {
            if !int_fits(*int, *value) {
                let message = messages::default_range(&value.to_string(), int.name());
                sink.error_range(span, message);
            }
            true
        }
        _ => false,
    };
    if !fits {
        let found = match constant {
            Constant::Null => "`None`",
            Constant::Bool(_) => "a boolean",
            Constant::Int(_) => "a whole number",
            Constant::Float(_) => "a number with a point",
            Constant::Text(_) => "a text",
        };
        let ty = text_of(ty);
        let wanted = match kind {
            ParamKind::Parsed => format!("`{ty}`, which is parsed from a text"),
            _ => format!("`{ty}`"),
        };
        let fix = default_that_fits(constant, &ty, optional, (kind, &inner.kind));
        sink.error_range(span, messages::default_type(found, &wanted, &fix));
    }
}

/// What to write where a default is of another type than its parameter.
fn default_that_fits(
    constant: &Constant,
    ty: &str,
    optional: bool,
    (kind, word): (ParamKind, &WordKind),
) -> String {
    let quoted = match constant {
        Constant::Text(text) => text.clone(),
        other => other.to_string(),
    };
    match (kind, word, constant) {
        (_, _, Constant::Null) => format!("take `Option<{ty}>`"),
        (ParamKind::Parsed, _, _) | (_, WordKind::Plain(LangType::String), _) => {
            format!("write `{quoted:?}`")
        }
        (_, WordKind::Plain(LangType::Bool), _) => "write `true` or `false`".to_owned(),
        (_, WordKind::Plain(LangType::Int(_)), Constant::Float(_)) => {
            "write a whole number, or take `f64`".to_owned()
        }
        (_, WordKind::Plain(LangType::Int(_)), Constant::Text(text)) if is_number::<i64>(text) => {
            format!("write `{text}`")
        }
        (_, WordKind::Plain(LangType::Int(_)), _) => "write a whole number".to_owned(),
        (_, WordKind::Plain(LangType::F32 | LangType::F64), Constant::Text(text))
            if is_number::<f64>(text) =>
        {
            format!("write `{text}`")
        }
        (_, WordKind::Plain(LangType::F32 | LangType::F64 | LangType::Decimal(_)), _) => {
            "write a number".to_owned()
        }
        // Nothing but NULL is a literal of the others.
        _ if optional => "write `None`, and let the function say what stands for it".to_owned(),
        _ => format!("take `Option<{ty}>` with the default `None`"),
    }
}

fn is_number<T: std::str::FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}

fn int_fits(int: IntType, value: i64) -> bool {
    match int {
        IntType::I8 => i8::try_from(value).is_ok(),
        IntType::I16 => i16::try_from(value).is_ok(),
        IntType::I32 => i32::try_from(value).is_ok(),
        IntType::I64 => true,
        IntType::U8 => u8::try_from(value).is_ok(),
        IntType::U16 => u16::try_from(value).is_ok(),
        IntType::U32 => u32::try_from(value).is_ok(),
        IntType::U64 => u64::try_from(value).is_ok(),
    }
}
