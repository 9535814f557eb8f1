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
    /// It is longer than what can be counted.
    Long,
}

/// A unit, and its microseconds where it has always as many.
type Unit = (&'static str, Option<i64>);

/// The units and the microseconds of those that have always as many.
const UNITS: [Unit; 10] = [
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

/// Whether the text is an interval: months and days in 32 bits each, nanoseconds in 64.
pub(super) fn interval(text: &str) -> Result<(), Wrong> {
    let (mut months, mut days, mut nanoseconds) = (0_i32, 0_i32, 0_i64);
    for (count, (name, length)) in parts(text)? {
        let fits = match (*name, length) {
            ("year", _) => add(&mut months, count, 12),
            ("month", _) => add(&mut months, count, 1),
            ("week", _) => add(&mut days, count, 7),
            ("day", _) => add(&mut days, count, 1),
            (_, Some(microseconds)) => {
                let length = i64::from(count).checked_mul(1_000 * microseconds);
                length
                    .and_then(|length| nanoseconds.checked_add(length))
                    .map(|sum| nanoseconds = sum)
            }
            (_, None) => nanoseconds.checked_add(i64::from(count)).map(|sum| nanoseconds = sum),
        };
        fits.ok_or(Wrong::Long)?;
    }
    Ok(())
}

fn add(sum: &mut i32, count: i32, of: i32) -> Option<()> {
    *sum = count.checked_mul(of)?.checked_add(*sum)?;
    Some(())
}

/// The microseconds of a text.
pub(super) fn microseconds(text: &str) -> Result<i64, Wrong> {
    let mut sum = 0_i64;
    for (count, (_, length)) in parts(text)? {
        let length = length.ok_or(Wrong::Open)?.checked_mul(i64::from(count));
        sum = length.and_then(|length| sum.checked_add(length)).ok_or(Wrong::Long)?;
    }
    Ok(sum)
}

/// Numbers, each with its unit.
fn parts(text: &str) -> Result<Vec<(i32, &'static Unit)>, Wrong> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut parts = Vec::with_capacity(words.len() / 2);
    let mut seen = Vec::new();
    let mut long = false;
    for pair in words.chunks(2) {
        let &[number, name] = pair else { return Err(Wrong::Form) };
        // The engine counts months and days in 32 bits.
        let count = match number.parse::<i32>() {
            Ok(count) => count,
            Err(_) if is_whole(number) => {
                long = true;
                0
            }
            Err(_) => return Err(Wrong::Form),
        };
        let singular = name.strip_suffix('s').unwrap_or(name);
        let Some(unit) = UNITS.iter().find(|(unit, _)| *unit == singular) else {
            let near = nearest(singular, UNITS.map(|(unit, _)| unit));
            return Err(Wrong::Unit(near.map(|unit| text.replace(name, unit))));
        };
        // The engine reads each unit once.
        if seen.contains(&singular) {
            return Err(Wrong::Form);
        }
        seen.push(singular);
        parts.push((count, unit));
    }
    match parts.is_empty() {
        true => Err(Wrong::Form),
        false if long => Err(Wrong::Long),
        false => Ok(parts),
    }
}

fn is_whole(number: &str) -> bool {
    let digits = number.strip_prefix(['+', '-']).unwrap_or(number);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
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
        for text in ["", "day", "1", "1day", "1.5 days", "1 day 2", "- days", "1 day 2 days"] {
            assert!(matches!(interval(text), Err(Wrong::Form)), "{text}");
        }
        assert!(matches!(interval("1 dya"), Err(Wrong::Unit(Some(text))) if text == "1 day"));
        assert!(matches!(interval("1 apple"), Err(Wrong::Unit(None))));
        for text in ["1 year 2 months", "-1 week", "1 nanosecond", "2562047 hours"] {
            assert!(interval(text).is_ok(), "{text}");
        }
        for text in ["9999999999 days", "2147483647 years", "400000000 weeks", "2562048 hours"] {
            assert!(matches!(interval(text), Err(Wrong::Long)), "{text}");
        }
        for text in ["99999999999 hours", "2147483647 weeks", "106751992 days"] {
            assert!(matches!(microseconds(text), Err(Wrong::Long)), "{text}");
        }
        assert!(microseconds("106751991 days").is_ok());
    }
}
