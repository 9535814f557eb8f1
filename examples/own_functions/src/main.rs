//! `cargo run -- generate --stubs own_functions` prints the builders.

use own_functions as _;

fn main() -> std::process::ExitCode {
    belvedere::cli::main()
}
