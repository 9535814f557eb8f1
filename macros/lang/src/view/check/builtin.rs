//! Calls of built-ins: type variables, overloads by bounds, aggregates.

use super::call::Params;
use super::coerce::{cast, coerce, common, fits, unknown};
use super::expression::{Place, Typer};
use crate::tokens::Range;
use crate::types::{IntType, Type, ValueType};
use crate::view::builtins::{Bound, Builtin, Kind, Nulls, Shape};
use crate::view::messages;
use crate::view::model::{Expr, ExprKind, FunctionRef};
use crate::view::syntax::{self, Call};

/// What each type variable stands for; of a list's items, also whether they can be NULL.
type Bindings = Vec<(&'static str, ValueType)>;

impl Typer<'_> {
    pub(super) fn builtin(&self, builtin: &'static Builtin, call: &Call, span: Range) -> Expr {
        if let Some(distinct) = call.distinct {
            self.check_distinct(builtin, distinct);
        }
        if builtin.kind == Kind::Scalar {
            return self.scalar_builtin(builtin, call, span);
        }
        let Some(grouped) = self.in_group(builtin.name, call, span) else { return unknown(span) };
        let inside = Self { place: Place::Argument(builtin.name), ..*self };
        let Some((args, bindings)) = inside.builtin_args(builtin, call, span) else {
            return unknown(span);
        };
        if let Some(arg) = args.first().filter(|_| call.distinct.is_some())
            && !arg.ty.ty.is_groupable()
        {
            self.error(arg.span, messages::not_groupable("distinct", &arg.ty.ty));
            return unknown(span);
        }
        let nullable = match builtin.nulls {
            Nulls::Never => false,
            Nulls::Always => true,
            Nulls::NoRows => !grouped,
            Nulls::Group | Nulls::Strict | Nulls::All => {
                !grouped || args.iter().any(|arg| arg.ty.nullable)
            }
        };
        let kind = ExprKind::Aggregate {
            function: FunctionRef::Builtin(builtin.engine),
            args,
            distinct: call.distinct.is_some(),
        };
        Expr { kind, ty: ValueType { ty: returned(builtin.returns, &bindings), nullable }, span }
    }

    /// Whether an aggregate that stands here has group keys; `None` where none can stand, which is
    /// reported.
    pub(super) fn in_group(&self, name: &str, call: &Call, span: Range) -> Option<bool> {
        let message = match self.place {
            Place::Group(keys) => return Some(!keys.is_empty()),
            Place::Row(step) => messages::aggregate_in_step(name, step),
            Place::Argument(outer) => messages::nested_aggregate(name, outer),
        };
        self.args(call);
        self.error(span, message);
        None
    }

    /// Only some aggregates of the engine count equal values once.
    fn check_distinct(&self, builtin: &Builtin, distinct: proc_macro2::Span) {
        if builtin.kind == Kind::Scalar {
            self.sink.error(distinct, messages::distinct_of_scalar(builtin.name));
        } else if !builtin.distinct() {
            self.sink.error(distinct, messages::no_distinct(builtin.name));
        }
    }

    fn scalar_builtin(&self, builtin: &'static Builtin, call: &Call, span: Range) -> Expr {
        let Some((args, bindings)) = self.builtin_args(builtin, call, span) else {
            return unknown(span);
        };
        let nullable = match builtin.nulls {
            Nulls::Never => false,
            Nulls::Always => true,
            Nulls::All => args.iter().all(|arg| arg.ty.nullable),
            Nulls::Strict | Nulls::Group | Nulls::NoRows => args.iter().any(|arg| arg.ty.nullable),
        };
        let ty = returned(builtin.returns, &bindings);
        let function = FunctionRef::Builtin(builtin.engine);
        let kind = ExprKind::Call { function, args };
        if !builtin.unsigned {
            return Expr { kind, ty: ValueType { ty, nullable }, span };
        }
        let unsigned = Type::Int(IntType::U64);
        cast(Expr { kind, ty: ValueType { ty: unsigned, nullable }, span }, ty)
    }

    /// The arguments as values of the parameters' types, and what the type variables stand for.
    fn builtin_args(
        &self,
        builtin: &'static Builtin,
        call: &Call,
        span: Range,
    ) -> Option<(Vec<Expr>, Bindings)> {
        let typed = self.args(call);
        let params = Params {
            names: builtin.params.iter().map(|param| param.name).collect(),
            required: builtin.params.len() - builtin.optional,
            variadic: builtin.variadic,
            signature: builtin.to_string(),
        };
        let slots = self.arrange(call, &params, span)?;
        let mut given: Vec<Argument<'_>> = Vec::with_capacity(typed.len());
        for ((value, slot), written) in typed.into_iter().zip(slots).zip(&call.args) {
            given.push(Argument { parameter: slot?, value, written: &written.value });
        }
        given.sort_by_key(|argument| argument.parameter);
        let bindings = self.bind(builtin, &given)?;
        let mut args = Vec::with_capacity(given.len());
        let mut wrong = false;
        for argument in given {
            match self.builtin_argument(builtin, argument, &bindings) {
                Some(argument) => args.push(argument),
                None => wrong = true,
            }
        }
        (!wrong).then_some((args, bindings))
    }

    /// What the type variables stand for: lists and maps say it, then plain arguments together.
    fn bind(&self, builtin: &'static Builtin, given: &[Argument<'_>]) -> Option<Bindings> {
        let mut bindings = Bindings::new();
        for argument in given {
            match (argument.shape(builtin), &argument.value.ty.ty) {
                (Shape::ListOf(name, _), Type::List(item)) => {
                    bindings.push((name, (**item).clone()))
                }
                (Shape::Map(key, value), Type::Map(key_type, value_type)) => {
                    bindings.push((key, ValueType::required((**key_type).clone())));
                    bindings.push((value, (**value_type).clone()));
                }
                _ => {}
            }
        }
        let mut so_far: Option<(&'static str, Bound, Expr)> = None;
        for argument in given {
            let Shape::Var(name, bound) = argument.shape(builtin) else { continue };
            if bindings.iter().any(|(bound, _)| *bound == name) {
                continue;
            }
            let value = &argument.value;
            if !value.ty.ty.has_unknown() && !within(bound, &value.ty.ty) {
                self.wrong_argument(
                    builtin,
                    argument,
                    bound.describe(),
                    number_of(bound, &value.ty.ty),
                );
                return None;
            }
            let Some((_, _, before)) = &mut so_far else {
                so_far = Some((name, bound, value.clone()));
                continue;
            };
            match common(before, value) {
                Some(ty) if ty == value.ty.ty => *before = value.clone(),
                Some(ty) => before.ty.ty = ty,
                None => {
                    let wanted = before.ty.ty.clone();
                    // A float would lose what is behind its point.
                    let loses = value.ty.ty.is_number() && wanted.is_number();
                    let to = (!loses).then(|| wanted.clone());
                    self.wrong_argument(builtin, argument, &format!("`{wanted}`"), to);
                    return None;
                }
            }
        }
        if let Some((name, bound, argument)) = so_far {
            bindings.push((name, ValueType::required(settled(bound, argument.ty.ty))));
        }
        Some(bindings)
    }

    fn builtin_argument(
        &self,
        builtin: &Builtin,
        argument: Argument<'_>,
        bindings: &Bindings,
    ) -> Option<Expr> {
        let shape = argument.shape(builtin);
        let ty = &argument.value.ty.ty;
        let wanted = match shape {
            Shape::ListOf(..) | Shape::ListOfNullable(_) | Shape::Texts(_) | Shape::Map(..) => {
                if ty.has_unknown() || is_shaped(shape, ty) {
                    return Some(argument.value);
                }
                self.wrong_argument(builtin, &argument, &format!("`{shape}`"), None);
                return None;
            }
            _ => returned(shape, bindings),
        };
        // What computes with floats takes every number, as its description says.
        let about_floats = matches!(shape, Shape::F64 | Shape::Var(_, Bound::Float));
        if !(fits(&argument.value, &wanted) || (about_floats && ty.is_number())) {
            self.wrong_argument(builtin, &argument, &format!("`{wanted}`"), Some(wanted.clone()));
            return None;
        }
        if wanted == Type::Null {
            self.error(argument.value.span, messages::untyped_null());
            return None;
        }
        Some(coerce(argument.value, &wanted))
    }

    /// Reports an argument, with what would do if it is of type `to`.
    fn wrong_argument(
        &self,
        builtin: &Builtin,
        argument: &Argument<'_>,
        wanted: &str,
        to: Option<Type>,
    ) {
        let Argument { value, written, .. } = argument;
        let name = builtin.params[argument.parameter].name;
        let counts = matches!(builtin.name, "length" | "character_length");
        let form = match (to, argument.shape(builtin), &value.ty.ty) {
            (_, Shape::Text, Type::List(_)) if counts => {
                Some(format!("array_length({})", written.to_short_text()))
            }
            (_, Shape::Text, Type::Map(..)) if counts => {
                Some(format!("cardinality({})", written.to_short_text()))
            }
            (Some(to), ..) => self.form_for(value, written, &to, false),
            (None, Shape::ListOf(..) | Shape::Texts(_), Type::String) => {
                Some(format!("string_to_array({}, \",\")", written.to_short_text()))
            }
            (None, Shape::ListOf(..), Type::Map(..)) => {
                Some(format!("map_keys({})", written.to_short_text()))
            }
            _ => None,
        };
        let signature = builtin.to_string();
        let (function, form) = (builtin.name, form.as_deref());
        let message = messages::argument_type(function, name, wanted, form, &value.ty, &signature);
        self.error(value.span, message);
    }
}

/// An argument and the parameter that it is for.
struct Argument<'a> {
    parameter: usize,
    value: Expr,
    written: &'a syntax::Expr,
}

impl Argument<'_> {
    fn shape(&self, builtin: &Builtin) -> Shape {
        builtin.params[self.parameter].shape
    }
}

/// The number that a text or a decimal becomes where another is wanted.
fn number_of(bound: Bound, given: &Type) -> Option<Type> {
    match bound {
        _ if matches!(given, Type::Decimal(_)) => Some(Type::F64),
        Bound::Any | Bound::Ordered => None,
        Bound::Number | Bound::Integer | Bound::Widest => Some(Type::Int(IntType::I64)),
        Bound::Float => Some(Type::F64),
    }
}

/// Whether a type has the form of a nested parameter.
fn is_shaped(shape: Shape, ty: &Type) -> bool {
    match (shape, ty) {
        (Shape::ListOf(_, Bound::Ordered), Type::List(item)) => item.ty.is_ordered(),
        (Shape::ListOf(..) | Shape::ListOfNullable(_), Type::List(_)) => true,
        (Shape::Texts(_), Type::List(item)) => item.ty == Type::String,
        (Shape::Map(..), Type::Map(..)) => true,
        _ => false,
    }
}

fn within(bound: Bound, ty: &Type) -> bool {
    match bound {
        _ if *ty == Type::Null => true,
        Bound::Any => true,
        Bound::Ordered => ty.is_ordered(),
        Bound::Float => ty.is_number(),
        Bound::Number | Bound::Widest => ty.is_exact_or_float(),
        Bound::Integer => matches!(ty, Type::Int(_)),
    }
}

/// The type that a variable stands for when its arguments have this one.
fn settled(bound: Bound, ty: Type) -> Type {
    match (bound, ty) {
        (Bound::Float, Type::Int(_)) | (Bound::Widest, Type::F32) => Type::F64,
        (Bound::Widest, Type::Int(int)) if int.is_signed() => Type::Int(IntType::I64),
        (Bound::Widest, Type::Int(_)) => Type::Int(IntType::U64),
        (_, ty) => ty,
    }
}

/// The type of a shape whose variables are bound; an unbound one is unknown.
fn returned(shape: Shape, bindings: &Bindings) -> Type {
    let value = |name: &str| {
        let found = bindings.iter().find(|(bound, _)| *bound == name);
        found.map_or(ValueType::required(Type::Unknown), |(_, ty)| ty.clone())
    };
    match shape {
        Shape::Bool => Type::Bool,
        Shape::Int(int) => Type::Int(int),
        Shape::F64 => Type::F64,
        Shape::Text => Type::String,
        Shape::Var(name, _) => value(name).ty,
        Shape::Total(name) => match value(name).ty {
            Type::Decimal(decimal) => Type::Decimal(decimal.total()),
            ty => ty,
        },
        Shape::ListOf(name, _) => Type::List(Box::new(value(name))),
        Shape::ListOfNullable(name) => Type::List(Box::new(value(name).or_null(true))),
        Shape::Texts(nullable) => Type::List(Box::new(ValueType { ty: Type::String, nullable })),
        Shape::Map(key, item) => Type::Map(Box::new(value(key).ty), Box::new(value(item))),
    }
}
