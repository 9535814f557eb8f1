//! Window functions in DataFusion: one plain adapter answers for all of them from their descriptors.
//!
//! | file | holds |
//! |---|---|
//! | [`evaluator`] | a partition: rows in turn, frames, all rows at once |
//! | [`alias`] | further names of window functions of DataFusion |

mod alias;
mod evaluator;

use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow_schema::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    Documentation, LimitEffect, PartitionEvaluator, ReversedUDWF, Signature, WindowUDF,
    WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;

pub use self::alias::WindowAlias;
use self::evaluator::Evaluator;
use super::descriptor::{Over, Window, WindowVariant};
use crate::udaf::adapter::typed::{self, Typed};
use crate::udf::Function;
use crate::udf::adapter::known::{Instances, Known};

/// A window function as DataFusion sees it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct WindowAdapter(Known<&'static Window>);

impl Function {
    /// The window function for a session of DataFusion; one instance in a process.
    #[must_use]
    pub fn to_udwf(&'static self, window: &'static Window) -> Arc<WindowUDF> {
        static INSTANCES: Instances<WindowUDF> = Instances::new();
        let adapter = || WindowAdapter(Known::new(self, window));
        INSTANCES.of(self, || WindowUDF::new_from_impl(adapter()))
    }
}

impl WindowAdapter {
    /// What is known of the function.
    #[must_use]
    pub fn function(&self) -> &'static Function {
        self.0.function
    }

    /// What the function is called for; the same for every choice of types.
    fn over(&self) -> Option<Over> {
        self.0.body.variants.first().map(|variant| variant.over)
    }

    fn bind(&self, fields: &[FieldRef]) -> Result<(Typed, &'static WindowVariant)> {
        let typed = Typed::new(self.0.function, fields)?;
        let erased = typed.erased();
        let variant = self
            .0
            .body
            .variants
            .iter()
            .find(|variant| variant.erased == erased)
            .ok_or_else(|| typed::no_loops(self.0.function, &erased))?;
        Ok((typed, variant))
    }
}

impl WindowUDFImpl for WindowAdapter {
    fn name(&self) -> &str {
        self.0.function.name
    }

    fn aliases(&self) -> &[String] {
        &self.0.aliases
    }

    fn signature(&self) -> &Signature {
        &self.0.signature
    }

    fn partition_evaluator(
        &self,
        args: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        let (typed, variant) = self.bind(args.input_fields())?;
        let ignore_nulls = args.ignore_nulls();
        Ok(Box::new(Evaluator::new(self.0.function, typed, variant, ignore_nulls)))
    }

    /// A row that is left out because of a NULL has none as its result, too; whether a call says
    /// `IGNORE NULLS` is not known here. A frame has a result without such rows.
    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        let fields = args.input_fields();
        let (typed, variant) = self.bind(fields)?;
        let left_out = variant.over != Over::Frame && fields.iter().any(|f| f.is_nullable());
        let nullable = self.0.function.returns.nullable || left_out;
        Ok(Arc::new(typed.field(args.name(), nullable, fields)))
    }

    /// Types stay as they are: what does not fit is refused by `field`, which can say more.
    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types.to_vec())
    }

    /// Rows come in the order of the window, and so do results that never fall.
    fn sort_options(&self) -> Option<SortOptions> {
        self.0.body.ascending.then_some(SortOptions { descending: false, nulls_first: false })
    }

    /// The same rows in another order are other rows to a function that sees them in turn.
    fn reverse_expr(&self) -> ReversedUDWF {
        ReversedUDWF::NotSupported
    }

    /// A row needs the rows before it, or those of its frame, which is accounted for on its own.
    fn limit_effect(&self, _: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        match self.over() {
            Some(Over::Next | Over::Frame) => LimitEffect::None,
            Some(Over::Partition) | None => LimitEffect::Unknown,
        }
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.0.documentation)
    }
}
