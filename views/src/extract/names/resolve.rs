//! What each use of a name means in its file, and the rows of scopes, bindings and uses.
//!
//! A use is led to the binding of the first name of its path, by going outwards through the scopes.
//! What comes from other files is told by views: here a file stands for itself.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use belvedere::refresh::source::SourceError;

use crate::extract::lang::Lang;
use crate::extract::names::{Binding, FILE, Names, Scope, ScopeId, Spaces, Use};
use crate::extract::rows::{BindingRow, RefRow, ScopeRow, Sink};
use crate::extract::visit::{qualifier, signed};

/// Lists of names of spaces, by their bits.
static SPACES: LazyLock<[Vec<String>; 8]> = LazyLock::new(|| {
    std::array::from_fn(|bits| {
        let bits = u8::try_from(bits).unwrap_or(0);
        Spaces(bits).names().map(str::to_owned).collect()
    })
});

/// What begins a path of Rust without being bound by the file.
const HEADS: [&str; 5] = ["self", "Self", "super", "crate", "()"];

/// Scopes that nest deeper come from a program: beyond so many, the file is next.
const SCOPES_MAX: usize = 256;

/// What is looked up: a name, where, and in which space.
#[derive(Clone, Copy)]
struct Asked<'n> {
    name: &'n str,
    scope: ScopeId,
    at: usize,
    space: Spaces,
    /// Where the import is written that asks, which does not mean itself.
    import: Option<usize>,
}

struct Index<'n, 'a> {
    names: &'n Names<'a>,
    numbers: HashMap<&'n str, u32>,
    bindings: HashMap<(ScopeId, u32), Vec<usize>>,
}

impl<'n, 'a> Index<'n, 'a> {
    fn new(names: &'n Names<'a>) -> Self {
        let mut numbers: HashMap<&'n str, u32> = HashMap::new();
        let mut bindings: HashMap<(ScopeId, u32), Vec<usize>> = HashMap::new();
        for (at, binding) in names.bindings.iter().enumerate().filter(|(_, b)| b.is_lexical) {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            let number = *numbers.entry(&*binding.name).or_insert(next);
            bindings.entry((binding.scope, number)).or_default().push(at);
        }
        Self { names, numbers, bindings }
    }

    fn find(&self, asked: Asked<'_>) -> Option<&'n Binding<'a>> {
        let number = *self.numbers.get(asked.name)?;
        match self.names.lang {
            Lang::Rust => self.find_rust(number, asked),
            Lang::Python => self.find_python(number, asked),
        }
    }

    fn of(&self, scope: ScopeId, number: u32) -> impl Iterator<Item = &'n Binding<'a>> {
        let list = self.bindings.get(&(scope, number)).map_or(&[][..], Vec::as_slice);
        list.iter().filter_map(|at| self.names.bindings.get(*at))
    }

    /// Blocks see what is before them, functions the items around them, modules nothing around them
    /// unless they ask for it.
    fn find_rust(&self, number: u32, asked: Asked<'_>) -> Option<&'n Binding<'a>> {
        let mut items_only = false;
        let mut at = Some(asked.scope);
        for step in 0.. {
            let id = at?;
            let known = self.of(id, number).filter(|binding| {
                binding.spaces.meets(asked.space)
                    && !(items_only && is_local(binding.kind))
                    && (binding.from <= asked.at && asked.at < binding.until)
                    && asked.import.is_none_or(|import| import != binding.at.0)
            });
            // A definition hides what an import of the same name brings, and so does a module in a
            // file of its own: of which sort an import brings one is not known.
            let order = |binding: &&Binding<'_>| {
                (binding.from, binding.def.is_some(), binding.spaces != Spaces::ANY)
            };
            if let Some(found) = known.max_by_key(order) {
                return Some(found);
            }
            let scope = self.names.scope(id)?;
            match scope.kind {
                "fn" | "method" => items_only = true,
                "mod" if !scope.sees_outer && asked.space != Spaces::MACRO => return None,
                _ => {}
            }
            at = around(id, scope, step);
        }
        None
    }

    /// A class is seen by what is directly in it, a function by all that is in it.
    fn find_python(&self, number: u32, asked: Asked<'_>) -> Option<&'n Binding<'a>> {
        let mut at = Some(asked.scope);
        let mut is_own = true;
        for step in 0.. {
            let id = at?;
            let scope = self.names.scope(id)?;
            match self.names.declared(id, asked.name) {
                Some(true) => return self.pick(FILE, number, (asked.at, id == FILE)),
                Some(false) => {}
                None if scope.kind == "class" && id != asked.scope => {}
                None => {
                    let found = self.pick(id, number, (asked.at, is_own));
                    if found.is_some() {
                        return found;
                    }
                }
            }
            is_own &= scope.kind == "comprehension";
            at = around(id, scope, step);
        }
        None
    }

    /// The last binding before the use in its own scope; from further in, where the order of the
    /// text says little, the last definition or import, or else the last.
    fn pick(
        &self,
        scope: ScopeId,
        number: u32,
        (at, is_own): (usize, bool),
    ) -> Option<&'n Binding<'a>> {
        if is_own {
            let before = self.of(scope, number).filter(|binding| binding.at.0 < at);
            return before.max_by_key(|binding| binding.at).or(self.of(scope, number).next());
        }
        let whole = self
            .of(scope, number)
            .filter(|binding| binding.def.is_some() || binding.import_id.is_some());
        whole.last().or(self.of(scope, number).last())
    }

    /// The binding of the first name of a path.
    fn head(&self, text: &str, asked: Asked<'_>) -> Option<&'n Binding<'a>> {
        let is_rust = self.names.lang == Lang::Rust;
        let (text, module) = match is_rust {
            true => self.inside(text, asked.scope),
            false => (text, None),
        };
        let end = text.find(['.', ':', '!']).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        if name.is_empty() || (is_rust && HEADS.contains(&name)) {
            return None;
        }
        let space = match rest.as_bytes().first() {
            Some(b':') => Spaces::TYPE,
            Some(b'.') => Spaces::VALUE,
            _ => asked.space,
        };
        match module {
            None => self.find(Asked { name, space, ..asked }),
            Some(scope) => {
                let number = *self.numbers.get(name)?;
                let mut known = self.of(scope, number).filter(|b| b.spaces.meets(space));
                known.find(|binding| asked.import.is_none_or(|import| import != binding.at.0))
            }
        }
    }

    /// The binding that a use means.
    fn meant(&self, used: &Use<'_>) -> Option<&'n Binding<'a>> {
        let is_import = used.kind == "import";
        // Imports of Python begin at the root, whatever the file binds.
        if is_import && self.names.lang == Lang::Python {
            return None;
        }
        let import = is_import.then_some(used.at.0);
        let (scope, at, space) = (used.scope, used.at.0, used.space);
        self.head(&used.text, Asked { name: "", scope, at, space, import })
    }

    /// The binding that the path of the type or value of another one begins with.
    fn of_type(&self, path: &str, binding: &Binding<'_>) -> Option<&'n Binding<'a>> {
        let space = if self.names.lang == Lang::Rust { Spaces::BOTH } else { Spaces::VALUE };
        let (scope, at) = (binding.scope, binding.at.0);
        self.head(path, Asked { name: "", scope, at, space, import: None })
    }

    /// The rest of a path that begins with `self` or `super`, and the inline module in which it is
    /// looked up; the path as it is where that is a file.
    fn inside<'p>(&self, path: &'p str, scope: ScopeId) -> (&'p str, Option<ScopeId>) {
        if !path.starts_with("self::") && !path.starts_with("super::") {
            return (path, None);
        }
        let mut module = self.names.nearest(scope, "mod");
        let mut rest = path;
        loop {
            if let Some(tail) = rest.strip_prefix("self::") {
                rest = tail;
            } else if let Some(tail) = rest.strip_prefix("super::") {
                // Above the file there are other files.
                let Some(inner) = module else { return (path, None) };
                let outer = self.names.scope(inner).and_then(|scope| scope.parent);
                module = outer.and_then(|outer| self.names.nearest(outer, "mod"));
                rest = tail;
            } else if module.is_some() {
                return (rest, module);
            } else {
                return (path, None);
            }
        }
    }
}

/// The next scope outwards.
fn around(id: ScopeId, scope: &Scope, step: usize) -> Option<ScopeId> {
    if step < SCOPES_MAX || id == FILE { scope.parent } else { Some(FILE) }
}

fn is_local(kind: &str) -> bool {
    matches!(kind, "let" | "param" | "for" | "match" | "generic")
}

/// Writes the rows of a file's names; positions in rows begin at `base`.
pub(crate) fn write(
    names: &Names<'_>,
    base: usize,
    sink: &mut Sink<'_>,
) -> Result<(), SourceError> {
    let index = Index::new(names);
    let meant: Vec<_> = names.uses.iter().map(|used| index.meant(used)).collect();
    write_scopes(names, sink)?;
    write_bindings(&index, &meant, base, sink)?;
    for (used, binding) in names.uses.iter().zip(meant) {
        sink.refs.push(row(names, used, binding, base));
        sink.flush_full()?;
    }
    Ok(())
}

fn write_scopes(names: &Names<'_>, sink: &mut Sink<'_>) -> Result<(), SourceError> {
    for (number, scope) in names.scopes.iter().enumerate() {
        sink.scopes.push(ScopeRow {
            scope: signed(number),
            parent: scope.parent.map(i64::from),
            kind: scope.kind,
            def_id: names.def_id(scope.def),
            module_depth: scope.module_depth,
            bstart: scope.span.0,
            bend: scope.span.1,
            start_line: scope.lines.0,
            end_line: scope.lines.1,
        });
        sink.flush_full()?;
    }
    Ok(())
}

fn write_bindings(
    index: &Index<'_, '_>,
    meant: &[Option<&Binding<'_>>],
    base: usize,
    sink: &mut Sink<'_>,
) -> Result<(), SourceError> {
    let names = index.names;
    let mut uses: HashMap<usize, i64> = HashMap::new();
    for binding in meant.iter().flatten() {
        *uses.entry(binding.at.0).or_default() += 1;
    }
    for binding in &names.bindings {
        let position = |path: &Option<String>| {
            let found = path.as_deref().and_then(|path| index.of_type(path, binding));
            found.map(|found| signed(found.at.0 + base))
        };
        let of = binding.ty.as_deref().or(binding.value.as_deref());
        let of = of.and_then(|path| index.of_type(path, binding));
        let scope = names.scope(binding.scope);
        sink.bindings.push(BindingRow {
            scope: i64::from(binding.scope),
            scope_kind: scope.map_or("file", |scope| scope.kind),
            in_def_id: scope.and_then(|scope| names.def_id(scope.def)),
            name: &binding.name,
            kind: binding.kind,
            spaces: &SPACES[usize::from(binding.spaces.0 & 7)],
            def_id: names.def_id(binding.def),
            import_id: binding.import_id.as_deref(),
            type_name: binding.ty.as_deref(),
            type_binding: position(&binding.ty),
            value_name: binding.value.as_deref(),
            value_binding: position(&binding.value),
            of_def_id: of.and_then(|of| names.def_id(of.def)),
            of_import_id: of.and_then(|of| of.import_id.as_deref()),
            use_count: uses.get(&binding.at.0).copied().unwrap_or(0),
            bstart: signed(binding.at.0 + base),
            bend: signed(binding.at.1 + base),
            start_line: binding.line,
        });
        sink.flush_full()?;
    }
    Ok(())
}

fn row<'r>(
    names: &'r Names<'_>,
    used: &'r Use<'_>,
    binding: Option<&'r Binding<'_>>,
    base: usize,
) -> RefRow<'r> {
    let text: &Cow<'_, str> = &used.text;
    RefRow {
        kind: used.kind,
        space: used.space.names().next().unwrap_or("value"),
        text,
        name: &used.name,
        qualifier: qualifier(text, Some(&used.name)),
        binding: binding.map(|binding| signed(binding.at.0 + base)),
        bound_def_id: binding.and_then(|binding| names.def_id(binding.def)),
        bound_import_id: binding.and_then(|binding| binding.import_id.as_deref()),
        call_id: used.call_id.as_deref(),
        def_id: names.def_id(used.def),
        scope: i64::from(used.scope),
        bstart: signed(used.at.0 + base),
        bend: signed(used.at.1 + base),
        start_line: used.line,
    }
}
