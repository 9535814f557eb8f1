//! The one heavy test binary: what needs DataFusion and Delta Lake is tested here.

mod runs;
mod support;
