//! Aggregates and window functions: which rows a call sees, in which order, and whether there is
//! always one of them.

use super::coerce::unknown;
use super::expression::{Place, Typer};
use super::propose::without_clause;
use super::window::TypedWindow;
use crate::messages::Message;
use crate::suggest::listed;
use crate::tokens::Range;
use crate::view::builtins::Builtin;
use crate::view::messages;
use crate::view::model::{self, Clauses, Expr, ExprKind, FunctionRef, Literal, SortKey};
use crate::view::signature::FunctionKind;
use crate::view::syntax::{self, Call};

/// What a function of several rows can be asked.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) name: &'a str,
    /// Whether it computes a value for a group, and not for a row out of the rows around it alone.
    pub(super) aggregate: bool,
    /// Whether the order of the rows makes a difference.
    ordered: bool,
    /// Whether it means nothing without an order.
    needs_order: bool,
    /// Whether it can pass over rows with a NULL argument.
    passes_nulls: bool,
    /// Whether it sees the frame, and not the whole partition.
    framed: bool,
    /// Whether values can leave its frame.
    moves: bool,
}

/// Aggregates of the engine that can take values out of their result again.
const MOVING: [&str; 27] = [
    "any_value",
    "avg",
    "bit_xor",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "first_value",
    "last_value",
    "list_of",
    "max",
    "median",
    "min",
    "nth_value",
    "percentile_cont",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "stddev",
    "stddev_pop",
    "sum",
];

/// Those that can do so where equal values count once.
const MOVING_DISTINCT: [&str; 5] = ["count", "list_of", "max", "min", "sum"];

impl<'a> Asked<'a> {
    /// A built-in.
    pub(super) fn builtin(form: &Builtin, distinct: bool) -> Asked<'static> {
        let name = form.name;
        let aggregate = form.kind() == FunctionKind::Aggregate;
        let moving: &[&str] = if distinct { &MOVING_DISTINCT } else { &MOVING };
        Asked {
            name,
            aggregate,
            ordered: form.is_ordered(),
            needs_order: form.picks() || !aggregate,
            passes_nulls: form.passes_nulls(),
            framed: aggregate,
            moves: moving.contains(&name) || (!distinct && matches!(name, "var_pop" | "variance")),
        }
    }

    /// A user's function.
    pub(super) fn user(name: &'a str, aggregate: bool) -> Self {
        Self {
            name,
            aggregate,
            ordered: aggregate,
            needs_order: false,
            passes_nulls: aggregate,
            framed: true,
            moves: true,
        }
    }
}

/// The rows that a call sees.
pub(super) struct Seen {
    over: Option<Box<model::Window>>,
    clauses: Box<Clauses>,
    /// Whether there is always one.
    pub(super) some: bool,
}

impl Seen {
    /// The call.
    pub(super) fn call(self, function: FunctionRef, args: Vec<Expr>, distinct: bool) -> ExprKind {
        let Self { over, clauses, .. } = self;
        match over {
            None => ExprKind::Aggregate { function, args, distinct, clauses },
            Some(over) => {
                let Clauses { filter, ignore_nulls, .. } = *clauses;
                ExprKind::Window { function, args, distinct, filter, ignore_nulls, over }
            }
        }
    }
}

impl Typer<'_> {
    /// The rows that a call of an aggregate or a window function sees; `None` after an error.
    pub(super) fn seen(&self, asked: Asked<'_>, call: &Call, span: Range) -> Option<Seen> {
        let (over, mut some) = match &call.over {
            Some(window) => {
                let over = self.over(asked, window, call, span)?;
                let some = over.frame.holds_row();
                (Some(Box::new(over)), some)
            }
            None if !asked.aggregate => {
                self.quiet_args(call);
                let form = self.over_window(call, true);
                self.error(span, messages::without_window(&shown(call), form.as_deref()));
                return None;
            }
            None => (None, self.in_group(asked.name, call, span)?),
        };
        let filter = self.filter(asked, call);
        some &= filter.is_none();
        let order_by = self.order_of_call(asked, call, over.is_some())?;
        let ignore_nulls = call.ignore_nulls.is_some();
        if let Some(span) = call.ignore_nulls.filter(|_| !asked.passes_nulls) {
            let reason = "NULL is nothing to it in any case";
            self.error(span, no_clause(asked.name, call, "ignore nulls", reason));
        }
        let clauses = Clauses { filter: filter.map(Box::new), order_by, ignore_nulls };
        Some(Seen { over, clauses: Box::new(clauses), some })
    }

    /// Types the arguments of a call that cannot stand here, unless they would be asked for keys.
    fn quiet_args(&self, call: &Call) {
        if !matches!(self.place, Place::Group(_)) {
            self.args(call);
        }
    }

    fn over(
        &self,
        asked: Asked<'_>,
        window: &syntax::Window,
        call: &Call,
        span: Range,
    ) -> Option<model::Window> {
        let message = match self.place {
            Place::Row("derive" | "select") => None,
            Place::Row(step) => Some(messages::window_in_step(asked.name, step)),
            Place::Group(_) => Some(messages::window_in_step(asked.name, "aggregate")),
            Place::Argument(outer) => Some(messages::nested_window(asked.name, outer)),
        };
        if let Some(message) = message {
            self.quiet_args(call);
            self.error(span, message);
            return None;
        }
        let window = self.window(window)?;
        self.check_frame(asked, &window, call)?;
        Some(window.with_default_frame())
    }

    /// Whether the function can be computed over the frame of a window.
    fn check_frame(&self, asked: Asked<'_>, window: &TypedWindow, call: &Call) -> Option<()> {
        let span = call.over.as_ref().map_or(call.name_span, |over| over.span);
        let frame_span = call.over.as_ref().and_then(|over| over.frame.as_ref());
        let frame_span = frame_span.map_or(span, |frame| frame.span);
        if asked.needs_order && window.order_by.is_empty() {
            self.error(span, messages::without_order(asked.name, self.any_order().as_deref()));
            return None;
        }
        let Some(frame) = &window.frame else { return Some(()) };
        if !asked.framed {
            self.error(frame_span, messages::no_frame(asked.name));
            return None;
        }
        if !asked.moves && frame.start != model::FrameBound::Start {
            self.error(frame_span, messages::frame_moves(asked.name));
            return None;
        }
        Some(())
    }

    fn filter(&self, asked: Asked<'_>, call: &Call) -> Option<Expr> {
        let filter = call.filter.as_ref()?;
        if !asked.aggregate {
            let reason = "it has a value for every row";
            self.error(filter.span, no_clause(asked.name, call, "filter", reason));
            return None;
        }
        let inside = Self { place: Place::Row("filter"), ..*self };
        Some(inside.condition(&filter.condition, "filter"))
    }

    fn order_of_call(&self, asked: Asked<'_>, call: &Call, over: bool) -> Option<Vec<SortKey>> {
        let argument = call.args.first().map(|arg| arg.value.to_short_text());
        let argument = argument.unwrap_or_else(|| "…".to_owned());
        let Some((first, last)) = call.order_by.first().zip(call.order_by.last()) else {
            if asked.needs_order && !over {
                let message = messages::first_of_any(asked.name, &argument);
                self.error((call.name_span.0, call.name_span.1), message);
                return None;
            }
            return Some(Vec::new());
        };
        let span = (first.expr.span.0, last.expr.span.1);
        if over || !asked.ordered {
            self.error(
                span,
                match over {
                    true => messages::order_of_window(asked.name),
                    false => {
                        let reason = "it gives the same in any order";
                        no_clause(asked.name, call, "order by", reason)
                    }
                },
            );
            return Some(Vec::new());
        }
        let inside = Self { place: Place::Row("order by"), ..*self };
        let keys = inside.sort_keys(&call.order_by);
        if call.distinct.is_some() {
            let same = call.args.first().map(|arg| {
                let quiet = crate::sink::Sink::ignoring();
                Typer { sink: &quiet, notes: None, ..inside }.expr(&arg.value)
            });
            let one = keys.len() == 1;
            if !same.is_some_and(|argument| one && keys[0].expr.is_same_as(&argument)) {
                self.error(span, messages::order_of_distinct(asked.name, &argument));
                return Some(Vec::new());
            }
        }
        Some(keys)
    }

    /// Arguments that count rows begin at some number, and a share is a part of one.
    pub(super) fn counts(&self, form: &Builtin, args: &[Expr]) -> Option<()> {
        let (position, least) = match form.name {
            "lag" | "lead" => (1, 0),
            "ntile" => (0, 1),
            "nth_value" => (1, 1),
            "percentile_cont" | "approx_percentile_cont" => (1, 0),
            "approx_percentile_cont_with_weight" => (2, 0),
            _ => return Some(()),
        };
        if form.name == "approx_percentile_cont" {
            self.count(form, args, (2, 1))?;
        }
        self.count(form, args, (position, least))
    }

    /// One of them, by its position, with the least number that it may be.
    fn count(&self, form: &Builtin, args: &[Expr], (position, least): (usize, i128)) -> Option<()> {
        let Some(arg) = args.get(position) else { return Some(()) };
        let param = &form.params()[position];
        let message = match &arg.kind {
            ExprKind::Literal(Literal::Int(share)) if param.name == "share" => {
                if (0..=1).contains(share) {
                    return Some(());
                }
                messages::no_share(form.name, &share.to_string())
            }
            ExprKind::Literal(literal @ (Literal::Float(_) | Literal::Decimal(_)))
                if param.name == "share" =>
            {
                if literal.as_float().is_some_and(|share| (0.0..=1.0).contains(&share)) {
                    return Some(());
                }
                messages::no_share(form.name, &literal.to_text())
            }
            // Before zero the engine counts from the last row.
            ExprKind::Literal(Literal::Int(n)) if form.name == "nth_value" && *n < 0 => {
                return Some(());
            }
            ExprKind::Literal(Literal::Int(n)) if *n < least => {
                messages::too_few(form.name, &param.name, least)
            }
            ExprKind::Literal(Literal::Null) if !arg.ty.ty.has_unknown() => {
                messages::not_a_constant(form.name, &param.name, &param.ty.ty, &[])
            }
            _ => return Some(()),
        };
        self.error(arg.span, message);
        None
    }

    /// Sort keys; one without an order is reported.
    pub(super) fn sort_keys(&self, keys: &[syntax::SortKey]) -> Vec<SortKey> {
        let key = |key: &syntax::SortKey| {
            let mut expr = self.value(&key.expr);
            if !expr.ty.ty.is_ordered() {
                let shown = key.expr.to_short_text();
                self.error(expr.span, messages::not_ordered(&shown, &expr.ty.ty));
                expr = unknown(expr.span);
            } else if self.constant_key(&expr, &key.expr, "orders nothing") {
                expr = unknown(expr.span);
            }
            SortKey { expr, descending: key.descending, nulls_first: key.nulls_first }
        };
        keys.iter().map(key).collect()
    }

    /// Reports a key that is the same for all rows, which `what` says of it. SQL's `order by 1` is the first
    /// column, and its `group by 1` that of the result, which is not made yet.
    pub(super) fn constant_key(&self, key: &Expr, written: &syntax::Expr, what: &str) -> bool {
        if key.ty.ty.has_unknown() || !key.is_constant() {
            return false;
        }
        let columns: Vec<_> = self.scope.named_columns().collect();
        let meant = match &key.kind {
            ExprKind::Literal(Literal::Int(n)) if !matches!(self.place, Place::Row("group by")) => {
                let before = usize::try_from(*n).ok().and_then(|n| n.checked_sub(1));
                let column = before.and_then(|before| columns.get(before));
                column.filter(|column| column.ty.ty.is_ordered())
            }
            ExprKind::Literal(Literal::String(text)) => {
                columns.iter().find(|column| column.name == *text)
            }
            _ => None,
        };
        let meant = meant.map(|column| column.name.as_str());
        let known = columns.iter().filter(|column| column.ty.ty.is_ordered());
        let known = listed(known.map(|column| column.name.as_str()));
        let shown = written.to_short_text();
        self.error(key.span, messages::constant_key(&shown, what, meant, &known));
        true
    }

    /// Reports what only functions of several rows can be asked.
    pub(super) fn no_clauses(&self, name: &str, call: &Call) {
        let order = call.order_by.first().zip(call.order_by.last());
        let clauses = [
            ("order by", order.map(|(first, last)| (first.expr.span.0, last.expr.span.1))),
            ("filter", call.filter.as_ref().map(|filter| filter.span)),
            ("ignore nulls", call.ignore_nulls),
            ("over", call.over.as_ref().map(|over| over.span)),
        ];
        for (clause, span) in clauses {
            if let Some(span) = span {
                let reason = "it is computed from one row";
                self.error(span, no_clause(name, call, clause, reason));
            }
        }
    }
}

/// A clause that says nothing to the function.
fn no_clause(name: &str, call: &Call, clause: &str, reason: &str) -> Message {
    messages::no_clause(name, clause, reason, without_clause(call).as_deref())
}

/// A call without its clauses, for a message.
fn shown(call: &Call) -> String {
    let arguments = if call.args.is_empty() { "" } else { "…" };
    format!("{}({arguments})", call.name)
}
