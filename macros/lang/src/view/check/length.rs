//! Lengths of time as they are written: `"1 month 12 hours"`.
//!
//! Numbers are whole and units are whole words, which the engine reads alike.

use crate::suggest::nearest;

/// Why a text is no length of time.
pub(super) enum Wrong {
    /// It is not made of numbers and units.
    Form,
    /// A unit is none; the text with the one that is meant, if there is one.
    Unit(Option<String>),
    /// The unit has no fixed length, or one that is not whole microseconds.
    Open,
}

/// The units and the microseconds of those that have always as many.
const UNITS: [(&str, Option<i64>); 10] = [
    ("year", None),
    ("month", None),
    ("week", Some(7 * DAY)),
    ("day", Some(DAY)),
    ("hour", Some(3_600_000_000)),
    ("minute", Some(60_000_000)),
    ("second", Some(1_000_000)),
    ("millisecond", Some(1_000)),
    ("microsecond", Some(1)),
    ("nanosecond", None),
];

const DAY: i64 = 86_400_000_000;

/// Whether the text is an interval.
pub(super) fn interval(text: &str) -> Result<(), Wrong> {
    parts(text).map(|_| ())
}

/// The microseconds of a text.
pub(super) fn microseconds(text: &str) -> Result<i64, Wrong> {
    let mut sum = 0_i64;
    for (count, unit) in parts(text)? {
        let length = unit.and_then(|unit| unit.checked_mul(count)).ok_or(Wrong::Open)?;
        sum = sum.checked_add(length).ok_or(Wrong::Form)?;
    }
    Ok(sum)
}

/// Numbers, each with the length of its unit.
fn parts(text: &str) -> Result<Vec<(i64, Option<i64>)>, Wrong> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut parts = Vec::with_capacity(words.len() / 2);
    let mut seen = Vec::new();
    for pair in words.chunks(2) {
        let &[number, name] = pair else { return Err(Wrong::Form) };
        // The engine counts months and days in 32 bits.
        let count = number.parse::<i32>().map_err(|_| Wrong::Form)?;
        let singular = name.strip_suffix('s').unwrap_or(name);
        let Some((_, length)) = UNITS.iter().find(|(unit, _)| *unit == singular) else {
            let near = nearest(singular, UNITS.map(|(unit, _)| unit));
            return Err(Wrong::Unit(near.map(|unit| text.replace(name, unit))));
        };
        // The engine reads each unit once.
        if seen.contains(&singular) {
            return Err(Wrong::Form);
        }
        seen.push(singular);
        parts.push((i64::from(count), *length));
    }
    if parts.is_empty() { Err(Wrong::Form) } else { Ok(parts) }
}

#[cfg(test)]
mod tests {
    use super::{Wrong, interval, microseconds};

    #[test]
    fn fixed_units_add_up() {
        assert_eq!(microseconds("1 day -2 hours").ok(), Some(79_200_000_000));
        assert_eq!(microseconds("3 milliseconds 1 microsecond").ok(), Some(3_001));
        assert!(matches!(microseconds("1 month"), Err(Wrong::Open)));
        assert!(matches!(microseconds("1 nanosecond"), Err(Wrong::Open)));
    }

    #[test]
    fn what_is_no_length_says_why() {
        for text in
            ["", "day", "1", "1day", "1.5 days", "1 day 2", "9999999999 days", "1 day 2 days"]
        {
            assert!(matches!(interval(text), Err(Wrong::Form)), "{text}");
        }
        assert!(matches!(interval("1 dya"), Err(Wrong::Unit(Some(text))) if text == "1 day"));
        assert!(matches!(interval("1 apple"), Err(Wrong::Unit(None))));
        for text in ["1 year 2 months", "-1 week", "1 nanosecond"] {
            assert!(interval(text).is_ok(), "{text}");
        }
    }
}
