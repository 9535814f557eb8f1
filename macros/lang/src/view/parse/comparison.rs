//! Comparisons: what stands between `not` and the sums of an expression.

use proc_macro2::Delimiter;

use super::Parser;
use super::error_expr;
use super::expression::{binary, subquery};
use crate::tokens::{Range, Reader};
use crate::view::messages;
use crate::view::model::BinaryOp;
use crate::view::syntax::{Expr, ExprKind, Subquery};

const COMPARISONS: [(&str, BinaryOp); 6] = [
    ("==", BinaryOp::Eq),
    ("!=", BinaryOp::NotEq),
    ("<=", BinaryOp::LtEq),
    (">=", BinaryOp::GtEq),
    ("<", BinaryOp::Lt),
    (">", BinaryOp::Gt),
];

/// What reads the rest of a comparison whose word has been read.
type Rest<'s> = fn(&mut Parser<'s>, &mut Reader<'_>, Expr, bool) -> Option<Expr>;

impl<'s> Parser<'s> {
    pub(super) fn compare(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let left = self.sum(reader)?;
        if let Some(unknown) = self.foreign_operator(reader, &left) {
            return Some(unknown);
        }
        if reader.peek_word("is") || reader.peek_other_case("is").is_some() {
            return self.is_null(reader, left);
        }
        let mut ahead = *reader;
        let negated = ahead.peek_word("not") || ahead.peek_other_case("not").is_some();
        if negated {
            ahead.skip();
        }
        let words: [(&str, Rest<'s>); 3] =
            [("in", Self::in_list), ("like", Self::like), ("between", Self::between)];
        for (word, read) in words {
            if ahead.peek_word(word) || ahead.peek_other_case(word).is_some() {
                if negated {
                    self.keyword(reader, "not");
                }
                self.keyword(reader, word);
                return read(self, reader, left, negated);
            }
        }
        let Some(op) = self.comparison(reader) else { return Some(left) };
        let right = self.sum(reader)?;
        let right = self.foreign_operator(reader, &right).unwrap_or(right);
        let Some(span) = peek_comparison(reader) else { return Some(binary(left, op, right)) };
        let middle = right.to_short_text();
        let first = binary(left, op, right).to_short_text();
        let mut ahead = *reader;
        let second = COMPARISONS.iter().find(|(text, _)| ahead.op(text).is_some());
        let (sign, _) = second.unwrap_or(&COMPARISONS[0]);
        let last = self.sum(&mut ahead);
        *reader = ahead;
        let last = last.map_or_else(|| "…".to_owned(), |last| last.to_short_text());
        let form = format!("{first} and {middle} {sign} {last}");
        self.sink.error_range(span, messages::comparison_chain(&form));
        Some(error_expr(span))
    }

    fn like(&mut self, reader: &mut Reader<'_>, left: Expr, negated: bool) -> Option<Expr> {
        let pattern = self.sum(reader)?;
        let span = (left.span.0, pattern.span.1);
        let (expr, pattern) = (Box::new(left), Box::new(pattern));
        Some(Expr { kind: ExprKind::Like { expr, pattern, negated }, span })
    }

    /// `sum "and" sum`
    fn between(&mut self, reader: &mut Reader<'_>, left: Expr, negated: bool) -> Option<Expr> {
        let low = self.sum(reader)?;
        if self.keyword(reader, "and").is_none() {
            self.expected(reader, "`and` and the greatest value");
            return None;
        }
        let high = self.sum(reader)?;
        let span = (left.span.0, high.span.1);
        let (expr, low, high) = (Box::new(left), Box::new(low), Box::new(high));
        Some(Expr { kind: ExprKind::Between { expr, low, high, negated }, span })
    }

    fn comparison(&mut self, reader: &mut Reader<'_>) -> Option<BinaryOp> {
        if let Some(span) = reader.op("<>") {
            self.sink.error_range(span, messages::operator("<>", "!="));
            return Some(BinaryOp::NotEq);
        }
        if let Some((_, op)) = COMPARISONS.iter().find(|(text, _)| reader.op(text).is_some()) {
            return Some(*op);
        }
        let mut ahead = *reader;
        let equals = ahead.punct('=')?;
        if ahead.peek('>') {
            return None;
        }
        self.error(equals, messages::single_equals());
        *reader = ahead;
        Some(BinaryOp::Eq)
    }

    fn is_null(&mut self, reader: &mut Reader<'_>, left: Expr) -> Option<Expr> {
        let start = reader.span();
        let mut written = String::new();
        let mut word = |reader: &mut Reader<'_>, word: &str| {
            let found = reader.peek_word(word) || reader.peek_other_case(word).is_some();
            if let Some(ident) = reader.peek_ident().filter(|_| found) {
                written += &format!(" {ident}");
                reader.skip();
            }
            found
        };
        word(reader, "is");
        let negated = word(reader, "not");
        if !word(reader, "null") {
            self.expected(reader, if negated { "`null`" } else { "`null` or `not null`" });
            return None;
        }
        let right = if negated { "is not null" } else { "is null" };
        if written.trim() != right {
            let span = (start, reader.last_span());
            self.sink.error_range(span, messages::operator(written.trim(), right));
        }
        let span = (left.span.0, reader.last_span());
        Some(Expr { kind: ExprKind::IsNull { expr: Box::new(left), negated }, span })
    }

    fn in_list(&mut self, reader: &mut Reader<'_>, left: Expr, negated: bool) -> Option<Expr> {
        if let Some(query) = self.value_query(reader) {
            let span = (left.span.0, reader.last_span());
            return Some(subquery(Subquery::In { expr: Box::new(left), negated }, query, span));
        }
        let group = match reader.group(Delimiter::Bracket) {
            Some((inside, span)) => {
                self.sink.error_range(span, messages::operator("in […]", "in (…)"));
                Some((inside, span))
            }
            None => reader.group(Delimiter::Parenthesis),
        };
        let Some((mut inside, (open, close))) = group else {
            let list = self.sum(reader)?;
            if !matches!(list.kind, ExprKind::Name(_) | ExprKind::Field(..) | ExprKind::Call(_)) {
                let shown = list.to_short_text();
                let message = messages::expected("`(…)` after `in`", &format!("`{shown}`"));
                self.sink.error_range(list.span, message);
                return Some(error_expr((left.span.0, list.span.1)));
            }
            let form = (left.to_short_text(), list.to_short_text());
            let wrong = format!("{} in {}", form.0, form.1);
            let right = format!("array_has({}, {})", form.1, form.0);
            let span = (left.span.0, list.span.1);
            self.sink.error_range(span, messages::operator(&wrong, &right));
            return Some(error_expr(span));
        };
        if let Some(unknown) = self.subquery(&inside, (open, close)) {
            return Some(unknown);
        }
        let mut items = Vec::new();
        while !inside.is_end() {
            items.push(self.listed_expr(&mut inside));
        }
        let span = (left.span.0, close);
        Some(Expr { kind: ExprKind::In { expr: Box::new(left), items, negated }, span })
    }
}

fn peek_comparison(reader: &Reader<'_>) -> Option<Range> {
    let mut ahead = *reader;
    COMPARISONS.iter().find_map(|(text, _)| ahead.op(text))
}
