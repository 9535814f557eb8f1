//! What can go wrong in a call: [`Error`] is for authors of functions, [`CallError`] is what a
//! kernel reports to the adapter, which adds the function's name.

use std::borrow::Cow;
use std::fmt;

/// The result of a function that can fail.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Why a function has no result for its arguments. A constant text costs no allocation, so that a
/// `try_` twin, which drops the error, is cheap.
///
/// Functions may return any other error that implements [`fmt::Display`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Cow<'static, str>);

impl Error {
    /// An error with this text: lower case, no full stop, values in backticks.
    #[must_use]
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl From<&'static str> for Error {
    fn from(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Error {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

/// Why a batch could not be computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// The row, counted from 0 within the arguments as the kernel received them.
    pub row: Option<usize>,
    /// The position of the argument that is to blame, if one is.
    pub argument: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl CallError {
    /// The function failed for a row.
    #[must_use]
    pub fn at_row(row: usize, message: impl fmt::Display) -> Self {
        Self { row: Some(row), argument: None, message: message.to_string() }
    }

    /// An argument is not what the function takes.
    #[must_use]
    pub fn at_argument(argument: usize, message: impl fmt::Display) -> Self {
        Self { row: None, argument: Some(argument), message: message.to_string() }
    }

    /// The batch as a whole is to blame.
    #[must_use]
    pub fn whole(message: impl fmt::Display) -> Self {
        Self { row: None, argument: None, message: message.to_string() }
    }
}

/// The error of a function, which a query shows.
#[diagnostic::on_unimplemented(
    message = "the error `{Self}` of an SQL function has no text",
    label = "its error is shown to whoever runs the query",
    note = "implement `Display` for it: `#[derive(thiserror::Error)]` or `impl std::fmt::Display`"
)]
pub trait Failure: Sized {
    /// The error of a call for this row.
    fn at_row(self, row: usize) -> CallError;
}

#[diagnostic::do_not_recommend]
impl<E: fmt::Display> Failure for E {
    fn at_row(self, row: usize) -> CallError {
        CallError::at_row(row, self)
    }
}
