//! Words, numbers, texts and marks of SQL.

/// A piece of a statement.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Word(String),
    Number(String),
    Text(String),
    Mark(&'static str),
}

impl Token {
    /// Whether it is this keyword, in any case, or this mark.
    pub(super) fn is(&self, text: &str) -> bool {
        match self {
            Self::Word(word) => word.eq_ignore_ascii_case(text),
            Self::Mark(mark) => *mark == text,
            Self::Number(_) | Self::Text(_) => false,
        }
    }
}

/// Marks; of two that begin alike, the longer is first.
const MARKS: [&str; 20] = [
    "=>", "<>", "<=", ">=", "(", ")", "[", "]", "{", "}", ",", ":", ";", "=", "<", ">", "+", "-",
    "*", "/",
];

/// The pieces of a statement, if it has no others.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '\'' => quoted(rest)?,
            '0'..='9' => {
                let length = width(rest, |c| c.is_ascii_digit() || c == '.');
                (Token::Number(rest[..length].to_owned()), length)
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                let length = width(rest, |c| c.is_ascii_alphanumeric() || c == '_');
                (Token::Word(rest[..length].to_owned()), length)
            }
            _ => {
                let mark = MARKS.iter().find(|mark| rest.starts_with(**mark))?;
                (Token::Mark(mark), mark.len())
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
        // `a::b`, a cast, is none of these, and neither is `1e5`.
        if rest.starts_with("::") {
            return None;
        }
    }
    Some(tokens)
}

/// How many bytes at the beginning are of characters like these.
fn width(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

/// A text in quotes, of which two in a row stand for one.
fn quoted(rest: &str) -> Option<(Token, usize)> {
    let mut text = String::new();
    let mut length = 1;
    loop {
        let end = length + rest[length..].find('\'')?;
        text.push_str(&rest[length..end]);
        length = end + 1;
        if !rest[length..].starts_with('\'') {
            return Some((Token::Text(text), length));
        }
        text.push('\'');
        length += 1;
    }
}
