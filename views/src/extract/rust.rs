//! Rust: definitions, calls, macros and imports.
//!
//! What a macro is given is tokens, not syntax. A name before round brackets in them is very likely
//! a call: it is a row of `ast_refs` and none of `ast_calls`.

use std::borrow::Cow;

use tree_sitter::Node;

use crate::extract::columns::Attr;
use crate::extract::python::{NO_NAME, clipped};
use crate::extract::scope::Definition;
use crate::extract::visit::{Call, Visitor, signed};

mod imports;
mod tokens;

pub(crate) use imports::{extern_crate, module_import, use_declaration};
pub(crate) use tokens::{macro_call, token_tree};

/// A path with more parts is one that a program wrote.
const PATH_PARTS_MAX: usize = 256;

/// A call expression: of a function, a method, or of what an expression gives.
pub(crate) fn call<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>) {
    let mut attrs: Vec<Attr<'_>> = Vec::new();
    let (callee, name) = match node.child_by_field_name("function") {
        Some(function) => {
            let function = match function.kind() {
                "generic_function" => function.child_by_field_name("function").unwrap_or(function),
                _ => function,
            };
            let path = path(visitor, function);
            if function.kind() == "field_expression" {
                attrs.push(("is_method", "true".into()));
            }
            path
        }
        None => (NO_NAME.to_owned(), None),
    };
    let mut arg_count = 0;
    if let Some(arguments) = node.child_by_field_name("arguments") {
        let items = visitor.items(arguments);
        let values = items.iter().filter(|item| item.kind() != "attribute_item");
        arg_count = signed(values.count());
        if let Some(text) = items.first().and_then(|first| string_literal(visitor, *first)) {
            attrs.push(("first_string", text));
        }
    }
    // `f(x).await` is a suffix, so the parent's rule does not tell; its text does.
    let rest = visitor.source.text.get(node.end_byte()..).unwrap_or("").trim_start();
    if let Some(word) = rest.strip_prefix('.').map(str::trim_start)
        && word.strip_prefix("await").is_some_and(|rest| !rest.starts_with(is_name))
    {
        attrs.push(("is_await", "true".into()));
    }
    let place = visitor.place(node);
    let name = name.map(Cow::Borrowed);
    let name_at = node.child_by_field_name("function").map(last_name);
    visitor.push_call(&Call { kind: "call", callee, name, name_at, arg_count, place, attrs });
}

/// The name that a path ends with.
fn last_name(function: Node<'_>) -> Node<'_> {
    let mut node = function;
    loop {
        let inner = match node.kind() {
            "field_expression" => node.child_by_field_name("field"),
            "scoped_identifier" | "scoped_type_identifier" => node.child_by_field_name("name"),
            "generic_function" => node.child_by_field_name("function"),
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => return node,
        }
    }
}

fn is_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// The inside of a string literal.
fn string_literal<'a>(visitor: &Visitor<'a, '_, '_>, node: Node<'_>) -> Option<Cow<'a, str>> {
    if !matches!(node.kind(), "string_literal" | "raw_string_literal") {
        return None;
    }
    let text = visitor.source.text_of(node);
    let (open, close) = (text.find('"')?, text.rfind('"')?);
    Some(clipped(text.get(open + 1..close)?))
}

/// What is called, as far as it is names: `a::b`, `a.b`, `().b` when something else comes before,
/// and the last name. Type arguments are left out.
pub(crate) fn path<'a>(
    visitor: &Visitor<'a, '_, '_>,
    function: Node<'_>,
) -> (String, Option<&'a str>) {
    let mut parts: Vec<&str> = Vec::new();
    let mut node = function;
    let mut name = None;
    loop {
        let (separator, last, next) = match node.kind() {
            "field_expression" => {
                (".", node.child_by_field_name("field"), node.child_by_field_name("value"))
            }
            "scoped_identifier" | "scoped_type_identifier" => {
                ("::", node.child_by_field_name("name"), node.child_by_field_name("path"))
            }
            "generic_type" | "generic_type_with_turbofish" => {
                match node.child_by_field_name("type") {
                    Some(ty) => node = ty,
                    None => break,
                }
                continue;
            }
            "identifier" | "type_identifier" | "self" | "super" | "crate" | "metavariable"
            | "primitive_type" => {
                let text = visitor.source.text_of(node);
                name = name.or(Some(text));
                parts.push(text);
                break;
            }
            _ => {
                parts.push(NO_NAME);
                break;
            }
        };
        let text = last.map_or("", |last| visitor.source.text_of(last));
        name = name.or(Some(text));
        parts.push(text);
        match next {
            Some(next) if parts.len() < PATH_PARTS_MAX => {
                parts.push(separator);
                node = next;
            }
            Some(_) => {
                parts.extend([separator, NO_NAME]);
                break;
            }
            // `::a`
            None => {
                parts.push(separator);
                break;
            }
        }
    }
    parts.reverse();
    (parts.concat(), name)
}

/// What an attribute is called: `derive`, `tokio::test`. Inner attributes belong to what is around.
pub(crate) fn attribute(visitor: &Visitor<'_, '_, '_>, node: Node<'_>) -> Option<String> {
    if node.kind() != "attribute_item" {
        return None;
    }
    let attribute = node.named_child(0)?;
    // `unsafe(no_mangle)` has no child of its own for what it is about.
    let name = attribute.named_child(0)?;
    let text = visitor.source.text_of(name);
    Some(text.split_whitespace().collect())
}

/// The first line of a comment that documents what follows, if that is what it is.
pub(crate) fn doc_line(comment: &str) -> Option<&str> {
    let inside = match comment.strip_prefix("///") {
        Some(rest) if !rest.starts_with('/') => rest,
        Some(_) => return None,
        None => {
            let rest = comment.strip_prefix("/**")?.strip_suffix("*/")?;
            if rest.starts_with('*') {
                return None;
            }
            rest
        }
    };
    inside.lines().map(str::trim).find(|line| !line.is_empty())
}

/// A definition.
pub(crate) fn define<'a, 't>(
    visitor: &mut Visitor<'a, '_, 't>,
    node: Node<'t>,
    kind: &'static str,
) -> Definition<'a> {
    let mut attrs: Vec<Attr<'a>> = Vec::new();
    let items = visitor.items(node);
    let visibility = items.iter().find(|item| item.kind() == "visibility_modifier");
    let visibility = match visibility {
        Some(visibility) => Some(clipped(visitor.source.text_of(*visibility))),
        None if node.kind() == "associated_type" => visibility_before(visitor, node).map(clipped),
        // A variant is as public as what it is one of.
        None if kind == "variant" => visitor.scopes().visibility().map(|of| of.to_owned().into()),
        None => None,
    };
    let is_public = visibility.is_some();
    if let Some(visibility) = visibility {
        attrs.push(("visibility", visibility));
    }
    let in_type = matches!(visitor.scopes().kind(), Some("impl" | "trait"));
    let mut trait_name = visitor.scopes().trait_name().filter(|_| in_type).map(str::to_owned);
    let mut param_count = None;
    if kind == "fn" {
        if let Some(modifiers) = items.iter().find(|item| item.kind() == "function_modifiers") {
            for word in ["async", "const", "unsafe", "extern"] {
                if visitor.source.text_of(*modifiers).split_whitespace().any(|w| w == word) {
                    attrs.push((word, "true".into()));
                }
            }
        }
        if let Some(ty) = node.child_by_field_name("return_type") {
            attrs.push(("returns", clipped(visitor.source.text_of(ty))));
        }
        param_count = node.child_by_field_name("parameters").map(|parameters| {
            let items = visitor.items(parameters);
            signed(items.iter().filter(|item| item.kind() != "attribute_item").count())
        });
    }
    let mut name = node.child_by_field_name("name").map_or("", |name| visitor.source.text_of(name));
    let impl_name;
    if kind == "impl" {
        if let Some(ty) = node.child_by_field_name("type") {
            attrs.push(("type", clipped(visitor.source.text_of(ty))));
            impl_name = type_name(visitor, ty);
            name = &impl_name;
        }
        let implemented = node.child_by_field_name("trait");
        trait_name = implemented.map(|ty| type_name(visitor, ty));
    }
    let body = node.child_by_field_name("body").filter(|_| kind == "fn");
    Definition {
        kind: if kind == "fn" && in_type { "method" } else { kind },
        name: name.to_owned(),
        is_public,
        param_count,
        trait_name,
        body: body.map(|body| (body.start_byte(), body.end_byte())),
        attrs,
        doc: None,
    }
}

/// The `pub` of a foreign type, which the grammar does not know (see `respell`).
fn visibility_before<'a>(visitor: &Visitor<'a, '_, '_>, node: Node<'_>) -> Option<&'a str> {
    let before = visitor.source.text.get(..node.start_byte())?.trim_end();
    let word = match before.strip_suffix(')') {
        Some(_) => before.rsplit_once('(')?.0.trim_end(),
        None => before,
    };
    let rest = word.strip_suffix("pub")?;
    (!rest.ends_with(is_name)).then(|| &before[rest.len()..])
}

/// A type by its path, or by its text when it has none.
fn type_name(visitor: &Visitor<'_, '_, '_>, node: Node<'_>) -> String {
    let (path, _) = path(visitor, node);
    if path == NO_NAME { clipped(visitor.source.text_of(node)).into_owned() } else { path }
}
