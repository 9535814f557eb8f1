//! The relations, functions and types that the cases speak of, and views that they define.

use std::collections::HashMap;
use std::str::FromStr as _;

use proc_macro2::TokenStream;

use crate::sink::{Diagnostic, Sink};
use crate::types::{Type, parse_struct, path_text};
use crate::view::env::Env;
use crate::view::template::Bundle;
use crate::view::{
    check_schema_file, check_table, check_template, check_view, is_template, model, parse_table,
    parse_template, parse_view, parse_view_with,
};

pub(super) const SPAN: &str = "Span { bstart: i64, bend: i64 }";

pub(super) const RELATIONS: [(&str, &str); 5] = [
    (
        "ast_calls",
        "file_id: String, path: String, bstart: i64, bend: i64, attrs: Map<String, String>, tags: \
         Option<List<String>>, pos: { line: i64, col: i32 }",
    ),
    ("files", "file_id: String, path: String, lang: String, size: Option<i64>"),
    (
        "spans",
        "id: i64, span: Span { bstart: i64, bend: i64 }, at: Option<Span { bstart: i64, bend: i64 \
         }>, day: Date, seen: Option<Timestamp>, score: f32, small: i8, raw: Bytes, ok: bool, \
         edges: List<{ key: String, weight: Option<f64> }>",
    ),
    ("hidden", "?"),
    ("newer", "id: Decimal(10)"),
];

pub(super) const FUNCTIONS: [&str; 21] = [
    "span_len(start: i64, end: i64) -> i64",
    "length_of(span: Span { bstart: i64, bend: i64 }) -> i64",
    "attr_or<K, V>(m: Map<K, V>, key: K, default: V) -> V",
    "map_extract<K, V>(m: Map<K, V>, key: K) -> Option<V>",
    "map_entries<K, V>(map: Map<K, V>) -> List<{ key: K, value: V }>",
    "col_to_byte(line: String, col: i64, unit: literal String) -> Option<i64>",
    "normalize(text: String, form: literal String = \"nfkc\", fold: literal bool = true, by: \
     literal i8 = -1) -> String",
    "blank(text: Option<String>) -> bool",
    "stable_id(parts: ...any) -> String",
    "hash(text: String) -> u64",
    "clock(text: String) -> Time",
    "pick(value: AnyStruct, fields: ...literal String) -> AnyStruct",
    "nearest<T: SortValue>(left: T, right: Option<T>) -> T",
    "find_all<T: SortValue>(list: List<Option<T>>, item: T) -> List<T>",
    "aggregate arg_max<V: SortValue, K: SortValue>(value: V, key: K) -> Option<V>",
    "window running<N: Number>(value: N) -> N",
    "aggregate list_unique<V: SortValue>(value: Option<V>) -> List<Option<V>>",
    "aggregate count_if(condition: bool) -> i64",
    "window row_index() -> i64",
    "async look_up(key: String) -> Option<String>",
    "table numbers(start: i64) -> i64",
];

const ROWS: [(&str, &str); 2] =
    [("CallRow", "file_id: String, n: i64, size: i64"), ("LooseRow", "path: Option<String>")];

/// The files of the package.
pub(super) fn schema_file(path: &str) -> Result<Vec<u8>, String> {
    let columns = |text: &str| format!(r#"{{"format": 1, "uri": "u", "columns": [{text}]}}"#);
    let text = match path {
        "schemas/orders.json" | "schemas/t.json" => columns(r#"{ "name": "id", "type": "i64" }"#),
        "schemas/wrong.json" => columns(
            "\n{ \"name\": \"id\", \"type\": \"strng\" },\n{ \"name\": \"id\", \"tpe\": \"i64\" }",
        ),
        "schemas/merged.json" => "{\n<<<<<<< HEAD\n}".to_owned(),
        "schemas/wide.json" => return Ok(vec![0xff, 0xfe, b'{', 0]),
        "schemas/latin.json" => return Ok(vec![b'"', 0xe9, b'"']),
        _ => return Err("there is no such file".to_owned()),
    };
    Ok(text.into_bytes())
}

/// What the texts of a case can name.
#[derive(Default)]
pub(super) struct World {
    /// Columns of the relations that the case defines itself.
    defined: HashMap<String, String>,
    /// The models of its views.
    pub(super) views: Vec<model::View>,
    /// The texts of its templates.
    templates: HashMap<String, String>,
}

impl World {
    /// Reads and checks a view, or a table if the text begins with `table`.
    pub(super) fn define(&mut self, text: &str) -> Vec<Diagnostic> {
        let sink = Sink::new();
        let tokens = TokenStream::from_str(text).unwrap();
        match text.strip_prefix("table ") {
            // The word keeps the columns of the text where they are.
            Some(_) => self.define_table(tokens.into_iter().skip(1).collect(), &sink),
            None if is_template(&tokens) => self.define_template(tokens, &sink),
            None => self.define_view(tokens, &sink),
        }
        let mut diagnostics = sink.into_diagnostics();
        diagnostics.sort_by_key(|diagnostic| {
            let at = diagnostic.start.start();
            (at.line, at.column)
        });
        diagnostics
    }

    fn define_table(&mut self, tokens: TokenStream, sink: &Sink) {
        let Some(table) = parse_table(tokens, sink) else { return };
        if let Some(file) = &table.file {
            let read = check_schema_file(file, &schema_file, sink);
            let columns = read.map(|read| read.columns.into_iter().map(|c| c.column).collect());
            let columns: Option<Vec<_>> = columns;
            let text = crate::view::env::relation_to_text(columns.as_deref());
            self.defined.insert(table.name.to_string(), text);
            return;
        }
        let types: Vec<Type> = table.types().iter().map_while(named_type).collect();
        let checked = check_table(&table, &types, sink);
        let columns: Vec<_> = checked.columns.into_iter().map(|column| column.column).collect();
        let text = crate::view::env::relation_to_text(Some(&columns));
        self.defined.insert(checked.name, text);
    }

    fn define_view(&mut self, tokens: TokenStream, sink: &Sink) {
        let Some(mut view) = parse_view(tokens.clone(), sink) else { return };
        let env = self.env(&view, sink);
        if !view.templates().is_empty() {
            view = parse_view_with(tokens, env.known(sink), &Sink::ignoring()).unwrap();
        }
        let checked = check_view(&view, &env, sink);
        let columns = checked.as_ref().map(|checked| checked.columns.as_slice());
        let text = crate::view::env::relation_to_text(columns);
        self.defined.insert(view.name.to_string(), text);
        self.views.extend(checked);
    }

    fn define_template(&mut self, tokens: TokenStream, sink: &Sink) {
        let text = tokens.to_string();
        let Some(mut template) = parse_template(tokens.clone(), None, sink) else { return };
        let texts = self.texts(&template.view);
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let env = Env::from_texts(&template.view, &texts, sink).over(&template.relations);
        if !template.view.templates().is_empty() {
            let known = Some(env.known(sink));
            template = parse_template(tokens, known, &Sink::ignoring()).unwrap();
        }
        check_template(&template, &env, sink);
        let name = template.view.name.to_string();
        let mut texts = texts.into_iter().map(str::to_owned);
        let view = &template.view;
        let mut take = |paths: &[syn::Path]| texts.by_ref().take(paths.len()).collect::<Vec<_>>();
        let relations = view.sources().iter().map(path_text).zip(take(view.sources())).collect();
        let (functions, types) = (take(view.functions()), take(view.types()));
        let templates = env.templates.clone();
        let line = view.name.span().start().line;
        let place = format!("line {line}");
        let bundle = Bundle { place, text, relations, functions, types, templates };
        let text = if sink.has_errors() { "?".to_owned() } else { bundle.to_text() };
        self.templates.insert(name.clone(), text);
        self.defined.insert(name, "<template>".to_owned());
    }

    fn env(&self, view: &crate::view::syntax::View, sink: &Sink) -> Env {
        let texts = self.texts(view);
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut env = Env::from_texts(view, &texts, sink);
        if env.templates.is_empty() {
            // What rustc does not find is not there at all.
            env.types = view.types().iter().map_while(named_type).collect();
        }
        env
    }

    fn texts(&self, view: &crate::view::syntax::View) -> Vec<String> {
        let relation = |path: &syn::Path| {
            let name = last(path);
            let known = RELATIONS.iter().find(|(known, _)| *known == name);
            known.map_or_else(
                || self.defined.get(&name).map_or("?", String::as_str),
                |(_, text)| text,
            )
        };
        let function = |path: &syn::Path| {
            let prefix = [format!("{}(", last(path)), format!("{}<", last(path))];
            let is_it = |text: &&&str| {
                let text = text
                    .trim_start_matches("async ")
                    .trim_start_matches("aggregate ")
                    .trim_start_matches("window ")
                    .trim_start_matches("table ");
                prefix.iter().any(|p| text.starts_with(p))
            };
            let known = FUNCTIONS.iter().find(is_it);
            known.map_or("!", |text| *text)
        };
        let ty = |path: &syn::Path| match path_text(path).as_str() {
            "Span" => SPAN,
            "Entry" => "<K, V> { key: K, value: V }",
            _ => "?",
        };
        let row = |path: &syn::Path| {
            let known = ROWS.iter().find(|(name, _)| *name == last(path));
            known.map_or("?", |(_, text)| text)
        };
        let template = |path: &syn::Path| {
            let known = self.templates.get(&last(path));
            known.map_or("?", String::as_str)
        };
        (view.sources().iter().map(relation))
            .chain(view.functions().iter().map(function))
            .chain(view.types().iter().map(ty))
            .chain(view.row.iter().map(row))
            .chain(view.templates().iter().map(template))
            .map(str::to_owned)
            .collect()
    }
}

fn named_type(path: &syn::Path) -> Option<Type> {
    match path_text(path).as_str() {
        "Span" => Some(Type::Struct(parse_struct(SPAN).unwrap())),
        "Entry" => Some(Type::Unknown),
        _ => None,
    }
}

fn last(path: &syn::Path) -> String {
    path.segments.last().unwrap().ident.to_string()
}
