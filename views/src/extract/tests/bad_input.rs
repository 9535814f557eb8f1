//! Bytes that nobody meant to be a program.

use super::*;

#[track_caller]
fn check_failure(path: &str, bytes: &[u8], kind: &str) {
    let extracted = extract(path, bytes);
    check(extracted.lines("extract_errors", &["path", "kind"]), &[&format!("{path} {kind}")]);
    let columns = ["parsed", "size", "encoding"];
    check(extracted.lines("source_files", &columns), &[&format!("false {} -", bytes.len())]);
    assert_eq!(extracted.count("ast_nodes"), 0);
}

#[test]
fn what_is_not_text_is_told() {
    check_failure("a.rs", b"fn f() {}\xff", "not_text");
    check_failure("a.py", b"x = '\xe9'\n", "not_text");
    check_failure("a.py", b"# coding: nonsense\n", "unknown_encoding");
    let message = extract("a.rs", b"fn f\xff").lines("extract_errors", &["message"]);
    check(message, &["the content is not utf-8, see byte 4"]);
}

#[test]
fn what_is_too_large_or_too_deep_is_told() {
    let large = vec![b'\n'; usize::try_from(content::BYTES_MAX).unwrap() + 1];
    check_failure("a.py", &large, "too_large");
    let deep = "[".repeat(200_000);
    let extracted = extract("a.py", deep.as_bytes());
    check(extracted.lines("extract_errors", &["kind"]), &["too_deep"]);
    check(extracted.lines("source_files", &["parsed", "encoding"]), &["false utf-8"]);
}

#[test]
fn empty_files_and_null_bytes_are_ordinary() {
    for path in ["a.py", "a.rs", "empty.pyi"] {
        let empty = extract(path, b"");
        check(empty.lines("source_files", &["size", "line_count", "parsed"]), &["0 0 true"]);
        assert_eq!(empty.count("extract_errors"), 0);
    }
    let nulls = extract("a.py", b"f()\n\0\0\0\ng()\n");
    let callees = nulls.lines("ast_calls", &["callee"]);
    assert!(callees.contains(&"f".to_owned()), "{callees:?}");
    assert!(nulls.count("ast_errors") > 0);
    // An error in an error, of the same bytes.
    let before = extract("a.py", b"\0\0def x(): pass");
    let mut errors = before.lines("ast_errors", &["kind", "message", "bstart", "bend"]);
    let count = errors.len();
    errors.dedup();
    assert_eq!(errors.len(), count, "{errors:?}");
    assert!(count > 0);
}

/// A generator without dependencies that gives the same numbers everywhere (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

/// Cuts, doubles and overwrites pieces of a source. Nothing may panic, and every row must fit its
/// table; `extract` asserts the latter.
#[test]
fn no_mutation_of_a_source_is_too_much() {
    let seeds: [(&str, &[u8]); 3] = [
        ("a.rs", include_bytes!("rust.rs")),
        ("a.rs", include_bytes!("../visit.rs")),
        ("a.py", include_bytes!("ast_facts.py")),
    ];
    let fragments: [&[u8]; 14] = [
        b"(",
        b")",
        b"{",
        b"\"",
        b"'''",
        b"\0",
        b"\xff",
        b"\r",
        b"\n\t",
        b"#",
        b"type(x).y = 1\n",
        b"f\"{",
        b"use a::{self, b as _};",
        b"\\\n",
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..150 {
        let (path, seed) = seeds[round % seeds.len()];
        let mut bytes = seed.to_vec();
        for _ in 0..=random.below(12) {
            let (a, b) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
            let (start, end) = (a.min(b), a.max(b).min(a.min(b) + 400));
            match random.below(4) {
                0 => drop(bytes.drain(start..end)),
                1 => drop(
                    bytes.splice(a..a, seed[start.min(seed.len())..end.min(seed.len())].to_vec()),
                ),
                2 => drop(bytes.splice(a..a, fragments[random.below(fragments.len())].to_vec())),
                _ => bytes[start..end].iter_mut().for_each(|byte| *byte ^= 0x20),
            }
        }
        let extracted = extract(path, &bytes);
        assert_eq!(extracted.count("source_files"), 1);
        check_places(&extracted);
    }
}

/// A token that the parser puts in where one is missing is an error and no name.
#[test]
fn what_is_missing_has_no_place() {
    for (path, text) in [
        ("a.rs", "fn f(x: X<impl Fn() -> >) -> A<, B> where : C { let  = ; .x(); use ; a::; }\n"),
        ("a.rs", "impl<const N: , T: > for  { fn (&self) -> { Self:: } } struct S<: 'a>(, );\n"),
        (
            "a.py",
            "def (a, : b, *): \n  = .b; a. ; import ; from  import x as \nclass (A, ): pass\n",
        ),
    ] {
        let extracted = extract(path, text.as_bytes());
        assert!(extracted.count("ast_errors") > 0);
        check_places(&extracted);
    }
}

#[track_caller]
fn check_places(extracted: &Extracted) {
    for table in ["ast_calls", "ast_refs", "ast_defs", "ast_imports"] {
        for place in extracted.lines(table, &["bstart", "bend"]) {
            let (start, end) = place.split_once(' ').unwrap();
            let [start, end] = [start, end].map(|at| at.parse::<i64>().unwrap());
            assert!(start < end, "{table}: {place}");
        }
    }
    for table in ["ast_refs", "ast_bindings"] {
        let names = extracted.lines(table, &["name"]);
        assert!(names.iter().all(|name| !name.is_empty()), "{table}: {names:?}");
    }
}
