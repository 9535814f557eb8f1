//! `join` and the words before it.

use proc_macro2::{Delimiter, Ident, Span, TokenTree};

use super::{Parser, error_expr};
use crate::tokens::{Reader, name_of};
use crate::view::messages;
use crate::view::model::{JoinKind, Literal};
use crate::view::syntax::{Expr, ExprKind, Source, Step, StepKind};

impl Parser<'_> {
    /// `"join"` after the word that says which rows are kept.
    pub(super) fn kind_of_join(
        &mut self,
        reader: &mut Reader<'_>,
        mut kind: JoinKind,
        word: &Ident,
    ) -> Option<Step> {
        // `left outer join`, and `left semi join` in Spark's SQL.
        let more = ["outer", "semi", "anti"].iter().find(|more| {
            let outer = **more == "outer";
            let allowed = match kind {
                JoinKind::Left => true,
                JoinKind::Right | JoinKind::Full => outer,
                JoinKind::Inner | JoinKind::Semi | JoinKind::Anti => false,
            };
            allowed && (reader.peek_word(more) || reader.peek_other_case(more).is_some())
        });
        if let Some(more) = more {
            reader.skip();
            let right = match *more {
                "semi" => "semi",
                "anti" => "anti",
                _ => kind.word(),
            };
            let form = (format!("{word} {more} join"), format!("{right} join"));
            let span = (word.span(), reader.last_span());
            self.sink.error_range(span, messages::operator(&form.0, &form.1));
            kind = match *more {
                "semi" => JoinKind::Semi,
                "anti" => JoinKind::Anti,
                _ => kind,
            };
        }
        if self.keyword(reader, "join").is_none() {
            self.expected(reader, &format!("`join` after `{word}`"));
            return None;
        }
        self.join(reader, kind, word.span())
    }

    /// `source "on" expr`
    pub(super) fn join(
        &mut self,
        reader: &mut Reader<'_>,
        kind: JoinKind,
        start: Span,
    ) -> Option<Step> {
        let keyword = (start, reader.last_span());
        self.lateral(reader);
        let before = self.only_alias.clone();
        let source = self.source(reader)?;
        let on = match self.keyword(reader, "on") {
            Some(_) => self.expr(reader)?,
            None => self.missing_condition(reader, &source, before.as_deref()),
        };
        self.only_alias = None;
        Some(Step { kind: StepKind::Join { kind, source, on }, keyword })
    }

    /// `natural join`, which compares all columns of one name, whatever they are.
    pub(super) fn natural(&mut self, reader: &mut Reader<'_>, word: &Ident) -> Option<Step> {
        let mut ahead = *reader;
        let kinds = ["left", "inner", "right", "full", "outer"];
        while kinds.iter().any(|kind| self.is_word(&ahead, kind)) {
            ahead.skip();
        }
        if !self.is_word(&ahead, "join") {
            return None;
        }
        ahead.skip();
        *reader = ahead;
        let keyword = (word.span(), reader.last_span());
        let before = self.only_alias.clone();
        let source = self.source(reader)?;
        let (relation, alias) = (&source.path, name_of(&source.alias));
        let alias_too = if *relation == alias { String::new() } else { format!(" as {alias}") };
        let before = before.as_deref().unwrap_or("…");
        let form = format!("join {relation}{alias_too} on {before}.… == {alias}.…");
        self.sink.error_range(keyword, messages::operator("natural join", &form));
        self.only_alias = None;
        let end = reader.last_span();
        let (kind, on) = (JoinKind::Inner, error_expr((end, end)));
        Some(Step { kind: StepKind::Join { kind, source, on }, keyword })
    }

    fn is_word(&self, reader: &Reader<'_>, word: &str) -> bool {
        reader.peek_word(word) || reader.peek_other_case(word).is_some()
    }

    /// `"join" source "on" expr`, behind `asof`; DuckDB writes `asof left join`.
    pub(super) fn asof(
        &mut self,
        reader: &mut Reader<'_>,
        mut outer: bool,
        start: Span,
    ) -> Option<Step> {
        for word in ["left", "inner"] {
            if self.keyword(reader, word).is_some() {
                outer |= word == "left";
                let right = if outer { "left asof join" } else { "asof join" };
                let message = messages::operator(&format!("asof {word} join"), right);
                self.sink.error_range((start, reader.last_span()), message);
            }
        }
        if self.keyword(reader, "join").is_none() {
            self.expected(reader, "`join` after `asof`");
            return None;
        }
        let keyword = (start, reader.last_span());
        let source = self.source(reader)?;
        let on = match self.keyword(reader, "on") {
            Some(_) => self.expr(reader)?,
            None => {
                let span = reader.span();
                self.error(span, messages::asof_condition(&name_of(&source.alias)));
                if reader.word("using").is_some() || reader.peek_other_case("using").is_some() {
                    reader.group(Delimiter::Parenthesis);
                }
                error_expr((span, span))
            }
        };
        Some(Step { kind: StepKind::Asof { outer, source, on }, keyword })
    }

    /// `"cross" "join" source`: all pairs of rows, which is what `on true` says.
    pub(super) fn cross_join(&mut self, reader: &mut Reader<'_>, word: &Ident) -> Option<Step> {
        if self.keyword(reader, "join").is_none() {
            self.expected(reader, "`join` after `cross`");
            return None;
        }
        let keyword = (word.span(), reader.last_span());
        self.lateral(reader);
        let source = self.source(reader)?;
        let end = reader.last_span();
        let on = match self.keyword(reader, "on") {
            Some(on) => {
                self.sink.error_range(on, messages::cross_join_on(&source.path));
                self.expr(reader)?
            }
            None => Expr { kind: ExprKind::Literal(Literal::Bool(true)), span: (end, end) },
        };
        Some(Step { kind: StepKind::Join { kind: JoinKind::Inner, source, on }, keyword })
    }

    /// SQL's `join lateral (…)`, whose query sees the row.
    fn lateral(&self, reader: &mut Reader<'_>) {
        let mut ahead = *reader;
        let Some(word) = ahead.ident() else { return };
        let is_it = word.to_string().eq_ignore_ascii_case("lateral");
        let is_name = ahead.is_end() || ahead.peek_word("as") || ahead.peek_word("on");
        let source = ahead.peek_ident().is_some() || ahead.peek_group(Delimiter::Parenthesis);
        if is_it && source && !is_name {
            self.error(word.span(), messages::lateral_join());
            *reader = ahead;
        }
    }

    /// A join without `on`; SQL's `using (…)` is read over.
    fn missing_condition(
        &self,
        reader: &mut Reader<'_>,
        source: &Source,
        before: Option<&str>,
    ) -> Expr {
        let span = reader.span();
        let alias = name_of(&source.alias);
        let mut equal = None;
        if self.is_word(reader, "using") {
            reader.skip();
            let columns = reader.group(Delimiter::Parenthesis).map(|(inside, _)| inside.rest());
            let names = columns.into_iter().flatten().filter_map(|token| match token {
                TokenTree::Ident(name) => Some(name.to_string()),
                _ => None,
            });
            let before = before.unwrap_or("…");
            let equals = names.map(|name| format!("{before}.{name} == {alias}.{name}"));
            equal = Some(equals.collect::<Vec<_>>().join(" and ")).filter(|text| !text.is_empty());
        }
        let end = reader.last_span();
        let span = if equal.is_some() { (span, end) } else { (span, span) };
        let message = messages::join_without_on(&source.path, &alias, equal.as_deref());
        self.sink.error_range(span, message);
        error_expr(span)
    }
}
