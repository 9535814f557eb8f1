//! The one heavy test binary: what needs DataFusion and Delta Lake is tested here.

// Lints that tests are exempt from hold for whatever stands outside of `cfg(test)`.
#![cfg(test)]

mod advice;
mod audits;
mod builtins;
mod by_hand;
mod checks;
mod code_index;
mod command_line;
mod committed;
mod conditions;
mod damage;
mod described;
mod disks;
mod edited;
mod editor;
mod engine_functions;
mod examples;
mod external;
mod functions;
mod hostile;
mod laws;
mod layouts;
mod memory;
mod mended;
mod packages;
mod pairs;
mod pauses;
mod publishing;
mod query;
mod questions;
mod real_tree;
mod reexports;
mod relations;
mod rewritten;
mod rows;
mod runs;
mod slt;
mod specs;
mod stdfns;
mod support;
mod tables;
mod times;
mod types;
mod view_tests;
mod views;
mod windows;
