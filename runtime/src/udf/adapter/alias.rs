//! Another name of a function of DataFusion's.
//!
//! DataFusion's own `with_aliases` makes another function of it, which would take the place of the one
//! that optimizer rules know. So a call by this name becomes one of that function as soon as it is
//! simplified; before, all that is asked is asked of that function.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_schema::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature,
};

use super::documentation;
use crate::udf::Function;

/// A function of rows under another name.
#[derive(Clone, Debug)]
pub struct ScalarAlias {
    name: &'static str,
    inner: Arc<ScalarUDF>,
    documentation: Documentation,
}

impl PartialEq for ScalarAlias {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.inner == other.inner
    }
}

impl Eq for ScalarAlias {}

impl Hash for ScalarAlias {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.inner.hash(state);
    }
}

impl ScalarAlias {
    /// `inner` as `name`, documented as `function`.
    #[must_use]
    pub fn new(name: &'static str, inner: Arc<ScalarUDF>, function: &Function) -> Self {
        Self { name, inner, documentation: documentation::of(function) }
    }
}

impl ScalarUDFImpl for ScalarAlias {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn is_strict(&self) -> bool {
        self.inner.is_strict()
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

    fn simplify(&self, args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let call = ScalarFunction::new_udf(Arc::clone(&self.inner), args);
        Ok(ExprSimplifyResult::Simplified(Expr::ScalarFunction(call)))
    }

    /// The function reads settings of the session by its own name.
    fn with_updated_config(&self, options: &ConfigOptions) -> Option<ScalarUDF> {
        let inner = Arc::new(self.inner.inner().with_updated_config(options)?);
        Some(ScalarUDF::new_from_impl(Self { inner, ..self.clone() }))
    }

    /// A plan that nobody has simplified.
    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.inner.invoke_with_args(args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
