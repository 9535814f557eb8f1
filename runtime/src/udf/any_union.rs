//! Unions of any fields: which field a row has, and its value.
//!
//! Arrow keeps the fields of a union side by side (sparse) or one after the other (dense); both are
//! read. A union has no NULLs of its own: a row is NULL where the value of its field is.

use std::fmt;

use arrow_array::{Array as _, ArrayRef, UnionArray};
use arrow_schema::DataType;

use super::error::Error;
use super::generic::AnyNode;
use super::node::Node;
use super::read::{Read, Slot};
use super::types::{Type, Typed};

/// A union of any fields, as an argument. Unions are for plans: a result that is one is handed through
/// by a type parameter, `fn f<T: Value>(value: T) -> T`, and no table stores one.
///
/// ```ignore
/// #[udf]
/// fn reading_text(reading: AnyUnion<'_>) -> udf::Result<String> {
///     match reading.tag() {
///         "number" => Ok(reading.get::<f64>("number")?.unwrap_or_default().to_string()),
///         tag => Ok(tag.to_owned()),
///     }
/// }
/// ```
#[derive(Clone, Copy)]
pub struct AnyUnion<'a> {
    union: &'a UnionArray,
    row: usize,
}

impl<'a> AnyUnion<'a> {
    /// The name of the field that this row has.
    #[must_use]
    pub fn tag(&self) -> &'a str {
        let DataType::Union(fields, _) = self.union.data_type() else { return "" };
        let id = self.union.type_id(self.row);
        fields.iter().find(|(field, _)| *field == id).map_or("", |(_, field)| field.name())
    }

    /// The value of this field; `None` where the row has another, or the value is NULL.
    ///
    /// # Errors
    ///
    /// The union has no such field, or its values are of another type.
    pub fn get<T>(&self, field: &str) -> Result<Option<T>, Error>
    where
        T: for<'x> Read<Item<'x> = T>,
    {
        let child = self.child(field)?;
        let Some(node) = Node::new(child, &T::TYPE) else {
            let (found, wanted) = (child.data_type(), T::TYPE);
            return Err(format!("field `{field}` of the union is {found}, not {wanted}").into());
        };
        if self.tag() != field {
            return Ok(None);
        }
        let position = self.union.value_offset(self.row);
        if node.nulls().is_some_and(|nulls| nulls.is_null(position)) {
            return Ok(None);
        }
        Ok(Some(T::get(&T::column(&node), position)))
    }

    fn child(&self, field: &str) -> Result<&'a ArrayRef, Error> {
        if let DataType::Union(fields, _) = self.union.data_type()
            && let Some((id, _)) = fields.iter().find(|(_, known)| known.name() == field)
        {
            return Ok(self.union.child(id));
        }
        Err(format!("the union has no field `{field}`").into())
    }
}

impl fmt::Debug for AnyUnion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.union.value(self.row), f)
    }
}

impl Typed for AnyUnion<'_> {
    const TYPE: Type = Type::AnyUnion;
}

impl Read for AnyUnion<'_> {
    type Item<'a> = AnyUnion<'a>;
    type Column<'a> = &'a AnyNode<'a>;
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        node.any()
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        match column.array().as_any().downcast_ref() {
            Some(union) => AnyUnion { union, row },
            None => unreachable!("a node is read as the type that it was made from"),
        }
    }
}
