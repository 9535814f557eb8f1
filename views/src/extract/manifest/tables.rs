//! TOML: a document, and the little that is asked of it.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Written;

/// A table of a document.
pub(super) type Table<'a> = DeTable<'a>;

/// A value of a document, and where it is written.
pub(super) type Value<'a> = Spanned<DeValue<'a>>;

/// A key of a document, and where it is written.
pub(super) type Key<'a> = Spanned<Cow<'a, str>>;

/// The document, or what is wrong with it in one line.
pub(super) fn parse(text: &str) -> Result<Table<'_>, String> {
    let document = DeTable::parse(text).map_err(|error| {
        let message = error.message().lines().next().unwrap_or("it is no TOML").to_owned();
        match error.span() {
            Some(span) => {
                let before = text.get(..span.start).unwrap_or(text);
                format!("{message}, see line {}", before.matches('\n').count() + 1)
            }
            None => message,
        }
    })?;
    Ok(document.into_inner())
}

/// The table behind a path of keys.
pub(super) fn table<'t, 'a>(table: &'t Table<'a>, path: &[&str]) -> Option<&'t Table<'a>> {
    path.iter().try_fold(table, |table, key| table.get(*key)?.get_ref().as_table())
}

/// The text of a key.
pub(super) fn text<'t>(table: &'t Table<'_>, key: &str) -> Option<&'t str> {
    table.get(key)?.get_ref().as_str()
}

/// The text of a key, and where it is written.
pub(super) fn written(table: &Table<'_>, key: &str) -> Option<Written> {
    let value = table.get(key)?;
    Some(Written { text: value.get_ref().as_str()?.to_owned(), at: value.span() })
}

/// Whether a key says `true`.
pub(super) fn is_set(table: &Table<'_>, key: &str) -> bool {
    table.get(key).and_then(|value| value.get_ref().as_bool()).unwrap_or(false)
}

/// The items of a list.
pub(super) fn items<'t, 'a>(table: &'t Table<'a>, key: &str) -> &'t [Value<'a>] {
    table.get(key).and_then(|value| value.get_ref().as_array()).map_or(&[], |items| items)
}

/// The first text of a list, or the text itself.
pub(super) fn first_text<'t>(table: &'t Table<'_>, key: &str) -> Option<&'t str> {
    let first = || items(table, key).first()?.get_ref().as_str();
    text(table, key).or_else(first)
}
