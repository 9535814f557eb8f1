//! Audits: conditions over the row that the last step leaves.

use super::Checker;
use super::expression::Place;
use crate::tokens::name_of;
use crate::view::messages;
use crate::view::model::{Audit, QUARANTINE_REASON};
use crate::view::syntax::{AuditOutcome, Materialize};

impl Checker<'_> {
    /// Each audit is a condition with a name of its own, of rows that are stored.
    pub(super) fn audits(&self) -> Vec<Audit> {
        let mut audits: Vec<Audit> = Vec::with_capacity(self.view.audits.len());
        if self.view.options.materialize == Materialize::View
            && let Some(first) = self.view.audits.first()
        {
            self.sink.error(first.keyword, messages::audit_of_computed_view());
        }
        for audit in &self.view.audits {
            let condition = self.typer(Place::Row("audit")).condition(&audit.condition, "audit");
            let name = match &audit.name {
                Some(name) => name_of(name),
                None => audit.condition.to_short_text(),
            };
            if audits.iter().any(|before| before.name == name) {
                let span = audit.name.as_ref().map(|name| (name.span(), name.span()));
                let span = span.unwrap_or(audit.condition.span);
                self.sink.error_range(span, messages::audit_twice(&name));
            }
            audits.push(Audit { name, condition, outcome: audit.outcome });
        }
        self.check_quarantine(&audits);
        audits
    }

    /// Rows that are put aside have a column more.
    fn check_quarantine(&self, audits: &[Audit]) {
        let is_put_aside = audits.iter().any(|audit| audit.outcome == AuditOutcome::Quarantine);
        let taken = self.scope.columns.iter().find(|column| column.name == QUARANTINE_REASON);
        if let Some(column) = taken.filter(|_| is_put_aside) {
            let span = column.span.unwrap_or((self.view.name.span(), self.view.name.span()));
            self.sink.error_range(span, messages::quarantine_column(QUARANTINE_REASON));
        }
    }
}
