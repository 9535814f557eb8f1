//! The other columns of the first table: how types are written in Rust, which Arrow types are taken in
//! their place, and what Python calls them.

use std::str::FromStr as _;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, IntervalUnit, TimeUnit};
use belvedere::{Registry, register_all};
use belvedere_lang::print::python::{self, Home};
use belvedere_lang::udf::{Function, pieces_to_text};
use datafusion::execution::FunctionRegistry as _;
use datafusion::logical_expr::ReturnFieldArgs;
use proc_macro2::TokenStream;

use super::functions::same;
use super::{rows, type_of};
use crate::support::warehouse::runtime;

/// What a function with this argument and this result is in SQL.
fn signature(argument: &str, result: &str) -> String {
    let item = format!("fn f<'a>(x: {argument}) -> {result} {{ todo }}");
    let function = Function::parse(TokenStream::new(), TokenStream::from_str(&item).unwrap());
    let function = function.unwrap_or_else(|broken| panic!("{item}: {:?}", broken.errors));
    pieces_to_text(&function.signature(false)).unwrap()
}

/// The Rust types of a cell, with types in the places of those that stand for any.
fn written(cell: &str) -> Vec<String> {
    let types = cell.split('`').skip(1).step_by(2).filter(|text| !text.contains("&mut Text"));
    let types = types.filter(|text| !text.starts_with("#[derive"));
    let typed = |text: &str| {
        let text = text.replace("P, S", "12, 2").replace("; N]", "; 4]").replace("&str", "&'a str");
        let text = text.replace("K, V>", "String, i64>").replace("T>", "i64>");
        text.replace("&[u8]", "&'a [u8]")
    };
    types.map(typed).collect()
}

#[test]
fn types_are_written_as_the_table_says() {
    for row in rows() {
        let ty = type_of(&row);
        for argument in written(row[1]) {
            assert_eq!(signature(&argument, "i64"), format!("f(x: {ty}) -> i64"));
        }
        for result in written(row[2]) {
            assert_eq!(signature("i64", &result), format!("f(x: i64) -> {ty}"));
        }
    }
}

/// Arrow types by the names under which the table lists them: all of those of a name are taken, or the
/// name is not listed.
fn candidates() -> Vec<(&'static str, Vec<DataType>)> {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    let units = [Second, Millisecond, Microsecond, Nanosecond];
    let zoned = |unit| DataType::Timestamp(unit, Some("+02:00".into()));
    let plain = |unit| DataType::Timestamp(unit, None);
    let number = |name| Arc::new(Field::new(name, DataType::Int64, true));
    let item = number("item");
    let more = Fields::from(vec![number("b"), number("a")]);
    let mut candidates: Vec<(&str, Vec<DataType>)> = vec![
        ("Boolean", vec![DataType::Boolean]),
        ("Int8", vec![DataType::Int8]),
        ("Int16", vec![DataType::Int16]),
        ("Int32", vec![DataType::Int32]),
        ("Int64", vec![DataType::Int64]),
        ("UInt8", vec![DataType::UInt8]),
        ("UInt16", vec![DataType::UInt16]),
        ("UInt32", vec![DataType::UInt32]),
        ("UInt64", vec![DataType::UInt64]),
        ("Float16", vec![DataType::Float16]),
        ("Float32", vec![DataType::Float32]),
        ("Float64", vec![DataType::Float64]),
        ("Decimal32", vec![DataType::Decimal32(5, 1)]),
        ("Decimal64", vec![DataType::Decimal64(5, 1)]),
        ("Decimal128", vec![DataType::Decimal128(5, 1)]),
        ("Decimal256", vec![DataType::Decimal256(5, 1)]),
        ("Utf8", vec![DataType::Utf8]),
        ("LargeUtf8", vec![DataType::LargeUtf8]),
        ("Utf8View", vec![DataType::Utf8View]),
        ("Binary", vec![DataType::Binary]),
        ("LargeBinary", vec![DataType::LargeBinary]),
        ("BinaryView", vec![DataType::BinaryView]),
        ("FixedSizeBinary", vec![DataType::FixedSizeBinary(4), DataType::FixedSizeBinary(16)]),
        ("Date32", vec![DataType::Date32]),
        ("Date64", vec![DataType::Date64]),
        ("Time32", vec![DataType::Time32(Second), DataType::Time32(Millisecond)]),
        ("Time64", vec![DataType::Time64(Microsecond), DataType::Time64(Nanosecond)]),
        ("Timestamp without a zone", units.map(plain).to_vec()),
        ("Timestamp with any zone", units.map(zoned).to_vec()),
        ("Duration", units.map(DataType::Duration).to_vec()),
    ];
    let intervals = [IntervalUnit::YearMonth, IntervalUnit::DayTime, IntervalUnit::MonthDayNano];
    candidates.extend([
        ("Interval", intervals.map(DataType::Interval).to_vec()),
        ("LargeList", vec![DataType::LargeList(Arc::clone(&item))]),
        ("FixedSizeList", vec![DataType::FixedSizeList(Arc::clone(&item), 2)]),
        ("ListView", vec![DataType::ListView(Arc::clone(&item))]),
        ("LargeListView", vec![DataType::LargeListView(item)]),
        ("a Struct of more fields", vec![DataType::Struct(more)]),
    ]);
    candidates
}

#[test]
fn arguments_take_what_the_table_says() {
    let mut session = runtime().session();
    register_all(&mut session).unwrap();
    let mut wrong = Vec::new();
    for row in rows() {
        let ty = type_of(&row);
        let own = belvedere::view::data_type(&ty).unwrap();
        let function = session.udf(&same(&ty)).unwrap();
        let takes = |found: &DataType| {
            let fields = [Arc::new(Field::new("x", found.clone(), true))];
            let args = ReturnFieldArgs { arg_fields: &fields, scalar_arguments: &[None] };
            function.return_field_from_args(args).is_ok()
        };
        assert!(takes(&own), "{ty}");
        let taken: Vec<&str> = candidates()
            .into_iter()
            .filter(|(_, types)| *types != [own.clone()] && types.iter().all(takes))
            .map(|(name, _)| name)
            .collect();
        if taken.join(", ") != row[4] {
            wrong.push(format!("{}: {}", row[0], taken.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "taken are\n{}", wrong.join("\n"));
}

#[test]
fn python_has_the_names_that_the_table_says() {
    let registry = Registry::linked().unwrap().snapshot().unwrap();
    let package = python::package(&registry, Home::Here, "").unwrap();
    let functions = &package.iter().find(|file| file.name == "functions.pyi").unwrap().text;
    let aliases = include_str!("../../../python/belvedere/arguments.py");
    for row in rows() {
        let head = format!("def {}(value: ", same(&type_of(&row)));
        let (_, rest) = functions.split_once(&head).unwrap();
        let (alias, _) = rest.split_once(')').unwrap();
        let (_, rest) = aliases.split_once(&format!("{alias}: TypeAlias = Expr | ")).unwrap();
        let (names, _) = rest.split_once("None\n").unwrap();
        let names: Vec<String> = names
            .split(" | ")
            .filter(|name| !name.is_empty())
            // What is in a list or a map, its own type says.
            .map(|name| format!("`{}`", name.split('[').next().unwrap_or(name)))
            .collect();
        let shown = if names.is_empty() { "an expression".to_owned() } else { names.join(", ") };
        assert_eq!(row[6], shown, "{}", row[0]);
    }
}

/// What makes an Arrow type in `pyarrow`.
fn pyarrow(ty: &DataType) -> String {
    match ty {
        DataType::Boolean => "bool_()".to_owned(),
        DataType::Decimal128(precision, scale) => format!("decimal128({precision}, {scale})"),
        DataType::Utf8 => "string()".to_owned(),
        DataType::Binary => "binary()".to_owned(),
        DataType::FixedSizeBinary(width) => format!("binary({width})"),
        DataType::Date32 => "date32()".to_owned(),
        DataType::Timestamp(TimeUnit::Microsecond, None) => "timestamp('us')".to_owned(),
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) => {
            format!("timestamp('us', '{zone}')")
        }
        DataType::Time64(TimeUnit::Microsecond) => "time64('us')".to_owned(),
        DataType::Duration(TimeUnit::Microsecond) => "duration('us')".to_owned(),
        DataType::Interval(IntervalUnit::MonthDayNano) => "month_day_nano_interval()".to_owned(),
        DataType::List(item) => format!("list_({})", pyarrow(item.data_type())),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) => {
                let [key, value] = [0, 1].map(|i: usize| pyarrow(pair[i].data_type()));
                format!("map_({key}, {value})")
            }
            other => panic!("{other} are no entries"),
        },
        DataType::Struct(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|f| format!("('{}', {})", f.name(), pyarrow(f.data_type())));
            format!("struct([{}])", fields.collect::<Vec<_>>().join(", "))
        }
        number => format!("{}()", number.to_string().to_lowercase()),
    }
}

#[test]
fn pyarrow_has_the_types_that_the_table_says() {
    for row in rows() {
        let ty = type_of(&row);
        let wanted = match row[0] {
            "`Uuid`" => "uuid()".to_owned(),
            "`Json`" => "json_()".to_owned(),
            _ => pyarrow(&belvedere::view::data_type(&ty).unwrap()),
        };
        let shown = row[7].trim_matches('`').replace("P, S", "12, 2").replace("(N)", "(4)");
        let shown = shown.replace("(K, V)", "(string(), int64())").replace("(T)", "(int64())");
        assert_eq!(shown.replace(", T)", ", int64())"), wanted, "{}", row[0]);
    }
}
