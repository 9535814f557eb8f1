//! Forms of other languages: what whoever knows SQL or Rust writes first.
//!
//! Each is reported with the form of this language and then read as if that had been written, or
//! stands for a value that is not known, so that it hides no other error of the view.

use proc_macro2::{Delimiter, Ident};

use super::Parser;
use super::error_expr;
use super::words::{STEP_WORDS, begins_step};
use crate::sink::Sink;
use crate::tokens::{Range, Reader, name_of};
use crate::types::{Type, TypeSyntax, TypeSyntaxKind, foreign};
use crate::view::builtins;
use crate::view::messages;
use crate::view::model::Literal;
use crate::view::syntax::{Expr, ExprKind};

/// Signs between two values that are no operators here.
const SIGNS: [&str; 14] =
    ["->>", "->", "<<", ">>", "!~*", "!~", "~*", "~~", "~", "**", "&", "|", "^", "@>"];

/// Words between two values that are no operators here.
const WORDS: [&str; 12] = [
    "ilike", "rlike", "regexp", "similar", "glob", "over", "collate", "mod", "div", "isnull",
    "notnull", "contains",
];

impl Parser<'_> {
    /// Reads this word; one in another case is reported and read nevertheless.
    pub(super) fn keyword(&self, reader: &mut Reader<'_>, word: &str) -> Option<Range> {
        if let Some(span) = reader.word(word) {
            return Some((span, span));
        }
        let other = reader.peek_other_case(word)?;
        self.error(other.span(), messages::operator(&other.to_string(), word));
        reader.skip();
        Some((other.span(), other.span()))
    }

    /// An operator that is none, after a value: it is read with what follows it.
    pub(super) fn foreign_operator(
        &mut self,
        reader: &mut Reader<'_>,
        left: &Expr,
    ) -> Option<Expr> {
        let start = reader.span();
        let mut ahead = *reader;
        let not = ahead.peek_word("not") || ahead.peek_other_case("not").is_some();
        if not {
            ahead.skip();
        }
        let is_other = |sign: &&&str| {
            // `&&` and `||` are reported where `and` and `or` are read.
            let double = format!("{sign}{sign}");
            ahead.peek_op(sign) && !(sign.len() == 1 && ahead.peek_op(&double))
        };
        let sign = match SIGNS.iter().find(is_other).filter(|_| !not) {
            Some(sign) => {
                ahead.op(sign)?;
                *sign
            }
            None => {
                let word = ahead.peek_ident()?.to_string().to_lowercase();
                let word = WORDS.iter().find(|known| **known == word)?;
                ahead.skip();
                let alone = matches!(*word, "isnull" | "notnull" | "over" | "similar");
                let group = ahead.peek_group(Delimiter::Parenthesis);
                if !(alone || group || begins_operand(&ahead)) || (not && *word == "over") {
                    return None;
                }
                word
            }
        };
        if sign == "similar" && (ahead.peek_word("to") || ahead.peek_other_case("to").is_some()) {
            ahead.skip();
        }
        *reader = ahead;
        let span = (start, reader.last_span());
        let shown = left.to_short_text();
        if sign == "over" {
            let advice = "`over` belongs to a call: `sum(…) over (…)`";
            self.sink.error_range(span, messages::no_operator(sign, Some(advice)));
            reader.group(Delimiter::Parenthesis);
            return Some(error_expr((left.span.0, reader.last_span())));
        }
        if matches!(sign, "isnull" | "notnull") {
            let right = if sign == "isnull" { "is null" } else { "is not null" };
            self.sink.error_range(span, messages::operator(sign, right));
            let (expr, negated) = (Box::new(left.clone()), sign == "notnull");
            let kind = ExprKind::IsNull { expr, negated };
            return Some(Expr { kind, span: (left.span.0, span.1) });
        }
        let read = self.sum(reader);
        let right = read.map_or_else(|| "…".to_owned(), |right| right.to_form());
        let advice = instead(sign, not, &left.to_form(), &right).unwrap_or_else(|| {
            format!("a function of your own can do it: `f({shown}, {right})`, for instance")
        });
        let written = if not { format!("not {sign}") } else { sign.to_owned() };
        self.sink.error_range(span, messages::no_operator(&written, Some(&advice)));
        Some(error_expr((left.span.0, reader.last_span())))
    }

    /// What cannot follow a value: `.method()`, `[…]`, `::type`, `!(…)`.
    pub(super) fn foreign_suffix(
        &mut self,
        reader: &mut Reader<'_>,
        base: &Expr,
        method: Option<(&Expr, &Ident)>,
    ) -> Option<Expr> {
        let start = reader.span();
        let shown = base.to_short_text();
        if let Some((object, name)) = method
            && let Some((inside, (_, close))) = reader.group(Delimiter::Parenthesis)
        {
            let form = method_form(&object.to_short_text(), &name_of(name), inside.is_end());
            self.sink.error_range((name.span(), close), messages::method(&form));
            return Some(error_expr((base.span.0, close)));
        }
        if reader.op("::").is_some() {
            let quiet = Sink::ignoring();
            let begin = *reader;
            let ty = foreign::read(reader)
                .map(|(_, meant)| meant)
                .or_else(|| TypeSyntax::parse(reader, &quiet).map(|_| begin.text_before(reader)));
            let ty = ty.unwrap_or_else(|| "i64".to_owned());
            let span = (start, reader.last_span());
            let advice = format!("`cast({shown} as {ty})`");
            self.sink.error_range(span, messages::no_operator("::", Some(&advice)));
            return Some(error_expr((base.span.0, span.1)));
        }
        if reader.peek('!') && !reader.peek_op("!=") {
            let mut ahead = *reader;
            ahead.punct('!');
            let (_, (_, close)) = ahead.group(Delimiter::Parenthesis)?;
            *reader = ahead;
            let advice = format!("functions are called without it: `{shown}(…)`");
            self.error(start, messages::no_operator("!", Some(&advice)));
            return Some(error_expr((base.span.0, close)));
        }
        None
    }

    /// What is written otherwise where an operand is wanted: `None`, `NULL`, `TRUE`, `Some(x)`,
    /// `if`, `match`, a query in parentheses.
    pub(super) fn foreign_operand(
        &mut self,
        reader: &mut Reader<'_>,
        word: &Ident,
    ) -> Option<Result<Expr, ()>> {
        let span = (word.span(), word.span());
        let text = word.to_string();
        let mut ahead = *reader;
        ahead.skip();
        let alone =
            !ahead.peek('.') && !ahead.peek_group(Delimiter::Parenthesis) && !ahead.peek('!');
        let (right, literal) = match text.as_str() {
            "None" | "NULL" | "Null" | "nil" => ("null", Literal::Null),
            "TRUE" | "True" => ("true", Literal::Bool(true)),
            "FALSE" | "False" => ("false", Literal::Bool(false)),
            "Some" => {
                let (mut inside, (_, close)) = ahead.group(Delimiter::Parenthesis)?;
                *reader = ahead;
                let value = self.expr(&mut inside);
                let shown = value.as_ref().map_or_else(|| "…".to_owned(), Expr::to_short_text);
                let message = messages::operator(&format!("Some({shown})"), &shown);
                self.sink.error_range((span.0, close), message);
                return Some(value.ok_or(()));
            }
            "if" if is_call(&ahead) => {
                let (inside, (_, close)) = ahead.group(Delimiter::Parenthesis)?;
                *reader = ahead;
                return Some(Ok(self.if_function(inside, (span.0, close))));
            }
            "if" if begins_operand(&ahead) || is_block(&ahead) => {
                return Some(self.if_words(reader).ok_or(()));
            }
            "match" if begins_operand(&ahead) || is_block(&ahead) => {
                let form = "case when … then … else … end";
                self.error(span.0, messages::operator(&text, form));
                return Some(Err(()));
            }
            _ => return None,
        };
        if !alone || ahead.peek_path_separator() {
            return None;
        }
        self.error(span.0, messages::operator(&text, right));
        *reader = ahead;
        let kind = ExprKind::Literal(literal);
        Some(Ok(Expr { kind, span }))
    }

    /// `x as f64` in parentheses, read as the `cast` that it is.
    pub(super) fn cast_of_rust(&self, reader: &mut Reader<'_>, expr: &Expr) -> Option<Expr> {
        let start = reader.span();
        let mut ahead = *reader;
        let is_as = ahead.peek_word("as") || ahead.peek_other_case("as").is_some();
        ahead.skip();
        let begin = ahead;
        let to = TypeSyntax::parse(&mut ahead, &Sink::ignoring()).filter(|_| is_as)?;
        if !matches!(&to.kind, TypeSyntaxKind::Plain(ty) if *ty != Type::Unknown) {
            return None;
        }
        let (shown, ty) = (expr.to_short_text(), begin.text_before(&ahead));
        *reader = ahead;
        let form = (format!("{shown} as {ty}"), format!("cast({shown} as {ty})"));
        self.error(start, messages::operator(&form.0, &form.1));
        let span = (expr.span.0, reader.last_span());
        let kind = ExprKind::Cast { expr: Box::new(expr.clone()), to, lenient: false };
        Some(Expr { kind, span })
    }

    /// `if(condition, a, b)`, read as the `case` that it is.
    fn if_function(&mut self, mut inside: Reader<'_>, span: Range) -> Expr {
        let mut args = Vec::new();
        while !inside.is_end() {
            args.push(self.listed_expr(&mut inside));
        }
        let shown: Vec<_> = args.iter().map(Expr::to_short_text).collect();
        let mut args = args.into_iter();
        let (form, read) = match (args.next(), args.next(), args.next(), args.next()) {
            (Some(condition), Some(value), otherwise, None) => {
                let rest = shown.get(2).map_or_else(String::new, |text| format!(" else {text}"));
                let form = format!("case when {} then {}{rest} end", shown[0], shown[1]);
                let (branches, otherwise) = (vec![(condition, value)], otherwise.map(Box::new));
                (form, Expr { kind: ExprKind::Case { branches, otherwise }, span })
            }
            _ => ("case when … then … else … end".to_owned(), error_expr(span)),
        };
        self.sink.error_range(span, messages::operator("if(…)", &form));
        read
    }

    /// Reports a query where a value or a relation is wanted.
    pub(super) fn subquery(&self, inside: &Reader<'_>, span: Range) -> Option<Expr> {
        let word = inside.peek_ident()?.to_string().to_lowercase();
        let mut ahead = *inside;
        ahead.skip();
        let continues = ahead.peek_ident().is_some()
            || ahead.peek('*')
            || ahead.peek_group(Delimiter::Brace)
            || ahead.peek_literal();
        if !(matches!(word.as_str(), "from" | "select") && continues) {
            return None;
        }
        let form = super::sql::as_view(inside.rest()).filter(|_| word == "select");
        let form = form.map(|form| format!("({form})"));
        self.sink.error_range(span, messages::subquery(form.as_deref()));
        Some(error_expr(span))
    }

    /// A name of the language that is a function's in another case: `COUNT`.
    pub(super) fn builtin_in_other_case(&self, name: &Ident) -> Option<String> {
        let text = name.to_string();
        let lower = text.to_lowercase();
        let known = builtins::is_builtin(&lower) || matches!(lower.as_str(), "cast" | "try_cast");
        if lower == text || !known {
            return None;
        }
        self.error(name.span(), messages::operator(&text, &lower));
        Some(lower)
    }
}

/// Whether this word could begin a step were it in lower case.
pub(super) fn begins_step_in_any_case(reader: &Reader<'_>) -> bool {
    let other_case = |word: &&str| reader.peek_other_case(word).is_some();
    begins_step(reader) || STEP_WORDS.iter().any(other_case)
}

/// Whether arguments follow, and no block as in Rust.
fn is_call(reader: &Reader<'_>) -> bool {
    reader.peek_group(Delimiter::Parenthesis) && !is_block(reader)
}

/// Whether a condition in parentheses and a block follow.
fn is_block(reader: &Reader<'_>) -> bool {
    let mut ahead = *reader;
    ahead.group(Delimiter::Parenthesis).is_some() && ahead.peek_group(Delimiter::Brace)
}

/// Whether an operand follows, as it does after no column.
fn begins_operand(reader: &Reader<'_>) -> bool {
    let word = |word: Ident| !super::expression::WORDS.contains(&word.to_string().as_str());
    reader.peek_literal() || (reader.peek_ident().is_some_and(word) && !begins_step(reader))
}

/// What is written in the place of an operator of another language.
fn instead(sign: &str, not: bool, left: &str, right: &str) -> Option<String> {
    let negated = if not || sign.starts_with('!') { "not " } else { "" };
    Some(match sign {
        "~" | "!~" | "rlike" | "regexp" | "similar" | "glob" => {
            format!("`{negated}regexp_like({left}, {right})`")
        }
        "~*" | "!~*" => format!("`{negated}regexp_like({left}, {right}, \"i\")`"),
        "~~" => format!("`{left} like {right}`"),
        "ilike" => format!("`lower({left}) {negated}like lower({right})`"),
        "contains" => format!("`{negated}contains({left}, {right})`"),
        "->" | "->>" if right.starts_with('"') => format!("an entry is `{left}[{right}]`"),
        "->" | "->>" => format!("a field is `{left}.{right}`"),
        "**" | "^" => format!("`power({left}, {right})`"),
        "@>" => format!("`array_has_all({left}, {right})`"),
        "mod" => format!("`{left} % {right}`"),
        "div" => format!("`{left} / {right}`"),
        "collate" => "texts are compared by their characters: leave it out".to_owned(),
        _ => return None,
    })
}

/// `length(c.path)` for `c.path.len()`.
fn method_form(object: &str, name: &str, alone: bool) -> String {
    match name {
        "is_some" | "is_not_null" | "notnull" | "notna" => {
            return format!("{object} is not null");
        }
        "is_none" | "is_null" | "isnull" | "isna" => return format!("{object} is null"),
        "is_in" | "isin" => return format!("{object} in (…)"),
        "between" => return format!("{object} between … and …"),
        "alias" => return format!("name: {object}"),
        "cast" | "astype" => return format!("cast({object} as …)"),
        "desc" | "asc" => return format!("{object} {name}"),
        "is_empty" => return format!("{object} == \"\""),
        _ => {}
    }
    let function = builtins::meant(name).unwrap_or(name);
    let rest = if alone { "" } else { ", …" };
    format!("{function}({object}{rest})")
}
