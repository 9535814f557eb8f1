//! Aggregates by their functions; that an engine computes the same is held by the laws.

use super::{ArgMax, ArgMin, CountDistinctAgg, CountIf, ListUnique};

#[test]
fn the_largest_and_the_smallest_key_win_and_ties_go_to_the_smallest_value() {
    let rows: [(&[u8], u64); 4] = [(b"z", 3), (b"y", 3), (b"b", 1), (b"a", 1)];
    for turn in 0..rows.len() {
        let (mut largest, mut smallest) = (None, None);
        for i in 0..rows.len() {
            let (value, key) = rows[(i + turn) % rows.len()];
            ArgMax::update(&mut largest, value, &key);
            ArgMin::update(&mut smallest, value, &key);
        }
        assert_eq!(ArgMax::<[u8], u64>::finish(&largest), Some(&b"y"[..]));
        assert_eq!(ArgMin::<[u8], u64>::finish(&smallest), Some(&b"a"[..]));
    }
}

#[test]
fn a_state_without_rows_wins_nothing() {
    let mut best = Some((3, 4));
    ArgMax::<u64, u64>::merge(&mut best, None);
    ArgMin::<u64, u64>::merge(&mut best, None);
    assert_eq!(best, Some((3, 4)));
    assert_eq!(ArgMax::<u64, u64>::finish(&None), None);
}

#[test]
fn null_is_a_value_and_stands_last() {
    let mut state = Default::default();
    for value in [Some(&3), None, Some(&1), Some(&3), None] {
        ListUnique::<u64>::update(&mut state, value);
    }
    assert_eq!(ListUnique::<u64>::finish(&state), [Some(&1), Some(&3), None]);
    assert_eq!(CountDistinctAgg::<u64>::finish(&state), 3);
    ListUnique::<u64>::retract(&mut state, None);
    assert_eq!(CountDistinctAgg::<u64>::finish(&state), 3, "one NULL is left");
    CountDistinctAgg::<u64>::retract(&mut state, None);
    assert_eq!(ListUnique::<u64>::finish(&state), [Some(&1), Some(&3)]);
}

#[test]
fn conditions_are_counted_where_they_are_true() {
    let mut count = 0;
    for condition in [true, false, true] {
        CountIf::update(&mut count, condition);
    }
    CountIf::retract(&mut count, true);
    CountIf::merge(&mut count, 5);
    assert_eq!(CountIf::finish(&count), 6);
}
