//! Expressions: each of a type that is wanted.

use super::super::tree::{Expr, Ty};
use super::{Grower, PLAIN};

const NUMBERS: [Ty; 3] = [Ty::I32, Ty::I64, Ty::F64];
const FRAMES: [&str; 5] = [
    "",
    "rows 2 preceding",
    "rows between 1 preceding and 1 following",
    "rows between unbounded preceding and 2 preceding",
    "groups between current row and 1 following",
];
const TEXTS: [&str; 4] = ["a", "f1", "rust", "o%"];

impl Grower<'_> {
    pub(super) fn filtered_aggregate(&mut self) -> (Ty, Expr) {
        let (ty, call) = self.aggregate();
        match self.rng.u8(0..4) {
            0 => (ty, Expr::Filter(Box::new(call), self.boxed(Ty::Bool, 2))),
            _ => (ty, call),
        }
    }

    /// A call over a window.
    pub(super) fn window(&mut self) -> (Ty, Expr) {
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

    pub(super) fn aggregate(&mut self) -> (Ty, Expr) {
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

    pub(super) fn plain(&mut self) -> Ty {
        *self.one_of(&PLAIN)
    }

    pub(super) fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.rng.usize(0..all.len())]
    }

    fn text(&mut self) -> &'static str {
        TEXTS[self.rng.usize(0..TEXTS.len())]
    }

    /// An expression of this type, at most so deep.
    pub(super) fn expr(&mut self, ty: Ty, depth: u8) -> Expr {
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
        match self.rng.u8(0..8) {
            0 | 1 => self.constant(ty),
            2 => self.param(ty),
            _ => self.known(ty),
        }
    }

    fn param(&mut self, ty: Ty) -> Expr {
        let known = self.view.params.iter().position(|param| param.0 == ty);
        known.map_or_else(|| self.known(ty), Expr::Param)
    }

    /// A column of this type, or what makes one of another type to it.
    pub(super) fn known(&mut self, ty: Ty) -> Expr {
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

    pub(super) fn constant(&mut self, ty: Ty) -> Expr {
        match ty {
            Ty::Bool => Expr::Bool(self.rng.bool()),
            Ty::I32 | Ty::I64 => Expr::Int(self.rng.u8(0..100)),
            Ty::F64 => Expr::Float(self.rng.u8(0..100)),
            Ty::Text | Ty::Texts | Ty::Place => Expr::Text(self.text()),
        }
    }
}
