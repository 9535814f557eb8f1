//! Structs of any fields: handed through as they are, with those of their fields that the result has.
//!
//! What the fields of a result are is asked of `#[udf(returns = f)]` when a call is planned. They are
//! found by name, in the column and not in each row, and shared with it where rows keep their order.

use std::fmt;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef, StructArray};
use arrow_schema::{DataType, Fields};

use super::error::CallError;
use super::generic::{AnyNode, Gather};
use super::node::Node;
use super::read::{Read, Slot};
use super::types::{Type, Typed};
use super::write::{Target, Write};

/// A struct of any fields, as an argument; as a result, a struct of those of its fields that the
/// function behind `returns` names.
///
/// ```ignore
/// #[udf(returns = without_id)]
/// fn anonymous(value: AnyStruct<'_>) -> AnyStruct<'_> {
///     value
/// }
///
/// fn without_id(call: &Planned<'_>) -> udf::Result<Fields> {
///     let fields = call.argument("value")?.fields()?;
///     Ok(fields.iter().filter(|field| field.name() != "id").cloned().collect())
/// }
/// ```
#[derive(Clone, Copy)]
pub struct AnyStruct<'a> {
    node: &'a AnyNode<'a>,
    row: usize,
}

impl fmt::Debug for AnyStruct<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.node.array().slice(self.row, 1), f)
    }
}

impl Typed for AnyStruct<'_> {
    const TYPE: Type = Type::AnyStruct;
}

impl Read for AnyStruct<'_> {
    type Item<'a> = AnyStruct<'a>;
    type Column<'a> = &'a AnyNode<'a>;
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        node.any()
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        AnyStruct { node: column, row }
    }
}

/// Builds structs of some of the fields of others.
#[derive(Debug)]
pub struct Picks {
    fields: Option<Fields>,
    gather: Gather,
    /// Why a column has not all of the fields.
    wrong: Option<CallError>,
}

impl Write for AnyStruct<'_> {
    type Item<'a> = AnyStruct<'a>;
    type Builder = Picks;

    fn builder(rows: usize, target: &Target<'_>) -> Self::Builder {
        let fields = match target.ty {
            Some(DataType::Struct(fields)) => Some(fields.clone()),
            _ => None,
        };
        Picks { fields, gather: Gather::new(rows, target), wrong: None }
    }

    #[inline]
    fn append(builder: &mut Self::Builder, item: Self::Item<'_>) {
        let Picks { fields, gather, wrong } = builder;
        gather.append_of(item.node, item.row, || {
            let array = item.node.array();
            match fields.as_ref().map(|fields| pick(array.as_struct(), fields)) {
                None => Arc::clone(array),
                Some(Ok(picked)) => picked,
                Some(Err(error)) => {
                    *wrong = Some(error);
                    Arc::clone(array)
                }
            }
        });
    }

    fn append_null(builder: &mut Self::Builder) {
        builder.gather.append_null();
    }

    fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError> {
        match builder.wrong {
            Some(error) => Err(error),
            None => builder.gather.finish().map_err(CallError::whole),
        }
    }
}

/// A column of some of the fields of another.
fn pick(array: &StructArray, fields: &Fields) -> Result<ArrayRef, CallError> {
    let columns = fields.iter().map(|field| {
        let column = array.column_by_name(field.name()).map(Arc::clone);
        column.ok_or_else(|| {
            let name = field.name();
            CallError::whole(format!("the result has the field `{name}`, which no argument has"))
        })
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let (nulls, rows) = (array.nulls().cloned(), array.len());
    let picked = StructArray::try_new_with_length(fields.clone(), columns, nulls, rows);
    Ok(Arc::new(picked.map_err(CallError::whole)?))
}
