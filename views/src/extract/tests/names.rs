//! Names: what each use means in its file, by the scopes of the language.

use super::*;

/// The uses of a file: kind, line and text, and the kind and line of the binding that each means.
fn meanings(path: &str, source: &str) -> Vec<String> {
    let extracted = extract(path, source.as_bytes());
    let bindings = extracted.lines("ast_bindings", &["bstart", "kind", "start_line"]);
    let bindings: BTreeMap<_, _> =
        bindings.iter().filter_map(|line| line.split_once(' ')).collect();
    let uses = extracted.lines("ast_refs", &["kind", "start_line", "text", "binding"]);
    let shown = uses.iter().map(|line| {
        let (used, binding) = line.rsplit_once(' ').unwrap();
        let meant = if binding == "-" { "-" } else { bindings[binding] };
        format!("{used} -> {meant}")
    });
    shown.collect()
}

fn rust(source: &str, expected: &[&str]) {
    check(meanings("a.rs", source), expected);
}

fn python(source: &str, expected: &[&str]) {
    check(meanings("a.py", source), expected);
}

#[test]
fn a_later_let_hides_an_earlier_one_after_it() {
    rust(
        "fn f(x: u8) {\nlet x = g(x);\nlet x = x + 1;\n{ let x = 2; h(x); }\nx }\nfn g() {}\n",
        &[
            "call 2 g -> fn 6",
            "name 2 x -> param 1",
            "name 3 x -> let 2",
            "call 4 h -> -",
            "name 4 x -> let 4",
            "name 5 x -> let 3",
        ],
    );
}

#[test]
fn conditions_and_arms_bind_for_what_they_guard() {
    rust(
        "fn f(x: u8) {\nif let Some(x) = x && x > 1 {\nx\n} else {\nx\n}\nmatch x {\n\
         y if y > 1 => y,\nNone => y,\nA::B(x) | C { x, .. } => x,\n}\n\
         for x in x {\nx }\nwhile let Some(x) = x {\nx }\n}\n",
        &[
            "name 2 Some -> -",
            "name 2 x -> param 1",
            "name 2 x -> let 2",
            "name 3 x -> let 2",
            "name 5 x -> param 1",
            "name 7 x -> param 1",
            "name 8 y -> match 8",
            "name 8 y -> match 8",
            "name 9 None -> -",
            "name 9 y -> -",
            "name 10 A::B -> -",
            "path 10 A -> -",
            "type 10 C -> -",
            "name 10 x -> match 10",
            "name 12 x -> param 1",
            "name 13 x -> for 12",
            "name 14 Some -> -",
            "name 14 x -> param 1",
            "name 15 x -> let 14",
        ],
    );
}

#[test]
fn functions_see_items_around_them_and_no_variables() {
    rust(
        "const A: u8 = 1;\nfn f<T>(a: T) {\nlet b = a;\nfn g() -> T { A; a; b; h(b) }\n\
         fn h() {}\n|c| { b; c };\n}\n",
        &[
            "type 2 T -> generic 2",
            "name 3 a -> param 2",
            "type 4 T -> -",
            "name 4 A -> const 1",
            "name 4 a -> -",
            "name 4 b -> -",
            "call 4 h -> fn 5",
            "name 4 b -> -",
            "name 6 b -> let 3",
            "name 6 c -> param 6",
        ],
    );
}

#[test]
fn modules_see_nothing_around_them_unless_they_ask() {
    rust(
        "fn f() {}\nmod a { fn g() { f() } }\nmod b { use super::*;\nfn g() { f() } }\n\
         mod c { use super::f;\nfn g() { f(); super::f() } }\n",
        &[
            "call 2 f -> -",
            "import 3 super -> -",
            "call 4 f -> fn 1",
            "import 5 super::f -> -",
            "call 6 f -> import 5",
            "call 6 super::f -> -",
        ],
    );
}

#[test]
fn values_types_and_macros_are_worlds_of_their_own() {
    rust(
        "mod x { pub fn f() {} }\nfn x() {}\nmacro_rules! x { () => {} }\n\
         fn g(x: x::T) {\nx::f();\nx();\nx!();\nx.f(); }\nstruct S;\nfn h() -> S { S }\n",
        &[
            "type 4 x::T -> mod 1",
            "path 4 x -> mod 1",
            "call 5 x::f -> mod 1",
            "path 5 x -> mod 1",
            "call 6 x -> param 4",
            "macro 7 x! -> macro 3",
            "call 8 x.f -> param 4",
            "name 8 x -> param 4",
            "type 10 S -> struct 9",
            "name 10 S -> struct 9",
        ],
    );
}

#[test]
fn files_are_modules_and_functions_may_be_macros() {
    rust(
        "mod x;\nuse a::x;\n#[proc_macro]\nfn made() {}\nfn plain() {}\nfn f() {\nx::f(); x!();\n\
         made!(); made(); plain!(); }\n",
        &[
            "import 2 a::x -> -",
            "attribute 3 proc_macro -> -",
            "call 7 x::f -> import 1",
            "path 7 x -> import 1",
            "macro 7 x! -> import 2",
            "macro 8 made! -> fn 4",
            "call 8 made -> fn 4",
            "macro 8 plain! -> -",
        ],
    );
}

#[test]
fn what_closures_and_macros_are_given_is_read() {
    rust(
        "fn f(a: A) {\nlet g = |x, y| _ = x.h(a, y);\nlet k = |z| |a| z = a;\n\
         m!(p::<q::R, a>(a), T::<Vec<a>>::new(), s::<a>.t);\n}\n",
        &[
            "type 1 A -> -",
            "call 2 x.h -> param 2",
            "name 2 x -> param 2",
            "name 2 a -> param 1",
            "name 2 y -> param 2",
            "name 3 z -> param 3",
            "name 3 a -> param 3",
            "macro 4 m! -> -",
            "token 4 q -> -",
            "token 4 q::R -> -",
            "token 4 a -> param 1",
            "in_macro 4 p -> -",
            "token 4 Vec -> -",
            "token 4 a -> param 1",
            "token 4 T -> -",
            "in_macro 4 T::new -> -",
            "token 4 a -> param 1",
            "token 4 s -> -",
            "token 4 s.t -> -",
            "token 4 a -> param 1",
        ],
    );
}

#[test]
fn methods_fields_and_variants_have_no_bare_names() {
    rust(
        "struct S { a: T }\nenum E { B }\nimpl Tr for S {\nfn m(&self) {\nm(); self.a; Self::m; \
         B; S { a: 1 } }\n}\n",
        &[
            "type 1 T -> -",
            "base 3 Tr -> -",
            "impl 3 S -> struct 1",
            "call 5 m -> -",
            "member 5 self.a -> -",
            "name 5 Self::m -> -",
            "path 5 Self -> -",
            "name 5 B -> -",
            "type 5 S -> struct 1",
            "member 5 a -> -",
        ],
    );
}

#[test]
fn tokens_of_macros_are_looked_up_as_names() {
    rust(
        "fn f(x: u8) {\nassert!(g(x.y) == S::N, a::<u8>::b, \"{x:?} {{x}} {g:>x$.g$} {}\", r#\"{{{x}}}\"#);\n}\nfn g() {}\nstruct S;\n\
         #[derive(S, a::B)]\n#[m::n]\nenum E {}\n",
        &[
            "macro 2 assert! -> -",
            "in_macro 2 g -> fn 4",
            "token 2 S -> struct 5",
            "token 2 S::N -> struct 5",
            "token 2 a -> -",
            "token 2 a::b -> -",
            "token 2 x -> param 1",
            "token 2 g -> fn 4",
            "token 2 x -> param 1",
            "token 2 g -> fn 4",
            "token 2 x -> param 1",
            "token 2 x -> param 1",
            "token 2 x.y -> param 1",
            "attribute 6 derive -> -",
            "attribute 6 S -> struct 5",
            "attribute 6 a -> -",
            "attribute 6 B -> -",
            "attribute 7 m::n -> -",
            "path 7 m -> -",
        ],
    );
}

#[test]
fn classes_are_seen_by_what_is_directly_in_them() {
    python(
        "x = 1\nclass A(B, metaclass=M):\n    x = 2\n    y = x\n    def x(self):\n\
         \x20       return x\n    z = [x for _ in x]\n",
        &[
            "base 2 B -> -",
            "name 2 M -> -",
            "name 4 x -> let 3",
            "name 6 x -> let 1",
            "name 7 x -> let 1",
            "name 7 x -> method 5",
        ],
    );
}

#[test]
fn a_function_owns_what_it_binds_anywhere() {
    python(
        "import a.b as c\ndef f(p, q=p, *r: t, **s) -> p:\n    g(c, p, r, s)\n    if p:\n\
         \x20       c = 1\n    def h():\n        nonlocal p\n        global z\n        p = z = 2\n\
         \x20       return z\n    with o() as (u, v), w as k[u]: pass\n    return z\n\
         def g(): z\n",
        &[
            "import 1 a.b -> -",
            "name 2 p -> -",
            "type 2 t -> -",
            "type 2 p -> -",
            "call 3 g -> function 13",
            "name 3 c -> let 5",
            "name 3 p -> param 2",
            "name 3 r -> param 2",
            "name 3 s -> param 2",
            "name 4 p -> param 2",
            "name 9 p -> param 2",
            "name 10 z -> let 9",
            "call 11 o -> -",
            "name 11 w -> -",
            "name 11 k -> -",
            "name 11 u -> as 11",
            "name 12 z -> let 9",
            "name 13 z -> let 9",
        ],
    );
}

#[test]
fn comprehensions_lambdas_and_walruses_have_their_scopes() {
    python(
        "x = []\ny = [x + z for x in x if (z := x) for w in x]\nf = lambda x, k=x: x\nz\n",
        &[
            "name 2 x -> for 2",
            "name 2 z -> let 2",
            "name 2 x -> let 1",
            "name 2 x -> for 2",
            "name 2 x -> for 2",
            "name 3 x -> let 1",
            "name 3 x -> param 3",
            "name 4 z -> let 2",
        ],
    );
}

#[test]
fn cases_capture_names_without_dots() {
    python(
        "match x:\n    case [a, *b] | c.d: a; b\n    case P(q=r) as s: q; r; s\n    case _: _\n",
        &[
            "name 1 x -> -",
            "name 2 c -> -",
            "member 2 c.d -> -",
            "name 2 a -> match 2",
            "name 2 b -> match 2",
            "name 3 P -> -",
            "name 3 q -> -",
            "name 3 r -> match 3",
            "name 3 s -> as 3",
            "name 4 _ -> -",
        ],
    );
}

#[test]
fn annotations_are_types_even_as_strings() {
    python(
        "class T: pass\ndef f(a: 'list[T]', b: m.T | None, c: Literal['T']) -> \"T\": pass\n\
         __all__ = ['T']\ndef g[U](u: U) -> U: U\n",
        &[
            "type 2 list -> -",
            "type 2 T -> class 1",
            "type 2 m.T -> -",
            "type 2 m -> -",
            "type 2 T -> class 1",
            "export 3 T -> class 1",
            "type 4 U -> generic 4",
            "type 4 U -> generic 4",
            "name 4 U -> generic 4",
        ],
    );
}

#[test]
fn bindings_tell_the_type_and_the_origin_of_values() {
    let columns = ["name", "kind", "type_name", "value_name"];
    let source = "struct S { a: Box<m::T>, b: Vec<T> }\nfn f(c: &mut Arc<T>, (d, e): (T, T)) {\n\
        let g = T::new(1)?; let h = &T { x: 1 }; let i: dyn Tr = j.k().await; let l = n; }\n";
    let lines = extract("a.rs", source.as_bytes()).lines("ast_bindings", &columns);
    check(
        lines,
        &[
            "S struct - -",
            "a field m::T -",
            "b field Vec -",
            "f fn - -",
            "c param T -",
            "d param - -",
            "e param - -",
            "g let - T::new",
            "h let - T",
            "i let Tr j.k",
            "l let - -",
        ],
    );
    let source = "def f(a: Optional[m.T], b: 'T'):\n    c = T(1)\n    d, e = T(), 1\n    \
        with T() as g: pass\nclass A:\n    def m(self):\n        self.h = await T()\n";
    let lines = extract("a.py", source.as_bytes()).lines("ast_bindings", &columns);
    check(
        lines,
        &[
            "f function - -",
            "a param m.T -",
            "b param T -",
            "c let - T",
            "d let - -",
            "e let - -",
            "g as - T",
            "A class - -",
            "m method - -",
            "self param - -",
            "h field - T",
        ],
    );
}

#[test]
fn every_line_is_a_row() {
    let lines = |path, bytes| {
        extract(path, bytes).lines("source_lines", &["line", "bstart", "bend", "text"])
    };
    check(lines("a.rs", b"a\r\n\n \xc3\xa9"), &["1 0 1 a", "2 3 3 ", "3 4 7  \u{e9}"]);
    check(lines("a.py", b"\xef\xbb\xbfa\rb\n"), &["1 3 4 a", "2 5 6 b"]);
    check(lines("a.rs", b""), &[]);
}

#[test]
fn scopes_that_nest_without_end_cost_no_more() {
    let depth = 5_000;
    let source =
        format!("const A: u8 = 1; fn f() {{ {}A{} }}", "{A;".repeat(depth), "}".repeat(depth));
    let found = meanings("a.rs", &source);
    assert_eq!(found.len(), depth + 1);
    assert!(found.iter().all(|line| line == "name 1 A -> const 1"));
}
