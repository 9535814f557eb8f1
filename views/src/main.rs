//! The binary `belvedere`: the code index, the standard functions, and the verbs of the runtime.
//!
//! A crate that no line names is not linked, and its functions and views would be missing.

use std::process::ExitCode;

use belvedere_allocator::MiMalloc;
use belvedere_udfs as _;
use belvedere_views as _;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Beyond what it holds, memory that is freed is not kept for what comes: 512 MiB.
const KEPT_BYTES: u64 = 512 << 20;

fn main() -> ExitCode {
    if let Err(error) = belvedere_allocator::give_back_beyond(KEPT_BYTES) {
        eprintln!("note: memory that is freed is given back late: {error}");
    }
    belvedere::cli::main()
}
