//! Values into columns: how a Rust type is written.
//!
//! [`Write`] is a value that is there, [`WriteSlot`] one that may be `Option`. Values that lie side
//! by side in one buffer are written by the loops of [`super::flat`]; all others are appended to a
//! builder, run by run of the rows that are called.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, PrimitiveBuilder};
use arrow_array::types::{
    Date32Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, IntervalMonthDayNanoType, Time64MicrosecondType, TimestampMicrosecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{ArrayRef, BooleanArray, PrimitiveArray};
use arrow_buffer::{BooleanBuffer, Buffer, IntervalMonthDayNano, NullBuffer, ScalarBuffer};

use super::error::CallError;
use super::flat::{self, Calls};
use super::live::Live;
use super::types::{Type, Typed};
use super::values::{Date, Duration, Interval, LocalTimestamp, Time, Timestamp};
pub use super::variable::{BytesBuilder, Target, TextBuilder};

/// A type whose values can be the results of a function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of an SQL function",
    label = "not a result",
    note = "results are `bool`, integers, floats, `Decimal<P, S>`, `String`, `&str`, `Vec<u8>`, `&[u8]`, `[u8; N]`, \
            `Uuid`, `Json<'_>`, `Date`, `Timestamp`, `LocalTimestamp`, `Time`, `Duration`, `Interval`, `Vec<T>`, \
            `BTreeMap<K, V>`, structs with \
            `#[derive(belvedere::ArrowType)]`, and `Option` and `Result` of each"
)]
pub trait Write: Typed {
    /// The type with the lifetime of a batch.
    type Item<'a>;

    /// Gathers a column.
    type Builder;

    /// Whether values lie side by side in one buffer, so that what is around a call costs more than
    /// to write its result: loops are then compiled for each function, and not for each type.
    const FLAT: bool = false;

    /// A builder for about so many values.
    fn builder(rows: usize, target: &Target<'_>) -> Self::Builder;

    /// Appends a value.
    fn append(builder: &mut Self::Builder, item: Self::Item<'_>);

    /// Appends NULL.
    fn append_null(builder: &mut Self::Builder);

    /// Gives the column.
    ///
    /// # Errors
    ///
    /// It has more items than its offsets can count.
    fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError>;

    /// The bytes that several such values are; only `u8` has any.
    fn bytes_of<'v>(items: &'v [Self::Item<'_>]) -> &'v [u8] {
        debug_assert!(items.is_empty(), "only a `Vec<u8>` is bytes");
        &[]
    }

    /// A column of one value for each row that is called.
    ///
    /// # Errors
    ///
    /// It has more items than its offsets can count.
    fn collect_live<'a>(
        live: Live<'_>,
        target: &Target<'_>,
        mut item: impl FnMut(usize) -> Self::Item<'a>,
    ) -> Result<ArrayRef, CallError> {
        Self::try_collect(live, target, |row| Ok(Some(item(row))))
    }

    /// A column of what there is for the rows that are called.
    ///
    /// # Errors
    ///
    /// The first that `item` gives; or it has more items than its offsets can count.
    fn try_collect<'a>(
        live: Live<'_>,
        target: &Target<'_>,
        mut item: impl FnMut(usize) -> Result<Option<Self::Item<'a>>, CallError>,
    ) -> Result<ArrayRef, CallError> {
        let mut builder = Self::builder(live.rows(), target);
        let mut next = 0;
        live.each_run(&mut |run| {
            (next..run.start).for_each(|_| Self::append_null(&mut builder));
            next = run.end;
            for row in run {
                match item(row)? {
                    Some(value) => Self::append(&mut builder, value),
                    None => Self::append_null(&mut builder),
                }
            }
            Ok(())
        })?;
        (next..live.rows()).for_each(|_| Self::append_null(&mut builder));
        Self::finish(builder)
    }

    /// [`Write::collect_live`] of [flat](Write::FLAT) values.
    ///
    /// # Errors
    ///
    /// As there.
    fn collect_flat<'a, C: Calls>(
        live: Live<'_>,
        target: &Target<'_>,
        calls: &C,
        value: impl Fn(C::Item) -> Self::Item<'a>,
    ) -> Result<ArrayRef, CallError> {
        Self::collect_live(live, target, |row| value(calls.call_at(row)))
    }

    /// [`Write::try_collect`] of [flat](Write::FLAT) values.
    ///
    /// # Errors
    ///
    /// As there.
    fn try_collect_flat<'a, C: Calls>(
        live: Live<'_>,
        target: &Target<'_>,
        calls: &C,
        value: impl Fn(usize, C::Item) -> Result<Option<Self::Item<'a>>, CallError>,
    ) -> Result<ArrayRef, CallError> {
        Self::try_collect(live, target, |row| value(row, calls.call_at(row)))
    }
}

/// A type or an `Option` of one: what a field or an item of a result can be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of the result of an SQL function",
    label = "not a result",
    note = "a struct can be one with `#[derive(belvedere::ArrowType)]`"
)]
pub trait WriteSlot {
    /// The type of a value that is there.
    type Value: Write;

    /// Whether it may be NULL.
    const NULLABLE: bool;

    /// The type with the lifetime of a batch.
    type Item<'a>;

    /// Gathers a column.
    type Builder;

    /// A builder for about so many values inside of others.
    fn builder(rows: usize, target: &Target<'_>) -> Self::Builder;

    /// Appends a value.
    fn append(builder: &mut Self::Builder, item: Self::Item<'_>);

    /// Appends NULL, or a stand-in for it under a NULL of what is around.
    fn append_null(builder: &mut Self::Builder);

    /// Gives the column.
    ///
    /// # Errors
    ///
    /// It has more items than its offsets can count.
    fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError>;

    /// The value, if it is there.
    fn into_option(item: Self::Item<'_>) -> Option<<Self::Value as Write>::Item<'_>>;

    /// The bytes that several such values are; only `u8` has any.
    fn bytes_of<'v>(items: &'v [Self::Item<'_>]) -> &'v [u8];
}

// Messages speak of what the user wrote, not of how it is looked up.
#[diagnostic::do_not_recommend]
impl<T: Write> WriteSlot for T {
    type Value = T;
    const NULLABLE: bool = false;
    type Item<'a> = <T as Write>::Item<'a>;
    type Builder = <T as Write>::Builder;

    fn builder(rows: usize, target: &Target<'_>) -> Self::Builder {
        <T as Write>::builder(rows, target)
    }

    fn append(builder: &mut Self::Builder, item: Self::Item<'_>) {
        <T as Write>::append(builder, item);
    }

    fn append_null(builder: &mut Self::Builder) {
        <T as Write>::append_null(builder);
    }

    fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError> {
        <T as Write>::finish(builder)
    }

    #[inline]
    fn into_option(item: Self::Item<'_>) -> Option<Self::Item<'_>> {
        Some(item)
    }

    fn bytes_of<'v>(items: &'v [Self::Item<'_>]) -> &'v [u8] {
        <T as Write>::bytes_of(items)
    }
}

// Messages speak of what the user wrote, not of how it is looked up.
#[diagnostic::do_not_recommend]
impl<T: Write> WriteSlot for Option<T> {
    type Value = T;
    const NULLABLE: bool = true;
    type Item<'a> = Option<T::Item<'a>>;
    type Builder = T::Builder;

    fn builder(rows: usize, target: &Target<'_>) -> Self::Builder {
        T::builder(rows, target)
    }

    fn append(builder: &mut Self::Builder, item: Self::Item<'_>) {
        match item {
            Some(item) => T::append(builder, item),
            None => T::append_null(builder),
        }
    }

    fn append_null(builder: &mut Self::Builder) {
        T::append_null(builder);
    }

    fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError> {
        T::finish(builder)
    }

    #[inline]
    fn into_option(item: Self::Item<'_>) -> Option<T::Item<'_>> {
        item
    }

    fn bytes_of<'v>(_: &'v [Self::Item<'_>]) -> &'v [u8] {
        &[]
    }
}

macro_rules! primitive {
    ($($rust:ident $arrow:ident |$value:ident| $native:expr, |$array:ident| $typed:expr;)*) => {
        $(
            impl Write for $rust {
                type Item<'a> = Self;
                type Builder = PrimitiveBuilder<$arrow>;
                const FLAT: bool = true;

                fn builder(rows: usize, _: &Target<'_>) -> Self::Builder {
                    PrimitiveBuilder::with_capacity(rows)
                }

                #[inline]
                fn append(builder: &mut Self::Builder, $value: Self::Item<'_>) {
                    builder.append_value($native);
                }

                fn append_null(builder: &mut Self::Builder) {
                    builder.append_null();
                }

                fn finish(mut builder: Self::Builder) -> Result<ArrayRef, CallError> {
                    let $array = builder.finish();
                    Ok(Arc::new($typed))
                }

                primitive! { @bytes $rust }

                #[inline]
                fn collect_flat<'a, C: Calls>(
                    live: Live<'_>,
                    _: &Target<'_>,
                    calls: &C,
                    value: impl Fn(C::Item) -> Self::Item<'a>,
                ) -> Result<ArrayRef, CallError> {
                    let values = flat::collect(live, calls, |item| {
                        let $value = value(item);
                        $native
                    })?;
                    let (values, nulls) = (ScalarBuffer::from(values), live.nulls().cloned());
                    let $array = PrimitiveArray::<$arrow>::new(values, nulls);
                    Ok(Arc::new($typed))
                }

                #[inline]
                fn try_collect_flat<'a, C: Calls>(
                    live: Live<'_>,
                    _: &Target<'_>,
                    calls: &C,
                    value: impl Fn(usize, C::Item) -> Result<Option<Self::Item<'a>>, CallError>,
                ) -> Result<ArrayRef, CallError> {
                    let (values, nulls) = flat::try_collect(live, calls, |row, item| {
                        Ok(value(row, item)?.map(|$value| $native))
                    })?;
                    let $array = PrimitiveArray::<$arrow>::new(ScalarBuffer::from(values), nulls);
                    Ok(Arc::new($typed))
                }
            }
        )*
    };
    (@bytes u8) => {
        fn bytes_of<'v>(items: &'v [Self::Item<'_>]) -> &'v [u8] {
            items
        }
    };
    (@bytes $other:ident) => {};
}

primitive! {
    i8 Int8Type |value| value, |array| array;
    i16 Int16Type |value| value, |array| array;
    i32 Int32Type |value| value, |array| array;
    i64 Int64Type |value| value, |array| array;
    u8 UInt8Type |value| value, |array| array;
    u16 UInt16Type |value| value, |array| array;
    u32 UInt32Type |value| value, |array| array;
    u64 UInt64Type |value| value, |array| array;
    f32 Float32Type |value| value, |array| array;
    f64 Float64Type |value| value, |array| array;
    Date Date32Type |value| value.0, |array| array;
    Timestamp TimestampMicrosecondType |value| value.0, |array| array.with_timezone("UTC");
    LocalTimestamp TimestampMicrosecondType |value| value.0, |array| array;
    Time Time64MicrosecondType |value| value.0, |array| array;
    Duration DurationMicrosecondType |value| value.0, |array| array;
    Interval IntervalMonthDayNanoType
        |value| IntervalMonthDayNano::new(value.months, value.days, value.nanoseconds),
        |array| array;
}

impl Write for bool {
    type Item<'a> = Self;
    type Builder = BooleanBuilder;
    const FLAT: bool = true;

    fn builder(rows: usize, _: &Target<'_>) -> Self::Builder {
        BooleanBuilder::with_capacity(rows)
    }

    fn append(builder: &mut Self::Builder, item: Self::Item<'_>) {
        builder.append_value(item);
    }

    fn append_null(builder: &mut Self::Builder) {
        builder.append_null();
    }

    fn finish(mut builder: Self::Builder) -> Result<ArrayRef, CallError> {
        Ok(Arc::new(builder.finish()))
    }

    #[inline]
    fn collect_flat<'a, C: Calls>(
        live: Live<'_>,
        _: &Target<'_>,
        calls: &C,
        value: impl Fn(C::Item) -> Self::Item<'a>,
    ) -> Result<ArrayRef, CallError> {
        let bytes = flat::collect(live, calls, |item| u8::from(value(item)))?;
        Ok(booleans(&bytes, live.nulls().cloned()))
    }

    #[inline]
    fn try_collect_flat<'a, C: Calls>(
        live: Live<'_>,
        _: &Target<'_>,
        calls: &C,
        value: impl Fn(usize, C::Item) -> Result<Option<Self::Item<'a>>, CallError>,
    ) -> Result<ArrayRef, CallError> {
        let value = |row, item| Ok(value(row, item)?.map(u8::from));
        let (bytes, nulls) = flat::try_collect(live, calls, value)?;
        Ok(booleans(&bytes, nulls))
    }
}

/// A column of bytes that are 0 or 1.
fn booleans(bytes: &[u8], nulls: Option<NullBuffer>) -> ArrayRef {
    let bits = BooleanBuffer::new(Buffer::from(flat::bits(bytes)), 0, bytes.len());
    Arc::new(BooleanArray::new(bits, nulls))
}

macro_rules! variable {
    ($($rust:ty, $item:ty, $builder:ident, |$out:ident, $value:ident| $append:expr;)*) => {
        $(
            impl Write for $rust {
                type Item<'a> = $item;
                type Builder = $builder;

                fn builder(rows: usize, target: &Target<'_>) -> Self::Builder {
                    $builder::new(rows, target)
                }

                #[inline]
                fn append($out: &mut Self::Builder, $value: Self::Item<'_>) {
                    $append
                }

                fn append_null(builder: &mut Self::Builder) {
                    builder.append_null();
                }

                fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError> {
                    Ok(builder.finish())
                }
            }
        )*
    };
}

variable! {
    String, Self, TextBuilder, |builder, value| builder.append(&value);
    &str, &'a str, TextBuilder, |builder, value| builder.append_borrowed(value);
    &[u8], &'a [u8], BytesBuilder, |builder, value| builder.append_borrowed(value);
    Cow<'_, str>, Cow<'a, str>, TextBuilder, |builder, value| match value {
        Cow::Borrowed(value) => builder.append_borrowed(value),
        Cow::Owned(value) => builder.append(&value),
    };
}

impl Typed for Cow<'_, str> {
    const TYPE: Type = Type::String;
}
