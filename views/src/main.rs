//! The binary `belvedere`: the code index, the standard functions, and the verbs of the runtime.
//!
//! A crate that no line names is not linked, and its functions and views would be missing.

use std::process::ExitCode;

use belvedere_udfs as _;
use belvedere_views as _;

fn main() -> ExitCode {
    belvedere::cli::main()
}
