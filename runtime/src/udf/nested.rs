//! Lists, maps and structs into columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, ListArray, MapArray, StructArray};
use arrow_buffer::{NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, FieldRef, Fields};
use indexmap::IndexMap;

use super::error::CallError;
use super::read::{Read, Slot};
use super::types::{LIST_ITEM, StructType, Type, Typed, ValueType, map_entries};
use super::write::{BytesBuilder, Target, Write, WriteSlot};

/// Where each row's items end, and which rows are NULL.
#[derive(Debug)]
pub struct Rows {
    ends: Vec<i32>,
    n_items: usize,
    nulls: NullBufferBuilder,
}

impl Rows {
    fn new(rows: usize) -> Self {
        let mut ends = Vec::with_capacity(rows + 1);
        ends.push(0);
        Self { ends, n_items: 0, nulls: NullBufferBuilder::new(rows) }
    }

    fn append(&mut self, n_items: usize) {
        self.n_items += n_items;
        // A count that does not fit is found in `finish`, which looks at `n_items`.
        self.ends.push(i32::try_from(self.n_items).unwrap_or(i32::MAX));
        self.nulls.append_non_null();
    }

    fn append_null(&mut self) {
        self.ends.push(i32::try_from(self.n_items).unwrap_or(i32::MAX));
        self.nulls.append_null();
    }

    fn finish(
        mut self,
    ) -> Result<(OffsetBuffer<i32>, Option<arrow_buffer::NullBuffer>), CallError> {
        if i32::try_from(self.n_items).is_err() {
            let n_items = self.n_items;
            let text = format!("{n_items} items in one batch of lists are more than Arrow counts");
            return Err(CallError::whole(text));
        }
        Ok((OffsetBuffer::new(ScalarBuffer::from(self.ends)), self.nulls.finish()))
    }
}

/// Builds a `Vec`: bytes, or a list.
pub enum VecBuilder<B> {
    /// Of `u8`.
    Bytes(BytesBuilder),
    /// Of everything else, with the field of its items.
    List(Rows, B, FieldRef),
}

impl<T: Slot + WriteSlot> Write for Vec<T> {
    type Item<'a> = Vec<<T as WriteSlot>::Item<'a>>;
    type Builder = VecBuilder<T::Builder>;

    fn builder(rows: usize, target: &Target<'_>) -> Self::Builder {
        match T::VEC {
            Type::Bytes => VecBuilder::Bytes(BytesBuilder::new(rows, target)),
            _ => {
                let field = match target.ty {
                    Some(DataType::List(field)) => Arc::clone(field),
                    _ => T::VALUE.to_field(LIST_ITEM),
                };
                VecBuilder::List(Rows::new(rows), T::builder(rows, &target.part(0)), field)
            }
        }
    }

    fn append(builder: &mut Self::Builder, items: Self::Item<'_>) {
        match builder {
            VecBuilder::Bytes(builder) => builder.append(T::bytes_of(&items)),
            VecBuilder::List(rows, builder, _) => {
                rows.append(items.len());
                for item in items {
                    T::append(builder, item);
                }
            }
        }
    }

    fn append_null(builder: &mut Self::Builder) {
        match builder {
            VecBuilder::Bytes(builder) => builder.append_null(),
            VecBuilder::List(rows, ..) => rows.append_null(),
        }
    }

    fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError> {
        match builder {
            VecBuilder::Bytes(builder) => Ok(builder.finish()),
            VecBuilder::List(rows, items, field) => {
                let (offsets, nulls) = rows.finish()?;
                let items = T::finish(items)?;
                let array = ListArray::try_new(field, offsets, items, nulls);
                Ok(Arc::new(array.map_err(CallError::whole)?))
            }
        }
    }
}

/// Builds maps.
#[derive(Debug)]
pub struct MapBuilder<K, V> {
    rows: Rows,
    keys: K,
    values: V,
    entries: FieldRef,
}

/// What the values of a map are.
const fn value_of<V: WriteSlot>() -> ValueType {
    ValueType { ty: <V::Value as Typed>::TYPE, nullable: V::NULLABLE }
}

/// In the order of the keys.
impl<K, V> Write for BTreeMap<K, V>
where
    K: Read + Write,
    V: Slot + WriteSlot,
{
    type Item<'a> = BTreeMap<<K as Write>::Item<'a>, <V as WriteSlot>::Item<'a>>;
    type Builder = MapBuilder<<K as Write>::Builder, V::Builder>;

    fn builder(rows: usize, target: &Target<'_>) -> Self::Builder {
        MapBuilder::new::<K, V>(rows, target)
    }

    fn append(builder: &mut Self::Builder, entries: Self::Item<'_>) {
        builder.append::<K, V>(entries.into_iter());
    }

    fn append_null(builder: &mut Self::Builder) {
        builder.rows.append_null();
    }

    fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError> {
        builder.finish::<K, V>()
    }
}

impl<K: Write, V: WriteSlot> Typed for IndexMap<K, V> {
    const TYPE: Type = Type::Map(&K::TYPE, &value_of::<V>());
}

/// In the order in which keys were put in.
impl<K: Write, V: WriteSlot> Write for IndexMap<K, V> {
    type Item<'a> = IndexMap<<K as Write>::Item<'a>, <V as WriteSlot>::Item<'a>>;
    type Builder = MapBuilder<<K as Write>::Builder, V::Builder>;

    fn builder(rows: usize, target: &Target<'_>) -> Self::Builder {
        MapBuilder::new::<K, V>(rows, target)
    }

    fn append(builder: &mut Self::Builder, entries: Self::Item<'_>) {
        builder.append::<K, V>(entries.into_iter());
    }

    fn append_null(builder: &mut Self::Builder) {
        builder.rows.append_null();
    }

    fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError> {
        builder.finish::<K, V>()
    }
}

impl<KB, VB> MapBuilder<KB, VB> {
    fn new<K, V>(rows: usize, target: &Target<'_>) -> Self
    where
        K: Write<Builder = KB>,
        V: WriteSlot<Builder = VB>,
    {
        let entries = match target.ty {
            Some(DataType::Map(entries, _)) => Arc::clone(entries),
            _ => map_entries(K::TYPE, value_of::<V>()),
        };
        Self {
            rows: Rows::new(rows),
            keys: <K as Write>::builder(rows, &target.part(0)),
            values: V::builder(rows, &target.part(1)),
            entries,
        }
    }

    fn append<'a, K, V>(
        &mut self,
        entries: impl ExactSizeIterator<Item = (<K as Write>::Item<'a>, <V as WriteSlot>::Item<'a>)>,
    ) where
        K: Write<Builder = KB>,
        V: WriteSlot<Builder = VB>,
    {
        self.rows.append(entries.len());
        for (key, value) in entries {
            <K as Write>::append(&mut self.keys, key);
            V::append(&mut self.values, value);
        }
    }

    fn finish<K, V>(self) -> Result<ArrayRef, CallError>
    where
        K: Write<Builder = KB>,
        V: WriteSlot<Builder = VB>,
    {
        let (offsets, nulls) = self.rows.finish()?;
        let columns = vec![<K as Write>::finish(self.keys)?, V::finish(self.values)?];
        let entries = self.entries;
        let DataType::Struct(fields) = entries.data_type() else {
            return Err(CallError::whole("the entries of a map are a struct"));
        };
        let structs =
            StructArray::try_new(fields.clone(), columns, None).map_err(CallError::whole)?;
        let array = MapArray::try_new(entries, offsets, structs, nulls, false);
        Ok(Arc::new(array.map_err(CallError::whole)?))
    }
}

/// Builds structs: `fields` is a tuple of builders, one for each field.
#[derive(Debug)]
pub struct StructBuilder<F> {
    /// The builders of the fields.
    pub fields: F,
    types: Option<Fields>,
    nulls: NullBufferBuilder,
    rows: usize,
}

impl<F> StructBuilder<F> {
    /// A builder for about so many rows.
    pub fn new(rows: usize, fields: F, target: &Target<'_>) -> Self {
        let types = match target.ty {
            Some(DataType::Struct(fields)) => Some(fields.clone()),
            _ => None,
        };
        Self { fields, types, nulls: NullBufferBuilder::new(rows), rows: 0 }
    }

    /// The next row is there.
    pub fn append(&mut self) {
        self.nulls.append_non_null();
        self.rows += 1;
    }

    /// The next row is NULL.
    pub fn append_null(&mut self) {
        self.nulls.append_null();
        self.rows += 1;
    }

    /// The builders of the fields, and what is known of the rows.
    pub fn into_parts(self) -> (F, StructBuilder<()>) {
        let Self { fields, types, nulls, rows } = self;
        (fields, StructBuilder { fields: (), types, nulls, rows })
    }

    /// Gives the column; `columns` come from the builders of the fields.
    ///
    /// # Errors
    ///
    /// The columns are not those of the type.
    pub fn finish<T: Typed>(mut self, columns: Vec<ArrayRef>) -> Result<ArrayRef, CallError> {
        let Type::Struct(StructType { fields, .. }) = T::TYPE else {
            return Err(CallError::whole("a struct is built of a type that is none"));
        };
        let declared = || fields.iter().map(|field| field.value.to_field(field.name)).collect();
        let fields = self.types.take().unwrap_or_else(declared);
        let array =
            StructArray::try_new_with_length(fields, columns, self.nulls.finish(), self.rows);
        Ok(Arc::new(array.map_err(CallError::whole)?))
    }
}
