//! The committed registry against what is linked: a forgotten snapshot is found by whoever runs the
//! integration tests, not only by `cargo xtask snapshot --check`.
//!
//! This binary links functions and relations of its own besides, which are left out.

use belvedere::registry::Registry;
use belvedere_lang::print::registry as print;

/// The crates whose functions and relations are committed.
const CRATES: [&str; 2] = ["belvedere_udfs", "belvedere_views"];

fn is_committed(path: &str) -> bool {
    CRATES.iter().any(|name| path.split("::").next() == Some(name))
}

#[test]
fn registry_json_is_what_is_linked() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../registry.json");
    let text = std::fs::read_to_string(path).expect("`cargo xtask snapshot` writes registry.json");
    let committed: print::Registry = serde_json::from_str(&text).expect("a registry");
    assert!(!committed.functions.is_empty());

    let mut linked = Registry::linked().unwrap().snapshot().unwrap();
    linked.functions.retain(|function| is_committed(&function.rust));
    linked.relations.retain(|relation| is_committed(&relation.module));
    assert_eq!(committed.functions, linked.functions, "run `cargo xtask gen-stubs`");
    assert_eq!(committed.relations, linked.relations, "run `cargo xtask gen-stubs`");
}
