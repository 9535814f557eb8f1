//! Steps that a table's columns, their types or their names have to fit.

use super::super::tree::{Expr, Source, Step, Ty};
use super::{Grower, PLAIN};

impl Grower<'_> {
    /// All columns but some, one of them under another name.
    pub(super) fn star(&mut self) {
        let chosen = self.rng.usize(0..self.scope.len());
        let (mut kept, mut left_out) = (Vec::new(), Vec::new());
        for (i, column) in self.scope.clone().into_iter().enumerate() {
            match (i == chosen, self.rng.u8(0..3)) {
                (true, 0) => {
                    let known = self.view.columns[column].clone();
                    let name = self.name('d');
                    kept.push((self.column(name, known.ty, known.nullable), column));
                }
                (false, 0) => left_out.push(column),
                _ => kept.push((column, column)),
            }
        }
        self.scope = kept.iter().map(|(column, _)| *column).collect();
        self.view.steps.push(Step::Star { kept, left_out });
    }

    /// The items of a list or the fields of a struct, where the row has one.
    pub(super) fn unnest(&mut self) {
        let Some(column) = self.column_of(&[Ty::Texts, Ty::Place]) else { return };
        let (ty, was) = (self.view.columns[column].ty, self.view.columns[column].nullable);
        let (name, outer) = (self.name('u'), self.rng.bool());
        // A struct that is always there has its fields, `outer` or not.
        let nullable = match (ty, outer) {
            (_, false) => Some(false),
            (Ty::Texts, true) => Some(true),
            (_, true) => was,
        };
        let fields = match ty {
            Ty::Texts => vec![("", self.column(name.clone(), Ty::Text, nullable))],
            _ => vec![
                ("line", self.column(format!("{name}.line"), Ty::I64, nullable)),
                ("col", self.column(format!("{name}.col"), Ty::I32, nullable)),
            ],
        };
        if !outer {
            self.narrow(&mut Expr::Column(column));
        }
        self.scope.extend(fields.iter().map(|(_, column)| *column));
        self.is_selected = false;
        let value = Expr::Column(column);
        self.view.steps.push(Step::Unnest { value, name, fields, outer });
    }

    pub(super) fn pivot(&mut self) {
        let (Some(of), Some(key)) =
            (self.column_of(&[Ty::Text, Ty::I64, Ty::Bool]), self.column_of(&PLAIN))
        else {
            return;
        };
        let constants = match self.view.columns[of].ty {
            Ty::Text => vec![Expr::Text("a"), Expr::Text("rust")],
            Ty::I64 => vec![Expr::Int(1), Expr::Int(2), Expr::Int(3)],
            _ => vec![Expr::Bool(true), Expr::Bool(false)],
        };
        let names = &["x", "y"][..self.rng.usize(1..3)];
        let values: Vec<_> = names.iter().map(|name| (*name, self.aggregate())).collect();
        let by = (self.view.columns[key].ty, Expr::Column(key));
        let by = vec![self.item(by.0, by.1)];
        let mut columns = Vec::new();
        for i in 0..constants.len() {
            for (name, (ty, _)) in &values {
                let path = if names.len() == 1 { format!("k{i}") } else { format!("k{i}_{name}") };
                columns.push(self.column(path, *ty, None));
            }
        }
        self.scope = by.iter().map(|(column, _)| *column).chain(columns.clone()).collect();
        self.is_selected = true;
        let values = values.into_iter().map(|(name, (_, value))| (name, value)).collect();
        let of = Expr::Column(of);
        self.view.steps.push(Step::Pivot { values, of, constants, columns, by });
    }

    pub(super) fn asof(&mut self) {
        let (scope, is_selected) = (self.scope.clone(), self.is_selected);
        let (source, outer) = (self.source(), self.rng.bool());
        let equal = self.pair(&scope, &source, &[Ty::Text, Ty::I64, Ty::I32], "==");
        let op = *self.one_of(&[">=", ">", "<=", "<"]);
        let nearest = self.pair(&scope, &source, &[Ty::I64, Ty::F64, Ty::Text], op);
        let (Some(equal), Some(nearest)) = (equal, nearest) else {
            (self.scope, self.is_selected) = (scope, is_selected);
            return;
        };
        if outer {
            for (_, column) in &source.columns {
                self.view.columns[*column].nullable = Some(true);
            }
        } else {
            self.narrow(&mut equal.clone());
            self.narrow(&mut nearest.clone());
        }
        self.view.steps.push(Step::Asof(outer, source, equal, nearest));
    }

    /// Whether a table has a row, or has none, that fits the row.
    pub(super) fn exists(&mut self) -> Expr {
        let (scope, is_selected) = (self.scope.clone(), self.is_selected);
        let (source, condition) = self.inner();
        (self.scope, self.is_selected) = (scope, is_selected);
        let exists = Expr::Exists(source, Box::new(condition));
        if self.rng.bool() { Expr::Not(Box::new(exists)) } else { exists }
    }

    /// An aggregate of the rows of a table that fit the row.
    pub(super) fn scalar(&mut self) -> (Ty, Expr) {
        let (scope, is_selected) = (self.scope.clone(), self.is_selected);
        let (source, condition) = self.inner();
        let (ty, value) = self.aggregate();
        (self.scope, self.is_selected) = (scope, is_selected);
        (ty, Expr::Scalar(source, Box::new(condition), Box::new(value)))
    }

    /// A table, whose columns alone are seen from here on, and what compares it with the row.
    fn inner(&mut self) -> (Source, Expr) {
        // Of the row around a query the columns of relations are seen.
        let mut outer = std::mem::take(&mut self.scope);
        outer.retain(|column| self.view.columns[*column].path.starts_with('r'));
        let source = self.source();
        let pair = self.pair(&outer, &source, &[Ty::Text, Ty::I64, Ty::I32], "==");
        let own = self.expr(Ty::Bool, 2);
        let condition = match pair {
            Some(pair) => Expr::Binary("and", Box::new(pair), Box::new(own)),
            None => Expr::Binary("and", Box::new(own.clone()), Box::new(own)),
        };
        self.narrow(&mut condition.clone());
        (source, condition)
    }

    /// A comparison of a column with one of a table, of one type.
    fn pair(
        &mut self,
        left: &[usize],
        right: &Source,
        types: &[Ty],
        op: &'static str,
    ) -> Option<Expr> {
        let ty_of = |column: &usize| self.view.columns[*column].ty;
        let right = right.columns.iter().map(|(_, column)| *column);
        let pairs = right.flat_map(|right| left.iter().map(move |left| (*left, right)));
        let pairs = pairs
            .filter(|(left, right)| types.contains(&ty_of(left)) && ty_of(left) == ty_of(right));
        let pairs: Vec<_> = pairs.collect();
        let (left, right) = self.rng.choice(pairs)?;
        let (left, right) = (Expr::Column(left), Expr::Column(right));
        Some(Expr::Binary(op, Box::new(left), Box::new(right)))
    }

    fn column_of(&mut self, types: &[Ty]) -> Option<usize> {
        let mut fitting = self.scope.clone();
        fitting.retain(|column| types.contains(&self.view.columns[*column].ty));
        self.rng.choice(fitting)
    }
}
