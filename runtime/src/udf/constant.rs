//! Constant parameters: markers that say how one is read, once for a batch and not for each row.
//!
//! A constant of an SQL type is read like a value of a row; any other is parsed from text, kept by
//! whoever runs the function, and cloned or lent to each call.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use super::args::Arg;
use super::call::Parameter;
use super::error::CallError;
use super::prepared::{self, Parse};
use super::read::{At, Slot};
use super::types::{Type, ValueType};

/// Marks a constant parameter of an SQL type.
#[derive(Debug)]
pub struct Literal<T>(PhantomData<T>);

impl<T: Slot> Parameter for Literal<T> {
    const VALUE: ValueType = T::VALUE;
    const LITERAL: bool = true;
    const PARSE: Option<Parse> = None;

    type Item<'a> = T::Item<'a>;
    type Column<'a> = T::Column<'a>;

    fn column<'a>(arg: &'a Arg<'a>, position: usize) -> Result<Self::Column<'a>, CallError> {
        constant(arg, position)?;
        Ok(T::column(arg.node()))
    }

    #[inline]
    fn block<'a>(column: Self::Column<'a>, _: usize, _: usize) -> Self::Column<'a> {
        T::block(column, At::START, 1).0
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, _: usize) -> Self::Item<'a> {
        T::get(column, 0)
    }
}

/// Marks a constant parameter that is parsed from text, once for all batches.
#[derive(Debug)]
pub struct Parsed<T>(PhantomData<T>);

/// Marks a constant parameter that is parsed from text unless it is NULL.
#[derive(Debug)]
pub struct ParsedOption<T>(PhantomData<T>);

/// Marks a constant parameter that is parsed from text and lent to each call.
#[derive(Debug)]
pub struct Lent<T>(PhantomData<T>);

/// Marks a constant parameter that is parsed from text unless it is NULL, and lent to each call.
#[derive(Debug)]
pub struct LentOption<T>(PhantomData<T>);

macro_rules! parsed {
    ($(
        $marker:ident [$($clone:tt)*] $nullable:literal
        $item:ty, $column:ty, $parse:ident, |$value:ident| $get:expr;
    )*) => {
        $(
            impl<T> Parameter for $marker<T>
            where
                T: FromStr<Err: fmt::Display> $($clone)* + Send + Sync + 'static,
            {
                const VALUE: ValueType = ValueType { ty: Type::String, nullable: $nullable };
                const LITERAL: bool = true;
                const PARSE: Option<Parse> = Some(prepared::parse::<T>);

                type Item<'a> = $item;
                type Column<'a> = $column;

                fn column<'a>(
                    arg: &'a Arg<'a>,
                    position: usize,
                ) -> Result<Self::Column<'a>, CallError> {
                    $parse::<T>(arg, position)
                }

                #[inline]
                fn block<'a>(column: Self::Column<'a>, _: usize, _: usize) -> Self::Column<'a> {
                    column
                }

                #[inline]
                fn get<'a>($value: &Self::Column<'a>, _: usize) -> Self::Item<'a> {
                    $get
                }
            }
        )*
    };
}

parsed! {
    Parsed [+ Clone] false T, &'a T, parse, |value| T::clone(value);
    ParsedOption [+ Clone] true Option<T>, Option<&'a T>, parse_option, |value| value.cloned();
    Lent [] false &'a T, &'a T, parse, |value| value;
    LentOption [] true Option<&'a T>, Option<&'a T>, parse_option, |value| *value;
}

fn constant(arg: &Arg<'_>, position: usize) -> Result<(), CallError> {
    if arg.is_scalar() {
        return Ok(());
    }
    Err(CallError::at_argument(position, "must be a constant"))
}

/// The value of a constant text: the one that an adapter has kept, or a new one.
fn parse<'a, T>(arg: &'a Arg<'a>, position: usize) -> Result<&'a T, CallError>
where
    T: FromStr<Err: fmt::Display> + Send + Sync + 'static,
{
    constant(arg, position)?;
    arg.prepared().get_or_make(|| {
        let text = arg.node().text().value(0);
        prepared::parse::<T>(text).map_err(|error| CallError::at_argument(position, error))
    })
}

fn parse_option<'a, T>(arg: &'a Arg<'a>, position: usize) -> Result<Option<&'a T>, CallError>
where
    T: FromStr<Err: fmt::Display> + Send + Sync + 'static,
{
    constant(arg, position)?;
    let null = arg.node().nulls().is_some_and(|nulls| nulls.is_null(0));
    if null { Ok(None) } else { parse(arg, position).map(Some) }
}
