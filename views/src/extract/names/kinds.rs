//! Which kinds of nodes matter to names.

use crate::extract::lang::Lang;

/// What a kind of node means to names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// Nothing: names below it are uses of values.
    Plain,
    /// A name.
    Name,
    /// Rust: the name of a type.
    TypeName,
    /// Rust: the name of a field.
    FieldName,
    /// Rust: `x` in the pattern `S { x }`.
    ShortField,
    /// Rust: `a::b`.
    Path,
    /// Rust: `a::b` as a type.
    TypePath,
    /// `a.b`.
    Member,
    /// `f(x)`.
    Call,
    /// Rust: `f::<T>`, `T<U>`.
    Generic,
    /// Rust: `name!(…)`.
    MacroCall,
    /// A definition: its own name binds.
    Def,
    /// An `impl`.
    Impl,
    /// Rust: a field of a type.
    Field,
    /// Rust: a parameter `T` or `const N`.
    TypeParameter,
    /// What opens a scope and no more.
    Scope(&'static str),
    /// A `for`, with a pattern and what it is taken from.
    For,
    /// Rust: `if`, `while`, whose conditions bind.
    Condition(&'static str),
    /// Rust: `let P = e` in a condition.
    LetCondition,
    /// Rust: `let P = e;`.
    Let,
    /// Rust: `p = e`.
    Assignment,
    /// Rust: what stands before `=>`.
    MatchPattern,
    /// One that is more than a name: `p: T`, and in Python `p = e`.
    Parameter,
    /// Parameters: of a function in Python, of a closure in Rust.
    Parameters,
    /// A pattern that hands its role on to what it holds whole.
    Through,
    /// A pattern, or in Python an expression in the place of one, that takes apart.
    Apart,
    /// Rust: `T(…)`, `T { … }` as patterns.
    ApartType,
    /// Rust: `x: P` in a pattern.
    FieldPattern,
    /// Python: `x = e`, `x: T = e`.
    Assign,
    /// Python: `x := e`.
    Walrus,
    /// Python: `e as x`.
    As,
    /// Python: an annotation.
    Annotation,
    /// Python: `for x in e` in a comprehension.
    ForIn,
    /// Python: `f(x=e)`. Rust: `T<A = U>`.
    Keyword,
    /// Python: what follows `case`, or a part of it.
    Case,
    /// Python: `*rest` after `case`.
    CaseRest,
    /// Python: `a.b` after `case` or in an import.
    Dotted,
    /// Python: `global x`, `nonlocal x`.
    Declares {
        /// Which of the two.
        global: bool,
    },
    /// Python: `[T]` behind a name.
    TypeArguments,
    /// Python: `type X = T`.
    Alias,
    /// Python: a string, which an annotation may be written as.
    Str,
    /// What has no names of values or types.
    Hidden,
    /// Rust: an attribute.
    Attribute,
}

/// What a kind of node of a language means.
pub(crate) fn naming(lang: Lang, kind: &str) -> Naming {
    match lang {
        Lang::Python => python(kind),
        Lang::Rust => rust(kind),
    }
}

fn python(kind: &str) -> Naming {
    match kind {
        "identifier" => Naming::Name,
        "attribute" => Naming::Member,
        "call" => Naming::Call,
        "function_definition" | "class_definition" => Naming::Def,
        "lambda" => Naming::Scope("lambda"),
        "list_comprehension"
        | "set_comprehension"
        | "dictionary_comprehension"
        | "generator_expression" => Naming::Scope("comprehension"),
        "parameters" | "lambda_parameters" => Naming::Parameters,
        "typed_parameter" | "default_parameter" | "typed_default_parameter" => Naming::Parameter,
        "for_statement" => Naming::For,
        "for_in_clause" => Naming::ForIn,
        "assignment" => Naming::Assign,
        "named_expression" => Naming::Walrus,
        "as_pattern" => Naming::As,
        "as_pattern_target" | "parenthesized_expression" => Naming::Through,
        "list_splat_pattern"
        | "dictionary_splat_pattern"
        | "pattern_list"
        | "tuple_pattern"
        | "list_pattern"
        | "tuple"
        | "list" => Naming::Apart,
        "type" => Naming::Annotation,
        "type_parameter" => Naming::TypeArguments,
        "type_alias_statement" => Naming::Alias,
        "keyword_argument" => Naming::Keyword,
        "case_pattern" | "keyword_pattern" => Naming::Case,
        "splat_pattern" => Naming::CaseRest,
        "dotted_name" => Naming::Dotted,
        "global_statement" => Naming::Declares { global: true },
        "nonlocal_statement" => Naming::Declares { global: false },
        "string" => Naming::Str,
        "import_statement" | "import_from_statement" | "future_import_statement" => Naming::Hidden,
        _ => Naming::Plain,
    }
}

fn rust(kind: &str) -> Naming {
    match kind {
        "identifier" => Naming::Name,
        "type_identifier" => Naming::TypeName,
        "field_identifier" => Naming::FieldName,
        "shorthand_field_identifier" => Naming::ShortField,
        "scoped_identifier" => Naming::Path,
        "scoped_type_identifier" => Naming::TypePath,
        "field_expression" => Naming::Member,
        "call_expression" => Naming::Call,
        "generic_function" | "generic_type" | "generic_type_with_turbofish" => Naming::Generic,
        "macro_invocation" => Naming::MacroCall,
        "impl_item" => Naming::Impl,
        "function_item"
        | "function_signature_item"
        | "struct_item"
        | "enum_item"
        | "enum_variant"
        | "union_item"
        | "trait_item"
        | "const_item"
        | "static_item"
        | "type_item"
        | "associated_type"
        | "macro_definition"
        | "mod_item" => Naming::Def,
        "field_declaration" => Naming::Field,
        "type_parameter" | "const_parameter" => Naming::TypeParameter,
        "block" => Naming::Scope("block"),
        "assignment_expression" => Naming::Assignment,
        "closure_expression" => Naming::Scope("closure"),
        "match_arm" => Naming::Scope("match_arm"),
        "for_expression" => Naming::For,
        "if_expression" => Naming::Condition("if"),
        "while_expression" => Naming::Condition("while"),
        "let_condition" => Naming::LetCondition,
        "let_declaration" => Naming::Let,
        "match_pattern" => Naming::MatchPattern,
        "parameter" => Naming::Parameter,
        "closure_parameters" => Naming::Parameters,
        "reference_pattern" | "mut_pattern" | "ref_pattern" | "captured_pattern" => Naming::Through,
        "tuple_pattern" | "slice_pattern" | "or_pattern" => Naming::Apart,
        "tuple_struct_pattern" | "struct_pattern" => Naming::ApartType,
        "field_pattern" => Naming::FieldPattern,
        "type_binding" => Naming::Keyword,
        "attribute_item" | "inner_attribute_item" => Naming::Attribute,
        "use_declaration"
        | "extern_crate_declaration"
        | "lifetime"
        | "label"
        | "token_tree"
        | "token_repetition"
        | "token_tree_pattern"
        | "token_binding_pattern"
        | "macro_rule"
        | "visibility_modifier" => Naming::Hidden,
        _ => Naming::Plain,
    }
}
