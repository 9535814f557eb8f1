//! Python sources and their rows.

use belvedere::Text;

use super::*;

const SOURCE: &str = r#"# A comment.
import os.path as p, sys

from .. import (x as y,)  # trailing

class Outer(Base, metaclass=Meta):
    """Doc."""

    @staticmethod
    @register("name", key=1)
    async def run(a, /, *args, b: int = size(), **kwargs) -> "list[str]":
        await p.join(f(a)(b), *args, sep="x")
        def inner():
            return super().run().stop(), "".join(a)
        return inner

    _private = lambda self: self.x.y()

def __dunder__(): pass
type(x).y = 1
"#;

#[test]
fn definitions() {
    let columns = ["kind", "qualname", "is_public", "param_count", "decorators", "attrs"];
    check(
        extract("a.py", SOURCE.as_bytes()).lines("ast_defs", &columns),
        &[
            "function Outer.run.<locals>.inner true 0 [] {}",
            "method Outer.run true 4 [staticmethod register] {async=true returns=\"list[str]\"}",
            "class Outer true - [] {bases=Base}",
            "function __dunder__ true 0 [] {}",
        ],
    );
}

#[test]
fn calls() {
    let columns = ["kind", "start_line", "callee", "name", "qualifier", "arg_count", "attrs"];
    check(
        extract("a.py", SOURCE.as_bytes()).lines("ast_calls", &columns),
        &[
            "call 10 register register - 2 {is_decorator=true first_string=name keywords=key}",
            "call 11 size size - 0 {}",
            "call 12 p.join join p 3 {is_method=true is_await=true keywords=sep unpacks=true}",
            "call 12 () - - 1 {}",
            "call 12 f f - 1 {}",
            "call 14 ().stop stop () 0 {is_method=true}",
            "call 14 super().run run super() 0 {is_method=true}",
            "call 14 super super - 0 {}",
            "call 14 ().join join () 1 {is_method=true}",
            "call 17 self.x.y y self.x 0 {is_method=true}",
            "call 20 type type - 1 {}",
        ],
    );
}

#[test]
fn imports() {
    let columns = ["kind", "module", "name", "alias", "binds", "level", "start_line"];
    check(
        extract("a.py", SOURCE.as_bytes()).lines("ast_imports", &columns),
        &["import os.path - p p 0 2", "import sys - - sys 0 2", "from  x y y 2 4"],
    );
}

#[test]
fn files() {
    let columns = ["lang", "size", "line_count", "blank_lines", "comment_lines", "encoding"];
    let extracted = extract("pkg/__init__.py", SOURCE.as_bytes());
    let size = SOURCE.len();
    check(extracted.lines("source_files", &columns), &[&format!("python {size} 20 5 1 utf-8")]);
    let columns = ["path", "parsed", "module", "module_path", "content_hash"];
    let hash = blake3::hash(SOURCE.as_bytes()).to_hex();
    let expected = format!("pkg/__init__.py true pkg pkg {hash}");
    check(extracted.lines("source_files", &columns), &[&expected]);
}

/// The ids are those that the standard functions give for the columns beside them.
#[test]
fn ids_can_be_computed_again() {
    let extracted = extract("a/b.py", b"def f(): g()\n");
    let file_id = Text::of(|out| belvedere_udfs::stable_id("file", "a/b.py", out));
    check(extracted.lines("source_files", &["file_id"]), &[&file_id]);
    let span_id = |prefix, start, end| {
        let (path, start, end) = (Some("a/b.py"), Some(start), Some(end));
        Text::of(|out| belvedere_udfs::span_id(prefix, path, start, end, &[], out))
    };
    let def_id = span_id("def", 0, 12);
    check(extracted.lines("ast_defs", &["def_id", "file_id"]), &[&format!("{def_id} {file_id}")]);
    let call_id = span_id("call", 9, 12);
    let expected = format!("{call_id} {file_id} {def_id} <9 12 0 byte true>");
    let columns = ["call_id", "file_id", "def_id", "span"];
    check(extracted.lines("ast_calls", &columns), &[&expected]);
}

#[test]
fn positions_count_the_byte_order_mark_and_bytes_of_utf_8() {
    let marked = extract("a.py", b"\xef\xbb\xbfx = '\xc3\xa9'; f()\n");
    check(marked.lines("ast_calls", &["bstart", "bend", "start_line"]), &["13 16 1"]);
    let latin = extract("a.py", b"# coding: latin-1\nx = '\xe9'; f()\n");
    check(latin.lines("ast_calls", &["bstart", "bend", "start_line"]), &["28 31 2"]);
    check(latin.lines("source_files", &["size", "encoding"]), &["31 iso-8859-1"]);
}

/// White space and comments are no part of a body, blocks are.
#[test]
fn copies_have_the_fingerprint_of_the_original() {
    let source = b"def a(x):\n    if x:\n        f(x)\n    g(x)\n\n\
        def b(x):\n  # Otherwise formatted.\n  if x: f(x)\n  g( x )\n\n\
        def c(x):\n    if x:\n        f(x)\n        g(x)\n\n\
        def d(x):\n    if x:\n        f(x)\n    h(x)\n";
    let lines = extract("a.py", source).lines("ast_defs", &["body_hash", "body_tokens"]);
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0], lines[1]);
    assert_ne!(lines[0], lines[2]);
    assert_ne!(lines[0], lines[3]);
}

#[test]
fn errors_are_rows_and_the_rest_is_extracted() {
    let source = b"def f():\n    g()\n\nx = = 1\n\nprint 'two'\nh(\n";
    let extracted = extract("a.py", source);
    check(extracted.lines("ast_defs", &["qualname"]), &["f"]);
    let calls = extracted.lines("ast_calls", &["callee"]);
    assert!(calls.contains(&"g".to_owned()), "{calls:?}");
    assert!(extracted.count("ast_errors") > 0);
    assert_eq!(extracted.count("extract_errors"), 0);
    check(extracted.lines("source_files", &["parsed"]), &["true"]);
}

#[test]
fn what_only_python_2_has_is_an_error() {
    let forms = [
        "print 'a'",
        "print a, b",
        "exec 'a'",
        "exec 'a' in b",
        "raise E, 'a'",
        "a <> b",
        "`a`",
        "ur'a'",
        "10L",
        "0777",
        "def f((a, b)): pass",
        "def f((a, b)=c): pass",
        "lambda (a, b): c",
    ];
    for form in forms {
        let kinds = extract("a.py", form.as_bytes()).lines("ast_errors", &["kind"]);
        assert_eq!(kinds, ["python2"], "{form}");
    }
    let forms = [
        "print >> a, b",
        "print",
        "exec",
        "print(a), b",
        "print -a",
        "exec [a]",
        "raise (E, a)",
        "00_0 + 0o7 + 0_0 + 0e1",
        "(a, b) = c",
        "for (a, b) in c: pass",
    ];
    for form in forms {
        assert_eq!(extract("a.py", form.as_bytes()).count("ast_errors"), 0, "{form}");
    }
}

#[test]
fn a_call_begins_after_the_star_and_brackets_hide_no_name() {
    let source = b"x = 1, *f(1)(2), *a.b[0].c(3)\n(g # i\n)(4)\ny = *(h), *'i'\nj(5)\n";
    check(
        extract("a.py", source).lines("ast_calls", &["callee", "bstart", "bend"]),
        &["() 8 15", "f 8 12", "().c 18 29", "g 30 41", "j 57 61"],
    );
}

#[test]
fn nodes_form_a_tree() {
    let columns = ["node", "parent", "depth", "kind", "field", "start_line", "end_line"];
    check(
        extract("a.py", b"def f(a):\n    return a + 1\n").lines("ast_nodes", &columns),
        &[
            "0 - 0 module - 1 2",
            "1 0 1 function_definition - 1 2",
            "2 1 2 parameters parameters 1 1",
            "3 1 2 block body 2 2",
            "4 3 3 return_statement - 2 2",
            "5 4 4 binary_operator - 2 2",
        ],
    );
}
