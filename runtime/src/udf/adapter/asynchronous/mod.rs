//! Async functions in DataFusion: off unless a policy allows them, and then calls on threads of their
//! own.
//!
//! [`AsyncAdapter`] answers what a planner asks; where async functions are not allowed, [`Refused`] takes
//! its place, which says how to allow them. [`batch`] makes the calls of a batch on the threads of [`lane`].
//! DataFusion waits for answers in projections and filters only; [`hoist`] moves calls that stand
//! elsewhere into projections.

mod batch;
mod hoist;
mod lane;

use std::hash::{Hash, Hasher};

use arrow_schema::{DataType, FieldRef};
use async_trait::async_trait;
use datafusion::common::Result;
use datafusion::logical_expr::async_udf::{AsyncScalarUDF, AsyncScalarUDFImpl};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, TypeSignature,
};

pub(crate) use self::hoist::AsyncCalls;
use super::{Defaults, ScalarAdapter, message, signature_of};
use crate::program;
use crate::udf::asynchronous::Awaited;
use crate::udf::descriptor::Function;

/// Whether async functions may be called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AsyncPolicy {
    /// A call is refused when its query is optimized, by an error that says how to allow it.
    #[default]
    Refused,
    /// They are called.
    Allowed,
}

/// An async function as DataFusion sees it, by one of its names.
///
/// DataFusion takes no more of an async function than its name, its types and its volatility, so it has
/// neither aliases nor documentation there, and `information_schema` no names of its parameters.
#[derive(Debug)]
pub struct AsyncAdapter {
    name: &'static str,
    inner: ScalarAdapter,
    awaited: &'static Awaited,
    signature: Signature,
}

impl AsyncAdapter {
    /// The function under a name, or what refuses to be called by it.
    pub(super) fn named(
        name: &'static str,
        function: &'static Function,
        awaited: &'static Awaited,
        policy: AsyncPolicy,
    ) -> ScalarUDF {
        // What accepts its types itself is asked by a method that is not handed on.
        let signature = signature_of(function, TypeSignature::VariadicAny);
        let inner = ScalarAdapter::new(function, Defaults::new());
        let adapter = Self { name, inner, awaited, signature };
        match policy {
            AsyncPolicy::Allowed => {
                AsyncScalarUDF::new(std::sync::Arc::new(adapter)).into_scalar_udf()
            }
            AsyncPolicy::Refused => ScalarUDF::new_from_impl(Refused(adapter)),
        }
    }

    /// What is known of the function.
    #[must_use]
    pub fn function(&self) -> &'static Function {
        self.inner.function
    }
}

impl PartialEq for AsyncAdapter {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.inner == other.inner
    }
}

impl Eq for AsyncAdapter {}

impl Hash for AsyncAdapter {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.inner.hash(state);
    }
}

impl ScalarUDFImpl for AsyncAdapter {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    /// Only what asks for answers can wait for them.
    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Err(message::plan(format!("`{}` is waited for, and cannot be called here", self.name)))
    }
}

#[async_trait]
impl AsyncScalarUDFImpl for AsyncAdapter {
    /// The whole of it: how many rows a call is about is decided here, and calls are made at once,
    /// where DataFusion would wait for one part of a batch after the other.
    fn ideal_batch_size(&self) -> Option<usize> {
        None
    }

    async fn invoke_async_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        batch::answers(self.inner.callee(), self.awaited, args).await.map(ColumnarValue::Array)
    }
}

/// An async function where there must be none.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Refused(AsyncAdapter);

impl Refused {
    fn refusal(&self) -> datafusion::common::DataFusionError {
        message::plan(format!(
            "`{}` is an async function, and this session does not allow those: they ask services \
             outside of it. {}",
            self.0.name,
            program::allow_async()
        ))
    }
}

impl ScalarUDFImpl for Refused {
    fn name(&self) -> &str {
        self.0.name
    }

    fn signature(&self) -> &Signature {
        &self.0.signature
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.0.inner.documentation()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.0.return_type(types)
    }

    /// What shows functions asks for types too, so this is no place to refuse.
    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.0.return_field_from_args(args)
    }

    fn simplify(&self, _: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        Err(self.refusal())
    }

    /// What has not been optimized.
    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Err(self.refusal())
    }
}
