//! Functions: what `#[udf]` leaves behind, and what the engine makes of it.
//!
//! Reading order: [`types`] (what a value can be), [`descriptor`] (what is known of a function),
//! [`node`] and [`read`] (values in), [`generic`] (values of any type), [`any_struct`] (structs of any fields), [`write`](mod@write) (values
//! out), [`call`] and [`flat`] (the loops that join them), [`asynchronous`] (calls that are waited for),
//! [`text`] (results that a function writes), [`constant`] and [`prepared`] (what is read or made once), [`expr`] (calls as plain data), and with the feature `engine` the adapter, which speaks to
//! DataFusion for every function alike.

pub mod types;

pub mod descriptor;
pub mod error;
pub mod values;

pub mod any_struct;
pub mod any_union;
pub mod args;
pub mod chars;
pub mod collections;
pub mod decimal;
pub(crate) mod extension;
pub mod fixed;
pub mod generic;
pub mod json;
pub mod live;
pub mod node;
pub mod read;

pub mod flat;
pub mod nested;
mod variable;
#[cfg_attr(
    not(feature = "engine"),
    allow(dead_code, reason = "words are turned back by adapters of the engine")
)]
pub(crate) mod words;
pub mod write;

pub mod asynchronous;
pub mod call;
pub mod columns;
pub mod constant;
pub mod expr;
mod hooks;
pub mod planned;
pub mod preimage;
pub mod prepared;
pub mod properties;
pub mod scratch;
pub mod simplify;
pub mod text;

#[cfg(feature = "engine")]
pub mod adapter;

pub use arrow_schema::{DataType, Field, Fields};
pub use uuid::{Error as UuidError, Uuid};

pub use self::any_struct::AnyStruct;
pub use self::any_union::AnyUnion;
pub use self::args::{Args, Out, TextEncoding};
pub use self::asynchronous::{Awaited, Limits};
pub use self::chars::Chars;
pub use self::collections::{List, Map};
pub use self::decimal::Decimal;
pub use self::descriptor::{
    Body, Constant, Example, Function, Kind, Metadata, Param, Volatility, registered,
};
pub use self::error::{CallError, Error, Result};
pub use self::expr::{Call, Operand, col, lit};
pub use self::generic::{SortValue, Value};
pub use self::json::Json;
pub use self::planned::{Argument, Entries, Planned};
pub use self::properties::Properties;
pub use self::simplify::Given;
pub use self::text::Text;
pub use self::types::{FieldType, StructType, Type, TypeParam, ValueType};
pub use self::values::{Date, Duration, Interval, LocalTimestamp, Time, Timestamp};

#[cfg(feature = "engine")]
pub use self::adapter::{AsyncAdapter, AsyncPolicy, EngineFunction, ScalarAdapter};

#[cfg(test)]
mod tests;
