//! Expressions: each of a type that is wanted.

use super::super::tree::Expr;
use super::super::types::{PLAIN, Ty};
use super::Grower;

const TEXTS: [&str; 4] = ["a", "f1", "rust", "o%"];
const DAYS: [&str; 3] = ["2024-02-29", "1969-12-31", "2031-07-01"];
const MOMENTS: [&str; 3] = ["2024-02-29T10:30:00Z", "1969-12-31T23:59:59Z", "2031-07-01T00:00:00Z"];
const CLOCKS: [&str; 3] = ["2024-02-29T10:30:00", "1969-12-31T23:59:59", "2031-07-01T00:00:00"];

impl Grower<'_> {
    fn text(&mut self) -> &'static str {
        TEXTS[self.rng.usize(0..TEXTS.len())]
    }

    /// An expression of this type, at most so deep.
    pub(super) fn expr(&mut self, ty: Ty, depth: u8) -> Expr {
        let choice = if depth == 0 { 0 } else { self.rng.u8(0..12) };
        match (choice, ty) {
            (0..=2, _) => self.leaf(ty),
            (3, _) => self.case(ty, depth),
            (4..=6, _) => self.call(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            (_, Ty::Bool) => self.condition(depth),
            (7..=9, ty) if ty.is_number() => self.arithmetic(ty, depth),
            (7..=9, ty) if ty.is_moment() => self.moved(ty, depth),
            (7..=9, Ty::List(item)) => {
                let count = self.rng.usize(1..3);
                Expr::List((0..count).map(|_| self.expr(*item, depth - 1)).collect())
            }
            (7..=9, Ty::Place) => self.place(depth),
            _ => self.leaf(ty),
        }
    }

    fn place(&mut self, depth: u8) -> Expr {
        let (line, col) = (self.expr(Ty::I64, depth - 1), self.expr(Ty::I32, depth - 1));
        Expr::Struct(vec![("line", line), ("col", col)])
    }

    fn case(&mut self, ty: Ty, depth: u8) -> Expr {
        let branches = (0..self.rng.usize(1..3))
            .map(|_| (self.expr(Ty::Bool, depth - 1), self.expr(ty, depth - 1)))
            .collect();
        let other = (self.rng.u8(0..4) > 0).then(|| self.boxed(ty, depth));
        Expr::Case(branches, other)
    }

    fn arithmetic(&mut self, ty: Ty, depth: u8) -> Expr {
        let left = Box::new(self.known(ty));
        if let Ty::Decimal(precision, _) = ty {
            if precision > 15 {
                return self.leaf(ty);
            }
            // Each operation has digits of its own.
            let op = *self.one_of(&["+", "-", "*"]);
            let right = match self.rng.u8(0..3) {
                // No float stands beside a decimal, not even a constant one.
                0 => Expr::Int(self.rng.u8(0..100)),
                1 => {
                    let narrower = self.narrower(ty);
                    self.expr(narrower, depth - 1)
                }
                _ => self.expr(ty, depth - 1),
            };
            let computed = Expr::Binary(op, left, Box::new(right));
            return Expr::Cast(Box::new(computed), ty, self.rng.bool());
        }
        if ty == Ty::I64 && self.rng.u8(0..6) == 0 {
            let days = [self.known(Ty::Date), self.known(Ty::Date)];
            let [first, last] = days.map(Box::new);
            return Expr::Binary("-", last, first);
        }
        if ty.is_integer() && self.rng.u8(0..3) == 0 {
            let op = *self.one_of(&["/", "%"]);
            return Expr::Binary(op, left, Box::new(Expr::Int(self.rng.u8(1..9))));
        }
        let op = *self.one_of(&["+", "-", "*"]);
        Expr::Binary(op, left, Box::new(self.beside(ty, depth)))
    }

    /// What widens to a type beside a value of it: a constant without a cast, or a narrower number.
    fn beside(&mut self, ty: Ty, depth: u8) -> Expr {
        match self.rng.u8(0..4) {
            0 if ty.is_decimal() || ty.is_float() => Expr::Float(self.rng.u8(0..100)),
            0 if ty.is_integer() => Expr::Int(self.rng.u8(0..100)),
            1 => {
                let narrower = self.narrower(ty);
                self.expr(narrower, depth - 1)
            }
            _ => self.expr(ty, depth - 1),
        }
    }

    /// A type whose values all are values of a type.
    pub(super) fn narrower(&mut self, ty: Ty) -> Ty {
        let narrower: &[Ty] = match ty {
            Ty::I16 => &[Ty::I8],
            Ty::I32 => &[Ty::I8, Ty::I16],
            Ty::I64 => &[Ty::I8, Ty::I16, Ty::I32],
            Ty::F32 => &[Ty::I8, Ty::I16],
            Ty::F64 => &[Ty::I8, Ty::I16, Ty::I32, Ty::F32],
            Ty::Decimal(10, 2) => &[Ty::I8, Ty::I16, Ty::Decimal(5, 1)],
            _ => return ty,
        };
        *self.one_of(narrower)
    }

    /// A date or a time, so much later or earlier.
    fn moved(&mut self, ty: Ty, depth: u8) -> Expr {
        let op = *self.one_of(&["+", "-"]);
        let lengths: &[Ty] =
            if ty == Ty::Date { &[Ty::Interval] } else { &[Ty::Interval, Ty::Duration] };
        let length = *self.one_of(lengths);
        let length = self.expr(length, depth - 1);
        Expr::Binary(op, Box::new(self.known(ty)), Box::new(length))
    }

    pub(super) fn boxed(&mut self, ty: Ty, depth: u8) -> Box<Expr> {
        Box::new(self.expr(ty, depth - 1))
    }

    fn condition(&mut self, depth: u8) -> Expr {
        let plain = self.plain();
        match self.rng.u8(0..11) {
            0..=2 => {
                let op = *self.one_of(&["==", "!=", "<", "<=", ">", ">="]);
                // A comparison of two constants is always the same.
                let left = self.known(plain);
                Expr::Binary(op, Box::new(left), Box::new(self.beside(plain, depth)))
            }
            3 => Expr::Not(self.boxed(Ty::Bool, depth)),
            4 => Expr::Binary("and", self.boxed(Ty::Bool, depth), self.boxed(Ty::Bool, depth)),
            5 => Expr::Binary("or", self.boxed(Ty::Bool, depth), self.boxed(Ty::Bool, depth)),
            6 => {
                let (inner, count) = (self.known(plain), self.rng.usize(1..4));
                let items = (0..count).map(|_| self.constant(plain));
                Expr::In(Box::new(inner), items.collect())
            }
            7 => Expr::Like(Box::new(self.expr(Ty::Text, depth - 1)), self.text()),
            8 => {
                let bounds = [self.beside(plain, depth), self.beside(plain, depth)];
                let [low, high] = bounds;
                Expr::Between(Box::new([self.known(plain), low, high]))
            }
            9 => {
                let ends = [self.known(Ty::Timestamp), self.known(Ty::Timestamp)];
                let [start, end] = ends.map(Box::new);
                let length = Box::new(Expr::Binary("-", end, start));
                Expr::Binary(">", length, self.boxed(Ty::Duration, depth))
            }
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
        if let Some(column) = self.column_of(&[ty]) {
            return Expr::Column(column);
        }
        if let Some(part) = self.part(ty) {
            return part;
        }
        if ty.is_nested() || matches!(ty, Ty::Json | Ty::Interval) {
            return self.constant(ty);
        }
        if ty == Ty::Duration {
            let ends = [self.known(Ty::Local), self.known(Ty::Local)];
            let [start, end] = ends.map(Box::new);
            return Expr::Binary("-", end, start);
        }
        match self.column_with(|ty| PLAIN.contains(&ty)) {
            Some(column) if self.ty(column).casts_to(ty) => {
                Expr::Cast(Box::new(Expr::Column(column)), ty, self.is_lenient(ty))
            }
            Some(column) => {
                let text = Expr::Cast(Box::new(Expr::Column(column)), Ty::Text, false);
                Expr::Cast(Box::new(text), ty, self.is_lenient(ty))
            }
            None => self.constant(ty),
        }
    }

    /// Whether a cast gives NULL for what does not fit; mostly, since most texts are nothing else.
    fn is_lenient(&mut self, ty: Ty) -> bool {
        ty != Ty::Text && self.rng.u8(0..5) > 0
    }

    /// A part of a column.
    fn part(&mut self, ty: Ty) -> Option<Expr> {
        let holds = |whole: Ty| match whole {
            Ty::Place => matches!(ty, Ty::I64 | Ty::I32),
            Ty::List(part) | Ty::Map(part) => *part == ty,
            _ => false,
        };
        let column = self.column_with(holds)?;
        let whole = Box::new(Expr::Column(column));
        Some(match self.ty(column) {
            Ty::Place if ty == Ty::I64 => Expr::Field(whole, "line"),
            Ty::Place => Expr::Field(whole, "col"),
            Ty::Map(_) => {
                let key = if self.rng.bool() { Expr::Text("k") } else { self.known(Ty::Text) };
                Expr::Index(whole, Box::new(key))
            }
            _ => Expr::Index(whole, Box::new(Expr::Int(self.rng.u8(1..4)))),
        })
    }

    /// A constant of exactly this type; of those that have none, what is made of some.
    pub(super) fn constant(&mut self, ty: Ty) -> Expr {
        let constant = match ty {
            Ty::Bool => return Expr::Bool(self.rng.bool()),
            Ty::I64 => return Expr::Int(self.rng.u8(0..100)),
            Ty::F64 => return Expr::Float(self.rng.u8(0..100)),
            Ty::Text => return Expr::Text(self.text()),
            Ty::Duration | Ty::Interval => return Expr::Length(ty, self.rng.u8(1..50)),
            Ty::List(item) => return Expr::List(vec![self.known(*item)]),
            Ty::Map(value) => {
                let keys = Expr::List(vec![Expr::Text("k")]);
                let values = Expr::List(vec![self.known(*value)]);
                return Expr::Call("map".into(), vec![keys, values]);
            }
            Ty::Place => return self.place(1),
            Ty::Span => {
                let ends = vec![Expr::Int(1), Expr::Int(self.rng.u8(1..9))];
                return Expr::Call("span_make".into(), ends);
            }
            Ty::Json => {
                let column = self.column_of(&[Ty::Json]);
                return column.map_or(Expr::Nowhere, Expr::Column);
            }
            Ty::I8 | Ty::I16 | Ty::I32 => Expr::Int(self.rng.u8(0..100)),
            Ty::F32 | Ty::Decimal(..) => Expr::Float(self.rng.u8(0..100)),
            Ty::Bytes => Expr::Text(self.text()),
            Ty::Date => Expr::Text(self.one_of::<&str>(&DAYS)),
            Ty::Timestamp => Expr::Text(self.one_of::<&str>(&MOMENTS)),
            Ty::Local => Expr::Text(self.one_of::<&str>(&CLOCKS)),
            Ty::Time => Expr::Text("12:30:00"),
        };
        Expr::Cast(Box::new(constant), ty, false)
    }
}
