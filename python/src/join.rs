//! Relations beside each other.
//!
//! A key that both sides call the same is there once. Keys of two names are there twice, and of other
//! columns of one name the right one gets a suffix, or the join is refused: which is which would be lost.

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Column, JoinType};
use datafusion::error::Result;
use datafusion::functions::expr_fn::coalesce;
use datafusion::logical_expr::utils::{can_hash, conjunction};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, cast};
use datafusion::prelude::DataFrame;
use pyo3::prelude::*;

use crate::error::{plan_error, refused};
use crate::types::{Meeting, cast_help, meeting, shown};

/// What a join calls its sides: a relation may be joined with itself.
const LEFT: &str = "left";
const RIGHT: &str = "right";

/// Joins two relations on pairs of columns.
pub(crate) fn join(
    left: &DataFrame,
    right: &DataFrame,
    on: &[(String, String)],
    how: &str,
    suffix: Option<&str>,
) -> PyResult<DataFrame> {
    let sides = Sides { left: names(left), right: names(right), on, how: join_type(how)?, suffix };
    sides.check()?;
    let types = types(left, right, on)?;
    let build = || -> Result<DataFrame> {
        let (state, plan) = left.clone().into_parts();
        let others = right.logical_plan().clone();
        let others = LogicalPlanBuilder::from(others).alias(RIGHT)?.build()?;
        let key = |side, name: &str, to: &Option<DataType>| {
            let column = Expr::Column(of_side(side, name));
            to.as_ref().map_or(column.clone(), |to| cast(column, to.clone()))
        };
        // A key that cannot be hashed is compared by a condition, as in SQL: the optimizer would drop it
        // where it makes one join of several.
        let mut keys: (Vec<Expr>, Vec<Expr>) = Default::default();
        let mut compared = Vec::new();
        for ((l, r), to) in on.iter().zip(&types) {
            let (ours, theirs) = (key(LEFT, l, to), key(RIGHT, r, to));
            if is_hashed(left, l)? && is_hashed(right, r)? {
                keys.0.push(ours);
                keys.1.push(theirs);
            } else {
                compared.push(ours.eq(theirs));
            }
        }
        let plan = LogicalPlanBuilder::from(plan)
            .alias(LEFT)?
            .join_with_expr_keys(others, sides.how, keys, conjunction(compared))?
            .project(sides.columns(&types))?
            .build()?;
        Ok(DataFrame::new(state, plan))
    };
    build().map_err(|error| refused(&error))
}

/// Whether the engine finds rows by the hash of a column.
fn is_hashed(frame: &DataFrame, name: &str) -> Result<bool> {
    Ok(can_hash(frame.schema().field_with_unqualified_name(name)?.data_type()))
}

/// The type that each pair of keys is compared in, where it is another one than theirs.
fn types(
    left: &DataFrame,
    right: &DataFrame,
    on: &[(String, String)],
) -> PyResult<Vec<Option<DataType>>> {
    let field = |frame: &DataFrame, name: &str| -> PyResult<Field> {
        let field = frame.schema().field_with_unqualified_name(name);
        field.map(|field| field.as_ref().clone()).map_err(|error| refused(&error))
    };
    let met = on.iter().map(|(ours, theirs)| {
        let (left, right) = (field(left, ours)?, field(right, theirs)?);
        match meeting(&left, &right) {
            Meeting::AsTheyAre => Ok(None),
            Meeting::As(ty) => Ok(Some(ty)),
            Meeting::Never => Err(plan_error(format!(
                "`join` cannot compare `{ours}` ({}, left) with `{theirs}` ({}, right){}",
                shown(&left),
                shown(&right),
                cast_help((ours, &left), (theirs, &right))
            ))),
        }
    });
    met.collect()
}

fn names(frame: &DataFrame) -> Vec<String> {
    frame.schema().fields().iter().map(|field| field.name().clone()).collect()
}

fn of_side(side: &str, name: &str) -> Column {
    Column::new(Some(side), name)
}

/// The columns of both sides, and how they meet.
struct Sides<'a> {
    left: Vec<String>,
    right: Vec<String>,
    on: &'a [(String, String)],
    how: JoinType,
    suffix: Option<&'a str>,
}

impl Sides<'_> {
    /// Whether a join has the rows of the left side alone.
    const fn is_of_left(&self) -> bool {
        matches!(self.how, JoinType::LeftSemi | JoinType::LeftAnti)
    }

    /// Whether a name is that of a key on both sides, which the result has once.
    fn is_shared(&self, name: &str) -> bool {
        self.on.iter().any(|(left, right)| left == name && right == name)
    }

    /// The columns of the left side, then those of the right side that it does not have.
    fn columns(&self, types: &[Option<DataType>]) -> Vec<Expr> {
        let column = |side: &str, name: &String| Expr::Column(of_side(side, name));
        let key = |name: &String| match self.how {
            JoinType::Right => column(RIGHT, name),
            JoinType::Full => {
                let at = self.on.iter().position(|(left, _)| left == name);
                let to = at.and_then(|at| types[at].as_ref());
                let whole = |key| match to {
                    Some(to) => cast(key, to.clone()),
                    None => key,
                };
                coalesce([LEFT, RIGHT].map(|side| whole(column(side, name))).to_vec())
            }
            _ => column(LEFT, name),
        };
        let lefts = self.left.iter().map(|name| {
            let value = if self.is_shared(name) { key(name) } else { column(LEFT, name) };
            value.alias(name)
        });
        let rights = self.rights().map(|name| column(RIGHT, name).alias(self.renamed(name)));
        lefts.chain(rights).collect()
    }

    fn rights(&self) -> impl Iterator<Item = &String> {
        self.right.iter().filter(|name| !self.is_shared(name) && !self.is_of_left())
    }

    /// What the result calls a column of the right side.
    fn renamed(&self, name: &str) -> String {
        match self.suffix {
            Some(suffix) if self.left.iter().any(|left| left == name) => format!("{name}{suffix}"),
            _ => name.to_owned(),
        }
    }

    /// Refuses joins whose columns could not be told apart.
    fn check(&self) -> PyResult<()> {
        if self.on.is_empty() {
            return Err(plan_error("a join needs a column to join on"));
        }
        for (left, right) in self.on {
            for (side, columns, name) in [("left", &self.left, left), ("right", &self.right, right)]
            {
                if !columns.contains(name) {
                    let near = belvedere_lang::suggest::nearest(name, columns.iter().map(|c| &**c));
                    let help = near.map(|near| format!("\nhelp: did you mean `{near}`?"));
                    return Err(plan_error(format!(
                        "the {side} relation has no column `{name}`{}",
                        help.unwrap_or_default()
                    )));
                }
            }
        }
        let mut seen: Vec<String> = self.left.clone();
        for name in self.rights() {
            let renamed = self.renamed(name);
            if seen.contains(&renamed) {
                return Err(plan_error(format!(
                    "both relations have a column `{renamed}`\nhelp: join on it, or rename one: \
                     `suffix=\"_right\"`, `rename({name}=\"…\")`"
                )));
            }
            seen.push(renamed);
        }
        Ok(())
    }
}

fn join_type(how: &str) -> PyResult<JoinType> {
    Ok(match how {
        "inner" => JoinType::Inner,
        "left" => JoinType::Left,
        "right" => JoinType::Right,
        "full" => JoinType::Full,
        "semi" => JoinType::LeftSemi,
        "anti" => JoinType::LeftAnti,
        _ => {
            return Err(plan_error(format!(
                "no join is called `{how}`\nhelp: inner, left, right, full, semi, anti"
            )));
        }
    })
}
