//! Python: which names bind, which are used, and where each is looked up.
//!
//! What a function binds anywhere is its own everywhere in it. Defaults, annotations and bases are
//! looked up around the function or class, and the first iterable of a comprehension around it.

use std::borrow::Cow;

use tree_sitter::Node;

use crate::extract::names::kinds::Naming;
use crate::extract::names::types::{python_type, python_value};
use crate::extract::names::{Binding, FILE, Pattern, Role, ScopeId, Spaces, Use};
use crate::extract::python::{normal, path};
use crate::extract::visit::{Frame, Visitor};

/// A name as Python knows it.
pub(crate) fn name_of(text: &str) -> Cow<'_, str> {
    normal(text)
}

/// What names mean at a child of an open node, and the scope in which they are looked up.
pub(crate) fn spot<'t>(
    visitor: &Visitor<'_, '_, 't>,
    outer: &Frame,
    node: Node<'t>,
    field: Option<&str>,
) -> (Role, ScopeId) {
    let scope = match (outer.naming, field) {
        (Naming::Def, Some("superclasses" | "return_type" | "type_parameters"))
        | (Naming::Parameter, Some("type" | "value")) => visitor.names.outer(outer.scope),
        (Naming::ForIn, Some("right")) if outer.is_first => visitor.names.outer(outer.scope),
        _ => outer.scope,
    };
    (role(outer, node, field), scope)
}

fn role(outer: &Frame, node: Node<'_>, field: Option<&str>) -> Role {
    let part = match outer.role {
        Role::Binds(pattern) | Role::Part(pattern) => Some(pattern),
        _ => None,
    };
    let binds = outer.pattern.map_or(Role::Value, Role::Binds);
    match (outer.naming, field) {
        _ if outer.role == Role::Hidden => Role::Hidden,
        (Naming::Hidden, _)
        | (Naming::Def | Naming::Keyword, Some("name"))
        | (Naming::Member, Some("attribute")) => Role::Hidden,
        // The name in `case P(name=x)`.
        (Naming::Case, _) if node.kind() == "identifier" => Role::Hidden,
        (Naming::Def, Some("type_parameters")) => binds,
        (Naming::Def, Some("superclasses")) => Role::Base,
        (Naming::Call, Some("function")) => Role::Callee,
        (Naming::Declares { global }, _) => Role::Declared { global },
        (Naming::Parameters, _)
        | (Naming::Parameter, None | Some("name"))
        | (Naming::For | Naming::ForIn | Naming::Assign | Naming::Alias, Some("left"))
        | (Naming::Walrus, Some("name"))
        | (Naming::As, Some("alias"))
        | (Naming::Case | Naming::CaseRest, _) => binds,
        // `case P as x`: a name after `as`, where an expression would have a field.
        (Naming::As, None) if follows_as(node) => binds,
        (Naming::Through, _) if part.is_some() || outer.role == Role::Callee => outer.role,
        (Naming::Apart, _) if part.is_some() => part.map_or(Role::Value, Role::Part),
        (Naming::TypeArguments | Naming::Annotation, _) => {
            if part.is_some() {
                outer.role
            } else {
                Role::Type
            }
        }
        (Naming::Plain, Some("subscript")) if outer.role == Role::Base => Role::Type,
        (Naming::Plain, _) if outer.role == Role::Base => Role::Base,
        _ if outer.role == Role::Type => Role::Type,
        _ => Role::Value,
    }
}

fn follows_as(node: Node<'_>) -> bool {
    node.kind() == "identifier" && node.prev_sibling().is_some_and(|before| before.kind() == "as")
}

/// Tells what a node binds or uses, and opens its scope.
pub(crate) fn enter<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, frame: &mut Frame) {
    match frame.naming {
        Naming::Name => name(visitor, node, frame),
        Naming::Member => member(visitor, node, frame),
        Naming::Dotted => dotted(visitor, node, frame),
        Naming::Str if frame.role == Role::Type => annotation_text(visitor, node, frame.scope),
        Naming::Scope(kind) => frame.scope = visitor.open_scope(node, kind, frame.scope),
        Naming::ForIn => {
            let before = node.prev_named_sibling();
            frame.is_first =
                before.is_none_or(|b| !matches!(b.kind(), "for_in_clause" | "if_clause"));
            frame.pattern = Some(pattern(visitor, "for", frame.scope, (None, None)));
        }
        Naming::For => frame.pattern = Some(pattern(visitor, "for", frame.scope, (None, None))),
        Naming::Case | Naming::CaseRest => {
            frame.pattern = Some(pattern(visitor, "match", frame.scope, (None, None)));
        }
        Naming::Parameters => {
            frame.pattern = Some(pattern(visitor, "param", frame.scope, (None, None)));
        }
        Naming::Parameter => {
            let ty = node.child_by_field_name("type").and_then(|ty| python_type(visitor, ty));
            frame.pattern = Some(pattern(visitor, "param", frame.scope, (ty, None)));
        }
        Naming::Assign => assignment(visitor, node, frame),
        Naming::Walrus => {
            let value = node.child_by_field_name("value").and_then(|e| python_value(visitor, e));
            let scope = around_comprehensions(visitor, frame.scope);
            frame.pattern = Some(pattern(visitor, "let", scope, (None, value)));
        }
        Naming::As => {
            let value = node.named_child(0).and_then(|value| python_value(visitor, value));
            frame.pattern = Some(pattern(visitor, "as", frame.scope, (None, value)));
        }
        Naming::Alias => frame.pattern = Some(pattern(visitor, "type", frame.scope, (None, None))),
        // The arguments of `Literal` are values, however they look.
        Naming::Plain if frame.role == Role::Type && is_literal(visitor, node) => {
            frame.role = Role::Hidden;
        }
        _ => {}
    }
}

/// Opens the scopes of a function or class: one for its type parameters, if it has any, around its
/// own.
pub(crate) fn open_type_parameters<'t>(
    visitor: &mut Visitor<'_, '_, 't>,
    node: Node<'t>,
    frame: &mut Frame,
) {
    if node.child_by_field_name("type_parameters").is_some() {
        frame.scope = visitor.open_scope(node, "generics", frame.scope);
        frame.pattern = Some(pattern(visitor, "generic", frame.scope, (None, None)));
    }
}

fn is_literal(visitor: &Visitor<'_, '_, '_>, node: Node<'_>) -> bool {
    matches!(node.kind(), "generic_type" | "subscript")
        && node.named_child(0).is_some_and(|outer| {
            visitor.source.text_of(outer).rsplit('.').next() == Some("Literal")
        })
}

fn pattern(
    visitor: &mut Visitor<'_, '_, '_>,
    kind: &'static str,
    scope: ScopeId,
    (ty, value): (Option<String>, Option<String>),
) -> usize {
    let (from, until) = (0, usize::MAX);
    visitor.names.add_pattern(Pattern { kind, scope, from, until, ty, value })
}

fn around_comprehensions(visitor: &Visitor<'_, '_, '_>, scope: ScopeId) -> ScopeId {
    let mut at = scope;
    while visitor.names.scope(at).is_some_and(|scope| scope.kind == "comprehension") {
        at = visitor.names.outer(at);
    }
    at
}

fn assignment<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, frame: &mut Frame) {
    let ty = node.child_by_field_name("type").and_then(|ty| python_type(visitor, ty));
    let right = node.child_by_field_name("right");
    let value = right.and_then(|right| python_value(visitor, right));
    frame.pattern = Some(pattern(visitor, "let", frame.scope, (ty, value)));
    let left = node.child_by_field_name("left").map(|left| visitor.source.text_of(left));
    if frame.scope == FILE && left == Some("__all__") {
        exports(visitor, right, frame.scope);
    }
}

/// The strings in `__all__` are names of the module.
fn exports<'t>(visitor: &mut Visitor<'_, '_, 't>, list: Option<Node<'t>>, scope: ScopeId) {
    let Some(list) = list.filter(|list| matches!(list.kind(), "list" | "tuple")) else { return };
    for item in visitor.items(list) {
        if let Some(content) = item.named_child(1).filter(|c| c.kind() == "string_content") {
            let text = visitor.source.text_of(content);
            let at = content.start_byte();
            push_use(visitor, content, ("export", text.into(), text.into(), at), scope);
        }
    }
}

fn name<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, frame: &Frame) {
    let text = normal(visitor.source.text_of(node));
    let kind = match frame.role {
        Role::Hidden | Role::Callee => return,
        Role::Binds(pattern) => return bind(visitor, node, pattern, true),
        Role::Part(pattern) => return bind(visitor, node, pattern, false),
        Role::Declared { global } => return visitor.names.declare(frame.scope, text, global),
        Role::Type => "type",
        Role::Base => "base",
        _ => "name",
    };
    push_use(visitor, node, (kind, text.clone(), text, node.start_byte()), frame.scope);
}

fn bind<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, pattern: usize, whole: bool) {
    let Some(pattern) = visitor.names.patterns.get(pattern).cloned() else { return };
    let name = normal(visitor.source.text_of(node));
    let scope = match visitor.names.declared(pattern.scope, &name) {
        None => pattern.scope,
        Some(true) => FILE,
        // The function around binds it; here it gets another value.
        Some(false) => {
            let start = node.start_byte();
            return push_use(visitor, node, ("name", name.clone(), name, start), pattern.scope);
        }
    };
    visitor.bind_by(node, name, Pattern { scope, ..pattern }, whole);
}

fn member<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, frame: &Frame) {
    let kind = match frame.role {
        Role::Hidden | Role::Callee => return,
        Role::Type => "type",
        Role::Base => "base",
        _ => "member",
    };
    let Some(attribute) = node.child_by_field_name("attribute") else { return };
    let name = normal(visitor.source.text_of(attribute));
    if let Role::Binds(pattern) = frame.role {
        field(visitor, node, attribute, pattern);
    }
    let text = Cow::Owned(path(visitor, node).0);
    push_use(visitor, attribute, (kind, text, name, attribute.start_byte()), frame.scope);
}

/// `self.x = e` in a method gives its class a field.
fn field<'t>(
    visitor: &mut Visitor<'_, '_, 't>,
    node: Node<'t>,
    attribute: Node<'t>,
    pattern: usize,
) {
    let on_self = node
        .child_by_field_name("object")
        .is_some_and(|object| visitor.source.text_of(object) == "self");
    let Some(pattern) = visitor.names.patterns.get(pattern).cloned() else { return };
    let method = visitor.names.nearest(pattern.scope, "method");
    let class = method.map(|method| visitor.names.outer(method));
    let Some(class) = class.and_then(|class| visitor.names.nearest(class, "class")) else { return };
    if !on_self {
        return;
    }
    let name = normal(visitor.source.text_of(attribute));
    let bound = visitor.bound(attribute, name, ("field", Spaces::VALUE), class);
    let Pattern { ty, value, .. } = pattern;
    visitor.names.add_binding(Binding { is_lexical: false, ty, value, ..bound });
}

/// After `case`, a name alone binds and `_` is nothing; one with dots is a value.
fn dotted<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, frame: &mut Frame) {
    let role = std::mem::replace(&mut frame.role, Role::Hidden);
    let items = visitor.items(node);
    match (role, items.as_slice()) {
        (Role::Binds(_) | Role::Part(_), [only]) => {
            if let Role::Binds(pattern) | Role::Part(pattern) = role
                && visitor.source.text_of(*only) != "_"
            {
                bind(visitor, *only, pattern, false);
            }
        }
        (Role::Hidden, _) => {}
        (_, items) => {
            let mut text = String::new();
            for item in items {
                let name = normal(visitor.source.text_of(*item));
                let kind = if text.is_empty() { "name" } else { "member" };
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&name);
                let whole = Cow::Owned(text.clone());
                push_use(visitor, *item, (kind, whole, name, item.start_byte()), frame.scope);
            }
        }
    }
}

/// An annotation that is a string: its names are uses of types.
fn annotation_text<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, scope: ScopeId) {
    let Some(content) = node.named_child(1).filter(|child| child.kind() == "string_content") else {
        return;
    };
    let text = visitor.source.text_of(content);
    let is_part = |char: char| char.is_alphanumeric() || matches!(char, '_' | '.');
    let mut rest = text;
    while let Some(start) = rest.find(|char: char| char.is_alphabetic() || char == '_') {
        let tail = &rest[start..];
        let end = tail.find(|char| !is_part(char)).unwrap_or(tail.len());
        let whole = tail[..end].trim_end_matches('.');
        let name = whole.rsplit('.').next().unwrap_or(whole);
        let at = content.start_byte() + (text.len() - tail.len()) + (whole.len() - name.len());
        push_use(visitor, content, ("type", whole.into(), name.into(), at), scope);
        rest = &tail[end..];
    }
}

fn push_use<'a, 't>(
    visitor: &mut Visitor<'a, '_, 't>,
    node: Node<'t>,
    (kind, text, name, start): (&'static str, Cow<'a, str>, Cow<'a, str>, usize),
    scope: ScopeId,
) {
    let written = if node.start_byte() == start && node.kind() == "identifier" {
        node.end_byte()
    } else {
        start + name.len()
    };
    let line = visitor.place(node).lines.0;
    let def = visitor.names.def();
    visitor.names.add_use(Use {
        scope,
        kind,
        space: Spaces::VALUE,
        text,
        name,
        call_id: None,
        def,
        at: (start, written),
        line,
    });
}
