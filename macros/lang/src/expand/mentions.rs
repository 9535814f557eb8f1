//! What a view or a template mentions: the imports of it, the chain through it, and what its
//! descriptor names of it.

use proc_macro2::{Ident, TokenStream};

use super::carrier::Text;
use super::imports::{self, Imports, Kind};
use crate::tokens::name_of;
use crate::view::builtins;
use crate::view::env::{MISSING, TEMPLATE};
use crate::view::syntax::View;

/// The imports of everything that a view mentions.
pub(super) struct Mentions<'a> {
    pub(super) relations: Imports<'a>,
    pub(super) functions: Imports<'a>,
    pub(super) types: Imports<'a>,
    pub(super) row: Imports<'a>,
    pub(super) templates: Imports<'a>,
}

/// What the descriptor of a view names: paths of statics, and texts.
pub(super) struct Descriptors<'t> {
    pub(super) sources: Vec<TokenStream>,
    pub(super) functions: Vec<TokenStream>,
    pub(super) types: Vec<&'t str>,
    pub(super) row: Vec<&'t str>,
    pub(super) templates: Vec<TokenStream>,
}

impl<'a> Mentions<'a> {
    pub(super) fn new(view: &'a View) -> Self {
        Self {
            relations: Imports::new(Kind::Relation, view.sources()),
            functions: Imports::new(Kind::Function, view.functions()),
            types: Imports::new(Kind::Type, view.types()),
            row: Imports::new(Kind::Row, view.row.as_slice()),
            templates: Imports::new(Kind::Template, view.templates()),
        }
    }

    /// The carriers of types, and of the row type.
    pub(super) fn types_and_row(&self) -> Vec<TokenStream> {
        [self.types.paths(&[]), self.row.paths(&[])].concat()
    }

    /// Whether what others have to know of the view is known only when its types are.
    pub(super) fn awaits_types(&self) -> bool {
        self.types.len() + self.row.len() > 0
    }

    fn all(&self) -> [&Imports<'a>; 5] {
        [&self.relations, &self.functions, &self.types, &self.row, &self.templates]
    }

    pub(super) fn outside(&self, hidden: &Ident) -> TokenStream {
        self.all().into_iter().map(|imports| imports.outside(hidden)).collect()
    }

    pub(super) fn inside(&self, hidden: &Ident) -> TokenStream {
        imports::inside(&self.all(), hidden)
    }

    pub(super) fn carriers(&self) -> Vec<TokenStream> {
        [
            self.relations.paths(&["columns"]),
            self.functions.paths(&["signature"]),
            self.types.paths(&[]),
            self.row.paths(&[]),
            self.templates.paths(&["template"]),
        ]
        .concat()
    }

    /// The statics by which rustc shows circles.
    pub(super) fn definitions(&self) -> Vec<TokenStream> {
        let definition = ["definition"];
        [self.relations.paths(&definition), self.templates.paths(&definition)].concat()
    }

    /// What the descriptor names, as far as it is there.
    pub(super) fn descriptors<'t>(&self, texts: &'t [Text]) -> Descriptors<'t> {
        let mut texts = texts.iter().map(|text| text.value.as_str());
        let mut there = |paths: Vec<TokenStream>| -> Vec<TokenStream> {
            let is_there = |text: &str| text != MISSING && text != TEMPLATE;
            let pairs = paths.into_iter().zip(texts.by_ref());
            pairs.filter_map(|(path, text)| is_there(text).then_some(path)).collect()
        };
        let sources = there(self.relations.paths(&["RELATION"]));
        let functions = there(self.functions.paths(&["DESCRIPTOR"]));
        let types = texts.by_ref().take(self.types.len()).collect();
        let row = texts.by_ref().take(self.row.len()).collect();
        let templates = self.templates.paths(&["TEMPLATE"]).into_iter().zip(texts);
        let templates = templates.filter_map(|(path, text)| (text != MISSING).then_some(path));
        Descriptors { sources, functions, types, row, templates: templates.collect() }
    }

    /// What makes rustc speak of names that are something else than what they are used as. Of
    /// functions near to a built-in's name the check speaks.
    pub(super) fn something_else(&self, texts: &[Text]) -> TokenStream {
        let imports = [(&self.relations, false), (&self.functions, true)].into_iter();
        let names = imports.flat_map(|(imports, are_functions)| {
            (0..imports.len()).map(move |position| (imports, are_functions, position))
        });
        let missing = names.zip(texts).filter(|((imports, are_functions, position), text)| {
            let name = imports.name(*position);
            let near = || name.is_some_and(|name| builtins::advice(&name_of(name)).is_some());
            text.value == MISSING && !(*are_functions && near())
        });
        let missing = missing.map(|((imports, _, position), _)| imports.something_else(position));
        let no_template = |(position, text): (usize, &Text)| {
            (text.value == MISSING).then(|| self.templates.something_else(position))
        };
        let before = texts.len().saturating_sub(self.templates.len());
        let templates = texts.iter().skip(before).enumerate().filter_map(no_template);
        missing.chain(templates).collect()
    }
}
