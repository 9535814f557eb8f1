//! Expressions as they arrive: the bytes of `datafusion`'s own, in which functions are names.
//!
//! The names become the functions of our runtime, so that nothing of a function is lost. Text is Utf8
//! in our sessions; the constants of `datafusion` are views of text, which would make the engine cast
//! whole columns.

use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::Expr;
use datafusion_proto::bytes::Serializeable as _;
use pyo3::prelude::*;

use crate::error::refused;

/// Reads an expression.
pub(crate) fn expression(bytes: &[u8], context: &TaskContext) -> PyResult<Expr> {
    let expr = Expr::from_bytes_with_ctx(bytes, context).and_then(without_views);
    expr.map_err(|error| refused(&error))
}

/// Reads expressions.
pub(crate) fn expressions(all: &[Vec<u8>], context: &TaskContext) -> PyResult<Vec<Expr>> {
    all.iter().map(|bytes| expression(bytes, context)).collect()
}

fn without_views(expr: Expr) -> Result<Expr> {
    let plain = expr.transform(|expr| {
        Ok(match expr {
            Expr::Literal(ScalarValue::Utf8View(text), metadata) => {
                Transformed::yes(Expr::Literal(ScalarValue::Utf8(text), metadata))
            }
            Expr::Literal(ScalarValue::BinaryView(bytes), metadata) => {
                Transformed::yes(Expr::Literal(ScalarValue::Binary(bytes), metadata))
            }
            other => Transformed::no(other),
        })
    })?;
    Ok(plain.data)
}
