//! Lists and structs that are written out, and items of lists and maps.

use proc_macro2::Delimiter;

use super::Parser;
use super::error_expr;
use crate::tokens::Reader;
use crate::view::messages;
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
        let position = Box::new(self.expr(&mut inside)?);
        if !inside.is_end() {
            self.expected(&inside, "`]`");
        }
        let span = (list.span.0, close);
        Some(Expr { kind: ExprKind::Index(Box::new(list), position), span })
    }
}
