//! What the check notes for editors, [`crate::view::editor`].
//!
//! A name that is wrong is noted as one that is right: whoever is still writing it is to be shown what
//! it could become.

use proc_macro2::{Ident, Span};

use super::Checker;
use super::expression::{Place, Typer};
use super::scope::RowColumn;
use crate::types::{Column, Type};
use crate::view::editor::{Note, NotedColumn, NotedOrigin, Qualifier};
use crate::view::env::Env;
use crate::view::model::NamedExpr;

/// What stands behind a dot.
#[derive(Clone, Copy)]
pub(super) enum Behind<'a> {
    Name(&'a Ident),
    /// Nothing; where the dot is.
    Nothing(Span),
}

impl Behind<'_> {
    fn name(self) -> Option<Ident> {
        match self {
            Self::Name(name) => Some(name.clone()),
            Self::Nothing(_) => None,
        }
    }

    fn place(self) -> Span {
        match self {
            Self::Name(name) => name.span(),
            Self::Nothing(dot) => dot,
        }
    }
}

impl Typer<'_> {
    /// Notes a bare name.
    pub(super) fn note_name(&self, name: &Ident) {
        let Some(notes) = self.notes else { return };
        let keys = match self.place {
            Place::Group(keys) => keys,
            Place::Row(_) | Place::Argument(_) => &[],
        };
        let keys = keys.iter().map(noted_key);
        let columns = self.scope.named_columns().map(|column| noted(self.env, column));
        let row = keys.chain(columns).collect();
        let (place, name) = (name.span(), Some(name.clone()));
        notes.name(Note { relation: None, name, place, row, field_of: None });
    }

    /// Notes a name behind that of a relation.
    pub(super) fn note_column(&self, alias: &Ident, position: usize, behind: Behind<'_>) {
        let Some(notes) = self.notes else { return };
        let own = self.scope.columns.iter().filter(|column| column.relation == Some(position));
        let row = own.map(|column| noted(self.env, column)).collect();
        let given = self.scope.relations.get(position).and_then(|relation| relation.given);
        let relation = Some(Qualifier { name: alias.clone(), given });
        let (name, place) = (behind.name(), behind.place());
        notes.name(Note { relation, name, place, row, field_of: None });
    }

    /// Notes a name behind a value, which has fields if it is a struct.
    pub(super) fn note_field(&self, of: &Type, behind: Behind<'_>) {
        let (Some(notes), Type::Struct(ty)) = (self.notes, of) else { return };
        let row = ty.fields.iter().map(noted_field).collect();
        let (name, place, field_of) = (behind.name(), behind.place(), Some(ty.clone()));
        notes.name(Note { relation: None, name, place, row, field_of });
    }
}

impl Checker<'_> {
    /// Notes where the columns of the result are written.
    pub(super) fn note_result(&self) {
        let Some(notes) = self.notes else { return };
        let written = |column: &RowColumn| Some((column.name.clone(), column.span?.1));
        notes.columns(self.scope.columns.iter().filter_map(written));
    }
}

fn noted(env: &Env, column: &RowColumn) -> NotedColumn {
    let source = || {
        let [(source, position)] = *column.origins else { return None };
        let columns = env.relations.get(source)?.columns.as_ref()?;
        let is_it = source < env.own.relations && columns.get(position)?.name == column.name;
        is_it.then_some(NotedOrigin::Source(source))
    };
    let origin = match column.span {
        // Of `c.path` the name is the last token.
        Some((_, name)) => Some(NotedOrigin::Text(name)),
        None => source(),
    };
    let origin = origin.unwrap_or(NotedOrigin::Unknown);
    NotedColumn { name: column.name.clone(), ty: column.ty.clone(), origin }
}

fn noted_key(key: &NamedExpr) -> NotedColumn {
    let (name, ty) = (key.name.clone(), key.expr.ty.clone());
    NotedColumn { name, ty, origin: NotedOrigin::Text(key.expr.span.1) }
}

fn noted_field(field: &Column) -> NotedColumn {
    let (name, ty) = (field.name.clone(), field.ty.clone());
    NotedColumn { name, ty, origin: NotedOrigin::Unknown }
}
