//! Names: the scopes of a file, what is bound in them, and what each use of a name means.
//!
//! The walk tells scopes, bindings and uses in the order of the text. A use may come before what it
//! means (a function below its caller), so uses are kept until the file ends and are then looked up
//! by the rules of the language (`resolve`). What nodes mean is told by `names::python` and
//! `names::rust`; which nodes matter at all by `kinds`.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::extract::lang::Lang;
use crate::extract::place::Place;

pub(crate) mod kinds;
pub(crate) mod python;
mod resolve;
pub(crate) mod rust;
mod tell;
mod types;

pub(crate) use resolve::write;

/// The number of a scope in its file; the file itself is the first.
pub(crate) type ScopeId = u32;

/// The scope of the file.
pub(crate) const FILE: ScopeId = 0;

/// What names mean below a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Role {
    /// They are uses of values.
    #[default]
    Value,
    /// They are uses of types.
    Type,
    /// They bind, as the pattern of that number says.
    Binds(usize),
    /// They bind a part of what is taken apart there.
    Part(usize),
    /// What is called: the call has said it already.
    Callee,
    /// What comes before the last name of a path.
    Prefix,
    /// A base of a class, the trait of an `impl`.
    Base,
    /// The type that an `impl` is for.
    Implements,
    /// What stands in an attribute of Rust.
    Attribute,
    /// They are declared to be of the module, or of a function around.
    Declared { global: bool },
    /// They are no names of values or types: labels, lifetimes, imports, tokens.
    Hidden,
}

/// In which of a language's worlds a name is looked up. Python has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spaces(u8);

impl Spaces {
    pub(crate) const TYPE: Self = Self(1);
    pub(crate) const VALUE: Self = Self(2);
    pub(crate) const MACRO: Self = Self(4);
    pub(crate) const BOTH: Self = Self(3);
    /// Of a function that the compiler calls as a macro.
    pub(crate) const CALLED: Self = Self(6);
    pub(crate) const ANY: Self = Self(7);

    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Their names, as columns have them.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        [(Self::TYPE, "type"), (Self::VALUE, "value"), (Self::MACRO, "macro")]
            .into_iter()
            .filter(move |(space, _)| self.meets(*space))
            .map(|(_, name)| name)
    }
}

/// A scope.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) parent: Option<ScopeId>,
    pub(crate) kind: &'static str,
    /// The definition that it is the inside of, or that it lies in.
    pub(crate) def: Option<usize>,
    /// How many inline modules are around what is in it.
    pub(crate) module_depth: i64,
    pub(crate) span: (i64, i64),
    pub(crate) lines: (i64, i64),
    /// Where names that are bound in it by a condition end to be known.
    pub(crate) until: usize,
    /// A module that imports all names of the one around it: they are looked up there too.
    pub(crate) sees_outer: bool,
}

/// How the names of a pattern are bound.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(crate) kind: &'static str,
    pub(crate) scope: ScopeId,
    /// The first byte of the text at which they are known, and the byte after the last.
    pub(crate) from: usize,
    pub(crate) until: usize,
    /// The declared type.
    pub(crate) ty: Option<String>,
    /// What is called, or the struct that is written, to give the value.
    pub(crate) value: Option<String>,
}

/// A bound name.
#[derive(Debug)]
pub(crate) struct Binding<'a> {
    pub(crate) scope: ScopeId,
    pub(crate) name: Cow<'a, str>,
    pub(crate) kind: &'static str,
    pub(crate) spaces: Spaces,
    pub(crate) from: usize,
    pub(crate) until: usize,
    /// Whether the bare name finds it; members of types are found through their type only.
    pub(crate) is_lexical: bool,
    pub(crate) def: Option<usize>,
    pub(crate) import_id: Option<String>,
    pub(crate) ty: Option<String>,
    pub(crate) value: Option<String>,
    /// Where it is written: bytes of the text, and the line.
    pub(crate) at: (usize, usize),
    pub(crate) line: i64,
}

/// A use of a name.
#[derive(Debug)]
pub(crate) struct Use<'a> {
    pub(crate) scope: ScopeId,
    pub(crate) kind: &'static str,
    pub(crate) space: Spaces,
    /// The path up to the name, with it.
    pub(crate) text: Cow<'a, str>,
    pub(crate) name: Cow<'a, str>,
    pub(crate) call_id: Option<String>,
    pub(crate) def: Option<usize>,
    pub(crate) at: (usize, usize),
    pub(crate) line: i64,
}

/// The names of one file.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    pub(crate) lang: Lang,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) bindings: Vec<Binding<'a>>,
    pub(crate) uses: Vec<Use<'a>>,
    pub(crate) patterns: Vec<Pattern>,
    /// Ids of the definitions, in the order in which they open.
    pub(crate) defs: Vec<String>,
    open_defs: Vec<usize>,
    /// Names that a function says are of the module (`global`) or of a function around it.
    declared: HashMap<(ScopeId, Cow<'a, str>), bool>,
}

impl<'a> Names<'a> {
    /// No names yet, of a file that lies there.
    pub(crate) fn new(lang: Lang, place: Place) -> Self {
        let file = Scope {
            parent: None,
            kind: "file",
            def: None,
            module_depth: 0,
            span: place.span,
            lines: place.lines,
            until: usize::MAX,
            sees_outer: false,
        };
        Self {
            lang,
            scopes: vec![file],
            bindings: Vec::new(),
            uses: Vec::new(),
            patterns: Vec::new(),
            defs: Vec::new(),
            open_defs: Vec::new(),
            declared: HashMap::new(),
        }
    }

    pub(crate) fn open_def(&mut self, id: &str) {
        self.open_defs.push(self.defs.len());
        self.defs.push(id.to_owned());
    }

    pub(crate) fn close_def(&mut self) {
        self.open_defs.pop();
    }

    /// The number of the innermost definition.
    pub(crate) fn def(&self) -> Option<usize> {
        self.open_defs.last().copied()
    }

    /// The id of the definition of that number.
    pub(crate) fn def_id(&self, def: Option<usize>) -> Option<&str> {
        self.defs.get(def?).map(String::as_str)
    }

    /// Tells a use; a name that the parser puts in where one is missing stands nowhere.
    pub(crate) fn add_use(&mut self, used: Use<'a>) {
        if !used.name.is_empty() && used.at.0 < used.at.1 {
            self.uses.push(used);
        }
    }

    /// Tells what binds a name, unless the name is missing.
    pub(crate) fn add_binding(&mut self, binding: Binding<'a>) {
        if !binding.name.is_empty() {
            self.bindings.push(binding);
        }
    }

    pub(crate) fn open_scope(&mut self, scope: Scope) -> ScopeId {
        let id = ScopeId::try_from(self.scopes.len()).unwrap_or(ScopeId::MAX);
        self.scopes.push(scope);
        id
    }

    /// Names that conditions bind in a scope are known up to `until`.
    pub(crate) fn bound_until(&mut self, id: ScopeId, until: usize) {
        if let Some(scope) = self.scope_mut(id) {
            scope.until = until;
        }
    }

    /// A scope takes all names of the one around it.
    pub(crate) fn see_outer(&mut self, id: ScopeId) {
        if let Some(scope) = self.scope_mut(id) {
            scope.sees_outer = true;
        }
    }

    fn scope_mut(&mut self, id: ScopeId) -> Option<&mut Scope> {
        self.scopes.get_mut(usize::try_from(id).ok()?)
    }

    pub(crate) fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scopes.get(usize::try_from(id).ok()?)
    }

    /// The scope around a scope; the file is around itself.
    pub(crate) fn outer(&self, id: ScopeId) -> ScopeId {
        self.scope(id).and_then(|scope| scope.parent).unwrap_or(FILE)
    }

    /// The innermost scope of that kind, from `id` outwards.
    pub(crate) fn nearest(&self, id: ScopeId, kind: &str) -> Option<ScopeId> {
        let mut at = Some(id);
        while let Some(id) = at {
            let scope = self.scope(id)?;
            if scope.kind == kind {
                return Some(id);
            }
            at = scope.parent;
        }
        None
    }

    pub(crate) fn declare(&mut self, scope: ScopeId, name: Cow<'a, str>, global: bool) {
        self.declared.insert((scope, name), global);
    }

    /// What `global` or `nonlocal` says of a name in a scope.
    pub(crate) fn declared(&self, scope: ScopeId, name: &str) -> Option<bool> {
        if self.declared.is_empty() {
            return None;
        }
        self.declared.get(&(scope, Cow::Borrowed(name))).copied()
    }

    pub(crate) fn add_pattern(&mut self, pattern: Pattern) -> usize {
        self.patterns.push(pattern);
        self.patterns.len() - 1
    }
}
