//! `#[derive(ArrowType)]` and `#[derive(Row)]`: structs whose fields are known to the language.

use proc_macro2::{Ident, Span};
use syn::{Data, DeriveInput, Fields, GenericParam, Lifetime, Type};

use super::messages::{self, Place};
use super::words::{Piece, Word, push};
use crate::sink::{Diagnostic, Sink};
use crate::tokens::name_of;
use crate::types;

/// A struct that SQL can hold.
#[derive(Clone, Debug)]
pub struct ArrowType {
    /// Its name.
    pub ident: Ident,
    /// Who can see it.
    pub vis: syn::Visibility,
    /// Its lifetime, for text that is read in place.
    pub lifetime: Option<Lifetime>,
    /// Its type parameters.
    pub type_params: Vec<Ident>,
    /// Its fields in order.
    pub fields: Vec<StructField>,
}

/// A struct that is a row of a relation.
#[derive(Clone, Debug)]
pub struct RowType {
    /// The struct.
    pub ty: ArrowType,
}

/// A field.
#[derive(Clone, Debug)]
pub struct StructField {
    /// Its name.
    pub ident: Ident,
    /// The Rust type as it is written.
    pub ty: Type,
    /// The type as a word.
    pub word: Word,
}

impl ArrowType {
    /// Reads the item below `#[derive(ArrowType)]`.
    ///
    /// # Errors
    ///
    /// The errors of the item, all at once.
    pub fn parse(input: &DeriveInput) -> Result<Self, Vec<Diagnostic>> {
        let sink = Sink::new();
        let ty = read(input, "ArrowType", &sink);
        let name = name_of(&input.ident);
        if types::Type::NAMES.contains(&name.as_str()) || name == types::ANY_STRUCT {
            sink.error(input.ident.span(), messages::taken_name(&name));
        }
        sink.finish()?;
        Ok(ty)
    }

    /// The text of the type's carrier in pieces: `Span { bstart: i64, … }`. A struct with type
    /// parameters is many types, so it has no name there: `<K, V> { key: K, value: V }`.
    #[must_use]
    pub fn pieces(&self) -> Vec<Piece> {
        let mut out = Vec::new();
        let head = match self.type_params.as_slice() {
            [] => name_of(&self.ident),
            params => {
                let names: Vec<String> = params.iter().map(name_of).collect();
                format!("<{}>", names.join(", "))
            }
        };
        push(&mut out, &format!("{head} {{ "));
        self.field_pieces(&mut out);
        push(&mut out, " }");
        out
    }

    fn field_pieces(&self, out: &mut Vec<Piece>) {
        for (i, field) in self.fields.iter().enumerate() {
            if i > 0 {
                push(out, ", ");
            }
            push(out, &format!("{}: ", name_of(&field.ident)));
            field.word.pieces(out);
        }
    }

    /// The user's types in the fields, each once.
    #[must_use]
    pub fn named_types(&self) -> Vec<&syn::Path> {
        let mut names: Vec<&syn::Path> = Vec::new();
        for field in &self.fields {
            field.word.visit_names(&mut |path| {
                if !names.contains(&path) {
                    names.push(path);
                }
            });
        }
        names
    }
}

impl RowType {
    /// Reads the item below `#[derive(Row)]`.
    ///
    /// # Errors
    ///
    /// The errors of the item, all at once.
    pub fn parse(input: &DeriveInput) -> Result<Self, Vec<Diagnostic>> {
        let sink = Sink::new();
        let ty = read(input, "Row", &sink);
        sink.finish()?;
        Ok(Self { ty })
    }

    /// The text of the carrier in pieces: `file_id: String, size: i64`.
    #[must_use]
    pub fn pieces(&self) -> Vec<Piece> {
        let mut out = Vec::new();
        self.ty.field_pieces(&mut out);
        out
    }

    /// Where the fields stand.
    #[must_use]
    pub fn places(&self) -> Vec<Span> {
        self.ty.fields.iter().map(|field| field.ident.span()).collect()
    }
}

fn read(input: &DeriveInput, derive: &str, sink: &Sink) -> ArrowType {
    let (mut lifetime, mut type_params) = (None, Vec::new());
    for param in &input.generics.params {
        match param {
            GenericParam::Lifetime(param) if lifetime.is_none() => {
                lifetime = Some(param.lifetime.clone());
            }
            GenericParam::Lifetime(param) => {
                let name = param.lifetime.to_string();
                sink.error(param.lifetime.span(), messages::generic_struct(derive, &name));
            }
            GenericParam::Type(param)
                if derive == "ArrowType"
                    && param.bounds.is_empty()
                    && param.default.is_none()
                    && input.generics.where_clause.is_none() =>
            {
                type_params.push(param.ident.clone());
            }
            GenericParam::Type(param) => {
                let name = name_of(&param.ident);
                sink.error(param.ident.span(), messages::generic_struct(derive, &name));
            }
            GenericParam::Const(param) => {
                let name = name_of(&param.ident);
                sink.error(param.ident.span(), messages::generic_struct(derive, &name));
            }
        }
    }
    let fields = read_fields(input, derive, &type_params, sink);
    ArrowType { ident: input.ident.clone(), vis: input.vis.clone(), lifetime, type_params, fields }
}

fn read_fields(
    input: &DeriveInput,
    derive: &str,
    type_params: &[Ident],
    sink: &Sink,
) -> Vec<StructField> {
    let wrong = |found: &str| {
        sink.error(input.ident.span(), messages::not_a_struct(derive, found));
        Vec::new()
    };
    let fields = match &input.data {
        Data::Struct(data) => &data.fields,
        Data::Enum(_) => return wrong("an enum"),
        Data::Union(_) => return wrong("a union"),
    };
    let named = match fields {
        Fields::Named(named) => &named.named,
        Fields::Unnamed(_) => return wrong("a tuple struct"),
        Fields::Unit => return wrong("a unit struct"),
    };
    if named.is_empty() {
        sink.error(input.ident.span(), messages::no_fields(derive));
    }
    named
        .iter()
        .filter_map(|field| {
            let ident = field.ident.clone()?;
            let word = Word::read(&field.ty, Place::Field, sink).with_params(type_params);
            Some(StructField { ident, ty: field.ty.clone(), word })
        })
        .collect()
}
