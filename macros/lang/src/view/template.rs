//! Templates as texts: what a template hands on to whoever uses it.
//!
//! A template is checked again at each use, over the relations that the use names. Rustc resolves
//! paths where a macro is called, which is not where the template stands, so its carrier brings all
//! that its text mentions: columns, signatures, types, and the texts of the templates that it uses.
//!
//! ```text
//! bundle = "template 1" place text pairs texts texts bundles     pairs, texts, … = count { part }
//! part   = bytes ":" text
//! ```
//!
//! The length of a part stands before it, so that a text inside of a text is not escaped.

use std::fmt::Write as _;

use super::env::is_hidden;

/// What the form of a bundle is called: another version of the crate may write another one.
const FORM: &str = "template 1";

/// A template and all that it mentions, each in the order of the first mention.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// Where it is defined, for messages: `templates.rs:14`.
    pub place: String,
    /// Its tokens, as `view!` was given them, without doc comments.
    pub text: String,
    /// The columns of the relations that it reads besides those that a use names.
    pub relations: Vec<(String, String)>,
    /// The signatures of its functions.
    pub functions: Vec<String>,
    /// The texts of its types.
    pub types: Vec<String>,
    /// The templates that it uses.
    pub templates: Vec<Self>,
}

impl Bundle {
    /// The text of the carrier.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for text in [FORM, &self.place, &self.text] {
            part(&mut out, text);
        }
        let relations = self.relations.iter().flat_map(|(name, columns)| [name, columns]);
        part(&mut out, &self.relations.len().to_string());
        relations.for_each(|text| part(&mut out, text));
        for texts in [&self.functions, &self.types] {
            part(&mut out, &texts.len().to_string());
            texts.iter().for_each(|text| part(&mut out, text));
        }
        part(&mut out, &self.templates.len().to_string());
        self.templates.iter().for_each(|bundle| part(&mut out, &bundle.to_text()));
        out
    }

    /// Reads what [`Self::to_text`] writes; `Ok(None)` for a template that its own errors hide.
    ///
    /// # Errors
    ///
    /// Another version wrote it, in a form that this one does not read.
    pub fn parse(text: &str) -> Result<Option<Self>, OtherForm> {
        if is_hidden(text) {
            return Ok(None);
        }
        let mut parts = Parts { rest: text };
        if parts.next()? != FORM {
            return Err(OtherForm);
        }
        let (place, text) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let relations =
            parts.list(|parts| Ok((parts.next()?.to_owned(), parts.next()?.to_owned())))?;
        let functions = parts.list(|parts| parts.next().map(str::to_owned))?;
        let types = parts.list(|parts| parts.next().map(str::to_owned))?;
        let templates = parts.list(|parts| Self::parse(parts.next()?)?.ok_or(OtherForm))?;
        Ok(Some(Self { place, text, relations, functions, types, templates }))
    }

    /// Calls `visit` with this template, then with those that it uses, theirs behind each.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        self.templates.iter().for_each(|template| template.visit(visit));
    }
}

/// The text is not in the form that this version reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherForm;

fn part(out: &mut String, text: &str) {
    // Writing to a string does not fail.
    let _ = write!(out, "{}:{text}", text.len());
}

struct Parts<'a> {
    rest: &'a str,
}

impl<'a> Parts<'a> {
    fn next(&mut self) -> Result<&'a str, OtherForm> {
        let (length, rest) = self.rest.split_once(':').ok_or(OtherForm)?;
        let length: usize = length.parse().map_err(|_| OtherForm)?;
        let (part, rest) = rest.split_at_checked(length).ok_or(OtherForm)?;
        self.rest = rest;
        Ok(part)
    }

    fn list<T>(
        &mut self,
        read: impl Fn(&mut Self) -> Result<T, OtherForm>,
    ) -> Result<Vec<T>, OtherForm> {
        let count: usize = self.next()?.parse().map_err(|_| OtherForm)?;
        (0..count).map(|_| read(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Bundle, OtherForm};

    #[test]
    fn a_bundle_is_read_as_it_was_written() {
        let inner = Bundle { text: "b<R: Relation>() = from R".into(), ..Bundle::default() };
        let bundle = Bundle {
            place: "templates.rs:14".into(),
            text: "a = \"1:2\" ä".into(),
            relations: vec![("files".into(), "path: String".into())],
            functions: vec!["f(a: i64) -> i64".into(), String::new()],
            types: vec!["Span { bstart: i64 }".into()],
            templates: vec![inner],
        };
        let text = bundle.to_text();
        assert_eq!(Bundle::parse(&text), Ok(Some(bundle)));
        assert_eq!(Bundle::parse("?"), Ok(None));
        assert_eq!(Bundle::parse("10:template 91:x"), Err(OtherForm));
        assert_eq!(Bundle::parse(&text[..text.len() - 1]), Err(OtherForm));
    }
}
