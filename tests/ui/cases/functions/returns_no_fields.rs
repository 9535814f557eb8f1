//! What says the fields of a struct is asked with a plan, and gives fields.

use belvedere::udf::{DataType, Planned};
use belvedere::{AnyStruct, udf};

#[udf(returns = fields_of)]
pub fn picked<'a>(value: AnyStruct<'a>) -> AnyStruct<'a> {
    value
}

fn fields_of(_: &Planned<'_>) -> udf::Result<DataType> {
    Ok(DataType::Null)
}

fn main() {}
