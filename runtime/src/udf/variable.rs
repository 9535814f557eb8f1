//! Builders of text and bytes in each of their encodings.
//!
//! A long borrowed result that lies in a buffer of an argument becomes a view of that buffer: nothing
//! is copied. Views that keep much larger buffers alive than they show are copied together in the end.

use arrow_array::ArrayRef;
use arrow_array::builder::{GenericByteBuilder, GenericByteViewBuilder};
use arrow_array::types::{
    BinaryType, BinaryViewType, ByteArrayType, ByteViewType, LargeBinaryType, LargeUtf8Type,
    StringViewType, Utf8Type,
};
use arrow_buffer::Buffer;
use arrow_schema::DataType;

use super::args::TextEncoding;
use super::text::Written;

/// Builds text.
pub type TextBuilder = VariableBuilder<Utf8Type, LargeUtf8Type, StringViewType>;

/// Builds bytes.
pub type BytesBuilder = VariableBuilder<BinaryType, LargeBinaryType, BinaryViewType>;

/// How text and bytes of a result are encoded, the buffers in which they may lie already, the texts that
/// the function has written itself, and the type of the result, which only a plan knows where a function
/// has type parameters.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    pub(crate) encoding: TextEncoding,
    pub(crate) sources: &'a [&'a Buffer],
    pub(crate) text: Option<&'a Written>,
    pub(crate) ty: Option<&'a DataType>,
}

impl<'a> Target<'a> {
    /// Inside of lists, maps and structs, text and bytes have the plain encoding.
    pub const NESTED: Target<'static> =
        Target { encoding: TextEncoding::Plain, sources: &[], text: None, ty: None };

    /// The target of the items of a list (0), the keys and the values of a map (0 and 1), a field of
    /// a struct.
    #[must_use]
    pub fn part(&self, position: usize) -> Self {
        let field = match self.ty {
            Some(DataType::List(field)) => Some(field),
            Some(DataType::Struct(fields)) => fields.get(position),
            Some(DataType::Map(entries, _)) => match entries.data_type() {
                DataType::Struct(fields) => fields.get(position),
                _ => None,
            },
            _ => None,
        };
        Self { ty: field.map(|field| field.data_type()), ..Target::NESTED }
    }
}

/// Results of fewer bytes are copied: a safe view of them is looked through for what is no text, which
/// takes longer.
const COPIED: usize = 128;

/// Bytes per row that a builder reserves.
const BYTES_PER_ROW: usize = 16;

/// Buffers may be this many times as large as what is viewed of them.
const SLACK: usize = 4;

/// Builds values of variable length.
pub enum VariableBuilder<P: ByteArrayType, L: ByteArrayType, V: ByteViewType> {
    /// Offsets of 32 bits.
    Plain(GenericByteBuilder<P>),
    /// Offsets of 64 bits.
    Large(GenericByteBuilder<L>),
    /// Views.
    View(ViewBuilder<V>),
}

impl<P, L, V, N> VariableBuilder<P, L, V>
where
    P: ByteArrayType<Native = N>,
    L: ByteArrayType<Native = N>,
    V: ByteViewType<Native = N>,
    N: AsRef<N> + AsRef<[u8]> + ?Sized,
{
    pub(crate) fn new(rows: usize, target: &Target<'_>) -> Self {
        let bytes = rows * BYTES_PER_ROW;
        match target.encoding {
            TextEncoding::Plain => Self::Plain(GenericByteBuilder::with_capacity(rows, bytes)),
            TextEncoding::Large => Self::Large(GenericByteBuilder::with_capacity(rows, bytes)),
            TextEncoding::View => Self::View(ViewBuilder::new(rows, target.sources)),
        }
    }

    /// Appends a value that may lie in a buffer of an argument.
    #[inline]
    pub(crate) fn append_borrowed(&mut self, value: &N) {
        match self {
            Self::View(builder) => builder.append_borrowed(value),
            _ => self.append(value),
        }
    }

    /// Appends a copy of a value.
    #[inline]
    pub(crate) fn append(&mut self, value: &N) {
        match self {
            Self::Plain(builder) => builder.append_value(value),
            Self::Large(builder) => builder.append_value(value),
            Self::View(builder) => builder.builder.append_value(value),
        }
    }

    pub(crate) fn append_null(&mut self) {
        match self {
            Self::Plain(builder) => builder.append_null(),
            Self::Large(builder) => builder.append_null(),
            Self::View(builder) => builder.builder.append_null(),
        }
    }

    pub(crate) fn finish(self) -> ArrayRef {
        match self {
            Self::Plain(mut builder) => std::sync::Arc::new(builder.finish()),
            Self::Large(mut builder) => std::sync::Arc::new(builder.finish()),
            Self::View(builder) => builder.finish(),
        }
    }
}

/// Builds views.
pub struct ViewBuilder<V: ByteViewType> {
    builder: GenericByteViewBuilder<V>,
    sources: Vec<Source>,
    /// The source of the value before; the next one is most often in the same.
    last: usize,
    shared: usize,
}

/// A buffer of an argument: its addresses, and its number in the result once it is in it.
#[derive(Clone, Debug)]
struct Source {
    start: usize,
    end: usize,
    buffer: Buffer,
    block: Option<u32>,
}

impl<V: ByteViewType> ViewBuilder<V>
where
    V::Native: AsRef<V::Native> + AsRef<[u8]>,
{
    fn new(rows: usize, buffers: &[&Buffer]) -> Self {
        let source = |buffer: &&Buffer| {
            let start = buffer.as_ptr() as usize;
            let (end, buffer) = (start + buffer.len(), (*buffer).clone());
            Source { start, end, buffer, block: None }
        };
        let sources = buffers.iter().map(source).collect();
        let builder = GenericByteViewBuilder::with_capacity(rows);
        Self { builder, sources, last: 0, shared: 0 }
    }

    #[inline]
    fn append_borrowed(&mut self, value: &V::Native) {
        let bytes: &[u8] = value.as_ref();
        if bytes.len() < COPIED || !self.append_view(bytes) {
            self.builder.append_value(value);
        }
    }

    /// Whether the bytes lie in a buffer of an argument, and are a view of it.
    fn append_view(&mut self, bytes: &[u8]) -> bool {
        let Some((block, offset, len)) = self.find(bytes) else { return false };
        let appended = self.builder.try_append_view(block, offset, len).is_ok();
        self.shared += if appended { bytes.len() } else { 0 };
        appended
    }

    /// The buffer in which the bytes lie, and where: comparing addresses needs no access.
    fn find(&mut self, bytes: &[u8]) -> Option<(u32, u32, u32)> {
        let start = bytes.as_ptr() as usize;
        let end = start + bytes.len();
        let holds = |source: &Source| source.start <= start && end <= source.end;
        if !self.sources.get(self.last).is_some_and(holds) {
            self.last = self.sources.iter().position(holds)?;
        }
        let source = &mut self.sources[self.last];
        let offset = u32::try_from(start - source.start).ok()?;
        let append = || self.builder.append_block(source.buffer.clone());
        let block = *source.block.get_or_insert_with(append);
        Some((block, offset, u32::try_from(bytes.len()).ok()?))
    }

    fn finish(mut self) -> ArrayRef {
        let array = self.builder.finish();
        let used = self.sources.iter().filter(|source| source.block.is_some());
        let kept: usize = used.map(|source| source.end - source.start).sum();
        std::sync::Arc::new(if kept > SLACK * self.shared { array.gc() } else { array })
    }
}
