//! The base tables of the code index; those that manifests fill are in `manifests`.
//!
//! A position is a byte offset in the file's text as UTF-8 (the file itself, unless a Python file
//! declares another encoding), ends are exclusive: `span` holds both bounds as one value, `bstart`
//! and `bend` each. Lines count from 1, `end_line` is the last one. Ids can be computed again:
//! `stable_id('file', path)`, `span_id('def', path, bstart, bend)`.

mod list;
pub mod manifests;

use belvedere::table;
use belvedere_udfs::Span;

pub(crate) use self::list::{TABLE_COUNT, TABLES, schema};

table! {
    /// Source files that could be read, one row each.
    #[table(key = [file_id])]
    pub source_files {
        /// The file: `stable_id('file', path)`.
        file_id: String,
        /// The path below the root, with `/`; a byte that is not UTF-8 is written `\xNN`.
        path: String,
        /// The language: `python` or `rust`.
        lang: String,
        /// Bytes.
        size: i64,
        /// Lines, a last one without a line end included.
        line_count: i64,
        /// Lines of white space; 0 where the file is not text.
        blank_lines: i64,
        /// Lines that hold nothing but a comment or a part of one, and are not blank; 0 where nothing
        /// was parsed.
        comment_lines: i64,
        /// BLAKE3 of the bytes, hexadecimal.
        content_hash: String,
        /// `utf-8`, or what a Python file declares; NULL where the file is not text.
        encoding: Option<String>,
        /// Whether there is a syntax tree; `extract_errors` says why not.
        parsed: bool,
        /// The module in the notation of the language: `pkg.mod`, `crate_folder::mod`.
        module: String,
        /// The path without its extension and without a last `__init__`, `mod`, `lib` or `main`.
        module_path: String,
    }
    audit {
        size >= 0,
        blank_lines >= 0 and comment_lines >= 0,
        blank_lines + comment_lines <= line_count,
    }
}

table! {
    /// The lines of all files that are text, one row each.
    pub source_lines {
        /// The path of the file.
        path: String,
        /// The number of the line, from 1.
        line: i64,
        /// Its first byte.
        bstart: i64,
        /// The byte after its last, the line end left out.
        bend: i64,
        /// The line, without its end.
        text: String,
    }
    audit { line >= 1, bstart between 0 and bend }
}

table! {
    /// Nodes of the syntax trees that have children; names, literals and other tokens are left out.
    /// Errors in the syntax are in `ast_errors`.
    pub ast_nodes {
        /// The path of the file.
        path: String,
        /// The node's number in its file, in the order of the text.
        node: i64,
        /// The number of the node around it; NULL for the root.
        parent: Option<i64>,
        /// How many nodes are around it.
        depth: i64,
        /// The kind in the grammar: `if_statement`, `match_expression`.
        kind: String,
        /// The field of its parent that it is: `condition`, `body`.
        field: Option<String>,
        /// The first byte.
        bstart: i64,
        /// The byte after the last.
        bend: i64,
        /// The first line.
        start_line: i64,
        /// The last line.
        end_line: i64,
    }
    audit {
        bstart between 0 and bend,
        start_line between 1 and end_line,
        in_order: parent is null or parent < node,
        root: (parent is null) == (depth == 0),
    }
}

table! {
    /// Calls, one row each. A call expression has the kind `call`; in Python, decorators that are
    /// called are among them. A macro of Rust that is invoked has the kind `macro`; what macros are
    /// given or made of is tokens, and no expression: see `ast_refs`.
    #[table(key = [call_id])]
    pub ast_calls {
        /// The call: `span_id('call', path, bstart, bend)`.
        call_id: String,
        /// The file.
        file_id: String,
        /// The path of the file.
        path: String,
        /// The language: `python` or `rust`.
        lang: String,
        /// `call` or `macro`.
        kind: String,
        /// What is called, as far as it is names: `os.path.join`, `Vec::new`, `println!`; `().run`
        /// where something else than a name comes before the last one.
        callee: String,
        /// The last name of it.
        name: Option<String>,
        /// What comes before the last name, without the separator: `os.path`, `Vec`, `self`.
        qualifier: Option<String>,
        /// Arguments, keywords included.
        arg_count: i64,
        /// The innermost definition that it lies in.
        def_id: Option<String>,
        /// Where it lies.
        span: Span,
        /// The first byte.
        bstart: i64,
        /// The byte after the last.
        bend: i64,
        /// The first line.
        start_line: i64,
        /// The last line.
        end_line: i64,
        /// `is_method`, `is_await`, `is_decorator`, `unpacks` (`*` or `**`): `true` or absent;
        /// `keywords`, separated by commas; `first_string`, a first argument that is a
        /// literal.
        attrs: Map<String, String>,
    }
    audit {
        kind in ("call", "macro"),
        arg_count >= 0,
        bstart >= 0 and bstart < bend,
        start_line between 1 and end_line,
    }
}

table! {
    /// Uses of names, one row each: every name in the text that is neither bound there nor one of
    /// another sort (labels, lifetimes, keywords of arguments). What macros of Rust are given or made
    /// of is tokens: names among them are here, those before brackets as calls, which they nearly
    /// always are.
    pub ast_refs {
        /// The path of the file.
        path: String,
        /// The language: `python` or `rust`.
        lang: String,
        /// `call` and `macro` for rows of `ast_calls`; `in_macro` for what looks like a call among
        /// the tokens of a macro, `token` for another name there. `name` and `type` where a value or
        /// a type is meant, `member` after a dot, `path` for what is not the last name of a path.
        /// `base` for a base of a class or the trait of an `impl`, `impl` for the type that it is
        /// for. `attribute` in an attribute of Rust, `export` in Python's `__all__`, `import` for
        /// an imported name.
        kind: String,
        /// In which of the language's worlds the name is looked up: `type`, `value`, `macro`. In
        /// Python all names are values.
        space: String,
        /// The path up to the name and with it, as far as it is names: `os.path.join`, `Vec::new`;
        /// `().run` where something else than a name comes before.
        text: String,
        /// The name.
        name: String,
        /// What comes before the name, without the separator: `os.path`, `Vec`, `self`.
        qualifier: Option<String>,
        /// The `bstart` of the row of `ast_bindings` that the first name of `text` means, if the
        /// file binds it.
        binding: Option<i64>,
        /// The definition that this binding names.
        bound_def_id: Option<String>,
        /// The import that brings it.
        bound_import_id: Option<String>,
        /// For calls the `call_id` in `ast_calls`, or what it would be for `in_macro`.
        call_id: Option<String>,
        /// The innermost definition that it lies in.
        def_id: Option<String>,
        /// The scope that it lies in.
        scope: i64,
        /// The first byte of the name.
        bstart: i64,
        /// The byte after its last.
        bend: i64,
        /// The line.
        start_line: i64,
    }
    audit {
        kind in (
            "call", "macro", "in_macro", "token", "name", "type", "member", "path", "base", "impl",
            "attribute", "export", "import",
        ),
        space in ("type", "value", "macro"),
        bound: binding is not null or (bound_def_id is null and bound_import_id is null),
        bstart >= 0 and bstart < bend,
        start_line >= 1,
    }
}

table! {
    /// Scopes: parts of the text that names are bound in, one row each.
    #[table(key = [path, scope])]
    pub ast_scopes {
        /// The path of the file.
        path: String,
        /// The language: `python` or `rust`.
        lang: String,
        /// The scope's number in its file, in the order of the text; 0 for the file.
        scope: i64,
        /// The number of the scope around it; NULL for the file.
        parent: Option<i64>,
        /// `file`, the kind of a definition, or `block`, `closure`, `match_arm`, `for`, `if`,
        /// `while`, `lambda`, `comprehension`, `generics`.
        kind: String,
        /// The innermost definition that it is the inside of or lies in.
        def_id: Option<String>,
        /// Rust: how many inline modules are around its content.
        module_depth: i64,
        /// The first byte.
        bstart: i64,
        /// The byte after the last.
        bend: i64,
        /// The first line.
        start_line: i64,
        /// The last line.
        end_line: i64,
    }
    audit {
        in_order: parent is null or parent < scope,
        root: (parent is null) == (scope == 0),
        module_depth >= 0,
        bstart between 0 and bend,
        start_line between 1 and end_line,
    }
}

table! {
    /// Names that are bound, one row each place that binds one: parameters, variables, definitions,
    /// imports, fields.
    pub ast_bindings {
        /// The path of the file.
        path: String,
        /// The language: `python` or `rust`.
        lang: String,
        /// The scope in which the name is known.
        scope: i64,
        /// The kind of that scope.
        scope_kind: String,
        /// The innermost definition that this scope is the inside of or lies in.
        in_def_id: Option<String>,
        /// The name.
        name: String,
        /// The kind of a definition, `import`, or `param`, `let`, `for`, `match`, `as`, `generic`,
        /// `type`, `field`.
        kind: String,
        /// In which of the language's worlds: `type`, `value`, `macro`.
        spaces: List<String>,
        /// The definition that it names.
        def_id: Option<String>,
        /// The import that brings it.
        import_id: Option<String>,
        /// The path of the declared type of a parameter, variable or field, without what wraps it
        /// (references, `Box`, `Optional`).
        type_name: Option<String>,
        /// The binding of its first name in this file.
        type_binding: Option<i64>,
        /// The path of what is called, or of the struct that is written, to give the value.
        value_name: Option<String>,
        /// The binding of its first name in this file.
        value_binding: Option<i64>,
        /// The definition that the first name of `type_name`, or else of `value_name`, means.
        of_def_id: Option<String>,
        /// The import that brings what it means.
        of_import_id: Option<String>,
        /// How many uses of names in this file begin with it.
        use_count: i64,
        /// The first byte of what binds it: the name, or the item of an import.
        bstart: i64,
        /// The byte after the last.
        bend: i64,
        /// The line.
        start_line: i64,
    }
    audit {
        imports: (kind == "import") == (import_id is not null),
        scope >= 0,
        use_count >= 0,
        bstart between 0 and bend,
        start_line >= 1,
    }
}

table! {
    /// Definitions, one row each: functions, methods and classes of Python, items of Rust.
    #[table(key = [def_id])]
    pub ast_defs {
        /// The definition: `span_id('def', path, bstart, bend)`.
        def_id: String,
        /// The file.
        file_id: String,
        /// The path of the file.
        path: String,
        /// The language: `python` or `rust`.
        lang: String,
        /// The innermost definition around it.
        parent_id: Option<String>,
        /// Python: `function`, `method`, `class`. Rust: `fn`, `method`, `struct`, `enum`, `union`,
        /// `trait`, `impl`, `mod`, `const`, `static`, `type`, `macro`, `variant` (of an `enum`).
        kind: String,
        /// The name; of an `impl`, the type's.
        name: String,
        /// The name with those around it: Python's `__qualname__`, `Type::method` in Rust.
        qualname: String,
        /// Rust: any `pub`; of a variant, that of its `enum`. Python: no leading underscore, or
        /// dunders.
        is_public: bool,
        /// Parameters of a function or method, `self` included.
        param_count: Option<i64>,
        /// The trait that an `impl`, or the `impl` around it, is for.
        trait_name: Option<String>,
        /// Names of the decorators or attributes before it.
        decorators: List<String>,
        /// A fingerprint of a function's body that formatting and comments do not change; NULL
        /// without a body and where functions nest absurdly deep.
        body_hash: Option<String>,
        /// How many tokens the body has.
        body_tokens: Option<i64>,
        /// The first line of its documentation: of a docstring of Python, of a `///` comment or an
        /// outer `/** */` of Rust.
        doc: Option<String>,
        /// Where it lies, decorators and comments before and after it aside.
        span: Span,
        /// The first byte.
        bstart: i64,
        /// The byte after the last.
        bend: i64,
        /// The first line.
        start_line: i64,
        /// The last line.
        end_line: i64,
        /// `async`, `const`, `unsafe`, `extern`: `true` or absent; `visibility`; `returns`;
        /// `bases`, separated by commas; `type`, of an `impl`.
        attrs: Map<String, String>,
    }
    audit {
        in_another: parent_id is null or parent_id != def_id,
        hashed: body_hash is null or body_tokens is not null,
        bstart >= 0 and bstart < bend,
        start_line between 1 and end_line,
    }
}

table! {
    /// Imported names, one row each.
    #[table(key = [import_id])]
    pub ast_imports {
        /// The import: `span_id('import', path, bstart, bend)`.
        import_id: String,
        /// The file.
        file_id: String,
        /// The path of the file.
        path: String,
        /// The language: `python` or `rust`.
        lang: String,
        /// Python: `import`, `from`. Rust: `use`, `extern_crate`, and `mod` for `mod name;`.
        kind: String,
        /// The module that is imported, or imported from, without leading dots.
        module: String,
        /// The name that is imported from it; `*` for all of them, NULL for the module itself.
        name: Option<String>,
        /// What follows `as`.
        alias: Option<String>,
        /// The name that it has from then on.
        binds: Option<String>,
        /// Python: the number of leading dots. Rust: the number of inline modules around.
        level: i64,
        /// Rust: any `pub`, so the name is exported again. Python: always.
        is_public: bool,
        /// The innermost definition that it lies in.
        def_id: Option<String>,
        /// Where the name is written.
        span: Span,
        /// The first byte.
        bstart: i64,
        /// The byte after the last.
        bend: i64,
        /// The first line.
        start_line: i64,
        /// The last line.
        end_line: i64,
    }
    audit {
        kind in ("import", "from", "use", "extern_crate", "mod"),
        level >= 0,
        bstart >= 0 and bstart < bend,
        start_line between 1 and end_line,
    }
}

table! {
    /// Places that the grammar does not understand, and forms that only Python 2 has; what is
    /// around them is extracted all the same. The grammar takes some texts that the language
    /// refuses.
    #[table(key = [error_id])]
    pub ast_errors {
        /// The error: `span_id('error', path, bstart, bend, number in the file)`.
        error_id: String,
        /// The file.
        file_id: String,
        /// The path of the file.
        path: String,
        /// The language: `python` or `rust`.
        lang: String,
        /// `error`, `missing` for what the grammar had to add, `python2` for what only that had.
        kind: String,
        /// What is wrong.
        message: String,
        /// Where.
        span: Span,
        /// The first byte.
        bstart: i64,
        /// The byte after the last.
        bend: i64,
        /// The first line.
        start_line: i64,
        /// The last line.
        end_line: i64,
    }
    audit {
        kind in ("error", "missing", "python2"),
        bstart between 0 and bend,
        start_line between 1 and end_line,
    }
}

table! {
    /// Files that could not be read or parsed, and why.
    pub extract_errors {
        /// `stable_id('file', path)`; there is a row in `source_files` if the file could be read.
        file_id: String,
        /// The path.
        path: String,
        /// The language; NULL for what is no source file, such as a folder.
        lang: Option<String>,
        /// `not_text`, `unknown_encoding`, `too_large`, `too_deep`, `too_slow`, `vanished`,
        /// `unreadable`, `not_a_file`, `ignore_rule`, `bad_manifest`.
        kind: String,
        /// What is wrong.
        message: String,
    }
    audit {
        kind in (
            "not_text", "unknown_encoding", "too_large", "too_deep", "too_slow", "vanished",
            "unreadable", "not_a_file", "ignore_rule", "bad_manifest",
        ),
    }
}
