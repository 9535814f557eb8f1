//! A project of its own: the orders of a shop, from files to tables and views.
//!
//! Whatever these modules declare is linked into the binary, which has the verbs of `belvedere`.

mod functions;
mod source;
mod tables;
#[cfg(test)]
mod view_tests;
mod views;

fn main() -> std::process::ExitCode {
    belvedere::cli::main()
}
