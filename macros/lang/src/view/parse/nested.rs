//! Lists and structs that are written out, and items of lists and maps.

use proc_macro2::{Delimiter, Span};

use super::Parser;
use super::error_expr;
use crate::tokens::Reader;
use crate::view::messages;
use crate::view::model::Literal;
use crate::view::syntax::{Expr, ExprKind};

impl Parser<'_> {
    /// `"[" [ expr { "," expr } [ "," ] ] "]"`
    pub(super) fn list(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let (mut inside, span) = reader.group(Delimiter::Bracket)?;
        let mut items = Vec::new();
        while !inside.is_end() {
            items.push(self.listed_expr(&mut inside));
        }
        Some(Expr { kind: ExprKind::List(items), span })
    }

    /// `"{" [ field { "," field } [ "," ] ] "}"`; a field is `[ name ":" ] expr`, without a name for a column
    /// or a field of that name.
    pub(super) fn structure(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let (mut inside, span) = reader.group(Delimiter::Brace)?;
        let mut fields = Vec::new();
        while !inside.is_end() {
            let name = self.item_name(&mut inside);
            let value = self.listed_expr(&mut inside);
            let own = match &value.kind {
                ExprKind::Name(name) | ExprKind::Field(_, name) => Some(name.clone()),
                _ => None,
            };
            match name.or(own) {
                Some(name) => fields.push((name, value)),
                None if matches!(value.kind, ExprKind::Unfinished(_) | ExprKind::Error) => {
                    return Some(error_expr(span));
                }
                None => {
                    let form = format!("{{ name: {} }}", value.to_short_text());
                    self.sink.error_range(value.span, messages::unnamed_field(&form));
                    return Some(error_expr(span));
                }
            }
        }
        Some(Expr { kind: ExprKind::Struct(fields), span })
    }

    /// `"[" expr "]"` behind a list or a map.
    pub(super) fn index(&mut self, list: Expr, reader: &mut Reader<'_>) -> Option<Expr> {
        let (mut inside, (_, close)) = reader.group(Delimiter::Bracket)?;
        if inside.punct(':').is_some() {
            return self.slice(&list, None, &mut inside, close);
        }
        let position = Box::new(self.expr(&mut inside)?);
        if inside.punct(':').is_some() {
            return self.slice(&list, Some(&position), &mut inside, close);
        }
        if !inside.is_end() {
            let message = messages::expected("`]`", &inside.describe());
            let form = format!("one item is written `{}[{}]`", list.to_form(), position.to_form());
            self.error(inside.span(), message.help(form));
        }
        let span = (list.span.0, close);
        Some(Expr { kind: ExprKind::Index(Box::new(list), position), span })
    }

    /// `[a:b]` behind a text or a list, as Python and DuckDB write a part of it. Which of the two it is, is
    /// not known here.
    fn slice(
        &mut self,
        of: &Expr,
        from: Option<&Expr>,
        inside: &mut Reader<'_>,
        close: Span,
    ) -> Option<Expr> {
        let to = if inside.is_end() { None } else { Some(self.expr(inside)?) };
        let whole = |bound: &Expr| match &bound.kind {
            ExprKind::Literal(Literal::Int(value)) => Some(*value),
            ExprKind::Negative(inner) => match &inner.kind {
                ExprKind::Literal(Literal::Int(value)) => Some(-value),
                _ => None,
            },
            _ => None,
        };
        let shown = of.to_form();
        let bound = |bound: Option<&Expr>| bound.map(Expr::to_form);
        let numbers = (from.map_or(Some(1), whole), to.as_ref().map(whole));
        let text = match numbers {
            // Python counts from 0 to the one before the end, which is the same number from 1.
            (Some(0 | 1), Some(Some(end @ 0..))) => Some(format!("substr({shown}, 1, {end})")),
            (Some(start @ 1..), Some(Some(end))) if end >= start => {
                Some(format!("substr({shown}, {start}, {})", end - start + 1))
            }
            (Some(0), None) => Some(shown.clone()),
            (Some(start @ 1..), None) => Some(format!("substr({shown}, {start})")),
            (Some(start), None) => Some(format!("right({shown}, {})", start.unsigned_abs())),
            _ => None,
        };
        let text = text.unwrap_or_else(|| format!("substr({shown}, …, …)"));
        let (start, end) = (bound(from), bound(to.as_ref()));
        let written = format!(
            "{shown}[{}:{}]",
            start.as_deref().unwrap_or_default(),
            end.as_deref().unwrap_or_default()
        );
        let list = match (start.as_deref(), end.as_deref()) {
            (start, Some(end)) if start != Some("0") => {
                format!("array_slice({shown}, {}, {end})", start.unwrap_or("1"))
            }
            (_, Some(end)) => format!("array_slice({shown}, 1, {end})"),
            (start, None) => format!(
                "array_slice({shown}, {}, array_length({shown}))",
                start.filter(|start| *start != "0").unwrap_or("1")
            ),
        };
        let span = (of.span.0, close);
        let message = messages::operator(&written, &text)
            .help(format!("of a list: `{list}`; positions count from 1"));
        self.sink.error_range(span, message);
        Some(error_expr(span))
    }
}
