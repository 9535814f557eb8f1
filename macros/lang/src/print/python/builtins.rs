//! Builders of DataFusion's own functions, from the catalogues of built-ins of views and of what sessions
//! compute besides.
//!
//! A built-in with several forms has one builder: forms that need as many arguments are merged, and one
//! that needs fewer, whose arguments are others from the first on (`range(stop)`, `log(x)`), is an
//! overload of it.

use std::collections::BTreeMap;

use super::arguments::{Annotation, Takes};
use super::builder::{Builder, CallOption, Parameter, Short};
use super::docstring;
use super::layout::{Code, escape, literal};
use crate::print::registry::FunctionKind;
use crate::types::Type;
use crate::view::builtins::{Bound, Builtin, all, of_sessions};
use crate::view::signature;

/// The builders, sorted by their names in Python.
pub(super) fn builders() -> Vec<Builder> {
    let mut forms: BTreeMap<&str, Vec<&Builtin>> = BTreeMap::new();
    // A constant is a value of Python, and needs no function.
    for form in all().chain(of_sessions()).filter(|form| !form.constant) {
        forms.entry(form.name).or_default().push(form);
    }
    let mut builders: Vec<Builder> = forms.values().filter_map(|forms| builder(forms)).collect();
    builders.sort_by(|left, right| left.name.cmp(&right.name));
    builders
}

/// The builder of a function with these forms.
fn builder(forms: &[&Builtin]) -> Option<Builder> {
    let most = forms.iter().map(|form| form.required()).max()?;
    let base = forms.iter().find(|form| form.required() == most)?;
    let merged: Vec<&Builtin> = forms
        .iter()
        .copied()
        .filter(|form| form.required() == most && form.engine == base.engine)
        .collect();
    // Of forms that take as many, the one that can take more says what else there is.
    let longest = merged.iter().max_by_key(|form| form.params().len())?;
    let options = options(base);
    let parameters = |forms: &[&Builtin], longest: &Builtin| -> Vec<Parameter> {
        let positions = 0..longest.params().len();
        positions.map(|position| parameter(forms, longest, position, &options)).collect()
    };
    let shorter = forms.iter().find(|it| it.required() < most && it.engine == base.engine);
    let short = shorter.map(|form| Short { parameters: parameters(&[form], form), required: most });
    let signatures: Vec<String> = merged.iter().chain(shorter).map(|form| call(form)).collect();
    Some(Builder {
        name: escape(base.name),
        function: base.name.to_owned(),
        kind: kind(base),
        parameters: parameters(&merged, longest),
        short,
        docs: docstring::of_builtin(&merged, shorter.copied(), kind(base)),
        options,
        deprecated: None,
        signature: signatures.join(" or "),
        engine: Some(base.engine.to_owned()),
        gives: Some(gives(&merged)),
        digest: None,
        aliases: docstring::other_names(base).into_iter().map(str::to_owned).collect(),
    })
}

/// The kind of what the forms give. What they give of numbers of any kind is a number of some kind: views
/// convert their arguments, which an expression does not.
fn gives(merged: &[&Builtin]) -> Code {
    let mut kinds: Vec<Code> = Vec::new();
    for form in merged {
        let returns = &form.signature.returns.ty;
        let kind = match is_number(returns, form) && takes_numbers(form) {
            true => Takes::within(Bound::Number).kind,
            false => Takes::of(returns, |name| form.bound(name)).kind,
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    one_of(kinds)
}

/// Whether a form has parameters of numbers that need not be integers.
fn takes_numbers(form: &Builtin) -> bool {
    let of_param = |param: &signature::Param| {
        is_number(&param.ty.ty, form) && !matches!(param.ty.ty, Type::Int(_))
    };
    form.params().iter().any(of_param)
}

fn is_number(ty: &Type, form: &Builtin) -> bool {
    match ty {
        Type::Int(_) | Type::F32 | Type::F64 | Type::Decimal(_) => true,
        Type::Param(name) => matches!(
            form.bound(name),
            Bound::Integer | Bound::Float | Bound::Number | Bound::Widest
        ),
        _ => false,
    }
}

/// The kind that is one of several.
fn one_of(kinds: Vec<Code>) -> Code {
    match kinds.as_slice() {
        [only] => only.clone(),
        _ => Code::call(super::arguments::path("Either"), kinds),
    }
}

const fn kind(form: &Builtin) -> FunctionKind {
    match form.kind() {
        signature::FunctionKind::Aggregate => FunctionKind::Aggregate,
        signature::FunctionKind::Window => FunctionKind::Window,
        _ => FunctionKind::Scalar,
    }
}

/// The form without its result: views cast what is unsigned, which an expression does not.
fn call(form: &Builtin) -> String {
    let text = form.to_string();
    text.rsplit_once(" -> ").map_or(text.clone(), |(call, _)| call.to_owned())
}

/// A parameter of forms that are merged; `longest` has it.
fn parameter(
    merged: &[&Builtin],
    longest: &Builtin,
    position: usize,
    options: &[CallOption],
) -> Parameter {
    let declared = &longest.params()[position];
    let of = |form: &Builtin| {
        form.params().get(position).map(|param| {
            (param.name.clone(), Takes::of(&param.ty.ty, |name| form.bound(name)), param.literal)
        })
    };
    let found: Vec<(String, Takes, bool)> = merged.iter().filter_map(|form| of(form)).collect();
    let differs = found.iter().any(|(_, takes, _)| *takes != found[0].1);
    let renamed = found.iter().any(|(name, ..)| *name != declared.name);
    // What different names have in common is that it is a value.
    let name = if renamed && differs { "value" } else { declared.name.as_str() };
    let mut annotations: Vec<Annotation> = Vec::new();
    let mut kinds: Vec<Code> = Vec::new();
    for (_, takes, _) in &found {
        let more = if declared.literal { &takes.constant } else { &takes.column };
        annotations.extend(more.iter().filter(|it| !annotations.contains(it)).collect::<Vec<_>>());
        if !kinds.contains(&takes.kind) {
            kinds.push(takes.kind.clone());
        }
    }
    let kind = one_of(kinds);
    let mut values: Vec<String> = Vec::new();
    for word in merged.iter().flat_map(|form| form.words(position)) {
        if !values.iter().any(|value| value == word) {
            values.push((*word).to_owned());
        }
    }
    let default = declared.default.as_deref().and_then(literal);
    let absent = default.as_deref() == Some("None");
    // DataFusion has no aggregate without arguments: what counts rows counts a constant.
    let counts = absent && longest.params().len() == 1 && kind_is_aggregate(longest);
    let default = if counts { Some("1".to_owned()) } else { default };
    let taken = options.iter().any(|option| option.name() == name);
    let any = [Annotation::Alias("IntoExpr")];
    Parameter {
        name: format!("{}{}", escape(name), if taken { "_" } else { "" }),
        shown: name.to_owned(),
        values,
        or_none: absent && declared.literal && !annotations.iter().any(|it| any.contains(it)),
        annotations,
        kind,
        constant: declared.literal,
        nullable: absent,
        rest: declared.variadic,
        default,
        absent: absent && !counts && !declared.variadic,
    }
}

fn kind_is_aggregate(form: &Builtin) -> bool {
    kind(form) == FunctionKind::Aggregate
}

/// What a call can say besides its arguments.
fn options(form: &Builtin) -> Vec<CallOption> {
    let says = |option: &CallOption| match (kind(form), option) {
        (FunctionKind::Aggregate, CallOption::Filter)
        | (
            FunctionKind::Window,
            CallOption::PartitionBy | CallOption::OrderBy | CallOption::Frame,
        ) => true,
        (FunctionKind::Aggregate, CallOption::Distinct) => form.distinct,
        (FunctionKind::Aggregate, CallOption::OrderBy) => form.is_ordered(),
        (FunctionKind::Aggregate | FunctionKind::Window, CallOption::IgnoreNulls) => {
            form.passes_nulls()
        }
        _ => false,
    };
    CallOption::all().into_iter().filter(says).collect()
}
