//! Queries inside of a view: each is checked once, before what reads it.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::scope::{Origin, RowColumn, RowRelation};
use super::{Checker, messages};
use crate::tokens::name_of;
use crate::types::Column;
use crate::view::model::{Pipeline, Refresh};
use crate::view::syntax::{Query, Source};

/// A query, and what its readers have to know of it.
pub(super) struct CheckedQuery {
    pub(super) pipeline: Pipeline,
    columns: Vec<RowColumn>,
    /// Whether it may have more columns, which an error hides.
    open: bool,
    pub(super) refresh: Refresh,
    influences: BTreeSet<Origin>,
}

impl<'a> Checker<'a> {
    pub(super) fn query(mut self, query: &'a Query) -> CheckedQuery {
        self.instance = query.instance.as_deref();
        self.scope.open |= query.is_hidden;
        self.scope.around.clone_from(&query.around);
        self.steps(&query.steps);
        self.lose_groups();
        let reported = self.sink.count();
        self.check_order(&query.steps, Some("what a step reads"));
        self.check_names_of(query);
        if let Some(instance) = self.instance {
            self.show_since(reported, instance, "from");
            self.check_in_doubt(query, instance);
        }
        if let Some(name) = query.name.as_ref().filter(|_| !query.is_read && self.view.whole) {
            self.sink.error(name.span(), messages::unused_query(&name_of(name)));
        }
        let open = self.scope.is_open();
        let columns = self.scope.columns.iter();
        let columns = columns.map(|row| Column { name: row.name.clone(), ty: row.ty.clone() });
        CheckedQuery {
            pipeline: Pipeline { steps: self.steps, columns: columns.collect() },
            columns: self.scope.columns,
            open,
            refresh: self.derived.refresh,
            influences: self.influences,
        }
    }

    /// A query that a step reads, and its columns as columns of the row.
    pub(super) fn query_source(
        &mut self,
        number: usize,
        source: &Source,
    ) -> (RowRelation, Vec<RowColumn>) {
        let query = &self.queries[number];
        // Which rows the query has decides which rows its readers have.
        self.influences.extend(&query.influences);
        let position = Some(self.scope.relations.len());
        let columns = query.columns.iter();
        let columns = columns.map(|column| RowColumn {
            relation: position,
            origins: Rc::clone(&column.origins),
            ..column.clone()
        });
        let (alias, name) = (name_of(&source.alias), source.path.clone());
        let given = Some(source.alias.span());
        let joined = source.is_value.then_some(number);
        let relation = RowRelation { alias, name, open: query.open, given, query: joined };
        (relation, columns.collect())
    }

    /// Without a `select` a join leaves both sides' columns, which may have one name.
    fn check_names_of(&mut self, query: &Query) {
        let Some(position) = self.second_of_a_name() else { return };
        let name = &self.scope.columns[position].name;
        let message = messages::duplicate_in_query(name, &self.scope.path(position));
        self.sink.error_range(query.span, message);
        // Which of the two a name means would be asked again and again.
        self.scope.columns.remove(position);
        self.scope.open = true;
    }
}
