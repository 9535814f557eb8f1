//! The entries of `select`, `derive`, `group by` and `aggregate`.

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::foreign::begins_step_in_any_case;
use super::words::begins_other_step;
use super::{Parser, error_expr, skip_past_comma};
use crate::tokens::{Reader, name_of};
use crate::types::{Type, parse_doc};
use crate::view::messages;
use crate::view::syntax::{Expr, ExprKind, Item};

impl Parser<'_> {
    /// `"{" [ item { "," item } [ "," ] ] "}"`; an item that cannot be read stays as an error, so
    /// that the others are checked.
    pub(super) fn items(&mut self, reader: &mut Reader<'_>, step: &str) -> Option<Vec<Item>> {
        let Some((mut inside, _)) = reader.group(Delimiter::Brace) else {
            return self.items_without_braces(reader, step);
        };
        let mut items = Vec::new();
        while !inside.is_end() {
            let item = self.item(&mut inside);
            let read = !matches!(&item, Item::Value { expr, .. } if is_error(expr));
            items.push(item);
            if inside.punct(',').is_some() || inside.is_end() {
                continue;
            }
            // What follows a value without a comma is most often the next one.
            if !(read && inside.peek_ident().is_some()) {
                skip_past_comma(&mut inside);
            }
        }
        Some(items)
    }

    /// `group by a, b`, as SQL writes it.
    fn items_without_braces(&mut self, reader: &mut Reader<'_>, step: &str) -> Option<Vec<Item>> {
        let span = reader.span();
        if let Some(items) = self.items_in_other_delimiters(reader, step) {
            return Some(items);
        }
        let begins = (reader.peek_ident().is_some() && !begins_step_in_any_case(reader))
            || reader.peek_literal()
            || reader.peek('*')
            || reader.peek_group(Delimiter::Parenthesis);
        if !begins {
            let message =
                messages::expected(&format!("`{{ … }}` after `{step}`"), &reader.describe());
            self.error(reader.span(), message.help(format!("`{step} {{ name: value, … }}`")));
            return None;
        }
        let mut items = vec![self.item(reader)];
        while reader.punct(',').is_some() && !reader.is_end() && !begins_step_in_any_case(reader) {
            items.push(self.item(reader));
        }
        let form = form_of(step, &items);
        self.sink.error_range((span, reader.last_span()), messages::braces(step, &form));
        Some(items)
    }

    /// `select (a, b)` and `select [a, b]`.
    fn items_in_other_delimiters(
        &mut self,
        reader: &mut Reader<'_>,
        step: &str,
    ) -> Option<Vec<Item>> {
        let mut ahead = *reader;
        let in_brackets = ahead.group(Delimiter::Bracket);
        let is_list = in_brackets.is_some();
        let (mut inside, span) = in_brackets.or_else(|| ahead.group(Delimiter::Parenthesis))?;
        let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(c) if c.as_char() == ',');
        // `select (a + b) * 2` begins with a value.
        let ends = ahead.is_end() || begins_step_in_any_case(&ahead);
        if !(is_list || inside.rest().into_iter().any(|token| comma(&token)) || ends) {
            return None;
        }
        *reader = ahead;
        let mut items = Vec::new();
        while !inside.is_end() {
            items.push(self.item(&mut inside));
            if inside.punct(',').is_none() && !inside.is_end() {
                skip_past_comma(&mut inside);
            }
        }
        self.sink.error_range(span, messages::braces(step, &form_of(step, &items)));
        Some(items)
    }

    /// `{ doc } ( star | [ name ":" ] expr )`; what stands before a star is no column's.
    fn item(&mut self, reader: &mut Reader<'_>) -> Item {
        let doc = parse_doc(reader, self.sink);
        let start = reader.span();
        if let Some(star) = self.star(reader) {
            return Item::Star(star);
        }
        let mut name = self.item_name(reader);
        if let Some(name) = &name
            && matches!(name_of(name).as_str(), "self" | "super" | "crate" | "Self" | "_")
        {
            self.error(name.span(), messages::not_a_name(&name.to_string(), None));
        }
        let expr = match self.expr(reader) {
            Some(expr) => self.after_item(reader, &mut name, expr),
            None => error_expr((start, reader.last_span())),
        };
        if !doc.is_empty()
            && let Some(name) = name.as_ref().or_else(|| own_name(&expr))
        {
            self.docs.push((name_of(name), doc));
        }
        Item::Value { name, expr }
    }

    /// `name ":"`, but not the beginning of a path. `name =` is reported.
    pub(super) fn item_name(&self, reader: &mut Reader<'_>) -> Option<Ident> {
        if let Some(name) = self.item_name_in_quotes(reader) {
            return Some(name);
        }
        let mut ahead = *reader;
        let name = ahead.ident()?;
        if ahead.peek_path_separator() || ahead.peek_op("==") || ahead.peek_op("=>") {
            return None;
        }
        let sign = ahead.span();
        if let Some((_, end)) = ahead.op(":=") {
            let form = (format!("{name} :="), format!("{name}:"));
            self.sink.error_range((name.span(), end), messages::operator(&form.0, &form.1));
        } else if ahead.punct('=').is_some() {
            let form = (format!("{name} ="), format!("{name}:"));
            self.sink.error_range((name.span(), sign), messages::operator(&form.0, &form.1));
        } else {
            ahead.punct(':')?;
        }
        *reader = ahead;
        Some(name)
    }

    /// `"name":`, as JSON and Python write it.
    fn item_name_in_quotes(&self, reader: &mut Reader<'_>) -> Option<Ident> {
        let mut ahead = *reader;
        let literal = ahead.literal()?;
        if ahead.peek_path_separator() {
            return None;
        }
        ahead.punct(':')?;
        let mut name: Ident = syn::parse_str(literal.to_string().trim_matches('"')).ok()?;
        name.set_span(literal.span());
        *reader = ahead;
        self.error(literal.span(), messages::quoted_name(&name.to_string()));
        Some(name)
    }

    /// Something other than a comma stands after an item.
    fn after_item(&self, reader: &mut Reader<'_>, name: &mut Option<Ident>, expr: Expr) -> Expr {
        let ends = reader.is_end() || reader.peek(',') || begins_step_in_any_case(reader);
        if ends || is_error(&expr) || begins_other_step(reader) {
            return expr;
        }
        let written = reader.span();
        let mut ahead = *reader;
        ahead.skip();
        let is_as = reader.peek_word("as") || reader.peek_other_case("as").is_some();
        let mut quoted = ahead;
        let written_name = ahead.ident().or_else(|| {
            let text = quoted.literal()?.to_string();
            ahead = quoted;
            syn::parse_str(text.trim_matches('"')).ok()
        });
        let Some(alias) = written_name.filter(|_| is_as) else {
            self.missing_comma(reader, &expr);
            return expr;
        };
        *reader = ahead;
        let shown = expr.to_short_text();
        let alias_name = name_of(&alias);
        if Type::from_name(&alias_name).is_some() {
            let form = format!("cast({shown} as {alias_name})");
            self.error(written, messages::operator(&format!("{shown} as {alias_name}"), &form));
            return error_expr(expr.span);
        }
        self.error(written, messages::name_after_as(Some(&format!("{alias_name}: {shown}"))));
        name.get_or_insert(alias);
        expr
    }

    /// Another value follows, or a name as SQL writes it.
    fn missing_comma(&self, reader: &Reader<'_>, expr: &Expr) {
        let message = messages::expected("`,`", &reader.describe());
        let mut ahead = *reader;
        let next = ahead.ident().map(|next| name_of(&next));
        let alone = ahead.is_end() || ahead.peek(',');
        let shown = expr.to_short_text();
        self.error(
            reader.span(),
            match next {
                Some(next) if alone => message.help(format!(
                    "`{shown}, {next}`; or if it is to be a name: `{next}: {shown}`"
                )),
                _ => message.help(format!("`{shown}, …`")),
            },
        );
    }
}

/// The items in braces, for a message; the first of several stands for them where one is not read.
fn form_of(step: &str, items: &[Item]) -> String {
    let written = |item: &Item| match item {
        Item::Value { expr, .. } if is_error(expr) => None,
        Item::Value { name: Some(name), expr } => Some(format!("{name}: {}", expr.to_form())),
        Item::Value { name: None, expr } => Some(expr.to_form()),
        Item::Star(star)
            if star.of.is_none() && star.except.is_empty() && star.rename.is_empty() =>
        {
            Some("*".to_owned())
        }
        Item::Star(_) => None,
    };
    let all: Option<Vec<String>> = items.iter().map(written).collect();
    match all.filter(|items| items.iter().map(String::len).sum::<usize>() <= FORM_MAX) {
        Some(items) => format!("{step} {{ {} }}", items.join(", ")),
        None => format!("{step} {{ … }}"),
    }
}

/// How long the items may be that a help repeats.
const FORM_MAX: usize = 120;

/// The name of the column that an expression is.
const fn own_name(expr: &Expr) -> Option<&Ident> {
    match &expr.kind {
        ExprKind::Name(name) | ExprKind::Field(_, name) => Some(name),
        _ => None,
    }
}

fn is_error(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Unfinished(_) | ExprKind::Error)
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use crate::sink::Sink;
    use crate::view::parse_view;

    #[test]
    fn docs_are_those_of_the_column_of_the_name() {
        let text = quote! {
            pub v = from calls as c
            derive {
                /// Its length,
                /// in bytes.
                n: c.bend - c.bstart,
                /// Not said again.
                size: c.size,
            }
            group by {
                /// Where it is.
                c.path
            }
            aggregate {
                /// The last length.
                n: max(n),
                /// Of the steps.
                least: min(size),
                other: max(size),
            }
            contract {
                path: String,
                n: i64,
                /// Of the contract.
                least: i64,
                other: i64,
            }
        };
        let sink = Sink::new();
        let view = parse_view(text, &sink).unwrap();
        assert!(sink.into_diagnostics().is_empty());
        assert_eq!(view.doc_of("path"), Some("Where it is."));
        assert_eq!(view.doc_of("n"), Some("The last length."));
        assert_eq!(view.doc_of("least"), Some("Of the contract."));
        assert_eq!(view.doc_of("size"), Some("Not said again."));
        assert_eq!(view.doc_of("other"), None);
    }
}
