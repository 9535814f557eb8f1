//! A bench of a function of rows: its columns, and one expression for each contestant.

use anyhow::{Context, Result};
use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute;
use arrow::datatypes::{DataType, Field, Schema};
use belvedere::Call;
use datafusion::logical_expr::Expr;
use std::sync::Arc;

/// Rows of a batch, which is what DataFusion works on by default.
pub(crate) const ROWS: usize = 8_192;

/// Batches of a table, for queries.
pub(crate) const BATCHES: usize = 64;

/// A source of rows that is the same in every run.
pub(crate) type Random = fastrand::Rng;

/// A bench.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// The columns of a batch, in their order.
    pub(crate) columns: fn(&mut Random) -> Vec<(&'static str, ArrayRef)>,
    pub(crate) ours: Expr,
    pub(crate) by_hand: Option<Expr>,
    pub(crate) built_in: Option<Expr>,
    /// What a query computes of the rows: an aggregate, so that nothing is left out and nothing is
    /// sent anywhere. Empty where a whole table of rows would take minutes.
    pub(crate) query: &'static str,
}

impl Case {
    pub(crate) fn new(
        name: &'static str,
        columns: fn(&mut Random) -> Vec<(&'static str, ArrayRef)>,
        ours: Call,
        query: &'static str,
    ) -> Self {
        Self { name, columns, ours: ours.into(), by_hand: None, built_in: None, query }
    }

    pub(crate) fn by_hand(self, expression: Expr) -> Self {
        Self { by_hand: Some(expression), ..self }
    }

    pub(crate) fn built_in(self, expression: Expr) -> Self {
        Self { built_in: Some(expression), ..self }
    }

    /// The batches of the table. Each has arrays of its own, dictionaries too.
    pub(crate) fn batches(&self, number: usize) -> Result<Vec<RecordBatch>> {
        let mut random = Random::with_seed(20_261_121);
        (0..number)
            .map(|_| {
                let columns = (self.columns)(&mut random);
                let fields: Vec<Field> = columns
                    .iter()
                    .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
                    .collect();
                let arrays = columns.into_iter().map(|(_, array)| array).collect();
                RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
                    .with_context(|| format!("the columns of {} do not fit together", self.name))
            })
            .collect()
    }
}

/// A result without its encoding, so that contestants can be compared and every Arrow can read it.
pub(crate) fn plain(array: &ArrayRef) -> Result<ArrayRef> {
    let flat = match array.data_type() {
        DataType::Dictionary(_, values) => compute::cast(array, values)?,
        _ => Arc::clone(array),
    };
    Ok(match flat.data_type() {
        DataType::Utf8View | DataType::LargeUtf8 => compute::cast(&flat, &DataType::Utf8)?,
        _ => flat,
    })
}
