//! Type parameters that are numbers.
//!
//! An argument of any width is widened before the loop, so that three loops serve all of them:
//! signed integers are `i64`, unsigned ones `u64`, floats `f64`, which are also the types of their
//! sums in SQL.

use std::fmt::Debug;

use crate::udf::error::{Error, Result};
use crate::udf::read::Read;

/// A number that a window function computes with: `i64`, `u64` or `f64`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number of SQL",
    note = "numbers are `i64`, `u64` and `f64`; in `impl<N: Number> Window for …` it is `N`"
)]
pub trait Number:
    Copy + Debug + Default + PartialOrd + Send + Sync + for<'a> Read<Item<'a> = Self> + 'static
{
    /// The sum.
    ///
    /// # Errors
    ///
    /// It is one of integers and does not fit them.
    fn plus(self, other: Self) -> Result<Self>;

    /// The difference.
    ///
    /// # Errors
    ///
    /// It is one of integers and does not fit them.
    fn minus(self, other: Self) -> Result<Self>;

    /// The nearest float.
    #[must_use]
    fn to_f64(self) -> f64;
}

#[cold]
fn beyond<N: Debug>(a: N, sign: char, b: N) -> Error {
    let ty = std::any::type_name::<N>();
    Error::from(format!("{a:?} {sign} {b:?} does not fit `{ty}`"))
}

macro_rules! integers {
    ($($ty:ident)*) => {
        $(
            impl Number for $ty {
                #[inline]
                fn plus(self, other: Self) -> Result<Self> {
                    self.checked_add(other).ok_or_else(|| beyond::<Self>(self, '+', other))
                }

                #[inline]
                fn minus(self, other: Self) -> Result<Self> {
                    self.checked_sub(other).ok_or_else(|| beyond::<Self>(self, '-', other))
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
    fn plus(self, other: Self) -> Result<Self> {
        Ok(self + other)
    }

    #[inline]
    fn minus(self, other: Self) -> Result<Self> {
        Ok(self - other)
    }

    #[inline]
    fn to_f64(self) -> f64 {
        self
    }
}
