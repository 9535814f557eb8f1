//! What the walk tells of names where calls, imports and definitions are found.

use std::borrow::Cow;

use tree_sitter::Node;

use crate::extract::ids;
use crate::extract::lang::Lang;
use crate::extract::names::{
    Binding, FILE, Pattern, Role, Scope, ScopeId, Spaces, Use, python, rust,
};
use crate::extract::visit::{Frame, Import, Place, Visitor};

impl<'a, 't> Visitor<'a, '_, 't> {
    /// What names mean at the node that is entered, and where they are looked up.
    pub(crate) fn spot(&self, node: Node<'t>, field: Option<&str>) -> (Role, ScopeId) {
        let Some(outer) = self.outer_frame() else { return (Role::Value, FILE) };
        match self.source.lang {
            Lang::Python => python::spot(self, outer, node, field),
            Lang::Rust => (rust::role(outer, field), outer.scope),
        }
    }

    /// Tells the names of the node that is entered.
    pub(crate) fn tell_names(&mut self, node: Node<'t>, frame: &mut Frame) {
        match self.source.lang {
            Lang::Python => python::enter(self, node, frame),
            Lang::Rust => rust::enter(self, node, frame),
        }
    }

    /// Opens the scope of a node.
    pub(crate) fn open_scope(
        &mut self,
        node: Node<'t>,
        kind: &'static str,
        parent: ScopeId,
    ) -> ScopeId {
        let Place { span, lines } = self.place(node);
        let def = self.names.def();
        let around = self.names.scope(parent).map_or(0, |scope| scope.module_depth);
        self.names.open_scope(Scope {
            module_depth: around + i64::from(kind == "mod"),
            parent: Some(parent),
            kind,
            def,
            span,
            lines,
            until: usize::MAX,
            sees_outer: false,
        })
    }

    /// Whether a scope is that of a closure which begins with the node.
    pub(crate) fn begins_closure(&self, node: Node<'_>, scope: ScopeId) -> bool {
        let start = self.place(node).span.0;
        let scope = self.names.scope(scope);
        scope.is_some_and(|scope| scope.kind == "closure" && scope.span.0 == start)
    }

    /// A definition binds its name around it and opens a scope; `id` is its own.
    pub(crate) fn open_definition(
        &mut self,
        node: Node<'t>,
        (kind, is_macro): (&'static str, bool),
        id: &str,
        frame: &mut Frame,
    ) {
        self.names.open_def(id);
        let names_file = kind == "mod" && node.child_by_field_name("body").is_none();
        // `mod a;` has an import, which binds the name to the file.
        if let Some(name) = node.child_by_field_name("name").filter(|_| !names_file) {
            self.bind_definition(name, (kind, is_macro), frame.scope);
        }
        if self.source.lang == Lang::Python {
            python::open_type_parameters(self, node, frame);
        }
        if !matches!(kind, "const" | "static" | "macro") && !names_file {
            frame.scope = self.open_scope(node, kind, frame.scope);
        }
    }

    fn bind_definition(
        &mut self,
        name: Node<'t>,
        (kind, is_macro): (&'static str, bool),
        around: ScopeId,
    ) {
        let text = self.source.text_of(name);
        let (text, spaces, around, is_lexical) = match self.source.lang {
            Lang::Python => {
                let text = python::name_of(text);
                let declared = self.names.declared(around, &text);
                let around = if declared == Some(true) { FILE } else { around };
                (text, Spaces::VALUE, around, true)
            }
            Lang::Rust => {
                let spaces = match kind {
                    "struct" | "variant" => Spaces::BOTH,
                    "enum" | "union" | "trait" | "type" | "mod" => Spaces::TYPE,
                    "macro" => Spaces::MACRO,
                    "fn" if is_macro => Spaces::CALLED,
                    _ => Spaces::VALUE,
                };
                let around_kind = self.names.scope(around).map_or("file", |scope| scope.kind);
                let in_type = matches!(around_kind, "impl" | "trait" | "enum");
                (Cow::Borrowed(text), spaces, around, !in_type)
            }
        };
        let def = self.names.def();
        let bound = self.bound(name, text, (kind, spaces), around);
        self.names.add_binding(Binding { is_lexical, def, ..bound });
    }

    /// A name that is known in the whole of its scope, with nothing said of what it stands for.
    pub(crate) fn bound(
        &self,
        node: Node<'_>,
        name: Cow<'a, str>,
        (kind, spaces): (&'static str, Spaces),
        scope: ScopeId,
    ) -> Binding<'a> {
        Binding {
            scope,
            name,
            kind,
            spaces,
            from: 0,
            until: usize::MAX,
            is_lexical: true,
            def: None,
            import_id: None,
            ty: None,
            value: None,
            at: (node.start_byte(), node.end_byte()),
            line: self.place(node).lines.0,
        }
    }

    /// Tells a name of a pattern, which is the `whole` of it or a part of what it takes apart.
    pub(crate) fn bind_by(
        &mut self,
        node: Node<'_>,
        name: Cow<'a, str>,
        pattern: Pattern,
        whole: bool,
    ) {
        let Pattern { kind, scope, from, until, ty, value } = pattern;
        let (ty, value) = if whole { (ty, value) } else { (None, None) };
        let bound = self.bound(node, name, (kind, Spaces::VALUE), scope);
        self.names.add_binding(Binding { from, until, ty, value, ..bound });
    }

    /// Tells a use by its name token; `call` is the place of the call that it is, if it is one.
    pub(crate) fn push_ref(
        &mut self,
        (kind, space): (&'static str, Spaces),
        text: &str,
        name: Node<'_>,
        call: Option<Place>,
    ) {
        let Some(last) = text.trim_end_matches('!').rsplit(['.', ':']).next() else { return };
        let call_id = call.map(|place| ids::place_id("call", self.source.path, place.span, None));
        let at = (name.start_byte(), name.end_byte());
        self.push_use((kind, space), text, last, (at, name), call_id);
    }

    /// Tells a use of a name that stands at these bytes of a node.
    pub(crate) fn push_use(
        &mut self,
        (kind, space): (&'static str, Spaces),
        text: &str,
        name: &str,
        (at, node): ((usize, usize), Node<'_>),
        call_id: Option<String>,
    ) {
        let def = self.names.def();
        let line = self.place(node).lines.0;
        self.names.add_use(Use {
            scope: self.here.1,
            kind,
            space,
            text: Cow::Owned(text.to_owned()),
            name: Cow::Owned(name.to_owned()),
            call_id,
            def,
            at,
            line,
        });
    }

    /// An import binds a name, and uses what it imports.
    pub(crate) fn tell_import(&mut self, import: &Import<'_>, import_id: &str) {
        let scope = self.here.1;
        let base = i64::try_from(self.source.base).unwrap_or(0);
        let byte = |at: i64| usize::try_from(at - base).unwrap_or(0);
        let at = (byte(import.place.span.0), byte(import.place.span.1));
        let line = import.place.lines.0;
        let def = self.names.def();
        let is_python = self.source.lang == Lang::Python;
        let spaces = match (self.source.lang, import.kind) {
            (Lang::Python, _) => Spaces::VALUE,
            (Lang::Rust, "mod") => Spaces::TYPE,
            (Lang::Rust, _) => Spaces::ANY,
        };
        if let Some(binds) = import.binds {
            let declared = self.names.declared(scope, binds);
            self.names.add_binding(Binding {
                scope: if declared == Some(true) { FILE } else { scope },
                name: Cow::Owned(binds.to_owned()),
                kind: "import",
                spaces,
                from: 0,
                until: usize::MAX,
                is_lexical: true,
                def: None,
                import_id: Some(import_id.to_owned()),
                ty: None,
                value: None,
                at,
                line,
            });
        }
        if import.kind == "mod" {
            return;
        }
        if import.name == Some("*") && import.module == "super" {
            self.names.see_outer(scope);
        }
        let separator = if is_python { "." } else { "::" };
        let name = import.name.filter(|name| *name != "*");
        let text = match name {
            Some(name) if import.module.is_empty() => name.to_owned(),
            Some(name) => format!("{}{separator}{name}", import.module),
            None => import.module.to_string(),
        };
        let last = text.rsplit(separator).next().unwrap_or("").to_owned();
        let space = if is_python { Spaces::VALUE } else { rust::space_of(&last) };
        self.names.add_use(Use {
            scope,
            kind: "import",
            space,
            text: Cow::Owned(text),
            name: Cow::Owned(last),
            call_id: None,
            def,
            at,
            line,
        });
    }
}
