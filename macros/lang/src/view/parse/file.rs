//! `table! { name from "schemas/name.json" }`: a table whose columns a schema file has.

use proc_macro2::Span;

use super::Parser;
use super::head::Head;
use crate::tokens::Reader;
use crate::view::messages;
use crate::view::syntax::{Asked, Table};

impl Parser<'_> {
    /// `string`, behind `from`
    pub(super) fn table_of_file(
        &mut self,
        reader: &mut Reader<'_>,
        head: Head,
        keyword: Span,
    ) -> Table {
        let span = if reader.is_end() { keyword } else { reader.span() };
        let literal = reader.literal().map(syn::Lit::new);
        let file = match literal {
            Some(syn::Lit::Str(file)) if !file.value().is_empty() => file,
            _ => {
                let form = format!("from \"schemas/{}.json\"", head.name);
                self.error(span, messages::file_in_quotes(&form));
                // An empty name says that no file is named, and that this is reported.
                syn::LitStr::new("", span)
            }
        };
        if reader.peek_word("audit") {
            self.error(reader.span(), messages::asked_of_file());
        } else if !reader.is_end() && !file.value().is_empty() {
            let message = messages::expected("nothing after the file", &reader.describe());
            let form = format!(
                "the columns are those of the file: write `from \"{}\"` alone",
                file.value()
            );
            self.error(reader.span(), message.help(form));
        }
        let (doc, vis, name) = (head.doc, head.vis, head.name);
        Table {
            doc,
            vis,
            name,
            columns: Vec::new(),
            file: Some(file),
            asked: Asked::default(),
            whole: false,
            types: Vec::new(),
        }
    }
}
