//! The one heavy test binary: what needs DataFusion and Delta Lake is tested here.

mod builtins;
mod by_hand;
mod functions;
mod runs;
mod slt;
mod stdfns;
mod support;
mod views;
