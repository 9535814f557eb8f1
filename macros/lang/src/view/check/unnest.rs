//! `unnest`: a row for each element of a list, columns for the fields of a struct.

use std::rc::Rc;

use proc_macro2::Ident;

use super::Checker;
use super::expression::Place;
use super::scope::{RowColumn, RowRelation};
use crate::tokens::name_of;
use crate::types::{Column, StructType, Type, ValueType};
use crate::view::messages;
use crate::view::model::{self, Expr};
use crate::view::syntax;

impl Checker<'_> {
    pub(super) fn unnest(&mut self, value: &syntax::Expr, outer: bool, alias: &Ident) {
        let typed = self.typer(Place::Row("unnest")).expr(value);
        let element = match &typed.ty.ty {
            Type::List(item) => (**item).clone().or_null(outer),
            Type::Struct(ty) => {
                let ty = ty.clone();
                return self.unnest_struct(typed, &ty, value, outer, alias);
            }
            Type::Unknown => ValueType::required(Type::Unknown),
            _ => {
                let shown = value.to_short_text();
                let message = messages::unnest_needs_list(&shown, &name_of(alias), &typed.ty);
                self.sink.error_range(typed.span, message);
                ValueType::required(Type::Unknown)
            }
        };
        self.influence(&typed);
        let name = self.new_column_name(alias, "unnest");
        self.scope.columns.push(RowColumn {
            name: name.clone(),
            ty: element.clone(),
            relation: None,
            origins: self.origins(&typed, &[]),
            same_as: Rc::default(),
            span: Some((alias.span(), alias.span())),
        });
        let alias = name;
        self.steps.push(model::Step::Unnest { list: typed, alias, element, outer });
    }

    /// NULL has no fields, as a list that is NULL has no elements: it drops the row unless `outer`
    /// keeps it.
    fn unnest_struct(
        &mut self,
        typed: Expr,
        ty: &StructType,
        written: &syntax::Expr,
        outer: bool,
        alias: &Ident,
    ) {
        if typed.ty.nullable && !outer {
            self.influence(&typed);
        }
        let known = name_of(alias);
        let taken = self.scope.has_column(&known) || self.scope.relation(&known).is_some();
        let name = self.new_column_name(alias, "unnest");
        if taken {
            // Which of the two a name means would be asked again and again.
            self.scope.open = true;
            return;
        }
        let or_null = outer && typed.ty.nullable;
        let field = |field: &Column| Column {
            name: field.name.clone(),
            ty: field.ty.clone().or_null(or_null),
        };
        let fields: Vec<Column> = ty.fields.iter().map(field).collect();
        let relation = self.scope.relations.len();
        let origins = self.origins(&typed, &[]);
        self.scope.columns.extend(fields.iter().map(|field| RowColumn {
            name: field.name.clone(),
            ty: field.ty.clone(),
            relation: Some(relation),
            origins: origins.clone(),
            same_as: Rc::default(),
            span: Some((alias.span(), alias.span())),
        }));
        let own = written.to_short_text();
        let given = Some(alias.span());
        let relation =
            RowRelation { alias: name.clone(), name: own, open: false, given, query: None };
        self.scope.relations.push(relation);
        let step = model::Step::Spread { value: typed, alias: name, fields, outer };
        self.steps.push(step);
    }
}
