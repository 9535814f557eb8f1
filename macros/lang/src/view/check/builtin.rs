//! Calls of built-ins: which form of one is meant, type parameters and their bounds, aggregates.

use super::bind::{Bindings, Given, bind};
use super::call::{Params, taken};
use super::clauses::Asked;
use super::coerce::{cast, coerce, fits, unknown};
use super::expression::{Place, Typer};
use crate::messages::Message;
use crate::sink::Sink;
use crate::tokens::Range;
use crate::types::{IntType, Type, ValueType, substitute};
use crate::view::builtins::{Builtin, Nulls, find, is_builtin};
use crate::view::messages;
use crate::view::model::{Expr, ExprKind, FunctionRef, Literal};
use crate::view::signature::FunctionKind;
use crate::view::syntax::{self, Call};

/// A call that agrees with a form of the function.
struct Matched {
    args: Vec<Expr>,
    /// The type of the value, `Option` where it can be NULL whatever the arguments are.
    returns: ValueType,
    /// Whether an argument can be NULL of which the result is NULL then.
    strict: bool,
}

impl Typer<'_> {
    /// Types a call of the built-in of this name.
    pub(super) fn builtin(&self, call: &Call, span: Range) -> Expr {
        let forms = find(&call.name);
        let Some(first) = forms.first() else { return unknown(span) };
        if let Some(distinct) = call.distinct {
            self.check_distinct(first, distinct);
        }
        match first.kind() {
            FunctionKind::Aggregate | FunctionKind::Window => {
                self.aggregate_builtin(&forms, call, span)
            }
            _ => {
                self.no_clauses(first.name, call);
                self.scalar_builtin(&forms, call, span)
            }
        }
    }

    fn aggregate_builtin(&self, forms: &[&'static Builtin], call: &Call, span: Range) -> Expr {
        let Some(asked) = forms.first().map(|form| Asked::builtin(form, call.distinct.is_some()))
        else {
            return unknown(span);
        };
        let Some(seen) = self.seen(asked, call, span) else { return unknown(span) };
        let inside = Typer { place: Place::Argument(asked.name), ..*self };
        let Some((form, Matched { args, mut returns, strict })) = inside.chosen(forms, call, span)
        else {
            return unknown(span);
        };
        if let Some(arg) = args.first().filter(|_| call.distinct.is_some())
            && !arg.ty.ty.is_groupable()
        {
            self.error(arg.span, messages::not_groupable("distinct", &arg.ty.ty));
            return unknown(span);
        }
        if self.counts(form, &args).is_none() {
            return unknown(span);
        }
        returns.nullable |= match form.nulls {
            Nulls::Never => false,
            Nulls::NoRows => !seen.some,
            Nulls::Shifted => strict || args.len() < form.params().len(),
            Nulls::Group | Nulls::All => !seen.some || strict,
            Nulls::Strict => strict,
        };
        let function = FunctionRef::Builtin(form.engine);
        let kind = seen.call(function, args, call.distinct.is_some());
        given(form, kind, returns, span)
    }

    /// Whether an aggregate that stands here has group keys; `None` where none can stand, which is
    /// reported.
    pub(super) fn in_group(&self, name: &str, call: &Call, span: Range) -> Option<bool> {
        let message = match self.place {
            Place::Group(keys) => return Some(!keys.is_empty()),
            Place::Row(step) => {
                let form = self.over_window(call, false);
                messages::aggregate_in_step(name, step, form.as_deref())
            }
            Place::Argument(outer) => messages::nested_aggregate(name, outer),
        };
        self.args(call);
        self.error(span, message);
        None
    }

    /// Only some aggregates of the engine count equal values once.
    fn check_distinct(&self, builtin: &Builtin, distinct: proc_macro2::Span) {
        if builtin.kind() != FunctionKind::Aggregate {
            self.sink.error(distinct, messages::distinct_of_scalar(builtin.name));
        } else if !builtin.distinct {
            self.sink.error(distinct, messages::no_distinct(builtin.name));
        }
    }

    fn scalar_builtin(&self, forms: &[&'static Builtin], call: &Call, span: Range) -> Expr {
        let Some((form, Matched { args, mut returns, strict })) = self.chosen(forms, call, span)
        else {
            return unknown(span);
        };
        returns.nullable |= match form.nulls {
            Nulls::Never => false,
            Nulls::All => args.iter().all(|arg| arg.ty.nullable),
            _ => strict,
        };
        if let (true, [text]) = (form.constant, args.as_slice()) {
            return self.length(form.name, text, &returns.ty, span);
        }
        let kind = ExprKind::Call { function: FunctionRef::Builtin(form.engine), args };
        given(form, kind, returns, span)
    }

    /// The form that the arguments agree with; where there is none, the first that takes so many
    /// says what is wrong with them.
    fn chosen<'b>(
        &self,
        forms: &[&'b Builtin],
        call: &Call,
        span: Range,
    ) -> Option<(&'b Builtin, Matched)> {
        let typed = self.args(call);
        let first = *forms.first()?;
        let sink = Sink::ignoring();
        let quiet = Typer { sink: &sink, notes: None, ..*self };
        let agrees =
            |form: &&&Builtin| quiet.matched(form, &[], call, typed.clone(), span).is_some();
        let takes = |form: &&&Builtin| quiet.arrange(call, &params_of(form), span).is_some();
        let form = match forms {
            [only] => *only,
            _ => {
                forms.iter().find(agrees).or_else(|| forms.iter().find(takes)).map_or(first, |f| f)
            }
        };
        Some((form, self.matched(form, forms, call, typed, span)?))
    }

    /// The arguments as values of the parameters' types; `forms` are those to suggest constants of.
    fn matched(
        &self,
        form: &Builtin,
        forms: &[&Builtin],
        call: &Call,
        typed: Vec<Expr>,
        span: Range,
    ) -> Option<Matched> {
        let params = params_of(form);
        let slots = self.arrange(call, &params, span)?;
        let mut given: Vec<Given<'_>> = Vec::with_capacity(typed.len());
        for ((value, slot), written) in typed.into_iter().zip(slots).zip(&call.args) {
            given.push(Given { parameter: slot?, value, written: Some(&written.value) });
        }
        self.fill(form, &mut given, call, span)?;
        given.sort_by_key(|argument| argument.parameter);
        let bindings = match bind(form, &given) {
            Ok(bindings) => bindings,
            Err(wrong) => {
                let argument = &given[wrong.argument];
                self.wrong_argument(form, argument, &wrong.wanted, wrong.to);
                return None;
            }
        };
        let strict = given.iter().any(|argument| {
            let sees_null = form.params()[argument.parameter].ty.nullable
                || form.items.contains(&argument.parameter);
            argument.value.ty.nullable && !sees_null
        });
        let mut args = Vec::with_capacity(given.len());
        let mut wrong = false;
        for argument in given {
            match self.builtin_argument(form, forms, argument, &bindings) {
                Some(argument) => args.push(argument),
                None => wrong = true,
            }
        }
        (!wrong).then(|| Matched { args, returns: returned(form, &bindings), strict })
    }

    /// Puts defaults where a later parameter is given by its name.
    fn fill(
        &self,
        form: &Builtin,
        given: &mut Vec<Given<'_>>,
        call: &Call,
        span: Range,
    ) -> Option<()> {
        let last = given.iter().map(|argument| argument.parameter).max().unwrap_or(0);
        for (parameter, param) in form.params().iter().enumerate().take(last) {
            if given.iter().any(|argument| argument.parameter == parameter) {
                continue;
            }
            let default = self.default(param, span).into_iter().next();
            match default.filter(|(value, _)| !value.ty.nullable) {
                Some((value, _)) => given.push(Given { parameter, value, written: None }),
                None => {
                    self.error(span, self.arity(call, &params_of(form), &[&param.name]));
                    return None;
                }
            }
        }
        Some(())
    }

    fn builtin_argument(
        &self,
        form: &Builtin,
        forms: &[&Builtin],
        argument: Given<'_>,
        bindings: &Bindings,
    ) -> Option<Expr> {
        let param = &form.params()[argument.parameter];
        let value = &argument.value;
        let words = form.words(argument.parameter);
        // NULL is none of the words, and the engine plans by them.
        let is_missing = !words.is_empty() && value.ty.nullable;
        if param.literal && !value.ty.ty.has_unknown() && (!is_constant(value) || is_missing) {
            let message = messages::not_a_constant(form.name, &param.name, &param.ty.ty, words);
            self.error(value.span, message);
            return None;
        }
        let wanted = substitute(&param.ty, bindings).ty;
        if wanted == Type::Null || (value.ty.ty == Type::Null && is_open(&wanted)) {
            self.error(value.span, messages::untyped_null(None));
            return None;
        }
        if !takes(&param.ty.ty, &wanted, value) {
            let told = described(&param.ty.ty, &wanted);
            self.wrong_argument(form, &argument, &told, Some(wanted));
            return None;
        }
        if let Some(message) = unknown_word(form, forms, &argument) {
            self.error(value.span, message);
            return None;
        }
        match fits(value, &wanted) {
            true => Some(coerce(argument.value, &wanted)),
            false => Some(cast(argument.value, wanted)),
        }
    }

    /// Reports an argument, with what would do if it is of type `to`.
    fn wrong_argument(&self, form: &Builtin, argument: &Given<'_>, wanted: &str, to: Option<Type>) {
        let Given { value, written, .. } = argument;
        let param = &form.params()[argument.parameter];
        let shown = written.map(syntax::Expr::to_short_text).unwrap_or_default();
        let other =
            (argument.parameter == 0).then(|| for_nested(form.name, &value.ty.ty)).flatten();
        let instead = match (&param.ty.ty, &value.ty.ty) {
            (Type::String, _) if other.is_some() => other.map(|name| match form.required() {
                1 => format!("{name}({shown})"),
                _ => format!("{name}({shown}, …)"),
            }),
            (Type::List(_), Type::String) => Some(format!("string_to_array({shown}, \",\")")),
            (Type::List(_), Type::Map(..)) => Some(format!("map_keys({shown})")),
            _ => match (to.as_ref().filter(|to| !is_nested(to)), written) {
                (Some(to), Some(written)) => self.form_for(value, written, to, param.literal),
                _ => None,
            },
        };
        let fits = |column: &Expr| to.as_ref().is_some_and(|to| takes(&param.ty.ty, to, column));
        let fits = |column: &Expr| !param.literal && fits(column);
        let columns = self.columns_instead(fits);
        let column = || self.column_instead(&shown, fits);
        let instead = instead.or_else(column);
        let (signature, instead) = (form.to_string(), instead.as_deref());
        let name = &param.name;
        let message = messages::argument_type(
            form.name, name, wanted, instead, &columns, &value.ty, &signature,
        );
        self.error(value.span, message);
    }
}

/// The parameters of a form, for laying arguments over them.
fn params_of(form: &Builtin) -> Params<'_> {
    Params {
        names: form.params().iter().map(|param| param.name.as_str()).collect(),
        types: form.params().iter().map(taken).collect(),
        required: form.required(),
        variadic: form.variadic(),
        signature: form.to_string(),
    }
}

/// The function that does for a list or a map what this one does for a text.
fn for_nested(name: &str, ty: &Type) -> Option<String> {
    let found = match ty {
        Type::List(_) => format!("array_{name}"),
        Type::Map(..) if name == "length" => "cardinality".to_owned(),
        _ => return None,
    };
    is_builtin(&found).then_some(found)
}

/// The type of the result, and the decimal digits that a total has more.
fn returned(form: &Builtin, bindings: &Bindings) -> ValueType {
    let mut bindings = bindings.clone();
    for param in &form.signature.type_params {
        bindings.entry(param.name.clone()).or_insert(ValueType::required(Type::Unknown));
    }
    let mut returns = substitute(&form.signature.returns, &bindings);
    if let (true, Type::Decimal(decimal)) = (form.total, &returns.ty) {
        returns.ty = Type::Decimal(decimal.total());
    }
    returns
}

/// The call as a value of its type: the engine's unsigned results are cast.
fn given(form: &Builtin, kind: ExprKind, ty: ValueType, span: Range) -> Expr {
    if !form.unsigned {
        return Expr { kind, ty, span };
    }
    let unsigned = ValueType { ty: unsigned(&ty.ty), nullable: ty.nullable };
    cast(Expr { kind, ty: unsigned, span }, ty.ty)
}

fn unsigned(ty: &Type) -> Type {
    match ty {
        Type::Int(IntType::I64) => Type::Int(IntType::U64),
        Type::List(item) => {
            let item = ValueType { ty: unsigned(&item.ty), nullable: item.nullable };
            Type::List(Box::new(item))
        }
        ty => ty.clone(),
    }
}

/// Whether a parameter takes a value; what computes with floats takes every number.
fn takes(declared: &Type, wanted: &Type, value: &Expr) -> bool {
    let numbers = |ty: &Type| ty.is_number() || ty.has_unknown();
    if fits(value, wanted) {
        return true;
    }
    match (declared, wanted, &value.ty.ty) {
        (Type::F64, _, ty) => ty.is_number(),
        (Type::Param(_), Type::F32 | Type::F64, ty) => ty.is_number(),
        (Type::Param(_), Type::LocalTimestamp, Type::Date) => true,
        (Type::List(item), _, Type::List(given)) if item.ty == Type::F64 => numbers(&given.ty),
        _ => false,
    }
}

fn is_nested(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Map(..) | Type::Struct(_))
}

/// Whether it is written as a constant, or as one of a type that has no other form.
fn is_constant(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Literal(_) => true,
        ExprKind::Cast { expr, .. } => matches!(expr.kind, ExprKind::Literal(_)),
        _ => false,
    }
}

/// Whether a type parameter is left that no argument has decided.
pub(super) fn is_open(ty: &Type) -> bool {
    match ty {
        Type::Param(_) => true,
        Type::List(item) => is_open(&item.ty),
        Type::Map(key, value) => is_open(key) || is_open(&value.ty),
        _ => false,
    }
}

/// How a message names what a parameter takes.
fn described(declared: &Type, wanted: &Type) -> String {
    match (declared, wanted) {
        (Type::List(item), _) if item.ty == Type::F64 => "a list of numbers".to_owned(),
        (Type::List(_) | Type::Map(..), _) if is_open(wanted) => format!("`{declared}`"),
        _ => format!("`{wanted}`"),
    }
}

/// Why a constant is none of those that the parameter takes.
fn unknown_word(form: &Builtin, forms: &[&Builtin], argument: &Given<'_>) -> Option<Message> {
    let position = argument.parameter;
    let words = form.words(position);
    let ExprKind::Literal(Literal::String(text)) = &argument.value.kind else { return None };
    if words.is_empty() || words.contains(&text.as_str()) {
        return None;
    }
    let known: Vec<&str> = match forms {
        [] => words.to_vec(),
        forms => forms.iter().flat_map(|form| form.words(position)).copied().collect(),
    };
    Some(messages::unknown_word(form.name, &form.params()[position].name, text, &known))
}
