//! JSON, as far as schema files need it: values that know their lines.
//!
//! A library for it would be compiled before every procedural macro, and so before everything else; and
//! what libraries read into structs no longer says in which line a type is wrong.

/// How deep lists and objects may nest: reading them recurses.
const DEPTH_MAX: usize = 16;

/// What is wrong with a text, and in which line, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) what: String,
}

/// A value and the line in which it begins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    pub(crate) line: usize,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    String(String),
    List(Vec<Value>),
    /// In the order of the text; a name that stands twice is there twice.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// What it is, for a message.
    pub(crate) fn describe(&self) -> String {
        match &self.kind {
            Kind::Null => "`null`".to_owned(),
            Kind::Bool(value) => format!("`{value}`"),
            Kind::Number(text) => format!("`{text}`"),
            Kind::String(text) => format!("{:?}", text.chars().take(40).collect::<String>()),
            Kind::List(_) => "a list".to_owned(),
            Kind::Object(_) => "an object".to_owned(),
        }
    }
}

/// Reads a text that is one value.
pub(crate) fn parse(text: &str) -> Result<Value, Fault> {
    let mut parser = Parser { rest: text, line: 1 };
    let value = parser.value(0)?;
    match parser.peek() {
        None => Ok(value),
        Some(_) => Err(parser.expected("the end")),
    }
}

/// A text as a string of JSON, quotes around it.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            char if char.is_control() => quoted.push_str(&format!("\\u{:04x}", char as u32)),
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

struct Parser<'a> {
    rest: &'a str,
    line: usize,
}

impl Parser<'_> {
    /// The next character that is no space, unread.
    fn peek(&mut self) -> Option<char> {
        let trimmed = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let spaces = &self.rest[..self.rest.len() - trimmed.len()];
        self.line += spaces.matches('\n').count();
        self.rest = trimmed;
        self.rest.chars().next()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.rest = &self.rest[wanted.len_utf8()..];
        }
        found
    }

    fn expected(&mut self, wanted: &str) -> Fault {
        let found = match self.peek() {
            None => "the end".to_owned(),
            Some(char) if char.is_control() => format!("`{}`", char.escape_debug()),
            Some(char) => format!("`{char}`"),
        };
        Fault { line: self.line, what: format!("expected {wanted}, found {found}") }
    }

    fn value(&mut self, depth: usize) -> Result<Value, Fault> {
        let wanted = "a value";
        let Some(first) = self.peek() else { return Err(self.expected(wanted)) };
        let line = self.line;
        if depth > DEPTH_MAX {
            return Err(Fault { line, what: format!("more than {DEPTH_MAX} lists in each other") });
        }
        let kind = match first {
            '{' => Kind::Object(self.entries('{', '}', |parser| {
                if parser.peek() != Some('"') {
                    return Err(parser.expected("a name in quotes"));
                }
                let name = parser.string()?;
                if !parser.eat(':') {
                    return Err(parser.expected("`:`"));
                }
                Ok((name, parser.value(depth + 1)?))
            })?),
            '[' => Kind::List(self.entries('[', ']', |parser| parser.value(depth + 1))?),
            '"' => Kind::String(self.string()?),
            _ => {
                let end =
                    self.rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c));
                let word = &self.rest[..end.unwrap_or(self.rest.len())];
                let kind = match word {
                    "null" => Kind::Null,
                    "true" => Kind::Bool(true),
                    "false" => Kind::Bool(false),
                    number if number.parse::<f64>().is_ok_and(f64::is_finite) => {
                        Kind::Number(number.to_owned())
                    }
                    _ => return Err(self.expected(wanted)),
                };
                self.rest = &self.rest[word.len()..];
                kind
            }
        };
        Ok(Value { line, kind })
    }

    /// What stands between two brackets, with commas between.
    fn entries<T>(
        &mut self,
        open: char,
        close: char,
        mut entry: impl FnMut(&mut Self) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut entries = Vec::new();
        self.eat(open);
        if self.eat(close) {
            return Ok(entries);
        }
        loop {
            entries.push(entry(self)?);
            if self.eat(close) {
                return Ok(entries);
            }
            if !self.eat(',') {
                return Err(self.expected(&format!("`,` or `{close}`")));
            }
        }
    }

    fn string(&mut self) -> Result<String, Fault> {
        let fault = |what: &str| Fault { line: self.line, what: what.to_owned() };
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' => {
                    let escape = chars.next().map_or(' ', |(_, char)| char);
                    text.push(match escape {
                        '"' | '\\' | '/' => escape,
                        'b' => '\u{8}',
                        'f' => '\u{c}',
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        'u' => unicode(&mut chars).ok_or_else(|| fault("a wrong `\\u…`"))?,
                        _ => return Err(fault(&format!("`\\{escape}` is no escape"))),
                    });
                }
                '\n' => return Err(fault("a text without its closing quote")),
                char => text.push(char),
            }
        }
        Err(fault("a text without its closing quote"))
    }
}

/// What stands behind `\u`: four digits, and for a character beyond them four more behind another.
fn unicode(chars: &mut dyn Iterator<Item = (usize, char)>) -> Option<char> {
    let first = four_digits(chars)?;
    if !(0xd800..0xdc00).contains(&first) {
        return char::from_u32(first);
    }
    let again = chars.next()?.1 == '\\' && chars.next()?.1 == 'u';
    let second = four_digits(chars)?.checked_sub(0xdc00).filter(|low| again && *low < 0x400)?;
    char::from_u32(0x10000 + ((first - 0xd800) << 10) + second)
}

fn four_digits(chars: &mut dyn Iterator<Item = (usize, char)>) -> Option<u32> {
    (0..4).try_fold(0, |number, _| Some(number * 16 + chars.next()?.1.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Kind {
        parse(text).unwrap().kind
    }

    #[test]
    fn values_know_their_lines() {
        let value = parse("{\n  \"a\": [1, -2.5e3,\n  null], \"b\": {}, \"c\": true }\n").unwrap();
        let Kind::Object(entries) = &value.kind else { panic!("{value:?}") };
        let names: Vec<_> = entries.iter().map(|(name, value)| (&**name, value.line)).collect();
        assert_eq!(names, [("a", 2), ("b", 3), ("c", 3)]);
        let Kind::List(items) = &entries[0].1.kind else { panic!("{value:?}") };
        let items: Vec<_> = items.iter().map(|item| (item.line, item.describe())).collect();
        let number = |text: &str| text.to_owned();
        assert_eq!(items, [(2, number("`1`")), (2, number("`-2.5e3`")), (3, number("`null`"))]);
    }

    #[test]
    fn texts_are_read_as_they_are_written() {
        for text in ["", "a\"b\\c/d", "\n\r\t\u{8}\u{c}\u{1}\u{7f}", "größe 表 🦀", "\u{feff}"]
        {
            assert_eq!(kind(&quoted(text)), Kind::String(text.to_owned()), "{text:?}");
        }
        assert_eq!(kind(r#""\u00e9\/\ud83e\udd80""#), Kind::String("é/🦀".to_owned()));
    }

    #[test]
    fn what_is_no_json_is_said_with_its_line() {
        let nested = "[".repeat(100_000);
        for (text, line, what) in [
            ("", 1, "expected a value, found the end"),
            ("{\n\"a\" 1}", 2, "expected `:`, found `1`"),
            ("{\n\"a\": 1\n\"b\": 2}", 3, "expected `,` or `}`, found `\"`"),
            ("[1, ]", 1, "expected a value, found `]`"),
            ("{a: 1}", 1, "expected a name in quotes, found `a`"),
            ("\n\"abc", 2, "a text without its closing quote"),
            ("\"a\nb\"", 1, "a text without its closing quote"),
            (r#""\x""#, 1, "`\\x` is no escape"),
            (r#""\ud83e""#, 1, "a wrong `\\u…`"),
            (r#""\udd80""#, 1, "a wrong `\\u…`"),
            (r#""\u12"#, 1, "a wrong `\\u…`"),
            ("nul", 1, "expected a value, found `n`"),
            ("inf", 1, "expected a value, found `i`"),
            ("1 2", 1, "expected the end, found `2`"),
            (&nested, 1, "more than 16 lists in each other"),
        ] {
            assert_eq!(parse(text), Err(Fault { line, what: what.to_owned() }), "{text:.20}");
        }
    }
}
