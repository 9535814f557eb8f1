//! What an editor can be told of the names in a view: which columns can stand at each, and where those
//! are written.
//!
//! The check notes it name by name, in its own order. Only what [`crate::expand`] writes for
//! rust-analyzer reads it, so the check of a compiler notes nothing.

use std::cell::RefCell;

use proc_macro2::{Ident, Span};

use crate::types::{StructType, ValueType};

/// What the check of one view has noted.
#[derive(Debug, Default)]
pub struct Notes {
    names: RefCell<Vec<Note>>,
    columns: RefCell<Vec<(String, Span)>>,
}

/// A name in the text that stands for a column or for a field of one.
#[derive(Clone, Debug)]
pub struct Note {
    /// What stands before the dot, if that is the name of a relation.
    pub relation: Option<Qualifier>,
    /// The name; `None` where nothing is written behind the dot.
    pub name: Option<Ident>,
    /// Where the name or the dot stands.
    pub place: Span,
    /// The columns that can stand there.
    pub row: Vec<NotedColumn>,
    /// The struct of which it is a field, if it is no column.
    pub field_of: Option<StructType>,
}

/// The name of a relation before a dot.
#[derive(Clone, Debug)]
pub struct Qualifier {
    /// The name as it stands there.
    pub name: Ident,
    /// Where `as` gives it, if it is not the relation's own.
    pub given: Option<Span>,
}

/// A column that can stand at a name.
#[derive(Clone, Debug)]
pub struct NotedColumn {
    /// The column's name.
    pub name: String,
    /// Its type there.
    pub ty: ValueType,
    /// Where it comes from.
    pub origin: NotedOrigin,
}

/// Where a column comes from.
#[derive(Clone, Copy, Debug)]
pub enum NotedOrigin {
    /// It is the column of that name of the view's source at this position.
    Source(usize),
    /// The view makes it, and writes its name here.
    Text(Span),
    /// Neither is known.
    Unknown,
}

impl Notes {
    pub(super) fn name(&self, note: Note) {
        self.names.borrow_mut().push(note);
    }

    pub(super) fn columns(&self, columns: impl Iterator<Item = (String, Span)>) {
        self.columns.borrow_mut().extend(columns);
    }

    /// The names, in the order in which they were checked, and where the columns of the result are
    /// written.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Note>, Vec<(String, Span)>) {
        (self.names.into_inner(), self.columns.into_inner())
    }
}
