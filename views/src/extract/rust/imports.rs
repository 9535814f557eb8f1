//! `use`, `extern crate` and `mod name;`: one row for each name that comes into scope.

use std::borrow::Cow;

use tree_sitter::Node;

use crate::extract::visit::{Import, Visitor};

/// Prefixes are repeated in each row; a longer one is cut in front.
const PREFIX_BYTES_MAX: usize = 1024;

/// `use a::{b, c as d, e::*};` brings `b`, `d` and all of `a::e`.
pub(crate) fn use_declaration<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>) {
    let is_public = is_public(visitor, node);
    let Some(argument) = node.child_by_field_name("argument") else { return };
    let mut pending = vec![(argument, String::new())];
    while let Some((tree, prefix)) = pending.pop() {
        match tree.kind() {
            "use_list" => {
                let items = visitor.items(tree);
                pending.extend(items.into_iter().rev().map(|item| (item, prefix.clone())));
            }
            "scoped_use_list" => {
                let path = tree.child_by_field_name("path");
                let path = path.map_or("", |path| visitor.source.text_of(path));
                if let Some(list) = tree.child_by_field_name("list") {
                    pending.push((list, join(&prefix, path)));
                }
            }
            "use_wildcard" => {
                let path = tree.named_child(0).map_or("", |path| visitor.source.text_of(path));
                push(visitor, tree, is_public, &join(&prefix, path), Some("*"), None);
            }
            "use_as_clause" => {
                let path = tree.child_by_field_name("path");
                let alias = tree.child_by_field_name("alias");
                let alias = alias.map(|alias| visitor.source.text_of(alias));
                if let Some(path) = path {
                    leaf(visitor, (tree, path), is_public, &prefix, alias);
                }
            }
            "ERROR" => {}
            _ => leaf(visitor, (tree, tree), is_public, &prefix, None),
        }
    }
}

fn leaf(
    visitor: &mut Visitor<'_, '_, '_>,
    (node, path): (Node<'_>, Node<'_>),
    is_public: bool,
    prefix: &str,
    alias: Option<&str>,
) {
    let text = visitor.source.text_of(path);
    // `use a::{self}` imports `a`.
    let whole =
        if text == "self" && !prefix.is_empty() { prefix.to_owned() } else { join(prefix, text) };
    match whole.rsplit_once("::") {
        Some((module, name)) => push(visitor, node, is_public, module, Some(name), alias),
        None => push(visitor, node, is_public, &whole, None, alias),
    }
}

fn push(
    visitor: &mut Visitor<'_, '_, '_>,
    node: Node<'_>,
    is_public: bool,
    module: &str,
    name: Option<&str>,
    alias: Option<&str>,
) {
    let place = visitor.place(node);
    visitor.push_import(&Import {
        kind: "use",
        module: module.into(),
        name,
        alias,
        binds: alias.or(name).or(Some(module)).filter(|name| *name != "*" && *name != "_"),
        level: visitor.scopes().inline_modules(),
        is_public,
        place,
    });
}

/// `extern crate a as b;`
pub(crate) fn extern_crate<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>) {
    let is_public = is_public(visitor, node);
    let Some(name) = node.child_by_field_name("name") else { return };
    let module = visitor.source.text_of(name);
    let alias = node.child_by_field_name("alias").map(|alias| visitor.source.text_of(alias));
    let place = visitor.place(node);
    visitor.push_import(&Import {
        kind: "extern_crate",
        module: module.into(),
        name: None,
        alias,
        binds: alias.or(Some(module)).filter(|name| *name != "_"),
        level: visitor.scopes().inline_modules(),
        is_public,
        place,
    });
}

/// `mod a;` takes the file of `a` into the crate.
pub(crate) fn module_import<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>) {
    if node.child_by_field_name("body").is_some() {
        return;
    }
    let Some(name) = node.child_by_field_name("name") else { return };
    let is_public = is_public(visitor, node);
    let name = Some(visitor.source.text_of(name));
    let place = visitor.place(node);
    visitor.push_import(&Import {
        kind: "mod",
        module: Cow::Borrowed("self"),
        name,
        alias: None,
        binds: name,
        level: visitor.scopes().inline_modules(),
        is_public,
        place,
    });
}

fn is_public<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>) -> bool {
    visitor.items(node).first().is_some_and(|item| item.kind() == "visibility_modifier")
}

/// A path below a prefix, without white space and the leading `::`.
fn join(prefix: &str, path: &str) -> String {
    let path: String = path.split_whitespace().collect();
    let path = path.trim_start_matches("::");
    let full = match (prefix.is_empty(), path.is_empty()) {
        (true, _) => path.to_owned(),
        (_, true) => prefix.to_owned(),
        _ => format!("{prefix}::{path}"),
    };
    match full.len().checked_sub(PREFIX_BYTES_MAX) {
        None | Some(0) => full,
        Some(excess) => {
            let cut = (excess..full.len()).find(|at| full.is_char_boundary(*at));
            format!("…{}", &full[cut.unwrap_or(full.len())..])
        }
    }
}
