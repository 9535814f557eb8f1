//! Doc comments: paragraphs for documents, and the examples in them, each of which is a test.
//!
//! An example is a fenced block that starts with ```` ```sql ````: a statement, a line `----`, and
//! the rows that it gives. Other blocks are paragraphs.

use proc_macro2::Span;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

use super::messages;
use crate::sink::Sink;

/// A doc comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doc {
    /// The paragraphs, each without line breaks unless it is a block of code.
    pub paragraphs: Vec<String>,
    /// The examples in order.
    pub examples: Vec<Example>,
}

/// An example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// One SQL statement, without the semicolon.
    pub sql: String,
    /// The rows, one a line.
    pub expected: String,
}

impl Doc {
    /// Reads the doc comments among `attributes`.
    pub fn read(attributes: &[Attribute], sink: &Sink) -> Self {
        let mut lines: Vec<(String, Span)> = Vec::new();
        for attribute in attributes {
            let Meta::NameValue(pair) = &attribute.meta else { continue };
            if !pair.path.is_ident("doc") {
                continue;
            }
            if let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value {
                let value = text.value();
                let parts = if value.is_empty() { vec![""] } else { value.lines().collect() };
                lines.extend(parts.into_iter().map(|line| {
                    let line = line.strip_prefix(' ').unwrap_or(line).trim_end();
                    (line.to_owned(), text.span())
                }));
            }
        }
        Self::parse(&lines, sink)
    }

    fn parse(lines: &[(String, Span)], sink: &Sink) -> Self {
        let mut doc = Self::default();
        let mut paragraph = String::new();
        let mut lines = lines.iter();
        while let Some((line, span)) = lines.next() {
            let Some(language) = line.trim_start().strip_prefix("```") else {
                if line.trim().is_empty() {
                    doc.end_paragraph(&mut paragraph);
                } else {
                    if !paragraph.is_empty() {
                        paragraph.push(' ');
                    }
                    paragraph.push_str(line.trim());
                }
                continue;
            };
            doc.end_paragraph(&mut paragraph);
            let block: Vec<&str> = lines
                .by_ref()
                .map(|(line, _)| line.as_str())
                .take_while(|line| !line.trim_start().starts_with("```"))
                .collect();
            if language.trim() == "sql" {
                doc.push_example(&block, *span, sink);
            } else {
                doc.paragraphs.push(format!("```{language}\n{}\n```", block.join("\n")));
            }
        }
        doc.end_paragraph(&mut paragraph);
        doc
    }

    fn end_paragraph(&mut self, paragraph: &mut String) {
        if !paragraph.is_empty() {
            self.paragraphs.push(std::mem::take(paragraph));
        }
    }

    fn push_example(&mut self, block: &[&str], span: Span, sink: &Sink) {
        let Some(at) = block.iter().position(|line| line.trim() == "----") else {
            sink.error(span, messages::example_form());
            return;
        };
        let sql = block[..at].join("\n").trim().trim_end_matches(';').to_owned();
        let expected = block[at + 1..].join("\n").trim_end().to_owned();
        self.examples.push(Example { sql, expected });
    }
}
