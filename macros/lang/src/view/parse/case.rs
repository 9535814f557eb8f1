//! `case when … then … else … end`.

use super::Parser;
use super::error_expr;
use super::expression::WORDS;
use crate::tokens::Reader;
use crate::view::messages;
use crate::view::syntax::{Expr, ExprKind};

impl Parser<'_> {
    /// `"case" { "when" expr "then" expr } [ "else" expr ] "end"`
    pub(super) fn case(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let (start, _) = self.keyword(reader, "case")?;
        let mut branches = Vec::new();
        let value = self.value_of_case(reader)?;
        while self.keyword(reader, "when").is_some() {
            let condition = self.expr(reader)?;
            let condition = match value {
                true => error_expr(condition.span),
                false => condition,
            };
            if self.keyword(reader, "then").is_none() {
                self.expected(reader, "`then`");
                return None;
            }
            branches.push((condition, self.expr(reader)?));
        }
        if branches.is_empty() {
            self.expected(reader, "`when`");
            return None;
        }
        let otherwise = match self.keyword(reader, "else") {
            Some(_) => Some(Box::new(self.expr(reader)?)),
            None => None,
        };
        let Some((end, _)) = self.keyword(reader, "end") else {
            let wanted = if otherwise.is_some() { "`end`" } else { "`when`, `else` or `end`" };
            self.expected(reader, wanted);
            return None;
        };
        Some(Expr { kind: ExprKind::Case { branches, otherwise }, span: (start, end) })
    }

    /// `case x when 1 …`: the value that SQL compares with each `when`.
    fn value_of_case(&mut self, reader: &mut Reader<'_>) -> Option<bool> {
        let word = reader.peek_ident().map(|word| word.to_string().to_lowercase());
        if reader.is_end() || word.is_some_and(|word| WORDS.contains(&word.as_str())) {
            return Some(false);
        }
        let value = self.expr(reader)?;
        let shown = value.to_short_text();
        let form = (format!("case {shown} when"), format!("case when {shown} =="));
        self.sink.error_range(value.span, messages::operator(&form.0, &form.1));
        Some(true)
    }
}
