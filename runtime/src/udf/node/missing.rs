//! NULLs inside of values whose type has none there: kernels that read such a value look for them first.

use arrow_buffer::NullBuffer;

use super::{Node, Offsets, StructNode};
use crate::udf::args::bitmap;
use crate::udf::types::{FieldType, Type, ValueType};

impl Node<'_> {
    fn has_nulls(&self) -> bool {
        let own = self.nulls().is_some_and(|nulls| nulls.null_count() > 0);
        own || match self {
            Self::List(node) => node.items.has_nulls(),
            Self::Map(node) => node.keys.has_nulls() || node.values.has_nulls(),
            Self::Struct(node) => node.fields.iter().any(Node::has_nulls),
            _ => false,
        }
    }

    /// The first row among the `live` ones with a NULL inside of a value, where the type has none,
    /// and the place of that NULL.
    pub(crate) fn missing(&self, ty: &Type, live: Option<&NullBuffer>) -> Option<(usize, String)> {
        match (self, ty) {
            (Self::Struct(node), Type::Struct(ty)) => node.missing(ty.fields, live),
            (Self::List(node), Type::List(item)) if node.items.has_nulls() => {
                let live = NullBuffer::union(live, node.nulls);
                let ranges = Ranges { offsets: node.offsets, rows: node.rows };
                ranges.missing(&node.items, node.n_items, item, live.as_ref(), "an item")
            }
            (Self::Map(node), Type::Map(key, value)) => {
                let live = NullBuffer::union(live, node.nulls);
                let rows = node.offsets.len().saturating_sub(1);
                let ranges = Ranges { offsets: Offsets::Small(node.offsets), rows };
                let key = ValueType::required(**key);
                let sides = [(&node.keys, &key, "a key"), (&node.values, *value, "a value")];
                sides.into_iter().filter(|(side, ..)| side.has_nulls()).find_map(
                    |(side, ty, name)| {
                        ranges.missing(side, node.n_entries, ty, live.as_ref(), name)
                    },
                )
            }
            _ => None,
        }
    }
}

impl StructNode<'_> {
    fn missing(&self, types: &[FieldType], live: Option<&NullBuffer>) -> Option<(usize, String)> {
        if !self.fields.iter().any(Node::has_nulls) {
            return None;
        }
        let live = NullBuffer::union(live, self.nulls);
        self.fields.iter().zip(types).find_map(|(node, ty)| {
            let place = format!("field `{}`", ty.name);
            missing_in(node, &ty.value, live.as_ref(), &place)
        })
    }
}

/// The rows of a list or a map.
struct Ranges<'a> {
    offsets: Offsets<'a>,
    rows: usize,
}

impl Ranges<'_> {
    fn missing(
        &self,
        items: &Node<'_>,
        n_items: usize,
        ty: &ValueType,
        live: Option<&NullBuffer>,
        place: &str,
    ) -> Option<(usize, String)> {
        if !is_required(ty) && !matches!(ty.ty, Type::List(_) | Type::Map(..) | Type::Struct(_)) {
            return None;
        }
        let is_live = |row: &usize| live.is_none_or(|live| live.is_valid(*row));
        let ranges = (0..self.rows).filter(is_live).map(|row| self.offsets.range(row));
        let live_items = bitmap(n_items, ranges);
        let (item, place) = missing_in(items, ty, Some(&live_items), place)?;
        let row = (0..self.rows).filter(is_live).find(|row| {
            let (start, end) = self.offsets.range(*row);
            (start..end).contains(&item)
        })?;
        Some((row, place))
    }
}

/// Whether values are never NULL: a type parameter stands for a type together with its NULLs.
fn is_required(ty: &ValueType) -> bool {
    !ty.nullable && !matches!(ty.ty, Type::Param(_))
}

fn missing_in(
    node: &Node<'_>,
    ty: &ValueType,
    live: Option<&NullBuffer>,
    place: &str,
) -> Option<(usize, String)> {
    let own = node.nulls().filter(|nulls| is_required(ty) && nulls.null_count() > 0);
    let first = own.and_then(|nulls| {
        (0..nulls.len())
            .find(|row| nulls.is_null(*row) && live.is_none_or(|live| live.is_valid(*row)))
    });
    match first {
        Some(row) => Some((row, place.to_owned())),
        None => {
            let (row, inner) = node.missing(&ty.ty, live)?;
            Some((row, format!("{inner} of {place}")))
        }
    }
}
