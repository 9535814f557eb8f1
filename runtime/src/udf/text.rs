//! Text that a function writes itself: `out: &mut Text` in the place of a result.
//!
//! All rows of a batch are written into one buffer, which becomes the column: no row has a `String`
//! of its own. What a row has written is taken back where it turns out to be NULL.

use std::cell::{RefCell, RefMut};
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use arrow_array::builder::StringViewBuilder;
use arrow_array::{ArrayRef, GenericStringArray, OffsetSizeTrait};
use arrow_buffer::{Buffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};

use super::args::{Out, TextEncoding};
use super::call::{Outcome, Try};
use super::error::CallError;
use super::types::{Type, Typed, ValueType};
use super::write::{Target, Write};

/// Bytes per row that a buffer reserves.
const BYTES_PER_ROW: usize = 16;

/// A view holds as many bytes itself.
const INLINE: usize = 12;

/// Where a function with a last parameter `out: &mut Text` writes its result.
///
/// ```
/// use belvedere::Text;
///
/// fn tagged(name: &str, number: i64, out: &mut Text) {
///     out.push_str(name);
///     out.push(':');
///     out.push_display(number);
/// }
///
/// assert_eq!(Text::of(|out| tagged("a", 1, out)), "a:1");
/// ```
#[derive(Debug, Default)]
pub struct Text {
    buffer: String,
    /// Where the text of the row begins.
    start: usize,
}

impl Text {
    /// What a function writes, as a text of its own.
    #[must_use]
    pub fn of<R>(write: impl FnOnce(&mut Self) -> R) -> String {
        let mut text = Self::default();
        write(&mut text);
        text.buffer
    }

    /// Appends a text.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        self.buffer.push_str(text);
    }

    /// Appends a character.
    #[inline]
    pub fn push(&mut self, character: char) {
        self.buffer.push(character);
    }

    /// Appends what a value prints.
    pub fn push_display(&mut self, value: impl fmt::Display) {
        // Writing into a buffer never fails; whoever prints itself does not either.
        let _ = fmt::Write::write_fmt(self, format_args!("{value}"));
    }

    /// What has been written of this result.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.buffer[self.start..]
    }

    /// Takes back what has been written of this result.
    pub fn clear(&mut self) {
        self.buffer.truncate(self.start);
    }
}

/// Never fails.
impl fmt::Write for Text {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

/// The texts of a batch.
#[derive(Debug)]
struct Rows {
    text: Text,
    ends: Vec<usize>,
    nulls: NullBufferBuilder,
}

/// The texts of a batch, for the function that writes them and for what gathers them.
#[derive(Clone, Debug)]
pub struct Written(Rc<RefCell<Rows>>);

impl Written {
    fn new(rows: usize) -> Self {
        let buffer = String::with_capacity(rows * BYTES_PER_ROW);
        Self(Rc::new(RefCell::new(Rows {
            text: Text { buffer, start: 0 },
            ends: Vec::with_capacity(rows),
            nulls: NullBufferBuilder::new(rows),
        })))
    }

    /// For one call, which ends before the next begins.
    #[inline]
    pub fn lend(&self) -> RefMut<'_, Text> {
        RefMut::map(self.0.borrow_mut(), |rows| &mut rows.text)
    }

    /// The row ends here.
    #[inline]
    fn append(&self) {
        let mut rows = self.0.borrow_mut();
        let end = rows.text.buffer.len();
        rows.text.start = end;
        rows.ends.push(end);
        rows.nulls.append_non_null();
    }

    fn append_null(&self) {
        let mut rows = self.0.borrow_mut();
        rows.text.clear();
        let end = rows.text.start;
        rows.ends.push(end);
        rows.nulls.append_null();
    }

    fn finish(self, encoding: TextEncoding) -> Result<ArrayRef, CallError> {
        let mut rows = self.0.borrow_mut();
        let buffer = std::mem::take(&mut rows.text.buffer);
        let (ends, nulls) = (std::mem::take(&mut rows.ends), rows.nulls.finish());
        match encoding {
            TextEncoding::Plain => array::<i32>(buffer, &ends, nulls),
            TextEncoding::Large => array::<i64>(buffer, &ends, nulls),
            TextEncoding::View => views(buffer, &ends, nulls.as_ref()),
        }
    }
}

fn array<O: OffsetSizeTrait>(
    buffer: String,
    ends: &[usize],
    nulls: Option<arrow_buffer::NullBuffer>,
) -> Result<ArrayRef, CallError> {
    let n_bytes = buffer.len();
    let offset = |end: &usize| {
        O::from_usize(*end).ok_or_else(|| {
            CallError::whole(format!(
                "{n_bytes} bytes of text in one batch are more than it counts"
            ))
        })
    };
    let mut offsets = Vec::with_capacity(ends.len() + 1);
    offsets.push(O::default());
    for end in ends {
        offsets.push(offset(end)?);
    }
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    let values = Buffer::from(buffer.into_bytes());
    let array = GenericStringArray::<O>::try_new(offsets, values, nulls);
    Ok(Arc::new(array.map_err(CallError::whole)?))
}

/// Short texts lie in their views; the buffer is kept where there are longer ones.
fn views(
    buffer: String,
    ends: &[usize],
    nulls: Option<&arrow_buffer::NullBuffer>,
) -> Result<ArrayRef, CallError> {
    let starts = || std::iter::once(&0).chain(ends);
    let keeps = starts().zip(ends).any(|(start, end)| INLINE < end - start);
    let n_bytes = buffer.len();
    let too_long = || {
        CallError::whole(format!("{n_bytes} bytes of text in one batch are more than views count"))
    };
    u32::try_from(n_bytes).ok().filter(|bytes| *bytes < u32::MAX).ok_or_else(too_long)?;
    let bytes = Buffer::from(buffer.into_bytes());
    let mut builder = StringViewBuilder::with_capacity(ends.len());
    let block = if keeps { builder.append_block(bytes.clone()) } else { 0 };
    for (row, (start, end)) in starts().zip(ends).enumerate() {
        let len = end - start;
        if nulls.is_some_and(|nulls| nulls.is_null(row)) {
            builder.append_null();
        } else if len <= INLINE {
            let text = std::str::from_utf8(&bytes[*start..*end]).map_err(CallError::whole)?;
            builder.append_value(text);
        } else {
            // Both fit, since their sum does.
            builder.try_append_view(block, *start as u32, len as u32).map_err(CallError::whole)?;
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// The place that a function writes its results into.
pub fn written(out: &mut Out<'_>, rows: usize) -> Written {
    let written = Written::new(rows);
    out.set_text(written.clone());
    written
}

/// Marks text that the function has written.
#[derive(Debug)]
pub struct WrittenText;

impl Typed for WrittenText {
    const TYPE: Type = Type::String;
}

impl Write for WrittenText {
    type Item<'a> = ();
    type Builder = (Written, TextEncoding);

    fn builder(rows: usize, target: &Target<'_>) -> Self::Builder {
        let written = target.text.cloned().unwrap_or_else(|| Written::new(rows));
        (written, target.encoding)
    }

    #[inline]
    fn append((written, _): &mut Self::Builder, (): Self::Item<'_>) {
        written.append();
    }

    fn append_null((written, _): &mut Self::Builder) {
        written.append_null();
    }

    fn finish((written, encoding): Self::Builder) -> Result<ArrayRef, CallError> {
        written.finish(encoding)
    }
}

/// What a function that writes its result can return.
pub trait Whether {
    /// Whether the result may be NULL.
    const NULLABLE: bool;

    /// Whether a call can fail.
    const FALLIBLE: bool;

    /// Why there is no result.
    type Error;

    /// Whether there is a result.
    ///
    /// # Errors
    ///
    /// The function failed.
    fn whether(self) -> Result<Option<()>, Self::Error>;
}

impl Whether for () {
    const NULLABLE: bool = false;
    const FALLIBLE: bool = false;
    type Error = std::convert::Infallible;

    #[inline]
    fn whether(self) -> Result<Option<()>, Self::Error> {
        Ok(Some(()))
    }
}

impl Whether for Option<()> {
    const NULLABLE: bool = true;
    const FALLIBLE: bool = false;
    type Error = std::convert::Infallible;

    #[inline]
    fn whether(self) -> Result<Self, Self::Error> {
        Ok(self)
    }
}

impl<T: Whether<Error = std::convert::Infallible>, E> Whether for Result<T, E> {
    const NULLABLE: bool = T::NULLABLE;
    const FALLIBLE: bool = true;
    type Error = E;

    #[inline]
    fn whether(self) -> Result<Option<()>, E> {
        self.map(|value| match value.whether() {
            Ok(value) => value,
            Err(never) => match never {},
        })
    }
}

/// Marks the result of a function that writes it: `R` says whether there is one.
#[derive(Debug)]
pub struct Writes<R>(PhantomData<R>);

// Messages speak of what the user wrote, not of how it is looked up.
#[diagnostic::do_not_recommend]
impl<R: Whether> Outcome for Writes<R> {
    const RETURNS: ValueType = ValueType { ty: Type::String, nullable: R::NULLABLE };
    const FALLIBLE: bool = R::FALLIBLE;
    type Value = WrittenText;
    type Error = R::Error;
    type Item<'a> = R;

    #[inline]
    fn split(
        item: Self::Item<'_>,
    ) -> Result<Option<<Self::Value as Write>::Item<'_>>, Self::Error> {
        item.whether()
    }
}

impl<R: Whether> Outcome for Try<Writes<R>> {
    const RETURNS: ValueType = ValueType { ty: Type::String, nullable: true };
    const FALLIBLE: bool = false;
    type Value = WrittenText;
    type Error = std::convert::Infallible;
    type Item<'a> = R;

    #[inline]
    fn split(
        item: Self::Item<'_>,
    ) -> Result<Option<<Self::Value as Write>::Item<'_>>, Self::Error> {
        Ok(item.whether().ok().flatten())
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray as _;
    use arrow_array::{Array as _, ArrayRef};

    use super::{TextEncoding, Written};

    const LONG: &str = "more than twelve bytes";

    /// Rows `a`, NULL after something was written, nothing, a long one, `é`.
    fn rows(encoding: TextEncoding) -> ArrayRef {
        let written = Written::new(0);
        for text in [Some("a"), None, Some(""), Some(LONG), Some("é")] {
            let mut out = written.lend();
            out.push_str(text.unwrap_or("taken back"));
            drop(out);
            match text {
                Some(_) => written.append(),
                None => written.append_null(),
            }
        }
        written.finish(encoding).unwrap()
    }

    #[test]
    fn texts_are_written_one_behind_the_other() {
        let expected = [Some("a"), None, Some(""), Some(LONG), Some("é")];
        let plain = rows(TextEncoding::Plain);
        assert_eq!(plain.as_string::<i32>().iter().collect::<Vec<_>>(), expected);
        let n_bytes = "a".len() + LONG.len() + "é".len();
        assert_eq!(plain.as_string::<i32>().values().len(), n_bytes, "a NULL leaves nothing");
        let large = rows(TextEncoding::Large);
        assert_eq!(large.as_string::<i64>().iter().collect::<Vec<_>>(), expected);
        let views = rows(TextEncoding::View);
        assert_eq!(views.as_string_view().iter().collect::<Vec<_>>(), expected);
        assert_eq!(views.as_string_view().data_buffers().len(), 1);
    }

    #[test]
    fn short_texts_keep_no_buffer() {
        let written = Written::new(1);
        written.lend().push_str("short");
        written.append();
        let views = written.finish(TextEncoding::View).unwrap();
        assert_eq!((views.len(), views.as_string_view().data_buffers().len()), (1, 0));
    }

    #[test]
    fn a_row_sees_its_own_text_alone() {
        let written = Written::new(2);
        written.lend().push('a');
        written.append();
        let mut out = written.lend();
        out.push('b');
        assert_eq!(out.as_str(), "b");
        out.clear();
        assert_eq!(out.as_str(), "");
    }
}
