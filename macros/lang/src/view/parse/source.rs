//! What a step reads: relations, and queries in parentheses.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};

use super::Parser;
use super::words::{OTHER_STEPS, STEP_WORDS, begins_step};
use crate::suggest::nearest;
use crate::tokens::{Reader, name_of};
use crate::types::{parse_path, path_text};
use crate::view::messages;
use crate::view::model::SourceRef;
use crate::view::syntax::Source;

/// How files are read.
const FILES: &str = "files are read by sources, tables of Delta Lake by \
                     `table! { name from \"schemas/name.json\" }`: `belvedere schema pull` writes it";

impl Parser<'_> {
    /// `( path | query ) [ "as" name ]`
    pub(super) fn source(&mut self, reader: &mut Reader<'_>) -> Option<Source> {
        let absent = reader.peek_ident().is_none_or(|_| begins_step(reader));
        if reader.peek_group(Delimiter::Parenthesis) {
            return self.nested_source(reader);
        }
        let start = reader.span();
        if let Some(source) = self.foreign_source(reader) {
            return source;
        }
        let path = if absent && !reader.peek(':') { None } else { parse_path(reader) };
        let Some(path) = path else {
            let message = messages::expected("the name of a table or view", &reader.describe());
            self.error(reader.span(), message.help("`from relation as r`"));
            return None;
        };
        let span = (start, reader.last_span());
        if reader.peek_group(Delimiter::Parenthesis) {
            self.called_relation(reader, &path, start);
            return None;
        }
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
        Some(Source { what, path: self.written(&path), span, alias, is_value: false })
    }

    /// What stands for a relation in other languages: `"orders"`, `public.orders`, `{{ ref("orders") }}`.
    fn foreign_source(&mut self, reader: &mut Reader<'_>) -> Option<Option<Source>> {
        let start = reader.span();
        let mut ahead = *reader;
        if let Some((mut inside, (_, close))) = ahead.group(Delimiter::Brace) {
            let name = inside.group(Delimiter::Brace).and_then(|(inside, _)| quoted(inside.rest()));
            let name = name.unwrap_or_else(|| "relation".to_owned());
            let form = messages::operator("{{ … }}", &name);
            self.sink.error_range((start, close), form);
            *reader = ahead;
            self.source_alias(reader)?;
            return Some(None);
        }
        if let Some(literal) = ahead.literal() {
            let text = literal.to_string();
            let name = text.trim_matches('"').to_owned();
            let message = match syn::parse_str::<Ident>(&name) {
                Ok(_) => messages::quoted_name(&name),
                Err(_) => messages::called_relation(&name, Some(FILES)),
            };
            self.error(start, message);
            *reader = ahead;
            self.source_alias(reader)?;
            return Some(None);
        }
        let mut name = ahead.ident()?;
        if name == "unnest" && ahead.peek_group(Delimiter::Parenthesis) {
            *reader = ahead;
            self.called_relation(reader, &name.into(), start);
            return Some(None);
        }
        // `schema.relation`
        let mut schema = false;
        while !begins_step(reader) && ahead.punct('.').is_some() {
            name = ahead.ident()?;
            schema = true;
        }
        if !schema {
            return None;
        }
        *reader = ahead;
        let span = (start, reader.last_span());
        let written = "schema.name";
        self.sink.error_range(span, messages::operator(written, &name.to_string()));
        let path = syn::Path::from(name.clone());
        let what = self.relation(&path);
        let alias = self.source_alias(reader)?.unwrap_or(name);
        Some(Some(Source { what, path: self.written(&path), span, alias, is_value: false }))
    }

    /// `latest(orders, at)`, `unnest(c.tags)`, `read_csv("x.csv")` in the place of a relation.
    fn called_relation(&mut self, reader: &mut Reader<'_>, path: &syn::Path, start: Span) {
        let name = path_text(path);
        let inside = reader.group(Delimiter::Parenthesis);
        let given =
            inside.map(|(mut inside, _)| self.expr_quietly(&mut inside)).unwrap_or_default();
        let span = (start, reader.last_span());
        let advice = match name.to_lowercase().as_str() {
            "unnest" | "explode" | "flatten" => {
                Some(format!("a row for each item is a step: `unnest {given} as item`"))
            }
            "read_csv" | "read_parquet" | "read_json" | "delta_scan" | "parquet_scan" => {
                Some(FILES.to_owned())
            }
            "ref" | "source" | "table" => Some(format!("`{}`", given.trim_matches('"'))),
            "generate_series" | "range" => Some(
                "a list has its numbers: `unnest generate_series(1, 10) as n` behind a `from`"
                    .to_owned(),
            ),
            _ => None,
        };
        self.sink.error_range(span, messages::called_relation(&name, advice.as_deref()));
        let mut ahead = *reader;
        if ahead.word("as").is_some() && ahead.ident().is_some() {
            *reader = ahead;
        }
    }

    /// The first argument of a call, for a message.
    fn expr_quietly(&self, reader: &mut Reader<'_>) -> String {
        let quiet = crate::sink::Sink::ignoring();
        let read = Parser::new(&quiet).expr(reader);
        read.map_or_else(|| "…".to_owned(), |expr| expr.to_form())
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
            self.sink.error_range(span, messages::query_without_name(None));
            return None;
        };
        let path = name_of(&alias);
        Some(Source { what: SourceRef::Query(query), path, span, alias, is_value: false })
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

/// The last text in quotes among the tokens: `orders` of `ref("orders")`.
fn quoted(tokens: TokenStream) -> Option<String> {
    let mut found = None;
    for token in tokens {
        match token {
            TokenTree::Group(group) => found = quoted(group.stream()).or(found),
            TokenTree::Literal(text) => {
                found = Some(text.to_string().trim_matches(['"', '\'']).to_owned());
            }
            _ => {}
        }
    }
    found
}
