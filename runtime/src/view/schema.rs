//! Column types as Arrow types.
//!
//! The names of nested fields are those under which Delta Lake scans return them (`element`,
//! `key_value`, `key`, `value`), so that a column that a view hands on is never cast. Text is Utf8
//! and bytes are Binary everywhere: sessions are told not to prefer view encodings.
//!
//! A named struct is marked by the metadata `semantic_type` of the *column*, and so is an extension
//! type by its name, not fields inside of lists and maps: Delta Lake keeps no metadata there, and Arrow
//! types that differ in metadata are different types.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields, IntervalUnit, Schema, SchemaRef, TimeUnit};
use belvedere_lang::types::{Column, IntType, StructType, Type, ValueType, parse_columns};

use super::descriptor::Relation;
use super::error::ViewError;
use crate::udf::extension;
use crate::udf::types::SEMANTIC_TYPE;

impl Relation {
    /// Returns the Arrow schema of the relation.
    ///
    /// # Errors
    ///
    /// [`ViewError::UnreadableColumns`] when another version wrote the descriptor.
    pub fn arrow_schema(&self) -> Result<SchemaRef, ViewError> {
        let columns =
            parse_columns(self.columns).map_err(|error| ViewError::UnreadableColumns {
                relation: self.name.to_owned(),
                reason: error.to_string(),
            })?;
        arrow_schema(&columns)
    }
}

/// Returns the Arrow schema of a row.
///
/// # Errors
///
/// [`ViewError::UntypedColumn`] when an error has hidden the type of a column.
pub fn arrow_schema(columns: &[Column]) -> Result<SchemaRef, ViewError> {
    let fields = columns.iter().map(arrow_field).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Schema::new(fields)))
}

/// Returns a column as an Arrow field with its metadata.
///
/// # Errors
///
/// [`ViewError::UntypedColumn`] when an error has hidden the type of the column.
pub fn arrow_field(column: &Column) -> Result<Field, ViewError> {
    let field = plain_field(&column.name, &column.ty)
        .ok_or_else(|| ViewError::UntypedColumn { column: column.name.clone() })?;
    Ok(field.with_metadata(marks(&column.ty.ty)))
}

/// Returns the metadata of a column of this type: the name of a struct that has one, the name of an
/// extension type.
pub(crate) fn marks(ty: &Type) -> HashMap<String, String> {
    let marks: &[(&str, &str)] = match ty {
        Type::Struct(StructType { name: Some(name), .. }) => &[(SEMANTIC_TYPE, name)],
        Type::Uuid => extension::UUID,
        Type::Json => extension::JSON,
        _ => &[],
    };
    marks.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// Returns the Arrow type of values of `ty`, or `None` for what is no type of values: one that an
/// error hides, a type parameter, a struct of any fields.
#[must_use]
pub fn data_type(ty: &Type) -> Option<DataType> {
    Some(match ty {
        Type::Bool => DataType::Boolean,
        Type::Int(int) => int_type(*int),
        Type::F32 => DataType::Float32,
        Type::F64 => DataType::Float64,
        Type::Decimal(decimal) => {
            DataType::Decimal128(decimal.precision(), decimal.scale().cast_signed())
        }
        Type::String => DataType::Utf8,
        Type::Bytes => DataType::Binary,
        Type::FixedBytes(width) => DataType::FixedSizeBinary(i32::try_from(*width).ok()?),
        Type::Uuid => DataType::FixedSizeBinary(16),
        Type::Json => DataType::Utf8,
        Type::Date => DataType::Date32,
        Type::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::LocalTimestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        Type::Time => DataType::Time64(TimeUnit::Microsecond),
        Type::Duration => DataType::Duration(TimeUnit::Microsecond),
        Type::Interval => DataType::Interval(IntervalUnit::MonthDayNano),
        Type::List(item) => DataType::List(field_ref("element", item)?),
        Type::Map(key, value) => {
            let key = field_ref("key", &ValueType::required(key.as_ref().clone()))?;
            let entries = Fields::from(vec![key, field_ref("value", value)?]);
            let entries = Field::new("key_value", DataType::Struct(entries), false);
            DataType::Map(Arc::new(entries), false)
        }
        Type::Struct(ty) => {
            let fields = ty.fields.iter().map(|field| field_ref(&field.name, &field.ty));
            DataType::Struct(fields.collect::<Option<Fields>>()?)
        }
        Type::Null => DataType::Null,
        Type::AnyStruct | Type::AnyUnion | Type::Param(_) | Type::Unknown => return None,
    })
}

fn int_type(int: IntType) -> DataType {
    match int {
        IntType::I8 => DataType::Int8,
        IntType::I16 => DataType::Int16,
        IntType::I32 => DataType::Int32,
        IntType::I64 => DataType::Int64,
        IntType::U8 => DataType::UInt8,
        IntType::U16 => DataType::UInt16,
        IntType::U32 => DataType::UInt32,
        IntType::U64 => DataType::UInt64,
    }
}

fn plain_field(name: &str, ty: &ValueType) -> Option<Field> {
    Some(Field::new(name, data_type(&ty.ty)?, ty.nullable))
}

fn field_ref(name: &str, ty: &ValueType) -> Option<FieldRef> {
    plain_field(name, ty).map(Arc::new)
}

/// Whether two Arrow types hold the same values of the language: dictionaries, run-ends, the encoding
/// of text and bytes, and names, metadata and nullability of nested fields aside (struct fields keep
/// their names).
#[must_use]
pub fn same_values(left: &DataType, right: &DataType) -> bool {
    use DataType as D;
    match (left, right) {
        (D::Dictionary(_, left), right) => same_values(left, right),
        (left, D::Dictionary(_, right)) => same_values(left, right),
        (D::RunEndEncoded(_, left), right) => same_values(left.data_type(), right),
        (left, D::RunEndEncoded(_, right)) => same_values(left, right.data_type()),
        (D::Utf8 | D::LargeUtf8 | D::Utf8View, D::Utf8 | D::LargeUtf8 | D::Utf8View)
        | (
            D::Binary | D::LargeBinary | D::BinaryView,
            D::Binary | D::LargeBinary | D::BinaryView,
        ) => true,
        (D::List(left) | D::LargeList(left), D::List(right) | D::LargeList(right)) => {
            same_values(left.data_type(), right.data_type())
        }
        (D::Map(left, _), D::Map(right, _)) => same_entries(left, right),
        (D::Struct(left), D::Struct(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| {
                    left.name() == right.name() && same_values(left.data_type(), right.data_type())
                })
        }
        (left, right) => left == right,
    }
}

/// Entries of maps are compared by position: libraries disagree about the names.
fn same_entries(left: &FieldRef, right: &FieldRef) -> bool {
    match (left.data_type(), right.data_type()) {
        (DataType::Struct(left), DataType::Struct(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(l, r)| same_values(l.data_type(), r.data_type()))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span() -> Type {
        Type::Struct(StructType {
            name: Some("Span".to_owned()),
            fields: vec![Column {
                name: "bstart".to_owned(),
                ty: ValueType::required(Type::Int(IntType::I64)),
            }],
        })
    }

    #[test]
    fn named_structs_are_marked_on_the_column_only() {
        let column = |ty| Column { name: "c".to_owned(), ty: ValueType::required(ty) };
        let field = arrow_field(&column(span())).expect("a known type");
        assert_eq!(field.metadata().get(SEMANTIC_TYPE).map(String::as_str), Some("Span"));
        let list = Type::List(Box::new(ValueType::required(span())));
        let field = arrow_field(&column(list)).expect("a known type");
        assert!(field.metadata().is_empty());
        let DataType::List(element) = field.data_type() else { panic!("a list") };
        assert!(element.metadata().is_empty());
        assert_eq!(element.name(), "element");
    }

    #[test]
    fn a_hidden_type_is_an_error_that_names_the_column() {
        let column = Column { name: "c".to_owned(), ty: ValueType::required(Type::Unknown) };
        let error = arrow_field(&column).expect_err("no Arrow type");
        assert!(error.to_string().contains("`c`"), "{error}");
    }

    #[test]
    fn encodings_and_nested_names_do_not_change_the_values() {
        let list = |name, ty| DataType::List(Arc::new(Field::new(name, ty, true)));
        assert!(same_values(&DataType::Utf8, &DataType::Utf8View));
        assert!(same_values(&list("item", DataType::Utf8View), &list("element", DataType::Utf8)));
        assert!(!same_values(&list("item", DataType::Int32), &list("item", DataType::Int64)));
        assert!(!same_values(&DataType::Utf8, &DataType::Binary));
    }
}
