//! Expressions.
//!
//! ```text
//! expr     = and { "or" and }
//! and      = not { "and" not }
//! not      = "not" not | compare
//! compare  = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum
//!                | "is" [ "not" ] "null"
//!                | [ "not" ] "in" "(" [ expr { "," expr } ] ")"
//!                | [ "not" ] "like" sum ]
//! sum      = product { ( "+" | "-" ) product }
//! product  = unary { ( "*" | "/" | "%" ) unary }
//! unary    = "-" unary | postfix
//! postfix  = primary { "." name }
//! primary  = literal | "true" | "false" | "null" | "(" expr ")"
//!          | "case" { "when" expr "then" expr } [ "else" expr ] "end"
//!          | ( "cast" | "try_cast" ) "(" expr "as" type ")"
//!          | path "(" [ [ "distinct" ] arg { "," arg } [ "," ] ] ")" | name
//! arg      = [ name "=>" ] expr
//! ```
//!
//! Operators of other languages (`=`, `<>`, `&&`, `||`, `!`) are reported with the ones of this
//! language and then read as if they had been written right.

use proc_macro2::{Delimiter, Span};

use super::step::{begins_step, error_expr};
use super::{Parser, skip_past_comma};
use crate::tokens::{Range, Reader, name_of};
use crate::types::{TypeSyntax, parse_path, path_text};
use crate::view::builtins;
use crate::view::messages;
use crate::view::model::{BinaryOp, Literal};
use crate::view::syntax::{Arg, Call, Callee, Expr, ExprKind};

/// How deep an expression may nest, a chain of operators counted too: what walks the tree recurses.
const DEPTH_MAX: usize = 128;

/// What a level in parentheses counts: reading it takes as many functions as there are precedences.
const NESTED: usize = 3;

/// Words that continue an expression and are therefore no names of columns.
const WORDS: [&str; 13] =
    ["and", "or", "not", "is", "in", "like", "when", "then", "else", "end", "as", "on", "outer"];

const COMPARISONS: [(&str, BinaryOp); 6] = [
    ("==", BinaryOp::Eq),
    ("!=", BinaryOp::NotEq),
    ("<=", BinaryOp::LtEq),
    (">=", BinaryOp::GtEq),
    ("<", BinaryOp::Lt),
    (">", BinaryOp::Gt),
];

const SUMS: [(&str, BinaryOp); 2] = [("+", BinaryOp::Add), ("-", BinaryOp::Sub)];

const PRODUCTS: [(&str, BinaryOp); 3] =
    [("*", BinaryOp::Mul), ("/", BinaryOp::Div), ("%", BinaryOp::Rem)];

impl Parser<'_> {
    /// Reads an expression; `None` after an error, which the sink has.
    pub(super) fn expr(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        self.deeper(reader, Self::or)
    }

    fn deeper<T>(
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
        self.chain(reader, Self::and, |parser, reader| {
            if let Some(span) = reader.op("||") {
                parser.sink.error_range(span, messages::operator("||", "or"));
                return Some(BinaryOp::Or);
            }
            reader.word("or").map(|_| BinaryOp::Or)
        })
    }

    fn and(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        self.chain(reader, Self::not, |parser, reader| {
            if let Some(span) = reader.op("&&") {
                parser.sink.error_range(span, messages::operator("&&", "and"));
                return Some(BinaryOp::And);
            }
            reader.word("and").map(|_| BinaryOp::And)
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
        let written = reader.word("not").is_some();
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

    fn compare(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let left = self.sum(reader)?;
        if reader.word("is").is_some() {
            return self.is_null(reader, left);
        }
        let mut ahead = *reader;
        let negated = ahead.word("not").is_some();
        if ahead.word("in").is_some() {
            *reader = ahead;
            return self.in_list(reader, left, negated);
        }
        if ahead.word("like").is_some() {
            *reader = ahead;
            let pattern = self.sum(reader)?;
            let span = (left.span.0, pattern.span.1);
            let (expr, pattern) = (Box::new(left), Box::new(pattern));
            return Some(Expr { kind: ExprKind::Like { expr, pattern, negated }, span });
        }
        let Some(op) = self.comparison(reader) else { return Some(left) };
        let both = binary(left, op, self.sum(reader)?);
        if let Some(span) = peek_comparison(reader) {
            self.sink.error_range(span, messages::comparison_chain());
            return None;
        }
        Some(both)
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
        let negated = reader.word("not").is_some();
        let Some(null) = reader.word("null") else {
            self.expected(reader, if negated { "`null`" } else { "`null` or `not null`" });
            return None;
        };
        let span = (left.span.0, null);
        Some(Expr { kind: ExprKind::IsNull { expr: Box::new(left), negated }, span })
    }

    fn in_list(&mut self, reader: &mut Reader<'_>, left: Expr, negated: bool) -> Option<Expr> {
        let Some((mut inside, (_, close))) = reader.group(Delimiter::Parenthesis) else {
            self.expected(reader, "`(…)` after `in`");
            return None;
        };
        let mut items = Vec::new();
        while !inside.is_end() {
            items.push(self.listed_expr(&mut inside));
        }
        let span = (left.span.0, close);
        Some(Expr { kind: ExprKind::In { expr: Box::new(left), items, negated }, span })
    }

    /// An expression and the comma after it; an error is skipped up to the comma.
    fn listed_expr(&mut self, reader: &mut Reader<'_>) -> Expr {
        let start = reader.span();
        let expr = self.expr(reader);
        if expr.is_some() && !reader.is_end() && !reader.peek(',') {
            self.expected(reader, "`,`");
        }
        skip_past_comma(reader);
        expr.unwrap_or_else(|| error_expr((start, reader.last_span())))
    }

    fn sum(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
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
        while let Some(dot) = reader.punct('.') {
            self.enter(reader, 1)?;
            let Some(field) = reader.ident() else {
                self.error(dot, messages::name_after_dot());
                return Some(error_expr((expr.span.0, dot)));
            };
            let span = (expr.span.0, field.span());
            expr = Expr { kind: ExprKind::Field(Box::new(expr), field), span };
        }
        self.depth = depth;
        Some(expr)
    }

    fn primary(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let start = reader.span();
        if let Some((mut inside, (open, close))) = reader.group(Delimiter::Parenthesis) {
            let mut expr = self.expr(&mut inside)?;
            if !inside.is_end() {
                self.expected(&inside, "`)`");
            }
            expr.span = (open, close);
            return Some(expr);
        }
        if let Some(literal) = reader.literal() {
            let value = self.literal(&syn::Lit::new(literal), start)?;
            return Some(Expr { kind: ExprKind::Literal(value), span: (start, start) });
        }
        let Some(word) = reader.peek_ident() else {
            if !reader.peek_path_separator() {
                self.no_expression(reader);
                return None;
            }
            return self.path_or_call(reader);
        };
        let word = word.to_string();
        if WORDS.contains(&word.as_str()) || begins_step(reader) {
            self.no_expression(reader);
            return None;
        }
        let literal = match word.as_str() {
            "true" => Literal::Bool(true),
            "false" => Literal::Bool(false),
            "null" => Literal::Null,
            "case" => return self.deeper(reader, Self::case),
            _ => return self.path_or_call(reader),
        };
        reader.skip();
        Some(Expr { kind: ExprKind::Literal(literal), span: (start, start) })
    }

    fn no_expression(&self, reader: &Reader<'_>) {
        let found = (!reader.is_end()).then(|| reader.describe());
        self.error(reader.span(), messages::no_expression(found.as_deref()));
    }

    fn literal(&self, literal: &syn::Lit, span: Span) -> Option<Literal> {
        let suffix = literal.suffix();
        if !suffix.is_empty() {
            self.error(span, messages::literal_suffix(suffix));
            return None;
        }
        let value = match literal {
            syn::Lit::Str(text) => Some(Literal::String(text.value())),
            syn::Lit::Bool(bool) => Some(Literal::Bool(bool.value)),
            syn::Lit::Int(int) => int.base10_parse().ok().map(Literal::Int),
            syn::Lit::Float(float) => float
                .base10_parse()
                .ok()
                .filter(|value: &f64| value.is_finite())
                .map(Literal::Float),
            syn::Lit::Char(char) => {
                self.error(span, messages::char_literal(char.value()));
                return None;
            }
            _ => None,
        };
        if value.is_none() {
            self.error(span, messages::not_a_literal());
        }
        value
    }

    fn case(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let start = reader.word("case")?;
        let mut branches = Vec::new();
        while reader.word("when").is_some() {
            let condition = self.expr(reader)?;
            if reader.word("then").is_none() {
                self.expected(reader, "`then`");
                return None;
            }
            branches.push((condition, self.expr(reader)?));
        }
        if branches.is_empty() {
            self.expected(reader, "`when`");
            return None;
        }
        let otherwise = match reader.word("else") {
            Some(_) => Some(Box::new(self.expr(reader)?)),
            None => None,
        };
        let Some(end) = reader.word("end") else {
            let wanted = if otherwise.is_some() { "`end`" } else { "`when`, `else` or `end`" };
            self.expected(reader, wanted);
            return None;
        };
        Some(Expr { kind: ExprKind::Case { branches, otherwise }, span: (start, end) })
    }

    /// `path "(" … ")" | name`
    fn path_or_call(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let start = reader.span();
        let path = parse_path(reader)?;
        let name_span = (start, reader.last_span());
        let plain = path.get_ident().cloned();
        let Some((mut inside, (_, close))) = reader.group(Delimiter::Parenthesis) else {
            return match plain {
                Some(name) => Some(Expr { kind: ExprKind::Name(name), span: name_span }),
                None => {
                    self.sink.error_range(name_span, messages::path_as_value(&path_text(&path)));
                    None
                }
            };
        };
        let span = (start, close);
        if let Some(name) = &plain
            && (name == "cast" || name == "try_cast")
        {
            return self.cast(&mut inside, name == "try_cast", span);
        }
        let callee = match &plain {
            Some(name) if builtins::is_builtin(&name_of(name)) => Callee::Builtin,
            _ => Callee::User(self.functions.number(&path)),
        };
        let distinct = if peek_distinct(inside) { inside.word("distinct") } else { None };
        let mut args = Vec::new();
        if let Some(star) = inside.punct('*') {
            self.error(star, messages::count_star());
        }
        while !inside.is_end() {
            args.push(self.arg(&mut inside));
        }
        let name = plain.as_ref().map_or_else(|| path_text(&path), name_of);
        let call = Call { callee, name, name_span, distinct, args };
        Some(Expr { kind: ExprKind::Call(call), span })
    }

    fn arg(&mut self, reader: &mut Reader<'_>) -> Arg {
        let mut ahead = *reader;
        let name = ahead.ident().filter(|_| ahead.op("=>").is_some());
        if name.is_some() {
            *reader = ahead;
        }
        Arg { name, value: self.listed_expr(reader) }
    }

    /// `expr "as" type`
    fn cast(&mut self, reader: &mut Reader<'_>, lenient: bool, span: Range) -> Option<Expr> {
        let expr = Box::new(self.expr(reader)?);
        if reader.word("as").is_none() {
            self.expected(reader, "`as type`");
            return None;
        }
        let to = TypeSyntax::parse(reader, self.sink)?;
        to.visit_names(&mut |path| {
            self.types.number(path);
        });
        if !reader.is_end() {
            self.expected(reader, "`)`");
        }
        Some(Expr { kind: ExprKind::Cast { expr, to, lenient }, span })
    }
}

fn binary(left: Expr, op: BinaryOp, right: Expr) -> Expr {
    let span = (left.span.0, right.span.1);
    Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span }
}

fn one_of(reader: &mut Reader<'_>, operators: &[(&str, BinaryOp)]) -> Option<BinaryOp> {
    operators.iter().find(|(text, _)| reader.op(text).is_some()).map(|(_, op)| *op)
}

/// `distinct` before an argument, not a column of that name.
fn peek_distinct(mut reader: Reader<'_>) -> bool {
    let distinct: Option<Span> = reader.word("distinct");
    let alone = reader.is_end() || reader.peek(',') || reader.peek('.');
    distinct.is_some() && !alone
}

fn peek_comparison(reader: &Reader<'_>) -> Option<Range> {
    let mut ahead = *reader;
    COMPARISONS.iter().find_map(|(text, _)| ahead.op(text))
}
