//! The memory pool, which counts what joins take besides what they ask for.
//!
//! A hash join asks for the rows that it keeps, batch by batch, and then copies them into one batch
//! while it still has them, without asking for the copy. A limit that counts the rows once is
//! passed by half of itself, so it counts them twice.

use std::fmt::{Display, Formatter};

use datafusion::error::Result;
use datafusion::execution::memory_pool::{
    FairSpillPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
};

/// What begins the names of consumers that copy what they have asked for.
const COPYING: [&str; 3] = ["HashJoinInput", "CrossJoinExec", "NestedLoopJoinLoad"];

/// A [`FairSpillPool`] in which rows that are copied weigh twice.
#[derive(Debug)]
pub(super) struct Pool(FairSpillPool);

impl Pool {
    pub(super) fn new(bytes: usize) -> Self {
        Self(FairSpillPool::new(bytes))
    }
}

/// What `bytes` of a consumer count for.
fn weight(reservation: &MemoryReservation, bytes: usize) -> usize {
    let name = reservation.consumer().name();
    let copies = COPYING.iter().any(|copying| name.starts_with(copying));
    if copies { bytes.saturating_mul(2) } else { bytes }
}

impl Display for Pool {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(&self.0, formatter)
    }
}

impl MemoryPool for Pool {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.0.register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.0.unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.0.grow(reservation, weight(reservation, additional));
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.0.shrink(reservation, weight(reservation, shrink));
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        self.0.try_grow(reservation, weight(reservation, additional))
    }

    fn reserved(&self) -> usize {
        self.0.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.0.memory_limit()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn rows_that_are_copied_count_twice() {
        let pool: Arc<dyn MemoryPool> = Arc::new(Pool::new(100));
        let join = MemoryConsumer::new("HashJoinInput[1]").register(&pool);
        join.try_grow(30).unwrap();
        assert_eq!(pool.reserved(), 60);
        assert!(join.try_grow(21).is_err());
        let sort = MemoryConsumer::new("ExternalSorter").with_can_spill(true).register(&pool);
        sort.try_grow(40).unwrap();
        assert!(sort.try_grow(1).is_err());
        drop(join);
        assert_eq!(pool.reserved(), 40);
        sort.try_grow(60).unwrap();
    }
}
