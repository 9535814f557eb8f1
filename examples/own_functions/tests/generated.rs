//! What is committed beside the extension is what the program prints.

use std::path::Path;
use std::process::Command;

#[test]
fn builders_are_those_of_the_functions() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("own_functions");
    let mut command = Command::new(env!("CARGO_BIN_EXE_own-functions"));
    let output = command.args(["generate", "--check", "--stubs"]).arg(package).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
