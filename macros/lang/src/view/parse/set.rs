//! `union`, `except` and `intersect`.

use proc_macro2::{Delimiter, Ident, Span};

use super::Parser;
use crate::tokens::Reader;
use crate::types::parse_path;
use crate::view::messages;
use crate::view::model::{SetKind, SourceRef};
use crate::view::syntax::{Source, Step, StepKind};

impl Parser<'_> {
    /// `"union" [ "all" ] operand | ( "except" | "intersect" ) operand`
    pub(super) fn set(
        &mut self,
        reader: &mut Reader<'_>,
        kind: SetKind,
        start: Span,
    ) -> Option<Step> {
        let kind = self.quantifier(reader, kind, start);
        let keyword = (start, reader.last_span());
        let source = self.operand(reader, kind)?;
        Some(Step { kind: StepKind::Set { kind, source }, keyword })
    }

    /// `[ "all" ]`; SQL has `distinct` too, DuckDB's `by name`.
    fn quantifier(&self, reader: &mut Reader<'_>, mut kind: SetKind, start: Span) -> SetKind {
        if let Some((_, end)) = self.keyword(reader, "all") {
            match kind {
                SetKind::Union | SetKind::UnionAll => kind = SetKind::UnionAll,
                SetKind::Except | SetKind::Intersect => {
                    self.sink.error_range((start, end), messages::rows_one_by_one(kind.word()));
                }
            }
        }
        let word = kind.word();
        let mut ahead = *reader;
        let distinct = ahead.ident().filter(|next| {
            next.to_string().eq_ignore_ascii_case("distinct") && begins_operand(&ahead)
        });
        if let Some(distinct) = distinct {
            let message = messages::operator(&format!("{word} distinct"), word);
            self.sink.error_range((start, distinct.span()), message);
            *reader = ahead;
        }
        let mut ahead = *reader;
        if ahead.word("by").is_some() && ahead.word("name").is_some() && begins_operand(&ahead) {
            let message = messages::operator(&format!("{word} by name"), word);
            self.sink.error_range((start, ahead.last_span()), message);
            *reader = ahead;
        }
        kind
    }

    /// `path | query`
    fn operand(&mut self, reader: &mut Reader<'_>, kind: SetKind) -> Option<Source> {
        if reader.peek_group(Delimiter::Parenthesis) {
            let (query, span) = self.query(reader, None)?;
            let alias = Ident::new("query", span.0);
            let path = "the query".to_owned();
            return Some(Source {
                what: SourceRef::Query(query),
                path,
                span,
                alias,
                is_value: false,
            });
        }
        let start = reader.span();
        let second = |word: Ident| {
            ["from", "select"].iter().any(|first| word.to_string().eq_ignore_ascii_case(first))
        };
        if reader.peek_ident().is_some_and(second) {
            // All that follows belongs to the second query.
            self.error(start, messages::operand_without_parentheses(kind.word()));
            while !reader.is_end() {
                reader.skip();
            }
            return None;
        }
        let Some(path) = parse_path(reader) else {
            self.expected(reader, "the name of a table or view, or `(from …)`");
            return None;
        };
        let span = (start, reader.last_span());
        if self.keyword_of_rust(&path) {
            return None;
        }
        let what = self.relation(&path);
        let alias = path.segments.last()?.ident.clone();
        Some(Source { what, path: self.written(&path), span, alias, is_value: false })
    }
}

fn begins_operand(reader: &Reader<'_>) -> bool {
    reader.peek_ident().is_some() || reader.peek_group(Delimiter::Parenthesis)
}
