//! Schema files: what a table that others write holds, as `belvedere schema pull` writes it and
//! `table! { t from "…" }` reads it.
//!
//! ```json
//! {
//!   "format": 1,
//!   "uri": "data/orders",
//!   "columns": [
//!     { "name": "id", "type": "i64", "doc": "Counts up." },
//!     { "name": "note", "type": "Option<String>" }
//!   ]
//! }
//! ```
//!
//! A type is the text of [`crate::types`]. The file is committed and may have been edited or merged by
//! hand, so each mistake in it is said with its line, all of them at once.

use std::borrow::Cow;

use super::model::TableColumn;
use crate::json::{self, Kind, Value};
use crate::suggest::nearest;
use crate::types::{Column, DEPTH_MAX, Type, ValueType, is_column_name, parse_value_type};

/// Changes when a file of the old form can no longer be read.
const FORMAT: &str = "1";

/// How many characters of a name or a type are shown.
const SHOWN_MAX: usize = 80;

/// What a schema file says.
#[derive(Clone, Debug)]
pub struct SchemaFile {
    /// Where the table is: a path or a URL.
    pub uri: String,
    /// Its columns in order.
    pub columns: Vec<TableColumn>,
}

/// Something in a file that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub help: Option<String>,
}

/// Why a file says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaFileError {
    /// The text is no JSON, from this place on.
    NotJson(Fault),
    /// It is JSON of another form, or a column of it cannot be one.
    Faults(Vec<Fault>),
}

impl SchemaFile {
    /// Reads the text of a file; a byte order mark before it is read over.
    ///
    /// # Errors
    ///
    /// The first place at which the text is no JSON, else everything that is wrong with what it says.
    pub fn parse(text: &str) -> Result<Self, SchemaFileError> {
        let value = json::parse(text.strip_prefix('\u{feff}').unwrap_or(text));
        let value = value.map_err(|json::Fault { line, what }| {
            SchemaFileError::NotJson(Fault { line, what, help: None })
        })?;
        let mut reading = Reading::default();
        let file = reading.file(&value);
        match file {
            Some(file) if reading.faults.is_empty() => Ok(file),
            _ => Err(SchemaFileError::Faults(reading.faults)),
        }
    }

    /// The text of the file: the same for the same columns, whenever and wherever it is written.
    #[must_use]
    pub fn to_text(&self) -> String {
        let uri = json::quoted(&self.uri);
        let mut text =
            format!("{{\n  \"format\": {FORMAT},\n  \"uri\": {uri},\n  \"columns\": [\n");
        for (i, TableColumn { column, doc }) in self.columns.iter().enumerate() {
            let (name, ty) = (json::quoted(&column.name), json::quoted(&column.ty.to_full_text()));
            text.push_str(&format!("    {{ \"name\": {name}, \"type\": {ty}"));
            if !doc.is_empty() {
                text.push_str(&format!(", \"doc\": {}", json::quoted(doc)));
            }
            text.push_str(if i + 1 < self.columns.len() { " },\n" } else { " }\n" });
        }
        text.push_str("  ]\n}\n");
        text
    }
}

#[derive(Default)]
struct Reading {
    faults: Vec<Fault>,
}

/// The entries of an object by name.
type Entries<'a, const N: usize> = [Option<&'a Value>; N];

impl Reading {
    fn fault(&mut self, line: usize, what: String, help: Option<String>) {
        self.faults.push(Fault { line, what, help });
    }

    fn file(&mut self, value: &Value) -> Option<SchemaFile> {
        let names = ["format", "uri", "columns"];
        let [format, uri, columns] = self.entries(value, names, 3, "a schema file")?;
        if let Some(format) = format
            && !matches!(&format.kind, Kind::Number(number) if number == FORMAT)
        {
            let what = format!("the format is {}, this version reads {FORMAT}", format.describe());
            self.fault(format.line, what, Some("pull the file again".to_owned()));
            return None;
        }
        let uri = uri.and_then(|uri| self.text(uri, "uri"));
        let columns = columns?;
        let Kind::List(items) = &columns.kind else {
            let what = format!("`columns` is {}, and not a list", columns.describe());
            self.fault(columns.line, what, None);
            return None;
        };
        if items.is_empty() {
            self.fault(columns.line, "a table has at least one column".to_owned(), None);
        }
        let mut read: Vec<TableColumn> = Vec::with_capacity(items.len());
        for item in items {
            let Some(column) = self.column(item) else { continue };
            if read.iter().any(|before| before.column.name == column.column.name) {
                let what = format!("column `{}` stands twice", column.column.name);
                self.fault(item.line, what, Some("a merge may have kept both lines".to_owned()));
                continue;
            }
            read.push(column);
        }
        Some(SchemaFile { uri: uri?, columns: read })
    }

    fn column(&mut self, item: &Value) -> Option<TableColumn> {
        let [name, ty, doc] = self.entries(item, ["name", "type", "doc"], 2, "a column")?;
        let doc = doc.map(|doc| self.text(doc, "doc"));
        let named = name.and_then(|name| self.text(name, "name"));
        let typed = ty.and_then(|ty| Some((ty.line, self.text(ty, "type")?)));
        let name = named?;
        if !is_column_name(&name) {
            self.fault(item.line, format!("{:?} is no name of a column", cut(&name)), None);
        }
        let (line, text) = typed?;
        let ty = self.ty(line, &name, &text)?;
        Some(TableColumn { column: Column { name, ty }, doc: doc.flatten().unwrap_or_default() })
    }

    fn ty(&mut self, line: usize, column: &str, text: &str) -> Option<ValueType> {
        // What is no type must not reach the lexer, which reports to rustc what it cannot read, nor
        // what nests deeply, which rustc's lexer walks recursively.
        let reason = match brackets(text) {
            None => "it is no type".to_owned(),
            Some(depth) if depth > DEPTH_MAX => {
                format!("more than {DEPTH_MAX} types in each other")
            }
            Some(_) => match parse_value_type(text) {
                Err(error) => error.reason,
                Ok(ty) => match refused(&ty.ty) {
                    None => return Some(ty),
                    Some(reason) => reason,
                },
            },
        };
        let near = nearest(text, Type::NAMES).filter(|near| *near != text);
        let help = near.map(|near| format!("did you mean `{near}`?"));
        let (column, text) = (cut(column), cut(text));
        self.fault(line, format!("column `{column}`, type {text:?}: {reason}"), help);
        None
    }

    fn text(&mut self, value: &Value, name: &str) -> Option<String> {
        match &value.kind {
            Kind::String(text) => Some(text.clone()),
            _ => {
                let what = format!("`{name}` is {}, and not a text", value.describe());
                self.fault(value.line, what, None);
                None
            }
        }
    }

    /// The entries of an object, of which the first `required` have to be there.
    fn entries<'a, const N: usize>(
        &mut self,
        value: &'a Value,
        names: [&str; N],
        required: usize,
        whose: &str,
    ) -> Option<Entries<'a, N>> {
        let Kind::Object(entries) = &value.kind else {
            let what = format!("{whose} is an object, this is {}", value.describe());
            self.fault(value.line, what, None);
            return None;
        };
        let mut found = [None; N];
        // What is misspelt is not missing too.
        let mut misspelt = Vec::new();
        for (name, value) in entries {
            let Some(position) = names.iter().position(|known| known == name) else {
                let near = nearest(name, names);
                misspelt.extend(near);
                let help = near.map(|near| format!("did you mean `{near}`?"));
                self.fault(value.line, format!("{whose} has no {name:?}"), help);
                continue;
            };
            if found[position].replace(value).is_some() {
                self.fault(value.line, format!("`{name}` stands twice"), None);
            }
        }
        let missing = names.iter().zip(&found).take(required);
        let missing = missing.filter(|(name, found)| found.is_none() && !misspelt.contains(*name));
        let missing: Vec<String> = missing.map(|(name, _)| format!("`{name}`")).collect();
        if !missing.is_empty() {
            self.fault(value.line, format!("{whose} needs {}", missing.join(", ")), None);
        }
        Some(found)
    }
}

/// Why no column of a table is of this type.
fn refused(ty: &Type) -> Option<String> {
    if ty.has_unknown() {
        return Some("an unknown type is no type of a column".to_owned());
    }
    if let Some(part) = ty.unstorable_part() {
        return Some(format!("Delta Lake has no `{part}`"));
    }
    named_struct(ty).map(|name| format!("write the fields of `{name}` alone, without its name"))
}

/// The name of a struct in a type: files know no Rust, so that nothing says which struct is meant.
fn named_struct(ty: &Type) -> Option<&str> {
    match ty {
        Type::List(item) => named_struct(&item.ty),
        Type::Map(key, value) => named_struct(key).or_else(|| named_struct(&value.ty)),
        Type::Struct(ty) => ty
            .name
            .as_deref()
            .or_else(|| ty.fields.iter().find_map(|field| named_struct(&field.ty.ty))),
        _ => None,
    }
}

/// How deep brackets nest in a text that is made of words, whole numbers and the signs of types, with
/// brackets in pairs; `None` for any other.
fn brackets(text: &str) -> Option<usize> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty());
    let mut words = words.map(|word| {
        let number = word.starts_with(|c: char| c.is_numeric());
        !number || word.bytes().all(|byte| byte.is_ascii_digit())
    });
    if !words.all(|good| good) {
        return None;
    }
    let (mut open, mut depth) = (Vec::new(), 0);
    for c in text.chars() {
        let is_good = match c {
            '{' | '[' => {
                open.push(c);
                depth = depth.max(open.len());
                true
            }
            '}' => open.pop() == Some('{'),
            ']' => open.pop() == Some('['),
            c => c.is_alphanumeric() || "_<>:;,? ".contains(c),
        };
        if !is_good {
            return None;
        }
    }
    open.is_empty().then_some(depth)
}

/// The text, or the beginning of a long one.
fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(columns: &str) -> String {
        format!("{{ \"format\": 1, \"uri\": \"u\",\n\"columns\": [\n{columns}\n] }}")
    }

    fn faults(text: &str) -> Vec<String> {
        let faults = match SchemaFile::parse(text) {
            Ok(file) => panic!("{file:?}"),
            Err(SchemaFileError::NotJson(fault)) => vec![fault],
            Err(SchemaFileError::Faults(faults)) => faults,
        };
        let line = |fault: &Fault| {
            let help = fault.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{}: {}{help}", fault.line, fault.what)
        };
        faults.iter().map(line).collect()
    }

    #[test]
    fn a_file_comes_back_as_it_was_written() {
        let text = r#"{
  "format": 1,
  "uri": "data/größe \"x\"",
  "columns": [
    { "name": "id", "type": "i64", "doc": "Counts up.\nFrom 1." },
    { "name": "type", "type": "Option<String>" },
    { "name": "at", "type": "List<Option<{ line: i64, tags: Map<String, Decimal<12, 2>> }>>" }
  ]
}
"#;
        let read = SchemaFile::parse(text).unwrap();
        assert_eq!(read.uri, "data/größe \"x\"");
        assert_eq!(read.columns[0].doc, "Counts up.\nFrom 1.");
        assert_eq!(read.to_text(), text);
        let marked = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(SchemaFile::parse(&marked).unwrap().to_text(), text);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let columns = r#"{ "name": "a", "type": "strng" },
{ "name": "a", "type": "i64" },
{ "name": "a", "type": "i64" },
{ "name": "b c", "type": "i64" },
{ "nam": "c", "type": "i64" },
{ "name": "d", "type": 4 },
"e",
{ "name": "f", "type": "u32" },
{ "name": "g", "type": "Span { a: i64 }" },
{ "name": "h", "type": "List<Span>" },
{ "name": "i", "type": "?" },
{ "name": "j", "type": "i64", "doc": null, "type": "i64" }"#;
        assert_eq!(
            faults(&file(columns)),
            [
                "3: column `a`, type \"strng\": unknown column type `strng` (did you mean `String`?)",
                "5: column `a` stands twice (a merge may have kept both lines)",
                "6: \"b c\" is no name of a column",
                "7: a column has no \"nam\" (did you mean `name`?)",
                "8: `type` is `4`, and not a text",
                "9: a column is an object, this is \"e\"",
                "10: column `f`, type \"u32\": Delta Lake has no `u32`",
                "11: column `g`, type \"Span { a: i64 }\": write the fields of `Span` alone, without its \
                 name",
                "12: column `h`, type \"List<Span>\": unknown column type `Span`",
                "13: column `i`, type \"?\": an unknown type is no type of a column",
                "14: `type` stands twice",
                "14: `doc` is `null`, and not a text",
            ]
        );
    }

    #[test]
    fn a_file_of_another_form_is_refused() {
        for (text, said) in [
            ("[]", "1: a schema file is an object, this is a list"),
            ("{\n}", "1: a schema file needs `format`, `uri`, `columns`"),
            ("{\"format\": 2, \"uri\": 1}", "1: a schema file needs `columns`"),
            ("<<<<<<< HEAD\n{", "1: expected a value, found `<`"),
            (r#"{ "type": "struct", "fields": [] }"#, "1: a schema file has no \"type\""),
        ] {
            assert_eq!(faults(text)[0], said);
        }
        let newer = "{\"format\": 2,\n\"uri\": 1, \"columns\": {}}";
        assert_eq!(
            faults(newer),
            ["1: the format is `2`, this version reads 1 (pull the file again)"]
        );
        assert_eq!(faults(&file("")), ["2: a table has at least one column"]);
    }

    #[test]
    fn no_text_reaches_the_lexer_that_it_cannot_read() {
        for text in [
            "\"",
            "'a",
            "List<{ a: i64 ]>",
            "{",
            "}",
            "/* x",
            "0x",
            "1e",
            "a\\b",
            "[u8; 0x1]",
            "#",
            "r\"",
            "b'",
        ] {
            assert!(brackets(text).is_none(), "{text}");
        }
        for text in ["List<Option<i64>>", "{ größe: i64, b: [u8; 16] }", "Decimal<12, 2>"] {
            assert!(brackets(text).is_some(), "{text}");
        }
    }

    #[test]
    fn types_that_nest_without_end_are_refused() {
        let deep = |open: &str, close: &str, depth: usize| {
            format!("{}i64{}", open.repeat(depth), close.repeat(depth))
        };
        for (open, close) in [("{ a: ", " }"), ("List<", ">"), ("[", "]")] {
            for depth in [DEPTH_MAX + 1, 20_000] {
                let column =
                    format!(r#"{{ "name": "a", "type": "{}" }}"#, deep(open, close, depth));
                let found = faults(&file(&column));
                assert_eq!(found.len(), 1, "{found:?}");
                assert!(found[0].len() < 250, "{}", found[0]);
                let (types, this) = ("more than 32 types in each other", "nested too deeply");
                assert!(found[0].contains(types) || found[0].contains(this), "{}", found[0]);
            }
        }
        let column =
            format!(r#"{{ "name": "a", "type": "{}" }}"#, deep("{ a: ", " }", DEPTH_MAX - 1));
        assert!(SchemaFile::parse(&file(&column)).is_ok());
        let name = "{".repeat(20_000);
        let found = faults(&file(&format!(r#"{{ "name": "{name}", "type": "i64" }}"#)));
        assert!(found[0].ends_with("is no name of a column"), "{}", found[0]);
    }
}
