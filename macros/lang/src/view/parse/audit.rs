//! `audit { … }`: what is true of the rows of a view.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use super::{Parser, error_expr, skip_past_comma};
use crate::suggest::nearest;
use crate::tokens::Reader;
use crate::view::messages;
use crate::view::syntax::{Audit, AuditOutcome};

const OUTCOMES: [AuditOutcome; 3] =
    [AuditOutcome::Fail, AuditOutcome::Warn, AuditOutcome::Quarantine];

impl Parser<'_> {
    /// `"{" [ audit { "," audit } [ "," ] ] "}"`
    pub(super) fn audits(&mut self, reader: &mut Reader<'_>, keyword: Span) {
        let Some((mut inside, _)) = reader.group(Delimiter::Brace) else {
            self.expected(reader, "`{ condition, … }` after `audit`");
            self.whole = false;
            self.skip_to_step(reader);
            return;
        };
        if inside.is_end() {
            self.error(keyword, messages::empty_audit());
        }
        while !inside.is_end() {
            let audit = self.audit(&mut inside, keyword);
            self.audits.push(audit);
            if inside.punct(',').is_some() || inside.is_end() {
                continue;
            }
            skip_past_comma(&mut inside);
        }
    }

    /// `[ audits ]` of a table, as they are written: they are read once its columns are known.
    pub(super) fn table_audits(&self, reader: &mut Reader<'_>) -> TokenStream {
        let mut ahead = *reader;
        let Some(keyword) = ahead.word("audit") else { return TokenStream::new() };
        *reader = ahead;
        let mut tokens = TokenStream::from(TokenTree::Ident(Ident::new("audit", keyword)));
        match reader.group(Delimiter::Brace) {
            Some((inside, (open, close))) => {
                let mut group = Group::new(Delimiter::Brace, inside.rest());
                group.set_span(open.join(close).unwrap_or(open));
                tokens.extend([TokenTree::Group(group)]);
            }
            // What stands there instead is reported where it is read.
            None => {
                tokens.extend(reader.rest());
                while !reader.is_end() {
                    reader.skip();
                }
            }
        }
        tokens
    }

    /// `[ name ":" ] expr [ "fail" | "warn" | "quarantine" ]`
    fn audit(&mut self, reader: &mut Reader<'_>, keyword: Span) -> Audit {
        let start = reader.span();
        let name = self.item_name(reader);
        let Some(condition) = self.expr(reader) else {
            let condition = error_expr((start, reader.last_span()));
            let outcome = AuditOutcome::default();
            return Audit { name, condition, outcome, outcome_span: None, keyword };
        };
        let outcome_span = reader.peek_ident().map(|word| word.span());
        let outcome = self.outcome(reader);
        Audit { name, condition, outcome, outcome_span, keyword }
    }

    fn outcome(&self, reader: &mut Reader<'_>) -> AuditOutcome {
        if reader.is_end() || reader.peek(',') {
            return AuditOutcome::default();
        }
        let Some(word) = reader.peek_ident() else {
            self.expected(reader, "`,`, `fail`, `warn` or `quarantine`");
            return AuditOutcome::default();
        };
        let text = word.to_string();
        if let Some(outcome) = OUTCOMES.into_iter().find(|outcome| outcome.word() == text) {
            reader.skip();
            if !reader.is_end() && !reader.peek(',') {
                self.expected(reader, "`,`");
            }
            return outcome;
        }
        let near = nearest(&text, OUTCOMES.map(AuditOutcome::word));
        self.error(word.span(), messages::audit_outcome(&text, near));
        AuditOutcome::default()
    }
}
