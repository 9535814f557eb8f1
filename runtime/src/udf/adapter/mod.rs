//! Functions in DataFusion: one plain adapter answers for all of them from their descriptors.
//!
//! What is decided when a query is planned is here: types, nullability, metadata, constants. What
//! happens for each batch is in [`invoke`] and [`dictionary`], what is told of a failure in
//! [`failure`]. Types are accepted by [`accept`] and never coerced by the planner: arguments arrive as
//! they are and [`conform`] brings them into the form that kernels read, so that a plan shows no cast
//! that nobody wrote.

pub(crate) mod accept;
mod alias;
mod asynchronous;
pub(crate) mod bind;
pub(crate) mod conform;
mod decimal;
mod dictionary;
pub(crate) mod documentation;
mod engine;
mod expr;
mod failure;
mod invoke;
mod kept;
pub(crate) mod known;
mod live;
pub(crate) mod message;
pub(crate) mod operators;
pub(crate) mod properties;
pub(crate) mod returns;
mod runs;
mod settings;
mod shared;
pub(crate) mod simplify;

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::preimage::PreimageResult;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, TypeSignature,
};

pub use self::alias::ScalarAlias;
pub(crate) use self::asynchronous::AsyncCalls;
pub use self::asynchronous::{AsyncAdapter, AsyncPolicy};
pub use self::engine::EngineFunction;
pub(crate) use self::engine::engine_function;
pub(crate) use self::expr::scalar;
pub(crate) use self::failure::{panic_text, parsed};
use self::kept::Kept;
use self::known::Instances;
pub use self::settings::Settings;
use self::shared::Dictionaries;
use super::descriptor::{Function, Param, Volatility};

/// A function as DataFusion sees it.
#[derive(Debug)]
pub struct ScalarAdapter {
    function: &'static Function,
    signature: Signature,
    aliases: Vec<String>,
    documentation: Documentation,
    defaults: Defaults,
    kept: Kept,
    dictionaries: Dictionaries,
}

/// Defaults that a session has changed, by the positions of their parameters.
type Defaults = BTreeMap<usize, ScalarValue>;

/// A function that is called, with what it has made of constants.
#[derive(Clone, Copy)]
pub(crate) struct Callee<'a> {
    function: &'static Function,
    defaults: &'a Defaults,
    kept: &'a Kept,
    dictionaries: &'a Dictionaries,
}

impl Callee<'_> {
    /// The value of an argument that is left out.
    fn default_of(&self, position: usize, param: &Param) -> Result<Option<ScalarValue>> {
        if let Some(changed) = self.defaults.get(&position) {
            return Ok(Some(changed.clone()));
        }
        default_of(param)
    }
}

/// Adapters are equal when they speak for the same function, with the same defaults.
impl PartialEq for ScalarAdapter {
    fn eq(&self, other: &Self) -> bool {
        self.function == other.function && self.defaults == other.defaults
    }
}

impl Eq for ScalarAdapter {}

impl Hash for ScalarAdapter {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.hash(state);
        self.defaults.hash(state);
    }
}

impl Function {
    /// The function of rows for a session of DataFusion; one instance in a process.
    #[must_use]
    pub fn to_udf(&'static self) -> Arc<ScalarUDF> {
        static INSTANCES: Instances<ScalarUDF> = Instances::new();
        INSTANCES.of(self, || match self.as_async() {
            Some(awaited) => AsyncAdapter::named(self.name, self, awaited, AsyncPolicy::Allowed),
            None => ScalarUDF::new_from_impl(ScalarAdapter::new(self, Defaults::new())),
        })
    }
}

impl ScalarAdapter {
    fn new(function: &'static Function, defaults: Defaults) -> Self {
        Self {
            function,
            signature: signature(function),
            aliases: function.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            documentation: documentation::of(function),
            defaults,
            kept: Kept::default(),
            dictionaries: Dictionaries::default(),
        }
    }

    /// What is known of the function.
    #[must_use]
    pub fn function(&self) -> &'static Function {
        self.function
    }

    /// A function of DataFusion that calls the same.
    fn instance(callee: Callee<'_>) -> ScalarUDF {
        ScalarUDF::new_from_impl(Self::new(callee.function, callee.defaults.clone()))
    }

    /// Whether this is called there.
    fn callee_is(&self, callee: Callee<'_>) -> bool {
        self.function == callee.function && self.defaults == *callee.defaults
    }

    pub(crate) fn callee(&self) -> Callee<'_> {
        Callee {
            function: self.function,
            defaults: &self.defaults,
            kept: &self.kept,
            dictionaries: &self.dictionaries,
        }
    }
}

pub(crate) fn signature(function: &Function) -> Signature {
    signature_of(function, TypeSignature::UserDefined)
}

/// `any` comes first and always matches; the last branch is there for `information_schema`, which shows
/// the types of signatures that can name some, even of none.
fn signature_of(function: &Function, any: TypeSignature) -> Signature {
    let volatility = match function.volatility {
        Volatility::Immutable => datafusion::logical_expr::Volatility::Immutable,
        Volatility::Stable => datafusion::logical_expr::Volatility::Stable,
        Volatility::Volatile => datafusion::logical_expr::Volatility::Volatile,
    };
    // Without `Nullary` a call without arguments is refused before the function is asked, in words
    // that tell neither what is missing nor how it is called.
    let example = TypeSignature::Exact(documentation::example_types(function));
    let branches = vec![any, TypeSignature::Nullary, example];
    let type_signature = TypeSignature::OneOf(branches);
    let mut signature = Signature::new(type_signature, volatility);
    // `with_parameter_names` refuses branches of user-defined types; DataFusion resolves named
    // arguments by this list alone. The arguments of a variadic have no names.
    if !function.is_variadic() && !function.params.is_empty() {
        let names = function.params.iter().map(|param| param.name.to_owned()).collect();
        signature.parameter_names = Some(names);
    }
    signature
}

impl ScalarUDFImpl for ScalarAdapter {
    fn name(&self) -> &str {
        self.function.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The same as [`Self::return_field_from_args`] of columns, for those who ask by type alone.
    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        let field = |ty: &DataType| -> FieldRef { Arc::new(Field::new("", ty.clone(), true)) };
        let arg_fields: Vec<FieldRef> = types.iter().map(field).collect();
        let scalar_arguments = vec![None; types.len()];
        let args = ReturnFieldArgs { arg_fields: &arg_fields, scalar_arguments: &scalar_arguments };
        returns::field(self.callee(), &args).map(|field| field.data_type().clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        returns::field(self.callee(), &args)
    }

    /// Types stay as they are: what does not fit is refused by `return_field_from_args`, which
    /// knows constants and can say more.
    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types.to_vec())
    }

    fn is_strict(&self) -> bool {
        self.function.is_strict()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        invoke::invoke(self.callee(), args)
    }

    /// A constant that is computed from columns is none; here the expressions are still known.
    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        for (position, arg) in args.iter().enumerate() {
            let literal = self.function.param_of(position).is_some_and(|param| param.literal);
            if literal && arg.any_column_refs() {
                return Err(message::not_constant(self.function, position, arg));
            }
        }
        let declared = simplify::declared(self.callee(), &args, info)?;
        let simpler = match declared {
            None => properties::simplified(self.callee(), &args, info)?,
            declared => declared,
        };
        Ok(match simpler {
            Some(simpler) => ExprSimplifyResult::Simplified(simpler),
            None => ExprSimplifyResult::Original(args),
        })
    }

    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        Ok(properties::ordering(self.callee(), inputs))
    }

    fn preserves_lex_ordering(&self, inputs: &[ExprProperties]) -> Result<bool> {
        let ordered = properties::ordering(self.callee(), inputs) != SortProperties::Unordered;
        Ok(self.function.properties.monotone && ordered)
    }

    fn strictly_order_preserving(&self, inputs: &[ExprProperties]) -> Result<bool> {
        Ok(properties::is_strict_order(self.callee(), inputs))
    }

    fn evaluate_bounds(&self, inputs: &[&Interval]) -> Result<Interval> {
        properties::bounds(self.callee(), inputs)
    }

    fn preimage(
        &self,
        args: &[Expr],
        value: &Expr,
        info: &SimplifyContext,
    ) -> Result<PreimageResult> {
        properties::preimage(self.callee(), args, value, info)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }

    /// An instance with the defaults of a session, if this one has others.
    fn with_updated_config(&self, options: &ConfigOptions) -> Option<ScalarUDF> {
        let settings = options.extensions.get::<Settings>()?;
        let params = self.function.params.iter().enumerate();
        let changed = params.filter_map(|(at, param)| Some((at, settings.of(param)?)));
        let defaults: Defaults = changed.collect();
        let new = || ScalarUDF::new_from_impl(Self::new(self.function, defaults.clone()));
        (defaults != self.defaults).then(new)
    }
}

/// The declared value of an argument that is left out.
pub(crate) fn default_of(param: &Param) -> Result<Option<ScalarValue>> {
    let Some(constant) = &param.default else { return Ok(None) };
    let ty = param.value.ty.to_arrow();
    scalar(constant).cast_to(&ty).map(Some)
}
