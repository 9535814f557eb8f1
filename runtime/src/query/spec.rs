//! Queries and expressions as data: [`Runtime::query_spec`], and JSON that is read with the place
//! of what is wrong in it.

use belvedere_lang::lex::FILE_MAX;
use belvedere_lang::messages::Message;
use belvedere_lang::render::{Finding, Findings};
use belvedere_lang::spec::{ExprSpec, Printed, QuerySpec, VERSION, messages};
use belvedere_lang::view::messages::number_too_large;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Query, QueryError, json};
use crate::session::Runtime;

impl Runtime {
    /// Makes a query of a spec: data that says what a text in the language of views would.
    ///
    /// ```ignore
    /// let spec = read_query(r#"{ "from": "orders", "steps": [{ "limit": 10 }] }"#)?;
    /// let rows = runtime.query_spec(&spec).collect().await?;
    /// ```
    ///
    /// It is printed as such a text, which is read, checked and planned as any is. What is wrong is
    /// said when the rows are asked for, with the JSON pointer of the node that it is about.
    pub fn query_spec(&self, spec: &QuerySpec) -> Query<'_> {
        self.printed(spec.print())
    }

    /// Makes a query of an expression over the rows of a relation: its value for each row, in a
    /// column `value`. [`Query::columns`] checks it against the relation and gives its type.
    pub fn expr_spec(&self, relation: &str, spec: &ExprSpec) -> Query<'_> {
        self.printed(spec.print_over(relation))
    }
}

/// Reads the JSON of a query.
///
/// # Errors
///
/// [`QueryError::Text`] with what is wrong, its line, and the JSON pointer of where it stands.
pub fn read_query(json: &str) -> Result<QuerySpec, QueryError> {
    read(json)
}

/// Reads the JSON of an expression.
///
/// # Errors
///
/// As [`read_query`].
pub fn read_expr(json: &str) -> Result<ExprSpec, QueryError> {
    read(json)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, QueryError> {
    if text.len() > FILE_MAX {
        let what = format!("it has {} bytes, and no more than {FILE_MAX} are read", text.len());
        return Err(wrong(Finding::without_place(messages::unreadable(&what))));
    }
    json::from_str(text).map_err(|(error, end)| {
        // What is unknown may be known to another version, which says more.
        match serde_json::from_str::<Value>(text).ok().as_ref().and_then(version) {
            Some(found) if found != u64::from(VERSION) => {
                let mut finding = Finding::without_place(messages::other_version(found, VERSION));
                finding.pointer = Some("/version".to_owned());
                wrong(finding)
            }
            _ => wrong(unreadable(text, error, end)),
        }
    })
}

fn version(spec: &Value) -> Option<u64> {
    spec.get("version")?.as_u64()
}

fn wrong(finding: Finding) -> QueryError {
    QueryError::Text(Findings::of(std::iter::once(finding)))
}

/// The finding of an error that is known when all before `end` has been read.
fn unreadable(json: &str, error: json::Error, end: usize) -> Finding {
    let message: Message = match &error.too_large {
        Some(digits) => number_too_large(digits),
        None => messages::unreadable(&error.text),
    };
    let message = match error.help {
        Some(help) => message.help(help),
        None => message,
    };
    let number = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    let digits = json.as_bytes()[..end].iter().rev().take_while(|byte| number(byte)).count();
    let start = match json[..end].strip_suffix('"').and_then(|before| before.rfind('"')) {
        // A name or a text that has been read.
        Some(quote) => quote,
        None if digits > 0 => end - digits,
        None => json[..end].char_indices().next_back().map_or(0, |(start, _)| start),
    };
    let mut finding = Finding::of_bytes(message, json, start..end);
    finding.pointer = Some(pointer(&json[..end]));
    finding
}

/// What a text of JSON is within.
enum Within {
    /// A list, and how many items are before the one that is read.
    List(usize),
    /// An object, the name that was read last, and whether a name is next.
    Object(String, bool),
}

/// The JSON pointer of the value that a text of JSON ends in.
fn pointer(json: &str) -> String {
    let mut within: Vec<Within> = Vec::new();
    let mut chars = json.char_indices();
    let mut before = None;
    while let Some((start, char)) = chars.next() {
        before = Some(char);
        match char {
            '{' => within.push(Within::Object(String::new(), true)),
            '[' => within.push(Within::List(0)),
            '}' | ']' => _ = within.pop(),
            ',' => match within.last_mut() {
                Some(Within::List(position)) => *position += 1,
                Some(Within::Object(_, is_next)) => *is_next = true,
                None => {}
            },
            '"' => {
                let mut escaped = false;
                let end = chars.by_ref().find(|(_, char)| {
                    let ends = *char == '"' && !escaped;
                    escaped = *char == '\\' && !escaped;
                    ends
                });
                if let (Some(Within::Object(name, is_next @ true)), Some((end, _))) =
                    (within.last_mut(), end)
                {
                    *is_next = false;
                    *name = serde_json::from_str(&json[start..=end]).unwrap_or_default();
                }
            }
            _ => {}
        }
    }
    // Where no item of a list has been read it is about the list.
    if before == Some('[') {
        within.pop();
    }
    let segments = within.iter().filter_map(|within| match within {
        Within::List(position) => Some(format!("/{position}")),
        // Where a name is missing it is about the object.
        Within::Object(_, true) => None,
        Within::Object(name, false) => {
            Some(format!("/{}", name.replace('~', "~0").replace('/', "~1")))
        }
    });
    segments.collect()
}

impl Query<'_> {
    /// The text in the language of views: what was written, or what a spec means.
    #[must_use]
    pub fn text(&self) -> &str {
        self.source.text()
    }
}

/// Where a query comes from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A text.
    Text(std::sync::Arc<str>),
    /// A spec.
    Spec(std::sync::Arc<Printed>),
}

impl Source {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Spec(printed) => printed.text(),
        }
    }

    /// What is wrong before the text is read.
    pub(super) fn problems(&self) -> Findings {
        match self {
            Self::Text(_) => Findings::default(),
            Self::Spec(printed) => printed.problems(),
        }
    }

    /// Finds the places of what is wrong with the text.
    pub(super) fn findings(&self, diagnostics: Vec<belvedere_lang::sink::Diagnostic>) -> Findings {
        match self {
            Self::Text(text) => Findings::new(diagnostics, text),
            Self::Spec(printed) => printed.findings(diagnostics),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::pointer;

    #[test]
    fn a_text_ends_in_a_value() {
        for (json, expected) in [
            ("", ""),
            ("{", ""),
            ("{\"a\"", "/a"),
            ("{\"a\": {\"b/c~\": [1, [2, {\"d\": \"x\\\"]\"", "/a/b~1c~0/1/1/d"),
            ("{\"a\": [1, 2]", "/a"),
            ("{\"a\": [1, 2], ", ""),
            ("{\"a\": [1, 2], \"b", ""),
            ("{\"a\": 1}", ""),
            ("[{\"a\": 1}", "/0"),
            ("{\"a\": [", "/a"),
            ("{\"a\": [1, [", "/a/1"),
            ("{\"a\": [\"[\"", "/a/0"),
        ] {
            assert_eq!(pointer(json), expected, "{json}");
        }
    }
}
