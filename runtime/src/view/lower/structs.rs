//! Structs that are written out: `{ a: x, b: y }`.
//!
//! Every field of what the engine's `named_struct` gives can be NULL, and no cast makes it one that
//! cannot. The language knows what its values are, so the struct is made by a function of ours, which is
//! told its type.

use std::sync::Arc;

use arrow::array::StructArray;
use arrow_schema::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

/// A struct of these fields, whose values have their types.
pub(super) fn make_struct(fields: Fields, values: Vec<Expr>) -> Expr {
    let signature = Signature::any(values.len(), Volatility::Immutable);
    let function = ScalarUDF::from(MakeStruct { fields, signature });
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(function), values))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct MakeStruct {
    fields: Fields,
    signature: Signature,
}

impl ScalarUDFImpl for MakeStruct {
    fn name(&self) -> &str {
        "make_struct"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(self.fields.clone()))
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(self.name(), DataType::Struct(self.fields.clone()), false)))
    }

    /// A NULL in a field that has none is an error of the array.
    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_constant = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let values = ColumnarValue::values_to_arrays(&args.args)?;
        let array = StructArray::try_new(self.fields.clone(), values, None)?;
        Ok(match is_constant {
            true => ColumnarValue::Scalar(ScalarValue::Struct(Arc::new(array))),
            false => ColumnarValue::Array(Arc::new(array)),
        })
    }
}
