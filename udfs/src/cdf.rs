//! Rows of a change data feed: what Delta Lake writes into `_change_type`.
//!
//! White space around a change type and its case make no difference. One that is none of the four
//! is neither of the two questions' kind.

use belvedere::udf;

/// What is left of a row after several changes is that of the highest rank: 3 for
/// `update_postimage`, 2 for `insert`, 1 for `delete`, 0 for `update_preimage`, -1 for anything else.
///
/// ```sql
/// SELECT cdf_change_rank('insert'), cdf_change_rank(' UPDATE_POSTIMAGE '), cdf_change_rank('x');
/// ----
/// 2 3 -1
/// ```
#[udf(tags = [cdf, delta, incremental], bounds = -1..=3)]
pub fn cdf_change_rank(change_type: &str) -> i32 {
    let ranks = ["update_preimage", "delete", "insert", "update_postimage"];
    let known = |name: &&str| change_type.trim().eq_ignore_ascii_case(name);
    ranks.iter().zip(0..).find(|(name, _)| known(name)).map_or(-1, |(_, rank)| rank)
}

/// Whether a change leaves a row: an insert, or what an update has made.
///
/// ```sql
/// SELECT cdf_is_upsert('insert'), cdf_is_upsert('update_preimage');
/// ----
/// true false
/// ```
#[udf(tags = [cdf, delta, incremental])]
pub fn cdf_is_upsert(change_type: &str) -> bool {
    matches!(cdf_change_rank(change_type), 2 | 3)
}

/// Whether a change takes a row away.
///
/// ```sql
/// SELECT cdf_is_delete('delete'), cdf_is_delete('insert');
/// ----
/// true false
/// ```
#[udf(tags = [cdf, delta, incremental])]
pub fn cdf_is_delete(change_type: &str) -> bool {
    cdf_change_rank(change_type) == 1
}

#[cfg(test)]
mod tests {
    use super::{cdf_change_rank, cdf_is_delete, cdf_is_upsert};

    #[test]
    fn each_change_has_its_rank() {
        for (change, rank, upsert, delete) in [
            ("update_preimage", 0, false, false),
            ("Delete", 1, false, true),
            ("\tinsert\n", 2, true, false),
            ("UPDATE_POSTIMAGE", 3, true, false),
            ("", -1, false, false),
            ("inserted", -1, false, false),
        ] {
            assert_eq!(cdf_change_rank(change), rank, "{change}");
            assert_eq!(
                (cdf_is_upsert(change), cdf_is_delete(change)),
                (upsert, delete),
                "{change}"
            );
        }
    }
}
