//! Arrow types as types of the language: the inverse of [`data_type`](super::data_type).
//!
//! Tables that others have written say what they hold by an Arrow schema, and a schema can hold more than
//! the language has: types that no function takes, and names that cannot be written in a view. Both are
//! errors that say where; nothing is taken for something near to it.

use arrow_schema::{DataType, Field, IntervalUnit, TimeUnit};
use belvedere_lang::types::{
    Column, DEPTH_MAX, DecimalType, IntType, StructType, Type, ValueType, is_column_name,
    is_struct_name,
};

use crate::udf::extension;
use crate::udf::types::SEMANTIC_TYPE;

/// What a field of Arrow has that the language has not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// There is no such type.
    #[error("`{place}` is {found}, for which views have no type")]
    Type {
        /// The column, with the way into it: `pos.line`, `tags[]`.
        place: String,
        /// The Arrow type.
        found: DataType,
    },
    /// A column or field, or the struct that it is marked as, cannot be named in a view.
    #[error("`{place}` is called {name:?}, which is no name in a view")]
    Name {
        /// The column, with the way into it.
        place: String,
        /// The name.
        name: String,
    },
    /// Its type has too many others in it.
    #[error("`{place}` has more than {DEPTH_MAX} types in each other")]
    Depth {
        /// The column.
        place: String,
    },
}

/// Returns the type of the values of a field.
///
/// Encodings are no part of it: large and view forms of text and bytes, dictionaries, run-ends, and large
/// lists are what they hold. Names of items and entries do not matter, those of struct fields do.
///
/// # Errors
///
/// [`Unsupported`], with the first place inside of the field that has no type or no name.
pub fn value_type(field: &Field) -> Result<ValueType, Unsupported> {
    Place::of(field).value(field)
}

/// Returns a field as a column of a relation.
///
/// # Errors
///
/// As [`value_type`], and where the name of the field cannot be written in a view.
pub fn column(field: &Field) -> Result<Column, Unsupported> {
    Place::of(field).named(field)
}

/// Where in a column a type stands.
#[derive(Clone)]
struct Place {
    /// The way into it: `pos.line`, `tags[]`.
    path: String,
    /// How many types are around it, each `Option` counted, as where a type is written.
    depth: usize,
}

impl Place {
    fn of(field: &Field) -> Self {
        Self { path: field.name().clone(), depth: 0 }
    }

    fn inside(&self, step: &str) -> Self {
        Self { path: format!("{}{step}", self.path), depth: self.depth + 1 }
    }

    fn named(&self, field: &Field) -> Result<Column, Unsupported> {
        let name = field.name().to_owned();
        if !is_column_name(&name) {
            return Err(Unsupported::Name { place: self.path.clone(), name });
        }
        Ok(Column { name, ty: self.value(field)? })
    }

    fn value(&self, field: &Field) -> Result<ValueType, Unsupported> {
        let depth = self.depth + usize::from(field.is_nullable());
        let within = Self { depth, ..self.clone() };
        let ty = marked(within.values(field.data_type())?, field, &self.path)?;
        Ok(ValueType { ty, nullable: field.is_nullable() })
    }

    fn values(&self, ty: &DataType) -> Result<Type, Unsupported> {
        use DataType as D;
        if self.depth >= DEPTH_MAX {
            let column = self.path.split(['.', '[']).next().unwrap_or_default();
            return Err(Unsupported::Depth { place: column.to_owned() });
        }
        let unsupported = || Unsupported::Type { place: self.path.clone(), found: ty.clone() };
        Ok(match ty {
            D::Decimal128(precision, scale) => {
                let scale = u8::try_from(*scale).map_err(|_| unsupported())?;
                Type::Decimal(DecimalType::new(*precision, scale).ok_or_else(unsupported)?)
            }
            D::FixedSizeBinary(width) => {
                let width = u32::try_from(*width).ok().filter(|width| *width > 0);
                Type::FixedBytes(width.ok_or_else(unsupported)?)
            }
            D::List(item) | D::LargeList(item) => {
                Type::List(Box::new(self.inside("[]").value(item)?))
            }
            D::Map(entries, _) => self.map(entries)?,
            D::Struct(fields) => {
                let fields = fields
                    .iter()
                    .map(|field| self.inside(&format!(".{}", field.name())).named(field));
                Type::Struct(StructType { name: None, fields: fields.collect::<Result<_, _>>()? })
            }
            D::Dictionary(_, ty) => self.inside("").values(ty)?,
            D::RunEndEncoded(_, field) => self.inside("").values(field.data_type())?,
            _ => plain(ty).ok_or_else(unsupported)?,
        })
    }

    fn map(&self, entries: &Field) -> Result<Type, Unsupported> {
        let other =
            || Unsupported::Type { place: self.path.clone(), found: entries.data_type().clone() };
        let DataType::Struct(fields) = entries.data_type() else { return Err(other()) };
        let [key, entry] = fields.as_ref() else { return Err(other()) };
        let key = self.inside(".key").value(key)?.ty;
        Ok(Type::Map(Box::new(key), Box::new(self.inside(".value").value(entry)?)))
    }
}

/// A type that has neither others in it nor numbers of its own.
fn plain(ty: &DataType) -> Option<Type> {
    use DataType as D;
    Some(match ty {
        D::Boolean => Type::Bool,
        D::Int8 => Type::Int(IntType::I8),
        D::Int16 => Type::Int(IntType::I16),
        D::Int32 => Type::Int(IntType::I32),
        D::Int64 => Type::Int(IntType::I64),
        D::UInt8 => Type::Int(IntType::U8),
        D::UInt16 => Type::Int(IntType::U16),
        D::UInt32 => Type::Int(IntType::U32),
        D::UInt64 => Type::Int(IntType::U64),
        D::Float32 => Type::F32,
        D::Float64 => Type::F64,
        D::Utf8 | D::LargeUtf8 | D::Utf8View => Type::String,
        D::Binary | D::LargeBinary | D::BinaryView => Type::Bytes,
        D::Date32 => Type::Date,
        D::Timestamp(TimeUnit::Microsecond, None) => Type::LocalTimestamp,
        D::Timestamp(TimeUnit::Microsecond, Some(zone)) if &**zone == "UTC" => Type::Timestamp,
        D::Time64(TimeUnit::Microsecond) => Type::Time,
        D::Duration(TimeUnit::Microsecond) => Type::Duration,
        D::Interval(IntervalUnit::MonthDayNano) => Type::Interval,
        _ => return None,
    })
}

/// The type that the marks of a field make of the type of its values.
fn marked(ty: Type, field: &Field, place: &str) -> Result<Type, Unsupported> {
    let mark = |key: &str| field.metadata().get(key).map(String::as_str);
    let has =
        |marks: extension::Marks| marks[..1].iter().all(|(key, name)| mark(key) == Some(name));
    Ok(match ty {
        Type::FixedBytes(16) if has(extension::UUID) => Type::Uuid,
        Type::String if has(extension::JSON) => Type::Json,
        Type::Struct(ty) => {
            let name = mark(SEMANTIC_TYPE);
            if let Some(name) = name.filter(|name| !is_struct_name(name)) {
                return Err(Unsupported::Name { place: place.to_owned(), name: name.to_owned() });
            }
            let name = name.map(str::to_owned);
            Type::Struct(StructType { name, fields: ty.fields })
        }
        ty => ty,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use arrow::compute::can_cast_types;
    use arrow_schema::Fields;
    use belvedere_lang::types::{parse_columns, parse_value_type};

    use super::*;
    use crate::view::{arrow_field, arrow_schema, same_values};

    fn field(ty: DataType) -> Field {
        Field::new("c", ty, true)
    }

    #[test]
    fn every_column_comes_back_as_it_was() {
        let text = "bool: bool, a: Option<i8>, b: i16, c: i32, d: i64, e: u8, f: u16, g: u32, h: u64, i: \
                    f32, j: f64, k: Decimal<38, 38>, l: Decimal<1, 0>, m: String, n: Bytes, o: [u8; 4], \
                    p: [u8; 16], q: Uuid, r: Json, s: Date, t: Timestamp, u: LocalTimestamp, v: Time, \
                    w: Duration, x: Interval, y: List<Option<List<i8>>>, z: Map<String, Option<{ a: \
                    i64 }>>, type: Span { bstart: i64, bend: Option<i64> }, größe: Option<{ match: { } \
                    }>";
        let columns = parse_columns(text).unwrap();
        let schema = arrow_schema(&columns).unwrap();
        let back: Vec<Column> = schema.fields().iter().map(|f| column(f).unwrap()).collect();
        assert_eq!(back, columns);
    }

    #[test]
    fn an_encoding_is_no_part_of_a_type() {
        let text = || Arc::new(Field::new("values", DataType::LargeUtf8, true));
        let dictionary = |ty| DataType::Dictionary(Box::new(DataType::UInt16), Box::new(ty));
        let run_ends = Arc::new(Field::new("run_ends", DataType::Int32, false));
        for (encoded, plain) in [
            (DataType::Utf8View, "Option<String>"),
            (DataType::LargeBinary, "Option<Bytes>"),
            (dictionary(DataType::Utf8), "Option<String>"),
            (dictionary(DataType::Int64), "Option<i64>"),
            (DataType::RunEndEncoded(run_ends, text()), "Option<String>"),
            (DataType::LargeList(text()), "Option<List<Option<String>>>"),
        ] {
            let found = column(&field(encoded.clone())).unwrap();
            assert_eq!(found.ty.to_string(), plain);
            // What is read so can be brought into the form that plans have.
            let declared = arrow_field(&found).unwrap();
            assert!(same_values(&encoded, declared.data_type()), "{encoded}");
            assert!(can_cast_types(&encoded, declared.data_type()), "{encoded}");
        }
    }

    #[test]
    fn what_views_have_no_type_for_is_named_with_its_place() {
        let float = Arc::new(Field::new("x", DataType::Float16, true));
        let list = DataType::List(Arc::new(Field::new("element", DataType::Null, true)));
        for (ty, said) in [
            (DataType::Float16, "`c` is Float16, for which views have no type"),
            (DataType::Null, "`c` is Null, for which views have no type"),
            (DataType::Timestamp(TimeUnit::Nanosecond, None), "`c` is Timestamp(ns), for which"),
            (
                DataType::Timestamp(TimeUnit::Microsecond, Some("Europe/Berlin".into())),
                "`c` is Timestamp(µs, \"Europe/Berlin\"), for which",
            ),
            (DataType::Decimal128(5, -2), "`c` is Decimal128(5, -2), for which"),
            (DataType::FixedSizeBinary(0), "`c` is FixedSizeBinary(0), for which"),
            (DataType::Decimal256(76, 2), "`c` is Decimal256(76, 2), for which"),
            (DataType::Struct(vec![float].into()), "`c.x` is Float16, for which"),
            (list, "`c[]` is Null, for which"),
        ] {
            let error = value_type(&field(ty)).unwrap_err().to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }

    #[test]
    fn a_name_that_no_view_could_write_is_refused() {
        for name in [
            "",
            " ",
            "order id",
            "1st",
            "a-b",
            "a: i64, b",
            "self",
            "_",
            "r#a",
            "a/*",
            "\"",
            "\u{feff}a",
        ] {
            let error = column(&Field::new(name, DataType::Int64, true)).unwrap_err();
            assert!(matches!(&error, Unsupported::Name { name: found, .. } if found == name));
            let inside = DataType::Struct(vec![Field::new(name, DataType::Int64, true)].into());
            assert!(value_type(&field(inside)).is_err(), "{name:?}");
        }
        for name in ["", "{ a: i64 }, b: {", "i64", "Option", "a::b", "self"] {
            let marks = HashMap::from([(SEMANTIC_TYPE.to_owned(), name.to_owned())]);
            let marked = field(DataType::Struct(Fields::empty())).with_metadata(marks);
            assert!(value_type(&marked).is_err(), "{name:?}");
        }
    }

    #[test]
    fn types_nest_as_deeply_as_they_can_be_written() {
        let list = |item: Field| Field::new("element", DataType::List(Arc::new(item)), false);
        let nested = |levels: usize, nullable: bool| {
            let item = Field::new("element", DataType::Int64, nullable);
            (0..levels).fold(item, |item, _| list(item).with_nullable(nullable))
        };
        for (levels, nullable) in [(31, false), (15, true)] {
            let read = value_type(&nested(levels, nullable)).unwrap();
            assert_eq!(parse_value_type(&read.to_string()), Ok(read));
        }
        for (levels, nullable) in [(32, false), (16, true)] {
            let error = value_type(&nested(levels, nullable)).unwrap_err();
            assert_eq!(error.to_string(), "`element` has more than 32 types in each other");
        }
        // To drop it would recurse too.
        let endless = std::mem::ManuallyDrop::new(nested(100_000, false));
        assert!(matches!(column(&endless), Err(Unsupported::Depth { .. })));
        let dictionary = |values| DataType::Dictionary(Box::new(DataType::Int8), Box::new(values));
        let endless = (0..100_000).fold(DataType::Utf8, |values, _| dictionary(values));
        let endless = std::mem::ManuallyDrop::new(field(endless));
        assert!(matches!(column(&endless), Err(Unsupported::Depth { .. })));
    }
}
