//! Belvedere: annotated Rust functions and views as DataFusion functions and Delta Lake pipelines.

#[allow(unused_extern_crates, reason = "expansions inside of this crate name it")]
extern crate self as belvedere;

pub mod udf;

pub mod udaf;

pub mod udwf;

pub mod udtf;

pub mod view;

#[cfg(feature = "engine")]
pub mod registry;

#[cfg(feature = "engine")]
pub mod session;

#[cfg(feature = "engine")]
pub mod plan;

#[cfg(feature = "engine")]
mod program;

#[cfg(feature = "delta")]
pub mod delta;

#[cfg(feature = "delta")]
pub mod refresh;

#[cfg(feature = "delta")]
pub mod query;

#[cfg(feature = "cli")]
pub mod cli;

#[cfg(feature = "testing")]
pub mod testing;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use belvedere_macros::{
    ArrowType, Row, reexport, table, udaf, udf, udtf, udwf, view, view_test,
};

#[cfg(feature = "delta")]
pub use self::program::speak_python;
#[cfg(feature = "engine")]
pub use belvedere_lang::spec;

#[cfg(feature = "engine")]
pub use self::registry::{Registry, register_all, register_async, register_tables};
#[cfg(feature = "engine")]
pub use self::session::Runtime;
pub use self::udaf::Counts;
#[cfg(feature = "engine")]
pub use self::udf::adapter::Settings;
pub use self::udf::{
    AnyStruct, AnyUnion, Call, Chars, Date, Decimal, Duration, Interval, Json, List,
    LocalTimestamp, Map, Operand, SortValue, Text, Time, Timestamp, Uuid, Value, col, lit,
};
#[cfg(feature = "engine")]
pub use self::udtf::Relation;
pub use self::udwf::{Number, Rows};
pub use indexmap::IndexMap;
