//! Runs: base tables from sources, views from base tables, one publication for all.
//!
//! Reading order: [`source`] (what fills base tables), [`files`] (for sources that read files),
//! [`observer`] (what a run tells while it goes on), [`run`](mod@run) (the order of events), then its
//! parts: `external` (tables that others write), `kinds` (what sources keep to), `sources` (from inputs to base tables), `stage` (rows from
//! inputs, in parallel, to files), `base` (the content of a base table), `views` (the content of a
//! view), `audit` (what is asked of it), `settle` (skip, adopt or write), [`report`] (what was done and why).

mod audit;
mod base;
mod external;
pub mod files;
mod inputs;
mod kinds;
pub mod observer;
pub mod report;
pub mod run;
mod settle;
pub mod source;
mod sources;
mod stage;
mod views;

pub use self::observer::{Observer, Silent, Step};
pub use self::report::{NodeReport, Outcome, Reason, RunReport};
pub use self::run::{RunRequest, run};
