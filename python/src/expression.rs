//! Expressions as they arrive: the bytes of `datafusion`'s own, in which functions are names.
//!
//! The names become the functions of our runtime, so that nothing of a function is lost. Text is Utf8
//! in our sessions; the constants of `datafusion` are views of text, which would make the engine cast
//! whole columns.

use std::thread::Builder;

use datafusion::common::tree_node::{Transformed, TreeNode as _, TreeNodeRecursion};
use datafusion::common::{ScalarValue, internal_err, plan_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::Expr;
use datafusion_proto::bytes::Serializeable as _;
use pyo3::prelude::*;

use crate::error::{plan_error, refused};

/// How many expressions may stand in each other, as in SQL: the engine takes them apart by recursion.
const DEPTH: usize = 1000;

/// How many calls may stand in each other: each is two messages, of which 100 are read in each other.
const CALLS: usize = 48;

/// How an expression is refused that has more messages in each other than are read.
const TOO_DEEP: &str = "recursion limit reached";

/// How an expression is refused whose function the session does not know.
const UNKNOWN: &str = "LogicalExtensionCodec is not provided for ";

/// How many bytes of an expression are read on the stack of whatever thread asks.
const SMALL: usize = 2048;

/// The stack of a thread that reads a large one, and what each of its bytes adds: a level has some.
const STACK: usize = 64 << 20;
const STACK_OF_BYTE: usize = 1024;

/// Reads an expression.
pub(crate) fn expression(bytes: &[u8], context: &TaskContext) -> PyResult<Expr> {
    let expr = match bytes.len() {
        ..=SMALL => read(bytes, context),
        large => std::thread::scope(|scope| {
            let stack = STACK.saturating_add(large.saturating_mul(STACK_OF_BYTE));
            let reader = Builder::new().stack_size(stack);
            let reader = reader.spawn_scoped(scope, || read(bytes, context))?;
            reader.join().unwrap_or_else(|_| internal_err!("an expression cannot be read"))
        }),
    };
    expr.map_err(|error| unreadable(&error))
}

/// An expression that cannot be read.
fn unreadable(error: &DataFusionError) -> PyErr {
    let text = error.to_string();
    if text.contains(TOO_DEEP) {
        return plan_error(format!(
            "an expression nests too deeply: {CALLS} calls may stand in each other, fewer with operators \
             between them\n\
             help: compute a part of it first: `with_columns(x=…)`"
        ));
    }
    match unknown_function(&text) {
        Some(name) => plan_error(format!(
            "the extension of this runtime has no function `{name}`\n\
             help: a runtime of the extension that has it computes it, and `runtime.from_arrow(relation)` \
             takes the rows over; an extension that links both crates has the functions of both"
        )),
        None => refused(error),
    }
}

/// The function that the session has none of; no more than a text says so.
fn unknown_function(error: &str) -> Option<&str> {
    let (_, told) = error.split_once(UNKNOWN)?;
    told.split_once(" function ")?.1.split('"').next()
}

fn read(bytes: &[u8], context: &TaskContext) -> Result<Expr> {
    let expr = Expr::from_bytes_with_ctx(bytes, context)?;
    let mut level = vec![&expr];
    for _ in 0..DEPTH {
        let mut below = Vec::new();
        for expr in level {
            expr.apply_children(|child| {
                below.push(child);
                Ok(TreeNodeRecursion::Continue)
            })?;
        }
        level = below;
    }
    if level.is_empty() {
        return without_views(expr);
    }
    plan_err!(
        "an expression nests deeper than {DEPTH} levels\n\
         help: compute a part of it first: `with_columns(x=…)`"
    )
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
