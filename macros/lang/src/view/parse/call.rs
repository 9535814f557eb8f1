//! Calls: arguments, and the clauses that say which rows a function sees.
//!
//! ```text
//! call     = path "(" [ [ "distinct" ] arg { "," arg } [ "," ] ] [ "order" "by" keys ] ")"
//!            [ "filter" "(" expr ")" ] [ ( "ignore" | "respect" ) "nulls" ]
//!            [ "over" ( name | "(" window ")" ) ]
//! arg      = [ name "=>" ] expr
//! ```
//!
//! The words behind a call are words there alone: columns may be called like them.

use proc_macro2::{Delimiter, Span};

use super::Parser;
use super::words::begins_order;
use crate::tokens::{Range, Reader};
use crate::view::messages;
use crate::view::syntax::{Arg, Call, Callee, Expr, ExprKind, Filter};

impl Parser<'_> {
    /// A call whose name and opening parenthesis have been read; `at` is the name, and where the
    /// arguments end.
    pub(super) fn call(
        &mut self,
        reader: &mut Reader<'_>,
        mut inside: Reader<'_>,
        (callee, name): (Callee, String),
        (name_span, close): (Range, Span),
    ) -> Option<Expr> {
        let distinct = if peek_distinct(inside) { inside.word("distinct") } else { None };
        let mut args = Vec::new();
        if let Some(star) = inside.punct('*') {
            self.error(star, messages::count_star());
        }
        while !inside.is_end() && !begins_order(&inside) {
            args.push(self.arg(&mut inside));
        }
        let mut call = Call {
            callee,
            name,
            name_span,
            distinct,
            args,
            order_by: Vec::new(),
            filter: None,
            ignore_nulls: None,
            over: None,
        };
        if self.keyword(&mut inside, "order").is_some() {
            self.by(&mut inside, "order")?;
            call.order_by = self.sort_keys(&mut inside)?;
            if !inside.is_end() {
                self.expected(&inside, "`,` or `)`");
            }
        }
        let mut end = close;
        while self.clause(reader, &mut call)? {
            end = reader.last_span();
        }
        Some(Expr { kind: ExprKind::Call(Box::new(call)), span: (name_span.0, end) })
    }

    fn arg(&mut self, reader: &mut Reader<'_>) -> Arg {
        let mut ahead = *reader;
        let name = ahead.ident().filter(|name| {
            let start = ahead.span();
            if ahead.op("=>").is_some() {
                return true;
            }
            let sign = match (ahead.peek('='), ahead.peek(':')) {
                (true, _) if !ahead.peek_op("==") => "=",
                (_, true) if !ahead.peek_path_separator() => ":",
                _ => return false,
            };
            ahead.op(sign);
            self.error(start, messages::argument_name(&name.to_string(), sign));
            true
        });
        if name.is_some() {
            *reader = ahead;
        }
        Arg { name, value: self.listed_expr(reader) }
    }

    /// One clause behind the parentheses of a call; whether there was one.
    fn clause(&mut self, reader: &mut Reader<'_>, call: &mut Call) -> Option<bool> {
        let mut ahead = *reader;
        let Some(word) = ahead.ident() else { return Some(false) };
        let in_parentheses = ahead.peek_group(Delimiter::Parenthesis);
        let next = ahead.peek_ident().map(|next| next.to_string().to_lowercase());
        match (word.to_string().to_lowercase().as_str(), next.as_deref()) {
            ("filter", _) if in_parentheses => self.filter(reader, call)?,
            ("over", _) if in_parentheses || next.is_some() => {
                self.keyword(reader, "over");
                call.over = Some(Box::new(self.over(reader, word.span())?));
            }
            ("ignore", Some("nulls")) => {
                self.keyword(reader, "ignore");
                self.keyword(reader, "nulls");
                call.ignore_nulls = Some((word.span(), reader.last_span()));
            }
            ("respect", Some("nulls")) => {
                self.keyword(reader, "respect");
                self.keyword(reader, "nulls");
            }
            ("within", Some("group")) => {
                reader.skip();
                reader.skip();
                let span = (word.span(), reader.last_span());
                // The engine's percentiles sort by what they are of.
                let form = match call.name.contains("percentile") {
                    true => format!("{}(x, …)", call.name),
                    false => format!("{}(… order by …)", call.name),
                };
                self.sink.error_range(span, messages::operator("within group (…)", &form));
                reader.group(Delimiter::Parenthesis);
            }
            _ => return Some(false),
        }
        Some(true)
    }

    /// `"filter" "(" expr ")"`; SQL has a `where` in it.
    fn filter(&mut self, reader: &mut Reader<'_>, call: &mut Call) -> Option<()> {
        let (start, _) = self.keyword(reader, "filter")?;
        let (mut inside, (_, close)) = reader.group(Delimiter::Parenthesis)?;
        let word = inside.peek_ident();
        if let Some(word) = word.filter(|word| word.to_string().eq_ignore_ascii_case("where")) {
            inside.skip();
            self.error(word.span(), messages::operator("filter (where …)", "filter (…)"));
        }
        let condition = Box::new(self.expr(&mut inside)?);
        if !inside.is_end() {
            self.expected(&inside, "`)`");
        }
        call.filter = Some(Filter { condition, span: (start, close) });
        Some(())
    }
}

/// `distinct` before an argument, not a column of that name.
fn peek_distinct(mut reader: Reader<'_>) -> bool {
    let distinct: Option<Span> = reader.word("distinct");
    let alone = reader.is_end() || reader.peek(',') || reader.peek('.');
    distinct.is_some() && !alone
}
