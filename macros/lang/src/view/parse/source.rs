//! What a step reads: relations, and queries in parentheses.

use proc_macro2::{Delimiter, Ident};

use super::Parser;
use super::words::{OTHER_STEPS, STEP_WORDS, begins_step};
use crate::suggest::nearest;
use crate::tokens::{Reader, name_of};
use crate::types::parse_path;
use crate::view::messages;
use crate::view::model::SourceRef;
use crate::view::syntax::Source;

impl Parser<'_> {
    /// `( path | query ) [ "as" name ]`
    pub(super) fn source(&mut self, reader: &mut Reader<'_>) -> Option<Source> {
        let absent = reader.peek_ident().is_none_or(|_| begins_step(reader));
        if reader.peek_group(Delimiter::Parenthesis) {
            return self.nested_source(reader);
        }
        let start = reader.span();
        let path = if absent && !reader.peek(':') { None } else { parse_path(reader) };
        let Some(path) = path else {
            self.expected(reader, "the name of a table or view");
            return None;
        };
        let span = (start, reader.last_span());
        if self.keyword_of_rust(&path) {
            return None;
        }
        if reader.peek('<') {
            return self.template_source(reader, &path, start);
        }
        let what = self.relation(&path);
        let alias = match self.source_alias(reader)? {
            Some(alias) => alias,
            None => path.segments.last()?.ident.clone(),
        };
        Some(Source { what, path: self.written(&path), span, alias })
    }

    /// The query that has this name, what a use of the template gives for it, or else the relation.
    pub(super) fn relation(&mut self, path: &syn::Path) -> SourceRef {
        if let Some(query) = self.local(path) {
            return SourceRef::Query(query);
        }
        match path.get_ident().and_then(|name| self.given_relation(name)) {
            Some((source, _)) => source,
            None => SourceRef::Relation(self.sources.number(path)),
        }
    }

    /// `"(" { step } ")" "as" name`
    fn nested_source(&mut self, reader: &mut Reader<'_>) -> Option<Source> {
        let (query, span) = self.query(reader, None)?;
        let Some(alias) = self.source_alias(reader)? else {
            self.sink.error_range(span, messages::query_without_name());
            return None;
        };
        let path = name_of(&alias);
        Some(Source { what: SourceRef::Query(query), path, span, alias })
    }

    /// `[ "as" name ]`; `None` after an error.
    pub(super) fn source_alias(&mut self, reader: &mut Reader<'_>) -> Option<Option<Ident>> {
        match self.keyword(reader, "as") {
            Some(_) => self.alias(reader).map(Some),
            None => Some(self.alias_without_as(reader)),
        }
    }

    /// A name right after a relation is an alias as SQL writes it, unless it looks like a step.
    fn alias_without_as(&self, reader: &mut Reader<'_>) -> Option<Ident> {
        let word = reader.peek_ident().filter(|_| !begins_step(reader))?;
        let text = word.to_string();
        let folded = text.to_lowercase();
        let using = folded == "using" || folded == "pub";
        let other = using || OTHER_STEPS.iter().any(|(name, _)| *name == folded);
        if other || STEP_WORDS.contains(&text.as_str()) || nearest(&text, STEP_WORDS).is_some() {
            return None;
        }
        self.error(word.span(), messages::alias_without_as(&text));
        reader.skip();
        Some(word)
    }

    /// The name after `as`.
    pub(super) fn alias(&self, reader: &mut Reader<'_>) -> Option<Ident> {
        let Some(ident) = reader.peek_ident() else {
            self.expected(reader, "a name after `as`");
            return None;
        };
        let mut ahead = *reader;
        ahead.skip();
        // `as where select` has an alias that cannot be one, `as where c.x > 1` has none.
        let missing = begins_step(reader) && !ahead.is_end() && !begins_step(&ahead);
        if missing {
            self.expected(reader, "a name after `as`");
            return None;
        }
        *reader = ahead;
        let reserved = STEP_WORDS.contains(&ident.to_string().as_str())
            || matches!(name_of(&ident).as_str(), "self" | "super" | "crate" | "Self" | "_");
        if reserved {
            self.error(ident.span(), messages::not_a_name(&ident.to_string(), None));
            return None;
        }
        Some(ident)
    }
}
