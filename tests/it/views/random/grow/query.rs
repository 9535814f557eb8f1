//! What is read: tables, queries with names and without, uses of templates, and queries as values.

use super::super::tree::{Expr, Query, Source, Step, What};
use super::super::types::{COST, PRICE, Ty};
use super::Grower;

/// The columns of the fixture's tables that random views read: name, type, whether NULLs are there.
type Columns = &'static [(&'static str, Ty, bool)];

const FILES: Columns = &[
    ("file_id", Ty::Text, false),
    ("path", Ty::Text, false),
    ("lang", Ty::Text, true),
    ("size", Ty::I64, true),
];

const CALLS: Columns = &[
    ("call_id", Ty::Text, false),
    ("file_id", Ty::Text, false),
    ("callee", Ty::Text, false),
    ("bstart", Ty::I64, false),
    ("bend", Ty::I64, false),
    ("small", Ty::I32, false),
    ("weight", Ty::F64, true),
    ("tags", Ty::List(&Ty::Text), true),
    ("pos", Ty::Place, true),
    ("at", Ty::Place, false),
    ("flag", Ty::Bool, true),
    ("attrs", Ty::Map(&Ty::Text), false),
    ("fixed", Ty::Map(&Ty::I64), true),
];

const EVENTS: Columns = &[
    ("event_id", Ty::Text, false),
    ("file_id", Ty::Text, true),
    ("tiny", Ty::I8, false),
    ("short", Ty::I16, true),
    ("ratio", Ty::F32, true),
    ("price", PRICE, false),
    ("cost", COST, true),
    ("raw", Ty::Bytes, true),
    ("doc", Ty::Json, true),
    ("day", Ty::Date, false),
    ("until", Ty::Date, true),
    ("seen", Ty::Timestamp, false),
    ("clock", Ty::Local, true),
    ("counts", Ty::List(&Ty::I64), false),
    ("points", Ty::List(&Ty::F64), true),
];

const TABLES: [(&str, Columns); 3] = [("files", FILES), ("calls", CALLS), ("events", EVENTS)];

impl Grower<'_> {
    pub(super) fn from(&mut self) {
        let source = self.source();
        self.view.steps.push(Step::From(source));
    }

    /// What is read, whose columns are those of the row from here on.
    pub(super) fn source(&mut self) -> Source {
        let source = match self.rng.u8(0..12) {
            0 if self.depth == 0 => {
                let query = self.query();
                self.read(What::Query(query.clone()), &query)
            }
            1 if self.depth == 0 && !self.view.withs.is_empty() => {
                let position = self.rng.usize(0..self.view.withs.len());
                let query = self.view.withs[position].clone();
                self.read(What::With(position), &query)
            }
            2 => self.counted(),
            3 => self.newest(),
            _ => {
                let (table, columns) = *self.one_of(&TABLES);
                self.table(What::Table(table), columns)
            }
        };
        self.scope.extend(source.columns.iter().map(|(_, column)| *column));
        self.is_selected = false;
        source
    }

    fn table(&mut self, what: What, columns: &[(&str, Ty, bool)]) -> Source {
        let alias = self.name('r');
        let columns = columns.iter().map(|(name, ty, nullable)| {
            let column = self.column(format!("{alias}.{name}"), *ty, Some(*nullable));
            ((*name).to_owned(), column)
        });
        let columns = columns.collect();
        Source { what, alias, columns }
    }

    fn read(&mut self, what: What, query: &Query) -> Source {
        let alias = self.name('r');
        let columns = query.columns.iter().map(|column| {
            let known = self.view.columns[*column].clone();
            let path = format!("{alias}.{}", known.path);
            (known.path, self.column(path, known.ty, known.nullable))
        });
        let columns = columns.collect();
        Source { what, alias, columns }
    }

    fn counted(&mut self) -> Source {
        let (table, columns) = *self.one_of(&TABLES);
        let keys: Vec<_> = columns.iter().filter(|(_, ty, _)| ty.is_groupable()).collect();
        let key = **self.one_of(&keys);
        let least = self.rng.u8(0..3);
        self.table(What::Counted(table, key.0, least), &[key, ("n", Ty::I64, false)])
    }

    fn newest(&mut self) -> Source {
        let (table, columns) = *self.one_of(&TABLES);
        let keys: Vec<_> = columns.iter().filter(|(_, ty, _)| ty.is_ordered()).collect();
        let [key, order] = [self.one_of(&keys).0, self.one_of(&keys).0];
        self.table(What::Newest(table, [key, order]), columns)
    }

    /// Steps of their own, that end in columns with names.
    fn query(&mut self) -> Query {
        let row = (std::mem::take(&mut self.scope), self.is_selected);
        let windows = std::mem::take(&mut self.windows);
        let steps = std::mem::take(&mut self.view.steps);
        self.depth += 1;
        self.from();
        for _ in 0..self.rng.usize(0..3) {
            self.step();
        }
        self.select();
        self.depth -= 1;
        let steps = std::mem::replace(&mut self.view.steps, steps);
        let columns = std::mem::replace(&mut self.scope, row.0);
        self.is_selected = row.1;
        self.windows = windows;
        Query { steps, columns }
    }

    /// Queries with names.
    pub(super) fn withs(&mut self) {
        for _ in 0..self.rng.usize(0..6).saturating_sub(4) {
            let query = self.query();
            self.view.withs.push(query);
        }
    }

    /// Whether a table has a row, or has none, that fits the row.
    pub(super) fn exists(&mut self) -> Expr {
        let exists = self.found();
        if self.rng.bool() { Expr::Not(Box::new(exists)) } else { exists }
    }

    pub(super) fn found(&mut self) -> Expr {
        let (scope, is_selected) = (self.scope.clone(), self.is_selected);
        let (source, condition) = self.inner();
        (self.scope, self.is_selected) = (scope, is_selected);
        Expr::Exists(source, Box::new(condition))
    }

    /// Whether a column's value is one of another table's column.
    pub(super) fn in_query(&mut self) -> Option<Expr> {
        let (scope, is_selected) = (self.scope.clone(), self.is_selected);
        let (source, condition) = self.inner();
        (self.scope, self.is_selected) = (scope.clone(), is_selected);
        let inner = source.columns.iter().map(|(_, column)| *column);
        let pairs = inner.flat_map(|inner| scope.iter().map(move |outer| (*outer, inner)));
        let pairs = pairs.filter(|(outer, inner)| {
            let of_relation = self.view.columns[*outer].path.starts_with('r');
            of_relation && self.ty(*outer) == self.ty(*inner) && self.ty(*outer).is_ordered()
        });
        let pairs: Vec<_> = pairs.collect();
        let (outer, inner) = self.rng.choice(pairs)?;
        let never_null =
            [outer, inner].iter().all(|it| self.view.columns[*it].nullable == Some(false));
        let negated = never_null && self.rng.bool();
        let parts = Box::new([Expr::Column(outer), condition]);
        Some(Expr::InQuery(parts, source, inner, negated))
    }

    /// An aggregate of the rows of a table that fit the row.
    pub(super) fn scalar(&mut self) -> (Ty, Expr) {
        let (scope, is_selected) = (self.scope.clone(), self.is_selected);
        let (source, condition) = self.inner();
        let (ty, value) = self.aggregate_that(|form| form.of_no_rows);
        (self.scope, self.is_selected) = (scope, is_selected);
        (ty, Expr::Scalar(source, Box::new(condition), Box::new(value)))
    }

    /// A table, whose columns alone are seen from here on, and what compares it with the row.
    fn inner(&mut self) -> (Source, Expr) {
        // Of the row around a query the columns of relations are seen.
        let mut outer = std::mem::take(&mut self.scope);
        outer.retain(|column| self.view.columns[*column].path.starts_with('r'));
        let source = self.source();
        let pair = self.pair(&outer, &source, &[Ty::Text, Ty::I64, Ty::I32, Ty::Date], "==");
        let own = self.expr(Ty::Bool, 2);
        let condition = match pair {
            Some(pair) => Expr::Binary("and", Box::new(pair), Box::new(own)),
            None => Expr::Binary("and", Box::new(own.clone()), Box::new(own)),
        };
        self.narrow(&mut condition.clone());
        (source, condition)
    }

    /// A comparison of a column with one of a table, of one type.
    pub(super) fn pair(
        &mut self,
        left: &[usize],
        right: &Source,
        types: &[Ty],
        op: &'static str,
    ) -> Option<Expr> {
        let right = right.columns.iter().map(|(_, column)| *column);
        let pairs = right.flat_map(|right| left.iter().map(move |left| (*left, right)));
        let pairs = pairs.filter(|(left, right)| {
            types.contains(&self.ty(*left)) && self.ty(*left) == self.ty(*right)
        });
        let pairs: Vec<_> = pairs.collect();
        let (left, right) = self.rng.choice(pairs)?;
        let (left, right) = (Expr::Column(left), Expr::Column(right));
        Some(Expr::Binary(op, Box::new(left), Box::new(right)))
    }
}
