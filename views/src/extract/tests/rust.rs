//! Rust sources and their rows.

use super::*;

const SOURCE: &str = r##"//! Header.
#![allow(dead_code)]
use std::{collections::{BTreeMap as Map, self}, fmt::*};
pub(crate) use crate::a;
extern crate core as c;
mod file;

/// Doc.
#[derive(Debug, Clone)]
pub struct S<T>(T);

impl<T> Iterator for S<T> {
    type Item = T;
    #[inline]
    fn next(&mut self) -> Option<T> {
        fn helper() {}
        helper();
        self.0.take::<u8>().then(|| Vec::<T>::new())
    }
}

trait T { const N: u8; fn required(&self); }
pub mod inner {
    static X: u8 = 1;
    pub async unsafe fn run(a: u8, b: u8) { open("path").await; <u8 as From<u8>>::from(1); }
    macro_rules! m { ($x:expr) => { made($x) } }
}
enum E { A }
union U { a: u8 }
const _: () = assert!(true);
fn main() {
    println!("{}", inner::run(1, 2).unwrap());
    vec![S::new(if (true) { 1 } else { 2 }), a.b(), other!(x)];
}
"##;

#[test]
fn definitions() {
    let columns = ["kind", "qualname", "is_public", "param_count", "trait_name", "decorators"];
    let mut lines = extract("a.rs", SOURCE.as_bytes()).lines("ast_defs", &columns);
    lines.sort();
    check(
        lines,
        &[
            "const T::N false - - []",
            "const _ false - - []",
            "enum E false - - []",
            "fn S::next::helper false 0 - []",
            "fn inner::run true 2 - []",
            "fn main false 0 - []",
            "impl S false - Iterator []",
            "macro inner::m false - - []",
            "method S::next false 1 Iterator [inline]",
            "method T::required false 1 - []",
            "mod file false - - []",
            "mod inner true - - []",
            "static inner::X false - - []",
            "struct S true - - [derive]",
            "trait T false - - []",
            "type S::Item false - Iterator []",
            "union U false - - []",
            "variant E::A false - - []",
        ],
    );
}

#[test]
fn variants_are_definitions_as_public_as_their_enum() {
    let source = "pub enum E<T> {\n    /// One.\n    #[default]\n    A,\n    B(T),\n    C { x: Box<Self> } = 3,\n}\nenum P { D }\n";
    let extracted = extract("a.rs", source.as_bytes());
    let columns = ["kind", "qualname", "is_public", "decorators", "doc", "start_line", "attrs"];
    let mut lines = extracted.lines("ast_defs", &columns);
    lines.retain(|line| line.starts_with("variant"));
    check(
        lines,
        &[
            "variant E::A true [default] One. 4 {visibility=pub}",
            "variant E::B true [] - 5 {visibility=pub}",
            "variant E::C true [] - 6 {visibility=pub}",
            "variant P::D false [] - 8 {}",
        ],
    );
    let mut bound = extracted.lines("ast_bindings", &["name", "kind", "scope_kind", "spaces"]);
    bound.retain(|line| !line.contains(" enum file "));
    check(
        bound,
        &[
            "T generic enum [type]",
            "A variant enum [type value]",
            "B variant enum [type value]",
            "C variant enum [type value]",
            "x field variant [value]",
            "D variant enum [type value]",
        ],
    );
}

#[test]
fn attributes_of_definitions() {
    let lines = extract("a.rs", SOURCE.as_bytes()).lines("ast_defs", &["name", "attrs"]);
    for expected in [
        "run {visibility=pub async=true unsafe=true}",
        "next {returns=Option<T>}",
        "S {type=S<T>}",
        "S {visibility=pub}",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected}: {lines:#?}");
    }
}

#[test]
fn calls_and_macros() {
    let extracted = extract("a.rs", SOURCE.as_bytes());
    let columns = ["kind", "start_line", "callee", "name", "qualifier", "arg_count", "attrs"];
    check(
        extracted.lines("ast_calls", &columns),
        &[
            "call 17 helper helper - 0 {}",
            "call 18 ().then then () 1 {is_method=true}",
            "call 18 self.0.take take self.0 0 {is_method=true}",
            "call 18 Vec::new new Vec 0 {}",
            "call 25 open open - 1 {first_string=path is_await=true}",
            "call 25 ()::from from () 1 {}",
            "macro 30 assert! assert - 1 {}",
            "macro 32 println! println - 2 {first_string={}}",
            "macro 33 vec! vec - 3 {}",
        ],
    );
    let mut refs =
        extracted.lines("ast_refs", &["kind", "start_line", "text", "name", "qualifier"]);
    let is_call = |line: &&String| line.starts_with("call ") || line.starts_with("macro ");
    assert_eq!(refs.iter().filter(is_call).count(), 9);
    refs.retain(|line| line.starts_with("in_macro"));
    check(
        refs,
        &[
            "in_macro 26 made made -",
            "in_macro 32 inner::run run inner",
            "in_macro 32 ().unwrap unwrap ()",
            "in_macro 33 S::new new S",
            "in_macro 33 a.b b a",
            "in_macro 33 other! other -",
        ],
    );
}

#[test]
fn calls_in_repetitions_and_with_type_arguments_are_found_among_tokens() {
    let source = "macro_rules! outer {\n\
                  ($($x:ident)*) => { $( used!($x); callee(); )* a < b };\n}\n\
                  fn main() {\n\
                  println!(\"{}\", generic::<Vec<Vec<u8>>>() + Vec::<[u8; 2]>::new().len());\n}\n";
    let refs = extract("a.rs", source.as_bytes());
    let mut refs = refs.lines("ast_refs", &["kind", "start_line", "text", "name", "qualifier"]);
    refs.retain(|line| line.starts_with("in_macro"));
    check(
        refs,
        &[
            "in_macro 2 used! used -",
            "in_macro 2 callee callee -",
            "in_macro 5 generic generic -",
            "in_macro 5 Vec::new new Vec",
            "in_macro 5 ().len len ()",
        ],
    );
}

#[test]
fn imports() {
    let columns = ["kind", "module", "name", "alias", "binds", "is_public"];
    check(
        extract("a.rs", SOURCE.as_bytes()).lines("ast_imports", &columns),
        &[
            "use std::collections BTreeMap Map Map false",
            "use std collections - collections false",
            "use std::fmt * - - false",
            "use crate a - a true",
            "extern_crate core - c c false",
            "mod self file - file false",
        ],
    );
}

#[test]
fn what_the_grammar_lacks_is_extracted_all_the_same() {
    let source = b"extern \"C\" { #[a] pub type T; pub(crate) type U; safe fn f(); }\n\
        fn g() { let S { #[cfg(x)] a, } = try!(h(1)); str![[\"i\"]].raw(); j::<raw>() }\n";
    let extracted = extract("a.rs", source);
    check(
        extracted.lines("ast_defs", &["kind", "name", "is_public", "decorators", "attrs"]),
        &[
            "type T true [a] {visibility=pub}",
            "type U true [] {visibility=pub(crate)}",
            "fn f false [] {}",
            "fn g false [] {}",
        ],
    );
    check(
        extracted.lines("ast_calls", &["kind", "callee"]),
        &["macro try!", "call ().raw", "macro str!", "call j"],
    );
    assert_eq!(extracted.count("ast_errors"), 0);
}

#[test]
fn comments_are_counted_by_line() {
    let source = b"// a\n/* b\n\n \nc */ fn f() {} // d\n/* e */ /* f */\n\n/// g\nfn h() {}\n";
    let columns = ["line_count", "blank_lines", "comment_lines"];
    check(extract("a.rs", source).lines("source_files", &columns), &["9 3 5"]);
}

#[test]
fn deep_trees_are_walked_without_recursion() {
    let depth = 20_000;
    let source = format!("fn f() {{ {}g(){} }}", "(".repeat(depth), ")".repeat(depth));
    let extracted = extract("a.rs", source.as_bytes());
    check(extracted.lines("ast_calls", &["callee"]), &["g"]);
    assert_eq!(extracted.count("ast_errors"), 0);
    assert!(extracted.count("ast_nodes") > depth);
    let modules = "mod a { ".repeat(5_000) + "fn f() {}" + &"}".repeat(5_000);
    let names = extract("a.rs", modules.as_bytes()).lines("ast_defs", &["qualname"]);
    assert_eq!(names.len(), 5_001);
    assert!(names[0].starts_with('…') && names[0].ends_with("::f"), "{}", names[0]);
}
