//! The loop of a function: columns in, rows through the user's function, a column out.
//!
//! A shim names its parameters and its result as types and hands over its row function; everything
//! else is here, and the loops over flat results in [`super::flat`]. Those are compiled for each
//! function, the one over all other results for each type of result.

use std::convert::Infallible;
use std::marker::PhantomData;

use arrow_array::ArrayRef;

use super::args::{Arg, Args, Out};
use super::error::{CallError, Failure};
use super::flat::Calls;
use super::prepared::Parse;
use super::read::{At, Slot};
use super::types::ValueType;
use super::write::{Target, Write, WriteSlot};

/// What a parameter of a function can be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of an SQL function",
    label = "not an argument",
    note = "a struct can be one with `#[derive(belvedere::ArrowType)]`",
    note = "a `#[literal]` of another type is parsed from text: it needs `Clone` and `FromStr`, whose \
            error needs `Display`, and threads share it, so it needs `Send` and `Sync`"
)]
pub trait Parameter {
    /// What it takes.
    const VALUE: ValueType;

    /// Whether it must be a constant.
    const LITERAL: bool;

    /// Makes a value of a constant text, or says what is wrong with it.
    const PARSE: Option<Parse>;

    /// The type with the lifetime of a batch.
    type Item<'a>;

    /// What is looked up once for each batch.
    type Column<'a>: Copy;

    /// Looks up what reading needs.
    ///
    /// # Errors
    ///
    /// A constant is not one, or cannot be parsed.
    fn column<'a>(arg: &'a Arg<'a>, position: usize) -> Result<Self::Column<'a>, CallError>;

    /// So many rows of the column.
    fn block<'a>(column: Self::Column<'a>, first: usize, rows: usize) -> Self::Column<'a>;

    /// Reads a row, of a block or of the batch.
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a>;
}

// Messages speak of what the user wrote, not of how it is looked up.
#[diagnostic::do_not_recommend]
impl<T: Slot> Parameter for T {
    const VALUE: ValueType = T::VALUE;
    const LITERAL: bool = false;
    const PARSE: Option<Parse> = None;

    type Item<'a> = T::Item<'a>;
    type Column<'a> = (T::Column<'a>, At);

    #[inline]
    fn column<'a>(arg: &'a Arg<'a>, _: usize) -> Result<Self::Column<'a>, CallError> {
        Ok((T::column(arg.node()), At::new(0, arg.mask())))
    }

    #[inline]
    fn block<'a>((column, at): Self::Column<'a>, first: usize, rows: usize) -> Self::Column<'a> {
        T::block(column, at.later(first), rows)
    }

    #[inline]
    fn get<'a>((column, at): &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        T::get(column, at.row(row))
    }
}

/// What a function can return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of an SQL function",
    label = "not a result",
    note = "results are `bool`, integers, floats, `Decimal<P, S>`, `String`, `&str`, `Vec<u8>`, `&[u8]`, `[u8; N]`, \
            `Uuid`, `Json<'_>`, `Date`, `Timestamp`, `LocalTimestamp`, `Time`, `Duration`, `Interval`, `Vec<T>`, \
            `BTreeMap<K, V>`, structs with \
            `#[derive(belvedere::ArrowType)]`, and `Option` and `Result` of each"
)]
pub trait Outcome {
    /// The type, and whether the function itself may return NULL.
    const RETURNS: ValueType;

    /// Whether a call can fail.
    const FALLIBLE: bool;

    /// Whether there is a value for every call.
    const TOTAL: bool = !Self::FALLIBLE && !Self::RETURNS.nullable;

    /// A value that is there.
    type Value: Write;

    /// Why there is none. That it has a text is asked for once, where calls are made, and not here:
    /// each mention of the result would be an error of its own.
    type Error;

    /// The type with the lifetime of a batch.
    type Item<'a>;

    /// The value, if there is one.
    ///
    /// # Errors
    ///
    /// The function failed.
    fn split(item: Self::Item<'_>)
    -> Result<Option<<Self::Value as Write>::Item<'_>>, Self::Error>;
}

// Messages speak of what the user wrote, not of how it is looked up.
#[diagnostic::do_not_recommend]
impl<T: Write> Outcome for T {
    const RETURNS: ValueType = ValueType::required(T::TYPE);
    const FALLIBLE: bool = false;
    type Value = T;
    type Error = Infallible;
    type Item<'a> = T::Item<'a>;

    #[inline]
    fn split(item: Self::Item<'_>) -> Result<Option<Self::Item<'_>>, Infallible> {
        Ok(Some(item))
    }
}

impl<T: Write> Outcome for Option<T> {
    const RETURNS: ValueType = ValueType { ty: T::TYPE, nullable: true };
    const FALLIBLE: bool = false;
    type Value = T;
    type Error = Infallible;
    type Item<'a> = Option<T::Item<'a>>;

    #[inline]
    fn split(item: Self::Item<'_>) -> Result<Self::Item<'_>, Infallible> {
        Ok(item)
    }
}

impl<T: WriteSlot, E> Outcome for Result<T, E> {
    const RETURNS: ValueType =
        ValueType { ty: <T::Value as super::types::Typed>::TYPE, nullable: T::NULLABLE };
    const FALLIBLE: bool = true;
    type Value = T::Value;
    type Error = E;
    type Item<'a> = Result<<T as WriteSlot>::Item<'a>, E>;

    #[inline]
    fn split(
        item: Self::Item<'_>,
    ) -> Result<Option<<Self::Value as Write>::Item<'_>>, Self::Error> {
        item.map(T::into_option)
    }
}

/// Marks the result of a `try_` twin: an error is NULL, and its message is never built.
#[derive(Debug)]
pub struct Try<R>(PhantomData<R>);

impl<T: WriteSlot, E> Outcome for Try<Result<T, E>> {
    const RETURNS: ValueType =
        ValueType { ty: <T::Value as super::types::Typed>::TYPE, nullable: true };
    const FALLIBLE: bool = false;
    type Value = T::Value;
    type Error = Infallible;
    type Item<'a> = Result<<T as WriteSlot>::Item<'a>, E>;

    #[inline]
    fn split(
        item: Self::Item<'_>,
    ) -> Result<Option<<Self::Value as Write>::Item<'_>>, Self::Error> {
        Ok(item.ok().and_then(T::into_option))
    }
}

/// The parameters of a function: a tuple of [`Parameter`]s.
#[diagnostic::on_unimplemented(
    message = "the arguments `{Self}` are not all of types that SQL has",
    label = "because of an argument of this function"
)]
pub trait Parameters {
    /// How many there are.
    const COUNT: usize;

    /// What is looked up once for each batch.
    type Columns<'a>: Copy;

    /// Looks up what reading needs.
    ///
    /// # Errors
    ///
    /// An argument is missing, or a constant is wrong.
    fn columns<'a>(args: &'a Args<'a>) -> Result<Self::Columns<'a>, CallError>;

    /// So many rows of the columns.
    fn block<'a>(columns: Self::Columns<'a>, first: usize, rows: usize) -> Self::Columns<'a>;
}

/// A function over the values of one row.
pub trait RowFn<'a, P: Parameters, R: Outcome> {
    /// Calls it.
    fn call(&self, columns: &P::Columns<'a>, row: usize) -> R::Item<'a>;
}

/// A function over the values of one row, the last of which are a slice.
pub trait VariadicRowFn<'a, P: Parameters, V: Slot, R: Outcome> {
    /// Calls it.
    fn call(&self, columns: &P::Columns<'a>, rest: &[V::Item<'a>], row: usize) -> R::Item<'a>;
}

macro_rules! tuples {
    ($(($($param:ident $index:tt)*))*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<$($param: Parameter),*> Parameters for ($($param,)*) {
                const COUNT: usize = <[usize]>::len(&[$($index),*]);
                type Columns<'a> = ($($param::Column<'a>,)*);

                fn columns<'a>(args: &'a Args<'a>) -> Result<Self::Columns<'a>, CallError> {
                    let _ = args;
                    Ok(($($param::column(args.get($index)?, $index)?,)*))
                }

                #[inline]
                #[allow(clippy::unused_unit, reason = "a function may have no parameters")]
                fn block<'a>(
                    columns: Self::Columns<'a>,
                    first: usize,
                    rows: usize,
                ) -> Self::Columns<'a> {
                    let _ = (&columns, first, rows);
                    ($($param::block(columns.$index, first, rows),)*)
                }
            }

            impl<'a, F, R, $($param),*> RowFn<'a, ($($param,)*), R> for F
            where
                R: Outcome,
                $($param: Parameter,)*
                F: Fn($($param::Item<'a>),*) -> R::Item<'a>,
            {
                #[inline(always)]
                fn call(
                    &self,
                    columns: &<($($param,)*) as Parameters>::Columns<'a>,
                    row: usize,
                ) -> R::Item<'a> {
                    let _ = (columns, row);
                    self($($param::get(&columns.$index, row)),*)
                }

            }

            impl<'a, F, V, R, $($param),*> VariadicRowFn<'a, ($($param,)*), V, R> for F
            where
                R: Outcome,
                V: Slot,
                $($param: Parameter,)*
                F: for<'r> Fn($($param::Item<'a>,)* &'r [V::Item<'a>]) -> R::Item<'a>,
            {
                #[inline]
                fn call(
                    &self,
                    columns: &<($($param,)*) as Parameters>::Columns<'a>,
                    rest: &[V::Item<'a>],
                    row: usize,
                ) -> R::Item<'a> {
                    let _ = (columns, row);
                    self($($param::get(&columns.$index, row),)* rest)
                }
            }
        )*
    };
}

tuples! {
    ()
    (A 0)
    (A 0 B 1)
    (A 0 B 1 C 2)
    (A 0 B 1 C 2 D 3)
    (A 0 B 1 C 2 D 3 E 4)
    (A 0 B 1 C 2 D 3 E 4 G 5)
    (A 0 B 1 C 2 D 3 E 4 G 5 H 6)
    (A 0 B 1 C 2 D 3 E 4 G 5 H 6 I 7)
    (A 0 B 1 C 2 D 3 E 4 G 5 H 6 I 7 J 8)
    (A 0 B 1 C 2 D 3 E 4 G 5 H 6 I 7 J 8 K 9)
    (A 0 B 1 C 2 D 3 E 4 G 5 H 6 I 7 J 8 K 9 L 10)
    (A 0 B 1 C 2 D 3 E 4 G 5 H 6 I 7 J 8 K 9 L 10 M 11)
}

/// Calls `row` for every row of `args`.
///
/// # Errors
///
/// The function failed for a row, or an argument is not what it takes.
pub fn call<'a, P, R, F>(args: &'a Args<'a>, out: &mut Out<'_>, row: F) -> Result<(), CallError>
where
    P: Parameters,
    R: Outcome<Error: Failure>,
    F: RowFn<'a, P, R>,
{
    let columns = P::columns(args)?;
    // A branch over a constant alone: what it leaves out is not compiled.
    let results = if <R::Value as Write>::FLAT {
        collect_flat::<P, R, F>(args, &out.target(), columns, row)
    } else {
        collect_any::<R>(args, &out.target(), &mut |i| row.call(&columns, i))
    };
    out.set(results?);
    Ok(())
}

/// Calls `row` for every row of `args`, the arguments beyond those of `P` as a slice.
///
/// # Errors
///
/// The function failed for a row, or an argument is not what it takes.
pub fn call_variadic<'a, P, V, R, F>(
    args: &'a Args<'a>,
    out: &mut Out<'_>,
    row: F,
) -> Result<(), CallError>
where
    P: Parameters,
    V: Slot,
    R: Outcome<Error: Failure>,
    F: VariadicRowFn<'a, P, V, R>,
{
    let columns = P::columns(args)?;
    let rest = (P::COUNT..args.len())
        .map(|position| <V as Parameter>::column(args.get(position)?, position))
        .collect::<Result<Vec<_>, _>>()?;
    let mut values = Vec::with_capacity(rest.len());
    let results = collect_any::<R>(args, &out.target(), &mut |i| {
        values.clear();
        values.extend(rest.iter().map(|column| <V as Parameter>::get(column, i)));
        row.call(&columns, &values, i)
    })?;
    out.set(results);
    Ok(())
}

/// The value of a call that always has one.
#[inline]
fn total<R: Outcome>(item: R::Item<'_>) -> <R::Value as Write>::Item<'_> {
    match R::split(item) {
        Ok(Some(value)) => value,
        _ => unreachable!("a function that is neither nullable nor fallible gives a value"),
    }
}

/// The calls of a row function over the columns of a batch.
struct RowCalls<'a, P: Parameters, R, F> {
    columns: P::Columns<'a>,
    row: F,
    result: PhantomData<R>,
}

impl<'a, P, R, F> Calls for RowCalls<'a, P, R, F>
where
    P: Parameters,
    R: Outcome,
    F: RowFn<'a, P, R>,
{
    type Item = R::Item<'a>;
    type Columns = P::Columns<'a>;

    #[inline]
    fn block(&self, first: usize, rows: usize) -> Self::Columns {
        P::block(self.columns, first, rows)
    }

    #[inline(always)]
    fn call_in(&self, columns: &Self::Columns, row: usize) -> Self::Item {
        self.row.call(columns, row)
    }

    #[inline(always)]
    fn call_at(&self, row: usize) -> Self::Item {
        self.row.call(&self.columns, row)
    }
}

/// Flat results: of all rows, if the function may be called for all of them.
fn collect_flat<'a, P, R, F>(
    args: &'a Args<'a>,
    target: &Target<'_>,
    columns: P::Columns<'a>,
    row: F,
) -> Result<ArrayRef, CallError>
where
    P: Parameters,
    R: Outcome<Error: Failure>,
    F: RowFn<'a, P, R>,
{
    let calls = RowCalls::<P, R, F> { columns, row, result: PhantomData };
    if R::TOTAL {
        let live = args.live_in_blocks(true);
        R::Value::collect_flat(live, target, &calls, total::<R>)
    } else {
        let value = |row, item| R::split(item).map_err(|error: R::Error| error.at_row(row));
        R::Value::try_collect_flat(args.live_in_blocks(false), target, &calls, value)
    }
}

/// Other results, compiled once for all functions that have such.
fn collect_any<'a, R: Outcome<Error: Failure>>(
    args: &'a Args<'a>,
    target: &Target<'_>,
    item: &mut dyn FnMut(usize) -> R::Item<'a>,
) -> Result<ArrayRef, CallError> {
    collect::<R>(args, target, item)
}

/// The results of the rows that are called.
fn collect<'a, R: Outcome<Error: Failure>>(
    args: &'a Args<'a>,
    target: &Target<'_>,
    mut item: impl FnMut(usize) -> R::Item<'a>,
) -> Result<ArrayRef, CallError> {
    if R::TOTAL {
        R::Value::collect_live(args.live(), target, |row| total::<R>(item(row)))
    } else {
        let value = |row| R::split(item(row)).map_err(|error| error.at_row(row));
        R::Value::try_collect(args.live(), target, value)
    }
}
