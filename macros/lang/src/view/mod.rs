//! Tables and views: syntax, checks, and the typed model that lowering reads.

pub mod env;
pub mod messages;
pub mod model;
mod type_params;
