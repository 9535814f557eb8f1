//! The type matrix of `docs/types.md`, held against the code.

mod beyond;
mod defined;
mod functions;
mod signatures;
mod stored;

use std::collections::BTreeSet;
use std::str::FromStr as _;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use belvedere::delta::schema::to_delta;
use belvedere::view::data_type;
use belvedere_lang::sink::Sink;
use belvedere_lang::types::{Type, parse_value_type};
use belvedere_lang::view::{check_table, parse_table};
use deltalake_core::kernel::DataType as DeltaType;
use proc_macro2::TokenStream;

const PAGE: &str = include_str!("../../docs/types.md");

/// The cells of the rows of the first table: types of the language.
fn rows() -> Vec<Vec<&'static str>> {
    table(0)
}

/// The cells of the rows of a table of the page.
fn table(number: usize) -> Vec<Vec<&'static str>> {
    let starts = PAGE.lines().enumerate().filter(|(_, line)| line.starts_with("|---"));
    let start = starts.map(|(i, _)| i + 1).nth(number).unwrap();
    let rows = PAGE.lines().skip(start).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The type of a row, with types in the places of those that stand for any.
fn type_of(row: &[&str]) -> Type {
    let text = row[0].trim_matches('`');
    let text =
        text.replace("<T>", "<i64>").replace("<K, V>", "<String, i64>").replace(": T", ": i64");
    let text = text.replace("<P, S>", "<12, 2>").replace("; N]", "; 4]");
    parse_value_type(&text).unwrap_or_else(|error| panic!("{error}")).ty
}

/// A value of a type, as SQL; the edges of its range where it has some.
fn sample(ty: &Type) -> &'static str {
    match ty.to_string().as_str() {
        "bool" => "true",
        "i8" => "-128",
        "i16" => "-32768",
        "i32" => "-2147483648",
        "i64" => "-9223372036854775808",
        "f32" => "1.5",
        "f64" => "'NaN'",
        "u8" => "255",
        "u16" => "65535",
        "u32" => "4294967295",
        "u64" => "18446744073709551615",
        "Decimal<12, 2>" => "'-9999999999.99'",
        "String" => "'é'",
        "Bytes" => "X'00ff'",
        "[u8; 4]" => "X'00ff0102'",
        "Uuid" => "X'67e5504410b1426f9247bb680e5fe0c8'",
        "Json" => "'{\"a\": [1, null]}'",
        "Date" => "'2024-02-29'",
        "Timestamp" => "'2024-02-29T12:00:00.000001Z'",
        "LocalTimestamp" => "'2024-02-29T12:00:00.000001'",
        "Time" => "'23:59:59.999999'",
        "Duration" => "-1",
        "Interval" => "'1 month 2 days 3.000000004 seconds'",
        "List<i64>" => "[1, 2]",
        "Map<String, i64>" => "MAP {'a': 1}",
        "{ a: i64 }" => "named_struct('a', 1)",
        other => panic!("there is no value of {other}"),
    }
}

#[test]
fn every_type_of_the_language_has_a_row() {
    let named = |row: &Vec<&str>| row[0].trim_matches('`').split('<').next().unwrap().to_owned();
    let shown: BTreeSet<String> = rows().iter().map(named).collect();
    let names = Type::NAMES.iter().filter(|name| **name != "Option");
    let missing: Vec<_> = names.filter(|name| !shown.contains(**name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn arrow_has_the_types_that_the_table_says() {
    for row in rows() {
        let found = data_type(&type_of(&row)).unwrap().to_string();
        let found = if row[3].contains('(') { &found } else { found.split('(').next().unwrap() };
        assert_eq!(found, row[3].replace("P, S", "12, 2").replace("(N)", "(4)"), "{}", row[0]);
    }
}

#[test]
fn delta_lake_stores_what_the_table_says() {
    for row in rows() {
        let ty = type_of(&row);
        let refused = row[5].strip_prefix("refused: `").and_then(|cast| cast.strip_suffix('`'));
        let text = format!("pub t {{ a: {} }}", ty.to_full_text());
        let sink = Sink::new();
        let table = parse_table(TokenStream::from_str(&text).unwrap(), &sink).unwrap();
        check_table(&table, &[], &sink);
        let errors: Vec<String> =
            sink.into_diagnostics().iter().map(|found| format!("{found:?}")).collect();
        match refused {
            Some(instead) => {
                assert!(errors[0].contains(&format!("`a: {instead}`")), "{errors:?}");
            }
            None => {
                assert!(errors.is_empty(), "{errors:?}");
                assert_eq!(stored(&ty), row[5].replace("P,S", "12,2"), "{}", row[0]);
            }
        }
    }
}

/// What Delta Lake calls a type.
fn stored(ty: &Type) -> String {
    let arrow: DataType = data_type(ty).unwrap();
    let schema = Schema::new(vec![Arc::new(Field::new("a", arrow, true))]);
    let schema = to_delta(&schema).unwrap();
    match schema.field("a").unwrap().data_type() {
        DeltaType::Primitive(primitive) => primitive.to_string(),
        DeltaType::Array(_) => "array".to_owned(),
        DeltaType::Map(_) => "map".to_owned(),
        DeltaType::Struct(_) => "struct".to_owned(),
        other => panic!("{other:?}"),
    }
}
