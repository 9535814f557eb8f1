//! `distinct on { … } order by …`.

use proc_macro2::{Delimiter, Span};

use super::Parser;
use super::words::begins_order;
use crate::tokens::{Reader, name_of};
use crate::view::messages;
use crate::view::syntax::{Expr, Item, Step, StepKind};

impl Parser<'_> {
    /// `"on" items "order" "by" key { "," key }`
    pub(super) fn distinct_on(&mut self, reader: &mut Reader<'_>, start: Span) -> Option<Step> {
        self.keyword(reader, "on");
        let keyword = (start, reader.last_span());
        let items = match reader.group(Delimiter::Parenthesis) {
            Some((mut inside, span)) => {
                let form = ("distinct on (…)", "distinct on { … }");
                self.sink.error_range(span, messages::operator(form.0, form.1));
                let mut items = Vec::new();
                while !inside.is_end() {
                    items.push(Item::Value { name: None, expr: self.listed_expr(&mut inside) });
                }
                items
            }
            None => self.items(reader, "distinct on")?,
        };
        let keys: Vec<Expr> = items.into_iter().filter_map(|item| self.key(item)).collect();
        if !begins_order(reader) {
            let first = keys.first().map_or_else(|| "…".to_owned(), Expr::to_short_text);
            self.sink.error_range(keyword, messages::distinct_without_order(&first));
            return None;
        }
        self.keyword(reader, "order");
        self.by(reader, "order")?;
        let order_by = self.sort_keys(reader)?;
        Some(Step { kind: StepKind::DistinctOn { keys, order_by }, keyword })
    }

    /// The step adds no columns, so its keys have no names.
    fn key(&self, item: Item) -> Option<Expr> {
        match item {
            Item::Value { name, expr } => {
                if let Some(name) = name {
                    let shown = expr.to_short_text();
                    let form = format!("{}: {shown}", name_of(&name));
                    self.error(name.span(), messages::operator(&form, &shown));
                }
                Some(expr)
            }
            Item::Star(star) => {
                self.sink
                    .error_range(star.span, messages::star_outside_select("distinct on", None));
                None
            }
        }
    }
}

/// Whether `on` is next, in any case.
pub(super) fn is_on(reader: &Reader<'_>) -> bool {
    reader.peek_ident().is_some_and(|word| word.to_string().eq_ignore_ascii_case("on"))
}
