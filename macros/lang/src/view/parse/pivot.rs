//! `pivot`.

use proc_macro2::{Delimiter, Ident};

use super::{Parser, skip_past_comma};
use crate::tokens::Reader;
use crate::view::messages;
use crate::view::syntax::{Expr, Pivot, StepKind};

impl Parser<'_> {
    /// `items "for" sum "in" "(" constant { "," constant } ")" [ "by" items ]`
    pub(super) fn pivot(&mut self, reader: &mut Reader<'_>) -> Option<StepKind> {
        let aggregates = self.items(reader, "pivot")?;
        if self.keyword(reader, "for").is_none() {
            self.expected(reader, "`for value in (…)`");
            return None;
        }
        // `in` belongs to the step, not to the value.
        let value = self.sum(reader)?;
        if self.keyword(reader, "in").is_none() {
            self.expected(reader, "`in (…)`");
            return None;
        }
        let Some((mut inside, _)) = reader.group(Delimiter::Parenthesis) else {
            self.expected(reader, "`(…)` after `in`");
            return None;
        };
        let mut columns = Vec::new();
        while !inside.is_end() {
            let column = self.pivoted(&mut inside);
            let read = column.is_some();
            columns.extend(column);
            if inside.punct(',').is_some() || inside.is_end() {
                continue;
            }
            if read {
                self.expected(&inside, "`,`");
            }
            skip_past_comma(&mut inside);
        }
        let keys = if self.by_keys(reader) { self.items(reader, "by")? } else { Vec::new() };
        Some(StepKind::Pivot(Box::new(Pivot { aggregates, value, columns, keys })))
    }

    /// `sum [ "as" name ]`
    fn pivoted(&mut self, reader: &mut Reader<'_>) -> Option<(Expr, Option<Ident>)> {
        let constant = self.sum(reader)?;
        let name = match self.keyword(reader, "as") {
            Some(_) => Some(self.alias(reader)?),
            None => None,
        };
        Some((constant, name))
    }

    /// `by`; other languages write `group by`, which would be a step of its own.
    fn by_keys(&self, reader: &mut Reader<'_>) -> bool {
        let start = reader.span();
        let mut ahead = *reader;
        if ahead.word("group").is_some() && ahead.word("by").is_some() {
            let span = (start, ahead.last_span());
            self.sink.error_range(span, messages::operator("pivot … group by", "pivot … by"));
            *reader = ahead;
            return true;
        }
        self.keyword(reader, "by").is_some()
    }
}
