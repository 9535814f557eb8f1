//! Rows that meet other rows: `union`, `intersect` and `except`, by the rule of the language of views.
//!
//! Columns meet by their names, in whatever order they stand: by position, two texts that have changed
//! places go unnoticed. Their types widen where nothing is lost, and are never made texts.

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, cast};
use datafusion::prelude::DataFrame;
use pyo3::prelude::*;

use crate::error::{plan_error, refused};
use crate::types::{cast_help, common, shown};

/// Brings two relations to the same columns in the order of the left one.
pub(crate) fn met(word: &str, left: &DataFrame, right: &DataFrame) -> PyResult<[DataFrame; 2]> {
    let (ours, theirs) = (left.schema().fields(), right.schema().fields());
    let lacking = |of: &[FieldRef], other: &[FieldRef]| {
        let names = of.iter().map(|field| field.name());
        let lacks = |name: &&String| other.iter().all(|other| other.name() != *name);
        names.filter(lacks).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let (missing, extra) = (lacking(ours, theirs), lacking(theirs, ours));
    if !missing.is_empty() || !extra.is_empty() {
        return Err(other_columns(word, &missing, &extra));
    }
    let mut types = Vec::new();
    let (mut wrong, mut help) = (Vec::new(), String::new());
    for field in ours {
        let other = theirs.iter().find(|other| other.name() == field.name());
        let Some(other) = other else { continue };
        match common(field, other) {
            Some(ty) => types.push((field.name().as_str(), ty)),
            None => {
                wrong.push(format!(
                    "`{}` is {} on the left and {} on the right",
                    field.name(),
                    shown(field),
                    shown(other)
                ));
                help += &cast_help((field.name(), field), (other.name(), other));
            }
        }
    }
    if !wrong.is_empty() {
        return Err(plan_error(format!(
            "`{word}` cannot bring these columns together: {}{help}",
            wrong.join(", ")
        )));
    }
    let brought = |frame: &DataFrame| columns(frame, &types).map_err(|error| refused(&error));
    Ok([brought(left)?, brought(right)?])
}

fn other_columns(word: &str, missing: &str, extra: &str) -> PyErr {
    let mut lines = Vec::new();
    if !missing.is_empty() {
        lines.push(format!("the right relation has no {missing}"));
    }
    if !extra.is_empty() {
        lines.push(format!("the left relation has no {extra}"));
    }
    plan_error(format!(
        "the columns of `{word}` meet by their names: {}\n\
         help: `select`, `rename` and `drop` make them the same",
        lines.join(", ")
    ))
}

fn columns(frame: &DataFrame, types: &[(&str, DataType)]) -> Result<DataFrame> {
    let schema = frame.schema();
    let exprs = types.iter().map(|(name, ty)| {
        let (qualifier, field) = schema.qualified_field_with_unqualified_name(name)?;
        let column = Expr::Column((qualifier, field).into());
        Ok(match field.data_type() == ty {
            true => column,
            false => cast(column, ty.clone()).alias(*name),
        })
    });
    frame.clone().select(exprs.collect::<Result<Vec<_>>>()?)
}
