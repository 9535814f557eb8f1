//! `param name: type = constant`, before the steps: a constant that each use of the view may change.

use proc_macro2::Ident;

use super::Parser;
use crate::tokens::{Reader, name_of};
use crate::view::messages;

impl Parser<'_> {
    /// `{ "param" name ":" type [ "=" constant ] }`
    pub(super) fn params(&mut self, reader: &mut Reader<'_>) {
        while let Some(word) = begins_param(reader) {
            reader.skip();
            let value = self.parameter_name(reader).and_then(|name| self.value(reader, name));
            let Some(value) = value else {
                self.whole = false;
                self.skip_to_param(reader);
                continue;
            };
            let name = name_of(&value.name);
            if self.is_template {
                self.error(word.span(), messages::param_of_template(&name));
            } else if self.values.iter().any(|(known, _)| *known == name) {
                self.error(value.name.span(), messages::parameter_twice(&name));
            } else {
                self.declare(value);
            }
        }
    }

    fn skip_to_param(&self, reader: &mut Reader<'_>) {
        while !reader.is_end()
            && begins_param(reader).is_none()
            && !super::words::begins_step(reader)
            && !reader.peek_word("with")
        {
            reader.skip();
        }
    }

    /// What no step mentions need not be given, and what is stored, or read by others, is not given.
    pub(super) fn check_params(&self, needs_defaults: bool) {
        for value in self.declared.iter().filter(|_| !self.is_template) {
            let name = name_of(&value.name);
            if self.whole && !self.mentioned.borrow().contains(&name) {
                self.error(value.name.span(), messages::parameter_unused("view", &name));
            } else if needs_defaults && value.default.is_none() {
                self.error(value.name.span(), messages::param_without_default(&name, &value.ty));
            }
        }
    }
}

/// `param` before a name; elsewhere it is a name.
fn begins_param(reader: &Reader<'_>) -> Option<Ident> {
    let mut ahead = *reader;
    let word = ahead.ident().filter(|word| word == "param")?;
    ahead.ident()?;
    ahead.peek(':').then_some(word)
}
