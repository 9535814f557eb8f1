//! Type parameters of functions: values of any type, as handles.
//!
//! A function is compiled once, whatever its type parameters stand for: in its place stands
//! [`Generic`], the position of a value in its column, or [`Ordered`] where values are compared. Results
//! are gathered by position in the end, in one piece where they lie in one. Comparisons look at what the column is: numbers are
//! turned into `u64` of the same order, text and bytes are compared as they are, everything else in
//! Arrow's row format.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::fmt::{self, Debug};
use std::hash::{Hash, Hasher};

use arrow_array::{Array as _, ArrayRef, UInt64Array, new_empty_array, new_null_array};
use arrow_buffer::NullBuffer;
use arrow_row::{RowConverter, Rows, SortField};
use arrow_schema::{ArrowError, DataType};
use arrow_select::interleave::interleave;
use arrow_select::take::take;

use super::error::CallError;
use super::live::Live;
use super::node::{BytesNode, Node, TextNode, bytes_node, text_node};
use super::read::{Read, Slot};
use super::types::{Type, Typed};
use super::words;
use super::write::{Target, Write};

/// The bound of a type parameter of `#[udf]` that stands for every type.
///
/// ```ignore
/// #[udf]
/// fn list_compact<T: Value>(list: List<'_, Option<T>>) -> Vec<T> {
///     list.iter().flatten().collect()
/// }
/// ```
///
/// Inside of the function, values are `Copy`.
pub trait Value: Debug {}

impl<T: Debug + ?Sized> Value for T {}

/// The bound of a type parameter that stands for every type with an order: all but maps and unions.
///
/// Floats are in total order, text by its bytes, lists and structs by their parts; NULL inside of a
/// value comes last. `#[udaf]` reads it as `&V` and keeps it as `V::Owned`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no order",
    note = "a type parameter with an order has the bound `SortValue`"
)]
pub trait SortValue: Debug + Hash + Ord {}

impl<T: Debug + Hash + Ord + ?Sized> SortValue for T {}

/// A value that can be taken out of the columns of a batch and put into a result, as it is: what
/// `#[udf]` asks of type parameters beside what the user does.
#[diagnostic::on_unimplemented(message = "`{Self}` is no value of a column")]
pub trait Handle<'a>: Read<Item<'a> = Self> + Write<Item<'a> = Self> + Copy {}

impl<'a, T> Handle<'a> for T where T: Read<Item<'a> = T> + Write<Item<'a> = T> + Copy {}

/// A value of the type parameter number `N`: its position in a column.
pub struct Generic<'a, const N: usize> {
    node: &'a AnyNode<'a>,
    row: usize,
}

impl<const N: usize> Clone for Generic<'_, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<const N: usize> Copy for Generic<'_, N> {}

impl<const N: usize> Debug for Generic<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.node.plain {
            _ if self.node.is_null(self.row) => f.write_str("NULL"),
            Plain::Text(text) => Debug::fmt(text.value(self.row), f),
            _ => Debug::fmt(&self.node.array.slice(self.row, 1), f),
        }
    }
}

impl<const N: usize> Generic<'_, N> {
    fn key(&self) -> Key<'_> {
        self.node.key(self.row)
    }

    /// Both values as numbers, which is what most comparisons are of.
    #[inline]
    fn words(&self, other: &Self) -> Option<(u64, u64)> {
        Some((self.node.words()?.value(self.row), other.node.words()?.value(other.row)))
    }
}

impl<const N: usize> PartialEq for Generic<'_, N> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match self.words(other) {
            Some((word, others)) => word == others,
            None => self.key() == other.key(),
        }
    }
}

impl<const N: usize> Eq for Generic<'_, N> {}

impl<const N: usize> PartialOrd for Generic<'_, N> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const N: usize> Ord for Generic<'_, N> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        match self.words(other) {
            Some((word, others)) => word.cmp(&others),
            None => self.key().cmp(&other.key()),
        }
    }
}

impl<const N: usize> Hash for Generic<'_, N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl<const N: usize> Typed for Generic<'_, N> {
    const TYPE: Type = Type::Param(N);
}

impl<const N: usize> Read for Generic<'_, N> {
    type Item<'a> = Generic<'a, N>;
    type Column<'a> = &'a AnyNode<'a>;
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        node.any()
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        Generic { node: column, row }
    }
}

impl<const N: usize> Write for Generic<'_, N> {
    type Item<'a> = Generic<'a, N>;
    type Builder = Gather;

    fn builder(rows: usize, target: &Target<'_>) -> Self::Builder {
        Gather::new(rows, target)
    }

    #[inline]
    fn append(builder: &mut Self::Builder, item: Self::Item<'_>) {
        builder.append(item.node, item.row);
    }

    fn append_null(builder: &mut Self::Builder) {
        builder.append_null();
    }

    fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError> {
        builder.finish().map_err(CallError::whole)
    }
}

/// A value of the type parameter number `N` that has an order: its position, and the first bytes of
/// what it is compared by, which decide most comparisons without a look at the column.
#[derive(Clone, Copy)]
pub struct Ordered<'a, const N: usize> {
    word: u64,
    value: Generic<'a, N>,
}

impl<const N: usize> Debug for Ordered<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<const N: usize> PartialEq for Ordered<'_, N> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word && self.value == other.value
    }
}

impl<const N: usize> Eq for Ordered<'_, N> {}

impl<const N: usize> PartialOrd for Ordered<'_, N> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const N: usize> Ord for Ordered<'_, N> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.word.cmp(&other.word).then_with(|| self.value.cmp(&other.value))
    }
}

impl<const N: usize> Hash for Ordered<'_, N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl<const N: usize> Typed for Ordered<'_, N> {
    const TYPE: Type = Type::Param(N);
}

impl<const N: usize> Read for Ordered<'_, N> {
    type Item<'a> = Ordered<'a, N>;
    type Column<'a> = (&'a AnyNode<'a>, Option<&'a [u64]>);
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        let node = node.any();
        (node, node.words().map(|words| words.values().as_ref()))
    }

    #[inline]
    fn get<'a>((node, words): &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        let word = match words {
            Some(words) => words[row],
            None => node.key(row).word(),
        };
        Ordered { word, value: Generic { node, row } }
    }
}

impl<const N: usize> Write for Ordered<'_, N> {
    type Item<'a> = Ordered<'a, N>;
    type Builder = Gather;

    fn builder(rows: usize, target: &Target<'_>) -> Self::Builder {
        Gather::new(rows, target)
    }

    #[inline]
    fn append(builder: &mut Self::Builder, item: Self::Item<'_>) {
        builder.append(item.value.node, item.value.row);
    }

    fn append_null(builder: &mut Self::Builder) {
        builder.append_null();
    }

    fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError> {
        builder.finish().map_err(CallError::whole)
    }
}

/// A column of any type.
#[derive(Debug)]
pub struct AnyNode<'a> {
    array: &'a ArrayRef,
    nulls: Option<NullBuffer>,
    plain: Plain<'a>,
    keys: OnceCell<Keys>,
}

/// What is compared as it lies there.
#[derive(Debug)]
enum Plain<'a> {
    Text(TextNode<'a>),
    Bytes(BytesNode<'a>),
    Other,
}

/// What is compared in another form: that of the whole column, made when the first is.
#[derive(Debug)]
enum Keys {
    Words(UInt64Array),
    Rows(Rows),
}

/// What a value is compared by; NULL comes last.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key<'k> {
    Word(u64),
    Bytes(&'k [u8]),
    Null,
}

impl Key<'_> {
    /// Its first bytes as a number of the same order: smaller for a smaller key, or equal.
    #[inline]
    fn word(&self) -> u64 {
        match self {
            Self::Word(word) => *word,
            Self::Bytes(bytes) => match bytes.first_chunk() {
                Some(first) => u64::from_be_bytes(*first),
                None => {
                    let mut first = [0; 8];
                    first[..bytes.len()].copy_from_slice(bytes);
                    u64::from_be_bytes(first)
                }
            },
            Self::Null => u64::MAX,
        }
    }
}

impl<'a> AnyNode<'a> {
    pub(crate) fn new(array: &'a ArrayRef) -> Self {
        let plain = match text_node(array.as_ref()) {
            Some(text) => Plain::Text(text),
            None => bytes_node(array.as_ref()).map_or(Plain::Other, Plain::Bytes),
        };
        Self { array, nulls: array.logical_nulls(), plain, keys: OnceCell::new() }
    }

    pub(crate) fn array(&self) -> &'a ArrayRef {
        self.array
    }

    pub(crate) fn nulls(&self) -> Option<&NullBuffer> {
        self.nulls.as_ref()
    }

    fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// The values as numbers of the same order, if that is what they are and none is NULL.
    #[inline]
    fn words(&self) -> Option<&UInt64Array> {
        match (&self.plain, &self.nulls) {
            (Plain::Other, None) => match self.keys.get_or_init(|| keys(self.array)) {
                Keys::Words(words) => Some(words),
                Keys::Rows(_) => None,
            },
            _ => None,
        }
    }

    #[inline]
    fn key(&self, row: usize) -> Key<'_> {
        if self.is_null(row) {
            return Key::Null;
        }
        match &self.plain {
            Plain::Text(text) => Key::Bytes(text.value(row).as_bytes()),
            Plain::Bytes(bytes) => Key::Bytes(bytes.value(row)),
            Plain::Other => match self.keys.get_or_init(|| keys(self.array)) {
                Keys::Words(words) => Key::Word(words.value(row)),
                Keys::Rows(rows) => Key::Bytes(rows.row(row).data()),
            },
        }
    }
}

fn keys(array: &ArrayRef) -> Keys {
    if let Some(words) = words::encode(array) {
        return Keys::Words(words);
    }
    match rows(array) {
        Ok(rows) => Keys::Rows(rows),
        // A plan refuses types that have no order.
        Err(error) => unreachable!("values of {} have no order: {error}", array.data_type()),
    }
}

fn rows(array: &ArrayRef) -> Result<Rows, ArrowError> {
    let field = SortField::new(array.data_type().clone());
    RowConverter::new(vec![field])?.convert_columns(std::slice::from_ref(array))
}

/// Whether values have an order. Two maps of equal entries differ in the order of these, members of
/// a union have none between them.
#[cfg(feature = "engine")]
pub(crate) fn has_order(ty: &DataType) -> bool {
    match ty {
        DataType::Map(..) | DataType::Union(..) => false,
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _) => has_order(field.data_type()),
        DataType::Struct(fields) => fields.iter().all(|field| has_order(field.data_type())),
        DataType::Dictionary(_, values) => has_order(values),
        DataType::RunEndEncoded(_, values) => has_order(values.data_type()),
        _ => true,
    }
}

/// Builds a column of values that lie in others: positions, until all are known.
#[derive(Debug)]
pub struct Gather {
    ty: Option<DataType>,
    /// The columns, each with the address of its node, by which it is found again.
    sources: Vec<(usize, ArrayRef)>,
    /// The row of each value in its source; any, where it is NULL.
    rows: Vec<u64>,
    /// From which value on another source is meant, and which: most columns have a single one.
    turns: Vec<(usize, usize)>,
    /// Which values are NULL.
    nulls: Vec<usize>,
}

impl Gather {
    pub(crate) fn new(rows: usize, target: &Target<'_>) -> Self {
        let rows = Vec::with_capacity(rows);
        let (sources, turns, nulls) = (Vec::new(), Vec::new(), Vec::new());
        Self { ty: target.ty.cloned(), sources, rows, turns, nulls }
    }

    #[inline]
    fn append(&mut self, node: &AnyNode<'_>, row: usize) {
        self.append_of(node, row, || node.array.clone());
    }

    /// The value of a row in what `array` makes of the column of a node; it is asked once for each.
    #[inline]
    pub(crate) fn append_of(
        &mut self,
        node: &AnyNode<'_>,
        row: usize,
        array: impl FnOnce() -> ArrayRef,
    ) {
        let address = std::ptr::from_ref(node).addr();
        let last = self.turns.last().and_then(|(_, source)| self.sources.get(*source));
        if last.is_none_or(|(known, _)| *known != address) {
            let known = self.sources.iter().position(|(known, _)| *known == address);
            let source = known.unwrap_or_else(|| {
                self.sources.push((address, array()));
                self.sources.len() - 1
            });
            self.turns.push((self.rows.len(), source));
        }
        self.rows.push(row as u64);
    }

    pub(crate) fn append_null(&mut self) {
        self.nulls.push(self.rows.len());
        self.rows.push(0);
    }

    pub(crate) fn finish(mut self) -> Result<ArrayRef, ArrowError> {
        let of_source = self.sources.first().map(|(_, array)| array.data_type().clone());
        let ty = self.ty.take().or(of_source).unwrap_or(DataType::Null);
        match self.sources.as_slice() {
            _ if self.rows.is_empty() => Ok(new_empty_array(&ty)),
            [] => Ok(new_null_array(&ty, self.rows.len())),
            [(_, array)] => match self.contiguous(array) {
                Some(first) => Ok(array.slice(first, self.rows.len())),
                None => {
                    let nulls = Live::new(self.rows.len(), None).nulls_and(&self.nulls);
                    take(array, &UInt64Array::new(self.rows.into(), nulls), None)
                }
            },
            _ => self.interleave(&ty),
        }
    }

    /// The first row, if all others follow it in order; NULL is in its place where its row is NULL.
    fn contiguous(&self, array: &ArrayRef) -> Option<usize> {
        let n_leading = self.nulls.iter().zip(0..).take_while(|(null, at)| **null == *at).count();
        let first = (*self.rows.get(n_leading)? as usize).checked_sub(n_leading)?;
        let mut nulls = self.nulls.iter().peekable();
        let mut is_next = |(i, row): (usize, &u64)| match nulls.next_if(|null| **null == i) {
            Some(_) => array.is_null(first + i),
            None => *row as usize == first + i,
        };
        let inside = first + self.rows.len() <= array.len();
        (inside && self.rows.iter().enumerate().all(&mut is_next)).then_some(first)
    }

    fn interleave(mut self, ty: &DataType) -> Result<ArrayRef, ArrowError> {
        let ends = self.turns.iter().skip(1).map(|(start, _)| *start).chain([self.rows.len()]);
        let sources = self.turns.iter().zip(ends);
        let first = self.turns.first().map_or(0, |(start, _)| *start);
        let mut picks = vec![(0, 0); first];
        picks.extend(sources.flat_map(|((start, source), end)| {
            self.rows[*start..end].iter().map(|row| (*source, *row as usize))
        }));
        if !self.nulls.is_empty() {
            let null = self.sources.len();
            self.sources.push((0, new_null_array(ty, 1)));
            self.nulls.iter().for_each(|at| picks[*at] = (null, 0));
        }
        let arrays: Vec<&dyn arrow_array::Array> =
            self.sources.iter().map(|(_, array)| array.as_ref()).collect();
        interleave(&arrays, &picks)
    }
}

#[cfg(test)]
mod tests;
