//! Values as other languages write them: `date "2024-01-01"`, `a ? b : c`, `if a then b`, `extract(…)`.
//!
//! Each is reported with the form of this language and read as that where it is known for what it is.

use proc_macro2::{Delimiter, Span, TokenTree};

use super::expression::WORDS;
use super::sql_text::is_word;
use super::words::begins_step;
use super::{Parser, error_expr};
use crate::tokens::{Range, Reader, name_of};
use crate::types::{Type, TypeSyntax, TypeSyntaxKind, foreign};
use crate::view::messages;
use crate::view::model::Literal;
use crate::view::syntax::{Arg, Call, Callee, Expr, ExprKind};

/// The units of a length of time, as `interval 1 day` names them.
const UNITS: [&str; 8] =
    ["year", "month", "week", "day", "hour", "minute", "second", "millisecond"];

impl Parser<'_> {
    /// `date "2024-01-01"`, `timestamp "…"`, `interval "1 day"`, `interval 1 day`.
    pub(super) fn typed_literal(&self, reader: &mut Reader<'_>) -> Option<Expr> {
        let start = reader.span();
        let mut ahead = *reader;
        let word = ahead.ident()?;
        let folded = word.to_string().to_lowercase();
        let ty = match folded.as_str() {
            "date" => Type::Date,
            "timestamp" | "timestamptz" | "datetime" => Type::Timestamp,
            "interval" => Type::Interval,
            _ => return None,
        };
        let place = ahead.span();
        let literal = ahead.literal()?;
        let mut text = match syn::Lit::new(literal.clone()) {
            syn::Lit::Str(text) => text.value(),
            syn::Lit::Int(number) if ty == Type::Interval => number.base10_digits().to_owned(),
            _ => return None,
        };
        let mut written = format!("{word} {literal}");
        let unit = ahead.peek_ident().map(|unit| unit.to_string().to_lowercase());
        if let Some(unit) = unit.filter(|unit| UNITS.contains(&unit.trim_end_matches('s')))
            && ty == Type::Interval
        {
            ahead.skip();
            text = format!("{text} {unit}");
            written = format!("{written} {unit}");
        }
        *reader = ahead;
        let span = (start, reader.last_span());
        let constant =
            Expr { kind: ExprKind::Literal(Literal::String(text.clone())), span: (place, place) };
        let (form, kind) = if ty == Type::Interval {
            (format!("interval({text:?})"), call("interval", constant, span))
        } else {
            let form = format!("cast({text:?} as {ty})");
            let to = TypeSyntax { kind: TypeSyntaxKind::Plain(ty), span: (start, start) };
            (form, ExprKind::Cast { expr: Box::new(constant), to, lenient: false })
        };
        // That the text stands in single quotes is a part of it.
        let quoted = literal.span().start();
        self.sink.change_since(0, |error| {
            error.message.code != "V0021" || error.start.start() != quoted
        });
        self.sink.error_range(span, messages::operator(&written, &form));
        Some(Expr { kind, span })
    }

    /// `a ? b : c`
    pub(super) fn ternary(&mut self, reader: &mut Reader<'_>, condition: Expr) -> Option<Expr> {
        if reader.punct('?').is_none() {
            return Some(condition);
        }
        let then = self.expr(reader)?;
        let otherwise = match reader.punct(':') {
            Some(_) => Some(self.expr(reader)?),
            None => None,
        };
        let span = (condition.span.0, reader.last_span());
        let (case, form) =
            case(condition, then, otherwise.map(|value| (value.to_form(), value)), span);
        self.sink.error_range(span, messages::operator("… ? … : …", &form));
        Some(case)
    }

    /// `if a then b else c`, `if a { b } else { c }`, whose word has been seen.
    pub(super) fn if_words(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let start = reader.span();
        let (case, form) = self.if_case(reader, start)?;
        self.sink.error_range(case.span, messages::operator("if …", &form));
        Some(case)
    }

    /// The `case` that is meant, and how it is written.
    fn if_case(&mut self, reader: &mut Reader<'_>, start: Span) -> Option<(Expr, String)> {
        reader.skip();
        let condition = self.expr(reader)?;
        let then = self.branch(reader, "then")?;
        let mut ahead = *reader;
        let is_else = ahead.peek_word("else") || ahead.peek_other_case("else").is_some();
        ahead.skip();
        let is_if = is_else && ahead.peek_word("if");
        let otherwise = match is_else {
            false => None,
            true if is_if => {
                *reader = ahead;
                let (inner, form) = self.if_case(reader, start)?;
                Some((form, inner))
            }
            true => {
                let value = self.branch(reader, "else")?;
                Some((value.to_form(), value))
            }
        };
        let mut ahead = *reader;
        if ahead.peek_word("end") || ahead.peek_other_case("end").is_some() {
            ahead.skip();
            *reader = ahead;
        }
        let span = (start, reader.last_span());
        Some(case(condition, then, otherwise, span))
    }

    /// A value behind a word, or in braces.
    fn branch(&mut self, reader: &mut Reader<'_>, word: &str) -> Option<Expr> {
        let found = self.keyword(reader, word).is_some();
        if let Some((mut inside, _)) = reader.group(Delimiter::Brace) {
            return self.expr(&mut inside);
        }
        if found {
            return self.expr(reader);
        }
        self.expected(reader, &format!("`{word}`"));
        None
    }

    /// `exists files`, `exists (files)` and `exists (select 1 from files)`, behind the word.
    pub(super) fn exists_of_name(&self, reader: &mut Reader<'_>, start: Span) -> Option<Expr> {
        let mut ahead = *reader;
        let inside = ahead.group(Delimiter::Parenthesis).map(|(inside, _)| inside);
        let is_group = inside.is_some();
        let mut name = inside.unwrap_or(ahead);
        if is_group && super::sql_text::begins_with(name.rest(), "select") {
            let form = super::sql::as_condition(name.rest()).map(|form| format!("exists ({form})"));
            let span = (start, ahead.last_span());
            self.sink.error_range(span, messages::subquery(form.as_deref()));
            *reader = ahead;
            return Some(error_expr(span));
        }
        if begins_step(&name) {
            return None;
        }
        let relation = name.ident().filter(|word| !WORDS.contains(&word.to_string().as_str()))?;
        if is_group && !name.is_end() {
            return None;
        }
        if !is_group {
            ahead = name;
        }
        let mut alias = String::new();
        let mut behind = ahead;
        if behind.word("as").is_some()
            && let Some(name) = behind.ident()
        {
            alias = format!(" as {name}");
            ahead = behind;
        }
        *reader = ahead;
        let span = (start, reader.last_span());
        let form = format!("exists (from {relation}{alias})");
        self.sink.error_range(span, messages::operator(&format!("exists {relation}"), &form));
        Some(error_expr(span))
    }

    /// `array[1, 2]`, as PostgreSQL writes a list; `array[1]` may be an item of a column.
    pub(super) fn array(&mut self, reader: &mut Reader<'_>) -> Option<Expr> {
        let start = reader.span();
        let mut ahead = *reader;
        let word = ahead.ident().filter(|word| word.to_string().eq_ignore_ascii_case("array"))?;
        let (inside, _) = ahead.clone().group(Delimiter::Bracket)?;
        let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(c) if c.as_char() == ',');
        if word == "array" && !inside.is_end() && !inside.rest().into_iter().any(|t| comma(&t)) {
            return None;
        }
        *reader = ahead;
        let list = self.list(reader);
        let form = list.as_ref().map_or_else(|| "[…]".to_owned(), Expr::to_form);
        self.error(start, messages::operator(&format!("{word}[…]"), &form));
        list
    }

    /// Calls in which SQL has words in the place of commas: `extract(year from day)`,
    /// `position("a" in text)`, `substring(text from 1 for 2)`, `trim(both "x" from text)`.
    pub(super) fn call_with_words(
        &mut self,
        name: &str,
        mut inside: Reader<'_>,
        span: Range,
    ) -> Option<Expr> {
        let name = name.to_lowercase();
        let tokens: Vec<TokenTree> = inside.rest().into_iter().collect();
        let has = |word: &str| tokens.iter().any(|token| is_word(token, word));
        let form = match name.as_str() {
            "extract" if has("from") => {
                let part = inside.ident()?.to_string().to_lowercase();
                self.keyword(&mut inside, "from")?;
                let moment = self.expr(&mut inside)?.to_form();
                format!("date_part({part:?}, {moment})")
            }
            "position" if has("in") => {
                let part = self.sum(&mut inside)?.to_form();
                self.keyword(&mut inside, "in")?;
                let text = self.expr(&mut inside)?.to_form();
                format!("strpos({text}, {part})")
            }
            "substring" | "substr" if has("from") => {
                let text = self.expr(&mut inside)?.to_form();
                self.keyword(&mut inside, "from")?;
                let start = self.expr(&mut inside)?.to_form();
                let length = match self.keyword(&mut inside, "for") {
                    Some(_) => format!(", {}", self.expr(&mut inside)?.to_form()),
                    None => String::new(),
                };
                format!("substr({text}, {start}{length})")
            }
            "trim" if has("from") => {
                let side = inside.peek_ident().map(|word| word.to_string().to_lowercase());
                let function = match side.as_deref() {
                    Some("leading") => Some("ltrim"),
                    Some("trailing") => Some("rtrim"),
                    Some("both") => Some("btrim"),
                    _ => None,
                };
                if function.is_some() {
                    inside.skip();
                }
                let what = if inside.peek_word("from") { None } else { self.expr(&mut inside) };
                self.keyword(&mut inside, "from")?;
                let text = self.expr(&mut inside)?.to_form();
                let what = what.map_or_else(String::new, |what| format!(", {}", what.to_form()));
                format!("{}({text}{what})", function.unwrap_or("btrim"))
            }
            _ => return None,
        };
        let word = if name == "position" { "in" } else { "from" };
        let written = format!("{name}(… {word} …)");
        self.sink.error_range(span, messages::operator(&written, &form));
        Some(error_expr(span))
    }

    /// `price::text`, which reads as a path, and `size::varchar(20)`, which reads as a call.
    pub(super) fn cast_of_name(&self, reader: &mut Reader<'_>) -> Option<Expr> {
        let start = reader.span();
        let mut ahead = *reader;
        let column = ahead.ident()?;
        ahead.op("::")?;
        let ty = match foreign::read(&mut ahead) {
            Some((_, ty)) => ty,
            None => {
                let ty = Type::from_name(&ahead.ident()?.to_string())?;
                if ahead.peek_path_separator() || ahead.peek_group(Delimiter::Parenthesis) {
                    return None;
                }
                ty.to_string()
            }
        };
        // A path of more names, or a call with arguments that are no numbers, is a function's.
        if ahead.peek_path_separator() || ahead.peek_group(Delimiter::Parenthesis) {
            return None;
        }
        *reader = ahead;
        let span = (start, reader.last_span());
        let form = format!("cast({} as {ty})", name_of(&column));
        self.sink.error_range(span, messages::no_operator("::", Some(&format!("`{form}`"))));
        Some(error_expr(span))
    }

    /// A sign for a value that is given from outside: `$1`, `:since`, `?`, `{{ since }}`.
    pub(super) fn placeholder(&self, reader: &mut Reader<'_>) -> Option<Expr> {
        let start = reader.span();
        let mut ahead = *reader;
        let (written, name) = if ahead.punct('$').is_some() {
            match (ahead.ident(), ahead.peek_literal()) {
                (Some(name), _) => (format!("${name}"), name_of(&name)),
                (None, true) => {
                    let number = ahead.literal()?.to_string();
                    (format!("${number}"), "value".to_owned())
                }
                _ => return None,
            }
        } else if ahead.punct('?').is_some() {
            ("?".to_owned(), "value".to_owned())
        } else if !ahead.peek_path_separator() && ahead.punct(':').is_some() {
            let name = ahead.ident()?;
            (format!(":{name}"), name_of(&name))
        } else {
            let (inside, _) = ahead.group(Delimiter::Brace)?;
            let mut nested = inside;
            nested.group(Delimiter::Brace).filter(|_| nested.is_end())?;
            ("{{ … }}".to_owned(), "value".to_owned())
        };
        *reader = ahead;
        let span = (start, reader.last_span());
        self.sink.error_range(span, messages::placeholder(&written, &name));
        Some(error_expr(span))
    }
}

/// The `case` of a condition, and its text; `otherwise` has its own.
fn case(
    condition: Expr,
    then: Expr,
    otherwise: Option<(String, Expr)>,
    span: Range,
) -> (Expr, String) {
    let mut form = format!("case when {} then {}", condition.to_form(), then.to_form());
    if let Some((text, _)) = &otherwise {
        form = format!("{form} else {text}");
    }
    let otherwise = otherwise.map(|(_, value)| Box::new(value));
    let kind = ExprKind::Case { branches: vec![(condition, then)], otherwise };
    (Expr { kind, span }, format!("{form} end"))
}

/// A call of a built-in with one argument.
fn call(name: &str, argument: Expr, span: Range) -> ExprKind {
    ExprKind::Call(Box::new(Call {
        callee: Callee::Builtin,
        name: name.to_owned(),
        name_span: (span.0, span.0),
        distinct: None::<Span>,
        args: vec![Arg { name: None, value: argument }],
        order_by: Vec::new(),
        filter: None,
        ignore_nulls: None,
        over: None,
    }))
}
