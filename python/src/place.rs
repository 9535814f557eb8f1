//! What an expression may be where it stands.
//!
//! The engine plans calls of aggregates and window functions anywhere, and fails in words of its own when
//! the rows are asked for.

use belvedere::session::shift;
use datafusion::common::tree_node::{Transformed, TreeNode as _, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema};
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use pyo3::prelude::*;

use crate::error::{plan_error, refused};
use crate::types::shown as shown_type;

/// How many characters of an expression a message shows.
const WIDTH: usize = 60;

/// A place of expressions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Filter,
    Select,
    WithColumns,
    Sort,
    /// What `aggregate` groups by.
    By,
    /// What `aggregate` computes.
    Aggregate,
}

impl Place {
    const fn name(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Select => "select",
            Self::WithColumns => "with_columns",
            Self::Sort => "sort",
            Self::By | Self::Aggregate => "aggregate",
        }
    }

    /// Whether a call of a window function may stand here.
    const fn has_windows(self) -> bool {
        matches!(self, Self::Select | Self::WithColumns)
    }

    /// What is wrong with an aggregate here.
    fn no_aggregate(self, call: &str) -> String {
        let name = self.name();
        match self {
            Self::By => format!(
                "`aggregate` groups by values of single rows, `{call}` is one of many\n\
                 help: compute it first, by another `aggregate`"
            ),
            Self::Aggregate => format!(
                "`{call}` stands in another aggregate\n\
                 help: compute it first, by another `aggregate`"
            ),
            Self::Filter => format!(
                "`filter` asks single rows, `{call}` is a value of many\n\
                 help: `aggregate(keys, x={call})`, and behind it `filter(col(\"x\") …)`"
            ),
            _ => format!(
                "`{name}` computes values of single rows, `{call}` is one of many\n\
                 help: `aggregate(keys, x={call})` has one for each group, `….over(…)` one for each row"
            ),
        }
    }

    /// What is wrong with a window function here.
    fn no_window(self, call: &str) -> String {
        let name = self.name();
        match self {
            Self::Select | Self::WithColumns => format!(
                "`{call}` stands in another window function\n\
                 help: compute it first: `with_columns(x=…)`"
            ),
            _ => format!(
                "`{name}` takes no window function, and this is one: `{call}`\n\
                 help: compute it first: `with_columns(x=…).{name}(…)` with `col(\"x\")`"
            ),
        }
    }
}

/// Refuses an expression that cannot stand where it does.
pub(crate) fn check(expr: &Expr, place: Place, schema: &DFSchema) -> PyResult<()> {
    let (mut wrong, mut inside) = (None, Vec::new());
    let walked = expr.apply(|part| {
        let is_aggregate = matches!(part, Expr::AggregateFunction(_));
        let is_window = matches!(part, Expr::WindowFunction(_));
        if is_aggregate && place != Place::Aggregate {
            wrong = Some(place.no_aggregate(&shown(part)));
        } else if is_window && !place.has_windows() {
            wrong = Some(place.no_window(&shown(part)));
        } else if is_aggregate || is_window {
            inside.push(part);
        }
        Ok(if wrong.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    walked.map_err(|error| refused(&error))?;
    for call in inside {
        if let Some(nested) = nested(call)? {
            let aggregate = matches!(nested, Expr::AggregateFunction(_));
            let call = shown(&nested);
            let text = if aggregate { place.no_aggregate(&call) } else { place.no_window(&call) };
            wrong = wrong.or(Some(text));
        }
        shift::check(call, schema).map_err(|error| refused(&error))?;
    }
    wrong.map_or(Ok(()), |wrong| Err(plan_error(wrong)))
}

/// A call inside of another that needs rows of its own.
fn nested(call: &Expr) -> PyResult<Option<Expr>> {
    let mut found = None;
    let walked = call.apply_children(|child| {
        child.apply(|part| {
            let is_call = matches!(part, Expr::AggregateFunction(_) | Expr::WindowFunction(_));
            found = found.take().or_else(|| is_call.then(|| part.clone()));
            Ok(TreeNodeRecursion::Continue)
        })
    });
    walked.map_err(|error| refused(&error))?;
    Ok(found)
}

/// Refuses a condition that is neither true nor false.
pub(crate) fn check_condition(expr: &Expr, schema: &DFSchema) -> PyResult<()> {
    use datafusion::arrow::datatypes::DataType;
    use datafusion::logical_expr::ExprSchemable as _;

    let (_, field) = expr.to_field(schema).map_err(|error| refused(&error))?;
    match field.data_type() {
        DataType::Boolean | DataType::Null => Ok(()),
        DataType::Dictionary(_, of) if **of == DataType::Boolean => Ok(()),
        ty => {
            let help = match ty {
                ty if ty.is_numeric() => "\nhelp: compare it: `… != 0`",
                ty if ty.is_string() => "\nhelp: compare it: `… == lit(\"…\")`",
                _ => "",
            };
            let (shown, ty) = (shown(expr), shown_type(&field));
            Err(plan_error(format!("`filter` takes conditions, `{shown}` is {ty}{help}")))
        }
    }
}

/// An expression as a message shows it: columns by their names alone, and not more of it than a line has.
pub(crate) fn shown(expr: &Expr) -> String {
    if let Expr::WindowFunction(window) = expr {
        // Its frame says nothing that somebody has written.
        let args: Vec<String> = window.params.args.iter().map(shown).collect();
        return format!("{}({})", window.fun.name(), args.join(", "));
    }
    let plain = expr.clone().transform(|part| match part {
        Expr::Column(column) => Ok(Transformed::yes(Expr::Column(Column::from_name(column.name)))),
        other => Ok(Transformed::no(other)),
    });
    let text = match plain {
        Ok(plain) => plain.data.human_display().to_string(),
        Err(_) => expr.human_display().to_string(),
    };
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Refuses names that several columns would have.
pub(crate) fn check_names(
    names: impl IntoIterator<Item = String>,
    help: impl FnOnce(&str) -> String,
) -> PyResult<()> {
    let mut seen = std::collections::HashSet::new();
    for name in names {
        if !seen.insert(name.clone()) {
            let help = help(&name);
            return Err(plan_error(format!("column `{name}` is there twice\nhelp: {help}")));
        }
    }
    Ok(())
}

/// The name of the column that an expression gives.
pub(crate) fn name(expr: &Expr) -> String {
    expr.qualified_name().1
}

/// Whether values of an expression are computed from rows of a group.
pub(crate) fn is_plain_aggregate(expr: &Expr) -> bool {
    match expr {
        Expr::Alias(alias) => is_plain_aggregate(&alias.expr),
        other => matches!(other, Expr::AggregateFunction(_)),
    }
}

/// Replaces what a step before has computed by its columns.
pub(crate) fn over(expr: Expr, computed: &[(Expr, Expr)]) -> Result<Expr> {
    let name = name(&expr);
    let rewritten = expr.transform_down(|part| {
        let found = computed.iter().find(|(known, _)| *known == part);
        Ok(match found {
            Some((_, column)) => Transformed::new(column.clone(), true, TreeNodeRecursion::Jump),
            None => Transformed::no(part),
        })
    })?;
    rewritten.data.alias_if_changed(name)
}
