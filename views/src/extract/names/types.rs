//! What a declared type or an assigned expression says of a value, as the path of one name.
//!
//! A value has one type, so what only wraps it is left out: references, `Box<T>`, `Option[T]` in
//! Python, `?`, `await`, `unwrap()`. What has no path gives nothing.

use tree_sitter::Node;

use crate::extract::python::{self, NO_NAME};
use crate::extract::rust;
use crate::extract::visit::Visitor;

/// Types of Rust whose values have the methods of what they hold.
const TRANSPARENT: [&str; 4] = ["Box", "Arc", "Rc", "Pin"];

/// Methods of Rust that give what they are called on, out of its wrapping.
const UNWRAPPING: [&str; 4] = ["unwrap", "expect", "unwrap_or_default", "clone"];

/// Generics of Python that say that a value is of their argument.
const WRAPPERS: [&str; 6] = ["Optional", "Final", "ClassVar", "Annotated", "Required", "Type"];

/// Wrappings deeper than this come from a program.
const DEPTH_MAX: usize = 16;

/// The path of a declared type of Rust.
pub(crate) fn rust_type(visitor: &Visitor<'_, '_, '_>, node: Node<'_>) -> Option<String> {
    let mut node = node;
    for _ in 0..DEPTH_MAX {
        match node.kind() {
            "reference_type" => node = node.child_by_field_name("type")?,
            "dynamic_type" | "abstract_type" => node = node.child_by_field_name("trait")?,
            "generic_type" => {
                let outer = node.child_by_field_name("type")?;
                let name = visitor.source.text_of(outer).rsplit("::").next()?;
                if !TRANSPARENT.contains(&name) {
                    return named(rust::path(visitor, outer).0);
                }
                let arguments = node.child_by_field_name("type_arguments")?;
                let count = arguments.named_child_count();
                node = (0..count)
                    .filter_map(|at| arguments.named_child(u32::try_from(at).ok()?))
                    .find(|argument| argument.kind() != "lifetime")?;
            }
            "type_identifier" | "scoped_type_identifier" => {
                return named(rust::path(visitor, node).0);
            }
            _ => return None,
        }
    }
    None
}

/// What is called, or the struct that is written, in an expression of Rust.
pub(crate) fn rust_value(visitor: &Visitor<'_, '_, '_>, node: Node<'_>) -> Option<String> {
    let mut node = node;
    for _ in 0..DEPTH_MAX {
        match node.kind() {
            "try_expression" | "await_expression" | "parenthesized_expression" => {
                node = node.named_child(0)?;
            }
            "reference_expression" => node = node.child_by_field_name("value")?,
            "struct_expression" => {
                return named(rust::path(visitor, node.child_by_field_name("name")?).0);
            }
            "call_expression" => {
                let function = node.child_by_field_name("function")?;
                if function.kind() == "field_expression" {
                    let field = function.child_by_field_name("field")?;
                    if UNWRAPPING.contains(&visitor.source.text_of(field)) {
                        node = function.child_by_field_name("value")?;
                        continue;
                    }
                }
                return named(rust::path(visitor, function).0);
            }
            _ => return None,
        }
    }
    None
}

/// The path of an annotation of Python.
pub(crate) fn python_type(visitor: &Visitor<'_, '_, '_>, node: Node<'_>) -> Option<String> {
    let mut node = node;
    for _ in 0..DEPTH_MAX {
        match node.kind() {
            "type" | "parenthesized_expression" => node = node.named_child(0)?,
            "identifier" | "attribute" => return named(python::path(visitor, node).0),
            "member_type" => return named(visitor.source.text_of(node).to_owned()),
            "string" => {
                let content = node.named_child(1).filter(|c| c.kind() == "string_content")?;
                return named(visitor.source.text_of(content).trim().to_owned());
            }
            "generic_type" | "subscript" => {
                let outer = visitor.source.text_of(node.named_child(0)?);
                if !WRAPPERS.contains(&outer.rsplit('.').next()?) {
                    return named(outer.to_owned());
                }
                let inner = node.named_child(1)?;
                node = if inner.kind() == "type_parameter" { inner.named_child(0)? } else { inner };
            }
            // `T | None`
            "binary_operator" | "union_type" => {
                let parts = [node.named_child(0)?, node.named_child(1)?];
                let is_none = |part: &Node<'_>| visitor.source.text_of(*part) == "None";
                match parts {
                    [left, right] if is_none(&right) => node = left,
                    [left, right] if is_none(&left) => node = right,
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
    None
}

/// What is called in an expression of Python.
pub(crate) fn python_value(visitor: &Visitor<'_, '_, '_>, node: Node<'_>) -> Option<String> {
    let mut node = node;
    for _ in 0..DEPTH_MAX {
        match node.kind() {
            "await" | "parenthesized_expression" => node = node.named_child(0)?,
            "call" => {
                let function = node.child_by_field_name("function")?;
                return named(python::path(visitor, function).0);
            }
            _ => return None,
        }
    }
    None
}

/// A path of names and nothing else.
fn named(path: String) -> Option<String> {
    let is_name = |char: char| char.is_alphanumeric() || matches!(char, '_' | '.' | ':');
    (!path.is_empty() && !path.contains(NO_NAME) && path.chars().all(is_name)).then_some(path)
}
