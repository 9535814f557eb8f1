//! Expressions.
//!
//! ```text
//! expr     = and { "or" and }
//! and      = not { "and" not }
//! not      = "not" not | compare
//! compare  = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum
//!                | "is" [ "not" ] "null"
//!                | [ "not" ] "between" sum "and" sum
//!                | [ "not" ] "in" ( "(" [ expr { "," expr } ] ")" | query )
//!                | [ "not" ] "like" sum ]
//! sum      = product { ( "+" | "-" ) product }
//! product  = unary { ( "*" | "/" | "%" ) unary }
//! unary    = "-" unary | postfix
//! postfix  = primary { "." name | "[" expr "]" }
//! primary  = literal | "true" | "false" | "null" | "(" expr ")" | query | "exists" query
//!          | "[" [ expr { "," expr } [ "," ] ] "]"
//!          | "{" [ name ":" ] expr { "," [ name ":" ] expr } [ "," ] "}"
//!          | "case" { "when" expr "then" expr } [ "else" expr ] "end"
//!          | ( "cast" | "try_cast" ) "(" expr "as" type ")"
//!          | call | name
//! ```
//!
//! The grammar of calls is in [`super::call`].
//! Operators of other languages (`=`, `<>`, `&&`, `||`, `!`, and more in [`super::foreign`]) are
//! reported with the ones of this language and then read as if they had been written right.

use proc_macro2::{Delimiter, Span};

use super::error_expr;
use super::words::{begins_order, begins_step, belongs_to_what_follows};
use super::{Parser, skip_past_comma};
use crate::tokens::{Range, Reader, name_of};
use crate::types::{TypeSyntax, parse_path, path_text};
use crate::view::builtins;
use crate::view::messages;
use crate::view::model::{BinaryOp, Literal};
use crate::view::syntax::{Callee, Expr, ExprKind, Subquery};

/// How deep an expression may nest, a chain of operators counted too: what walks the tree recurses.
const DEPTH_MAX: usize = 128;

/// What a level in parentheses counts: reading it takes as many functions as there are precedences.
const NESTED: usize = 3;

/// Words that continue an expression and are therefore no names of columns.
pub(in crate::view) const WORDS: [&str; 14] = [
    "and", "or", "not", "is", "in", "like", "between", "when", "then", "else", "end", "as", "on",
    "outer",
];

const SUMS: [(&str, BinaryOp); 2] = [("+", BinaryOp::Add), ("-", BinaryOp::Sub)];

const PRODUCTS: [(&str, BinaryOp); 3] =
    [("*", BinaryOp::Mul), ("/", BinaryOp::Div), ("%", BinaryOp::Rem)];

impl Parser<'_> {
    /// Reads an expression; `None` after an error, which the sink has.
    pub(super) fn expr(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let expr = self.deeper(reader, Self::or)?;
        self.ternary(reader, expr)
    }

    pub(super) fn deeper<T>(
        &mut self,
        reader: &mut Reader<'_>,
        read: impl FnOnce(&mut Self, &mut Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        let depth = self.depth;
        let result = self.enter(reader, NESTED).and_then(|()| read(self, reader));
        self.depth = depth;
        result
    }

    /// Counts levels, unless they are too many; [`Self::deeper`] gives them back.
    fn enter(&mut self, reader: &Reader<'_>, levels: usize) -> Option<()> {
        if self.depth + levels > DEPTH_MAX {
            self.error(reader.span(), messages::too_deep());
            return None;
        }
        self.depth += levels;
        Some(())
    }

    fn or(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let depth = self.depth;
        let mut left = self.and(reader)?;
        loop {
            if let Some(sign) = reader.op("||") {
                self.enter(reader, 1)?;
                let right = self.and(reader)?;
                let span = (left.span.0, right.span.1);
                let (one, other) = (Box::new(left), Box::new(right));
                left = Expr { kind: ExprKind::Bars { left: one, right: other, sign }, span };
            } else if self.keyword(reader, "or").is_some() {
                self.enter(reader, 1)?;
                left = binary(left, BinaryOp::Or, self.and(reader)?);
            } else {
                break;
            }
        }
        self.depth = depth;
        Some(left)
    }

    fn and(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        self.chain(reader, Self::not, |parser, reader| {
            if let Some(span) = reader.op("&&") {
                parser.sink.error_range(span, messages::operator("&&", "and"));
                return Some(BinaryOp::And);
            }
            parser.keyword(reader, "and").map(|_| BinaryOp::And)
        })
    }

    /// `operand { operator operand }`, to the left.
    fn chain(
        &mut self,
        reader: &mut Reader<'_>,
        operand: fn(&mut Self, &mut Reader<'_>) -> Option<Expr>,
        operator: impl Fn(&Self, &mut Reader<'_>) -> Option<BinaryOp>,
    ) -> Option<Expr> {
        let depth = self.depth;
        let mut left = operand(self, reader)?;
        while let Some(op) = operator(self, reader) {
            self.enter(reader, 1)?;
            left = binary(left, op, operand(self, reader)?);
        }
        self.depth = depth;
        Some(left)
    }

    fn not(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let start = reader.span();
        let written = reader.word("not").is_some() || self.not_in_other_case(reader);
        if !written {
            let mut ahead = *reader;
            if ahead.punct('!').is_none() || ahead.peek('=') {
                return self.compare(reader);
            }
            self.error(start, messages::operator("!", "not"));
            *reader = ahead;
        }
        let inner = self.deeper(reader, Self::not)?;
        let span = (start, inner.span.1);
        Some(Expr { kind: ExprKind::Not(Box::new(inner)), span })
    }

    /// `NOT x`; a column of that name is followed by no operand.
    fn not_in_other_case(&self, reader: &mut Reader<'_>) -> bool {
        let Some(word) = reader.peek_other_case("not") else { return false };
        let mut ahead = *reader;
        ahead.skip();
        let operand = ahead.peek_literal()
            || ahead.peek_group(Delimiter::Parenthesis)
            || ahead.peek_ident().is_some_and(|next| !WORDS.contains(&next.to_string().as_str()));
        if operand {
            self.error(word.span(), messages::operator(&word.to_string(), "not"));
            *reader = ahead;
        }
        operand
    }

    /// An expression and the comma after it; an error is skipped up to the comma.
    pub(super) fn listed_expr(&mut self, reader: &mut Reader<'_>) -> Expr {
        let start = reader.span();
        let expr = self.expr(reader);
        // The arguments of an aggregate may end with its order.
        if expr.is_some() && begins_order(reader) {
            return expr.unwrap_or_else(|| error_expr((start, start)));
        }
        if let Some(expr) = &expr
            && !reader.is_end()
            && !reader.peek(',')
        {
            let message = messages::expected("`,`", &reader.describe());
            self.error(reader.span(), message.help(format!("`{}, …`", expr.to_short_text())));
        }
        skip_past_comma(reader);
        expr.unwrap_or_else(|| error_expr((start, reader.last_span())))
    }

    pub(super) fn sum(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        self.chain(reader, Self::product, |_, reader| one_of(reader, &SUMS))
    }

    fn product(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        self.chain(reader, Self::unary, |_, reader| one_of(reader, &PRODUCTS))
    }

    fn unary(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let Some(minus) = reader.punct('-') else { return self.postfix(reader) };
        let inner = self.deeper(reader, Self::unary)?;
        let span = (minus, inner.span.1);
        Some(Expr { kind: ExprKind::Negative(Box::new(inner)), span })
    }

    fn postfix(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let depth = self.depth;
        let mut expr = self.primary(reader)?;
        loop {
            if reader.peek_group(Delimiter::Bracket) {
                self.enter(reader, 1)?;
                expr = self.index(expr, reader)?;
                continue;
            }
            let Some(dot) = reader.punct('.') else {
                let method = match &expr.kind {
                    ExprKind::Field(object, name) => Some((&**object, name)),
                    _ => None,
                };
                match self.foreign_suffix(reader, &expr, method) {
                    Some(unknown) => expr = unknown,
                    None => break,
                }
                continue;
            };
            self.enter(reader, 1)?;
            let named = !belongs_to_what_follows(reader);
            let Some(field) = named.then(|| reader.ident()).flatten() else {
                self.error(dot, messages::name_after_dot());
                let span = (expr.span.0, dot);
                return Some(Expr { kind: ExprKind::Unfinished(Box::new(expr)), span });
            };
            let span = (expr.span.0, field.span());
            if let ExprKind::Error = expr.kind {
                expr.span = span;
                continue;
            }
            expr = Expr { kind: ExprKind::Field(Box::new(expr), field), span };
        }
        self.depth = depth;
        Some(expr)
    }

    fn primary(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let start = reader.span();
        if let Some(query) = self.value_query(reader) {
            let span = (start, reader.last_span());
            return Some(subquery(Subquery::Scalar, query, span));
        }
        if let Some((mut inside, (open, close))) = reader.group(Delimiter::Parenthesis) {
            if let Some(unknown) = self.subquery(&inside, (open, close)) {
                return Some(unknown);
            }
            let mut expr = self.expr(&mut inside)?;
            if let Some(cast) = self.cast_of_rust(&mut inside, &expr) {
                expr = cast;
            }
            if inside.peek(',') {
                let (comma, mut items) = (inside.span(), vec![expr.to_form()]);
                while inside.punct(',').is_some() && !inside.is_end() {
                    items.push(self.expr(&mut inside)?.to_form());
                }
                let items = items.join(", ");
                let message = messages::expected("`)`", "`,`");
                self.error(comma, message.help(format!("a list is written `[{items}]`")));
                return Some(error_expr((open, close)));
            }
            if !inside.is_end() {
                self.expected(&inside, "`)`");
            }
            expr.span = (open, close);
            return Some(expr);
        }
        if reader.peek_group(Delimiter::Bracket) {
            return self.deeper(reader, Self::list);
        }
        if reader.peek_group(Delimiter::Brace) {
            if let Some(unknown) = self.placeholder(reader) {
                return Some(unknown);
            }
            return self.deeper(reader, Self::structure);
        }
        if let Some(literal) = reader.literal() {
            let value = self.literal(&literal, start)?;
            return Some(Expr { kind: ExprKind::Literal(value), span: (start, start) });
        }
        let Some(ident) = reader.peek_ident() else {
            if let Some(unknown) = self.placeholder(reader) {
                return Some(unknown);
            }
            if !reader.peek_path_separator() {
                self.no_expression(reader);
                return None;
            }
            return self.path_or_call(reader);
        };
        self.word(reader, ident)
    }

    /// What begins with a word.
    fn word(&mut self, reader: &mut Reader<'_>, ident: proc_macro2::Ident) -> Option<Expr> {
        let start = reader.span();
        let word = ident.to_string();
        if WORDS.contains(&word.as_str()) || begins_step(reader) {
            return self.word_as_column(reader, ident);
        }
        if let Some(read) = self.foreign_operand(reader, &ident) {
            return read.ok();
        }
        if let Some(read) = self.typed_literal(reader).or_else(|| self.cast_of_name(reader)) {
            return Some(read);
        }
        if reader.peek_other_case("array").is_some() || reader.peek_word("array") {
            let read = self.deeper(reader, |parser, reader| Some(parser.array(reader)))?;
            if read.is_some() {
                return read;
            }
        }
        let literal = match word.as_str() {
            "true" => Literal::Bool(true),
            "false" => Literal::Bool(false),
            "null" => Literal::Null,
            "case" => return self.deeper(reader, Self::case),
            _ if reader.peek_other_case("case").is_some() && self.is_case(reader) => {
                return self.deeper(reader, Self::case);
            }
            _ => return self.path_or_call(reader),
        };
        reader.skip();
        Some(Expr { kind: ExprKind::Literal(literal), span: (start, start) })
    }

    /// `CASE WHEN`, not a column called `CASE`.
    fn is_case(&self, reader: &Reader<'_>) -> bool {
        let mut ahead = *reader;
        ahead.skip();
        ahead.peek_word("when") || ahead.peek_other_case("when").is_some()
    }

    /// A word of the language where an operand is wanted: a column, if an operator follows.
    fn word_as_column(&self, reader: &mut Reader<'_>, word: proc_macro2::Ident) -> Option<Expr> {
        let mut ahead = *reader;
        ahead.skip();
        let operator = ahead.peek_punct().is_some_and(|punct| {
            matches!(punct.as_char(), '=' | '<' | '>' | '!' | '+' | '/' | '%')
        }) || ahead.peek_word("is")
            || ahead.peek_word("in")
            || ahead.peek_word("like");
        if !operator {
            self.no_expression(reader);
            return None;
        }
        let found = reader.describe();
        self.error(word.span(), messages::no_expression(Some(&found), Some(&word.to_string())));
        *reader = ahead;
        Some(error_expr((word.span(), word.span())))
    }

    fn no_expression(&self, reader: &Reader<'_>) {
        let found = (!reader.is_end()).then(|| reader.describe());
        self.error(reader.span(), messages::no_expression(found.as_deref(), None));
    }

    pub(super) fn literal(&self, token: &proc_macro2::Literal, span: Span) -> Option<Literal> {
        let literal = syn::Lit::new(token.clone());
        let suffix = literal.suffix();
        if !suffix.is_empty() {
            let number = token.to_string();
            let number = number.strip_suffix(suffix).unwrap_or(&number).trim_end_matches('_');
            self.error(span, messages::literal_suffix(number, suffix));
            return None;
        }
        let value = match &literal {
            syn::Lit::Str(text) => Some(Literal::String(text.value())),
            syn::Lit::Bool(bool) => Some(Literal::Bool(bool.value)),
            syn::Lit::Int(int) => match int.base10_parse() {
                Ok(number) => Some(Literal::Int(number)),
                Err(_) => {
                    self.error(span, messages::number_too_large(int.base10_digits()));
                    return None;
                }
            },
            syn::Lit::Float(float) => Literal::of_number(float.base10_digits()),
            syn::Lit::Char(char) => {
                self.error(span, messages::single_quotes(&char.value().to_string()));
                return None;
            }
            _ => None,
        };
        // `'text'` is no token of Rust, which the compiler has said.
        let refused = token.to_string().starts_with('\'');
        if value.is_none() && !refused {
            self.error(span, messages::not_a_literal());
        }
        value
    }

    /// `path "(" … ")" | name`
    fn path_or_call(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let start = reader.span();
        let path = parse_path(reader)?;
        let name_span = (start, reader.last_span());
        if let Some(name) = path.get_ident()
            && reader.peek_group(Delimiter::Parenthesis)
            && let Some(advice) = builtins::advice(&name.to_string()).filter(|_| is_keyword(name))
        {
            let name = name.to_string();
            self.sink.error_range(name_span, messages::unknown_function(&name, &advice));
            reader.skip();
            return Some(error_expr((start, reader.last_span())));
        }
        if reader.peek_group(Delimiter::Parenthesis) && self.keyword_of_rust(&path) {
            reader.skip();
            return Some(error_expr((start, reader.last_span())));
        }
        let plain = path.get_ident().cloned();
        if plain.as_ref().is_some_and(|name| name.to_string().eq_ignore_ascii_case("exists"))
            && let Some(query) = self.value_query(reader)
        {
            let written = path_text(&path);
            if written != "exists" {
                self.sink.error_range(name_span, messages::operator(&written, "exists"));
            }
            return Some(subquery(Subquery::Exists, query, (start, reader.last_span())));
        }
        if plain.as_ref().is_some_and(|name| name.to_string().eq_ignore_ascii_case("exists"))
            && let Some(unknown) = self.exists_of_name(reader, start)
        {
            return Some(unknown);
        }
        let Some((mut inside, (_, close))) = reader.group(Delimiter::Parenthesis) else {
            return match plain {
                Some(name) => match self.value_of(&name) {
                    Some(value) => Some(Expr { span: name_span, ..value }),
                    None => Some(Expr { kind: ExprKind::Name(name), span: name_span }),
                },
                None => {
                    self.sink.error_range(name_span, messages::path_as_value(&path_text(&path)));
                    None
                }
            };
        };
        let span = (start, close);
        if let Some(unknown) = self.subquery(&inside, span) {
            return Some(unknown);
        }
        let name = plain.as_ref().map(ToString::to_string).unwrap_or_default();
        if let Some(unknown) = self.call_with_words(&name, inside, span) {
            return Some(unknown);
        }
        let other_case = plain.as_ref().and_then(|name| self.builtin_in_other_case(name));
        let name = match (other_case, &plain) {
            (Some(name), _) => name,
            (None, Some(name)) => name_of(name),
            (None, None) => path_text(&path),
        };
        if plain.is_some() && (name == "cast" || name == "try_cast") {
            return self.cast(&mut inside, name == "try_cast", span);
        }
        let callee = match &plain {
            Some(_) if builtins::is_builtin(&name) => Callee::Builtin,
            _ => Callee::User(self.functions.number(&path)),
        };
        self.call(reader, inside, (callee, name), (name_span, close))
    }

    /// `expr "as" type`
    fn cast(&mut self, reader: &mut Reader<'_>, lenient: bool, span: Range) -> Option<Expr> {
        let expr = Box::new(self.expr(reader)?);
        let comma = reader.punct(',');
        if comma.is_none() && self.keyword(reader, "as").is_none() {
            let message = messages::expected("`as type`", &reader.describe());
            let form = "write `as String` behind it, or another type";
            self.error(reader.span(), message.help(form));
            return None;
        }
        let begin = *reader;
        let to = TypeSyntax::parse(reader, self.sink)?;
        if let Some(comma) = comma {
            let (shown, ty) = (expr.to_short_text(), begin.text_before(reader));
            let form = (format!("{shown}, {ty}"), format!("{shown} as {ty}"));
            self.error(comma, messages::operator(&form.0, &form.1));
        }
        to.visit_names(&mut |path| {
            self.types.number(path);
        });
        if !reader.is_end() {
            self.expected(reader, "`)`");
        }
        Some(Expr { kind: ExprKind::Cast { expr, to, lenient }, span })
    }
}

/// Whether Rust has the word for itself, as `struct`, so that no function is called so.
fn is_keyword(name: &proc_macro2::Ident) -> bool {
    syn::parse_str::<proc_macro2::Ident>(&name.to_string()).is_err()
}

/// A query in the place of a value; one that could not be read is reported.
pub(super) fn subquery(form: Subquery, query: Option<usize>, span: Range) -> Expr {
    let kind = query.map_or(ExprKind::Error, |query| ExprKind::Subquery(form, query));
    Expr { kind, span }
}

pub(super) fn binary(left: Expr, op: BinaryOp, right: Expr) -> Expr {
    let span = (left.span.0, right.span.1);
    Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span }
}

fn one_of(reader: &mut Reader<'_>, operators: &[(&str, BinaryOp)]) -> Option<BinaryOp> {
    if reader.peek_op("->") || reader.peek_op("**") {
        return None;
    }
    operators.iter().find(|(text, _)| reader.op(text).is_some()).map(|(_, op)| *op)
}
