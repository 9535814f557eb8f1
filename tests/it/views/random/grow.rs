//! Random views without an error: every expression is grown for a type that is wanted, over the columns
//! that the step sees.

mod aggregate;
mod call;
mod expr;
mod query;
mod step;

use fastrand::Rng;

use super::tree::{Column, Expr, Item, Join, Step, View, Window};
use super::types::{NESTED, PLAIN, Ty};

/// Grows a view.
pub(super) fn grow(rng: &mut Rng) -> View {
    grown(rng, true)
}

/// Grows the same view, but that no order has several keys.
pub(super) fn grow_with_one_key(rng: &mut Rng) -> View {
    grown(rng, false)
}

fn grown(rng: &mut Rng, several_keys: bool) -> View {
    let mut grower = Grower {
        rng,
        view: View::default(),
        scope: Vec::new(),
        windows: Vec::new(),
        names: 0,
        is_selected: false,
        depth: 0,
        several_keys,
    };
    grower.params();
    grower.withs();
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
    /// The windows that have names in the step.
    windows: Vec<Window>,
    names: usize,
    /// Whether the row is what a step has selected, and not all that tables have.
    is_selected: bool,
    /// In how many queries the steps stand.
    depth: u8,
    /// Whether orders may have several keys.
    several_keys: bool,
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

    fn ty(&self, column: usize) -> Ty {
        self.view.columns[column].ty
    }

    /// A type that can be compared: of a column that there is, or any.
    pub(super) fn plain(&mut self) -> Ty {
        if self.rng.u8(0..3) > 0
            && let Some(column) = self.column_with(Ty::is_ordered)
        {
            let ty = self.ty(column);
            if ty.is_stored() {
                return ty;
            }
        }
        *self.one_of(&PLAIN)
    }

    /// A type that a column can have.
    pub(super) fn any_type(&mut self) -> Ty {
        match self.rng.u8(0..6) {
            0 => *self.one_of(&NESTED),
            1 => self.column_with(Ty::is_stored).map_or(Ty::Text, |column| self.ty(column)),
            _ => self.plain(),
        }
    }

    pub(super) fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.rng.usize(0..all.len())]
    }

    /// A column of the row whose type fits.
    fn column_with(&mut self, fits: impl Fn(Ty) -> bool) -> Option<usize> {
        let mut fitting = self.scope.clone();
        fitting.retain(|column| fits(self.view.columns[*column].ty));
        self.rng.choice(fitting)
    }

    fn column_of(&mut self, types: &[Ty]) -> Option<usize> {
        self.column_with(|ty| types.contains(&ty))
    }

    fn params(&mut self) {
        const TYPES: [Ty; 8] =
            [Ty::Bool, Ty::I32, Ty::I64, Ty::F64, Ty::Text, Ty::Date, Ty::Timestamp, Ty::Local];
        for _ in 0..self.rng.usize(0..6).saturating_sub(3) {
            let ty = *self.one_of(&TYPES);
            let default = match self.constant(ty) {
                Expr::Cast(constant, ..) => *constant,
                constant => constant,
            };
            self.view.params.push((ty, default));
        }
    }

    fn step(&mut self) {
        match self.rng.u8(0..19) {
            0 | 1 => self.join(),
            2..=4 => self.filter(),
            5 | 6 => {
                self.name_windows();
                let items = self.items(1..3);
                self.scope.extend(items.iter().map(|(column, _)| *column));
                self.windows.clear();
                self.view.steps.push(Step::Derive(items));
            }
            7 => self.select(),
            8 | 9 => self.group(),
            10 => self.set(),
            11 if self.is_selected && self.is_groupable() => self.view.steps.push(Step::Distinct),
            12 if self.is_selected => self.star(),
            13 => self.unnest(),
            14 => self.pivot(),
            15 => self.asof(),
            16 => self.distinct_on(),
            17 if self.scope.len() < 30 => self.cross(),
            _ => {
                let Some(keys) = self.order() else { return };
                let count = self.rng.u32(0..9);
                self.view.steps.push(Step::OrderLimit(keys, count));
            }
        }
    }

    /// Keys of an order, each of which reads a column: a constant orders nothing. Some stand twice. What
    /// follows is grown as if there were one alone.
    pub(super) fn order(&mut self) -> Option<Vec<Expr>> {
        let mut keys = vec![self.key()?];
        if !self.several_keys {
            return Some(keys);
        }
        let rng = self.rng.clone();
        match self.rng.u8(0..8) {
            0 => keys.push(keys[0].clone()),
            1 => keys.extend(self.key()),
            2 => {
                keys.extend(self.key());
                keys.push(keys[0].clone());
            }
            _ => {}
        }
        *self.rng = rng;
        Some(keys)
    }

    fn key(&mut self) -> Option<Expr> {
        let ty = self.plain();
        let grown = self.expr(ty, 1);
        let key = if grown.reads() { grown } else { self.known(ty) };
        key.reads().then_some(key)
    }

    fn filter(&mut self) {
        let mut condition = self.expr(Ty::Bool, 3);
        let test = match self.rng.u8(0..6) {
            0 | 1 => Some(self.exists()),
            2 => self.in_query(),
            _ => None,
        };
        if let Some(test) = test {
            condition = Expr::Binary("and", Box::new(condition), Box::new(test));
        }
        self.narrow(&mut condition.clone());
        self.view.steps.push(Step::Where(condition));
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

    fn cross(&mut self) {
        let source = self.source();
        self.view.steps.push(Step::Cross(source));
    }

    /// What a condition reads may not be NULL behind it.
    fn narrow(&mut self, condition: &mut Expr) {
        if let Expr::Column(column) = condition {
            let nullable = &mut self.view.columns[*column].nullable;
            *nullable = nullable.filter(|nullable| !nullable);
        }
        condition.children().into_iter().for_each(|child| self.narrow(child));
    }

    fn is_groupable(&self) -> bool {
        self.scope.iter().all(|column| self.ty(*column).is_groupable())
    }

    /// A query of another table whose columns have the names and types of the row's.
    fn set(&mut self) {
        if !self.is_selected {
            self.select();
        }
        // Nothing makes a JSON but a column.
        if self.column_of(&[Ty::Json]).is_some() {
            return;
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
        (self.scope, self.is_selected) = (row, true);
        let kinds: &[&'static str] = match self.is_groupable() {
            true => &["union", "union all", "except", "intersect"],
            false => &["union all"],
        };
        let kind = *self.one_of(kinds);
        self.view.steps.push(Step::Set(kind, query));
    }

    fn select(&mut self) {
        self.name_windows();
        let items = self.items(1..5);
        self.scope = items.iter().map(|(column, _)| *column).collect();
        self.is_selected = true;
        self.windows.clear();
        self.view.steps.push(Step::Select(items));
    }

    /// New columns. What they are computed from is the row as it is.
    fn items(&mut self, count: std::ops::Range<usize>) -> Vec<Item> {
        let count = self.rng.usize(count);
        let exprs: Vec<(Ty, Expr)> = (0..count)
            .map(|_| match self.rng.u8(0..12) {
                0..=2 => self.window(),
                3 if self.depth == 0 => self.scalar(),
                4 if self.depth == 0 => (Ty::Bool, self.found()),
                _ => {
                    let ty = self.any_type();
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
            keys.into_iter().filter(|key| self.ty(*key).is_groupable()).collect();
        if keys.is_empty() {
            return;
        }
        let keys: Vec<(Ty, Expr)> =
            keys.into_iter().map(|key| (self.ty(key), Expr::Column(key))).collect();
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
