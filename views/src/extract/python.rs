//! Python: definitions, calls and imports, counted as Python's own `ast` module counts them.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;
use tree_sitter::Node;

use crate::extract::columns::Attr;
use crate::extract::grammar::Rule;
use crate::extract::scope::Definition;
use crate::extract::visit::{Call, Import, Visitor, signed};

/// What stands in a callee for a part that is no name.
pub(crate) const NO_NAME: &str = "()";

/// Longer literals are cut: an attribute is for looking at and for comparing.
pub(crate) const LITERAL_CHARS_MAX: usize = 200;

/// A path with more parts is one that a program wrote.
const PATH_PARTS_MAX: usize = 256;

/// `ast.Call`
pub(crate) fn call<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, outer: Rule) {
    let mut attrs: Vec<Attr<'_>> = Vec::new();
    let type_start = after_type(visitor, node);
    let (callee, name) = match node.child_by_field_name("function") {
        Some(function) => {
            let (callee, name) = path(visitor, function);
            let is_method = function.kind() == "attribute";
            if is_method {
                attrs.push(("is_method", "true".into()));
            }
            match (type_start, name) {
                (None, name) => (callee, name),
                (Some(_), Some(name)) if is_method => (format!("{NO_NAME}.{name}"), Some(name)),
                (Some(_), _) => (NO_NAME.to_owned(), None),
            }
        }
        None => (NO_NAME.to_owned(), None),
    };
    match outer {
        Rule::Await => attrs.push(("is_await", "true".into())),
        Rule::Decorator => attrs.push(("is_decorator", "true".into())),
        _ => {}
    }
    let arg_count = match node.child_by_field_name("arguments") {
        // `f(x for x in y)` has one argument, whose brackets are those of the call.
        Some(arguments) if arguments.kind() == "generator_expression" => 1,
        Some(arguments) => {
            let items = visitor.items(arguments);
            arguments_attrs(visitor, &items, &mut attrs);
            signed(items.len())
        }
        None => 0,
    };
    let mut place = visitor.place(node);
    if let Some(start) = type_start.or_else(|| after_star(visitor, node)) {
        place.span.0 = signed(start + visitor.source.base);
    }
    let name_at = node.child_by_field_name("function").map(last_name);
    visitor.push_call(&Call { kind: "call", callee, name, name_at, arg_count, place, attrs });
}

/// The name that a callee ends with.
fn last_name(function: Node<'_>) -> Node<'_> {
    let mut node = function;
    loop {
        let inner = match node.kind() {
            "attribute" => node.child_by_field_name("attribute"),
            "parenthesized_expression" | "list_splat" => {
                (0..node.named_child_count()).find_map(|at| expression(node, at))
            }
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => return node,
        }
    }
}

/// Where the call begins in `type(x)(y).z = 1` (see [`type_alias`]): the grammar sees `(x)(y)`.
fn after_type(visitor: &Visitor<'_, '_, '_>, call: Node<'_>) -> Option<usize> {
    let text = visitor.source.text.get(..call.end_byte())?;
    let (before, call) = text.split_at_checked(call.start_byte())?;
    let before = before.trim_end_matches([' ', '\t']).strip_suffix("type")?;
    let is_word = !before.ends_with(|char: char| char.is_alphanumeric() || char == '_');
    (is_word && call.starts_with('(')).then_some(before.len())
}

/// Where the call begins in `x = *f(1), 2`. Outside of brackets the grammar takes the star for a
/// part of the name, and with it of all that is built upon the name.
fn after_star(visitor: &Visitor<'_, '_, '_>, call: Node<'_>) -> Option<usize> {
    let rest = visitor.source.text_of(call).strip_prefix('*')?;
    let name = rest.trim_start_matches(|char: char| char == '\\' || char.is_ascii_whitespace());
    Some(call.end_byte() - name.len())
}

fn arguments_attrs<'a>(
    visitor: &Visitor<'a, '_, '_>,
    items: &[Node<'_>],
    attrs: &mut Vec<Attr<'a>>,
) {
    if let Some(text) = items.first().and_then(|first| string_literal(visitor, *first)) {
        attrs.push(("first_string", text));
    }
    let keywords: Vec<&str> = items
        .iter()
        .filter(|item| item.kind() == "keyword_argument")
        .filter_map(|item| item.child_by_field_name("name"))
        .map(|name| visitor.source.text_of(name))
        .collect();
    if !keywords.is_empty() {
        attrs.push(("keywords", keywords.join(",").into()));
    }
    if items.iter().any(|item| matches!(item.kind(), "list_splat" | "dictionary_splat")) {
        attrs.push(("unpacks", "true".into()));
    }
}

/// The inside of a string that is nothing but text.
fn string_literal<'a>(visitor: &Visitor<'a, '_, '_>, node: Node<'_>) -> Option<Cow<'a, str>> {
    if node.kind() != "string" || node.named_child_count() > 3 {
        return None;
    }
    let prefix = visitor.source.text_of(node.named_child(0)?);
    if prefix.to_ascii_lowercase().contains(['f', 't']) {
        return None;
    }
    let content = node.named_child(1).filter(|child| child.kind() == "string_content");
    Some(clipped(content.map_or("", |content| visitor.source.text_of(content))))
}

/// A text without what is too much of it.
pub(crate) fn clipped(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LITERAL_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// A name as Python knows it: `ﬁ` is `fi`.
pub(crate) fn normal<'a>(name: &'a str) -> Cow<'a, str> {
    match name.is_ascii() {
        true => Cow::Borrowed(name),
        false => ComposingNormalizerBorrowed::new_nfkc().normalize(name),
    }
}

/// What is called, as far as it is names: `a.b.c`, `().c` when something else comes before, and the
/// last name.
pub(crate) fn path<'a>(
    visitor: &Visitor<'a, '_, '_>,
    function: Node<'_>,
) -> (String, Option<Cow<'a, str>>) {
    let mut parts: Vec<Cow<'a, str>> = Vec::new();
    let mut node = function;
    let mut name = None;
    loop {
        match node.kind() {
            "identifier" => {
                let text = normal(visitor.source.text_of(node));
                if parts.is_empty() {
                    name = Some(text.clone());
                }
                parts.push(text);
                break;
            }
            // Neither brackets nor the star are part of what is called: `(f)(x)`, `*f(x)`.
            "parenthesized_expression" | "list_splat" => {
                match (0..node.named_child_count()).find_map(|at| expression(node, at)) {
                    Some(inner) => node = inner,
                    None => {
                        parts.push(NO_NAME.into());
                        break;
                    }
                }
            }
            "attribute" if parts.len() < PATH_PARTS_MAX => {
                let (Some(object), Some(attribute)) =
                    (node.child_by_field_name("object"), node.child_by_field_name("attribute"))
                else {
                    parts.push(NO_NAME.into());
                    break;
                };
                let text = normal(visitor.source.text_of(attribute));
                if parts.is_empty() {
                    name = Some(text.clone());
                }
                parts.push(text);
                node = object;
            }
            "call" if !parts.is_empty() && visitor.source.text_of(node) == "super()" => {
                parts.push("super()".into());
                break;
            }
            _ => {
                parts.push(NO_NAME.into());
                break;
            }
        }
    }
    parts.reverse();
    (parts.join("."), name)
}

/// The named child at that position, unless it is a comment.
fn expression(node: Node<'_>, at: usize) -> Option<Node<'_>> {
    let child = node.named_child(u32::try_from(at).ok()?)?;
    (!child.is_extra()).then_some(child)
}

/// `type(x).y = z`: the grammar takes `type` at the begin of a statement for the soft keyword, as
/// if `(x).y` were the name of an alias. Python does so only before a name.
pub(crate) fn type_alias<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>) {
    let Some(keyword) = node.child(0).filter(|child| child.kind() == "type") else { return };
    let Some(left) = node.child_by_field_name("left") else { return };
    let start = left.start_byte();
    let mut innermost = left;
    let arguments = loop {
        match innermost.kind() {
            "parenthesized_expression" | "tuple" => break innermost,
            _ => match innermost.child(0).filter(|child| child.start_byte() == start) {
                Some(child) => innermost = child,
                None => return,
            },
        }
    };
    let arg_count = signed(visitor.items(arguments).len());
    let place = visitor.place_between(keyword, arguments);
    let callee = "type".to_owned();
    let attrs = Vec::new();
    visitor.push_call(&Call {
        kind: "call",
        callee,
        name: Some("type".into()),
        name_at: Some(keyword),
        arg_count,
        place,
        attrs,
    });
}

/// What only Python 2 understands and the grammar does too: such a file does not parse.
pub(crate) fn only_python_2<'t>(
    visitor: &mut Visitor<'_, '_, 't>,
    node: Node<'t>,
    outer: Rule,
) -> Option<&'static str> {
    let text = visitor.source.text_of(node);
    let has_child = |kind| node.named_child(0).is_some_and(|child| child.kind() == kind);
    match node.kind() {
        // `print >> f, x` is an expression.
        "print_statement" if !has_child("chevron") => Some("`print` without brackets"),
        "exec_statement" => Some("`exec` without brackets"),
        "raise_statement" if has_child("expression_list") => Some("`raise` with several values"),
        "tuple_pattern" if outer == Rule::Parameters => Some("a parameter that is a tuple"),
        "comparison_operator" => {
            let mut children = node.children(&mut visitor.probe);
            children.any(|child| child.kind() == "<>").then_some("`<>`")
        }
        "string_start" if text.starts_with('`') => Some("an expression between backticks"),
        "string_start" if text.to_ascii_lowercase().starts_with("ur") => Some("a string `ur`"),
        "integer" if text.ends_with(['l', 'L']) => Some("an integer that ends with `L`"),
        "integer" if is_old_octal(text) => Some("an integer that begins with `0`"),
        _ => None,
    }
}

fn is_old_octal(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    text.starts_with('0') && digits(text) && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte))
}

/// What a decorator is called: `a.b` for `@a.b` and `@a.b(c)`.
pub(crate) fn decorator(visitor: &Visitor<'_, '_, '_>, node: Node<'_>) -> Option<String> {
    let expression = node.named_child(0)?;
    let called = match expression.kind() {
        "call" => expression.child_by_field_name("function")?,
        _ => expression,
    };
    Some(path(visitor, called).0)
}

/// `ast.FunctionDef`, `ast.AsyncFunctionDef`, `ast.ClassDef`
pub(crate) fn define<'a, 't>(
    visitor: &mut Visitor<'a, '_, 't>,
    node: Node<'t>,
    kind: &'static str,
) -> Definition<'a> {
    let name = node.child_by_field_name("name").map_or("", |name| visitor.source.text_of(name));
    let name = normal(name);
    let body = node.child_by_field_name("body").map(|body| (body.start_byte(), body.end_byte()));
    let mut attrs: Vec<Attr<'a>> = Vec::new();
    let mut param_count = None;
    if kind == "class" {
        if let Some(bases) = node.child_by_field_name("superclasses") {
            let bases: Vec<String> = visitor
                .items(bases)
                .into_iter()
                .filter(|base| base.kind() != "keyword_argument")
                .map(|base| path(visitor, base).0)
                .collect();
            attrs.push(("bases", bases.join(",").into()));
        }
    } else {
        if node.child(0).is_some_and(|first| first.kind() == "async") {
            attrs.push(("async", "true".into()));
        }
        if let Some(ty) = node.child_by_field_name("return_type") {
            attrs.push(("returns", clipped(visitor.source.text_of(ty))));
        }
        param_count = node.child_by_field_name("parameters").map(|parameters| {
            let items = visitor.items(parameters);
            let separators = ["keyword_separator", "positional_separator"];
            signed(items.iter().filter(|item| !separators.contains(&item.kind())).count())
        });
    }
    let in_class = visitor.scopes().kind() == Some("class");
    Definition {
        kind: if kind == "function" && in_class { "method" } else { kind },
        is_public: !name.starts_with('_') || (name.starts_with("__") && name.ends_with("__")),
        name: name.into_owned(),
        param_count,
        trait_name: None,
        body: body.filter(|_| kind == "function"),
        attrs,
        doc: docstring(visitor, node),
    }
}

/// The first line of the string that a body begins with.
fn docstring(visitor: &Visitor<'_, '_, '_>, node: Node<'_>) -> Option<String> {
    let body = node.child_by_field_name("body")?;
    let statement = (0..body.named_child_count()).find_map(|at| expression(body, at))?;
    let string = statement.named_child(0).filter(|_| statement.kind() == "expression_statement")?;
    if string.kind() != "string" {
        return None;
    }
    let content = string.named_child(1).filter(|child| child.kind() == "string_content")?;
    let mut lines = visitor.source.text_of(content).lines().map(str::trim);
    lines.find(|line| !line.is_empty()).map(str::to_owned)
}

/// `ast.Import`, `ast.ImportFrom`: one row for each alias in them.
pub(crate) fn import<'t>(visitor: &mut Visitor<'_, '_, 't>, node: Node<'t>, kind: &'static str) {
    let source = node.child_by_field_name("module_name");
    let (module, level) = match source {
        _ if node.kind() == "future_import_statement" => ("__future__".to_owned(), 0),
        Some(source) => module_name(visitor, source),
        None => (String::new(), 0),
    };
    let start = source.map_or(node.start_byte(), |source| source.end_byte());
    for item in visitor.items(node) {
        if item.start_byte() < start || Some(item) == source {
            continue;
        }
        let place = visitor.place(item);
        let (target, alias) = match item.kind() {
            "dotted_name" | "wildcard_import" => (item, None),
            "aliased_import" => match item.child_by_field_name("name") {
                Some(target) => (target, item.child_by_field_name("alias")),
                None => continue,
            },
            _ => continue,
        };
        let alias = alias.map(|alias| normal(visitor.source.text_of(alias)));
        let alias = alias.as_deref();
        let text = normal(visitor.source.text_of(target));
        let text = text.as_ref();
        let import = if kind == "import" {
            let module = dotted(text);
            let first = text.split('.').next().map(str::trim);
            let binds = alias.or(first);
            Import { kind, module, name: None, alias, binds, level, is_public: true, place }
        } else {
            let binds = alias.or(Some(text)).filter(|name| *name != "*");
            let (module, name) = (Cow::Borrowed(module.as_str()), Some(text));
            Import { kind, module, name, alias, binds, level, is_public: true, place }
        };
        visitor.push_import(&import);
    }
}

/// The module in `from MODULE import`, and by how many dots it is relative.
fn module_name(visitor: &Visitor<'_, '_, '_>, node: Node<'_>) -> (String, i64) {
    let text = visitor.source.text_of(node);
    let name = text.trim_start_matches(|char: char| char == '.' || char.is_whitespace());
    let prefix = &text[..text.len() - name.len()];
    (dotted(name).into_owned(), signed(prefix.matches('.').count()))
}

/// A dotted name without the white space that Python allows in it.
fn dotted(text: &str) -> Cow<'_, str> {
    if text.contains(|char: char| char.is_whitespace() || char == '\\') {
        text.replace(|char: char| char.is_whitespace() || char == '\\', "").into()
    } else {
        text.into()
    }
}
