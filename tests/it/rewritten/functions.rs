//! Ten functions of DataFusion, each a file there, in this language.

use belvedere::{Date, Text, udf};
use chrono::NaiveDate;
use datafusion::common::utils::datafusion_strsim::levenshtein_with_buffer;

/// The code of the first character, 0 where there is none.
/// ```sql
/// SELECT rewritten_ascii('abc'), rewritten_ascii('🚀');
/// ----
/// 97 128640
/// ```
#[udf(name = "rewritten_ascii")]
fn ascii(text: &str) -> i32 {
    text.chars().next().map_or(0, |first| first as i32)
}

/// The character with a code.
/// ```sql
/// SELECT rewritten_chr(128640);
/// ----
/// 🚀
/// ```
#[udf(name = "rewritten_chr")]
fn chr(code: i64, out: &mut Text) -> Result<(), &'static str> {
    let character = u32::try_from(code).ok().and_then(char::from_u32);
    out.push(character.ok_or("no Unicode scalar value")?);
    Ok(())
}

/// Where a text stands in a list of texts with commas between them, from 1; 0 where it does not.
/// ```sql
/// SELECT rewritten_find_in_set('b', 'a,b,c,d');
/// ----
/// 2
/// ```
#[udf(name = "rewritten_find_in_set")]
fn find_in_set(text: &str, list: &str) -> i32 {
    list.split(',').position(|entry| entry == text).map_or(0, |at| at as i32 + 1)
}

/// The factorial of a number from 0 to 20.
/// ```sql
/// SELECT rewritten_factorial(5);
/// ----
/// 120
/// ```
#[udf(name = "rewritten_factorial")]
fn factorial(number: i64) -> Result<i64, &'static str> {
    match number {
        0..=20 => Ok((1..=number).product()),
        ..0 => Err("no factorial of a negative number"),
        _ => Err("larger than a number of 64 bits"),
    }
}

/// The greatest common divisor, by Stein's algorithm.
/// ```sql
/// SELECT rewritten_gcd(48, 18);
/// ----
/// 6
/// ```
#[udf(name = "rewritten_gcd", commutative)]
fn gcd(x: i64, y: i64) -> Result<i64, &'static str> {
    let divisor = unsigned_gcd(x.unsigned_abs(), y.unsigned_abs());
    divisor.try_into().map_err(|_| "larger than a number of 64 bits")
}

fn unsigned_gcd(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let twos = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    loop {
        b >>= b.trailing_zeros();
        (a, b) = (a.min(b), a.abs_diff(b));
        if b == 0 {
            return a << twos;
        }
    }
}

/// The first characters of a text; all but the last ones where the number is negative.
/// ```sql
/// SELECT rewritten_left('datafusion', 4), rewritten_left('datafusion', -6);
/// ----
/// data data
/// ```
#[udf(name = "rewritten_left")]
fn left(text: &str, n: i64) -> &str {
    let count = usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX);
    let end = match n {
        ..0 => text.char_indices().nth_back(count - 1).map_or(0, |(at, _)| at),
        _ => text.char_indices().nth(count).map_or(text.len(), |(at, _)| at),
    };
    &text[..end]
}

/// The Levenshtein distance of two texts: how many characters have to be put in, taken out or
/// replaced for one to become the other.
/// ```sql
/// SELECT rewritten_levenshtein('kitten', 'sitting');
/// ----
/// 3
/// ```
#[udf(name = "rewritten_levenshtein", commutative)]
fn levenshtein(a: &str, b: &str, #[state] scratch: &mut Vec<usize>) -> i32 {
    levenshtein_with_buffer(a, b, scratch) as i32
}

/// A day of the Gregorian calendar.
/// ```sql
/// SELECT rewritten_make_date(2023, 1, 31);
/// ----
/// 2023-01-31
/// ```
#[udf(name = "rewritten_make_date")]
fn make_date(year: i32, month: i32, day: i32) -> Result<Date, &'static str> {
    let [month, day] = [month, day].map(|part| u32::try_from(part).unwrap_or(0));
    let date = NaiveDate::from_ymd_opt(year, month, day).ok_or("no day of the calendar")?;
    Ok(Date(date.to_epoch_days()))
}

/// The characters of a text, the last one first.
/// ```sql
/// SELECT rewritten_reverse('datafusion');
/// ----
/// noisufatad
/// ```
#[udf(name = "rewritten_reverse")]
fn reverse(text: &str, out: &mut Text) {
    text.chars().rev().for_each(|character| out.push(character));
}

/// A part of a text between delimiters: the first is 1, the last is -1. Without a delimiter the
/// whole text is the one part, and a part that is not there is empty.
/// ```sql
/// SELECT rewritten_split_part('1.2.3.4.5', '.', 3), rewritten_split_part('1.2.3', '.', -1);
/// ----
/// 3 3
/// ```
#[udf(name = "rewritten_split_part")]
fn split_part<'a>(text: &'a str, delimiter: &str, at: i64) -> Result<&'a str, &'static str> {
    let nth = usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX);
    let nth = nth.checked_sub(1).ok_or("parts are counted from 1, or from -1 at the end")?;
    let part = match (delimiter, at) {
        ("", _) => (nth == 0).then_some(text),
        (_, 1..) => text.split(delimiter).nth(nth),
        (_, _) => text.rsplit(delimiter).nth(nth),
    };
    Ok(part.unwrap_or_default())
}
