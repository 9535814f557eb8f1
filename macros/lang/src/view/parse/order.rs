//! `order by` and `limit`.

use proc_macro2::{Delimiter, Span};

use super::Parser;
use super::foreign::begins_step_in_any_case;
use super::words::begins_step;
use crate::tokens::{Reader, name_of};
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
        let before = *reader;
        let word = reader.peek_ident().map(|word| name_of(&word)).filter(|_| !begins_step(reader));
        let sign = reader.describe();
        let literal = reader.literal();
        let is_text = literal.as_ref().is_some_and(|literal| literal.to_string().starts_with('"'));
        let is_given = literal.is_some();
        let number = literal.map(syn::Lit::new).and_then(|literal| match literal {
            syn::Lit::Int(int) if int.suffix().is_empty() => int.base10_parse::<u64>().ok(),
            _ => None,
        });
        if number.is_some() {
            self.behind_limit(reader, number);
            return number.map(StepKind::Limit);
        }
        let advice = match word {
            Some(_) if Self::qualified(reader) => {
                let shown = before.text_before(reader);
                Some(format!("`derive {{ i: row_number() over (order by …) }} where i <= {shown}`"))
            }
            Some(word) if word.eq_ignore_ascii_case("all") => {
                Some("leave the step out: all rows are kept without it".to_owned())
            }
            // Whatever the name stands for, rows have numbers that are compared with it.
            Some(word) => Some(format!(
                "`derive {{ i: row_number() over (order by …) }} where i <= {word}` for a parameter"
            )),
            None if is_given && !is_text && !sign.contains('.') => {
                Some("leave the step out: no table has as many rows".to_owned())
            }
            None => None,
        };
        let last = if reader.is_at(&before) { span } else { reader.last_span() };
        self.sink.error_range((span, last), messages::limit_number(advice.as_deref()));
        while !reader.is_end() && !begins_step_in_any_case(reader) {
            reader.skip();
        }
        None
    }

    /// Reads `f.size`, which is more than a name.
    fn qualified(reader: &mut Reader<'_>) -> bool {
        let mut ahead = *reader;
        ahead.skip();
        let mut found = false;
        while ahead.punct('.').is_some() && ahead.ident().is_some() {
            *reader = ahead;
            found = true;
        }
        found
    }

    /// `limit 10, 20` of `MySQL`, and sums.
    fn behind_limit(&self, reader: &mut Reader<'_>, number: Option<u64>) {
        let sign = reader.peek_punct().map(|punct| punct.as_char());
        if !matches!(sign, Some(',' | '+' | '-' | '*' | '/')) {
            return;
        }
        let shown = number.map_or_else(String::new, |number| number.to_string());
        let advice = match sign {
            Some(',') => "rows are left out by a `where` on what they are sorted by".to_owned(),
            _ => format!("write what comes out, `limit {shown}` for instance"),
        };
        self.error(reader.span(), messages::limit_number(Some(&advice)));
        while !reader.is_end() && !begins_step_in_any_case(reader) {
            reader.skip();
        }
    }
}
