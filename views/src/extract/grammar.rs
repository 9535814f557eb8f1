//! The two grammars, with what the extraction does at each kind of node.
//!
//! Kinds and fields are numbers while a tree is walked; their names and rules are looked up in
//! tables that are made once.

use std::num::NonZeroU16;
use std::sync::LazyLock;

use tree_sitter::{Language, Node};

use crate::extract::lang::Lang;
use crate::extract::names::kinds::{Naming, naming};

/// What the extraction does at a kind of node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Nothing more than a row in `ast_nodes`.
    Other,
    /// A comment.
    Comment,
    /// The inside of a string: one token, whatever the grammar makes of it.
    StringContent,
    /// A group of statements whose extent is part of their meaning.
    Block,
    /// A call expression.
    Call,
    /// A definition of that kind.
    Def(&'static str),
    /// Python: `@decorator`.
    Decorator,
    /// Python: `await e`.
    Await,
    /// Python: `type X = …`, or what the grammar takes for it.
    TypeAlias,
    /// Python: parameters, of a function or a `lambda`.
    Parameters,
    /// Python: what may be a form that only Python 2 has.
    Old,
    /// Python: `import a`, `from a import b`, `from __future__ import c`.
    Import(&'static str),
    /// Rust: `#[attribute]`.
    Attribute,
    /// Rust: `name!(…)`.
    MacroCall,
    /// Rust: the tokens between brackets that a macro is given or made of.
    TokenTree,
    /// Rust: `use …;`.
    Use,
    /// Rust: `extern crate …;`.
    ExternCrate,
    /// Rust: `mod …;` is an import, `mod … { }` is not; both are definitions.
    Module,
}

/// A grammar.
#[derive(Debug)]
pub(crate) struct Grammar {
    /// The grammar itself, for a parser.
    pub(crate) language: Language,
    kinds: Vec<(String, Rule, Naming)>,
    fields: Vec<String>,
}

static PYTHON: LazyLock<Grammar> =
    LazyLock::new(|| Grammar::new(tree_sitter_python::LANGUAGE.into(), Lang::Python, python_rule));
static RUST: LazyLock<Grammar> =
    LazyLock::new(|| Grammar::new(tree_sitter_rust::LANGUAGE.into(), Lang::Rust, rust_rule));

impl Grammar {
    /// The grammar of a language.
    pub(crate) fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Python => &PYTHON,
            Lang::Rust => &RUST,
        }
    }

    fn new(language: Language, lang: Lang, rule: fn(&str) -> Rule) -> Self {
        let kinds = (0..language.node_kind_count())
            .map(|id| {
                let id = u16::try_from(id).unwrap_or(u16::MAX);
                let name = language.node_kind_for_id(id).unwrap_or("");
                match language.node_kind_is_named(id) {
                    true => (name.to_owned(), rule(name), naming(lang, name)),
                    false => (name.to_owned(), Rule::Other, Naming::Plain),
                }
            })
            .collect();
        let fields = (0..=language.field_count())
            .map(|id| {
                let id = u16::try_from(id).unwrap_or(u16::MAX);
                language.field_name_for_id(id).unwrap_or("").to_owned()
            })
            .collect();
        Self { language, kinds, fields }
    }

    /// The name of a node, and what it means. An `ERROR` node has a number outside of the table.
    pub(crate) fn kind(&self, node: Node<'_>) -> (&str, Rule, Naming) {
        match self.kinds.get(usize::from(node.kind_id())) {
            Some((name, rule, naming)) => (name, *rule, *naming),
            None => ("ERROR", Rule::Other, Naming::Plain),
        }
    }

    /// The name of a field.
    pub(crate) fn field(&self, id: Option<NonZeroU16>) -> Option<&str> {
        let id = usize::from(id?.get());
        self.fields.get(id).map(String::as_str)
    }
}

fn python_rule(kind: &str) -> Rule {
    match kind {
        "comment" => Rule::Comment,
        "string_content" => Rule::StringContent,
        "block" => Rule::Block,
        "call" => Rule::Call,
        "function_definition" => Rule::Def("function"),
        "class_definition" => Rule::Def("class"),
        "decorator" => Rule::Decorator,
        "await" => Rule::Await,
        "type_alias_statement" => Rule::TypeAlias,
        "parameters" | "lambda_parameters" | "default_parameter" => Rule::Parameters,
        "print_statement"
        | "exec_statement"
        | "raise_statement"
        | "tuple_pattern"
        | "comparison_operator"
        | "string_start"
        | "integer" => Rule::Old,
        "import_statement" => Rule::Import("import"),
        "import_from_statement" | "future_import_statement" => Rule::Import("from"),
        _ => Rule::Other,
    }
}

fn rust_rule(kind: &str) -> Rule {
    match kind {
        "line_comment" | "block_comment" => Rule::Comment,
        "string_content" => Rule::StringContent,
        "block" => Rule::Block,
        "call_expression" => Rule::Call,
        "function_item" | "function_signature_item" => Rule::Def("fn"),
        "struct_item" => Rule::Def("struct"),
        "enum_item" => Rule::Def("enum"),
        "enum_variant" => Rule::Def("variant"),
        "union_item" => Rule::Def("union"),
        "trait_item" => Rule::Def("trait"),
        "impl_item" => Rule::Def("impl"),
        "const_item" => Rule::Def("const"),
        "static_item" => Rule::Def("static"),
        "type_item" | "associated_type" => Rule::Def("type"),
        "macro_definition" => Rule::Def("macro"),
        "mod_item" => Rule::Module,
        "attribute_item" | "inner_attribute_item" => Rule::Attribute,
        "macro_invocation" => Rule::MacroCall,
        "token_tree" | "token_repetition" => Rule::TokenTree,
        "use_declaration" => Rule::Use,
        "extern_crate_declaration" => Rule::ExternCrate,
        _ => Rule::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rule for a kind that the grammar does not have would never apply.
    #[test]
    fn every_rule_names_a_kind_of_the_grammar() {
        let check = |lang, rule: fn(&str) -> Rule| {
            let grammar = Grammar::of(lang);
            let words = include_str!("grammar.rs").split('"').skip(1).step_by(2);
            for word in words.filter(|word| rule(word) != Rule::Other) {
                assert!(grammar.language.id_for_node_kind(word, true) > 0, "{lang:?}: {word}");
            }
        };
        check(Lang::Python, python_rule);
        check(Lang::Rust, rust_rule);
    }
}
