//! Random views without an error: every expression is grown for a type that is wanted, over the columns
//! that the step sees.

mod expr;
mod step;

use fastrand::Rng;

use super::tree::{Column, Expr, Item, Join, Source, Step, Ty, View};

/// The columns of the fixture's tables that random views read: name, type, whether NULLs are there.
const FILES: &[(&str, Ty, bool)] = &[
    ("file_id", Ty::Text, false),
    ("path", Ty::Text, false),
    ("lang", Ty::Text, true),
    ("size", Ty::I64, true),
];

const CALLS: &[(&str, Ty, bool)] = &[
    ("call_id", Ty::Text, false),
    ("file_id", Ty::Text, false),
    ("callee", Ty::Text, false),
    ("bstart", Ty::I64, false),
    ("bend", Ty::I64, false),
    ("small", Ty::I32, false),
    ("weight", Ty::F64, true),
    ("tags", Ty::Texts, true),
    ("pos", Ty::Place, true),
    ("at", Ty::Place, false),
    ("flag", Ty::Bool, true),
];

/// Types that can be compared, sorted, grouped by and written as a constant.
const PLAIN: [Ty; 5] = [Ty::Bool, Ty::I32, Ty::I64, Ty::F64, Ty::Text];
/// Grows a view.
pub(super) fn grow(rng: &mut Rng) -> View {
    let (view, scope) = (View::default(), Vec::new());
    let mut grower = Grower { rng, view, scope, names: 0, is_selected: false };
    grower.params();
    grower.from();
    for _ in 0..grower.rng.usize(1..6) {
        grower.step();
    }
    // Relations that were joined may have columns of one name.
    grower.select();
    grower.view
}

pub(super) struct Grower<'r> {
    rng: &'r mut Rng,
    view: View,
    /// The columns of the row.
    scope: Vec<usize>,
    names: usize,
    /// Whether the row is what a step has selected, and not all that tables have.
    is_selected: bool,
}

impl Grower<'_> {
    fn name(&mut self, letter: char) -> String {
        self.names += 1;
        format!("{letter}{}", self.names)
    }

    fn column(&mut self, path: String, ty: Ty, nullable: Option<bool>) -> usize {
        self.view.columns.push(Column { path, ty, nullable });
        self.view.columns.len() - 1
    }

    /// A table, whose columns are those of the row from here on.
    fn source(&mut self) -> Source {
        let (table, columns) = if self.rng.bool() { ("files", FILES) } else { ("calls", CALLS) };
        let alias = self.name('r');
        let numbered = columns.iter().map(|(name, ty, nullable)| {
            let column = self.column(format!("{alias}.{name}"), *ty, Some(*nullable));
            (*name, column)
        });
        let columns: Vec<_> = numbered.collect();
        self.scope.extend(columns.iter().map(|(_, column)| *column));
        self.is_selected = false;
        Source { table, alias, columns }
    }

    fn from(&mut self) {
        let source = self.source();
        self.view.steps.push(Step::From(source));
    }

    fn params(&mut self) {
        for _ in 0..self.rng.usize(0..6).saturating_sub(3) {
            let ty = self.plain();
            let default = self.constant(ty);
            self.view.params.push((ty, default));
        }
    }

    fn step(&mut self) {
        match self.rng.u8(0..16) {
            0 | 1 => self.join(),
            2..=4 => {
                let mut condition = self.expr(Ty::Bool, 3);
                if self.rng.u8(0..3) == 0 {
                    let exists = self.exists();
                    condition = Expr::Binary("and", Box::new(condition), Box::new(exists));
                }
                self.narrow(&mut condition.clone());
                self.view.steps.push(Step::Where(condition));
            }
            5 | 6 => {
                let items = self.items(1..3);
                self.scope.extend(items.iter().map(|(column, _)| *column));
                self.view.steps.push(Step::Derive(items));
            }
            7 => self.select(),
            8 => self.group(),
            9 => self.set(),
            10 if self.is_selected => self.view.steps.push(Step::Distinct),
            11 if self.is_selected => self.star(),
            12 => self.unnest(),
            13 => self.pivot(),
            14 => self.asof(),
            _ => {
                let ty = self.plain();
                // A constant orders nothing.
                let grown = self.expr(ty, 1);
                let key = if grown.reads() { grown } else { self.known(ty) };
                let keys = if key.reads() { vec![key] } else { return };
                let count = self.rng.u32(0..9);
                self.view.steps.push(Step::OrderLimit(keys, count));
            }
        }
    }

    /// NULLs that an outer join adds are not there yet in its own condition.
    fn join(&mut self) {
        let kind = *self.one_of(&Join::ALL);
        let (width, is_selected) = (self.scope.len(), self.is_selected);
        let source = self.source();
        let condition = self.expr(Ty::Bool, 2);
        if matches!(kind, Join::Inner | Join::Semi) {
            self.narrow(&mut condition.clone());
        }
        let (left, right) = self.scope.split_at(width);
        let extended = match kind {
            Join::Left => right,
            Join::Right => left,
            Join::Full => &self.scope,
            Join::Inner | Join::Semi | Join::Anti => &[],
        };
        for column in extended {
            self.view.columns[*column].nullable = Some(true);
        }
        if matches!(kind, Join::Semi | Join::Anti) {
            self.scope.truncate(width);
            self.is_selected = is_selected;
        }
        self.view.steps.push(Step::Join(kind, source, condition));
    }

    /// What a condition reads may not be NULL behind it.
    fn narrow(&mut self, condition: &mut Expr) {
        if let Expr::Column(column) = condition {
            let nullable = &mut self.view.columns[*column].nullable;
            *nullable = nullable.filter(|nullable| !nullable);
        }
        condition.children().into_iter().for_each(|child| self.narrow(child));
    }

    /// A query of another table whose columns have the names and types of the row's.
    fn set(&mut self) {
        if !self.is_selected {
            self.select();
        }
        let row = std::mem::take(&mut self.scope);
        let steps = std::mem::take(&mut self.view.steps);
        self.from();
        let condition = self.expr(Ty::Bool, 1);
        self.narrow(&mut condition.clone());
        self.view.steps.push(Step::Where(condition));
        let items = row.iter().map(|column| {
            let Column { path, ty, .. } = self.view.columns[*column].clone();
            let value = self.expr(ty, 2);
            (self.column(path, ty, None), value)
        });
        let items = items.collect();
        self.view.steps.push(Step::Select(items));
        let query = std::mem::replace(&mut self.view.steps, steps);
        for column in &row {
            self.view.columns[*column].nullable = None;
        }
        let kind = *self.one_of(&["union", "union all", "except", "intersect"]);
        self.view.steps.push(Step::Set(kind, query));
        (self.scope, self.is_selected) = (row, true);
    }

    fn select(&mut self) {
        let items = self.items(1..5);
        self.scope = items.iter().map(|(column, _)| *column).collect();
        self.is_selected = true;
        self.view.steps.push(Step::Select(items));
    }

    /// New columns. What they are computed from is the row as it is.
    fn items(&mut self, count: std::ops::Range<usize>) -> Vec<Item> {
        let count = self.rng.usize(count);
        let exprs: Vec<(Ty, Expr)> = (0..count)
            .map(|_| match self.rng.u8(0..12) {
                0 | 1 => self.window(),
                2 => self.scalar(),
                _ => {
                    let ty = self.plain();
                    (ty, self.expr(ty, 3))
                }
            })
            .collect();
        exprs.into_iter().map(|(ty, expr)| self.item(ty, expr)).collect()
    }

    fn item(&mut self, ty: Ty, expr: Expr) -> Item {
        let nullable = match &expr {
            Expr::Column(column) => self.view.columns[*column].nullable,
            _ => None,
        };
        let name = self.name('d');
        (self.column(name, ty, nullable), expr)
    }

    fn group(&mut self) {
        let keys = self.scope.clone();
        let keys: Vec<usize> =
            keys.into_iter().filter(|_| self.rng.u8(0..4) == 0).take(2).collect();
        let keys: Vec<usize> =
            keys.into_iter().filter(|key| PLAIN.contains(&self.view.columns[*key].ty)).collect();
        if keys.is_empty() {
            return;
        }
        let keys: Vec<(Ty, Expr)> =
            keys.into_iter().map(|key| (self.view.columns[key].ty, Expr::Column(key))).collect();
        let values: Vec<(Ty, Expr)> =
            (0..self.rng.usize(1..4)).map(|_| self.filtered_aggregate()).collect();
        let keys: Vec<Item> = keys.into_iter().map(|(ty, key)| self.item(ty, key)).collect();
        let values: Vec<Item> = values
            .into_iter()
            .map(|(ty, value)| {
                let name = self.name('n');
                (self.column(name, ty, None), value)
            })
            .collect();
        self.scope = keys.iter().chain(&values).map(|(column, _)| *column).collect();
        self.is_selected = true;
        self.view.steps.push(Step::Group(keys, values));
    }
}
