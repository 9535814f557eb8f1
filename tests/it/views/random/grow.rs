//! Random views without an error: every expression is grown for a type that is wanted, over the columns
//! that the step sees.

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
const NUMBERS: [Ty; 3] = [Ty::I32, Ty::I64, Ty::F64];
const FRAMES: [&str; 5] = [
    "",
    "rows 2 preceding",
    "rows between 1 preceding and 1 following",
    "rows between unbounded preceding and 2 preceding",
    "groups between current row and 1 following",
];
const TEXTS: [&str; 4] = ["a", "f1", "rust", "o%"];

/// Grows a view.
pub(super) fn grow(rng: &mut Rng) -> View {
    let (view, scope) = (View::default(), Vec::new());
    let mut grower = Grower { rng, view, scope, names: 0, is_selected: false };
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

    fn step(&mut self) {
        match self.rng.u8(0..12) {
            0 | 1 => self.join(),
            2..=4 => {
                let condition = self.expr(Ty::Bool, 3);
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
            _ => {
                let ty = self.plain();
                let keys = vec![self.expr(ty, 1)];
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
            .map(|_| match self.rng.u8(0..6) {
                0 => self.window(),
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

    fn filtered_aggregate(&mut self) -> (Ty, Expr) {
        let (ty, call) = self.aggregate();
        match self.rng.u8(0..4) {
            0 => (ty, Expr::Filter(Box::new(call), self.boxed(Ty::Bool, 2))),
            _ => (ty, call),
        }
    }

    /// A call over a window.
    fn window(&mut self) -> (Ty, Expr) {
        let plain = self.plain();
        let (ty, call) = match self.rng.u8(0..4) {
            0 => {
                let name = *self.one_of(&["row_number", "rank", "dense_rank"]);
                (Ty::I64, Expr::Call(name, Vec::new()))
            }
            1 => {
                let name = *self.one_of(&["lag", "lead", "first_value", "last_value"]);
                (plain, Expr::Call(name, vec![self.known(plain)]))
            }
            _ => self.aggregate(),
        };
        // Functions of ranks and of rows before and behind have no frame.
        let framed = match &call {
            Expr::Call(name, _) => ["count", "sum", "avg", "min", "max"].contains(name),
            _ => false,
        };
        let frame = if framed { *self.one_of(&FRAMES) } else { "" };
        let partition = if self.rng.bool() { vec![self.known(plain)] } else { Vec::new() };
        let order = self.plain();
        let order = vec![self.known(order)];
        (ty, Expr::Over(Box::new(call), partition, order, frame))
    }

    fn aggregate(&mut self) -> (Ty, Expr) {
        let number = *self.one_of(&NUMBERS);
        let plain = self.plain();
        match self.rng.u8(0..6) {
            0 => (Ty::I64, Expr::Call("count", Vec::new())),
            1 => (Ty::I64, Expr::Call("count", vec![self.expr(plain, 1)])),
            2 => (Ty::I64, Expr::CountDistinct(Box::new(self.expr(plain, 1)))),
            3 => {
                let sum = if number == Ty::F64 { Ty::F64 } else { Ty::I64 };
                (sum, Expr::Call("sum", vec![self.expr(number, 1)]))
            }
            4 => (Ty::F64, Expr::Call("avg", vec![self.expr(number, 1)])),
            _ => {
                let name = if self.rng.bool() { "min" } else { "max" };
                (plain, Expr::Call(name, vec![self.expr(plain, 1)]))
            }
        }
    }

    fn plain(&mut self) -> Ty {
        *self.one_of(&PLAIN)
    }

    fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.rng.usize(0..all.len())]
    }

    fn text(&mut self) -> &'static str {
        TEXTS[self.rng.usize(0..TEXTS.len())]
    }

    /// An expression of this type, at most so deep.
    fn expr(&mut self, ty: Ty, depth: u8) -> Expr {
        let choice = if depth == 0 { 0 } else { self.rng.u8(0..8) };
        match (choice, ty) {
            (0..=2, _) => self.leaf(ty),
            (3, _) => Expr::Case(
                self.boxed(Ty::Bool, depth),
                self.boxed(ty, depth),
                self.boxed(ty, depth),
            ),
            (_, Ty::Bool) => self.condition(depth),
            (4 | 5, Ty::I32 | Ty::I64 | Ty::F64) => {
                let op = *self.one_of(&["+", "-", "*"]);
                Expr::Binary(op, self.boxed(ty, depth), self.boxed(ty, depth))
            }
            (6, Ty::I32 | Ty::I64) => {
                let op = *self.one_of(&["/", "%"]);
                let divisor = Expr::Int(self.rng.u8(1..9));
                Expr::Binary(op, self.boxed(ty, depth), Box::new(divisor))
            }
            (_, Ty::I64) => Expr::Call("abs", vec![self.expr(ty, depth - 1)]),
            (_, Ty::F64) => Expr::Call("sqrt", vec![self.expr(ty, depth - 1)]),
            (_, Ty::Text) => {
                let name = *self.one_of(&["lower", "upper", "trim", "reverse"]);
                Expr::Call(name, vec![self.expr(ty, depth - 1)])
            }
            _ => self.leaf(ty),
        }
    }

    fn boxed(&mut self, ty: Ty, depth: u8) -> Box<Expr> {
        Box::new(self.expr(ty, depth - 1))
    }

    fn condition(&mut self, depth: u8) -> Expr {
        let plain = self.plain();
        match self.rng.u8(0..9) {
            0..=2 => {
                let op = *self.one_of(&["==", "!=", "<", "<=", ">", ">="]);
                // A comparison of two constants is always the same.
                let left = self.known(plain);
                Expr::Binary(op, Box::new(left), self.boxed(plain, depth))
            }
            3 => Expr::Not(self.boxed(Ty::Bool, depth)),
            4 => Expr::Binary("and", self.boxed(Ty::Bool, depth), self.boxed(Ty::Bool, depth)),
            5 => Expr::Binary("or", self.boxed(Ty::Bool, depth), self.boxed(Ty::Bool, depth)),
            6 => {
                let (inner, item) = (self.known(plain), self.constant(plain));
                Expr::In(Box::new(inner), vec![item])
            }
            7 => Expr::Like(Box::new(self.expr(Ty::Text, depth - 1)), self.text()),
            _ => match self.nullable_column() {
                Some(column) => Expr::IsNull(Box::new(Expr::Column(column)), self.rng.bool()),
                None => Expr::Bool(self.rng.bool()),
            },
        }
    }

    fn nullable_column(&mut self) -> Option<usize> {
        let mut nullable = self.scope.clone();
        nullable.retain(|column| self.view.columns[*column].nullable == Some(true));
        self.rng.choice(nullable)
    }

    fn leaf(&mut self, ty: Ty) -> Expr {
        if self.rng.u8(0..4) == 0 { self.constant(ty) } else { self.known(ty) }
    }

    /// A column of this type, or what makes one of another type to it.
    fn known(&mut self, ty: Ty) -> Expr {
        let mut fitting = self.scope.clone();
        fitting.retain(|column| self.view.columns[*column].ty == ty);
        if let Some(column) = self.rng.choice(fitting) {
            return Expr::Column(column);
        }
        let mut places = self.scope.clone();
        places.retain(|column| self.view.columns[*column].ty == Ty::Place);
        match (ty, self.rng.choice(places)) {
            (Ty::I64, Some(place)) => Expr::Field(Box::new(Expr::Column(place)), "line"),
            (Ty::I32, Some(place)) => Expr::Field(Box::new(Expr::Column(place)), "col"),
            _ => match self.scope.first() {
                Some(&first) if PLAIN.contains(&self.view.columns[first].ty) => {
                    Expr::Cast(Box::new(Expr::Column(first)), ty)
                }
                _ => self.constant(ty),
            },
        }
    }

    fn constant(&mut self, ty: Ty) -> Expr {
        match ty {
            Ty::Bool => Expr::Bool(self.rng.bool()),
            Ty::I32 | Ty::I64 => Expr::Int(self.rng.u8(0..100)),
            Ty::F64 => Expr::Float(self.rng.u8(0..100)),
            Ty::Text | Ty::Texts | Ty::Place => Expr::Text(self.text()),
        }
    }
}
