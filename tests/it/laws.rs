//! Laws that every function has to keep, generated from what is known of it.

use std::collections::BTreeMap;

use belvedere::testing::CheckError;
use belvedere::{ArrowType, Date, List, Registry, SortValue, testing, udaf};

/// The largest distance between a value and the one before it: depends on the order of rows.
#[udaf]
impl Aggregate for ItLargestStep {
    type State = Option<(i64, i64)>;

    fn update(state: &mut Self::State, value: i64) {
        *state = match *state {
            None => Some((value, 0)),
            Some((last, step)) => {
                Some((value, step.max(value.saturating_sub(last).saturating_abs())))
            }
        };
    }

    fn merge(state: &mut Self::State, other: Self::State) {
        *state = state.or(other);
    }

    fn finish(state: &Self::State) -> Option<i64> {
        state.map(|(_, step)| step)
    }
}

/// Takes out more than was added.
#[udaf(idempotent)]
impl Aggregate for ItBill {
    type State = i64;

    fn update(bill: &mut i64, value: i64) {
        *bill = bill.wrapping_add(value);
    }

    fn retract(bill: &mut i64, value: i64) {
        *bill = bill.wrapping_sub(value).wrapping_sub(1);
    }

    fn merge(bill: &mut i64, other: i64) {
        *bill = bill.wrapping_add(other);
    }

    fn finish(bill: &i64) -> i64 {
        *bill
    }
}

/// A state that owns text, and a result that borrows from it: the longest, of those the first.
#[udaf(tags = [string], idempotent)]
impl Aggregate for ItLongestText {
    type State = Option<String>;

    fn update(longest: &mut Self::State, text: &str) {
        let better = longest.as_deref().is_none_or(|known| {
            (text.len(), std::cmp::Reverse(text)) > (known.len(), std::cmp::Reverse(known))
        });
        if better {
            *longest = Some(text.to_owned());
        }
    }

    fn merge(longest: &mut Self::State, other: Self::State) {
        if let Some(text) = other {
            Self::update(longest, &text);
        }
    }

    fn finish(longest: &Self::State) -> Option<&str> {
        longest.as_deref()
    }
}

/// A state of the user.
#[derive(ArrowType, Clone, Default)]
struct Sums {
    weighted: f64,
    weights: f64,
    notes: Vec<Option<String>>,
}

/// Two arguments of which one sees NULL, rows without which the result is NULL.
#[udaf]
impl Aggregate for ItWeightedMean {
    type State = Sums;

    fn update(sums: &mut Self::State, value: f64, weight: Option<i64>) {
        let weight = weight.unwrap_or(1) as f64;
        sums.weighted += value * weight;
        sums.weights += weight;
        sums.notes = vec![Some("a row".to_owned()), None];
    }

    fn retract(sums: &mut Self::State, value: f64, weight: Option<i64>) {
        let weight = weight.unwrap_or(1) as f64;
        sums.weighted -= value * weight;
        sums.weights -= weight;
    }

    fn merge(sums: &mut Self::State, other: Self::State) {
        sums.weighted += other.weighted;
        sums.weights += other.weights;
    }

    fn finish(sums: &Self::State) -> Option<f64> {
        (sums.weights > 0.0).then(|| sums.weighted / sums.weights)
    }
}

/// Nested arguments and results: how often each item occurs, and the latest day.
#[udaf]
impl Aggregate for ItItemCounts {
    type State = (BTreeMap<String, i64>, Option<Date>);

    fn update((items, latest): &mut Self::State, list: List<'_, Option<&str>>, day: Date) {
        for item in list.into_iter().flatten() {
            *items.entry(item.to_owned()).or_default() += 1;
        }
        *latest = (*latest).max(Some(day));
    }

    fn merge((items, latest): &mut Self::State, (others, day): Self::State) {
        for (item, count) in others {
            *items.entry(item).or_default() += count;
        }
        *latest = (*latest).max(day);
    }

    fn finish((items, latest): &Self::State) -> Option<Vec<String>> {
        let day = (*latest)?;
        Some(items.iter().map(|(item, count)| format!("{item} {count} {}", day.0)).collect())
    }
}

/// A list of values of a type parameter, beside a parameter of a known type.
#[udaf]
impl<V: SortValue> Aggregate for ItTopTwo<V> {
    type State = Vec<V::Owned>;

    fn update(top: &mut Self::State, value: &V, wanted: bool) {
        if wanted {
            Self::merge(top, vec![value.to_owned()]);
        }
    }

    fn merge(top: &mut Self::State, other: Self::State) {
        top.extend(other);
        top.sort_unstable_by(|a, b| b.cmp(a));
        top.truncate(2);
    }

    fn finish(top: &Self::State) -> Vec<V::Owned> {
        top.clone()
    }
}

/// Adds up without looking where numbers end.
#[udaf]
impl Aggregate for ItOverflowing {
    type State = i64;

    fn update(sum: &mut i64, value: i64) {
        *sum += value;
    }

    fn merge(sum: &mut i64, other: i64) {
        *sum = sum.saturating_add(other);
    }

    fn finish(sum: &i64) -> i64 {
        *sum
    }
}

/// Gives a result that has no room for it.
#[udaf]
impl Aggregate for ItNarrow {
    type State = i64;

    fn update(most: &mut i64, value: i64) {
        *most = value.max(*most);
    }

    fn merge(most: &mut i64, other: i64) {
        Self::update(most, other);
    }

    fn finish(most: &i64) -> i32 {
        i32::try_from(*most).unwrap()
    }
}

/// The broken ones of this file are linked too.
fn is_broken_on_purpose(name: &str) -> bool {
    [
        "it_largest_step",
        "it_bill",
        "it_overflowing",
        "it_narrow",
        "it_zigzag",
        "it_haunted",
        "it_forgetful",
        "it_since",
        "it_brittle",
        "it_divided",
        "it_panicking",
        "it_mistaken",
    ]
    .contains(&name)
}

#[test]
fn functions_keep_them() {
    let Err(CheckError::Failures(failures)) = testing::check_all(Registry::linked().unwrap())
    else {
        panic!("some break them")
    };
    let found: Vec<String> = failures
        .0
        .iter()
        .filter(|failure| !is_broken_on_purpose(failure.function))
        .map(ToString::to_string)
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A test that cannot fail is none: each law of aggregates is broken by one of these. Functions of rows
/// that break theirs are in [`super::checks`].
#[test]
fn aggregates_that_break_them_are_shown_with_the_fewest_rows() {
    let broken = |function: &'static belvedere::udf::Function| {
        let failures = testing::check_aggregate(function);
        failures.iter().map(|f| (f.law, f.sql.clone())).collect::<Vec<_>>()
    };
    let steps = broken(&it_largest_step::DESCRIPTOR);
    let laws: Vec<&str> = steps.iter().map(|(law, _)| *law).collect();
    assert!(laws.contains(&"over partitions, merged in any order"), "{steps:?}");
    assert!(laws.contains(&"in groups of several partitions"), "{steps:?}");
    assert!(laws.contains(&"in moving frames"), "{steps:?}");
    let (_, sql) = &steps[0];
    assert!(sql.starts_with("SELECT it_largest_step(value) FROM (VALUES ("), "{sql}");
    assert!(sql.matches("), (").count() < 3, "{sql}");

    let sums = broken(&it_bill::DESCRIPTOR);
    let laws: Vec<&str> = sums.iter().map(|(law, _)| *law).collect();
    let wrong = ["in moving frames", "with DISTINCT", "in other encodings", "in queries"];
    assert_eq!(laws, wrong, "{sums:?}");
    assert_eq!(sums[1].1.matches("), (").count(), 1, "two equal rows: {}", sums[1].1);
}

/// Numbers that are large are those with which sums go wrong.
#[test]
fn aggregates_that_overflow_are_shown() {
    let broken = |function: &'static belvedere::udf::Function| {
        let failures = testing::check_aggregate(function);
        let [failure] = failures.as_slice() else { panic!("one law is broken: {failures:?}") };
        assert_eq!(failure.law, "at the edges of types");
        assert!(failure.message.contains("panicked: "), "{failure}");
        failure.sql.matches("), (").count()
    };
    assert_eq!(broken(&it_overflowing::DESCRIPTOR), 1, "two numbers");
    assert_eq!(broken(&it_narrow::DESCRIPTOR), 0, "one number");
}
