//! What a step sees: the columns of its row, the relations that they come from, and how a name
//! finds one of them.

use std::collections::BTreeMap;
use std::rc::Rc;

use proc_macro2::{Ident, Span};

use super::window::NamedWindow;
use crate::messages::Message;
use crate::suggest::{listed, nearest};
use crate::tokens::{Range, name_of};
use crate::types::{Type, ValueType};
use crate::view::builtins;
use crate::view::messages::{self, Hint};
use crate::view::model::{Expr, JoinKind};

/// A column of a source: its position among the view's sources, its position in the source.
pub(super) type Origin = (usize, usize);

/// The row that a step receives.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) columns: Vec<RowColumn>,
    /// The relations by whose names columns can be qualified.
    pub(super) relations: Vec<RowRelation>,
    /// Whether there may be more columns and relations, which an error hides.
    pub(super) open: bool,
    /// The windows that a step has given names.
    pub(super) windows: Vec<NamedWindow>,
    /// The step that took the names of the relations away, for messages.
    pub(super) after: Option<&'static str>,
    /// The relations of semi and anti joins, which are seen by their conditions alone.
    pub(super) tested: Vec<(String, JoinKind)>,
    /// The columns that the step is about to make, and what to say of them: it does not see them itself.
    pub(super) made: (Vec<String>, &'static str),
    /// What the row around a query in the place of a value has, for messages.
    pub(super) around: BTreeMap<String, Option<String>>,
}

/// A column of a row.
#[derive(Clone, Debug)]
pub(super) struct RowColumn {
    pub(super) name: String,
    pub(super) ty: ValueType,
    /// Position in [`Scope::relations`] of the relation that it belongs to.
    pub(super) relation: Option<usize>,
    /// The columns that its value is computed from, sorted.
    pub(super) origins: Rc<[Origin]>,
    /// The sources' columns that are passed on in it as they are, sorted; none if it is computed.
    pub(super) same_as: Rc<[Origin]>,
    /// Where the view makes it, unless it is a source's column as it is.
    pub(super) span: Option<Range>,
}

/// A relation whose columns are in a row.
#[derive(Debug)]
pub(super) struct RowRelation {
    /// The name under which the view speaks of it.
    pub(super) alias: String,
    /// Its own name.
    pub(super) name: String,
    /// Whether it has any column, since its own errors hide them.
    pub(super) open: bool,
    /// Where the view gives it the name, unless that is its own.
    pub(super) given: Option<Span>,
    /// The query in the place of a value that it is. No name means it, nor any of its columns, and no
    /// message speaks of it: it is nothing that somebody has written.
    pub(super) query: Option<usize>,
}

/// What a name is.
pub(super) enum Found {
    /// The column at this position.
    Column(usize),
    /// Something that an error hides.
    Hidden,
}

impl Scope {
    /// Rows are kept where a condition is true: what it says of NULLs is known from here on.
    pub(super) fn narrow(&mut self, condition: &Expr) {
        for position in condition.present_where_true() {
            self.columns[position].ty.nullable = false;
        }
    }

    /// The column that a bare name means.
    pub(super) fn column(&self, ident: &Ident) -> Result<Found, Message> {
        let name = name_of(ident);
        let mut matches = self.positions(&name);
        match (matches.next(), matches.next()) {
            (Some(position), None) => Ok(Found::Column(position)),
            (Some(first), Some(second)) => {
                let all = [first, second].into_iter().chain(matches);
                let (own, foreign): (Vec<usize>, Vec<usize>) =
                    all.partition(|position| self.columns[*position].relation.is_none());
                let foreign: Vec<String> =
                    foreign.into_iter().map(|position| self.qualified(position)).collect();
                let foreign: Vec<&str> = foreign.iter().map(String::as_str).collect();
                Err(messages::ambiguous_column(&name, &foreign, !own.is_empty()))
            }
            (None, _) if self.is_open() => Ok(Found::Hidden),
            (None, _) => Err(self.unknown_column(&name)),
        }
    }

    /// The column that a name qualified by a relation means; `None` when there is no such relation.
    pub(super) fn qualified_column(
        &self,
        alias: &Ident,
        ident: &Ident,
    ) -> Option<Result<Found, Message>> {
        let relation = self.relation(&name_of(alias))?;
        let name = name_of(ident);
        let mut matches = self.positions(&name);
        let found = matches.find(|i| self.columns[*i].relation == Some(relation));
        Some(match found {
            Some(position) => Ok(Found::Column(position)),
            None if self.relations[relation].open || self.open => Ok(Found::Hidden),
            None => Err(self.unknown_column_of(relation, &name)),
        })
    }

    /// The position of the relation that the view calls `alias`.
    pub(super) fn relation(&self, alias: &str) -> Option<usize> {
        let is_it = |relation: &RowRelation| relation.query.is_none() && relation.alias == alias;
        self.relations.iter().position(is_it)
    }

    /// The position of the relation that a query in the place of a value is.
    pub(super) fn joined(&self, query: usize) -> Option<usize> {
        self.relations.iter().position(|relation| relation.query == Some(query))
    }

    /// The column of a query in the place of a value.
    pub(super) fn column_of_query(&self, query: usize, name: &str) -> Option<usize> {
        let relation = Some(self.joined(query)?);
        self.columns.iter().position(|column| column.relation == relation && column.name == name)
    }

    /// The relations that names can mean.
    pub(super) fn named_relations(&self) -> impl Iterator<Item = &RowRelation> + Clone {
        self.relations.iter().filter(|relation| relation.query.is_none())
    }

    /// Whether a name can mean a column.
    pub(super) fn can_be_named(&self, column: &RowColumn) -> bool {
        column.relation.is_none_or(|relation| self.relations[relation].query.is_none())
    }

    /// The columns that names can mean.
    pub(super) fn named_columns(&self) -> impl Iterator<Item = &RowColumn> {
        self.columns.iter().filter(|column| self.can_be_named(column))
    }

    /// Whether a column of this name is there.
    pub(super) fn has_column(&self, name: &str) -> bool {
        self.positions(name).next().is_some()
    }

    /// Whether there may be more columns than are known.
    pub(super) fn is_open(&self) -> bool {
        self.open || self.named_relations().any(|relation| relation.open)
    }

    /// The message for a qualifier that names nothing.
    /// `column` is what it qualifies.
    pub(super) fn unknown_relation(&self, alias: &str, column: Option<&str>) -> Message {
        if let Some((_, kind)) = self.tested.iter().find(|(tested, _)| tested == alias) {
            return messages::relation_of_condition(alias, kind.word());
        }
        if self.named_relations().next().is_none() {
            let column = column.filter(|name| self.has_column(name));
            let known = listed(self.named_columns().map(|column| column.name.as_str()));
            return messages::no_qualifier(alias, self.after.unwrap_or("select"), column, &known);
        }
        let by_name = self.named_relations().find(|relation| relation.name == alias);
        let aliases = self.named_relations().map(|relation| relation.alias.as_str());
        match by_name {
            Some(relation) => messages::relation_by_alias(alias, &relation.alias),
            None => {
                let near = nearest(alias, aliases.clone());
                messages::unknown_relation(alias, near, &listed(aliases))
            }
        }
    }

    fn positions<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.columns
            .iter()
            .enumerate()
            .filter(move |(_, column)| column.name == name && self.can_be_named(column))
            .map(|(position, _)| position)
    }

    fn unknown_column(&self, name: &str) -> Message {
        let relations: Vec<&RowRelation> = self.named_relations().collect();
        let place = match (relations.as_slice(), self.after) {
            ([only], _) => relation_text(only),
            ([], after) => format!("the row after `{}`", after.unwrap_or("select")),
            (several, _) => listed(several.iter().map(|relation| relation.alias.as_str())),
        };
        if let Some(path) = self.around.get(name) {
            return messages::unknown_column(name, &place, Hint::Around(path.as_deref()));
        }
        let names = || self.named_columns().map(|column| column.name.as_str());
        let known = listed(names());
        if self.made.0.iter().any(|made| made == name) {
            return messages::unknown_column(name, &place, Hint::Instead(self.made.1));
        }
        if let Some(relation) = self.relation(name) {
            let column = self.columns.iter().position(|column| column.relation == Some(relation));
            let one = column.map_or_else(String::new, |column| self.path(column));
            let advice = format!(
                "it is a relation: name a column of it, `{one}` for instance; `{name}.*` in `select` are all"
            );
            return messages::unknown_column(name, &place, Hint::Instead(&advice));
        }
        if let Some(advice) = clock(name).filter(|_| nearest(name, names()).is_none()) {
            return messages::unknown_column(name, &place, Hint::Instead(&advice));
        }
        messages::unknown_column(name, &place, Hint::of(nearest(name, names()), &known))
    }

    fn unknown_column_of(&self, relation: usize, name: &str) -> Message {
        let place = relation_text(&self.relations[relation]);
        let elsewhere = self.positions(name).next();
        if let Some(position) = elsewhere {
            let owner = self.columns[position].relation.map(|i| self.relations[i].name.as_str());
            let path = self.path(position);
            return messages::column_elsewhere(name, &place, owner, &path);
        }
        let own = self.columns.iter().filter(|column| column.relation == Some(relation));
        let names: Vec<&str> = own.map(|column| column.name.as_str()).collect();
        let near = nearest(name, names.iter().copied());
        let known = listed(names.iter().copied());
        messages::unknown_column(name, &place, Hint::of(near, &known))
    }

    /// How the view writes the column at this position: `c.path`.
    pub(super) fn path(&self, position: usize) -> String {
        let column = &self.columns[position];
        match column.relation.map(|relation| &self.relations[relation]) {
            Some(RowRelation { query: Some(_), .. }) => "(…)".to_owned(),
            Some(relation) => format!("{}.{}", relation.alias, column.name),
            None => column.name.clone(),
        }
    }

    /// The column for a message: `` `c.path` (ast_calls: String) ``.
    fn qualified(&self, position: usize) -> String {
        let column = &self.columns[position];
        let path = self.path(position);
        match column.relation {
            Some(relation) => {
                format!("`{path}` ({}: {})", self.relations[relation].name, column.ty)
            }
            None => format!("`{path}` ({})", column.ty),
        }
    }
}

/// What is said of a name that SQL computes by, written without parentheses: `current_date`.
fn clock(name: &str) -> Option<String> {
    const CLOCKS: [&str; 6] = [
        "current_date",
        "current_time",
        "current_timestamp",
        "localtimestamp",
        "localtime",
        "sysdate",
    ];
    let lower = name.to_lowercase();
    CLOCKS.contains(&lower.as_str()).then(|| builtins::advice(&lower)).flatten()
}

/// `` `c` (ast_calls) ``, or `` `ast_calls` `` where it has no other name.
fn relation_text(relation: &RowRelation) -> String {
    if relation.alias == relation.name {
        format!("`{}`", relation.alias)
    } else {
        format!("`{}` ({})", relation.alias, relation.name)
    }
}

impl Type {
    /// Whether an error hides a part of the type.
    pub(in crate::view) fn has_unknown(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::List(item) => item.ty.has_unknown(),
            Self::Map(key, value) => key.has_unknown() || value.ty.has_unknown(),
            Self::Struct(ty) => ty.fields.iter().any(|field| field.ty.ty.has_unknown()),
            _ => false,
        }
    }

    /// Whether values can be told apart and sorted.
    pub(super) fn is_ordered(&self) -> bool {
        let nested = matches!(self, Self::List(_) | Self::Map(..) | Self::Struct(_));
        !nested && !matches!(self, Self::Interval | Self::Json)
    }

    /// Whether values can name the folders of a table, each its own and read back as it was: floats
    /// have values that are equal and are written differently, and bytes are no text.
    pub(super) fn names_partitions(&self) -> bool {
        self.has_unknown()
            || matches!(
                self,
                Self::Bool
                    | Self::Int(_)
                    | Self::Decimal(_)
                    | Self::String
                    | Self::Date
                    | Self::Timestamp
                    | Self::LocalTimestamp
            )
    }

    /// Whether values can be told apart: the engine groups by everything but maps.
    pub(super) fn is_groupable(&self) -> bool {
        match self {
            Self::Map(..) | Self::Json => false,
            Self::List(item) => item.ty.is_groupable(),
            Self::Struct(ty) => ty.fields.iter().all(|field| field.ty.ty.is_groupable()),
            _ => true,
        }
    }

    /// Whether it is an integer or a float.
    pub(in crate::view) fn is_number(&self) -> bool {
        matches!(self, Self::Int(_) | Self::F32 | Self::F64)
    }

    /// Whether arithmetic is done with it: an integer, a decimal or a float.
    pub(in crate::view) fn is_exact_or_float(&self) -> bool {
        self.is_number() || matches!(self, Self::Decimal(_))
    }

    /// The first part of it that Delta Lake has no type for.
    pub(in crate::view) fn unstorable_part(&self) -> Option<&Self> {
        match self {
            Self::Int(int) => (!int.is_signed()).then_some(self),
            Self::Time | Self::Duration | Self::Interval => Some(self),
            Self::FixedBytes(_) | Self::Uuid => Some(self),
            Self::List(item) => item.ty.unstorable_part(),
            Self::Map(key, value) => key.unstorable_part().or_else(|| value.ty.unstorable_part()),
            Self::Struct(ty) => ty.fields.iter().find_map(|field| field.ty.ty.unstorable_part()),
            _ => None,
        }
    }
}
