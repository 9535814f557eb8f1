//! What can be named behind the steps of a view: for whoever writes the next one.

use super::subquery::with_joins;
use super::{Checker, check_queries};
use crate::sink::Sink;
use crate::tokens::name_of;
use crate::types::{Column, Type, ValueType};
use crate::view::env::Env;
use crate::view::syntax::{Query, View};

/// The row that steps leave, and what else the view has given names.
#[derive(Debug, Default)]
pub(in crate::view) struct Visible {
    /// The columns, each with the name that qualifies it, if one does.
    pub(in crate::view) columns: Vec<(Option<String>, Column)>,
    /// The names of relations that qualify columns, each with the relation's own name.
    pub(in crate::view) relations: Vec<(String, String)>,
    /// The parameters.
    pub(in crate::view) params: Vec<Column>,
    /// The names of the queries that can be read.
    pub(in crate::view) queries: Vec<String>,
}

impl Visible {
    /// The columns of the relation that is called so.
    pub(in crate::view) fn columns_of(&self, alias: &str) -> impl Iterator<Item = &Column> {
        let of_alias = self.columns.iter().filter(move |(of, _)| of.as_deref() == Some(alias));
        of_alias.map(|(_, column)| column)
    }

    /// The type of a path of names: a column, qualified or not, and the fields in it.
    pub(in crate::view) fn type_of(&self, path: &[&str]) -> Option<&ValueType> {
        let (first, rest) = path.split_first()?;
        let is_relation = self.relations.iter().any(|(alias, _)| alias == first);
        let (column, fields) = match rest {
            [name, fields @ ..] if is_relation => {
                (self.columns_of(first).find(|column| column.name == *name)?, fields)
            }
            _ => (self.columns.iter().map(|(_, column)| column).find(|c| c.name == *first)?, rest),
        };
        fields.iter().try_fold(&column.ty, |ty, field| match &ty.ty {
            Type::Struct(found) => {
                found.fields.iter().find(|known| known.name == *field).map(|known| &known.ty)
            }
            _ => None,
        })
    }
}

/// What can be named behind the last step of a view; errors are nobody's here.
pub(in crate::view) fn visible(view: &View, env: &Env) -> Visible {
    let sink = Sink::ignoring();
    let view = &*with_joins(view, env, &sink);
    let queries = check_queries(view, env, &sink, None);
    let mut checker = Checker::new(view, env, &sink, &queries);
    checker.steps(&view.steps);
    let scope = checker.scope;
    let alias = |position: usize| scope.relations.get(position).map(|known| known.alias.clone());
    let columns = scope.named_columns().map(|row| {
        let column = Column { name: row.name.clone(), ty: row.ty.clone() };
        (row.relation.and_then(alias), column)
    });
    let columns = columns.collect();
    let params = view.values.iter().map(|value| Column {
        name: name_of(&value.name),
        ty: ValueType::required(value.to_type()),
    });
    let params = params.collect();
    let name = |query: &Query| query.name.as_ref().map(name_of);
    let queries = view.queries.iter().filter_map(name).collect();
    let relations = scope.named_relations();
    let relations = relations.map(|known| (known.alias.clone(), known.name.clone()));
    Visible { columns, relations: relations.collect(), params, queries }
}
