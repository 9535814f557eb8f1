//! Lists that are written out, and their items.

use proc_macro2::Delimiter;

use super::Parser;
use crate::tokens::Reader;
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

    /// `"[" expr "]"` behind a list.
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
