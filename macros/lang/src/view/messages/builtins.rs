//! Calls of built-in functions.

use super::say;
use crate::messages::messages;
use crate::suggest::{listed, nearest};

messages! {
    /// The constant is one of a few words: `date_trunc("month", t)`, `encode(b, "hex")`.
    V0230 unknown_word(function: &str, param: &str, given: &str, known: &[&str]) {
        let message = say(format!("`{function}`: `{param}` is never `\"{given}\"`"));
        match nearest(given, known.iter().copied()) {
            Some(near) => message.help(format!("did you mean `\"{near}\"`?")),
            None => message.help(format!("there is {}", all(known))),
        }
    }
}

/// All of them where they are few, since a user who has to guess looks into the docs anyway.
fn all(known: &[&str]) -> String {
    match known.len() {
        ..=12 => known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        _ => listed(known.iter().copied()),
    }
}
