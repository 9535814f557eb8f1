//! The one walk over a syntax tree, in the order of the text, that all rows come from.
//!
//! The walk keeps a frame for each open node and a scope for each open definition, so it needs no
//! recursion (trees nest as deep as their authors like) and never asks a node for its parent (which
//! a tree has to search for). What a kind of node means is told by `python` and `rust`.

use std::borrow::Cow;
use std::ops::Range;

use belvedere::refresh::source::SourceError;
use tree_sitter::{Node, TreeCursor};

use crate::extract::columns::Attr;
use crate::extract::grammar::{Grammar, Rule};
use crate::extract::ids;
use crate::extract::lang::Lang;
use crate::extract::names::kinds::Naming;
use crate::extract::names::{FILE, Names, Role, ScopeId, Spaces};
use crate::extract::parse::Parsed;
pub(crate) use crate::extract::place::{Place, Source};
use crate::extract::rows::{CallRow, ErrorRow, ImportRow, NodeRow, Sink};
use crate::extract::scope::{Before, Definition, Scopes};
use crate::extract::{names, python, rust};

/// A call, before it has an id.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) kind: &'static str,
    pub(crate) callee: String,
    pub(crate) name: Option<Cow<'a, str>>,
    /// Where the name is written.
    pub(crate) name_at: Option<Node<'a>>,
    pub(crate) arg_count: i64,
    pub(crate) place: Place,
    pub(crate) attrs: Vec<Attr<'a>>,
}

/// An imported name, before it has an id.
#[derive(Debug)]
pub(crate) struct Import<'a> {
    pub(crate) kind: &'static str,
    pub(crate) module: Cow<'a, str>,
    pub(crate) name: Option<&'a str>,
    pub(crate) alias: Option<&'a str>,
    pub(crate) binds: Option<&'a str>,
    pub(crate) level: i64,
    pub(crate) is_public: bool,
    pub(crate) place: Place,
}

/// What a walk has counted on its way.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Lines that hold a comment and nothing before it.
    pub(crate) comment_lines: i64,
}

/// An open node.
#[derive(Debug)]
pub(crate) struct Frame {
    rule: Rule,
    /// What it means to names.
    pub(crate) naming: Naming,
    /// What names mean in its place.
    pub(crate) role: Role,
    /// The scope of what is in it.
    pub(crate) scope: ScopeId,
    /// How what is in it binds.
    pub(crate) pattern: Option<usize>,
    /// Python: the first `for` of a comprehension.
    pub(crate) is_first: bool,
    /// The number of this node, or of the next one outwards that has a row.
    node: Option<i64>,
    depth: i64,
    /// Inside of a comment or a string: nothing here is a token of its own.
    quiet: bool,
    in_attribute: bool,
    opens_scope: bool,
    /// What waits for the definition that follows.
    before: Before,
}

/// The walk.
pub(crate) struct Visitor<'a, 'k, 't> {
    pub(crate) source: Source<'a>,
    pub(crate) sink: &'a mut Sink<'k>,
    /// For looks at the children of a node.
    pub(crate) probe: TreeCursor<'t>,
    parsed: &'t Parsed,
    grammar: &'static Grammar,
    frames: Vec<Frame>,
    scopes: Scopes,
    pub(crate) names: Names<'a>,
    /// What names mean at the node that is entered, and their scope.
    pub(crate) here: (Role, ScopeId),
    node_count: i64,
    error_count: i64,
    /// The bytes and the message of the error before.
    last_error: Option<(Range<usize>, String)>,
    comment_end: i64,
    counts: Counts,
}

/// Writes the rows of a parsed file.
pub(crate) fn visit<'a>(
    source: Source<'a>,
    parsed: &Parsed,
    sink: &'a mut Sink<'_>,
) -> Result<Counts, SourceError> {
    let mut visitor = Visitor {
        source,
        sink,
        probe: parsed.tree.walk(),
        parsed,
        grammar: Grammar::of(source.lang),
        frames: Vec::new(),
        scopes: Scopes::new(source.lang),
        names: Names::new(source.lang, source.place()),
        here: (Role::Value, FILE),
        node_count: 0,
        error_count: 0,
        last_error: None,
        comment_end: 0,
        counts: Counts::default(),
    };
    visitor.walk()?;
    let Visitor { names, sink, counts, .. } = visitor;
    names::write(&names, source.base, sink)?;
    Ok(counts)
}

impl<'a, 't> Visitor<'a, '_, 't> {
    fn walk(&mut self) -> Result<(), SourceError> {
        let mut cursor = self.parsed.tree.walk();
        loop {
            self.enter(&cursor);
            self.sink.flush_full()?;
            if cursor.goto_first_child() {
                continue;
            }
            loop {
                self.leave();
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    return Ok(());
                }
            }
        }
    }

    fn enter(&mut self, cursor: &TreeCursor<'t>) {
        let node = cursor.node();
        let (kind, rule, naming) = self.grammar.kind(node);
        let field = self.grammar.field(cursor.field_id());
        let is_leaf = node.child_count() == 0;
        let (outer, outer_node, outer_depth, quiet, in_attribute) = match self.frames.last() {
            Some(frame) => (frame.rule, frame.node, frame.depth, frame.quiet, frame.in_attribute),
            None => (Rule::Other, None, 0, false, false),
        };
        self.here = self.spot(node, field);
        let mut frame = Frame {
            rule,
            naming,
            role: self.here.0,
            scope: self.here.1,
            pattern: None,
            is_first: false,
            node: outer_node,
            depth: outer_depth,
            quiet: quiet || matches!(rule, Rule::Comment | Rule::StringContent),
            in_attribute: in_attribute || rule == Rule::Attribute,
            opens_scope: false,
            before: Before::default(),
        };
        if node.is_error() || node.is_missing() {
            self.error(node, kind);
        }
        if node.is_named() && !is_leaf {
            let number = self.node_count;
            self.node_count += 1;
            self.node(node, kind, field, number, outer_node, outer_depth);
            frame.node = Some(number);
            frame.depth += 1;
        }
        if quiet {
            self.frames.push(frame);
            return;
        }
        if (is_leaf && !node.is_extra()) || rule == Rule::StringContent {
            self.scopes.token(self.source.text_of(node), node.start_byte());
        }
        let before = self.take_before(node, rule);
        self.apply(node, rule, outer, before, &mut frame);
        if naming != Naming::Plain || frame.role == Role::Type {
            self.tell_names(node, &mut frame);
        }
        self.frames.push(frame);
    }

    /// What stands before a definition belongs to it, and to nothing else.
    fn take_before(&mut self, node: Node<'t>, rule: Rule) -> Before {
        match self.frames.last_mut() {
            Some(parent)
                if node.is_named()
                    && !matches!(rule, Rule::Comment | Rule::Attribute | Rule::Decorator) =>
            {
                std::mem::take(&mut parent.before)
            }
            _ => Before::default(),
        }
    }

    fn apply(
        &mut self,
        node: Node<'t>,
        rule: Rule,
        outer: Rule,
        before: Before,
        frame: &mut Frame,
    ) {
        match rule {
            Rule::Other | Rule::StringContent | Rule::Await | Rule::Parameters => {}
            Rule::Old => {
                if let Some(what) = python::only_python_2(self, node, outer) {
                    self.push_error(node, "python2", &format!("{what} is Python 2"));
                }
            }
            Rule::Comment => self.comment(node),
            Rule::Block => self.scopes.token("{", node.start_byte()),
            Rule::Call => match self.source.lang {
                Lang::Python => python::call(self, node, outer),
                Lang::Rust => rust::call(self, node),
            },
            Rule::TypeAlias => python::type_alias(self, node),
            Rule::Import(kind) => python::import(self, node, kind),
            Rule::MacroCall => rust::macro_call(self, node),
            Rule::TokenTree if !frame.in_attribute => rust::token_tree(self, node),
            Rule::TokenTree => {}
            Rule::Use => rust::use_declaration(self, node),
            Rule::ExternCrate => rust::extern_crate(self, node),
            Rule::Decorator => self.decorator(python::decorator(self, node)),
            Rule::Attribute => self.decorator(rust::attribute(self, node)),
            Rule::Module => {
                rust::module_import(self, node);
                let definition = rust::define(self, node, "mod");
                self.open(node, definition, before, frame);
            }
            Rule::Def(kind) => {
                let definition = match self.source.lang {
                    Lang::Python => python::define(self, node, kind),
                    Lang::Rust => rust::define(self, node, kind),
                };
                self.open(node, definition, before, frame);
            }
        }
    }

    fn leave(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        if frame.rule == Rule::Block {
            self.scopes.token_at_end("}");
        }
        if frame.opens_scope {
            self.scopes.close(self.sink);
            self.names.close_def();
        }
    }

    fn open(
        &mut self,
        node: Node<'t>,
        definition: Definition<'a>,
        before: Before,
        frame: &mut Frame,
    ) {
        // The grammar gives comments below a body to the body; they say nothing of where it ends.
        let last = self.last_token(node);
        let place = self.place_between(node, last);
        let id = ids::place_id("def", self.source.path, place.span, None);
        let is_macro = before.decorators.iter().any(|name| name == "proc_macro");
        self.open_definition(node, (definition.kind, is_macro), &id, frame);
        self.scopes.open(id, place, definition, before);
        frame.opens_scope = true;
    }

    /// Puts a decorator or attribute before the sibling that follows.
    fn decorator(&mut self, text: Option<String>) {
        if let (Some(parent), Some(text)) = (self.frames.last_mut(), text) {
            parent.before.decorators.push(text);
        }
    }

    fn node(
        &mut self,
        node: Node<'t>,
        kind: &str,
        field: Option<&str>,
        number: i64,
        parent: Option<i64>,
        depth: i64,
    ) {
        let Place { span, lines } = self.place(node);
        self.sink.nodes.push(NodeRow {
            node: number,
            parent,
            depth,
            kind,
            field,
            bstart: span.0,
            bend: span.1,
            start_line: lines.0,
            end_line: lines.1,
        });
    }

    fn error(&mut self, node: Node<'t>, kind: &str) {
        let (label, message) = if node.is_missing() {
            ("missing", format!("`{kind}` is missing"))
        } else {
            ("error", format!("unexpected `{}`", first_line(self.source.text_of(node))))
        };
        // An error that holds nothing but another is told once.
        let told = (node.byte_range(), message);
        if self.last_error.as_ref() != Some(&told) {
            self.push_error(node, label, &told.1);
            self.last_error = Some(told);
        }
    }

    fn push_error(&mut self, node: Node<'t>, kind: &str, message: &str) {
        let Place { span, lines } = self.place(node);
        let number = self.error_count.to_string();
        self.error_count += 1;
        self.sink.errors.push(ErrorRow {
            error_id: &ids::place_id("error", self.source.path, span, Some(&number)),
            kind,
            message,
            span,
            bstart: span.0,
            bend: span.1,
            start_line: lines.0,
            end_line: lines.1,
        });
    }

    fn comment(&mut self, node: Node<'t>) {
        if self.source.lang == Lang::Rust
            && let Some(line) = rust::doc_line(self.source.text_of(node))
            && let Some(parent) = self.frames.last_mut()
        {
            parent.before.doc.get_or_insert_with(|| line.to_owned());
        }
        let before = self.source.text.get(..node.start_byte()).unwrap_or("");
        let indent = before.bytes().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\x0c'));
        let (first, last) = self.place(node).lines;
        if indent.is_none_or(|byte| byte == b'\n') && last > self.comment_end {
            // Blank lines inside of a comment are counted as such.
            let text = self.source.text_of(node);
            let blank = text.lines().filter(|line| line.trim().is_empty()).count();
            self.counts.comment_lines += last - first.max(self.comment_end + 1) + 1;
            self.counts.comment_lines -= signed(blank);
            self.comment_end = last;
        }
    }

    /// Writes a call, and the name by which it is called.
    pub(crate) fn push_call(&mut self, call: &Call<'_>) {
        let Place { span, lines } = call.place;
        let name = call.name.as_deref();
        if let (Some(_), Some(name_at)) = (name, call.name_at) {
            let space = if call.kind == "macro" { Spaces::MACRO } else { Spaces::VALUE };
            self.push_ref((call.kind, space), &call.callee, name_at, Some(call.place));
        }
        self.sink.calls.push(CallRow {
            call_id: &ids::place_id("call", self.source.path, span, None),
            kind: call.kind,
            callee: &call.callee,
            name,
            qualifier: qualifier(&call.callee, name),
            arg_count: call.arg_count,
            def_id: self.scopes.def_id(),
            span,
            bstart: span.0,
            bend: span.1,
            start_line: lines.0,
            end_line: lines.1,
            attrs: &call.attrs,
        });
    }

    /// Writes an imported name.
    pub(crate) fn push_import(&mut self, import: &Import<'_>) {
        let Place { span, lines } = import.place;
        let import_id = ids::place_id("import", self.source.path, span, None);
        self.tell_import(import, &import_id);
        self.sink.imports.push(ImportRow {
            import_id: &import_id,
            kind: import.kind,
            module: &import.module,
            name: import.name,
            alias: import.alias,
            binds: import.binds,
            level: import.level,
            is_public: import.is_public,
            def_id: self.scopes.def_id(),
            span,
            bstart: span.0,
            bend: span.1,
            start_line: lines.0,
            end_line: lines.1,
        });
    }

    /// The innermost open node.
    pub(crate) fn outer_frame(&self) -> Option<&Frame> {
        self.frames.last()
    }

    /// The definitions around the node.
    pub(crate) fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// Where a node lies.
    pub(crate) fn place(&self, node: Node<'_>) -> Place {
        let last_line = match node.end_position() {
            // A node that ends with a line end has no part of the next line.
            end if end.column == 0 && end.row > node.start_position().row => end.row,
            end => end.row + 1,
        };
        let lines = match &self.parsed.line_starts {
            None => (node.start_position().row + 1, last_line),
            Some(starts) => {
                let line = |at: usize| starts.partition_point(|start| *start <= at);
                let last = node.end_byte().saturating_sub(1).max(node.start_byte());
                (line(node.start_byte()), line(last))
            }
        };
        self.place_of(node.start_byte(), node.end_byte(), lines)
    }

    /// The place from one node to another.
    pub(crate) fn place_between(&self, first: Node<'_>, last: Node<'_>) -> Place {
        let lines = (self.place(first).lines.0, self.place(last).lines.1);
        let base = self.source.base;
        Place { span: (signed(first.start_byte() + base), signed(last.end_byte() + base)), lines }
    }

    fn place_of(&self, start: usize, end: usize, lines: (usize, usize)) -> Place {
        let base = self.source.base;
        Place {
            span: (signed(start + base), signed(end + base)),
            lines: (signed(lines.0), signed(lines.1)),
        }
    }

    /// The named children of a node, without comments and line continuations.
    pub(crate) fn items(&mut self, node: Node<'t>) -> Vec<Node<'t>> {
        node.named_children(&mut self.probe).filter(|child| !child.is_extra()).collect()
    }

    /// The last token of a node, if comments that trail in it are left out.
    fn last_token(&mut self, node: Node<'t>) -> Node<'t> {
        self.probe.reset(node);
        loop {
            let end = self.probe.node();
            if !self.probe.goto_last_child() {
                return end;
            }
            while self.probe.node().is_extra() {
                if !self.probe.goto_previous_sibling() {
                    return end;
                }
            }
        }
    }
}

/// What comes before the last name of what is called, without the separator.
pub(crate) fn qualifier<'a>(callee: &'a str, name: Option<&str>) -> Option<&'a str> {
    let before = callee.trim_end_matches('!').strip_suffix(name?)?;
    Some(before.trim_end_matches(['.', ':'])).filter(|text| !text.is_empty())
}

/// A count as the column type; no file has so many bytes that it would not fit.
pub(crate) fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The start of a text, short enough for a message.
pub(crate) fn first_line(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    let line = text.trim_start().lines().next().unwrap_or("").trim_end();
    let mut short: String = line.chars().take(CHARS_MAX).collect();
    if short.len() < text.trim().len() {
        short.push('…');
    }
    short
}
