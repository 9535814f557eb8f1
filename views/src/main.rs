//! The binary `belvedere`: the code index, the standard functions, and the verbs of the runtime.
//!
//! A crate that no line names is not linked, and its functions and views would be missing.

use std::process::ExitCode;

use belvedere_udfs as _;
use belvedere_views as _;

/// The system's allocator keeps what many short-lived batches of many threads leave behind: peaks
/// are half as high again with it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    belvedere::cli::main()
}
