//! Queries inside of a view: `with name = (…)`, and the same in the place of a relation.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Ident};

use super::Parser;
use crate::tokens::{Range, Reader, name_of};
use crate::view::messages;
use crate::view::syntax::Query;

impl Parser<'_> {
    /// `{ "with" name "=" "(" { step } ")" }`
    pub(super) fn with(&mut self, reader: &mut Reader<'_>) {
        while let Some(word) = reader.peek_ident().filter(|word| word == "with") {
            let mut ahead = *reader;
            ahead.skip();
            let Some(name) = ahead.ident() else { return };
            if !self.sign_after_name(&mut ahead, &name) {
                return;
            }
            *reader = ahead;
            if self.local(&name.clone().into()).is_some() {
                self.error(name.span(), messages::query_twice(&name_of(&name)));
            }
            if self.query(reader, Some(name)).is_none() {
                self.whole = false;
                if reader.peek_ident().is_none_or(|next| next != word) {
                    self.skip_to_step(reader);
                }
            }
        }
    }

    /// `=`; SQL writes `with name as (…)`.
    fn sign_after_name(&self, reader: &mut Reader<'_>, name: &Ident) -> bool {
        if reader.op("=").is_some() {
            return true;
        }
        let sql = self.keyword(reader, "as");
        if let Some(word) = sql {
            let form = (format!("with {name} as"), format!("with {name} ="));
            self.sink.error_range(word, messages::operator(&form.0, &form.1));
        }
        sql.is_some()
    }

    /// `"(" { step } ")"`: the number of the query, and where it stands.
    ///
    /// A query is numbered when it ends, so that those inside of it come before it.
    pub(super) fn query(
        &mut self,
        reader: &mut Reader<'_>,
        name: Option<Ident>,
    ) -> Option<(usize, Range)> {
        let Some((mut inside, span)) = reader.group(Delimiter::Parenthesis) else {
            self.expected(reader, "`(from …)`");
            return None;
        };
        let steps = self.deeper(&mut inside, |parser, reader| {
            let of_view = std::mem::take(&mut parser.audits);
            let may_end = std::mem::take(&mut parser.may_end);
            let (steps, contract) = parser.steps(reader);
            parser.may_end = may_end;
            for audit in std::mem::replace(&mut parser.audits, of_view).iter().take(1) {
                parser.error(audit.keyword, messages::audit_of_query());
            }
            if let Some(contract) = contract {
                parser.error(contract.keyword, messages::contract_of_query());
            }
            Some(steps)
        })?;
        let number = self.queries.len();
        if let Some(name) = &name {
            self.locals.push((name_of(name), number));
        }
        let (is_read, instance, is_hidden) = (false, None, false);
        self.queries.push(Query {
            name,
            steps,
            span,
            is_read,
            instance,
            is_hidden,
            around: BTreeMap::new(),
        });
        Some((number, span))
    }

    /// A query in the place of a value, if one is next.
    pub(super) fn value_query(&mut self, reader: &mut Reader<'_>) -> Option<Option<usize>> {
        let (inside, _) = reader.clone().group(Delimiter::Parenthesis)?;
        let mut ahead = inside;
        let word = ahead.ident()?;
        let relation = ahead.peek_ident().is_some()
            || ahead.peek_path_separator()
            || ahead.peek_group(Delimiter::Parenthesis);
        if word != "from" || !relation {
            return None;
        }
        self.has_subqueries = true;
        Some(self.query(reader, None).map(|(number, _)| {
            self.queries[number].is_read = true;
            number
        }))
    }

    /// The query that a `with` has given this name, which a relation's name is otherwise.
    pub(super) fn local(&mut self, path: &syn::Path) -> Option<usize> {
        let name = name_of(path.get_ident()?);
        let (_, number) = self.locals.iter().rev().find(|(known, _)| *known == name)?;
        self.queries[*number].is_read = true;
        Some(*number)
    }
}
