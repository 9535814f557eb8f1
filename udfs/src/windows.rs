//! Window functions: numbers of rows, running totals, and DataFusion's own under a signature.
//!
//! Those of ours see the rows in the order of the window, one after the other, whatever the frame is.

use belvedere::udf::Result;
use belvedere::{Number, udwf};

/// The number of the row in its partition, from 1, in the order of the window.
///
/// Rows that are equal in that order have different numbers. The frame makes no difference.
///
/// ```sql
/// SELECT v, row_index() OVER (ORDER BY v DESC)
/// FROM (VALUES ('a'), ('c'), ('b')) AS t(v) ORDER BY v
/// ----
/// a 3
/// b 2
/// c 1
/// ```
#[udwf(tags = [window, deterministic], ascending)]
impl Window for RowIndex {
    type State = i64;

    fn next(index: &mut i64) -> i64 {
        *index += 1;
        *index
    }
}

/// How many rows of its partition there are up to this one, in the order of the window.
///
/// Rows are counted, not values: `count(v) OVER (… ROWS UNBOUNDED PRECEDING)` leaves out NULL. Rows
/// that are equal in the order of the window are counted one after the other.
///
/// ```sql
/// SELECT g, v, running_count() OVER (PARTITION BY g ORDER BY v)
/// FROM (VALUES (1, 10), (2, 10), (1, 20)) AS t(g, v) ORDER BY g, v
/// ----
/// 1 10 1
/// 1 20 2
/// 2 10 1
/// ```
#[udwf(tags = [window, deterministic], ascending)]
impl Window for RunningCount {
    type State = i64;

    fn next(count: &mut i64) -> i64 {
        *count += 1;
        *count
    }
}

/// The sum of the values up to this row, in the order of the window.
///
/// It has the type of `sum(value)`: 64 bits of the argument's kind of number, and fails where that fails,
/// too. NULL gives NULL, and the total carries on behind it. Rows that are equal in the order of the
/// window are added one after the other.
///
/// ```sql
/// SELECT v, running_total(v) OVER (ORDER BY i)
/// FROM (VALUES (1, 10), (2, NULL), (3, -4)) AS t(i, v) ORDER BY i
/// ----
/// 10 10
/// NULL NULL
/// -4 6
/// ```
#[udwf(tags = [window, deterministic])]
impl<N: Number> Window for RunningTotal<N> {
    type State = N;

    fn next(total: &mut N, value: N) -> Result<N> {
        *total = total.plus(value)?;
        Ok(*total)
    }
}

belvedere::reexport! {
    /// The number of the row in its partition, from 1, in the order of the window.
    ///
    /// DataFusion's own, which is unsigned; `row_index` gives `i64`. As `dedupe_best_by_score` it numbers
    /// rows from the best on, of which the first is kept.
    ///
    /// ```sql
    /// SELECT id, score, row_number() OVER (PARTITION BY id ORDER BY score DESC)
    /// FROM (VALUES ('a', 1), ('a', 3), ('b', 2)) AS t(id, score) ORDER BY id, score
    /// ----
    /// a 1 2
    /// a 3 1
    /// b 2 1
    /// ```
    ///
    /// ```sql
    /// SELECT id, score FROM (
    ///   SELECT *, dedupe_best_by_score() OVER (PARTITION BY id ORDER BY score DESC) AS place
    ///   FROM (VALUES ('a', 1), ('a', 3), ('b', 2)) AS t(id, score)
    /// ) WHERE place = 1 ORDER BY id
    /// ----
    /// a 3
    /// b 2
    /// ```
    #[aliases = [row_number_window, dedupe_best_by_score]]
    #[tags = [window, deterministic]]
    pub window row_number() -> u64;
}

belvedere::reexport! {
    /// The value so many rows before, or a default where there is no such row.
    ///
    /// DataFusion's own. An offset of NULL is one of 0, which gives the value of the row itself.
    ///
    /// ```sql
    /// SELECT v, lag(v) OVER (ORDER BY v), lag_window(v, 2, 0) OVER (ORDER BY v)
    /// FROM (VALUES (10), (20), (30)) AS t(v) ORDER BY v
    /// ----
    /// 10 NULL 0
    /// 20 10 0
    /// 30 20 10
    /// ```
    #[aliases = [lag_window]]
    #[tags = [window]]
    pub window lag<V>(
        value: Option<V>, offset: literal i64 = 1, default: literal Option<V> = null
    ) -> Option<V>;
}

belvedere::reexport! {
    /// The value so many rows behind, or a default where there is no such row.
    ///
    /// DataFusion's own. An offset of NULL is one of 0, which gives the value of the row itself.
    ///
    /// ```sql
    /// SELECT v, lead(v) OVER (ORDER BY v), lead_window(v, 2, 0) OVER (ORDER BY v)
    /// FROM (VALUES (10), (20), (30)) AS t(v) ORDER BY v
    /// ----
    /// 10 20 30
    /// 20 30 0
    /// 30 NULL 0
    /// ```
    #[aliases = [lead_window]]
    #[tags = [window]]
    pub window lead<V>(
        value: Option<V>, offset: literal i64 = 1, default: literal Option<V> = null
    ) -> Option<V>;
}

#[cfg(test)]
mod tests {
    use super::{RowIndex, RunningCount, RunningTotal};

    #[test]
    fn rows_are_numbered_from_one() {
        let (mut index, mut count) = (0, 0);
        let numbers: Vec<(i64, i64)> =
            (0..3).map(|_| (RowIndex::next(&mut index), RunningCount::next(&mut count))).collect();
        assert_eq!(numbers, [(1, 1), (2, 2), (3, 3)]);
    }

    #[test]
    fn totals_carry_on_as_long_as_they_fit() {
        let mut total = 0;
        assert_eq!(RunningTotal::next(&mut total, i64::MAX), Ok(i64::MAX));
        let error = RunningTotal::next(&mut total, 1).unwrap_err();
        assert_eq!(error.to_string(), "9223372036854775807 + 1 does not fit `i64`");
        let mut total = 0_u64;
        assert_eq!(RunningTotal::next(&mut total, u64::MAX), Ok(u64::MAX));
        assert!(RunningTotal::next(&mut total, 1).is_err());
        let mut total = 0.0;
        assert_eq!(RunningTotal::next(&mut total, 0.5), Ok(0.5));
        assert_eq!(RunningTotal::next(&mut total, 0.25), Ok(0.75));
    }
}
