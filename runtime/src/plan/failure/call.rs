//! Functions of the engine that fail for some values, and what is said of each.

/// Functions that fail for some values in one way.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// How their error begins, or what it has in it if that begins with a space.
    words: &'static str,
    names: &'static [&'static str],
    /// What is said in the place of that: `{}` is what stands behind the words.
    said: &'static str,
    pub(super) help: &'static str,
}

const fn call(
    words: &'static str,
    names: &'static [&'static str],
    said: &'static str,
    help: &'static str,
) -> Call {
    Call { words, names, said, help }
}

/// What computes with a pattern.
const PATTERNS: [&str; 5] =
    ["regexp_count", "regexp_instr", "regexp_like", "regexp_match", "regexp_replace"];

const CALLS: [Call; 19] = [
    call(
        "cannot take square root of a negative number",
        &["sqrt"],
        "a negative number has no square root",
        "`case when x >= 0 then sqrt(x) end` gives NULL for one",
    ),
    call(
        "field position must not be zero",
        &["split_part"],
        "a part at position 0: they count from 1, and from the end below 0",
        "`nullif(n, 0)` gives NULL for 0",
    ),
    call(
        " overflow on abs(",
        &["abs"],
        "the least number of a type has no absolute value in it",
        "cast to a wider type, such as `Decimal<20, 0>`, or to `f64`",
    ),
    call(
        "Signed integer overflow in LCM(",
        &["lcm"],
        "the least common multiple does not fit `i64`",
        "`cast(a as f64) / gcd(a, b) * b` is near to it",
    ),
    call(
        "Signed integer overflow in GCD(",
        &["gcd"],
        "the greatest common divisor does not fit `i64`",
        "`nullif(n, -9223372036854775808)` gives NULL for the one number that has none",
    ),
    call(
        "Overflow happened on FACTORIAL(",
        &["factorial"],
        "the product does not fit `i64`",
        "`case when n <= 20 then factorial(n) end` gives NULL beyond",
    ),
    call(
        "regex parse error:",
        &PATTERNS,
        "a pattern is no regular expression",
        "a character of its own is written with `\\` before it, as in `\\(`",
    ),
    call(
        "Regular expression did not compile: ",
        &PATTERNS,
        "a pattern is no regular expression",
        "a character of its own is written with `\\` before it, as in `\\(`",
    ),
    call(
        "Failed to decode ",
        &["decode"],
        "a text is not in the encoding that `decode` is told",
        "`case when … then decode(…) end` gives NULL for one",
    ),
    call(
        "invalid Unicode scalar value: ",
        &["chr"],
        "no character has the number {}",
        "`case when n between 1 and 55295 then chr(n) end` gives NULL beyond",
    ),
    call(
        "overlay start position must be at least 1: ",
        &["overlay"],
        "a start at position {}: they count from 1",
        "`greatest(n, 1)` is the first for what is less",
    ),
    call(
        "negative count not allowed: ",
        &["substr"],
        "a length of {}",
        "`greatest(n, 0)` takes nothing where it is less",
    ),
    call(
        "map key cannot be null",
        &["map", "make_map"],
        "a key of a map is NULL",
        "`coalesce(key, …)` says what stands for it",
    ),
    call(
        "regexp_count() requires start to be 1 based",
        &["regexp_count"],
        "a start before the first character: they count from 1",
        "`greatest(n, 1)` is the first for what is less",
    ),
    call(
        "array_slice got invalid stride: 0",
        &["array_slice"],
        "a stride of 0 takes no step",
        "`nullif(n, 0)` gives NULL for 0",
    ),
    call(
        "Month value '",
        &["make_date"],
        "no month has the number {}",
        "`case when m between 1 and 12 then make_date(y, m, d) end` gives NULL for one",
    ),
    call(
        "Day value '",
        &["make_date"],
        "no day has the number {}",
        "`case when d between 1 and 31 then make_date(y, m, d) end` gives NULL for one",
    ),
    call(
        "Unable to parse date from ",
        &["make_date"],
        "there is no such day as {} (year, month, day)",
        "`try_cast` of a text such as `2024-02-29` to `Date` gives NULL for one",
    ),
    call(
        "Unable to cast to Date32 for converting from i64 to i32 failed",
        &["to_date"],
        "a text is no date that `Date` has",
        "`try_cast(… as Date)` gives NULL for one",
    ),
];

impl Call {
    /// Returns the calls that an error can be of.
    pub(super) fn of(text: &str) -> Option<&'static Self> {
        CALLS.iter().find(|call| match call.words.starts_with(' ') {
            true => text.contains(call.words),
            false => text.starts_with(call.words),
        })
    }

    pub(super) fn is_of(&self, function: &str) -> bool {
        self.names.contains(&function)
    }

    /// What is wrong, in words of the language.
    pub(super) fn said(&self, text: &str) -> String {
        let behind = text.split_once(self.words).map_or("", |(_, behind)| behind);
        let value = behind.split('\'').next().unwrap_or_default();
        let said = self.said.replace("{}", value);
        // A pattern's error points at it on several lines, and ends with what is wrong.
        match text.lines().find_map(|line| line.strip_prefix("error: ")) {
            Some(wrong) if self.names == PATTERNS => format!("{said}, {wrong}"),
            _ => said,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Call;

    #[test]
    fn what_fails_is_said_with_its_value() {
        let pattern = "Regular expression did not compile: Syntax(\n~~~\nregex parse error:\n    (\n    ^\nerror: \
                       unclosed group\n~~~\n)";
        for (text, expected) in [
            (pattern, "a pattern is no regular expression, unclosed group"),
            ("Regular expression did not compile: (.rs", "a pattern is no regular expression"),
            ("Month value '13' is out of range", "no month has the number 13"),
            (
                "Unable to parse date from 2023, 2, 29",
                "there is no such day as 2023, 2, 29 (year, month, day)",
            ),
            ("invalid Unicode scalar value: 1114115", "no character has the number 1114115"),
            (
                "Failed to decode from hex: Invalid character '(' at position 0",
                "a text is not in the encoding that `decode` is told",
            ),
        ] {
            assert_eq!(Call::of(text).unwrap().said(text), expected);
        }
        // What somebody's own function says is left as it is.
        assert_eq!(Call::of("`month_of`: Month value '13' is out of range"), None);
    }
}
