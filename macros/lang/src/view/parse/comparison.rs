//! Comparisons: what stands between `not` and the sums of an expression.

use proc_macro2::{Delimiter, Span};

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

/// Comparisons of other languages, the longer ones first.
const FOREIGN: [(&str, &str, BinaryOp); 6] = [
    ("===", "==", BinaryOp::Eq),
    ("!==", "!=", BinaryOp::NotEq),
    ("<=>", "==", BinaryOp::Eq),
    ("<>", "!=", BinaryOp::NotEq),
    ("=<", "<=", BinaryOp::LtEq),
    ("=>", ">=", BinaryOp::GtEq),
];

/// What reads the rest of a comparison whose word has been read.
type Rest<'s> = fn(&mut Parser<'s>, &mut Reader<'_>, Expr, bool) -> Option<Expr>;

impl<'s> Parser<'s> {
    pub(super) fn compare(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let mut left = self.sum(reader)?;
        while let Some(unknown) = self.foreign_operator(reader, &left) {
            left = unknown;
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
        if let Some((mut inside, span)) = pair(reader) {
            let (low, high) = (self.listed_expr(&mut inside), self.listed_expr(&mut inside));
            let form = format!("{} and {}", low.to_form(), high.to_form());
            self.sink.error_range(
                span,
                messages::operator("between (…, …)", &format!("between {form}")),
            );
            let (expr, low, high) = (Box::new(left), Box::new(low), Box::new(high));
            let span = (expr.span.0, span.1);
            return Some(Expr { kind: ExprKind::Between { expr, low, high, negated }, span });
        }
        let low = self.sum(reader)?;
        let comma = reader.punct(',');
        if comma.is_none() && self.keyword(reader, "and").is_none() {
            let message = messages::expected("`and` and the greatest value", &reader.describe());
            self.error(reader.span(), message.help(format!("`between {} and …`", low.to_form())));
            return None;
        }
        let high = self.sum(reader)?;
        if comma.is_some() {
            let (from, to) = (low.to_form(), high.to_form());
            let (wrong, right) =
                (format!("between {from}, {to}"), format!("between {from} and {to}"));
            self.sink.error_range((low.span.0, high.span.1), messages::operator(&wrong, &right));
        }
        let span = (left.span.0, high.span.1);
        let (expr, low, high) = (Box::new(left), Box::new(low), Box::new(high));
        Some(Expr { kind: ExprKind::Between { expr, low, high, negated }, span })
    }

    fn comparison(&mut self, reader: &mut Reader<'_>) -> Option<BinaryOp> {
        for (written, right, op) in FOREIGN {
            if let Some(span) = reader.op(written) {
                self.sink.error_range(span, messages::operator(written, right));
                return Some(op);
            }
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
            return self.is_other(reader, left, (start, negated));
        }
        let right = if negated { "is not null" } else { "is null" };
        if written.trim() != right {
            let span = (start, reader.last_span());
            self.sink.error_range(span, messages::operator(written.trim(), right));
        }
        let span = (left.span.0, reader.last_span());
        Some(Expr { kind: ExprKind::IsNull { expr: Box::new(left), negated }, span })
    }

    /// `is true`, `is not false`, `is distinct from b`, behind `is`.
    fn is_other(
        &mut self,
        reader: &mut Reader<'_>,
        left: Expr,
        (start, negated): (Span, bool),
    ) -> Option<Expr> {
        let shown = left.to_form();
        let word = reader.peek_ident().map(|word| word.to_string().to_lowercase());
        let not = if negated { "not " } else { "" };
        let boxed = || Box::new(left.clone());
        let form = |kind| Expr { kind, span: left.span }.to_form();
        let (written, form) = match word.as_deref() {
            Some(word @ ("true" | "false")) => {
                reader.skip();
                let form = match (word == "true", negated) {
                    (true, false) => shown,
                    (false, false) => form(ExprKind::Not(boxed())),
                    (true, true) => format!("not coalesce({shown}, false)"),
                    (false, true) => format!("coalesce({shown}, true)"),
                };
                (format!("is {not}{word}"), form)
            }
            Some("unknown") => {
                reader.skip();
                let form = form(ExprKind::IsNull { expr: boxed(), negated });
                (format!("is {not}unknown"), form)
            }
            Some("distinct") => {
                reader.skip();
                self.keyword(reader, "from")?;
                let right = self.sum(reader)?.to_form();
                let sign = if negated { "==" } else { "!=" };
                let written = format!("is {not}distinct from");
                let form = format!("`{shown} {sign} {right}`, which is NULL where a side is");
                let span = (start, reader.last_span());
                self.sink.error_range(span, messages::no_operator(&written, Some(&form)));
                return Some(error_expr((left.span.0, span.1)));
            }
            _ => {
                let wanted = if negated { "`null`" } else { "`null` or `not null`" };
                let message = messages::expected(wanted, &reader.describe());
                let sign = if negated { "!=" } else { "==" };
                let form = format!("values are compared by `{sign}`: `{shown} {sign} …`");
                self.error(reader.span(), message.help(form));
                return None;
            }
        };
        let span = (start, reader.last_span());
        self.sink.error_range(span, messages::operator(&written, &form));
        Some(error_expr((left.span.0, span.1)))
    }

    fn in_list(&mut self, reader: &mut Reader<'_>, left: Expr, negated: bool) -> Option<Expr> {
        if let Some(query) = self.value_query(reader) {
            let span = (left.span.0, reader.last_span());
            return Some(subquery(Subquery::In { expr: Box::new(left), negated }, query, span));
        }
        let mut bracket = None;
        let group = match reader.group(Delimiter::Bracket) {
            Some((inside, span)) => {
                bracket = Some(span);
                Some((inside, span))
            }
            None => reader.group(Delimiter::Parenthesis),
        };
        let Some((mut inside, (open, close))) = group else {
            let list = self.sum(reader)?;
            if let ExprKind::Literal(_) | ExprKind::Negative(_) = list.kind {
                let first = list.span.0;
                let items = self.bare_items(reader, list);
                let shown = items.iter().map(Expr::to_form).collect::<Vec<_>>().join(", ");
                let form = (format!("in {shown}"), format!("in ({shown})"));
                let last = items.last().map_or(first, |item| item.span.1);
                self.sink.error_range((first, last), messages::operator(&form.0, &form.1));
                let span = (left.span.0, last);
                let kind = ExprKind::In { expr: Box::new(left), items, negated };
                return Some(Expr { kind, span });
            }
            if !matches!(list.kind, ExprKind::Name(_) | ExprKind::Field(..) | ExprKind::Call(_)) {
                let shown = list.to_short_text();
                let message = messages::wanted("`(…)` after `in`", &format!("`{shown}`"));
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
        if let Some(span) = bracket {
            let shown = items.iter().map(Expr::to_form).collect::<Vec<_>>().join(", ");
            self.sink.error_range(span, messages::operator("in […]", &format!("in ({shown})")));
        }
        let span = (left.span.0, close);
        Some(Expr { kind: ExprKind::In { expr: Box::new(left), items, negated }, span })
    }

    /// `1, 2` behind `in`: the constants that follow the first, as far as they are constants.
    fn bare_items(&mut self, reader: &mut Reader<'_>, first: Expr) -> Vec<Expr> {
        let mut items = vec![first];
        loop {
            let mut ahead = *reader;
            if ahead.punct(',').is_none() {
                return items;
            }
            let minus = ahead.punct('-').is_some();
            if ahead.literal().is_none() {
                return items;
            }
            // An entry behind the comma would go on with a `:` or an operator, a constant ends here.
            if !ahead.is_end() && !ahead.peek(',') && ahead.peek_ident().is_none() {
                return items;
            }
            reader.punct(',');
            let start = reader.span();
            if minus {
                reader.punct('-');
            }
            let token = reader.literal();
            let literal = token.and_then(|token| self.literal(&token, start));
            let Some(literal) = literal else { return items };
            let literal = literal.negative().filter(|_| minus).unwrap_or(literal);
            let span = (start, reader.last_span());
            items.push(Expr { kind: ExprKind::Literal(literal), span });
        }
    }
}

/// `(a, b)` behind `between`.
fn pair<'a>(reader: &mut Reader<'a>) -> Option<(Reader<'a>, Range)> {
    let mut ahead = *reader;
    let (inside, span) = ahead.group(Delimiter::Parenthesis)?;
    let commas = inside.rest().into_iter().filter(
        |token| matches!(token, proc_macro2::TokenTree::Punct(comma) if comma.as_char() == ','),
    );
    let ends = !(ahead.peek_word("and") || ahead.peek_other_case("and").is_some());
    (commas.count() == 1 && (ends || inside.rest().into_iter().count() == 3)).then(|| {
        *reader = ahead;
        (inside, span)
    })
}

fn peek_comparison(reader: &Reader<'_>) -> Option<Range> {
    let mut ahead = *reader;
    COMPARISONS.iter().find_map(|(text, _)| ahead.op(text))
}
