//! What rust-analyzer is told of a view: code that says in Rust what the names in the view mean.
//!
//! A name of the user stands in it as a field of a row, so that completion, hover, definitions and
//! references follow from what rust-analyzer knows of structs:
//!
//! ```text
//! fn __names() { let c: &__Row0; c.bend; let c: &__Row1; c.bstart; … }
//! type __Row0 = __in::ast_calls::Row;
//! …
//! ```
//!
//! rustc never sees it: `::belvedere::__private::finish_view` is this macro under `cfg(rust_analyzer)`
//! alone.
//!
//! **Architecture Invariant:** what stands before a name is as long whatever the name is, and comes
//! first in the expansion. rust-analyzer completes a word by expanding the macro a second time with
//! another word in its place, and looks for the row at the same offset in the first expansion.

use std::collections::{BTreeMap, HashMap};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::mentions::Mentions;
use super::row::{field_name, is_keyword, plain_struct};
use crate::tokens::{name_of, place};
use crate::types::{Column, StructType};
use crate::view::editor::{Note, NotedColumn, NotedOrigin};
use crate::view::env::Env;

/// The notes in the order of the text, each place once: what the check comes to first may depend on what
/// is written behind a place, and so must not stand before it. Names that are not in the text are left
/// out.
pub(super) fn in_order(notes: Vec<Note>, body: &TokenStream) -> Vec<Note> {
    let mut places = HashMap::new();
    number(body, &mut places);
    let notes = notes.into_iter().filter_map(|note| Some((*places.get(&place(note.place))?, note)));
    let mut ordered = BTreeMap::new();
    for (position, note) in notes {
        ordered.entry(position).or_insert(note);
    }
    ordered.into_values().collect()
}

/// Numbers the tokens of a text.
fn number(text: &TokenStream, places: &mut HashMap<String, usize>) {
    for tree in text.clone() {
        if let TokenTree::Group(group) = &tree {
            number(&group.stream(), places);
        } else {
            let next = places.len();
            places.entry(place(tree.span())).or_insert(next);
        }
    }
}

/// The names of a view, in Rust.
pub(super) fn names(
    notes: &[Note],
    env: &Env,
    mentions: &Mentions<'_>,
    named: &dyn Fn(&StructType) -> Option<TokenStream>,
) -> TokenStream {
    let (mut uses, mut rows) = (TokenStream::new(), TokenStream::new());
    for (i, note) in notes.iter().enumerate() {
        let row = format_ident!("__Row{i}");
        uses.extend(one_use(note, &row));
        let of_user = note.field_of.as_ref().and_then(named);
        let of_source = || Some(row_of_source(source_of(note, env)?, note, mentions));
        rows.extend(match of_user.or_else(of_source) {
            Some(ty) => quote!(type #row = #ty;),
            None => own_row(&row, &note.row, named),
        });
    }
    quote! {
        #[allow(unused)]
        fn __names() { #uses }
        #rows
    }
}

/// `let c: &__Row0; c.bend;`
fn one_use(note: &Note, row: &Ident) -> TokenStream {
    let name = note.name.as_ref().map(|name| field_name(&name_of(name), name.span()));
    let given = note.relation.as_ref().and_then(|relation| Some((&relation.name, relation.given?)));
    match given.filter(|(alias, _)| !is_keyword(alias)) {
        Some((alias, given)) => {
            let local = Ident::new(&alias.to_string(), given);
            quote!(let #local: &#row; #alias.#name;)
        }
        None => quote!(let __row: &#row; __row.#name;),
    }
}

/// The source whose row has the name, or all that could stand there.
fn source_of(note: &Note, env: &Env) -> Option<usize> {
    let name = note.name.as_ref().map(name_of);
    let mut found = note.row.iter().filter(|column| Some(&column.name) == name.as_ref());
    if let (Some(column), None) = (found.next(), found.next()) {
        return match column.origin {
            NotedOrigin::Source(source) => Some(source),
            NotedOrigin::Text(_) | NotedOrigin::Unknown => None,
        };
    }
    let NotedOrigin::Source(source) = note.row.first()?.origin else { return None };
    let declared = env.relations.get(source)?.columns.as_ref()?;
    let is_same = |(noted, declared): (&NotedColumn, &Column)| {
        matches!(noted.origin, NotedOrigin::Source(of) if of == source)
            && noted.name == declared.name
            && noted.ty == declared.ty
    };
    let whole = note.row.len() == declared.len() && note.row.iter().zip(declared).all(is_same);
    whole.then_some(source)
}

/// `__in::ast_calls::Row`; a relation's own name before the dot stands in the path.
fn row_of_source(source: usize, note: &Note, mentions: &Mentions<'_>) -> TokenStream {
    let own_name = note.relation.as_ref().filter(|relation| relation.given.is_none());
    let span = own_name.map_or_else(Span::call_site, |relation| relation.name.span());
    mentions.relations.path_at(source, &["Row"], span)
}

/// A struct of the columns that can stand at a name.
fn own_row(
    row: &Ident,
    columns: &[NotedColumn],
    named: &dyn Fn(&StructType) -> Option<TokenStream>,
) -> TokenStream {
    let fields: Vec<(Column, Span)> = columns
        .iter()
        .map(|column| {
            let span = match column.origin {
                NotedOrigin::Text(span) => span,
                NotedOrigin::Source(_) | NotedOrigin::Unknown => Span::call_site(),
            };
            (Column { name: column.name.clone(), ty: column.ty.clone() }, span)
        })
        .collect();
    plain_struct(row, &fields, named)
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use proc_macro2::TokenStream;

    use crate::expand::view::{finish_view_in_editor, view};

    /// What rust-analyzer puts where it completes.
    const MARKER: &str = "raIntellijRulezz";

    const TEXTS: &str = r#"["id: i64, size: Option<i64>"
        "id: i64, at: i64, pos: { line: i64, col: i32 }, tags: Map<String, String>"
        "span_len(start: i64, end: i64) -> i64" "map_entries<K, V>(map: Map<K, V>) -> List<{ key: K, value: V }>"]"#;

    const VIEW: &str = "pub v = with big = (from sizes as b where b.size > 3 select { b.id, b.size })
        from calls as c
        left join sizes as s on s.id == c.id and s.size > 1
        join big on big.id == c.id
        where c.at > 3
        where span_len(c.id, c.at) > 2 and (c.pos.line < 2 or s.size in (1, c.at)) and exists (from sizes as z where z.id == c.id)
        unnest map_entries(c.tags) as kv
        derive { half: c.at / 2, n: case when kv.key == \"a\" then c.id else -c.at end }
        group by { c.id, half } aggregate { longest: max(c.at), n: count(c.id) filter (kv.value == \"b\") }
        where longest > half";

    /// The number in the hidden name depends on which texts were read before.
    fn first(text: &str) -> String {
        let expansion = view(TokenStream::from_str(text).unwrap()).to_string();
        let parts = expansion.split("__belvedere_v");
        parts
            .map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_'))
            .collect()
    }

    fn second(text: &str) -> String {
        let arrived = format!("{TEXTS} [] {{ __belvedere_v {text} }}");
        finish_view_in_editor(TokenStream::from_str(&arrived).unwrap()).to_string()
    }

    /// The expansion up to the word that is completed.
    fn before<'t>(expansion: &'t str, place: &str) -> &'t str {
        let marked = expansion.find(MARKER);
        let marked = marked.unwrap_or_else(|| panic!("{place}: the word is not there"));
        let word = expansion[..marked].rfind([' ', '.', ';']).map_or(0, |end| end + 1);
        expansion[..word].trim_end()
    }

    /// Every place behind a dot: the offsets of the name there.
    fn places() -> impl Iterator<Item = (usize, usize)> {
        VIEW.match_indices('.').map(|(dot, _)| {
            let rest = &VIEW[dot + 1..];
            (dot + 1, dot + 1 + rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()))
        })
    }

    #[test]
    fn what_stands_before_a_name_does_not_depend_on_it() {
        let mut seen = 0;
        for (start, end) in places() {
            let (head, name, tail) = (&VIEW[..start], &VIEW[start..end], &VIEW[end..]);
            // Behind a bare dot this would be read as the name, and missed where it stands.
            let needed = ["then", "end", "as", "in", "."]
                .iter()
                .any(|next| tail.trim_start().starts_with(next));
            for written in ["", &name[..1], name] {
                if written.is_empty() && needed {
                    continue;
                }
                let (real, marked) =
                    (format!("{head}{written} {tail}"), format!("{head}{written}{MARKER} {tail}"));
                for phase in [first, second] {
                    let (real, marked) = (phase(&real), phase(&marked));
                    let before = before(&marked, &real);
                    assert!(real.starts_with(before), "{head}{written}|\n{before}\n{real}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 100);
    }
}
