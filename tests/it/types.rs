//! The type matrix of `docs/types.md`, held against the code.

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

/// The cells of the rows of the first table.
fn rows() -> Vec<Vec<&'static str>> {
    let table = PAGE.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows = table.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The type of a row, with types in the places of those that stand for any.
fn type_of(row: &[&str]) -> Type {
    let text = row[0].trim_matches('`');
    let text =
        text.replace("<T>", "<i64>").replace("<K, V>", "<String, i64>").replace(": T", ": i64");
    parse_value_type(&text).unwrap_or_else(|error| panic!("{error}")).ty
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
        assert_eq!(found, row[3], "{}", row[0]);
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
                assert_eq!(stored(&ty), row[5], "{}", row[0]);
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
