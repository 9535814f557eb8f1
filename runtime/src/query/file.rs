//! Files of views, checked against the program and what is published.

use std::collections::BTreeSet;

use belvedere_lang::lex::{FILE_MAX, tokens};
use belvedere_lang::render::Findings;
use belvedere_lang::sink::Sink;
use belvedere_lang::types::columns_to_text;
use belvedere_lang::view::file::{Checked, check_file as check_definitions};
use belvedere_lang::view::names::Names as _;

use super::apart::apart;
use super::error::QueryError;
use super::names::Known;
use super::prepare::Opened;
use crate::session::Runtime;

impl Runtime {
    /// Checks the definitions of a file, `view! { … }` and `table! { … }` or one view, against the program and
    /// what is published. Returns each with its columns, and everything that is wrong as texts in which the
    /// file is called `name`.
    ///
    /// # Errors
    ///
    /// [`QueryError::NoWarehouse`], and what the warehouse says.
    pub async fn check(
        &self,
        text: &str,
        name: &str,
    ) -> Result<(Vec<String>, Vec<String>), QueryError> {
        let (definitions, findings) = check_file(self, text).await?;
        Ok((definitions, super::error::texts(&findings, name)))
    }
}

/// Checks the definitions of a file. Returns each as a text, `name: columns`, and all that is wrong.
pub(crate) async fn check_file(
    runtime: &Runtime,
    text: &str,
) -> Result<(Vec<String>, Findings), QueryError> {
    let opened = Opened::new(runtime, runtime.warehouse_path()?).await?;
    let mut known = opened.known()?;
    // Which of them the text reads is known when it is read; that it has their names is enough.
    let mentioned: BTreeSet<String> = known.relations().into_iter().collect();
    let mentioned = mentioned.into_iter();
    let mentioned = mentioned.filter(|name| known.stored(name).is_some() && text.contains(name));
    opened.pin(&mentioned.collect(), &mut known).await?;
    let text = text.to_owned();
    apart(move || {
        let sink = Sink::new();
        let checked = tokens(&text, FILE_MAX, &sink)
            .map(|tokens| check_definitions(tokens, &known, &sink))
            .unwrap_or_default();
        let findings = Findings::new(sink.into_diagnostics(), &text);
        (checked.iter().map(shown).collect(), findings)
    })
    .await
}

/// What a text can name, with the columns of everything that is published.
pub(crate) async fn known(runtime: &Runtime) -> Result<Known, QueryError> {
    let opened = Opened::new(runtime, runtime.warehouse_path()?).await?;
    let mut known = opened.known()?;
    let stored = known.relations().into_iter().filter(|name| known.stored(name).is_some());
    for name in stored.collect::<Vec<_>>() {
        match opened.pin(&BTreeSet::from([name]), &mut known).await {
            // A table that no view can read has its name, and is refused where it is read.
            Ok(_) | Err(QueryError::Unsupported { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(known)
}

/// A definition with the columns that it has.
fn shown(checked: &Checked) -> String {
    let name = checked.name.as_deref().unwrap_or("query");
    match &checked.columns {
        Some(columns) => format!("{name}: {}", columns_to_text(columns)),
        None => name.to_owned(),
    }
}
