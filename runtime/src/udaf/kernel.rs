//! An aggregate as the loops see it: what `#[udaf]` implements with the functions of the user.

use super::heap::HeapSize;
use crate::udf::call::{Parameter, Parameters};
use crate::udf::descriptor::Param;
use crate::udf::read::Slot;
use crate::udf::write::WriteSlot;

/// What an aggregate keeps of the rows of a group. An empty group has the default.
pub trait State:
    Clone
    + Default
    + HeapSize
    + Send
    + Sync
    + for<'a> Slot<Item<'a> = Self>
    + for<'a> WriteSlot<Item<'a> = Self>
    + 'static
{
}

impl<T> State for T where
    T: Clone
        + Default
        + HeapSize
        + Send
        + Sync
        + for<'a> Slot<Item<'a> = T>
        + for<'a> WriteSlot<Item<'a> = T>
        + 'static
{
}

/// The type of the states of an aggregate, for all that its type parameters stand for.
pub trait HasState {
    /// What is kept of the rows of a group.
    type State;
}

/// An aggregate whose type parameters stand for something.
pub trait Kernel: 'static {
    /// What is kept of the rows of a group.
    type State: State;

    /// The types of the parameters, a tuple.
    type Params: RowParams;

    /// The type of the result.
    type Output: WriteSlot;

    /// The same as data.
    const PARAMS: &'static [Param];

    /// Whether [`Kernel::retract`] undoes [`Kernel::update`].
    const RETRACTS: bool = false;

    /// Adds a row.
    fn update(state: &mut Self::State, row: RowOf<'_, Self>);

    /// Takes out a row that was added.
    fn retract(state: &mut Self::State, row: RowOf<'_, Self>) {
        let _ = (state, row);
    }

    /// Adds the rows of another state.
    fn merge(state: &mut Self::State, other: Self::State);

    /// Gives the result.
    fn finish(state: &Self::State) -> OutputOf<'_, Self>;
}

/// A row of the arguments of a kernel.
pub type RowOf<'a, K> = <<K as Kernel>::Params as RowParams>::Row<'a>;

/// A result of a kernel.
pub type OutputOf<'a, K> = <<K as Kernel>::Output as WriteSlot>::Item<'a>;

/// Parameters whose values are read together, as a tuple.
#[diagnostic::on_unimplemented(
    message = "the arguments `{Self}` are not all of types that SQL has",
    label = "because of an argument of this aggregate"
)]
pub trait RowParams: Parameters {
    /// The values of a row.
    type Row<'a>;

    /// Reads a row.
    fn row<'a>(columns: &Self::Columns<'a>, row: usize) -> Self::Row<'a>;
}

/// A window function that counts rows has no arguments.
impl RowParams for () {
    type Row<'a> = ();

    #[inline]
    fn row<'a>((): &Self::Columns<'a>, _: usize) -> Self::Row<'a> {}
}

macro_rules! tuples {
    ($(($($param:ident $index:tt)*))*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<$($param: Parameter),*> RowParams for ($($param,)*) {
                type Row<'a> = ($($param::Item<'a>,)*);

                #[inline]
                #[allow(clippy::unused_unit, reason = "a window function may have no parameters")]
                fn row<'a>(columns: &Self::Columns<'a>, row: usize) -> Self::Row<'a> {
                    ($($param::get(&columns.$index, row),)*)
                }
            }
        )*
    };
}

tuples! {
    (A 0)
    (A 0 B 1)
    (A 0 B 1 C 2)
    (A 0 B 1 C 2 D 3)
    (A 0 B 1 C 2 D 3 E 4)
    (A 0 B 1 C 2 D 3 E 4 F 5)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6)
    (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7)
}
