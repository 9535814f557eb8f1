//! Columns under construction, and the macro that makes rows of them.
//!
//! The type of a finished array is the one that the table's schema names, inner field names and
//! metadata included, so that no batch is ever nearly of the right type.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Int64Builder, StringBuilder};
use arrow_array::{
    ArrayRef, BooleanArray, Int32Array, Int64Array, ListArray, MapArray, RecordBatch, StringArray,
    StructArray,
};
use arrow_schema::{ArrowError, DataType, SchemaRef};

/// A column that grows by one value for each row.
pub(crate) trait Column {
    /// What a row holds.
    type Value<'a>;

    /// Appends a value.
    fn push(&mut self, value: Self::Value<'_>);

    /// The values so far as an array of type `ty`; the column is empty again.
    fn finish(&mut self, ty: &DataType) -> Result<ArrayRef, ArrowError>;
}

/// `String`
#[derive(Debug)]
pub(crate) struct Text(StringBuilder);

impl Column for Text {
    type Value<'a> = &'a str;

    fn push(&mut self, value: &str) {
        self.0.append_value(value);
    }

    fn finish(&mut self, _: &DataType) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(self.0.finish()))
    }
}

/// Builders reserve room for a thousand rows unless told not to; most files have fewer.
macro_rules! empty_by_default {
    ($($column:ident($empty:expr)),* $(,)?) => {
        $(impl Default for $column {
            fn default() -> Self {
                Self($empty)
            }
        })*
    };
}

empty_by_default! {
    Text(StringBuilder::with_capacity(0, 0)),
    MaybeText(StringBuilder::with_capacity(0, 0)),
    Int(Int64Builder::with_capacity(0)),
    MaybeInt(Int64Builder::with_capacity(0)),
    Bool(BooleanBuilder::with_capacity(0)),
}

/// `Option<String>`
#[derive(Debug)]
pub(crate) struct MaybeText(StringBuilder);

impl Column for MaybeText {
    type Value<'a> = Option<&'a str>;

    fn push(&mut self, value: Option<&str>) {
        self.0.append_option(value);
    }

    fn finish(&mut self, _: &DataType) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(self.0.finish()))
    }
}

/// `i64`
#[derive(Debug)]
pub(crate) struct Int(Int64Builder);

impl Column for Int {
    type Value<'a> = i64;

    fn push(&mut self, value: i64) {
        self.0.append_value(value);
    }

    fn finish(&mut self, _: &DataType) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(self.0.finish()))
    }
}

/// `Option<i64>`
#[derive(Debug)]
pub(crate) struct MaybeInt(Int64Builder);

impl Column for MaybeInt {
    type Value<'a> = Option<i64>;

    fn push(&mut self, value: Option<i64>) {
        self.0.append_option(value);
    }

    fn finish(&mut self, _: &DataType) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(self.0.finish()))
    }
}

/// `bool`
#[derive(Debug)]
pub(crate) struct Bool(BooleanBuilder);

impl Column for Bool {
    type Value<'a> = bool;

    fn push(&mut self, value: bool) {
        self.0.append_value(value);
    }

    fn finish(&mut self, _: &DataType) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(self.0.finish()))
    }
}

/// `List<String>`
#[derive(Debug, Default)]
pub(crate) struct TextList {
    lengths: Vec<usize>,
    items: Text,
}

impl Column for TextList {
    type Value<'a> = &'a [String];

    fn push(&mut self, value: &[String]) {
        self.lengths.push(value.len());
        for item in value {
            self.items.push(item);
        }
    }

    fn finish(&mut self, ty: &DataType) -> Result<ArrayRef, ArrowError> {
        let DataType::List(item) = ty else { return Err(unexpected(ty, "a list")) };
        let offsets = offsets(&mut self.lengths);
        let items = self.items.finish(item.data_type())?;
        Ok(Arc::new(ListArray::try_new(Arc::clone(item), offsets, items, None)?))
    }
}

/// One entry of a map.
pub(crate) type Attr<'a> = (&'static str, Cow<'a, str>);

/// `Map<String, String>`
#[derive(Debug, Default)]
pub(crate) struct TextMap {
    lengths: Vec<usize>,
    keys: Text,
    values: Text,
}

impl Column for TextMap {
    type Value<'a> = &'a [Attr<'a>];

    fn push(&mut self, value: &[Attr<'_>]) {
        self.lengths.push(value.len());
        for (key, value) in value {
            self.keys.push(key);
            self.values.push(value);
        }
    }

    fn finish(&mut self, ty: &DataType) -> Result<ArrayRef, ArrowError> {
        let DataType::Map(entry, sorted) = ty else { return Err(unexpected(ty, "a map")) };
        let DataType::Struct(fields) = entry.data_type() else {
            return Err(unexpected(entry.data_type(), "a struct"));
        };
        let columns =
            vec![self.keys.finish(&DataType::Utf8)?, self.values.finish(&DataType::Utf8)?];
        let entries = StructArray::try_new(fields.clone(), columns, None)?;
        let offsets = offsets(&mut self.lengths);
        Ok(Arc::new(MapArray::try_new(Arc::clone(entry), offsets, entries, None, *sorted)?))
    }
}

/// `Span`: from a start to an exclusive end, in bytes.
#[derive(Debug, Default)]
pub(crate) struct ByteSpan(Vec<(i64, i64)>);

impl Column for ByteSpan {
    type Value<'a> = (i64, i64);

    fn push(&mut self, value: (i64, i64)) {
        self.0.push(value);
    }

    fn finish(&mut self, ty: &DataType) -> Result<ArrayRef, ArrowError> {
        let DataType::Struct(fields) = ty else { return Err(unexpected(ty, "a span")) };
        let spans = std::mem::take(&mut self.0);
        let count = spans.len();
        let column = |name: &str| -> Result<ArrayRef, ArrowError> {
            Ok(match name {
                "bstart" => Arc::new(Int64Array::from_iter_values(spans.iter().map(|span| span.0))),
                "bend" => Arc::new(Int64Array::from_iter_values(spans.iter().map(|span| span.1))),
                "line_base" => Arc::new(Int32Array::from_value(0, count)),
                "col_unit" => repeated("byte", count),
                "end_exclusive" => Arc::new(BooleanArray::from(vec![true; count])),
                _ => return Err(unexpected(ty, "a span")),
            })
        };
        let columns = fields.iter().map(|field| column(field.name())).collect::<Result<_, _>>()?;
        Ok(Arc::new(StructArray::try_new(fields.clone(), columns, None)?))
    }
}

fn offsets(lengths: &mut Vec<usize>) -> arrow_buffer::OffsetBuffer<i32> {
    arrow_buffer::OffsetBuffer::from_lengths(std::mem::take(lengths))
}

fn unexpected(ty: &DataType, expected: &str) -> ArrowError {
    ArrowError::SchemaError(format!("the extraction writes {expected}, the table has {ty}"))
}

/// The same text in every row.
pub(crate) fn repeated(text: &str, count: usize) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, count)))
}

/// What all rows of a file have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileColumns<'a> {
    /// The file's id.
    pub(crate) file_id: &'a str,
    /// Its key.
    pub(crate) path: &'a str,
    /// Its language.
    pub(crate) lang: &'a str,
}

impl FileColumns<'_> {
    /// The column of that name, if it is one that all rows share.
    pub(crate) fn column(&self, name: &str, count: usize) -> Result<ArrayRef, ArrowError> {
        match name {
            "file_id" => Ok(repeated(self.file_id, count)),
            "path" => Ok(repeated(self.path, count)),
            "lang" => Ok(repeated(self.lang, count)),
            _ => Err(ArrowError::SchemaError(format!("the extraction has no column `{name}`"))),
        }
    }
}

/// The rows of one table under construction.
pub(crate) trait Rows {
    /// How many there are.
    fn len(&self) -> usize;

    /// They as a batch; there are none afterwards.
    fn finish(
        &mut self,
        schema: &SchemaRef,
        file: &FileColumns<'_>,
    ) -> Result<RecordBatch, ArrowError>;
}

/// Defines a row and the columns that rows are collected in. A column of the table that is not
/// named here is one that all rows of a file share.
macro_rules! rows {
    ($(#[$doc:meta])* $row:ident in $rows:ident { $($column:ident: $kind:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $row<'a> {
            $(pub(crate) $column: <$kind as $crate::extract::columns::Column>::Value<'a>,)*
        }

        #[derive(Debug, Default)]
        pub(crate) struct $rows {
            len: usize,
            $($column: $kind,)*
        }

        impl $rows {
            pub(crate) fn push(&mut self, row: $row<'_>) {
                self.len += 1;
                $($crate::extract::columns::Column::push(&mut self.$column, row.$column);)*
            }
        }

        impl $crate::extract::columns::Rows for $rows {
            fn len(&self) -> usize {
                self.len
            }

            fn finish(
                &mut self,
                schema: &arrow_schema::SchemaRef,
                file: &$crate::extract::columns::FileColumns<'_>,
            ) -> Result<arrow_array::RecordBatch, arrow_schema::ArrowError> {
                let count = std::mem::take(&mut self.len);
                let column = |field: &arrow_schema::FieldRef| match field.name().as_str() {
                    $(stringify!($column) => {
                        $crate::extract::columns::Column::finish(
                            &mut self.$column,
                            field.data_type(),
                        )
                    })*
                    name => file.column(name, count),
                };
                let columns = schema.fields().iter().map(column).collect::<Result<Vec<_>, _>>()?;
                arrow_array::RecordBatch::try_new(std::sync::Arc::clone(schema), columns)
            }
        }
    };
}

pub(crate) use rows;
