//! Values out of columns: how a Rust type is read from a [`Node`].
//!
//! [`Read`] is a value that is there, [`Slot`] a value that may be `Option`. Reading at a row that
//! is NULL gives some value and never panics.

use arrow_buffer::{BooleanBuffer, IntervalMonthDayNano, NullBuffer};

use super::node::{BytesNode, Node, TextNode};
use super::types::{Type, Typed, ValueType};
use super::values::{Date, Duration, Interval, LocalTimestamp, Time, Timestamp};

/// Where rows are in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// The row of the first.
    first: usize,
    /// What is and-ed with a row: nothing but 0 is left where one value stands for every row.
    mask: usize,
}

impl At {
    /// The rows of a column from its first on.
    pub const START: Self = Self { first: 0, mask: usize::MAX };

    /// The rows of a column from this one on, and-ed with `mask`.
    #[must_use]
    pub const fn new(first: usize, mask: usize) -> Self {
        Self { first, mask }
    }

    /// The rows from a later one on.
    #[inline]
    #[must_use]
    pub const fn later(self, rows: usize) -> Self {
        Self { first: self.first + rows, mask: self.mask }
    }

    /// Where a row is.
    #[inline]
    #[must_use]
    pub const fn row(self, row: usize) -> usize {
        (self.first + row) & self.mask
    }
}

/// A type whose values can be read from a column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of an SQL function",
    label = "not an argument",
    note = "arguments are `bool`, integers, floats, `Decimal<P, S>`, `&str`, `String`, `&[u8]`, `Vec<u8>`, `[u8; N]`, \
            `Uuid`, `Json<'_>`, `Date`, `Timestamp`, `LocalTimestamp`, `Time`, `Duration`, `Interval`, `List<'_, T>`, \
            `Map<'_, K, V>`, and structs with \
            `#[derive(belvedere::ArrowType)]`"
)]
pub trait Read: Typed {
    /// The type with the lifetime of a batch.
    type Item<'a>;

    /// What is looked up once for each batch.
    type Column<'a>: Copy;

    /// The type of a `Vec` of such values.
    const VEC: Type;

    /// Looks up what reading needs.
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a>;

    /// So many rows of a column, and where they are in it. Where values lie side by side they are
    /// cut out, so that the compiler sees how many there are and a loop over them asks for no bounds.
    #[inline]
    fn block<'a>(column: Self::Column<'a>, at: At, rows: usize) -> (Self::Column<'a>, At) {
        let _ = rows;
        (column, at)
    }

    /// Reads a row.
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a>;

    /// Reads a row of a column of [`Read::VEC`].
    fn get_vec<'a>(node: &'a Node<'a>, row: usize) -> Vec<Self::Item<'a>> {
        let list = node.list();
        let (start, end) = list.range(row);
        let items = Self::column(list.items());
        (start..end).map(|item| Self::get(&items, item)).collect()
    }
}

/// A type or an `Option` of one: what an argument, a field, an item can be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of an SQL function",
    label = "not an argument",
    note = "a struct can be one with `#[derive(belvedere::ArrowType)]`"
)]
pub trait Slot {
    /// The type, and whether NULL is read as `None`.
    const VALUE: ValueType;

    /// The type of a `Vec` of such values.
    const VEC: Type;

    /// The type with the lifetime of a batch.
    type Item<'a>;

    /// What is looked up once for each batch.
    type Column<'a>: Copy;

    /// Looks up what reading needs.
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a>;

    /// So many rows of a column, and where they are in it.
    fn block<'a>(column: Self::Column<'a>, at: At, rows: usize) -> (Self::Column<'a>, At);

    /// Reads a row.
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a>;

    /// Reads a row of a column of [`Slot::VEC`].
    fn get_vec<'a>(node: &'a Node<'a>, row: usize) -> Vec<Self::Item<'a>>;
}

// Messages speak of what the user wrote, not of how it is looked up.
#[diagnostic::do_not_recommend]
impl<T: Read> Slot for T {
    const VALUE: ValueType = ValueType::required(T::TYPE);
    const VEC: Type = <T as Read>::VEC;

    type Item<'a> = <T as Read>::Item<'a>;
    type Column<'a> = <T as Read>::Column<'a>;

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        <T as Read>::column(node)
    }

    #[inline]
    fn block<'a>(column: Self::Column<'a>, at: At, rows: usize) -> (Self::Column<'a>, At) {
        <T as Read>::block(column, at, rows)
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        <T as Read>::get(column, row)
    }

    fn get_vec<'a>(node: &'a Node<'a>, row: usize) -> Vec<Self::Item<'a>> {
        <T as Read>::get_vec(node, row)
    }
}

// Messages speak of what the user wrote, not of how it is looked up.
#[diagnostic::do_not_recommend]
impl<T: Read> Slot for Option<T> {
    const VALUE: ValueType = ValueType { ty: T::TYPE, nullable: true };
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    type Item<'a> = Option<T::Item<'a>>;
    type Column<'a> = (Option<(&'a NullBuffer, At)>, T::Column<'a>);

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        (node.nulls().map(|nulls| (nulls, At::START)), T::column(node))
    }

    #[inline]
    fn block<'a>((nulls, column): Self::Column<'a>, at: At, rows: usize) -> (Self::Column<'a>, At) {
        let (column, left) = T::block(column, at, rows);
        // What is left to add to a row number is added to that of its bit too.
        let nulls = nulls.map(|(nulls, _)| (nulls, if left == At::START { at } else { At::START }));
        ((nulls, column), left)
    }

    #[inline]
    fn get<'a>((nulls, column): &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        let valid = nulls.is_none_or(|(nulls, at)| nulls.is_valid(at.row(row)));
        valid.then(|| T::get(column, row))
    }

    fn get_vec<'a>(node: &'a Node<'a>, row: usize) -> Vec<Self::Item<'a>> {
        let list = node.list();
        let (start, end) = list.range(row);
        let items = Self::column(list.items());
        (start..end).map(|item| Self::get(&items, item)).collect()
    }
}

macro_rules! primitive {
    ($($rust:ident $node:ident { $($special:tt)* })*) => {
        $(
            impl Typed for $rust {
                const TYPE: Type = Type::$node;
            }

            impl Read for $rust {
                type Item<'a> = Self;
                type Column<'a> = &'a [Self];
                primitive! { @vec $rust $($special)* }

                #[inline]
                fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
                    match node {
                        Node::$node(array) => array.values(),
                        _ => node.mismatch(),
                    }
                }

                #[inline]
                fn block<'a>(
                    column: Self::Column<'a>,
                    at: At,
                    rows: usize,
                ) -> (Self::Column<'a>, At) {
                    (&column[at.row(0)..][..rows], At::START)
                }

                #[inline]
                fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
                    column[row]
                }
            }
        )*
    };
    (@vec $rust:ident) => {
        const VEC: Type = Type::List(&<Self as Slot>::VALUE);
    };
    // A `Vec` of bytes is bytes, not a list of numbers.
    (@vec $rust:ident bytes) => {
        const VEC: Type = Type::Bytes;

        fn get_vec<'a>(node: &'a Node<'a>, row: usize) -> Vec<u8> {
            node.bytes().value(row).to_vec()
        }
    };
}

primitive! {
    i8 I8 {}
    i16 I16 {}
    i32 I32 {}
    i64 I64 {}
    u8 U8 { bytes }
    u16 U16 {}
    u32 U32 {}
    u64 U64 {}
    f32 F32 {}
    f64 F64 {}
}

impl Typed for bool {
    const TYPE: Type = Type::Bool;
}

impl Read for bool {
    type Item<'a> = Self;
    type Column<'a> = &'a BooleanBuffer;
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        match node {
            Node::Bool(array) => array.values(),
            _ => node.mismatch(),
        }
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        column.value(row)
    }
}

/// Types that wrap the native values of a column.
macro_rules! wrapped {
    ($($rust:ident $native:ty, |$value:ident| $get:expr;)*) => {
        $(
            impl Typed for $rust {
                const TYPE: Type = Type::$rust;
            }

            impl Read for $rust {
                type Item<'a> = Self;
                type Column<'a> = &'a [$native];
                const VEC: Type = Type::List(&<Self as Slot>::VALUE);

                #[inline]
                fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
                    match node {
                        Node::$rust(array) => array.values(),
                        _ => node.mismatch(),
                    }
                }

                #[inline]
                fn block<'a>(
                    column: Self::Column<'a>,
                    at: At,
                    rows: usize,
                ) -> (Self::Column<'a>, At) {
                    (&column[at.row(0)..][..rows], At::START)
                }

                #[inline]
                fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
                    let $value = column[row];
                    $get
                }
            }
        )*
    };
}

wrapped! {
    Date i32, |value| Self(value);
    Timestamp i64, |value| Self(value);
    LocalTimestamp i64, |value| Self(value);
    Time i64, |value| Self(value);
    Duration i64, |value| Self(value);
    Interval IntervalMonthDayNano, |value| Self {
        months: value.months,
        days: value.days,
        nanoseconds: value.nanoseconds,
    };
}

impl Typed for &str {
    const TYPE: Type = Type::String;
}

impl Read for &str {
    type Item<'a> = &'a str;
    type Column<'a> = TextNode<'a>;
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        node.text()
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        column.value(row)
    }
}

impl Typed for String {
    const TYPE: Type = Type::String;
}

impl Read for String {
    type Item<'a> = Self;
    type Column<'a> = TextNode<'a>;
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        node.text()
    }

    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        column.value(row).to_owned()
    }
}

impl Typed for &[u8] {
    const TYPE: Type = Type::Bytes;
}

impl Read for &[u8] {
    type Item<'a> = &'a [u8];
    type Column<'a> = BytesNode<'a>;
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        node.bytes()
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        column.value(row)
    }
}
