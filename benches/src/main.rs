//! How fast functions are: Belvedere's beside kernels written by hand and DataFusion's own, in one
//! process and in turns, so that whatever else the machine does falls on all of them.
//!
//! `cargo xtask bench speed` runs this program and the rivals that other processes hold: those read
//! the same rows from files that `data` writes, and every result is compared with ours first.

mod by_hand;
mod case;
mod data;
mod functions;
mod groups;
mod measure;
mod queries;
mod rows;
mod statements;
mod waiting;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The allocator of the binary `belvedere`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Writes the rows of all benches, and the results that are expected, as Arrow files.
    Data {
        /// Where they go.
        folder: PathBuf,
    },
    /// Measures, and prints a line of JSON for each contestant of each bench.
    Measure {
        /// Only benches whose name contains this.
        #[arg(long, default_value = "")]
        only: String,
        /// How many turns each contestant has; the fastest counts.
        #[arg(long, default_value_t = 5)]
        rounds: usize,
    },
}

fn main() -> Result<()> {
    match Options::parse().verb {
        Verb::Data { folder } => data::write(&folder),
        Verb::Measure { only, rounds } => {
            rows::measure(&only, rounds)?;
            queries::measure(&only, rounds)?;
            groups::measure(&only, rounds)?;
            statements::measure(&only, rounds)?;
            waiting::measure(&only, rounds)
        }
    }
}
