//! Belvedere.
fn main() {}
