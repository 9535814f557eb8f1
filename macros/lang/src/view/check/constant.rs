//! Constants that are cast to what they are none of, as far as that is known without an engine.
//!
//! What is refused here is refused by Arrow too. The other way round there is more: where a text may be
//! one to Arrow, the run-time check asks the engine.

use crate::types::Type;
use crate::view::model::Literal;

/// Whether a constant is certainly no value of a type.
pub(super) fn has_no_value(constant: &Literal, ty: &Type) -> bool {
    match (constant, ty) {
        (Literal::String(text), _) => is_none_of(text, ty),
        (Literal::Int(value), Type::Int(int)) => !int.holds(*value),
        _ => false,
    }
}

/// Whether a text is certainly no value of a type.
fn is_none_of(text: &str, ty: &Type) -> bool {
    let trimmed = text.trim();
    match ty {
        Type::Date | Type::Timestamp | Type::LocalTimestamp => is_no_moment(text),
        Type::Int(int) => {
            let digits = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
            let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            !whole || !trimmed.parse::<i128>().is_ok_and(|value| int.holds(value))
        }
        Type::F32 | Type::F64 => trimmed.parse::<f64>().is_err(),
        Type::Bool => !is_bool(&trimmed.to_lowercase()),
        // Signs, a point and an exponent may stand there, in which order is for the engine to say.
        Type::Decimal(_) => {
            let is_part = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
            !trimmed.bytes().any(|byte| byte.is_ascii_digit()) || !trimmed.bytes().all(is_part)
        }
        _ => false,
    }
}

/// Whether a text is no day, or no time of one.
pub(in crate::view) fn is_no_moment(text: &str) -> bool {
    is_no_day(text) || text.get(10..).is_some_and(is_no_time)
}

/// Whether what stands behind a day is no time of a day.
fn is_no_time(behind: &str) -> bool {
    let Some(time) = behind.strip_prefix(['T', 't', ' ']) else { return false };
    let digits: Vec<u32> =
        time.chars().map_while(|c| c.to_digit(10).or((c == ':').then_some(10))).collect();
    let most = [23, 59, 60];
    // Other forms are left to the engine, as are fractions and zones.
    digits.split(|digit| *digit == 10).zip(most).any(|(part, most)| match part {
        [tens, ones] => 10 * tens + ones > most,
        _ => false,
    }) || !time.is_empty() && !time.starts_with(|c: char| c.is_ascii_digit() || c == ' ')
}

/// Whether a text begins with no day of a calendar.
fn is_no_day(text: &str) -> bool {
    let begin: Vec<char> = text.chars().take(10).collect();
    if !begin.iter().any(char::is_ascii_digit) || begin.contains(&'/') {
        return true;
    }
    let is_form = begin.len() == 10
        && begin.iter().enumerate().all(|(i, c)| match i {
            4 | 7 => *c == '-',
            _ => c.is_ascii_digit(),
        });
    if !is_form {
        return false;
    }
    let number = |from: usize, to: usize| {
        begin[from..to].iter().filter_map(|c| c.to_digit(10)).fold(0, |sum, digit| sum * 10 + digit)
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    !(1..=days).contains(&day)
}

/// The beginnings of `true`, `false`, `yes` and the like, as the engine takes them.
fn is_bool(text: &str) -> bool {
    let words = ["true", "false", "yes", "no", "on", "off", "1", "0"];
    !text.is_empty() && words.iter().any(|word| word.starts_with(text))
}

#[cfg(test)]
mod tests {
    use super::is_none_of;
    use crate::types::{DecimalType, IntType, Type};

    #[test]
    fn what_may_be_a_value_is_left_to_the_engine() {
        let table = [
            (Type::Date, "2024-13-45", true),
            (Type::Date, "2023-02-29", true),
            (Type::Date, "2024-02-29", false),
            (Type::Date, "1900-02-29", true),
            (Type::Date, "tomorrow", true),
            (Type::Date, "01/02/2024", true),
            (Type::Date, "2024-1-5", false),
            (Type::Timestamp, "2024-04-31T12:00:00Z", true),
            (Type::Timestamp, "2024-04-30 12:00:00 Europe/Paris", false),
            (Type::Timestamp, "2024-04-30T25:00:00Z", true),
            (Type::LocalTimestamp, "2024-04-30 12:60", true),
            (Type::Timestamp, "2024-04-30T23:59:60Z", false),
            (Type::Timestamp, "2024-04-30T23:59:61Z", true),
            (Type::Timestamp, "2024-04-30Tnoon", true),
            (Type::Timestamp, "2024-04-30T12:00:00.999999+02:00", false),
            (Type::Timestamp, "2024-04-30T120000Z", false),
            (Type::Date, "2024-04-30T99:00", true),
            (Type::Int(IntType::I8), "127", false),
            (Type::Int(IntType::I8), "128", true),
            (Type::Int(IntType::I64), "-5", false),
            (Type::Int(IntType::I64), "1.5", true),
            (Type::Int(IntType::I64), "", true),
            (Type::F64, "1e3", false),
            (Type::F64, "nan", false),
            (Type::F64, "1,5", true),
            (Type::Bool, "Yes", false),
            (Type::Bool, "maybe", true),
            (Type::Decimal(DecimalType::new(5, 2).unwrap()), "1.5", false),
            (Type::Decimal(DecimalType::new(5, 2).unwrap()), "-15e-1", false),
            (Type::Decimal(DecimalType::new(5, 2).unwrap()), "1,5", true),
            (Type::Decimal(DecimalType::new(5, 2).unwrap()), "many", true),
            (Type::Decimal(DecimalType::new(5, 2).unwrap()), "", true),
            (Type::String, "anything", false),
        ];
        for (ty, text, wrong) in table {
            assert_eq!(is_none_of(text, &ty), wrong, "{text} as {ty}");
        }
    }
}
