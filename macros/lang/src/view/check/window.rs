//! Windows: the rows around a row, and the names that a step gives them.

use proc_macro2::Ident;

use super::expression::{Place, Typer};
use super::{Checker, messages};
use crate::tokens::name_of;
use crate::types::Type;
use crate::view::model::{Expr, Frame, FrameBound, FrameUnits, SortKey, Step, Window};
use crate::view::syntax;

/// A window whose frame may be left to the call.
#[derive(Clone, Debug, Default)]
pub(super) struct TypedWindow {
    pub(super) partition_by: Vec<Expr>,
    pub(super) order_by: Vec<SortKey>,
    pub(super) frame: Option<Frame>,
}

/// A window that `window { … }` has given a name.
#[derive(Debug)]
pub(super) struct NamedWindow {
    pub(super) name: String,
    pub(super) window: TypedWindow,
}

impl TypedWindow {
    /// Without a frame: the whole partition, or with an order all rows up to the row and its peers.
    pub(super) fn with_default_frame(self) -> Window {
        let Self { partition_by, order_by, frame } = self;
        let frame = frame.unwrap_or(match order_by.is_empty() {
            true => {
                Frame { units: FrameUnits::Rows, start: FrameBound::Start, end: FrameBound::End }
            }
            false => Frame {
                units: FrameUnits::Range,
                start: FrameBound::Start,
                end: FrameBound::Current,
            },
        });
        Window { partition_by, order_by, frame }
    }
}

impl Typer<'_> {
    /// A window over the row that a step receives; `None` after an error that hides what it is.
    pub(super) fn window(&self, window: &syntax::Window) -> Option<TypedWindow> {
        let mut typed = match &window.base {
            Some(name) => self.named_window(name)?,
            None => TypedWindow::default(),
        };
        let inside = Self { place: Place::Row("over"), ..*self };
        let partition_by: Vec<Expr> =
            window.partition_by.iter().map(|expr| inside.partition(expr)).collect();
        let order_by = inside.sort_keys(&window.order_by);
        if !partition_by.is_empty() {
            self.unsaid(window, "partition by", typed.partition_by.is_empty());
            typed.partition_by = partition_by;
        }
        if !order_by.is_empty() {
            self.unsaid(window, "order by", typed.order_by.is_empty());
            typed.order_by = order_by;
        }
        if let Some(frame) = &window.frame {
            self.unsaid(window, frame.units.word(), typed.frame.is_none());
            typed.frame = Some(self.frame(frame, &typed.order_by)?);
        }
        Some(typed)
    }

    fn named_window(&self, name: &Ident) -> Option<TypedWindow> {
        let text = name_of(name);
        let windows = &self.scope.windows;
        let found = windows.iter().find(|window| window.name == text);
        if found.is_none() && !self.scope.open {
            let known: Vec<&str> = windows.iter().map(|window| window.name.as_str()).collect();
            self.sink.error(name.span(), messages::unknown_window(&text, &known));
        }
        found.map(|window| window.window.clone())
    }

    /// Reports a clause that the named window has already.
    fn unsaid(&self, window: &syntax::Window, clause: &str, unsaid: bool) {
        if let Some(name) = window.base.as_ref().filter(|_| !unsaid) {
            self.error(window.span, messages::said_twice(&name_of(name), clause));
        }
    }

    fn partition(&self, expr: &syntax::Expr) -> Expr {
        let typed = self.value(expr);
        let hidden = typed.ty.ty.has_unknown();
        if !hidden && !typed.ty.ty.is_groupable() {
            let message = messages::not_a_partition(&expr.to_short_text(), &typed.ty);
            self.error(typed.span, message);
            return Expr { ty: crate::types::ValueType::required(Type::Unknown), ..typed };
        }
        self.constant_key(&typed, expr, "all rows share");
        typed
    }
}

impl Checker<'_> {
    /// `distinct on { … } order by …`: which rows there are is decided by the keys and the order.
    pub(super) fn distinct_on(&mut self, keys: &[syntax::Expr], order_by: &[syntax::SortKey]) {
        let typer = self.typer(Place::Row("distinct on"));
        let keys: Vec<Expr> = keys.iter().map(|key| typer.partition(key)).collect();
        let order_by = typer.sort_keys(order_by);
        for expr in keys.iter().chain(order_by.iter().map(|key| &key.expr)) {
            self.influence(expr);
        }
        self.steps.push(Step::DistinctOn { keys, order_by });
    }

    /// `window { name: …, … }`; each may begin with one before it.
    pub(super) fn windows(&mut self, windows: &[(Ident, syntax::Window)]) {
        for (name, window) in windows {
            let text = name_of(name);
            let typed = self.typer(Place::Row("window")).window(window);
            if self.scope.windows.iter().any(|known| known.name == text) {
                self.sink.error(name.span(), messages::window_twice(&text));
                continue;
            }
            // What an error hides is not asked for again.
            let window = typed.unwrap_or_default();
            self.scope.windows.push(NamedWindow { name: text, window });
        }
    }
}
