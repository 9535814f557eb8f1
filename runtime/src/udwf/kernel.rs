//! A window function as the loops see it: what `#[udwf]` implements with the function of the user.

use super::rows::Rows;
use crate::udaf::kernel::RowParams;
use crate::udf::args::Args;
use crate::udf::descriptor::Param;
use crate::udf::error::{CallError, Failure};
use crate::udf::read::Slot;
use crate::udf::write::WriteSlot;

/// A window function whose type parameters stand for something.
pub trait Windowed: 'static {
    /// The types of a row's arguments, a tuple.
    type Params: FrameParams;

    /// The type of a row's result.
    type Output: WriteSlot;

    /// The parameters as data.
    const PARAMS: &'static [Param];
}

/// A window function that sees the rows in turn.
pub trait NextRow: Windowed {
    /// What is kept of the rows before.
    type State: WindowState;

    /// Gives the result of a row, which may be lent by the state or by the row.
    ///
    /// # Errors
    ///
    /// That of the function.
    fn next<'s, 'a: 's>(
        state: &'s mut Self::State,
        row: WindowRow<'a, Self>,
    ) -> Tried<WindowResult<'s, Self>>;
}

/// A window function that sees the frame of each row.
pub trait OverFrame: Windowed {
    /// Gives the result of the row that has this frame.
    ///
    /// # Errors
    ///
    /// That of the function.
    fn frame<'a>(rows: WindowRows<'a, Self>) -> Tried<WindowResult<'a, Self>>;
}

/// A window function that sees all rows of a partition at once.
pub trait OverPartition: Windowed {
    /// Gives the results of the rows in order.
    ///
    /// # Errors
    ///
    /// That of the function, or of one of its results.
    fn partition<'a>(
        rows: WindowRows<'a, Self>,
        results: &mut dyn FnMut(WindowResult<'a, Self>),
    ) -> Tried<()>;
}

/// What a window function gives, or why it has failed.
pub type Tried<T> = Result<T, CallError>;

/// The error of a window function. Rows have no numbers that anybody would know: they come sorted, and
/// batch after batch.
#[cold]
pub fn failed<E: Failure>(error: E) -> CallError {
    CallError { row: None, ..error.at_row(0) }
}

/// What a window function keeps of the rows before. The first row of a partition sees the default.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the state of a window function",
    label = "not a state",
    note = "a state is `Default`, which each partition begins with, and `Send`"
)]
pub trait WindowState: Default + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Default + Send + 'static> WindowState for T {}

/// The arguments of a row.
pub type WindowRow<'a, K> = <<K as Windowed>::Params as RowParams>::Row<'a>;

/// The arguments of several rows.
pub type WindowRows<'a, K> = <<K as Windowed>::Params as FrameParams>::Rows<'a>;

/// The result of a row.
pub type WindowResult<'a, K> = <<K as Windowed>::Output as WriteSlot>::Item<'a>;

/// Parameters of which several values are read at once.
#[diagnostic::on_unimplemented(
    message = "the arguments `{Self}` are not all of types that SQL has",
    label = "because of an argument of this window function"
)]
pub trait FrameParams: RowParams {
    /// The values of several rows.
    type Rows<'a>;

    /// The values in the rows at `positions`, or in all.
    ///
    /// # Errors
    ///
    /// An argument is missing.
    fn rows<'a>(
        args: &'a Args<'a>,
        positions: Option<&'a [usize]>,
    ) -> Result<Self::Rows<'a>, CallError>;
}

macro_rules! tuples {
    ($(($($param:ident $index:tt)*))*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<$($param: Slot),*> FrameParams for ($($param,)*) {
                type Rows<'a> = ($(Rows<'a, $param>,)*);

                fn rows<'a>(
                    args: &'a Args<'a>,
                    positions: Option<&'a [usize]>,
                ) -> Result<Self::Rows<'a>, CallError> {
                    let _ = (args, positions);
                    Ok(($(Rows::new(args.get($index)?.node(), args.rows(), positions),)*))
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
    (A 0 B 1 C 2 D 3 E 4 F 5)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7)
}
