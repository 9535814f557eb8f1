//! What the program prints: the builders that are committed beside the extension, and what it knows.

use std::path::Path;
use std::process::Command;

#[test]
fn builders_are_those_of_the_functions() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("own_functions");
    let mut command = Command::new(env!("CARGO_BIN_EXE_own-functions"));
    let output = command.args(["generate", "--check", "--stubs"]).arg(package).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_view_is_shown_with_its_parameters() {
    let warehouse = Path::new(env!("CARGO_TARGET_TMPDIR")).join("none");
    let mut command = Command::new(env!("CARGO_BIN_EXE_own-functions"));
    let command = command.args(["show", "cities", "--warehouse"]).arg(warehouse);
    let shown = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(shown.contains("\nparameters  percent: i64 = 19\n"), "{shown}");
}
