//! Intervals that are joined where they overlap: which of several is the best match.

use belvedere::udf;

/// How well the interval on the right fits the one on the left: the shorter, the better.
///
/// The score is the length of the right one, negative, so that the largest is the best. Whether the
/// two meet is for the join to say.
///
/// ```sql
/// SELECT interval_align_score(0, 5, 10, 20), interval_align_score(0, NULL, 10, 20);
/// ----
/// -10.0 NULL
/// ```
#[udf(tags = [interval, alignment, score])]
pub fn interval_align_score(
    left_start: i64,
    left_end: i64,
    right_start: i64,
    right_end: i64,
) -> f64 {
    let _ = (left_start, left_end);
    // In 128 bits no difference overflows, and one of zero does not become `-0.0`.
    (i128::from(right_start) - i128::from(right_end)) as f64
}

#[cfg(test)]
mod tests {
    use super::interval_align_score;

    #[test]
    fn the_narrowest_interval_scores_highest() {
        for (start, end, score) in [
            (10, 20, -10.0),
            (10, 11, -1.0),
            (7, 7, 0.0),
            (20, 10, 10.0),
            (i64::MIN, i64::MAX, -18_446_744_073_709_551_616.0),
            (i64::MAX, i64::MIN, 18_446_744_073_709_551_616.0),
        ] {
            let scored: f64 = interval_align_score(0, 5, start, end);
            assert_eq!(scored.to_bits(), f64::to_bits(score), "{start} to {end}");
        }
    }
}
