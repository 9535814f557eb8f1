//! What is said of a value that a cast cannot convert, which Arrow tells by how values are stored.

use super::super::told;

/// Returns what a cast's error says, in words of the language.
pub(super) fn said(text: &str) -> String {
    let text = &told::types(text);
    integer(text)
        .or_else(|| decimal(text))
        .or_else(|| text_of_no_decimal(text))
        .or_else(|| text_of_no_interval(text))
        .or_else(|| text_of_no_time(text))
        .or_else(|| time_too_far(text))
        .unwrap_or_else(|| text.clone())
}

fn integer(text: &str) -> Option<String> {
    let (value, ty) = text.strip_prefix("value of ")?.split_once(" is out of range ")?;
    Some(format!("{value} does not fit {ty}"))
}

fn decimal(text: &str) -> Option<String> {
    let [large, small] = [("large", "Max"), ("small", "Min")].map(|(beyond, end)| {
        let beyond = format!(" is too {beyond} to store in a Decimal of precision ");
        let (value, rest) = text.split_once(&beyond)?;
        let (digits, end) = rest.split_once(&format!(". {end} is "))?;
        Some(format!("{value} does not fit a decimal of {digits} digits, which end at {end}"))
    });
    large.or(small)
}

/// A decimal's text names what it is read as first, which is the widest and not what is asked for.
fn text_of_no_decimal(text: &str) -> Option<String> {
    let (value, _) =
        text.strip_prefix("Cannot cast string ")?.split_once(" to value of Decimal")?;
    Some(format!("Cannot cast string {value} to a decimal"))
}

fn text_of_no_interval(text: &str) -> Option<String> {
    let value = text.strip_prefix("Invalid input syntax for type interval: ")?;
    Some(format!("the text {value} is no interval"))
}

fn text_of_no_time(text: &str) -> Option<String> {
    let said = text.strip_prefix("Error parsing timestamp from ")?;
    let (value, why) = said.rsplit_once("': ")?;
    Some(format!("the text {value}' is no time: {why}"))
}

fn time_too_far(text: &str) -> Option<String> {
    let (_, said) = text.strip_prefix("Cannot cast Timestamp(")?.split_once(") value ")?;
    let (value, _) = said.split_once(" to ")?;
    Some(format!("the time {value}, counted from 1970, is farther than `Timestamp` reaches"))
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn values_are_told_without_words_of_the_engine() {
        for (text, expected) in [
            ("value of 2500000 is out of range Int8", "2500000 does not fit i8"),
            (
                "1234.50 is too large to store in a Decimal128 of precision 5. Max is 999.99",
                "1234.50 does not fit a decimal of 5 digits, which end at 999.99",
            ),
            (
                "-1234.50 is too small to store in a Decimal128 of precision 5. Min is -999.99",
                "-1234.50 does not fit a decimal of 5 digits, which end at -999.99",
            ),
            (
                "Cannot cast string 'x' to value of Decimal128(38, 10) type",
                "Cannot cast string 'x' to a decimal",
            ),
            ("Invalid input syntax for type interval: \"x\"", "the text \"x\" is no interval"),
            (
                "Cannot cast Timestamp(s) value 9223372036854775803 to Timestamp(us): converted value exceeds",
                "the time 9223372036854775803, counted from 1970, is farther than `Timestamp` reaches",
            ),
            (
                "Error parsing timestamp from 'a': b': timestamp must contain at least 10 characters",
                "the text 'a': b' is no time: timestamp must contain at least 10 characters",
            ),
            (
                "Cannot cast string 'x' to value of Date32 type",
                "Cannot cast string 'x' to value of Date type",
            ),
        ] {
            assert_eq!(said(text), expected);
        }
    }
}
