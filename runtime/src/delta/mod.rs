//! Delta Lake: the tables of a warehouse, how they are read, written, published and tidied.
//!
//! Reading order: [`warehouse`] (folders and the writer's lock), [`table`] (one table, pinned to a
//! version), `scan` (its rows as a provider), `write` (the only way rows get into a table) and
//! `layout` (how they lie in its files), `promise` (what they keep to),
//! [`publication`] (which versions of all tables belong together), [`views`] (views over pinned
//! tables), [`catalog`] (a publication as SQL sees it), [`audits`] (what audits have found),
//! [`external`] (tables that others write), `claim` (what was declared of them) and [`pull`] (what they
//! hold, as files that declare it), `maintenance`.
//!
//! The rules that every write follows are those of the publishing protocol: it goes through a
//! loaded snapshot, never retries, never checkpoints, carries the key of its content, and an error
//! is believed only after the log was read again.

pub mod audits;
pub mod catalog;
pub(crate) mod claim;
pub(crate) mod comments;
pub(crate) mod commit;
mod error;
pub mod external;
mod fault;
pub(crate) mod layout;
pub(crate) mod maintenance;
pub(crate) mod promise;
pub mod publication;
pub mod pull;
mod scan;
pub mod schema;
mod storable;
pub mod table;
pub mod views;
pub mod warehouse;
pub(crate) mod write;

pub use self::error::{ColumnsOf, Error, Result};
