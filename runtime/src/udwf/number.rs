//! Type parameters that are numbers.
//!
//! An argument of any width is widened before the loop, so that three loops serve all of them:
//! signed integers are `i64`, unsigned ones `u64`, floats `f64`, which are also the types of their
//! sums in SQL.

use std::fmt::Debug;

use crate::udf::read::Read;

/// A number that a window function computes with: `i64`, `u64` or `f64`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number of SQL",
    note = "numbers are `i64`, `u64` and `f64`; in `impl<N: Number> Window for …` it is `N`"
)]
pub trait Number:
    Copy + Debug + Default + PartialOrd + Send + Sync + for<'a> Read<Item<'a> = Self> + 'static
{
    /// The sum. Integers wrap around where it has no place: a window function cannot fail.
    #[must_use]
    fn plus(self, other: Self) -> Self;

    /// The difference. Integers wrap around where it has no place.
    #[must_use]
    fn minus(self, other: Self) -> Self;

    /// The nearest float.
    #[must_use]
    fn to_f64(self) -> f64;
}

macro_rules! integers {
    ($($ty:ident)*) => {
        $(
            impl Number for $ty {
                #[inline]
                fn plus(self, other: Self) -> Self {
                    self.wrapping_add(other)
                }

                #[inline]
                fn minus(self, other: Self) -> Self {
                    self.wrapping_sub(other)
                }

                #[inline]
                fn to_f64(self) -> f64 {
                    self as f64
                }
            }
        )*
    };
}

integers! { i64 u64 }

impl Number for f64 {
    #[inline]
    fn plus(self, other: Self) -> Self {
        self + other
    }

    #[inline]
    fn minus(self, other: Self) -> Self {
        self - other
    }

    #[inline]
    fn to_f64(self) -> f64 {
        self
    }
}
