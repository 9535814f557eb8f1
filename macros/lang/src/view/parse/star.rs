//! `*`, and what it leaves out or gives another name.

use proc_macro2::{Delimiter, Ident};

use super::foreign::begins_step_in_any_case;
use super::{Parser, skip_past_comma};
use crate::suggest::nearest;
use crate::tokens::{Range, Reader, name_of};
use crate::view::messages;
use crate::view::syntax::{ColumnName, Expr, ExprKind, Star};

/// How many structs may lie in each other before a star: what walks the path recurses.
const STRUCTS_MAX: usize = 32;

impl Parser<'_> {
    /// `( "*" | name { "." name } "." "*" ) [ "except" names ] [ "rename" names ]`
    pub(super) fn star(&mut self, reader: &mut Reader<'_>) -> Option<Star> {
        let (of, span) = match reader.punct('*') {
            Some(span) => (None, (span, span)),
            None => {
                let of = path_before_star(reader)?;
                let span = (of.span.0, reader.last_span());
                (Some(of), span)
            }
        };
        let mut star = Star { of, except: Vec::new(), rename: Vec::new(), span };
        if self.modifier(reader, "except", "exclude").is_some() {
            self.names(reader, "except", |parser, reader| {
                star.except.push(parser.column_name(reader)?);
                Some(())
            });
        }
        if self.modifier(reader, "rename", "renaming").is_some() {
            self.names(reader, "rename", |parser, reader| {
                star.rename.push(parser.renamed(reader)?);
                Some(())
            });
        }
        self.after_star(reader);
        Some(star)
    }

    /// The word, or that of another language.
    fn modifier(&self, reader: &mut Reader<'_>, word: &str, other: &str) -> Option<Range> {
        let written = reader.peek_ident()?;
        if !written.to_string().eq_ignore_ascii_case(other) {
            return self.keyword(reader, word);
        }
        self.error(written.span(), messages::operator(&written.to_string(), word));
        reader.skip();
        Some((written.span(), written.span()))
    }

    /// `"(" name { "," name } ")"`; one name may stand without parentheses in other languages.
    fn names(
        &mut self,
        reader: &mut Reader<'_>,
        word: &str,
        mut read: impl FnMut(&mut Self, &mut Reader<'_>) -> Option<()>,
    ) {
        let Some((mut inside, _)) = reader.group(Delimiter::Parenthesis) else {
            let start = reader.span();
            match reader.peek_ident() {
                Some(name) if read(self, reader).is_some() => {
                    let form = (format!("{word} {name}"), format!("{word} ({name})"));
                    let span = (start, reader.last_span());
                    self.sink.error_range(span, messages::operator(&form.0, &form.1));
                }
                Some(_) => {}
                None => self.expected(reader, &format!("`(…)` after `{word}`")),
            }
            return;
        };
        while !inside.is_end() {
            let whole = read(self, &mut inside).is_some();
            if inside.punct(',').is_some() || inside.is_end() {
                continue;
            }
            if whole {
                self.expected(&inside, "`,`");
            }
            skip_past_comma(&mut inside);
        }
    }

    /// `[ name "." ] name`
    fn column_name(&self, reader: &mut Reader<'_>) -> Option<ColumnName> {
        let Some(first) = reader.ident() else {
            self.expected(reader, "the name of a column");
            return None;
        };
        if reader.punct('.').is_none() {
            return Some(ColumnName { relation: None, name: first });
        }
        let Some(name) = reader.ident() else {
            self.expected(reader, "the name of a column");
            return None;
        };
        Some(ColumnName { relation: Some(first), name })
    }

    /// `name ":" [ name "." ] name`; other languages write `old as new`.
    fn renamed(&self, reader: &mut Reader<'_>) -> Option<(Ident, ColumnName)> {
        let start = reader.span();
        let first = self.column_name(reader)?;
        if first.relation.is_none() && reader.punct(':').is_some() {
            return Some((first.name, self.column_name(reader)?));
        }
        if self.keyword(reader, "as").is_some()
            && let Some(new) = reader.ident()
        {
            let (old, new_name) = (first.text(), name_of(&new));
            let form = (format!("{old} as {new_name}"), format!("{new_name}: {old}"));
            let span = (start, new.span());
            self.sink.error_range(span, messages::operator(&form.0, &form.1));
            return Some((new, first));
        }
        let message = messages::expected("`new_name: name`", &reader.describe());
        let (old, name) = (first.text(), name_of(&first.name));
        self.error(
            reader.span(),
            message.help(format!("write `new_{name}: {old}`, with the new name first")),
        );
        None
    }

    /// Something other than a comma stands after a star: `* replace (…)` of other languages.
    fn after_star(&self, reader: &mut Reader<'_>) {
        if reader.is_end() || reader.peek(',') || begins_step_in_any_case(reader) {
            return;
        }
        match reader.peek_ident() {
            Some(word) => {
                let word_text = word.to_string();
                let near = nearest(&word_text, ["except", "rename"]);
                let advice = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`* except (name), name: …` computes a column anew".to_owned(),
                };
                self.error(word.span(), messages::no_operator(&word_text, Some(&advice)));
            }
            None => self.expected(reader, "`,`"),
        }
        while !reader.is_end() && !reader.peek(',') {
            reader.skip();
        }
    }
}

/// `name { "." name } "." "*"`: what stands before the star.
fn path_before_star(reader: &mut Reader<'_>) -> Option<Expr> {
    let mut ahead = *reader;
    let first = ahead.ident()?;
    let span = (first.span(), first.span());
    let mut path = Expr { kind: ExprKind::Name(first), span };
    for _ in 0..STRUCTS_MAX {
        ahead.punct('.')?;
        if ahead.punct('*').is_some() {
            *reader = ahead;
            return Some(path);
        }
        let field = ahead.ident()?;
        let span = (path.span.0, field.span());
        path = Expr { kind: ExprKind::Field(Box::new(path), field), span };
    }
    None
}
