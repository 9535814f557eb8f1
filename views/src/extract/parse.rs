//! Parsing: one parser for each thread and language, with bounds on time and memory.
//!
//! A syntax tree never fails: what the grammar does not know becomes an error node. What can fail
//! is the patience: some texts (never those of a person) take minutes or gigabytes.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

use crate::extract::failure::{Failure, FailureKind};
use crate::extract::grammar::Grammar;
use crate::extract::lang::Lang;
use crate::extract::respell::respell;

/// An ordinary file takes well under a second for each megabyte.
const DURATION_MAX: Duration = Duration::from_secs(60);

/// Every open bracket holds on to some hundred bytes of the parser's stack.
const BRACKETS_MAX: usize = 100_000;

/// Larger texts are parsed one at a time.
const LARGE_BYTES: usize = 512 * 1024;

static LARGE: Mutex<()> = Mutex::new(());

thread_local! {
    static PARSERS: RefCell<Vec<(Lang, Parser)>> = const { RefCell::new(Vec::new()) };
}

/// A tree, and how its bytes relate to lines.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// The tree.
    pub(crate) tree: Tree,
    /// Where lines begin, when the tree's own rows do not tell.
    pub(crate) line_starts: Option<Vec<usize>>,
}

/// Parses a text and hands the tree to `visit`.
pub(crate) fn with_tree<T>(
    text: &str,
    lang: Lang,
    visit: impl FnOnce(&Parsed) -> T,
) -> Result<T, Failure> {
    let depth = bracket_depth(text.as_bytes());
    if depth > BRACKETS_MAX {
        let message = format!("brackets nest {depth} deep, the limit is {BRACKETS_MAX}");
        return Err(Failure::new(FailureKind::TooDeep, message));
    }
    let lane =
        (text.len() > LARGE_BYTES).then(|| LARGE.lock().unwrap_or_else(PoisonError::into_inner));
    let deadline = Instant::now() + DURATION_MAX;
    let parsed = parse(text, lang, deadline)?;
    let result = visit(&parsed);
    drop(parsed);
    drop(lane);
    Ok(result)
}

fn parse(text: &str, lang: Lang, deadline: Instant) -> Result<Parsed, Failure> {
    let tree = parse_text(text, lang, deadline)?;
    if tree.root_node().has_error() {
        let second = parse_text(&respell(text, lang), lang, deadline)?;
        if error_count(&second) < error_count(&tree) {
            return Ok(Parsed { tree: second, line_starts: Some(line_starts(text)) });
        }
    }
    Ok(Parsed { tree, line_starts: None })
}

fn parse_text(text: &str, lang: Lang, deadline: Instant) -> Result<Tree, Failure> {
    let too_slow = || {
        let message = format!("parsing took longer than {} seconds", DURATION_MAX.as_secs());
        Failure::new(FailureKind::TooSlow, message)
    };
    PARSERS.with_borrow_mut(|parsers| {
        let at = match parsers.iter().position(|(of, _)| *of == lang) {
            Some(at) => at,
            None => {
                parsers.push((lang, Parser::new()));
                parsers.len() - 1
            }
        };
        let parser = &mut parsers[at].1;
        parser.set_language(&Grammar::of(lang).language).map_err(|error| {
            Failure::new(
                FailureKind::Unreadable,
                format!("the parser refuses its grammar: {error}"),
            )
        })?;
        let bytes = text.as_bytes();
        let mut read = |offset: usize, _| &bytes[offset.min(bytes.len())..];
        let mut progress = |_: &ParseState| match Instant::now() < deadline {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let tree = parser.parse_with_options(&mut read, None, Some(options));
        if tree.is_none() {
            // Otherwise the next text would be taken for the rest of this one.
            parser.reset();
        }
        tree.ok_or_else(too_slow)
    })
}

/// How deep brackets nest, strings and comments included: an upper estimate for a text that is
/// anything like a program.
fn bracket_depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in bytes {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn error_count(tree: &Tree) -> usize {
    let mut cursor = tree.walk();
    let mut count = 0;
    loop {
        let node = cursor.node();
        count += usize::from(node.is_error() || node.is_missing());
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return count;
            }
        }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    let feeds = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    std::iter::once(0).chain(feeds.map(|(at, _)| at + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sexp(text: &str, lang: Lang) -> String {
        with_tree(text, lang, |parsed| parsed.tree.root_node().to_sexp()).unwrap()
    }

    #[test]
    fn parsers_are_used_again() {
        assert_eq!(sexp("", Lang::Python), "(module)");
        assert_eq!(sexp("", Lang::Rust), "(source_file)");
        assert!(sexp("f(", Lang::Python).contains("ERROR"));
        assert_eq!(sexp("x", Lang::Python), "(module (expression_statement (identifier)))");
    }

    #[test]
    fn a_text_is_respelt_where_that_helps() {
        let text = "def f():\n    (bar.\nbaz)\n";
        let (errors, rows) = with_tree(text, Lang::Python, |parsed| {
            (error_count(&parsed.tree), parsed.line_starts.clone())
        })
        .unwrap();
        assert_eq!(errors, 0);
        assert_eq!(rows, Some(vec![0, 9, 19, 24]));
        let errors =
            |text, lang| with_tree(text, lang, |parsed| error_count(&parsed.tree)).unwrap();
        assert_eq!(errors("x = 1, *'ab'\ny = f(1)\n", Lang::Python), 0);
        assert_eq!(errors("class C[T: int = g(1)]: pass\n", Lang::Python), 0);
        assert_eq!(errors("extern { pub type T; }", Lang::Rust), 0);
        assert_eq!(errors("fn f() { let S { #[cfg(x)] a, b } = try!(s); }", Lang::Rust), 0);
        assert_eq!(errors("fn f() {", Lang::Rust), 1);
    }

    #[test]
    fn brackets_that_nest_too_deep_are_a_failure() {
        let text = "(".repeat(BRACKETS_MAX + 1);
        let failure = with_tree(&text, Lang::Rust, |_| ()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::TooDeep);
        let text = format!("f({}1{})", "(".repeat(5000), ")".repeat(5000));
        let errors = with_tree(&text, Lang::Python, |parsed| error_count(&parsed.tree)).unwrap();
        assert_eq!(errors, 0);
    }

    #[test]
    fn time_is_bounded() {
        let text = "x = 1\n".repeat(20_000);
        let failure = parse_text(&text, Lang::Python, Instant::now()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::TooSlow);
        assert_eq!(sexp("", Lang::Python), "(module)");
    }
}
