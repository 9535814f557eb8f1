//! Calls of built-in functions.

use super::say;
use crate::messages::messages;
use crate::suggest::{listed, nearest};
use crate::types::Type;

messages! {
    /// The constant is one of a few words: `date_trunc("month", t)`, `encode(b, "hex")`.
    V0230 unknown_word(function: &str, param: &str, given: &str, known: &[&str]) {
        let message = say(format!("`{function}`: `{param}` is never `\"{given}\"`"));
        match nearest(given, known.iter().copied()) {
            Some(near) => message.help(format!("did you mean `\"{near}\"`?")),
            None => message.help(format!("there is {}", all(known))),
        }
    }

    /// A length of time is written as whole numbers and units: `interval("1 month 12 hours")`. Units are
    /// `year`, `month`, `week`, `day`, `hour`, `minute`, `second`, `millisecond`, `microsecond` and
    /// `nanosecond`, or these with an `s`.
    V0231 no_length(function: &str, text: &str, meant: Option<&str>) {
        let message = say(format!("`{function}`: `\"{text}\"` is no length of time"));
        match meant {
            Some(meant) => message.help(format!("did you mean `\"{meant}\"`?")),
            None => message.help(format!(
                "numbers and units, for instance `{function}(\"1 day 12 hours\")`"
            )),
        }
    }

    /// A duration is a count of microseconds, which no month has always as many of, and nanoseconds are
    /// less than.
    V0232 open_length(function: &str, text: &str) {
        say(format!("`{function}`: `\"{text}\"` is not always as many microseconds"))
            .help(format!("`interval(\"{text}\")`"))
    }

    /// Dates and times are moved by lengths of time, and subtracted from each other:
    /// `day + interval("1 month")`, `at - duration("1 hour")`, `end - start`.
    V0233 time_arithmetic(operator: &str, left: &Type, right: &Type, form: Option<&str>) {
        let message = say(format!("`{operator}` cannot join `{left}` and `{right}`"));
        match form {
            Some(form) => message.help(format!("`{form}`")),
            None => message.help(
                "dates and times are moved by lengths, for instance `day + interval(\"1 day\")`",
            ),
        }
    }

    /// The items of a list are of one type, to which narrower ones widen.
    V0234 list_item(ty: &Type, found: &Type, form: Option<&str>) {
        let message = say(format!("items of a list have one type: `{ty}`, and this is `{found}`"));
        match form {
            Some(form) => message.help(format!("`{form}`")),
            None => message.help(
                "give it the type of the others, or write a struct: `{ a: 1, b: \"x\" }`, for instance",
            ),
        }
    }

    /// The type of a list is that of its items. A cast says it where there are none.
    V0235 empty_list() {
        say("a list without items has no type")
            .help("say which, for instance `cast([] as List<String>)`")
    }

    /// Positions count from 1, as in SQL, and from -1 backwards: there is no item at 0.
    V0236 index_zero(shown: &str) {
        say("no item has the position 0").help(format!("the first is `{shown}[1]`"))
    }

    /// The position of an item is a whole number.
    V0237 index_type(ty: &Type, form: Option<&str>) {
        let message = say(format!("a position in a list is `i64`, this is `{ty}`"));
        match form {
            Some(form) => message.help(format!("`{form}`")),
            None => message,
        }
    }

    /// An interval counts months and days in 32 bits each, and what is shorter in nanoseconds, of which 64 bits
    /// hold 292 years. A duration is microseconds in 64 bits, 292 thousand years.
    V0238 too_long(function: &str, text: &str) {
        let most = match function {
            "duration" => "duration(\"106751991 days\")",
            _ => "interval(\"2147483647 months 2147483647 days 2562047 hours\")",
        };
        say(format!("`{function}`: `\"{text}\"` is longer than can be counted"))
            .help(format!("the longest is `{most}`"))
    }
}

/// All of them where they are few, since a user who has to guess looks into the docs anyway.
fn all(known: &[&str]) -> String {
    match known.len() {
        ..=12 => known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        _ => listed(known.iter().copied()),
    }
}
