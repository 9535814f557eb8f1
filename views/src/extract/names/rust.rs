//! Rust: which names bind, which are used, and where each is known.
//!
//! In a pattern, a name that begins with a capital letter is a constant or a variant, as the
//! compiler's lints ask for; any other binds.

use std::borrow::Cow;

use tree_sitter::Node;

use crate::extract::names::kinds::Naming;
use crate::extract::names::types::{rust_type, rust_value};
use crate::extract::names::{Binding, Pattern, Role, ScopeId, Spaces, Use};
use crate::extract::rust::path;
use crate::extract::visit::{Frame, Visitor};

/// What names mean at a child of an open node.
pub(crate) fn role(outer: &Frame, field: Option<&str>) -> Role {
    let part = match outer.role {
        Role::Binds(pattern) | Role::Part(pattern) => Some(pattern),
        _ => None,
    };
    let binds = outer.pattern.map_or(Role::Value, Role::Binds);
    match (outer.naming, field) {
        _ if outer.role == Role::Hidden => Role::Hidden,
        (Naming::Path | Naming::TypePath, Some("name")) => Role::Hidden,
        (Naming::Path | Naming::TypePath, Some("path")) => Role::Prefix,
        _ if outer.role == Role::Attribute => Role::Attribute,
        (Naming::Hidden, _) => Role::Hidden,
        (Naming::Attribute, _) => Role::Attribute,
        (Naming::Def | Naming::Field | Naming::TypeParameter | Naming::Keyword, Some("name"))
        | (Naming::Member, Some("field")) => Role::Hidden,
        (Naming::Impl, Some("trait")) => Role::Base,
        (Naming::Impl, Some("type")) => Role::Implements,
        (Naming::Call, Some("function")) | (Naming::MacroCall, Some("macro")) => Role::Callee,
        (Naming::Generic, Some("function" | "type")) => outer.role,
        (Naming::Let | Naming::Parameter | Naming::For | Naming::LetCondition, Some("pattern")) => {
            binds
        }
        (Naming::Parameters, _) => binds,
        (Naming::MatchPattern, field) if field != Some("condition") => binds,
        (Naming::Through, _) if part.is_some() => outer.role,
        (Naming::ApartType, Some("type")) => Role::Value,
        (Naming::Apart | Naming::ApartType | Naming::FieldPattern, _) => {
            part.map_or(Role::Value, Role::Part)
        }
        _ => Role::Value,
    }
}

/// Tells what a node binds or uses, and opens its scope.
pub(crate) fn enter<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, frame: &mut Frame) {
    match frame.naming {
        Naming::Name => name(visitor, node, frame),
        Naming::TypeName => type_name(visitor, node, frame),
        Naming::FieldName if matches!(frame.role, Role::Value | Role::Part(_)) => {
            use_of(visitor, node, node, ("member", Spaces::VALUE), frame.scope);
        }
        Naming::ShortField => {
            if let Role::Binds(pattern) | Role::Part(pattern) = frame.role {
                bind(visitor, node, pattern, false);
            }
        }
        Naming::Path | Naming::TypePath => scoped(visitor, node, frame),
        Naming::Member if !matches!(frame.role, Role::Callee | Role::Hidden) => {
            if let Some(field) = node.child_by_field_name("field")
                && field.kind() == "field_identifier"
            {
                use_of(visitor, node, field, ("member", Spaces::VALUE), frame.scope);
            }
        }
        Naming::Field => field(visitor, node, frame.scope),
        Naming::TypeParameter => generic(visitor, node, frame.scope),
        Naming::Assignment => {
            // The grammar takes `|x| _` for what `|x| _ = f(x)` assigns to.
            let left = node.child_by_field_name("left");
            if left.is_some_and(|left| left.kind() == "closure_expression") {
                frame.scope = visitor.open_scope(node, "closure", frame.scope);
            }
        }
        Naming::Scope("closure") if visitor.begins_closure(node, frame.scope) => {}
        Naming::Scope(kind) => frame.scope = visitor.open_scope(node, kind, frame.scope),
        Naming::For => {
            frame.scope = visitor.open_scope(node, "for", frame.scope);
            let from = node.child_by_field_name("body").map_or(0, |body| body.start_byte());
            frame.pattern = Some(pattern(visitor, "for", frame.scope, (from, usize::MAX)));
        }
        Naming::Condition(kind) => {
            frame.scope = visitor.open_scope(node, kind, frame.scope);
            let body = node.child_by_field_name("consequence");
            let until = body.or(node.child_by_field_name("body"));
            let until = until.map_or(node.end_byte(), |body| body.end_byte());
            visitor.names.bound_until(frame.scope, until);
        }
        Naming::LetCondition => {
            let until = visitor.names.scope(frame.scope).map_or(usize::MAX, |scope| scope.until);
            frame.pattern = Some(let_pattern(visitor, node, frame.scope, until));
        }
        Naming::Let => {
            frame.pattern = Some(let_pattern(visitor, node, frame.scope, usize::MAX));
        }
        Naming::MatchPattern => {
            frame.pattern = Some(pattern(visitor, "match", frame.scope, (0, usize::MAX)));
        }
        Naming::Parameter | Naming::Parameters => {
            let ty = node.child_by_field_name("type").and_then(|ty| rust_type(visitor, ty));
            frame.pattern = Some(visitor.names.add_pattern(Pattern {
                kind: "param",
                scope: frame.scope,
                from: 0,
                until: usize::MAX,
                ty,
                value: None,
            }));
        }
        _ => {}
    }
}

fn pattern(
    visitor: &mut Visitor<'_, '_, '_>,
    kind: &'static str,
    scope: ScopeId,
    (from, until): (usize, usize),
) -> usize {
    visitor.names.add_pattern(Pattern { kind, scope, from, until, ty: None, value: None })
}

/// The names of a `let` are known after it.
fn let_pattern(
    visitor: &mut Visitor<'_, '_, '_>,
    node: Node<'_>,
    scope: ScopeId,
    until: usize,
) -> usize {
    let ty = node.child_by_field_name("type").and_then(|ty| rust_type(visitor, ty));
    let value = node.child_by_field_name("value").and_then(|value| rust_value(visitor, value));
    let from = node.end_byte();
    visitor.names.add_pattern(Pattern { kind: "let", scope, from, until, ty, value })
}

fn name<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, frame: &Frame) {
    let kind = match frame.role {
        Role::Hidden | Role::Callee => return,
        Role::Binds(pattern) | Role::Part(pattern) => {
            let text = visitor.source.text_of(node);
            if !text.starts_with(char::is_uppercase) {
                let whole = matches!(frame.role, Role::Binds(_));
                return bind(visitor, node, pattern, whole);
            }
            ("name", Spaces::VALUE)
        }
        Role::Attribute => ("attribute", space_of(visitor.source.text_of(node))),
        Role::Prefix => ("path", Spaces::TYPE),
        _ => ("name", Spaces::VALUE),
    };
    use_of(visitor, node, node, kind, frame.scope);
}

/// The space that a name is of by its spelling, where nothing else tells.
pub(crate) fn space_of(name: &str) -> Spaces {
    let is_type = name.starts_with(char::is_uppercase)
        && (name.len() == 1 || name.contains(char::is_lowercase));
    if is_type { Spaces::TYPE } else { Spaces::VALUE }
}

fn type_name<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, frame: &Frame) {
    let kind = match frame.role {
        Role::Hidden | Role::Callee => return,
        Role::Prefix => "path",
        Role::Base => "base",
        Role::Implements => "impl",
        Role::Attribute => "attribute",
        _ => "type",
    };
    use_of(visitor, node, node, (kind, Spaces::TYPE), frame.scope);
}

fn scoped<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, frame: &Frame) {
    let kind = match (frame.role, frame.naming) {
        (Role::Hidden | Role::Callee, _) => return,
        (Role::Prefix, _) => ("path", Spaces::TYPE),
        (Role::Base, _) => ("base", Spaces::TYPE),
        (Role::Implements, _) => ("impl", Spaces::TYPE),
        (Role::Attribute, _) => ("attribute", space_of(visitor.source.text_of(node))),
        (_, Naming::TypePath) => ("type", Spaces::TYPE),
        _ => ("name", Spaces::VALUE),
    };
    if let Some(name) = node.child_by_field_name("name") {
        use_of(visitor, node, name, kind, frame.scope);
    }
}

/// Tells the use of the path `whole`, whose last name is `name`.
fn use_of<'t>(
    visitor: &mut Visitor<'_, '_, 't>,
    whole: Node<'t>,
    name: Node<'t>,
    (kind, space): (&'static str, Spaces),
    scope: ScopeId,
) {
    let text = match whole.id() == name.id() {
        true => Cow::Borrowed(visitor.source.text_of(name)),
        false => Cow::Owned(path(visitor, whole).0),
    };
    let last = Cow::Borrowed(visitor.source.text_of(name));
    let line = visitor.place(name).lines.0;
    let def = visitor.names.def();
    let at = (name.start_byte(), name.end_byte());
    visitor.names.add_use(Use {
        scope,
        kind,
        space,
        text,
        name: last,
        call_id: None,
        def,
        at,
        line,
    });
}

fn bind<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, pattern: usize, whole: bool) {
    let Some(pattern) = visitor.names.patterns.get(pattern).cloned() else { return };
    let name = Cow::Borrowed(visitor.source.text_of(node));
    visitor.bind_by(node, name, pattern, whole);
}

/// A field: found through its type, and by no bare name.
fn field<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, scope: ScopeId) {
    let Some(name) = node.child_by_field_name("name") else { return };
    let ty = node.child_by_field_name("type").and_then(|ty| rust_type(visitor, ty));
    let text = Cow::Borrowed(visitor.source.text_of(name));
    let bound = visitor.bound(name, text, ("field", Spaces::VALUE), scope);
    visitor.names.add_binding(Binding { is_lexical: false, ty, ..bound });
}

fn generic<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, scope: ScopeId) {
    let Some(name) = node.child_by_field_name("name") else { return };
    let spaces = if node.kind() == "const_parameter" { Spaces::VALUE } else { Spaces::TYPE };
    let text = Cow::Borrowed(visitor.source.text_of(name));
    let bound = visitor.bound(name, text, ("generic", spaces), scope);
    visitor.names.add_binding(bound);
}
