//! Steps that a table's columns, their types or their names have to fit.

use super::super::tree::{Expr, Step};
use super::super::types::{PLAIN, Ty};
use super::Grower;

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

    /// The first row of those with the same keys.
    pub(super) fn distinct_on(&mut self) {
        let (Some(key), Some(order)) = (self.column_with(Ty::is_ordered), self.order()) else {
            return;
        };
        self.view.steps.push(Step::DistinctOn(vec![Expr::Column(key)], order));
    }

    /// The items of a list or the fields of a struct, where the row has one.
    pub(super) fn unnest(&mut self) {
        let unnested = |ty: Ty| matches!(ty, Ty::List(_) | Ty::Place);
        let Some(column) = self.column_with(unnested) else { return };
        let (ty, was) = (self.ty(column), self.view.columns[column].nullable);
        let (name, outer) = (self.name('u'), self.rng.bool());
        let fields = match ty {
            // Whether an item can be NULL, the type of the list says.
            Ty::List(item) => {
                let nullable = outer.then_some(true);
                vec![("", self.column(name.clone(), *item, nullable))]
            }
            _ => {
                // A struct that is always there has its fields, `outer` or not.
                let nullable = if outer { was.filter(|was| *was) } else { None };
                vec![
                    ("line", self.column(format!("{name}.line"), Ty::I64, nullable)),
                    ("col", self.column(format!("{name}.col"), Ty::I32, nullable)),
                ]
            }
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
            (self.column_of(&[Ty::Text, Ty::I64, Ty::I32, Ty::Bool]), self.column_of(&PLAIN))
        else {
            return;
        };
        let constants = match self.ty(of) {
            Ty::Text => vec![Expr::Text("a"), Expr::Text("rust")],
            Ty::I64 | Ty::I32 => vec![Expr::Int(1), Expr::Int(2), Expr::Int(3)],
            _ => vec![Expr::Bool(true), Expr::Bool(false)],
        };
        let names = &["x", "y"][..self.rng.usize(1..3)];
        let values: Vec<_> = names.iter().map(|name| (*name, self.aggregate())).collect();
        let by = (self.ty(key), Expr::Column(key));
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
        let equal = self.pair(&scope, &source, &[Ty::Text, Ty::I64, Ty::I32, Ty::Date], "==");
        let op = *self.one_of(&[">=", ">", "<=", "<"]);
        let types = [Ty::I64, Ty::F64, Ty::Text, Ty::Date, Ty::Timestamp, Ty::Local];
        let nearest = self.pair(&scope, &source, &types, op);
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
}
