//! Texts of Python: names, literals, and calls that are broken as `ruff format` breaks them.

use super::{INDENT, WIDTH};

/// The keywords of Python, which no parameter and no function can be called.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// A name that Python accepts: a keyword gets an underscore, as PEP 8 has it.
pub(super) fn escape(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("{name}_") } else { name.to_owned() }
}

/// A Python string, in the quotes that need fewer escapes.
pub(super) fn string(text: &str) -> String {
    let quote = if text.matches('"').count() > text.matches('\'').count() { '\'' } else { '"' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// A string as Python's prompt shows it.
pub(super) fn printable(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// A literal of the view language as one of Python.
pub(super) fn literal(text: &str) -> Option<String> {
    if text == "null" {
        return Some("None".to_owned());
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text),
    };
    let value = match syn::parse_str(rest).ok()? {
        syn::Lit::Bool(value) if sign.is_empty() => {
            if value.value { "True" } else { "False" }.into()
        }
        syn::Lit::Str(value) if sign.is_empty() => string(&value.value()),
        syn::Lit::Int(value) => value.base10_digits().to_owned(),
        syn::Lit::Float(value) => format!("{:?}", value.base10_parse::<f64>().ok()?),
        _ => return None,
    };
    Some(format!("{sign}{value}"))
}

/// An expression of Python, as far as generated code has any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// A name or a literal.
    Atom(String),
    /// A call; of each argument, the keyword with its `=` if it has one.
    Call(String, Vec<(String, Code)>),
    /// A tuple.
    Tuple(Vec<Code>),
}

impl Code {
    pub(super) fn atom(text: impl Into<String>) -> Self {
        Self::Atom(text.into())
    }

    pub(super) fn string(text: &str) -> Self {
        Self::Atom(string(text))
    }

    /// `name(…)` with arguments by position.
    pub(super) fn call(name: impl Into<String>, arguments: impl IntoIterator<Item = Self>) -> Self {
        let arguments = arguments.into_iter().map(|argument| (String::new(), argument)).collect();
        Self::Call(name.into(), arguments)
    }

    /// The same with one more argument, by position.
    pub(super) fn with_next(self, argument: Self) -> Self {
        match self {
            Self::Call(name, mut arguments) => {
                arguments.push((String::new(), argument));
                Self::Call(name, arguments)
            }
            other => other,
        }
    }

    /// The same with one more argument, by keyword.
    pub(super) fn with(self, keyword: &str, argument: Self) -> Self {
        match self {
            Self::Call(name, mut arguments) => {
                arguments.push((format!("{keyword}="), argument));
                Self::Call(name, arguments)
            }
            other => other,
        }
    }

    /// The expression behind `before` and before `after`, in lines that start at a depth of
    /// indentation: one, or one for each argument.
    pub(super) fn print(&self, depth: usize, before: &str, after: &str) -> String {
        let indent = INDENT.repeat(depth);
        let line = format!("{indent}{before}{}{after}", self.flat());
        let (name, parts) = match self {
            Self::Call(name, parts) if !parts.is_empty() => (name.as_str(), parts.clone()),
            Self::Tuple(parts) if !parts.is_empty() => {
                ("", parts.iter().map(|part| (String::new(), part.clone())).collect())
            }
            _ => return format!("{line}\n"),
        };
        if line.chars().count() <= WIDTH {
            return format!("{line}\n");
        }
        let inside: String =
            parts.iter().map(|(keyword, part)| part.print(depth + 1, keyword, ",")).collect();
        format!("{indent}{before}{name}(\n{inside}{indent}){after}\n")
    }

    /// The expression on one line.
    pub(super) fn flat(&self) -> String {
        let joined = |parts: Vec<String>| parts.join(", ");
        match self {
            Self::Atom(text) => text.clone(),
            Self::Call(name, arguments) => {
                let arguments =
                    arguments.iter().map(|(keyword, code)| format!("{keyword}{}", code.flat()));
                format!("{name}({})", joined(arguments.collect()))
            }
            Self::Tuple(items) => match items.as_slice() {
                [only] => format!("({},)", only.flat()),
                _ => format!("({})", joined(items.iter().map(Self::flat).collect())),
            },
        }
    }
}
