//! `DISTINCT`, for aggregates to which it makes a difference how often a row occurs.
//!
//! The distinct rows are kept, each with the number of its occurrences, and the aggregate sees them
//! once, in the end. Between partitions they travel in Arrow's row format.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arrow::row::{RowConverter, SortField};
use arrow_array::builder::{BinaryBuilder, ListBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef};
use arrow_schema::{DataType, Field};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::Accumulator;
use foldhash::fast::RandomState;

use super::bound::Bound;
use crate::udaf::states::Groups;

/// The distinct rows of one group.
pub(super) struct Distinct {
    bound: Arc<Bound>,
    types: Vec<DataType>,
    converter: RowConverter,
    rows: HashMap<Box<[u8]>, u64, RandomState>,
    bytes: usize,
}

impl Distinct {
    pub(super) fn new(bound: Arc<Bound>) -> Result<Self> {
        let types: Vec<DataType> =
            bound.variant().params.iter().map(|param| param.value.ty.to_arrow()).collect();
        let fields = types.iter().map(|ty| SortField::new(ty.clone())).collect();
        let converter = RowConverter::new(fields)?;
        Ok(Self { bound, types, converter, rows: HashMap::default(), bytes: 0 })
    }

    /// Calls `act` with each row of a batch.
    fn each(&mut self, values: &[ArrayRef], act: fn(&mut Self, &[u8])) -> Result<()> {
        let arrays = self.bound.batch(values, None)?.into_arrays();
        // Text of one content has one row, whatever its encoding is.
        let arrays = arrays.iter().zip(&self.types).map(|(array, ty)| {
            if array.data_type() == ty {
                Ok(Arc::clone(array))
            } else {
                arrow::compute::cast(array, ty)
            }
        });
        let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
        let rows = self.converter.convert_columns(&arrays)?;
        for row in &rows {
            act(self, row.as_ref());
        }
        Ok(())
    }

    fn add(&mut self, row: &[u8]) {
        match self.rows.get_mut(row) {
            Some(count) => *count += 1,
            None => {
                self.bytes += row.len();
                self.rows.insert(row.into(), 1);
            }
        }
    }

    fn remove(&mut self, row: &[u8]) {
        match self.rows.get_mut(row) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) => {
                self.bytes -= row.len();
                self.rows.remove(row);
            }
            None => {}
        }
    }

    /// In an order that does not depend on that of arrival.
    fn sorted(&self) -> Vec<&[u8]> {
        let mut rows: Vec<&[u8]> = self.rows.keys().map(AsRef::as_ref).collect();
        rows.sort_unstable();
        rows
    }
}

/// The field of a state: the distinct rows.
pub(super) fn state_field(name: &str) -> Field {
    Field::new_list(name, Field::new_list_field(DataType::Binary, true), false)
}

impl fmt::Debug for Distinct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Distinct").field("function", self.bound.function()).finish_non_exhaustive()
    }
}

impl Accumulator for Distinct {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.each(values, Self::add)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.each(values, Self::remove)
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut states = self.bound.states(1);
        if !self.rows.is_empty() {
            let parser = self.converter.parser();
            let rows = self.sorted().into_iter().map(|row| parser.parse(row));
            let batch = self.bound.encoded(self.converter.convert_rows(rows)?);
            self.bound.update(states.as_mut(), &batch, Groups::ONE)?;
        }
        ScalarValue::try_from_array(&self.bound.finish(states.as_ref())?, 0)
    }

    fn size(&self) -> usize {
        // A table has a byte for each place, and eight places for seven rows at most.
        let places = self.rows.capacity() * 8 / 7;
        let place = size_of::<(Box<[u8]>, u64)>() + 1;
        size_of::<Self>() + self.converter.size() + places * place + self.bytes
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut builder = ListBuilder::new(BinaryBuilder::new());
        builder.append_value(self.sorted().into_iter().map(Some));
        Ok(vec![ScalarValue::List(Arc::new(builder.finish()))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for column in states {
            let lists = column.as_list_opt::<i32>();
            let rows = lists.and_then(|lists| lists.values().as_binary_opt::<i32>());
            let (Some(lists), Some(rows)) = (lists, rows) else {
                let found = column.data_type();
                return Err(DataFusionError::Internal(format!("distinct rows came as {found}")));
            };
            for list in 0..lists.len() {
                let range = lists.value_offsets()[list]..lists.value_offsets()[list + 1];
                for row in range {
                    // Offsets of an array that arrow has accepted are never negative.
                    self.add(rows.value(row as usize));
                }
            }
        }
        Ok(())
    }
}
