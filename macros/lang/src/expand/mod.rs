//! Models to Rust tokens. Nothing here can fail: what could fail is a rule in a check.
