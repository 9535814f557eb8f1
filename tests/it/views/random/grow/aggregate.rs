//! Calls of aggregates and of functions over windows.

use super::super::functions::{AGGREGATES, Bindings, Form, WINDOWS};
use super::super::tree::{Expr, Frame, Step, Window};
use super::super::types::Ty;
use super::Grower;

/// Frames that grow from the start of a partition, which every aggregate can be asked over.
const GROWING: [Frame; 2] = [
    ("rows unbounded preceding", "rows unbounded preceding"),
    (
        "rows between unbounded preceding and 2 preceding",
        "rows between unbounded preceding and 2 preceding",
    ),
];
/// Frames that values leave.
const MOVING: [Frame; 4] = [
    ("rows 2 preceding", "rows 2 preceding"),
    ("rows between 1 preceding and 1 following", "rows between 1 preceding and 1 following"),
    (
        "rows between current row and unbounded following",
        "rows between current row and unbounded following",
    ),
    ("groups between current row and 1 following", "groups between current row and 1 following"),
];
/// Those between values of the order: of numbers and of times.
const OF_NUMBERS: Frame =
    ("range between 5 preceding and current row", "range between 5 preceding and current row");
const OF_TIMES: Frame = (
    "range between \"2 days\" preceding and \"1 day\" following",
    "range between interval '2 days' preceding and interval '1 day' following",
);
/// Aggregates that take values out of their result again.
const MOVE: [&str; 12] = [
    "avg",
    "bit_xor",
    "corr",
    "count",
    "covar_samp",
    "list_of",
    "max",
    "min",
    "regr_slope",
    "stddev",
    "sum",
    "variance",
];

/// A call, its type, and whether values can leave its frame; none where it has no frame.
struct Called {
    ty: Ty,
    call: Expr,
    moves: Option<bool>,
}

impl Grower<'_> {
    pub(super) fn filtered_aggregate(&mut self) -> (Ty, Expr) {
        let (ty, call) = self.aggregate();
        match self.rng.u8(0..4) {
            0 => (ty, Expr::Filter(Box::new(call), self.boxed(Ty::Bool, 2))),
            _ => (ty, call),
        }
    }

    pub(super) fn aggregate(&mut self) -> (Ty, Expr) {
        self.aggregate_that(|_| true)
    }

    /// One of those that fit.
    pub(super) fn aggregate_that(&mut self, fits: impl Fn(&Form) -> bool) -> (Ty, Expr) {
        loop {
            let form = self.aggregate_form();
            if !fits(form) {
                continue;
            }
            let Some((ty, args, distinct)) = self.called(form) else { continue };
            if distinct {
                return (ty, Expr::Distinct(form.name, args));
            }
            let mut call = Expr::Call(form.name, args);
            let (orders, has_to) = form.ordered;
            if orders && (has_to || self.rng.bool()) {
                let Some(order) = self.order() else { continue };
                call = Expr::Ordered(Box::new(call), order);
            }
            if form.passes_nulls && self.rng.u8(0..4) == 0 {
                call = Expr::IgnoreNulls(Box::new(call));
            }
            return (ty, call);
        }
    }

    /// One of those that are called most, or any.
    fn aggregate_form(&mut self) -> &'static Form {
        let name = *self.one_of(&["count", "sum", "avg", "min", "max"]);
        match AGGREGATES.iter().find(|form| form.name.view == name) {
            Some(form) if self.rng.bool() => form,
            _ => self.one_of(&AGGREGATES),
        }
    }

    /// The type of a call, its arguments, and whether equal values count once.
    fn called(&mut self, form: &Form) -> Option<(Ty, Vec<Expr>, bool)> {
        let mut bindings = Bindings::new();
        if !self.bind(form, &mut bindings) {
            return None;
        }
        let ty = form.returns(&bindings).filter(|ty| ty.is_stored() && *ty != Ty::Json)?;
        let args = self.args(form, &bindings, 2)?;
        let counted = bindings.iter().all(|(_, ty)| ty.is_groupable());
        let distinct = form.distinct && counted && args.len() == 1 && self.rng.u8(0..4) == 0;
        Some((ty, args, distinct))
    }

    /// A call over a window.
    pub(super) fn window(&mut self) -> (Ty, Expr) {
        let Called { ty, call, moves } = self.windowed();
        let named = self.rng.choice(self.windows.clone());
        let (partition, order) = match (&named, self.order()) {
            (Some(window), _) => (window.partition.clone(), window.order.clone()),
            (None, Some(order)) => {
                let partition = self.rng.bool().then(|| self.column_with(Ty::is_groupable));
                (partition.flatten().map(Expr::Column).into_iter().collect(), order)
            }
            (None, None) => return (Ty::I64, self.known(Ty::I64)),
        };
        let frame = match moves {
            Some(moves) => self.frame(&order, moves),
            None => ("", ""),
        };
        let call = Box::new(call);
        match named {
            Some(window) => (ty, Expr::OverNamed(call, window, frame)),
            None => (ty, Expr::Over(call, partition, order, frame)),
        }
    }

    fn frame(&mut self, order: &[Expr], moves: bool) -> Frame {
        let key = match order {
            [Expr::Column(column)] => Some(self.ty(*column)),
            _ => None,
        };
        let of_values = match key {
            Some(Ty::I16 | Ty::I32 | Ty::I64 | Ty::F64) => Some(OF_NUMBERS),
            Some(key) if key.is_moment() => Some(OF_TIMES),
            _ => None,
        };
        match self.rng.u8(0..4) {
            0 => ("", ""),
            1 => *self.one_of(&GROWING),
            2 if moves => of_values.unwrap_or(MOVING[0]),
            _ if moves => *self.one_of(&MOVING),
            _ => ("", ""),
        }
    }

    fn windowed(&mut self) -> Called {
        loop {
            let over_rows = self.rng.bool();
            let form: &'static Form =
                if over_rows { self.one_of(&WINDOWS) } else { self.aggregate_form() };
            let Some((ty, args, distinct)) = self.called(form) else { continue };
            let mut call = Expr::Call(form.name, args);
            if form.passes_nulls && self.rng.u8(0..4) == 0 {
                call = Expr::IgnoreNulls(Box::new(call));
            } else if distinct {
                continue;
            } else if !over_rows && self.rng.u8(0..6) == 0 {
                call = Expr::Filter(Box::new(call), self.boxed(Ty::Bool, 2));
            }
            let moves = (!over_rows).then(|| MOVE.contains(&form.name.view));
            return Called { ty, call, moves };
        }
    }

    /// Windows with names, before the step that is about to be.
    pub(super) fn name_windows(&mut self) {
        if self.rng.u8(0..6) > 0 {
            return;
        }
        let Some(order) = self.order() else { return };
        let partition = self.column_with(Ty::is_groupable).map(Expr::Column);
        let partition = partition.into_iter().collect();
        let window = Window { name: self.name('w'), partition, order };
        self.view.steps.push(Step::Windows(vec![window.clone()]));
        self.windows = vec![window];
    }
}
