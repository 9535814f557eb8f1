//! Results as examples show them, as Python shows them.
//!
//! An example shows values without quotes, one space between two columns. The type of a column says
//! what the text is; where a type parameter stands, the text itself has to. Every result is compared
//! when the example is run, so that a wrong guess is a test that fails.

use crate::print::python::layout::printable;
use crate::types::{Type, ValueType};

/// The values of a row, if there is one way to read it.
pub(super) fn row(text: &str, columns: &[ValueType]) -> Option<Vec<String>> {
    let mut readings = splits(text, columns.len())
        .into_iter()
        .filter_map(|parts| {
            parts.iter().zip(columns).map(|(part, column)| whole(part, column)).collect()
        })
        .take(2);
    let first = readings.next()?;
    readings.next().is_none().then_some(first)
}

/// All ways to cut a text at spaces into so many parts.
fn splits(text: &str, parts: usize) -> Vec<Vec<&str>> {
    if parts <= 1 {
        return vec![vec![text]];
    }
    let spaces = text.match_indices(' ');
    spaces
        .flat_map(|(at, _)| {
            let rest = splits(&text[at + 1..], parts - 1).into_iter();
            rest.map(move |rest| std::iter::once(&text[..at]).chain(rest).collect())
        })
        .collect()
}

/// A value that is all of a text.
fn whole(text: &str, ty: &ValueType) -> Option<String> {
    let (value, rest) = value(text, ty, &[])?;
    rest.is_empty().then_some(value)
}

/// A value at the beginning of a text, and what is behind it: one of the `ends`, or nothing.
fn value<'a>(text: &'a str, ty: &ValueType, ends: &[&str]) -> Option<(String, &'a str)> {
    let word = || {
        let end = ends.iter().filter_map(|end| text.find(end)).min().unwrap_or(text.len());
        (&text[..end], &text[end..])
    };
    let (scalar, rest) = word();
    if ty.nullable && scalar == "NULL" {
        return Some(("None".to_owned(), rest));
    }
    let shown = match &ty.ty {
        Type::List(item) => return list(text, item),
        Type::Map(key, value) => return map(text, &ValueType::required((**key).clone()), value),
        Type::Struct(fields) => {
            let fields = fields.fields.iter().map(|field| (field.name.as_str(), &field.ty));
            return structure(text, &fields.collect::<Vec<_>>());
        }
        Type::Bool => boolean(scalar)?.to_owned(),
        Type::Int(_) => integer(scalar)?,
        Type::F32 | Type::F64 => float(scalar)?,
        // A text without characters would not be seen.
        Type::String if ends.is_empty() && scalar == "(empty)" => printable(""),
        Type::String | Type::Json => printable(scalar),
        Type::Decimal(_) => {
            float(scalar)?;
            format!("Decimal({})", printable(scalar))
        }
        Type::Date => date(scalar)?,
        Type::Param(_) | Type::AnyStruct | Type::Unknown | Type::Null => return guess(text, ends),
        _ => return None,
    };
    Some((shown, rest))
}

fn boolean(text: &str) -> Option<&'static str> {
    match text {
        "true" => Some("True"),
        "false" => Some("False"),
        _ => None,
    }
}

fn integer(text: &str) -> Option<String> {
    text.parse::<i128>().ok().map(|number| number.to_string())
}

fn float(text: &str) -> Option<String> {
    let number = text.parse::<f64>().ok()?;
    // Python writes exponents and what is no number in other ways.
    let plain =
        number.is_finite() && number.abs() < 1e16 && (number == 0.0 || number.abs() >= 1e-4);
    plain.then(|| format!("{number:?}"))
}

fn date(text: &str) -> Option<String> {
    let parts: Vec<u32> = text.split('-').map(str::parse).collect::<Result<_, _>>().ok()?;
    match parts.as_slice() {
        [year, month, day] => Some(format!("datetime.date({year}, {month}, {day})")),
        _ => None,
    }
}

/// A value whose type nobody tells.
fn guess<'a>(text: &'a str, ends: &[&str]) -> Option<(String, &'a str)> {
    let anything = ValueType::optional(Type::Unknown);
    if text.starts_with('[') {
        return list(text, &anything);
    }
    if text.starts_with('{') {
        let names = field_names(text)?;
        let fields: Vec<_> = names.iter().map(|name| (*name, &anything)).collect();
        return structure(text, &fields);
    }
    let kinds = [Type::Bool, Type::Int(crate::types::IntType::I64), Type::F64, Type::String];
    kinds.into_iter().find_map(|ty| value(text, &ValueType::optional(ty), ends))
}

/// The names of the fields of a struct without others inside.
fn field_names(text: &str) -> Option<Vec<&str>> {
    let inside = text.strip_prefix('{')?;
    let inside = &inside[..inside.find('}')?];
    inside.split(", ").map(|field| Some(field.split_once(": ")?.0)).collect()
}

/// `[a, b]`.
fn list<'a>(text: &'a str, item: &ValueType) -> Option<(String, &'a str)> {
    let mut rest = text.strip_prefix('[')?;
    let mut items = Vec::new();
    while !rest.starts_with(']') {
        if !items.is_empty() {
            rest = rest.strip_prefix(", ")?;
        }
        let (shown, behind) = value(rest, item, &[", ", "]"])?;
        items.push(shown);
        rest = behind;
    }
    Some((format!("[{}]", items.join(", ")), &rest[1..]))
}

/// `{k: v}` of a map, which is a list of pairs in Python.
fn map<'a>(text: &'a str, key: &ValueType, item: &ValueType) -> Option<(String, &'a str)> {
    let mut rest = text.strip_prefix('{')?;
    let mut entries = Vec::new();
    while !rest.starts_with('}') {
        if !entries.is_empty() {
            rest = rest.strip_prefix(", ")?;
        }
        let (key, behind) = value(rest, key, &[": "])?;
        let (item, behind) = value(behind.strip_prefix(": ")?, item, &[", ", "}"])?;
        entries.push(format!("({key}, {item})"));
        rest = behind;
    }
    Some((format!("[{}]", entries.join(", ")), &rest[1..]))
}

/// `{a: 1, b: 2}` of a struct.
fn structure<'a>(text: &'a str, fields: &[(&str, &ValueType)]) -> Option<(String, &'a str)> {
    let mut rest = text.strip_prefix('{')?;
    let mut shown = Vec::new();
    for (position, (name, ty)) in fields.iter().enumerate() {
        rest = rest.strip_prefix(name)?.strip_prefix(": ")?;
        let next = fields.get(position + 1).map(|(next, _)| format!(", {next}: "));
        let (item, behind) = value(rest, ty, &[next.as_deref().unwrap_or("}")])?;
        shown.push(format!("{}: {item}", printable(name)));
        rest = if next.is_some() { behind.strip_prefix(", ")? } else { behind };
    }
    Some((format!("{{{}}}", shown.join(", ")), rest.strip_prefix('}')?))
}
