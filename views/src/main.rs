//! The binary `belvedere`: the code index, the standard functions, and the verbs of the runtime.
//!
//! A crate that no line names is not linked, and its functions and views would be missing.

use std::process::ExitCode;

use belvedere_allocator::MiMalloc;
use belvedere_udfs as _;
use belvedere_views as _;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    belvedere_allocator::give_back_at_once();
    belvedere::cli::main()
}
