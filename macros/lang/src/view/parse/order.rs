//! `order by` and `limit`.

use proc_macro2::{Delimiter, Span};

use super::Parser;
use crate::tokens::Reader;
use crate::view::messages;
use crate::view::syntax::{SortKey, Step, StepKind};

impl Parser<'_> {
    /// `"by" key { "," key }`
    pub(super) fn order(&mut self, reader: &mut Reader<'_>, start: Span) -> Option<Step> {
        self.by(reader, "order")?;
        let keyword = (start, reader.last_span());
        let keys = match reader.group(Delimiter::Brace) {
            Some((mut inside, span)) => {
                let keys = self.sort_keys(&mut inside)?;
                let shown: Vec<_> = keys.iter().map(SortKey::to_short_text).collect();
                let form = format!("order by {}", shown.join(", "));
                self.sink.error_range(span, messages::operator("order by { … }", &form));
                keys
            }
            None => self.sort_keys(reader)?,
        };
        Some(Step { kind: StepKind::OrderBy(keys), keyword })
    }

    /// `key { "," key }`
    pub(super) fn sort_keys(&mut self, reader: &mut Reader<'_>) -> Option<Vec<SortKey>> {
        let mut keys = vec![self.sort_key(reader)?];
        while reader.punct(',').is_some() {
            keys.push(self.sort_key(reader)?);
        }
        Some(keys)
    }

    pub(super) fn sort_key(&mut self, reader: &mut Reader<'_>) -> Option<SortKey> {
        let expr = self.expr(reader)?;
        let descending = self.keyword(reader, "desc").is_some();
        if !descending {
            self.keyword(reader, "asc");
        }
        let mut nulls_first = false;
        if self.keyword(reader, "nulls").is_some() {
            nulls_first = self.keyword(reader, "first").is_some();
            if !nulls_first && self.keyword(reader, "last").is_none() {
                self.expected(reader, "`first` or `last`");
                return None;
            }
        }
        Some(SortKey { expr, descending, nulls_first })
    }

    pub(super) fn limit(&mut self, reader: &mut Reader<'_>) -> Option<StepKind> {
        let span = reader.span();
        let number = reader.literal().map(syn::Lit::new).and_then(|literal| match literal {
            syn::Lit::Int(int) if int.suffix().is_empty() => int.base10_parse::<u64>().ok(),
            _ => None,
        });
        if number.is_none() {
            self.error(span, messages::limit_number());
        }
        number.map(StepKind::Limit)
    }
}
