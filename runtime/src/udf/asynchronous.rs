//! Functions whose answers are waited for: the calls of a batch, and what bounds them.
//!
//! Nothing here knows who runs a future. A shim reads the arguments of every call out of the columns
//! of a batch, so that a call owns what it needs, and gives [`Calls`], whose attempts are futures that
//! own all they have; when all have answered, the answers become a column.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use arrow_array::ArrayRef;

use super::args::Args;
use super::call::Outcome;
use super::error::{CallError, Failure};
use super::write::{Target, Write};

/// What bounds the calls of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many rows a call is about at most; one, where the function takes one.
    pub batch: Option<u32>,
    /// How many calls the program makes at once, over all queries.
    pub concurrency: u32,
    /// After how many milliseconds an attempt is given up; waiting for its turn does not count.
    pub timeout_ms: Option<u64>,
    /// How often a call that has failed is made again.
    pub retry: u32,
    /// Whether the rows of a batch that have equal arguments share one call.
    pub dedupe: bool,
}

impl Limits {
    /// What holds where nothing is said: eight calls at once, each made once and for one row.
    pub const NONE: Self =
        Self { batch: None, concurrency: 8, timeout_ms: None, retry: 0, dedupe: false };

    /// How many rows a call is about at most.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.batch.map_or(1, |rows| rows as usize)
    }
}

/// The limits as the attributes that say them.
impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(batch) = self.batch {
            write!(f, "batch = {batch}, ")?;
        }
        write!(f, "concurrency = {}", self.concurrency)?;
        if let Some(timeout) = self.timeout_ms {
            write!(f, ", timeout = {timeout}ms")?;
        }
        if 0 < self.retry {
            write!(f, ", retry = {}", self.retry)?;
        }
        f.write_str(if self.dedupe { ", dedupe" } else { "" })
    }
}

/// Makes the calls of a batch: for these rows, so many to a call.
pub type Start = fn(&Args<'_>, &[usize], usize) -> Result<Box<dyn Calls>, CallError>;

/// A function whose answers are waited for.
#[derive(Debug)]
pub struct Awaited {
    /// What bounds its calls; a twin shares them.
    pub limits: &'static Limits,
    /// Makes the calls of a batch.
    pub start: Start,
    /// Whether the rows of a call that fails are NULL.
    pub catches: bool,
}

/// Why an attempt has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What is wrong.
    pub message: String,
    /// Whether another attempt may have one.
    pub again: bool,
}

/// What an attempt has answered, for whoever made the calls.
pub struct Answer(Box<dyn Any + Send>);

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").finish_non_exhaustive()
    }
}

/// An attempt: it owns all it has, so that any thread can run it and anybody drop it.
pub type Attempt = Pin<Box<dyn Future<Output = Result<Answer, Failed>> + Send>>;

/// The calls of a batch.
pub trait Calls: Send + Sync {
    /// For how many rows each call is.
    fn sizes(&self) -> &[usize];

    /// Makes a call, for the first time or again.
    fn attempt(&self, call: usize) -> Attempt;

    /// The answers as a column with a row for each row of the calls, in their order. A call without an
    /// answer leaves NULLs, and so does a row that has failed where `catches` says so.
    ///
    /// # Errors
    ///
    /// A row has failed, counted over all calls; or the column has more items than its offsets can
    /// count.
    fn collect(
        &self,
        answers: Vec<Option<Answer>>,
        catches: bool,
        target: &Target<'_>,
    ) -> Result<ArrayRef, CallError>;
}

/// A value that is there, with no batch around it.
type Owned<R> = <<R as Outcome>::Value as Write>::Item<'static>;

/// What a call gives for its rows: a value, NULL, or why there is none.
pub type Results<R> = Result<Vec<Result<Option<Owned<R>>, String>>, Failed>;

/// What a call of one row gives.
///
/// # Errors
///
/// The function failed.
pub fn one<R: Outcome<Error: Failure>>(
    result: R::Item<'static>,
    again: impl Fn(&R::Error) -> bool,
) -> Results<R> {
    match R::split(result) {
        Ok(value) => Ok(vec![Ok(value)]),
        Err(error) => Err(failed(error, again)),
    }
}

/// What a call of many rows gives that does not fail as a whole.
///
/// # Errors
///
/// None.
pub fn many<R: Outcome<Error: Failure>>(results: Vec<R::Item<'static>>) -> Results<R> {
    let split = |result| R::split(result).map_err(|error| error.at_row(0).message);
    Ok(results.into_iter().map(split).collect())
}

/// What a call of many rows gives that may fail as a whole.
///
/// # Errors
///
/// The function failed.
pub fn many_or<R: Outcome<Error: Failure>, E: Failure>(
    results: Result<Vec<R::Item<'static>>, E>,
    again: impl Fn(&E) -> bool,
) -> Results<R> {
    many::<R>(results.map_err(|error| failed(error, again))?)
}

fn failed<E: Failure>(error: E, again: impl Fn(&E) -> bool) -> Failed {
    Failed { again: again(&error), message: error.at_row(0).message }
}

/// The calls of a batch: `read` gives the arguments of a call from its rows, `call` makes it.
pub fn calls<R, A, F, T>(
    rows: &[usize],
    size: usize,
    read: impl Fn(&[usize]) -> A,
    call: F,
) -> Box<dyn Calls>
where
    R: Outcome + 'static,
    Owned<R>: Send + 'static,
    A: Clone + Send + Sync + 'static,
    F: Fn(A) -> T + Send + Sync + 'static,
    T: Future<Output = Results<R>> + Send + 'static,
{
    let chunks = rows.chunks(size);
    let sizes = chunks.clone().map(<[usize]>::len).collect();
    Box::new(Typed::<R, A, F> {
        arguments: chunks.map(read).collect(),
        sizes,
        call,
        of: PhantomData,
    })
}

struct Typed<R, A, F> {
    arguments: Vec<A>,
    sizes: Vec<usize>,
    call: F,
    of: PhantomData<fn() -> R>,
}

impl<R, A, F, T> Calls for Typed<R, A, F>
where
    R: Outcome + 'static,
    Owned<R>: Send + 'static,
    A: Clone + Send + Sync + 'static,
    F: Fn(A) -> T + Send + Sync + 'static,
    T: Future<Output = Results<R>> + Send + 'static,
{
    fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    fn attempt(&self, call: usize) -> Attempt {
        let (results, rows) = ((self.call)(self.arguments[call].clone()), self.sizes[call]);
        Box::pin(async move {
            let results = results.await?;
            if results.len() == rows {
                return Ok(Answer(Box::new(results)));
            }
            let message = format!("gave {} values for {rows} rows", results.len());
            Err(Failed { message, again: false })
        })
    }

    fn collect(
        &self,
        answers: Vec<Option<Answer>>,
        catches: bool,
        target: &Target<'_>,
    ) -> Result<ArrayRef, CallError> {
        let mut builder = <R::Value as Write>::builder(self.sizes.iter().sum(), target);
        let mut row = 0;
        for (answer, size) in answers.into_iter().zip(&self.sizes) {
            let Some(Answer(answer)) = answer else {
                (0..*size).for_each(|_| <R::Value as Write>::append_null(&mut builder));
                row += size;
                continue;
            };
            let results = answer
                .downcast::<Vec<Result<Option<Owned<R>>, String>>>()
                .map_err(|_| CallError::whole("an answer is that of another function"))?;
            for result in *results {
                match result {
                    Ok(Some(value)) => <R::Value as Write>::append(&mut builder, value),
                    Err(message) if !catches => return Err(CallError::at_row(row, message)),
                    _ => <R::Value as Write>::append_null(&mut builder),
                }
                row += 1;
            }
        }
        <R::Value as Write>::finish(builder)
    }
}
