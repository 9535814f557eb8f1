//! Rows as Rust values: what structs of rows are read from.
//!
//! An expansion names the fields of its struct and nothing else: [`ReadRow::read`] asks for a value for
//! each, and the type of the field decides how it is read ([`Cell`]). Values are owned, so that rows
//! outlive the batches that they come from.

use std::any::TypeId;
use std::collections::BTreeMap;

#[cfg(feature = "delta")]
use arrow_array::RecordBatch;

use super::descriptor::Relation;
use crate::udf::node::Node;
use crate::udf::read::Read;
use crate::udf::types::FieldType;
use crate::udf::{Date, Decimal, Duration, Interval, Json, LocalTimestamp, Time, Timestamp, Uuid};

/// A struct that holds a row: `Row` of a relation's module, and structs with `#[derive(Row)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no row of a table or view",
    label = "no row",
    note = "rows are `relation::Row`, and structs without lifetimes that have `#[derive(belvedere::Row)]`"
)]
pub trait ReadRow: Sized + 'static {
    /// Where its columns are said.
    fn shape() -> Shape;

    /// Reads the fields in order.
    fn read(cells: &mut Cells<'_>) -> Self;
}

/// What says the columns of a struct of rows.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// The relation whose row it is.
    Relation(&'static Relation),
    /// Its own fields.
    Fields {
        /// Its name.
        name: &'static str,
        /// What it has.
        fields: &'static [FieldType],
    },
}

/// The struct that types a view: `view! { <CallRow> … }`.
#[derive(Clone, Copy, Debug)]
pub struct RowType {
    /// Its name, for messages.
    pub name: &'static str,
    /// Which struct it is.
    pub id: fn() -> TypeId,
}

impl RowType {
    /// The struct.
    #[must_use]
    pub const fn of<R: 'static>(name: &'static str) -> Self {
        Self { name, id: TypeId::of::<R> }
    }
}

/// The values of a row, in order: the columns of a batch at one of its rows.
pub struct Cells<'a> {
    columns: std::slice::Iter<'a, Node<'a>>,
    row: usize,
}

impl Cells<'_> {
    /// Reads the next value.
    ///
    /// # Panics
    ///
    /// When there are fewer columns than fields, which whoever reads rows has compared.
    pub fn read<T: Cell>(&mut self) -> T {
        match self.columns.next() {
            Some(column) => column.cell(self.row),
            None => unreachable!("a row is read from the columns that it has"),
        }
    }
}

/// A type that a field of a row can have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a row",
    label = "no type of a column",
    note = "a struct can be one with `#[derive(belvedere::ArrowType)]`"
)]
pub trait Cell: Sized {
    /// Whether values own what they hold.
    const OWNED: bool = true;

    /// Reads a value that is there.
    fn get(node: &Node<'_>, row: usize) -> Self;

    /// Reads a list of such values.
    fn get_list(node: &Node<'_>, row: usize) -> Vec<Self> {
        let list = node.list();
        let (start, end) = list.range(row);
        (start..end).map(|item| Self::get(list.items(), item)).collect()
    }
}

/// The rows of a batch whose columns are the fields of `R`, in order.
#[cfg(feature = "delta")]
pub(crate) fn rows<R: ReadRow>(batch: &RecordBatch) -> Vec<R> {
    let nodes: Vec<Node<'_>> = batch.columns().iter().map(Node::of_array).collect();
    let row = |row| R::read(&mut Cells { columns: nodes.iter(), row });
    (0..batch.num_rows()).map(row).collect()
}

impl Node<'_> {
    /// The value of a row.
    #[must_use]
    pub fn cell<T: Cell>(&self, row: usize) -> T {
        const {
            assert!(
                T::OWNED,
                "a column is a struct with a lifetime, which no row can own: \
                 name a struct without one in `view! {{ <Row> … }}`, or select its fields"
            );
        }
        T::get(self, row)
    }
}

/// Reads a value by [`Read`], whose values own what they hold.
#[must_use]
pub fn whole<T: for<'a> Read<Item<'a> = T>>(node: &Node<'_>, row: usize) -> T {
    T::get(&<T as Read>::column(node), row)
}

/// The value of a struct with a lifetime, for which nobody can ask: [`Node::cell`] does not compile
/// with one.
#[must_use]
pub fn borrowed<T>() -> T {
    unreachable!("a row with a struct that has a lifetime is never read")
}

macro_rules! cells {
    ($($rust:ty),*) => {
        $(
            impl Cell for $rust {
                fn get(node: &Node<'_>, row: usize) -> Self {
                    whole(node, row)
                }
            }
        )*
    };
}

cells! {
    bool, i8, i16, i32, i64, u16, u32, u64, f32, f64, String, Uuid, Date, Timestamp, LocalTimestamp, Time,
    Duration, Interval
}

/// A list of them is bytes.
impl Cell for u8 {
    fn get(node: &Node<'_>, row: usize) -> Self {
        whole(node, row)
    }

    fn get_list(node: &Node<'_>, row: usize) -> Vec<Self> {
        node.bytes().value(row).to_vec()
    }
}

impl<const N: usize> Cell for [u8; N] {
    fn get(node: &Node<'_>, row: usize) -> Self {
        whole(node, row)
    }
}

impl<const P: u8, const S: u8> Cell for Decimal<P, S> {
    fn get(node: &Node<'_>, row: usize) -> Self {
        whole(node, row)
    }
}

impl Cell for Json<'static> {
    fn get(node: &Node<'_>, row: usize) -> Self {
        <Json<'_> as Read>::get(&node.text(), row).into_owned()
    }
}

impl<T: Cell> Cell for Option<T> {
    const OWNED: bool = T::OWNED;

    fn get(node: &Node<'_>, row: usize) -> Self {
        let valid = node.nulls().is_none_or(|nulls| nulls.is_valid(row));
        valid.then(|| T::get(node, row))
    }
}

impl<T: Cell> Cell for Vec<T> {
    const OWNED: bool = T::OWNED;

    fn get(node: &Node<'_>, row: usize) -> Self {
        T::get_list(node, row)
    }
}

impl<K: Cell + Ord, V: Cell> Cell for BTreeMap<K, V> {
    const OWNED: bool = K::OWNED && V::OWNED;

    fn get(node: &Node<'_>, row: usize) -> Self {
        let map = node.map();
        let (start, end) = map.range(row);
        let entry = |entry| (K::get(map.keys(), entry), V::get(map.values(), entry));
        (start..end).map(entry).collect()
    }
}

/// The type of a column that an error hides; its program does not compile.
impl Cell for crate::__private::Unknown {
    fn get(node: &Node<'_>, _: usize) -> Self {
        node.mismatch()
    }
}

#[cfg(all(test, feature = "delta"))]
mod tests;
