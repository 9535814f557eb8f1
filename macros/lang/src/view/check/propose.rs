//! What an error proposes out of what is in scope: a column by its type, a call with all of its arguments.

use proc_macro2::Span;

use super::call::Params;
use super::coerce::fits;
use super::expression::{Place, Typer};
use crate::sink::Sink;
use crate::suggest::{listed, nearest};
use crate::types::Type;
use crate::view::model::{Expr, ExprKind};
use crate::view::syntax::{self, Call};

impl Typer<'_> {
    /// The column that could stand in the place of a value which is `written`: among those that fit, the
    /// one with a like name, or the only one.
    pub(super) fn column_instead(
        &self,
        written: &str,
        fits: impl Fn(&Expr) -> bool,
    ) -> Option<String> {
        let fitting = self.columns(fits);
        let name = |position: &usize| self.scope.columns[*position].name.as_str();
        let like = written.rsplit('.').next().unwrap_or(written);
        let near = nearest(like, fitting.iter().map(name));
        let near = near.and_then(|near| fitting.iter().find(|position| name(position) == near));
        let only = || fitting.first().filter(|_| fitting.len() == 1);
        near.or_else(only).map(|position| self.scope.path(*position))
    }

    /// The columns that could stand in the place of a value, for a message.
    pub(super) fn columns_instead(&self, fits: impl Fn(&Expr) -> bool) -> String {
        let paths: Vec<String> =
            self.columns(fits).into_iter().map(|position| self.scope.path(position)).collect();
        listed(paths.iter().map(String::as_str))
    }

    /// The columns of the row that fit and can be named here.
    fn columns(&self, fits: impl Fn(&Expr) -> bool) -> Vec<usize> {
        // In `aggregate` a column on its own is a key, and that is another error.
        if let Place::Group(_) = self.place {
            return Vec::new();
        }
        let columns = self.scope.columns.iter().enumerate();
        let columns = columns.filter(|(position, column)| {
            let kind = ExprKind::Column(*position);
            let span = column.span.unwrap_or((Span::call_site(), Span::call_site()));
            let alone = self.scope.columns.iter().filter(|other| other.name == column.name).count();
            (alone == 1 || column.relation.is_some())
                && !column.ty.ty.has_unknown()
                && fits(&Expr { kind, ty: column.ty.clone(), span })
        });
        columns.map(|(position, _)| position).collect()
    }

    /// A column that rows can be ordered by: the first one.
    pub(super) fn any_order(&self) -> Option<String> {
        let ordered = |column: &Expr| column.ty.ty.is_ordered();
        self.columns(ordered).first().map(|position| self.scope.path(*position))
    }

    /// A call with values for the parameters that are `missing` and without the arguments that are too
    /// many: a column of the parameter's name, or else of its type, or else some value.
    pub(super) fn filled(
        &self,
        call: &Call,
        params: &Params<'_>,
        missing: &[&str],
    ) -> Option<String> {
        if clauses(call) > 0 || call.distinct.is_some() {
            return None;
        }
        if !self.kept_fit(call, params) {
            return None;
        }
        let most = if params.variadic { usize::MAX } else { params.names.len() };
        let mut args: Vec<String> = call.args.iter().take(most).map(written_argument).collect();
        let mut named = call.args.iter().any(|arg| arg.name.is_some());
        for (position, (name, ty)) in params.names.iter().zip(&params.types).enumerate() {
            if !missing.contains(name) {
                continue;
            }
            let value = self.some_value(name, ty.as_ref()?)?;
            named |= args.len() != position;
            args.push(if named { format!("{name} => {value}") } else { value });
        }
        let text = format!("{}({})", call.name, args.join(", "));
        (!text.contains('…')).then_some(text)
    }

    /// Whether the arguments that a proposed call keeps could be those that are meant: one of another type
    /// would be the next error. Types that depend on the call are not looked at.
    fn kept_fit(&self, call: &Call, params: &Params<'_>) -> bool {
        let quiet = Sink::ignoring();
        let typed = Typer { sink: &quiet, notes: None, ..*self }.args(call);
        let given = call.args.iter().zip(&typed).zip(&params.types);
        let mut kept = given.filter(|((arg, _), _)| arg.name.is_none());
        kept.all(|((_, value), ty)| match ty {
            Some(Type::Param(_) | Type::List(_) | Type::Map(..)) | None => true,
            Some(ty) => fits(value, ty) || (ty.is_number() && value.ty.ty.is_number()),
        })
    }

    fn some_value(&self, name: &str, ty: &Type) -> Option<String> {
        let fitting = self.columns(|column| column.ty.ty == *ty);
        let named = fitting.iter().find(|position| self.scope.columns[**position].name == name);
        if let Some(position) = named.or(fitting.first()) {
            return Some(self.scope.path(*position));
        }
        let value = match ty {
            Type::Bool => "true",
            Type::Int(_) | Type::Param(_) => "1",
            Type::F32 | Type::F64 => "0.5",
            Type::String => "\"\"",
            _ => return None,
        };
        Some(value.to_owned())
    }

    /// A call over a window, with an order if it needs one; none where a window cannot stand.
    pub(super) fn over_window(&self, call: &Call, needs_order: bool) -> Option<String> {
        let (Place::Row("derive" | "select"), 0) = (self.place, clauses(call)) else { return None };
        let quiet = Sink::ignoring();
        let quiet = Typer { sink: &quiet, notes: None, ..*self };
        let wrong = quiet.args(call).iter().any(|arg| arg.ty.ty.has_unknown());
        let text = without_clauses(call).filter(|_| !wrong && call.distinct.is_none())?;
        match needs_order {
            true => Some(format!("{text} over (order by {})", self.any_order()?)),
            false => Some(format!("{text} over ()")),
        }
    }
}

/// A call as it is written, but for its one clause.
pub(super) fn without_clause(call: &Call) -> Option<String> {
    if clauses(call) == 1 { without_clauses(call) } else { None }
}

fn without_clauses(call: &Call) -> Option<String> {
    let args: Vec<String> = call.args.iter().map(written_argument).collect();
    let distinct = if call.distinct.is_some() { "distinct " } else { "" };
    let text = format!("{}({distinct}{})", call.name, args.join(", "));
    (!text.contains('…')).then_some(text)
}

fn written_argument(arg: &syntax::Arg) -> String {
    let value = arg.value.to_form();
    arg.name.as_ref().map_or_else(|| value.clone(), |name| format!("{name} => {value}"))
}

/// How many clauses stand behind or in the parentheses of a call.
fn clauses(call: &Call) -> usize {
    usize::from(!call.order_by.is_empty())
        + usize::from(call.filter.is_some())
        + usize::from(call.ignore_nulls.is_some())
        + usize::from(call.over.is_some())
}
