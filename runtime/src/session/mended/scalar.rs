//! Functions of the engine's names that look at their arguments before the engine's own do, or compute
//! what these cannot.

use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::functions::datetime;
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ExpressionPlacement, ReturnFieldArgs, ScalarFunctionArgs,
    ScalarUDF, ScalarUDFImpl, Signature,
};

use super::size::{self, Weigh};
use super::{bin, cut, place};

static SCALARS: LazyLock<Vec<Arc<ScalarUDF>>> = LazyLock::new(|| {
    let sized = size::functions().map(|(inner, weigh)| Mended { inner, fault: Fault::Size(weigh) });
    let placed = place::functions().map(|inner| Mended { inner, fault: Fault::Place });
    let dates = [
        Mended { inner: datetime::date_trunc(), fault: Fault::Cut },
        Mended { inner: datetime::date_bin(), fault: Fault::Bin },
    ];
    let mended = sized.into_iter().chain(placed).chain(dates);
    mended.map(|mended| Arc::new(ScalarUDF::from(mended))).collect()
});

/// The functions that take the place of the engine's.
pub(crate) fn scalars() -> impl Iterator<Item = Arc<ScalarUDF>> {
    SCALARS.iter().cloned()
}

/// What is wrong with a function.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// Its results take what memory they want; how much is known before.
    Size(Weigh),
    /// It fails for places that no list has.
    Place,
    /// It cuts the nanoseconds of a time, which few times have.
    Cut,
    /// It counts the nanoseconds of a time.
    Bin,
}

/// A function of the engine with other arguments, or computed otherwise.
#[derive(Clone, Debug)]
struct Mended {
    inner: Arc<ScalarUDF>,
    fault: Fault,
}

impl PartialEq for Mended {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

impl Eq for Mended {}

impl std::hash::Hash for Mended {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
    }
}

impl ScalarUDFImpl for Mended {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        self.inner.schema_name(args)
    }

    fn signature(&self) -> &Signature {
        match self.fault {
            Fault::Cut => &cut::SIGNATURE,
            Fault::Bin => &bin::SIGNATURE,
            Fault::Size(_) | Fault::Place => self.inner.signature(),
        }
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        match self.fault {
            Fault::Bin => bin::coerce_types(&self.inner, types),
            Fault::Size(_) | Fault::Place | Fault::Cut => self.inner.coerce_types(types),
        }
    }

    fn is_strict(&self) -> bool {
        self.inner.is_strict()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match self.fault {
            Fault::Size(weigh) => {
                size::check(self.inner.name(), weigh, &args)?;
                self.inner.invoke_with_args(size::without_negatives(self.inner.name(), args))
            }
            Fault::Place => self.inner.invoke_with_args(place::within_lists(args)),
            Fault::Cut => cut::invoke(&self.inner, args),
            Fault::Bin => bin::invoke(&self.inner, args),
        }
    }

    fn with_updated_config(&self, options: &ConfigOptions) -> Option<ScalarUDF> {
        let inner = Arc::new(self.inner.inner().with_updated_config(options)?);
        Some(ScalarUDF::new_from_impl(Self { inner, ..self.clone() }))
    }

    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        self.inner.simplify(args, info)
    }

    fn short_circuits(&self) -> bool {
        self.inner.short_circuits()
    }

    fn conditional_arguments<'a>(
        &self,
        args: &'a [Expr],
    ) -> Option<(Vec<&'a Expr>, Vec<&'a Expr>)> {
        self.inner.conditional_arguments(args)
    }

    fn evaluate_bounds(&self, inputs: &[&Interval]) -> Result<Interval> {
        self.inner.evaluate_bounds(inputs)
    }

    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        self.inner.output_ordering(inputs)
    }

    fn placement(&self, args: &[ExpressionPlacement]) -> ExpressionPlacement {
        self.inner.inner().placement(args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}
