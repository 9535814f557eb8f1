//! Stars: the columns of the row, of a relation or of a struct, without some, with other names.

use super::expression::Place;
use super::step::Items;
use super::{Checker, messages};
use crate::suggest::{listed, nearest};
use crate::tokens::name_of;
use crate::types::{StructType, Type};
use crate::view::model::{Expr, ExprKind, NamedExpr};
use crate::view::syntax::{self, ColumnName, Item, Star};

/// What stands before the dot of a star.
enum Of {
    /// Nothing: all columns.
    Row,
    /// The relation at this position.
    Relation(usize),
    /// A struct.
    Struct(Expr),
    /// Something that is reported, or that an error hides.
    Hidden,
}

/// How many columns a help names: with more nobody reads it.
const NAMED_MAX: usize = 12;

/// A column that a star stands for.
struct Starred {
    /// Its own name, which the star may replace.
    name: String,
    /// The relation that it belongs to.
    alias: Option<String>,
    expr: Expr,
}

impl Checker<'_> {
    /// The columns that a star stands for.
    pub(super) fn star(&self, star: &Star) -> Items {
        let of = self.of(star, true);
        let hidden = self.is_open_star(&of);
        let columns = match of {
            Of::Row => self.starred(star, None),
            Of::Relation(position) => self.starred(star, Some(position)),
            Of::Struct(expr) => parts(&expr, star),
            Of::Hidden => return Vec::new(),
        };
        let mut left: Vec<(NamedExpr, crate::tokens::Range)> = Vec::new();
        for named in star.except.iter().chain(star.rename.iter().map(|(_, old)| old)) {
            if !hidden && !columns.iter().any(|column| column.is_called(named)) {
                let names = || columns.iter().map(|column| column.name.as_str());
                let wrong = name_of(&named.name);
                let near = nearest(&wrong, names());
                let message = messages::star_lacks(&named.text(), near, &listed(names()));
                self.sink.error(named.name.span(), message);
            }
        }
        for column in columns {
            if star.except.iter().any(|name| column.is_called(name)) {
                continue;
            }
            let renamed = star.rename.iter().find(|(_, old)| column.is_called(old));
            let (name, span) = match renamed {
                Some((new, _)) => (name_of(new), (new.span(), new.span())),
                None => (column.name, star.span),
            };
            left.push((NamedExpr { name, expr: column.expr }, span));
        }
        if left.is_empty() && !hidden {
            self.sink.error_range(star.span, messages::empty_select());
        }
        left
    }

    /// Whether a star stands for columns that an error hides.
    pub(super) fn has_open_star(&self, items: &[Item]) -> bool {
        items.iter().any(|item| match item {
            Item::Star(star) => self.is_open_star(&self.of(star, false)),
            Item::Value { .. } => false,
        })
    }

    fn is_open_star(&self, of: &Of) -> bool {
        match of {
            Of::Row => self.scope.is_open(),
            Of::Relation(position) => self.scope.relations[*position].open || self.scope.open,
            Of::Struct(_) => false,
            Of::Hidden => true,
        }
    }

    /// What stands before the dot. Relations come before structs of the same name, as in `c.path`.
    fn of(&self, star: &Star, loud: bool) -> Of {
        let Some(of) = &star.of else { return Of::Row };
        let quiet = crate::sink::Sink::ignoring();
        let sink = if loud { self.sink } else { &quiet };
        if let syntax::ExprKind::Name(alias) = &of.kind {
            let name = name_of(alias);
            if let Some(position) = self.scope.relation(&name) {
                return Of::Relation(position);
            }
            if !self.scope.has_column(&name) {
                if !self.scope.is_open() {
                    sink.error(alias.span(), self.scope.unknown_relation(&name, None));
                }
                return Of::Hidden;
            }
        }
        let expr = super::Typer { sink, notes: None, ..self.typer(Place::Row("select")) }.expr(of);
        match &expr.ty.ty {
            Type::Struct(_) => Of::Struct(expr),
            Type::Unknown => Of::Hidden,
            _ => {
                let message = messages::star_of_no_struct(&of.to_short_text(), &expr.ty);
                sink.error_range(of.span, message);
                Of::Hidden
            }
        }
    }

    /// The columns that a star stands for as keys are written, where they are few and all can be keys.
    pub(super) fn star_written(&self, star: &Star) -> Option<String> {
        let columns = match self.of(star, false) {
            _ if !star.except.is_empty() || !star.rename.is_empty() || self.scope.is_open() => {
                return None;
            }
            Of::Row => self.starred(star, None),
            Of::Relation(position) => self.starred(star, Some(position)),
            Of::Struct(_) | Of::Hidden => return None,
        };
        let names = columns.iter().map(|column| match &column.expr.kind {
            ExprKind::Column(position) if column.expr.ty.ty.is_ordered() => {
                Some(self.scope.path(*position))
            }
            _ => None,
        });
        let names: Vec<String> = names.collect::<Option<_>>()?;
        (1..=NAMED_MAX).contains(&names.len()).then(|| names.join(", "))
    }

    fn starred(&self, star: &Star, wanted: Option<usize>) -> Vec<Starred> {
        let columns = self.scope.columns.iter().enumerate();
        let columns = columns.filter(|(_, column)| self.scope.can_be_named(column));
        let columns = columns.filter(|(_, column)| wanted.is_none() || column.relation == wanted);
        let starred = columns.map(|(position, column)| Starred {
            name: column.name.clone(),
            alias: column.relation.map(|of| self.scope.relations[of].alias.clone()),
            expr: Expr { kind: ExprKind::Column(position), ty: column.ty.clone(), span: star.span },
        });
        starred.collect()
    }
}

impl Starred {
    fn is_called(&self, wanted: &ColumnName) -> bool {
        let relation = wanted.relation.as_ref().map(name_of);
        self.name == name_of(&wanted.name) && (relation.is_none() || relation == self.alias)
    }
}

/// The fields of a struct.
fn parts(expr: &Expr, star: &Star) -> Vec<Starred> {
    let part = |(name, expr)| Starred { name, alias: None, expr: Expr { span: star.span, ..expr } };
    match &expr.ty.ty {
        Type::Struct(ty) => fields_of(expr, ty).map(part).collect(),
        _ => Vec::new(),
    }
}

/// Each field of a struct, by its name.
pub(super) fn fields_of<'a>(
    expr: &'a Expr,
    ty: &'a StructType,
) -> impl Iterator<Item = (String, Expr)> + 'a {
    ty.fields.iter().map(|field| {
        let kind = ExprKind::Field { expr: Box::new(expr.clone()), field: field.name.clone() };
        let ty = field.ty.clone().or_null(expr.ty.nullable);
        (field.name.clone(), Expr { kind, ty, span: expr.span })
    })
}
