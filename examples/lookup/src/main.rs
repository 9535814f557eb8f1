//! SQL that asks a service: the binary starts a small one beside itself, and is a binary as any other.
//!
//! What the service was asked is told in the end, on standard error.

mod client;
mod functions;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
    let service = match service::start() {
        Ok(service) => service,
        Err(error) => {
            eprintln!("the service cannot be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    client::set_address(service.address);
    let code = belvedere::cli::main();
    eprintln!(
        "the service was asked {} times, for {} cities",
        service.requests(),
        service.cities()
    );
    code
}
