//! The two sides of a kernel: [`Args`], a batch of arguments, and [`Out`], where its results go.
//!
//! An argument is a column with one value for each row, or with a value that stands for every row;
//! kernels read both at `row & mask`. A number among those is repeated for a block of rows and no
//! more, so that loops over numbers need no mask. NULLs that make a result NULL are united before a
//! kernel runs, so it never calls a function under one.

use arrow_array::builder::BooleanBufferBuilder;
use arrow_array::{Array, ArrayRef};
use arrow_buffer::{Buffer, NullBuffer};
use arrow_schema::DataType;

use super::descriptor::{Cost, Function, Param};
use super::error::CallError;
use super::live::{BLOCK, Live};
use super::node::Node;
use super::prepared::Place;
use super::text::Written;
use super::types::{Type, ValueType};
use super::write::Target;

/// One argument of a batch.
#[derive(Debug)]
pub struct Arg<'a> {
    node: Node<'a>,
    value: ValueType,
    scalar: bool,
    /// Whether it can be read in blocks.
    blocks: bool,
    prepared: Place,
}

/// The arguments of a batch.
#[derive(Debug)]
pub struct Args<'a> {
    args: Vec<Arg<'a>>,
    rows: usize,
    nulls: Option<NullBuffer>,
    /// Whether the function may be called for NULL rows too.
    cheap: bool,
    prepared: Place,
}

impl<'a> Arg<'a> {
    /// What is in it.
    #[must_use]
    pub fn node(&self) -> &Node<'a> {
        &self.node
    }

    /// Whether its one value stands for every row.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        self.scalar
    }

    /// What is made of its value, if it is a constant.
    pub(crate) fn prepared(&self) -> &Place {
        &self.prepared
    }

    /// What a row number is and-ed with to find the row's value.
    pub(crate) fn mask(&self) -> usize {
        if self.scalar { 0 } else { usize::MAX }
    }
}

impl<'a> Args<'a> {
    /// The arguments of `function` for `rows` rows: an array, and whether its one value stands for
    /// every row. Arrays have the types of the parameters; text and bytes in any flat encoding.
    ///
    /// # Errors
    ///
    /// An array has another type, or holds NULL where the type of the parameter has none.
    pub fn new(
        function: &Function,
        arrays: &'a [(ArrayRef, bool)],
        rows: usize,
    ) -> Result<Self, CallError> {
        let args = Self::of(|i| function.param_of(i), arrays, rows)?;
        Ok(Self { cheap: function.cost == Cost::Cheap, ..args })
    }

    /// The same for parameters that are no function's own: `param` gives the one at a position.
    pub(crate) fn of<'p>(
        param: impl Fn(usize) -> Option<&'p Param>,
        arrays: &'a [(ArrayRef, bool)],
        rows: usize,
    ) -> Result<Self, CallError> {
        let mut args = Vec::with_capacity(arrays.len());
        for (i, (array, scalar)) in arrays.iter().enumerate() {
            let param = param(i).ok_or_else(|| {
                CallError::whole(format!("{} arguments are too many", arrays.len()))
            })?;
            let node = node_of(i, param, array)?;
            let (value, scalar, prepared) = (param.value, *scalar, Place::default());
            let blocks = !scalar || param.literal || !is_cut(param) || array.len() >= BLOCK;
            args.push(Arg { node, value, scalar, blocks, prepared });
        }
        let nulls = strict_nulls(&args, rows);
        let args = Self { args, rows, nulls, cheap: false, prepared: Place::default() };
        args.check_required()?;
        Ok(args)
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of arguments.
    #[must_use]
    pub fn len(&self) -> usize {
        self.args.len()
    }

    /// Whether there are no arguments.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.args.is_empty()
    }

    /// The argument at a position.
    ///
    /// # Errors
    ///
    /// There is none: the planner let a call with too few arguments through.
    pub fn get(&self, position: usize) -> Result<&Arg<'a>, CallError> {
        self.args
            .get(position)
            .ok_or_else(|| CallError::at_argument(position, "the argument is missing"))
    }

    /// What is made of the constants.
    pub(crate) fn prepared(&self) -> &Place {
        &self.prepared
    }

    /// The rows for which the function is called.
    #[must_use]
    pub fn live(&self) -> Live<'_> {
        Live::new(self.rows, self.nulls.as_ref())
    }

    /// The same rows in blocks; all of them, where it costs less to compute a value that nobody sees
    /// than to leave it out and `total` says that the function always has a value.
    pub(crate) fn live_in_blocks(&self, total: bool) -> Live<'_> {
        let blocks = self.args.iter().all(|arg| arg.blocks);
        self.live().in_blocks(self.cheap && blocks && total, blocks)
    }

    /// Whether no row is called, because each has a NULL that makes its result NULL.
    #[must_use]
    pub fn is_all_null(&self) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.null_count() == self.rows)
    }

    /// Leaves out the rows that `rows` does not name.
    #[cfg(feature = "engine")]
    pub(crate) fn only(&mut self, rows: &NullBuffer) {
        self.nulls = NullBuffer::union(self.nulls.as_ref(), Some(rows));
    }

    /// Leaves out the rows in which any argument is NULL, those that the function would see too.
    #[cfg(feature = "engine")]
    pub(crate) fn without_nulls(&mut self) {
        for arg in self.args.iter().filter(|arg| arg.value.nullable) {
            self.nulls = NullBuffer::union(self.nulls.as_ref(), arg.node.nulls());
        }
    }

    /// A struct's field, a list's item or a map's value that is NULL though its type has no NULL
    /// would be read as some value: it is an error, but only on rows that are computed.
    fn check_required(&self) -> Result<(), CallError> {
        for (i, arg) in self.args.iter().enumerate() {
            let live = if arg.scalar { None } else { self.nulls.as_ref() };
            if arg.scalar && self.is_all_null() {
                continue;
            }
            if let Some((row, place)) = arg.node.missing(&arg.value.ty, live) {
                let row = (!arg.scalar).then_some(row);
                let message = format!(
                    "{place} is NULL, but its type says that it never is: leave it out, or have \
                     the Rust type say `Option`"
                );
                return Err(CallError { row, argument: Some(i), message });
            }
        }
        Ok(())
    }
}

fn node_of<'a>(position: usize, param: &Param, array: &'a ArrayRef) -> Result<Node<'a>, CallError> {
    if param.whole {
        return Ok(Node::whole(array));
    }
    Node::new(array, &param.value.ty).ok_or_else(|| {
        let (wanted, found) = (param.value.ty, array.data_type());
        CallError::at_argument(position, format!("takes {wanted}, this is an array of {found}"))
    })
}

/// Whether blocks of the argument are cut out of its column.
fn is_cut(param: &Param) -> bool {
    let ty = param.value.ty;
    !param.whole
        && matches!(
            ty,
            Type::I8
                | Type::I16
                | Type::I32
                | Type::I64
                | Type::U8
                | Type::U16
                | Type::U32
                | Type::U64
                | Type::F32
                | Type::F64
                | Type::Decimal(..)
                | Type::Date
                | Type::Timestamp
                | Type::LocalTimestamp
                | Type::Time
                | Type::Duration
                | Type::Interval
        )
}

/// How often the value of a constant is repeated so that a function reads it in blocks; once where
/// nothing is gained.
#[cfg(feature = "engine")]
pub(crate) fn repeated(param: &Param, rows: usize) -> usize {
    if rows > 1 && !param.literal && is_cut(param) { BLOCK } else { 1 }
}

/// The union of the NULLs of all strict arguments.
fn strict_nulls(args: &[Arg<'_>], rows: usize) -> Option<NullBuffer> {
    let mut union: Option<NullBuffer> = None;
    for arg in args.iter().filter(|arg| !arg.value.nullable) {
        let Some(nulls) = arg.node.nulls().filter(|nulls| nulls.null_count() > 0) else { continue };
        if arg.scalar {
            return Some(NullBuffer::new_null(rows));
        }
        union = NullBuffer::union(union.as_ref(), Some(nulls));
    }
    union
}

/// How text and bytes are encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TextEncoding {
    /// Utf8, Binary: offsets of 32 bits.
    #[default]
    Plain,
    /// LargeUtf8, LargeBinary: offsets of 64 bits.
    Large,
    /// Utf8View, BinaryView: values may lie in the buffers of the arguments.
    View,
}

impl TextEncoding {
    /// The encoding of a type; that of values, where it is a dictionary or has run-ends.
    #[must_use]
    pub fn of(ty: &DataType) -> Self {
        match ty {
            DataType::LargeUtf8 | DataType::LargeBinary => Self::Large,
            DataType::Utf8View | DataType::BinaryView => Self::View,
            DataType::Dictionary(_, values) => Self::of(values),
            DataType::RunEndEncoded(_, values) => Self::of(values.data_type()),
            _ => Self::Plain,
        }
    }
}

/// Where the results of a batch go.
#[derive(Debug)]
pub struct Out<'a> {
    ty: &'a DataType,
    sources: Vec<&'a Buffer>,
    text: Option<Written>,
    array: Option<ArrayRef>,
}

impl<'a> Out<'a> {
    /// A place for results of this type.
    #[must_use]
    pub fn new(ty: &'a DataType, args: &Args<'a>) -> Self {
        let views = TextEncoding::of(ty) == TextEncoding::View;
        let sources = if views {
            args.args.iter().flat_map(|arg| arg.node.view_buffers()).collect()
        } else {
            Vec::new()
        };
        Self { ty, sources, text: None, array: None }
    }

    /// The encoding of text and bytes.
    #[must_use]
    pub fn encoding(&self) -> TextEncoding {
        TextEncoding::of(self.ty)
    }

    /// What writers have to know of it.
    pub(crate) fn target(&self) -> Target<'_> {
        let text = self.text.as_ref();
        Target { encoding: self.encoding(), sources: &self.sources, text, ty: Some(self.ty) }
    }

    /// Takes the place that the function writes text into.
    pub(crate) fn set_text(&mut self, text: Written) {
        self.text = Some(text);
    }

    /// Takes the results.
    pub fn set(&mut self, array: ArrayRef) {
        self.array = Some(array);
    }

    /// Gives the results.
    ///
    /// # Errors
    ///
    /// A kernel ended without any.
    pub fn finish(self, rows: usize) -> Result<ArrayRef, CallError> {
        let array = self.array.ok_or_else(|| CallError::whole("the kernel left no results"))?;
        if array.len() != rows {
            let found = array.len();
            return Err(CallError::whole(format!("the kernel left {found} rows, not {rows}")));
        }
        Ok(array)
    }
}

/// A bitmap of `len` bits, those within the ascending `ranges` set.
pub(crate) fn bitmap(len: usize, ranges: impl Iterator<Item = (usize, usize)>) -> NullBuffer {
    let mut builder = BooleanBufferBuilder::new(len);
    let mut at = 0;
    for (start, end) in ranges {
        builder.append_n(start - at, false);
        builder.append_n(end - start, true);
        at = end;
    }
    builder.append_n(len.saturating_sub(at), false);
    NullBuffer::new(builder.finish())
}
