//! Functions: attributes and signatures, checks, and the model that expansion reads.
//!
//! [`Function::parse`] takes the tokens of `#[udf]` and of the item below it and gives a model in
//! which every rule holds, or all the errors of the item at once. [`ArrowType::parse`] and
//! [`RowType::parse`] do the same for the derives.

mod asynchronous;
pub(crate) mod attributes;
pub(crate) mod collected;
mod columns;
mod constants;
mod derive;
mod docs;
mod inner;
pub mod messages;
mod model;
mod open;
mod param_attributes;
mod parse;
mod properties;
mod type_params;
mod words;

pub use self::asynchronous::Awaits;
pub use self::columns::Columns;
pub use self::derive::{ArrowType, RowType, StructField};
pub use self::docs::{Doc, Example};
pub(crate) use self::inner::lent;
pub use self::model::{
    Constant, Function, Inner, InnerParam, Metadata, Param, ParamKind, Returns, TAGS, Volatility,
    emitted_item,
};
pub use self::parse::Broken;
pub(crate) use self::parse::{check_name, keyword};
pub use self::properties::Properties;
pub(crate) use self::type_params::erased;
pub use self::words::{Piece, Word, WordKind, pieces_to_text};
pub(crate) use self::words::{is_foreign, range, text_of};

#[cfg(test)]
mod tests;
