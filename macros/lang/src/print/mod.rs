//! Printers: from the registry to what people and other tools read.
//!
//! A printer is a function from [`registry::Registry`] to text. It never touches a file, so that
//! `xtask`, a user's own binary and a test can each decide where the text goes. Each takes the
//! command that prints it, which the first line of the text names.

pub mod registry;

pub mod digest;

pub mod python;

pub mod reference;

pub mod messages;

pub mod builtins;

#[cfg(feature = "serde")]
pub mod spec;

mod difference;

pub use self::difference::difference;

#[cfg(test)]
mod tests;

/// Breaks `text` between words so that no line is longer than `width` characters where a break
/// can prevent it.
///
/// Lines that a reader would not refill (lists, tables, indented code) stay as they are.
fn fill(text: &str, width: usize) -> Vec<String> {
    if text.lines().any(is_laid_out) {
        return text.lines().map(|line| line.trim_end().replace('\t', "    ")).collect();
    }
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn is_laid_out(line: &str) -> bool {
    ["- ", "* ", "|", "    ", "\t", "```", "#", "1. "].iter().any(|mark| line.starts_with(mark))
}
