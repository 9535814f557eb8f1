//! What is known of a table function beyond what is known of any function: constant data, written by
//! `#[udtf]`.

use super::source::Source;
use crate::udf::args::Args;
use crate::udf::call::Outcome;
use crate::udf::descriptor::{Body, Function, Param};
use crate::udf::error::CallError;

/// What gives the rows of a table.
#[derive(Debug)]
pub struct Table {
    /// Calls the function.
    pub gives: Gives,
    /// Whether it may fail before its first row.
    pub may_fail: bool,
}

/// What a table function gives for its constants, each one row.
#[derive(Clone, Copy, Debug)]
pub enum Gives {
    /// Rows in turn, when the query runs.
    Rows(fn(&Args<'_>) -> Result<Box<dyn Source>, CallError>),
    /// A part of the query, when that is planned.
    #[cfg(feature = "engine")]
    Plan(fn(&Args<'_>) -> Result<datafusion::logical_expr::LogicalPlan, CallError>),
}

impl Function {
    /// Everything that a signature alone says; an expansion overrides what else is known.
    #[must_use]
    pub const fn table<R: Outcome>(
        name: &'static str,
        signature: &'static str,
        params: &'static [Param],
        table: &'static Table,
    ) -> Self {
        let function = Self::of(name, signature, params, R::RETURNS, Body::Table(table));
        Self { fallible: R::FALLIBLE || table.may_fail, ..function }
    }

    /// What gives its rows, if it is a table function.
    #[must_use]
    pub const fn as_table(&self) -> Option<&'static Table> {
        match self.body {
            Body::Table(table) => Some(table),
            _ => None,
        }
    }
}
