//! Scratch of functions, `#[state] x: &mut T`: buffers and tables that calls use one after the other.
//!
//! A batch takes one out of the pool of its function and puts it back in the end, so that there are
//! as many as batches that are computed at once.

use std::cell::{RefCell, RefMut};
use std::sync::{Mutex, PoisonError};

/// What can be scratch.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the state of an SQL function",
    label = "not `Default` and `Send`",
    note = "a batch starts with what another has left, or with `Default`, on whatever thread it runs"
)]
pub trait Scratch: Default + Send + 'static {}

impl<T: Default + Send + 'static> Scratch for T {}

/// The scratch of a function that no batch uses.
#[derive(Debug)]
pub struct Pool<T>(Mutex<Vec<T>>);

impl<T> Pool<T> {
    /// A pool with nothing in it.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

/// Scratch for a batch.
pub fn scratch<T: Scratch>(pool: &Pool<T>) -> Taken<'_, T> {
    let left = pool.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
    Taken { pool, scratch: RefCell::new(Some(left.unwrap_or_default())) }
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// The scratch of a batch.
#[derive(Debug)]
pub struct Taken<'p, T> {
    pool: &'p Pool<T>,
    /// There until it is put back.
    scratch: RefCell<Option<T>>,
}

impl<T> Taken<'_, T> {
    /// For one call, which ends before the next begins.
    #[inline]
    pub fn lend(&self) -> RefMut<'_, T> {
        RefMut::map(self.scratch.borrow_mut(), |scratch| match scratch {
            Some(scratch) => scratch,
            None => unreachable!("scratch is put back in the end"),
        })
    }
}

impl<T> Drop for Taken<'_, T> {
    fn drop(&mut self) {
        // What a panic has left may be in any state.
        if let Some(scratch) = self.scratch.take()
            && !std::thread::panicking()
        {
            self.pool.0.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::{Pool, scratch};

    #[test]
    fn what_a_batch_leaves_the_next_one_finds() {
        static POOL: Pool<Vec<i32>> = Pool::new();
        scratch(&POOL).lend().push(1);
        let (first, second) = (scratch(&POOL), scratch(&POOL));
        assert_eq!((first.lend().as_slice(), second.lend().as_slice()), (&[1][..], &[][..]));
        drop((first, second));
        let broken = catch_unwind(|| {
            let taken = scratch(&POOL);
            taken.lend().push(2);
            panic!("in the middle");
        });
        assert!(broken.is_err());
        assert_eq!(POOL.0.lock().unwrap().len(), 1, "what a panic leaves is thrown away");
    }
}
