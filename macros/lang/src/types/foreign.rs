//! Names that other languages have for types: `varchar(20)`, `double precision`, `BIGINT`.

use proc_macro2::Delimiter;

use super::{DecimalType, Type};
use crate::tokens::Reader;

/// The type that is meant by a name of another language, as it is written here.
#[must_use]
pub(crate) fn meant(name: &str) -> Option<&'static str> {
    let upper = name.len() > 2 && !name.contains(|c: char| c.is_ascii_lowercase());
    let folded = if upper { name.to_lowercase() } else { name.to_owned() };
    if upper
        && let Some(known) = Type::NAMES.into_iter().find(|known| known.to_lowercase() == folded)
    {
        let has_parameters = matches!(known, "List" | "Map" | "Option" | "Decimal");
        return if known == "Decimal" {
            Some("Decimal<12, 2>")
        } else {
            (!has_parameters).then_some(known)
        };
    }
    Some(match folded.as_str() {
        "str" | "string" | "text" | "Text" | "Str" | "varchar" | "Utf8" | "char" | "character"
        | "nvarchar" | "bpchar" | "citext" | "clob" | "utf8" => "String",
        "boolean" | "Boolean" | "Bool" => "bool",
        "int" | "bigint" | "usize" | "isize" | "i128" | "u128" | "Int64" | "int8" | "int64"
        | "long" | "hugeint" => "i64",
        "integer" | "Int32" | "int4" | "int32" => "i32",
        "smallint" | "int2" | "int16" | "Int16" => "i16",
        "tinyint" | "Int8" => "i8",
        "ubigint" | "uint64" | "UInt64" => "u64",
        "float" | "double" | "Float64" | "float8" | "float64" => "f64",
        "real" | "float4" | "float32" | "Float32" => "f32",
        "date" | "date32" | "Date32" | "NaiveDate" => "Date",
        "timestamp" | "timestamptz" | "datetime" | "DateTime" | "NaiveDateTime" => "Timestamp",
        "timestamp_ntz" | "timestampntz" | "localtimestamp" => "LocalTimestamp",
        "time" | "NaiveTime" => "Time",
        "interval" => "Interval",
        "decimal" | "numeric" | "Numeric" | "money" | "Decimal128" | "BigDecimal" => {
            "Decimal<12, 2>"
        }
        "uuid" | "UUID" | "Guid" | "guid" => "Uuid",
        "json" | "JSON" | "jsonb" | "variant" => "Json",
        "bytes" | "binary" | "Binary" | "blob" | "bytea" | "varbinary" => "Bytes",
        _ => return None,
    })
}

/// Reads a type that is written as in another language, with what belongs to it there: `(20)`,
/// `precision`, `with time zone`. Gives what is written and what is meant.
pub(crate) fn read(reader: &mut Reader<'_>) -> Option<(String, String)> {
    let mut ahead = *reader;
    let mut written = ahead.ident()?.to_string();
    if Type::from_name(&written).is_some() || ahead.peek('<') || ahead.peek_path_separator() {
        return None;
    }
    let mut ty = meant(&written)?.to_owned();
    for more in ["precision", "varying"] {
        if words(&mut ahead, &[more]) {
            written = format!("{written} {more}");
        }
    }
    let numbers = ahead.group(Delimiter::Parenthesis).map(|(inside, _)| inside.rest().to_string());
    if let Some(numbers) = numbers {
        let parts: Vec<u8> =
            numbers.split(',').filter_map(|number| number.trim().parse().ok()).collect();
        let scale = parts.get(1).copied().unwrap_or(0);
        let decimal = parts.first().and_then(|digits| DecimalType::new(*digits, scale));
        if let Some(decimal) = decimal.filter(|_| ty.starts_with("Decimal")) {
            ty = decimal.to_string();
        }
    }
    words(&mut ahead, &["with", "time", "zone"]);
    if words(&mut ahead, &["without", "time", "zone"]) {
        "LocalTimestamp".clone_into(&mut ty);
    }
    *reader = ahead;
    Some((written, ty))
}

/// Reads these words in any case, if all of them are next.
fn words(reader: &mut Reader<'_>, words: &[&str]) -> bool {
    let mut ahead = *reader;
    let found = words.iter().all(|word| {
        let found = ahead.peek_word(word) || ahead.peek_other_case(word).is_some();
        ahead.skip();
        found
    });
    if found {
        *reader = ahead;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::meant;
    use crate::types::Type;

    #[test]
    fn what_is_meant_is_a_type() {
        for (name, ty) in [
            ("BIGINT", "i64"),
            ("DATE", "Date"),
            ("Date", "Date"),
            ("I64", "i64"),
            ("STRING", "String"),
            ("VARCHAR", "String"),
            ("numeric", "Decimal<12, 2>"),
        ] {
            let found = meant(name).or_else(|| Type::from_name(name).map(|_| ty));
            assert_eq!(found, Some(ty), "{name}");
        }
        assert_eq!(meant("LIST"), None);
        assert_eq!(meant("Span"), None);
    }
}
