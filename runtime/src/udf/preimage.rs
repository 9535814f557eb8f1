//! Ranges of arguments in place of comparisons of results: `#[udf(preimage = f)]`.
//!
//! `f` takes a result and gives the arguments that have it, as a half-open range. What lies before
//! the range has smaller results, what lies behind it larger ones.

use std::ops::Range;

use arrow_array::ArrayRef;

use super::error::CallError;
use super::node::Node;
use super::read::Read;
use super::write::{Target, Write};

/// The ends of the range of a result, which is the one value of an array; `None` where it has none.
pub type Preimage = fn(&ArrayRef) -> Result<Option<[ArrayRef; 2]>, CallError>;

/// What `of` says of the one value of an array.
///
/// # Errors
///
/// The array is not of the type of results.
pub fn preimage<V, T>(
    value: &ArrayRef,
    of: fn(V) -> Option<Range<T>>,
) -> Result<Option<[ArrayRef; 2]>, CallError>
where
    V: for<'a> Read<Item<'a> = V>,
    T: for<'a> Write<Item<'a> = T>,
{
    let node = Node::new(value, &V::TYPE);
    let node = node.ok_or_else(|| CallError::whole("the value has another type than results"))?;
    let Some(Range { start, end }) = of(V::get(&V::column(&node), 0)) else { return Ok(None) };
    let array = |value: T| {
        let mut builder = T::builder(1, &Target::NESTED);
        T::append(&mut builder, value);
        T::finish(builder)
    };
    Ok(Some([array(start)?, array(end)?]))
}
