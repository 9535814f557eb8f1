//! A spec as a text of the language, and where in it each node stands.
//!
//! The nodes of a spec are its objects, lists and scalars. Each knows its range in the text and the
//! node that it stands in, so that an error at a place of the text is one of the smallest node
//! around it.

mod expr;
mod query;
mod steps;
mod words;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use self::words::Name;
use super::messages;
use super::{ExprSpec, QuerySpec};
use crate::messages::Message;
use crate::render::{Finding, Findings};
use crate::sink::Diagnostic;

/// How deep a spec may nest: printing it recurses.
const DEPTH_MAX: usize = 128;

/// A spec as a text.
#[derive(Clone, Debug)]
pub struct Printed {
    text: String,
    nodes: Vec<Node>,
    /// What is wrong with the spec already: the node and the message.
    problems: Vec<(usize, Message)>,
}

/// A node of a spec.
#[derive(Clone, Debug)]
struct Node {
    /// The bytes of the text that it is.
    start: usize,
    end: usize,
    /// The node that it is part of; the first node is part of itself.
    parent: usize,
    segment: Segment,
}

/// How a node is called within its parent.
#[derive(Clone, Debug)]
enum Segment {
    Key(&'static str),
    Name(String),
    Position(usize),
}

impl From<&'static str> for Segment {
    fn from(key: &'static str) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Segment {
    fn from(position: usize) -> Self {
        Self::Position(position)
    }
}

impl QuerySpec {
    /// Prints the query in the language.
    #[must_use]
    pub fn print(&self) -> Printed {
        // The first time is for the names that it mentions, which names that are made up have to
        // spare.
        let mut names = Printer::new(BTreeSet::new());
        names.query(self);
        let mut printer = Printer::new(names.mentioned);
        printer.query(self);
        printer.finish()
    }

    /// What the query means, as a text of the language.
    ///
    /// # Errors
    ///
    /// What is wrong with it whatever there is to read: names that are none, parts that do not fit.
    pub fn to_text(&self) -> Result<String, Findings> {
        self.print().into_text()
    }
}

impl ExprSpec {
    /// Prints the query that computes the expression for each row of a relation. The nodes are
    /// those of the expression.
    #[must_use]
    pub fn print_over(&self, relation: &str) -> Printed {
        let mut printer = Printer::new(BTreeSet::new());
        printer.push("from ");
        printer.path(relation);
        printer.push(" select { value: ");
        printer.expr(self, 0);
        printer.push(" }");
        printer.finish()
    }

    /// What the expression means, as a text of the language.
    ///
    /// # Errors
    ///
    /// As [`QuerySpec::to_text`].
    pub fn to_text(&self) -> Result<String, Findings> {
        let mut printer = Printer::new(BTreeSet::new());
        printer.expr(self, 0);
        printer.finish().into_text()
    }
}

impl Printed {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong with the spec itself. Such a spec has no text that means it.
    #[must_use]
    pub fn problems(&self) -> Findings {
        let problems = self.problems.iter();
        Findings::of(problems.map(|(node, message)| {
            let at = &self.nodes[*node];
            self.located(Finding::of_bytes(message.clone(), &self.text, at.start..at.end), *node)
        }))
    }

    /// What has been said of the text, each with the node that it is about.
    #[must_use]
    pub fn findings(&self, diagnostics: Vec<Diagnostic>) -> Findings {
        Findings::each(diagnostics, |diagnostic| {
            let finding = Finding::new(diagnostic, &self.text);
            let (from, to) = (diagnostic.start.start(), diagnostic.end.end());
            let start = self.byte(from.line, from.column);
            // What has no place is about the whole.
            let node = match finding.line {
                0 => 0,
                _ => self.around(start, self.byte(to.line, to.column).max(start)),
            };
            self.located(finding, node)
        })
    }

    fn into_text(self) -> Result<String, Findings> {
        if self.problems.is_empty() { Ok(self.text) } else { Err(self.problems()) }
    }

    fn located(&self, mut finding: Finding, node: usize) -> Finding {
        finding.pointer = Some(self.pointer(node));
        finding
    }

    /// The smallest node around these bytes, of equal ones the innermost.
    fn around(&self, start: usize, end: usize) -> usize {
        let nodes = self.nodes.iter().enumerate();
        let around = nodes.filter(|(_, node)| node.start <= start && end <= node.end);
        let smallest = around.min_by_key(|(i, node)| (node.end - node.start, usize::MAX - i));
        smallest.map_or(0, |(i, _)| i)
    }

    /// The byte of a character: lines count from 1, characters from 0.
    fn byte(&self, line: usize, column: usize) -> usize {
        let mut start = 0;
        for (i, text) in self.text.split_inclusive('\n').enumerate() {
            if i + 1 == line {
                let within = text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
                return start + within;
            }
            start += text.len();
        }
        self.text.len()
    }

    /// The JSON pointer of a node.
    fn pointer(&self, mut node: usize) -> String {
        let mut segments = Vec::new();
        while node != 0 {
            segments.push(&self.nodes[node].segment);
            node = self.nodes[node].parent;
        }
        let mut pointer = String::new();
        for segment in segments.into_iter().rev() {
            // Writing to a string does not fail.
            let _ = match segment {
                Segment::Key(key) => write!(pointer, "/{key}"),
                Segment::Name(name) => {
                    write!(pointer, "/{}", name.replace('~', "~0").replace('/', "~1"))
                }
                Segment::Position(position) => write!(pointer, "/{position}"),
            };
        }
        pointer
    }
}

/// A text that grows.
struct Printer {
    text: String,
    nodes: Vec<Node>,
    problems: Vec<(usize, Message)>,
    /// The node that is printed.
    node: usize,
    /// How many expressions and queries it is inside of.
    depth: usize,
    /// What stands between steps: a line break with the spaces behind it, or a space.
    between: &'static str,
    /// The names that have been printed.
    mentioned: BTreeSet<String>,
    /// The names that are not made up.
    taken: BTreeSet<String>,
    /// How many names have been made up.
    made_up: usize,
}

impl Printer {
    fn new(taken: BTreeSet<String>) -> Self {
        let root = Node { start: 0, end: 0, parent: 0, segment: Segment::Key("") };
        Self {
            text: String::new(),
            nodes: vec![root],
            problems: Vec::new(),
            node: 0,
            depth: 0,
            between: "\n",
            mentioned: BTreeSet::new(),
            taken,
            made_up: 0,
        }
    }

    fn finish(mut self) -> Printed {
        self.nodes[0].end = self.text.len();
        Printed { text: self.text, nodes: self.nodes, problems: self.problems }
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Prints a part of the node as a node.
    fn at(&mut self, segment: impl Into<Segment>, print: impl FnOnce(&mut Self)) {
        let parent = self.node;
        self.part(parent, segment.into(), |printer, node| {
            printer.node = node;
            print(printer);
            printer.node = parent;
        });
    }

    /// Prints what stands for a node in the text; what it prints are no parts of the node.
    fn for_node(&mut self, segments: [Segment; 2], print: impl FnOnce(&mut Self)) {
        let [outer, inner] = segments;
        let node = self.node;
        self.part(node, outer, |printer, outer| {
            printer.part(outer, inner, |printer, _| print(printer));
        });
    }

    fn part(&mut self, parent: usize, segment: Segment, print: impl FnOnce(&mut Self, usize)) {
        let (node, start) = (self.nodes.len(), self.text.len());
        self.nodes.push(Node { start, end: start, parent, segment });
        print(self, node);
        self.nodes[node].end = self.text.len();
    }

    /// Prints each of a list of nodes, with commas between.
    fn list<T>(&mut self, key: &'static str, all: &[T], print: impl Fn(&mut Self, &T)) {
        self.at(key, |printer| printer.listed(all, ", ", print));
    }

    /// The same where the node is the list itself.
    fn listed<T>(&mut self, all: &[T], between: &str, print: impl Fn(&mut Self, &T)) {
        for (i, one) in all.iter().enumerate() {
            if i > 0 {
                self.push(between);
            }
            self.at(i, |printer| print(printer, one));
        }
    }

    /// Goes a level deeper, unless that is too deep for whoever walks the text.
    fn deeper(&mut self, print: impl FnOnce(&mut Self)) {
        if self.depth == DEPTH_MAX {
            self.problem(crate::view::messages::too_deep());
            return;
        }
        self.depth += 1;
        print(self);
        self.depth -= 1;
    }

    fn problem(&mut self, message: Message) {
        self.problems.push((self.node, message));
    }

    /// A part of a form that does not fit the others.
    fn misfit(&mut self, what: &str, help: &str) {
        self.problem(messages::misfit(what, help));
    }

    /// A name: nothing that the language has a meaning for.
    fn name(&mut self, name: &str) {
        match Name::new(name) {
            Some(Name { raw, text }) => {
                self.push(if raw { "r#" } else { "" });
                self.push(text);
                self.mentioned.insert(text.to_owned());
            }
            None => {
                self.problem(messages::no_name(&super::read::shortened(name)));
                self.push("_");
            }
        }
    }

    /// `a.b.c`
    fn dotted(&mut self, names: &str) {
        self.joined(names.split('.'), ".");
    }

    /// `a::b`, the name of a relation, a function or a template; a path may begin where the program
    /// does.
    fn path(&mut self, path: &str) {
        let here = |name: &&str| matches!(*name, "crate" | "self" | "super");
        let names = path.split("::");
        let before = names.clone().take_while(here).count();
        for name in names.clone().take(before) {
            self.push(name);
            self.push("::");
        }
        self.joined(names.skip(before), "::");
    }

    fn joined<'n>(&mut self, names: impl Iterator<Item = &'n str>, between: &str) {
        for (i, name) in names.enumerate() {
            if i > 0 {
                self.push(between);
            }
            self.name(name);
        }
    }

    /// A type, if it is one and nothing else.
    fn ty(&mut self, ty: &str) {
        match words::type_text(ty) {
            Ok(text) => self.push(&text),
            Err(message) => {
                self.problem(message);
                self.push("_");
            }
        }
    }
}
