//! What a use of a template gives for each of its parameters.

use proc_macro2::Ident;

use super::Parser;
use super::substitute::Columns;
use crate::sink::Sink;
use crate::suggest::nearest;
use crate::tokens::{Range, Reader, name_of};
use crate::types::{IntType, Type, TypeSyntax, TypeSyntaxKind};
use crate::view::messages;
use crate::view::model::{Literal, SourceRef};
use crate::view::syntax::{Expr, ExprKind, Param, ParamKind, Value};

/// What a use gives: a name or a constant.
pub(super) struct Given {
    /// The parameter that it is for, if it says so.
    name: Option<Ident>,
    value: GivenValue,
    span: Range,
}

enum GivenValue {
    Name(Ident),
    Constant(Literal),
}

/// What the parameters of a template stand for.
#[derive(Default)]
pub(super) struct Bound {
    pub(super) relations: Vec<(String, SourceRef, String)>,
    pub(super) columns: Vec<Columns>,
    pub(super) values: Vec<(String, Expr)>,
}

/// Whether constants of this type can be written.
pub(super) fn is_type_of_constants(ty: &TypeSyntax) -> bool {
    let TypeSyntaxKind::Plain(ty) = &ty.kind else { return false };
    let plain = matches!(
        ty,
        Type::Bool | Type::Int(_) | Type::F32 | Type::F64 | Type::Decimal(_) | Type::String
    );
    plain || matches!(ty, Type::Date | Type::Timestamp | Type::LocalTimestamp)
}

/// The type of a constant.
pub(super) fn plain(ty: &TypeSyntax) -> Type {
    match &ty.kind {
        TypeSyntaxKind::Plain(ty) => ty.clone(),
        _ => Type::Unknown,
    }
}

/// A constant as a value of the type that it fits.
pub(super) fn constant_of_type(literal: Literal, ty: &TypeSyntax, span: Range) -> Expr {
    let settles = match &ty.kind {
        TypeSyntaxKind::Plain(Type::Int(int)) => *int == IntType::I64,
        TypeSyntaxKind::Plain(ty) => matches!(ty, Type::Bool | Type::String),
        _ => false,
    };
    let float = matches!(literal, Literal::Float(_) | Literal::Decimal(_))
        && matches!(&ty.kind, TypeSyntaxKind::Plain(Type::F64));
    if settles || float {
        return Expr { kind: ExprKind::Literal(literal), span };
    }
    let expr = Box::new(Expr { kind: ExprKind::Literal(literal), span });
    Expr { kind: ExprKind::Cast { expr, to: ty.clone(), lenient: false }, span }
}

impl Parser<'_> {
    /// Makes a name that of a constant which a use gives.
    pub(super) fn declare(&mut self, value: Value) {
        let span = (value.name.span(), value.name.span());
        let kind = ExprKind::Value(self.declared.len());
        self.values.push((name_of(&value.name), Expr { kind, span }));
        self.declared.push(value);
    }

    /// The constant that a name stands for.
    pub(super) fn value_of(&self, name: &Ident) -> Option<Expr> {
        let name = name_of(name);
        let (_, expr) = self.values.iter().find(|(known, _)| *known == name)?;
        self.mentioned.borrow_mut().insert(name);
        Some(expr.clone())
    }

    /// `[ "-" ] literal | "true" | "false"`
    pub(super) fn constant(&mut self, reader: &mut Reader<'_>) -> Option<(Literal, Range)> {
        let start = reader.span();
        let minus = reader.punct('-').is_some();
        let truth = ["true", "false"].into_iter().find(|word| reader.word(word).is_some());
        let literal = match (truth, reader.literal()) {
            (Some(word), _) => Literal::Bool(word == "true"),
            (None, Some(token)) => self.literal(&token, start)?,
            (None, None) => {
                self.expected(reader, "a constant");
                return None;
            }
        };
        let literal = match literal.negative().filter(|_| minus) {
            Some(negative) => negative,
            None => literal,
        };
        Some((literal, (start, reader.last_span())))
    }

    /// `[ [ name ":" ] ( name | constant ) { "," … } ]`
    pub(super) fn given(&mut self, reader: &mut Reader<'_>) -> Option<Vec<Given>> {
        let mut given = Vec::new();
        while !reader.is_end() {
            let mut ahead = *reader;
            let name = ahead.ident().filter(|_| ahead.punct(':').is_some());
            if name.is_some() {
                *reader = ahead;
            }
            let start = reader.span();
            let word = reader.peek_ident().filter(|word| *word != "true" && *word != "false");
            let value = match word {
                Some(word) => {
                    reader.skip();
                    GivenValue::Name(word)
                }
                None => GivenValue::Constant(self.constant(reader)?.0),
            };
            given.push(Given { name, value, span: (start, reader.last_span()) });
            if reader.punct(',').is_none() && !reader.is_end() {
                let wanted = "`,` and a column or a constant";
                let mut ahead = *reader;
                let column = ahead.punct('.').and_then(|_| ahead.ident());
                let message = match column {
                    Some(column) => messages::expected(wanted, &reader.describe())
                        .help(format!("a column is given by its name alone: write `{column}`")),
                    None => messages::wanted(wanted, &reader.describe()),
                };
                self.error(reader.span(), message);
                return None;
            }
        }
        Some(given)
    }

    /// What each parameter stands for; `None` after an error.
    pub(super) fn bind(
        &self,
        template: &Ident,
        (formal, params): (&[Ident], &[Param]),
        relations: &[(SourceRef, String)],
        given: &[Given],
        sink: &Sink,
    ) -> Option<Bound> {
        let form = form(template, formal, params);
        if formal.len() != relations.len() {
            let message = messages::template_relations(formal.len(), relations.len(), &form);
            sink.error(template.span(), message);
            return None;
        }
        let slots = arranged(template, params, given, &form, sink)?;
        let mut bound = Bound::default();
        for (name, (source, written)) in formal.iter().zip(relations) {
            bound.relations.push((name_of(name), *source, written.clone()));
        }
        let mut whole = true;
        for (param, given) in params.iter().zip(slots) {
            whole &= self.bind_one(template, param, &given, &form, sink, &mut bound).is_some();
        }
        whole.then_some(bound)
    }

    fn bind_one(
        &self,
        template: &Ident,
        param: &Param,
        given: &[&Given],
        form: &str,
        sink: &Sink,
        bound: &mut Bound,
    ) -> Option<()> {
        let name = name_of(&param.name);
        let span = (template.span(), template.span());
        match (&param.kind, given) {
            (ParamKind::Value(Value { ty, default: Some(default), .. }), []) => {
                bound.values.push((name, constant_of_type(default.clone(), ty, span)));
            }
            (_, []) => {
                let message = messages::template_argument(&name_of(template), &name, form);
                sink.error_range(span, message);
                return None;
            }
            (ParamKind::Value(value), [given, ..]) => {
                let expr = match &given.value {
                    GivenValue::Constant(literal) if literal.is_of(&value.to_type()) => {
                        Some(constant_of_type(literal.clone(), &value.ty, given.span))
                    }
                    GivenValue::Constant(_) => None,
                    // A constant of the view or template that the use stands in.
                    GivenValue::Name(name) => self.value_of(name),
                };
                let Some(expr) = expr else {
                    let constant = match &given.value {
                        GivenValue::Constant(literal) => Some(literal),
                        GivenValue::Name(_) => None,
                    };
                    let message = messages::value_type(&name, &value.ty, constant);
                    sink.error_range(given.span, message);
                    return None;
                };
                bound.values.push((name, expr));
            }
            (ParamKind::Column | ParamKind::Columns, given) => {
                let mut columns = Vec::with_capacity(given.len());
                for given in given {
                    let GivenValue::Name(column) = &given.value else {
                        sink.error_range(given.span, messages::constant_for_column(&name, form));
                        return None;
                    };
                    columns.push(column.clone());
                }
                let many = matches!(param.kind, ParamKind::Columns);
                bound.columns.push(Columns { name, columns, many });
            }
        }
        Some(())
    }
}

/// Which of the given is for which parameter, by their order or their names.
fn arranged<'g>(
    template: &Ident,
    params: &[Param],
    all: &'g [Given],
    form: &str,
    sink: &Sink,
) -> Option<Vec<Vec<&'g Given>>> {
    let mut slots: Vec<Vec<&Given>> = params.iter().map(|_| Vec::new()).collect();
    let takes_all = |i: usize| matches!(params[i].kind, ParamKind::Columns);
    let mut next = 0;
    let mut left = all.iter().filter(|given| given.name.is_none()).count();
    for given in all {
        let at = match &given.name {
            None if next < params.len() => {
                let at = next;
                left -= 1;
                // Several columns end where the parameters behind them want what is left.
                next += usize::from(!takes_all(at) || left == wanted(&params[at + 1..], all));
                at
            }
            None => {
                sink.error_range(given.span, messages::template_too_many(params.len(), form));
                return None;
            }
            Some(name) => {
                let wanted = name_of(name);
                let names: Vec<_> = params.iter().map(|param| name_of(&param.name)).collect();
                let Some(at) = names.iter().position(|name| *name == wanted) else {
                    let near = nearest(&wanted, names.iter().map(String::as_str));
                    let template = name_of(template);
                    let message = messages::template_parameter(&template, &wanted, near, form);
                    sink.error(name.span(), message);
                    return None;
                };
                at
            }
        };
        if !slots[at].is_empty() && !takes_all(at) {
            let name = name_of(&params[at].name);
            sink.error_range(given.span, messages::template_argument_twice(&name));
            return None;
        }
        slots[at].push(given);
    }
    Some(slots)
}

/// How many of these parameters have to be given and are not given by their names.
fn wanted(params: &[Param], given: &[Given]) -> usize {
    let by_name = |param: &&Param| {
        let name = name_of(&param.name);
        given.iter().any(|given| given.name.as_ref().is_some_and(|given| name_of(given) == name))
    };
    let has_default =
        |param: &&Param| matches!(&param.kind, ParamKind::Value(value) if value.default.is_some());
    params.iter().filter(|param| !has_default(param) && !by_name(param)).count()
}

/// How a use is written: `latest<R>(...key, order)`.
fn form(template: &Ident, relations: &[Ident], params: &[Param]) -> String {
    let relations: Vec<String> = relations.iter().map(name_of).collect();
    let params = params.iter().map(|param| {
        let name = name_of(&param.name);
        match &param.kind {
            ParamKind::Column => name,
            ParamKind::Columns => format!("...{name}"),
            ParamKind::Value(Value { default: Some(default), .. }) => {
                format!("{name}: {}", default.to_text())
            }
            ParamKind::Value(value) => format!("{name}: {}", messages::sample(&value.ty)),
        }
    });
    let params = params.collect::<Vec<_>>().join(", ");
    format!("{}<{}>({params})", name_of(template), relations.join(", "))
}
