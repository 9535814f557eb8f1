//! Reports over the orders that another program keeps in a Delta table.

mod orders;

fn main() -> std::process::ExitCode {
    belvedere::cli::main()
}
