//! Calls: which argument is for which parameter, what the parameters take, when the result is NULL.
//!
//! A strict parameter (one that is not `Option`) lets the result be NULL where its argument is.
//! Omitted arguments are filled in with their defaults.

use super::builtin::is_open;
use super::clauses::Asked;
use super::coerce::{cast, coerce, fits, form_of, unknown};
use super::expression::{Place, Typer};
use crate::messages::Message;
use crate::sink::Sink;
use crate::tokens::Range;
use crate::types::{Type, ValueType};
use crate::view::builtins;
use crate::view::messages;
use crate::view::model::{Expr, ExprKind, FunctionRef, Literal};
use crate::view::signature::{FunctionKind, Param, Signature, TypeParam, TypeSet};
use crate::view::syntax::{self, Call, Callee};

/// An argument and how it is written; a default is not.
type Given<'a> = (Expr, Option<&'a syntax::Expr>);

/// The parameters of a function, for laying arguments over them.
pub(super) struct Params<'a> {
    pub(super) names: Vec<&'a str>,
    /// What they take; none where it is a constant of the function's own.
    pub(super) types: Vec<Option<Type>>,
    /// How many have to be given.
    pub(super) required: usize,
    /// Whether the last takes all the remaining arguments.
    pub(super) variadic: bool,
    /// The whole signature, for notes.
    pub(super) signature: String,
}

impl Typer<'_> {
    pub(super) fn call(&self, call: &Call, span: Range) -> Expr {
        match call.callee {
            Callee::Builtin => self.builtin(call, span),
            Callee::User(position) => {
                let Some(Some(signature)) = self.env.functions.get(position) else {
                    // It may be an aggregate, whose arguments are no group keys.
                    if !matches!(self.place, Place::Group(_)) {
                        self.args(call);
                    }
                    if self.env.missing.contains(&position)
                        && let Some(advice) = builtins::advice(&call.name)
                    {
                        let message = messages::unknown_function(&call.name, &advice);
                        self.error(call.name_span, message);
                    }
                    return unknown(span);
                };
                match signature.kind {
                    FunctionKind::Scalar => self.user_call(position, signature, call, span),
                    FunctionKind::Async => {
                        self.error(call.name_span, messages::async_function(&signature.name));
                        unknown(span)
                    }
                    FunctionKind::Aggregate | FunctionKind::Window => {
                        self.user_aggregate(position, signature, call, span)
                    }
                    FunctionKind::Table => {
                        self.error(call.name_span, messages::table_function(&signature.name));
                        unknown(span)
                    }
                }
            }
        }
    }

    /// Types the arguments for their own errors.
    pub(super) fn args(&self, call: &Call) -> Vec<Expr> {
        call.args.iter().map(|arg| self.expr(&arg.value)).collect()
    }

    fn user_call(&self, position: usize, signature: &Signature, call: &Call, span: Range) -> Expr {
        if let Some(distinct) = call.distinct {
            self.sink.error(distinct, messages::distinct_of_scalar(&call.name));
        }
        self.no_clauses(&call.name, call);
        let Some((args, returns)) = self.user_args(signature, call, span) else {
            return unknown(span);
        };
        if returns.ty == Type::AnyStruct {
            self.error(span, messages::open_result(&signature.name));
            return unknown(span);
        }
        let strict = args.iter().any(|(argument, takes_null)| !takes_null && argument.ty.nullable);
        let args = args.into_iter().map(|(argument, _)| argument).collect();
        let kind = ExprKind::Call { function: FunctionRef::User(position), args };
        Expr { kind, ty: returns.or_null(strict), span }
    }

    /// To an aggregate a NULL argument leaves its row out, so it says nothing of the result; a
    /// window function has NULL in that row.
    fn user_aggregate(
        &self,
        position: usize,
        signature: &Signature,
        call: &Call,
        span: Range,
    ) -> Expr {
        let aggregate = signature.kind == FunctionKind::Aggregate;
        if let Some(distinct) = call.distinct.filter(|_| !aggregate) {
            self.sink.error(distinct, messages::no_distinct(&signature.name));
        }
        let asked = Asked::user(&signature.name, aggregate);
        let Some(seen) = self.seen(asked, call, span) else { return unknown(span) };
        let inside = Typer { place: Place::Argument(&signature.name), ..*self };
        let Some((args, returns)) = inside.user_args(signature, call, span) else {
            return unknown(span);
        };
        let strict = args.iter().any(|(argument, takes_null)| !takes_null && argument.ty.nullable);
        let args: Vec<Expr> = args.into_iter().map(|(argument, _)| argument).collect();
        let kind = seen.call(FunctionRef::User(position), args, call.distinct.is_some());
        Expr { kind, ty: returns.or_null(strict && !aggregate), span }
    }

    /// The arguments, each with whether its parameter takes NULL, and the result by its type alone;
    /// `None` after an error.
    fn user_args(
        &self,
        signature: &Signature,
        call: &Call,
        span: Range,
    ) -> Option<(Vec<(Expr, bool)>, ValueType)> {
        let typed = self.args(call);
        let params = Params {
            names: signature.params.iter().map(|param| param.name.as_str()).collect(),
            types: signature.params.iter().map(taken).collect(),
            required: signature
                .params
                .iter()
                .filter(|param| param.default.is_none() && !param.variadic)
                .count(),
            variadic: signature.params.last().is_some_and(|param| param.variadic),
            signature: signature.to_string(),
        };
        let slots = self.arrange(call, &params, span)?;
        let given = slots
            .iter()
            .zip(&typed)
            .filter_map(|(slot, argument)| slot.map(|parameter| (parameter, argument)));
        // A constant follows the others, not the other way round.
        let (constants, values): (Vec<_>, Vec<_>) =
            given.partition(|(_, argument)| matches!(argument.kind, ExprKind::Literal(_)));
        let given = || values.iter().chain(&constants).map(|(param, value)| (*param, &value.ty));
        let concrete = signature.instantiate(given());
        let decided: Vec<Decided<'_>> = given()
            .flat_map(|(param, ty)| {
                let decided = signature.decided_by(param, ty).into_iter();
                decided.map(move |(type_param, ty)| Decided { type_param, param, ty })
            })
            .collect();
        let mut by_param: Vec<Vec<Given<'_>>> =
            concrete.params.iter().map(|_| Vec::new()).collect();
        for ((argument, slot), written) in typed.into_iter().zip(&slots).zip(&call.args) {
            if let Some(parameter) = slot {
                by_param[*parameter].push((argument, Some(&written.value)));
            }
        }
        let mut args = Vec::new();
        let mut wrong = false;
        for (position, given) in by_param.into_iter().enumerate() {
            let param = &concrete.params[position];
            let given = if given.is_empty() { self.default(param, span) } else { given };
            for argument in given {
                let wanted = Wanted { signature, param, position, decided: &decided };
                match self.user_argument(argument, &wanted) {
                    Some(argument) => args.push((argument, param.ty.nullable)),
                    None => wrong = true,
                }
            }
        }
        (!wrong).then_some((args, concrete.returns))
    }

    /// An argument as a value of its parameter's type.
    fn user_argument(&self, (argument, written): Given<'_>, wanted: &Wanted<'_>) -> Option<Expr> {
        let Wanted { signature, param, .. } = *wanted;
        let hidden = argument.ty.ty.has_unknown();
        let constant = matches!(argument.kind, ExprKind::Literal(_) | ExprKind::Value(_));
        if param.literal && !hidden && !constant {
            let message = messages::not_a_constant(&signature.name, &param.name, &param.ty.ty, &[]);
            self.error(argument.span, message);
            return None;
        }
        if let Some(ty) = wanted.unordered() {
            self.error(argument.span, messages::no_order(&signature.name, &param.name, ty));
            return None;
        }
        if let Some(ty) = wanted.no_number() {
            let ty = ValueType::required(ty.clone());
            let float = Type::F64;
            let form = written.and_then(|it| self.form_for(&argument, it, &float, param.literal));
            let note = signature.to_string();
            let number = |column: &Expr| {
                matches!(column.ty.ty, Type::Int(_) | Type::F32 | Type::F64) && !param.literal
            };
            let message = messages::argument_type(
                &signature.name,
                &param.name,
                "an integer or a float",
                form.as_deref(),
                &self.columns_instead(number),
                &ty,
                &note,
            );
            self.error(argument.span, message);
            return None;
        }
        let taken = match param.any {
            true => has_text(&argument.ty.ty),
            false => fits(&argument, &param.ty.ty),
        };
        if !taken {
            let form = written.and_then(|written| {
                let form = self.form_for(&argument, written, &param.ty.ty, param.literal);
                let fitting = |column: &Expr| !param.any && fits(column, &param.ty.ty);
                let shown = written.to_short_text();
                let column = || self.column_instead(&shown, fitting).filter(|_| !param.literal);
                form.or_else(column)
            });
            let fitting =
                |column: &Expr| !param.any && !param.literal && fits(column, &param.ty.ty);
            let columns = self.columns_instead(fitting);
            self.error(argument.span, wanted.message(&argument.ty, form.as_deref(), &columns));
            return None;
        }
        let argument = match param.any && argument.ty.ty != Type::Null {
            true => as_text(argument),
            false => coerce(argument, &param.ty.ty),
        };
        if is_open(&argument.ty.ty) {
            self.error(argument.span, messages::untyped_null(None));
            return None;
        }
        Some(argument)
    }

    /// What could stand in the place of an argument of another type: the argument converted, or the
    /// struct that it is a part of.
    pub(super) fn form_for(
        &self,
        argument: &Expr,
        written: &syntax::Expr,
        wanted: &Type,
        constant: bool,
    ) -> Option<String> {
        let whole = match &written.kind {
            syntax::ExprKind::Field(whole, _) if !constant => Some(whole),
            _ => None,
        };
        let quiet = Sink::ignoring();
        let quiet = Typer { sink: &quiet, notes: None, ..*self };
        let whole = whole.filter(|whole| quiet.expr(whole).ty.ty == *wanted);
        match whole {
            Some(whole) => Some(whole.to_short_text()),
            None => form_of(argument, &written.to_short_text(), wanted, constant),
        }
    }

    /// The default of a parameter that no argument is for.
    pub(super) fn default(&self, param: &Param, span: Range) -> Vec<Given<'static>> {
        let Some(text) = &param.default else { return Vec::new() };
        let literal = default_literal(text, &param.ty, span);
        literal.into_iter().map(|literal| (literal, None)).collect()
    }

    /// The parameter that each argument is for; `None` after an error.
    pub(super) fn arrange(
        &self,
        call: &Call,
        params: &Params<'_>,
        span: Range,
    ) -> Option<Vec<Option<usize>>> {
        let mut taken = vec![false; params.names.len()];
        let mut slots = Vec::with_capacity(call.args.len());
        let mut named = false;
        let mut wrong = false;
        for (position, arg) in call.args.iter().enumerate() {
            let slot = match &arg.name {
                Some(name) => {
                    named = true;
                    let found = params.names.iter().position(|param| name == param);
                    if found.is_none() {
                        let text = name.to_string();
                        let message = messages::unknown_parameter(&call.name, &text, &params.names);
                        self.sink.error(name.span(), message);
                    }
                    found
                }
                None if named => {
                    let is_named = |param: &&str| {
                        call.args.iter().flat_map(|arg| &arg.name).any(|name| name == param)
                    };
                    let mut names = params.names.iter().zip(&taken);
                    let free = names.find(|(param, taken)| !**taken && !is_named(param));
                    let shown = arg.value.to_short_text();
                    let form = free.map(|(param, _)| format!("{param} => {shown}"));
                    let message = match form {
                        Some(form) => messages::positional_after_named(&call.name, &form),
                        None => self.arity(call, params, &[]),
                    };
                    self.error(arg.value.span, message);
                    None
                }
                None if position < params.names.len() => Some(position),
                None if params.variadic => Some(params.names.len() - 1),
                None => {
                    self.error(arg.value.span, self.arity(call, params, &[]));
                    return None;
                }
            };
            let last = slot == params.names.len().checked_sub(1);
            if let Some(slot) = slot {
                if taken[slot] && !(params.variadic && last && arg.name.is_none()) {
                    let message = messages::argument_twice(&call.name, params.names[slot]);
                    self.error(arg.value.span, message);
                    wrong = true;
                }
                taken[slot] = true;
            }
            wrong |= slot.is_none();
            slots.push(slot);
        }
        let missing = params.names.iter().zip(&taken).take(params.required);
        let missing: Vec<&str> =
            missing.filter(|(_, taken)| !**taken).map(|(name, _)| *name).collect();
        if !wrong && !missing.is_empty() {
            self.error(span, self.arity(call, params, &missing));
            wrong = true;
        }
        (!wrong).then_some(slots)
    }

    pub(super) fn arity(&self, call: &Call, params: &Params<'_>, missing: &[&str]) -> Message {
        let max = (!params.variadic).then_some(params.names.len());
        let given = call.args.len();
        let message =
            messages::arity(&call.name, params.required, max, given, missing, &params.signature);
        match self.filled(call, params, missing) {
            Some(form) => message.help(format!("`{form}`")),
            None => message,
        }
    }
}

/// What a parameter takes that columns can be given to.
pub(super) fn taken(param: &Param) -> Option<Type> {
    (!param.literal).then(|| param.ty.ty.clone())
}

/// What an argument says of a type parameter.
struct Decided<'a> {
    type_param: &'a TypeParam,
    /// The position of its parameter.
    param: usize,
    ty: Type,
}

/// What is wanted of an argument.
struct Wanted<'a> {
    signature: &'a Signature,
    /// The parameter as it is for this call.
    param: &'a Param,
    position: usize,
    /// What the arguments of the call say of type parameters.
    decided: &'a [Decided<'a>],
}

impl Wanted<'_> {
    /// The type that the argument gives for one with an order, if it has none.
    fn unordered(&self) -> Option<&Type> {
        let mine = self.decided.iter().filter(|decided| decided.param == self.position);
        let unordered = |decided: &&Decided<'_>| {
            decided.type_param.set == TypeSet::Ordered && !has_order(&decided.ty)
        };
        mine.filter(unordered).map(|decided| &decided.ty).next()
    }

    /// The type that the argument gives for one that is a number, if it is none.
    fn no_number(&self) -> Option<&Type> {
        let mut mine = self.decided.iter().filter(|decided| decided.param == self.position);
        let none = mine.find(|decided| {
            let ty = &decided.ty;
            decided.type_param.set == TypeSet::Number && !ty.is_number() && !ty.has_unknown()
        });
        none.map(|decided| &decided.ty).filter(|ty| **ty != Type::Null)
    }

    /// Why an argument of another type is not taken; `form` is what could stand in its place.
    fn message(&self, found: &ValueType, form: Option<&str>, columns: &str) -> Message {
        if let Some(clash) = self.clash(form) {
            return clash;
        }
        let (function, param) = (&self.signature.name, self.param);
        let wanted = match param.any {
            true => "a plain value".to_owned(),
            false => format!("`{}`", param.ty.ty),
        };
        let note = self.signature.to_string();
        messages::argument_type(function, &param.name, &wanted, form, columns, found, &note)
    }

    /// The argument and another say different things of one type parameter.
    fn clash(&self, form: Option<&str>) -> Option<Message> {
        let name = |position: usize| self.signature.params[position].name.as_str();
        let mine = self.decided.iter().filter(|decided| decided.param == self.position);
        let others = || self.decided.iter().filter(|decided| decided.param != self.position);
        let clash = |mine: &Decided<'_>| {
            let other = others()
                .find(|other| other.type_param == mine.type_param && other.ty != mine.ty)?;
            Some(messages::no_common_type(
                &self.signature.name,
                &mine.type_param.name,
                (name(other.param), &other.ty),
                (name(mine.param), &mine.ty),
                form,
            ))
        };
        mine.filter_map(clash).next()
    }
}

/// Whether any two values of the type have an order.
fn has_order(ty: &Type) -> bool {
    match ty {
        Type::Map(..) => false,
        Type::List(item) => has_order(&item.ty),
        Type::Struct(ty) => ty.fields.iter().all(|field| has_order(&field.ty.ty)),
        _ => true,
    }
}

/// Whether every value of the type has a text.
fn has_text(ty: &Type) -> bool {
    !matches!(ty, Type::List(_) | Type::Map(..) | Type::Struct(_) | Type::Bytes)
}

/// A value whose type [`has_text`], as text.
fn as_text(argument: Expr) -> Expr {
    match argument.ty.ty {
        Type::String | Type::Unknown => argument,
        _ => cast(argument, Type::String),
    }
}

/// The literal that a signature's text writes as a default.
fn default_literal(text: &str, ty: &ValueType, span: Range) -> Option<Expr> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let literal = match digits {
        "null" => Literal::Null,
        "true" => Literal::Bool(true),
        "false" => Literal::Bool(false),
        _ => match syn::parse_str::<syn::Lit>(digits).ok()? {
            syn::Lit::Int(int) => Literal::Int(int.base10_parse::<i128>().ok()?),
            syn::Lit::Float(float) => Literal::Float(float.base10_parse().ok()?),
            syn::Lit::Str(text) => Literal::String(text.value()),
            _ => return None,
        },
    };
    let literal = match literal {
        Literal::Int(value) if negative => Literal::Int(-value),
        Literal::Float(value) if negative => Literal::Float(-value),
        other => other,
    };
    let nullable = literal == Literal::Null;
    let kind = ExprKind::Literal(literal);
    Some(Expr { kind, ty: ValueType { ty: ty.ty.clone(), nullable }, span })
}
