//! Templates, their parameters and their uses.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proc_macro2::Ident;

use super::View;
use crate::tokens::Range;
use crate::types::{Type, TypeSyntax, TypeSyntaxKind};
use crate::view::model::Literal;

/// A view over relations that each use of it names.
#[derive(Clone, Debug)]
pub struct Template {
    /// The relations: `R` of `<R: Relation>`.
    pub relations: Vec<Ident>,
    /// What stands in the parentheses.
    pub params: Vec<Param>,
    /// Everything else. Its first sources are [`Self::relations`], of which no path tells.
    pub view: View,
}

/// A parameter of a template.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: Ident,
    /// What it stands for.
    pub kind: ParamKind,
}

/// What a parameter stands for.
#[derive(Clone, Debug)]
pub enum ParamKind {
    /// `name`: a column.
    Column,
    /// `...name`: one column or several.
    Columns,
    /// `name: type [= literal]`: a constant.
    Value(Value),
}

/// A constant that is known only where a view or a template is used.
#[derive(Clone, Debug)]
pub struct Value {
    /// Its name.
    pub name: Ident,
    /// Its type, which is never `Option`.
    pub ty: TypeSyntax,
    /// What it is if nothing else is said.
    pub default: Option<Literal>,
}

impl Value {
    /// Its type. What has no constants is refused where it is written.
    pub(crate) fn to_type(&self) -> Type {
        match &self.ty.kind {
            TypeSyntaxKind::Plain(ty) => ty.clone(),
            _ => Type::Unknown,
        }
    }
}

/// A template in the place of a relation: `latest<ast_calls>(call_id, modified)`.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The template's name, for messages.
    pub name: String,
    /// Where it is defined, for messages.
    pub place: String,
    /// Where it is used.
    pub span: Range,
    /// The types that its text names, and the position of the first among those of the view.
    pub(in crate::view) types: (usize, Vec<syn::Path>),
    /// The user's columns of which an error has been reported.
    pub(in crate::view) reported: RefCell<BTreeSet<String>>,
}
