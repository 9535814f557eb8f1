//! What a user of SQL is told: every message names the function, most show its signature.

use arrow_schema::DataType;
use belvedere_lang::suggest;
use belvedere_lang::view::signature::Signature;
use datafusion::common::DataFusionError;
use datafusion::logical_expr::Expr;

use super::bind::Clash;
use crate::udf::descriptor::{Function, Param};
use crate::udf::error::{CallError, Error};
use crate::udf::types::{Type, TypeParam};

/// The signature as messages show it: the SQL name, structs by their names.
pub(super) fn signature(function: &Function) -> String {
    match Signature::parse(function.signature) {
        Ok(mut signature) => {
            function.name.clone_into(&mut signature.name);
            signature.to_string()
        }
        // The registry has refused such a descriptor; its own text is still the best there is.
        Err(_) => function.signature.to_owned(),
    }
}

/// What a parameter takes, as its signature shows it.
fn takes(function: &Function, param: &Param) -> String {
    match param.value.ty {
        Type::Struct(ty) if !ty.name.is_empty() => ty.name.to_owned(),
        ty => ty.named(function.type_params).to_string(),
    }
}

pub(super) fn plan(text: String) -> DataFusionError {
    DataFusionError::Plan(text)
}

/// An argument has a type that the parameter does not take.
pub(crate) fn wrong_type(
    function: &Function,
    position: usize,
    param: &Param,
    found: &DataType,
    reason: Option<String>,
) -> DataFusionError {
    let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    plan(format!(
        "`{}`: argument `{}`{} takes {}, this is {found}{reason}; the function is {}",
        function.name,
        param.name,
        ordinal(function, position),
        takes(function, param),
        signature(function),
    ))
}

/// Two arguments share a type parameter and no type.
pub(super) fn no_common_type(function: &Function, clash: &Clash) -> DataFusionError {
    let (first, first_type) = &clash.first;
    let (second, second_type) = &clash.second;
    let param = function.type_params.get(clash.param).map_or("", |param| param.name);
    let at = |position: &usize| argument(function, *position);
    plan(format!(
        "`{}`: `{param}` is {first_type} in {} and {second_type} in {}: cast one of them; the \
         function is {}",
        function.name,
        at(first),
        at(second),
        signature(function),
    ))
}

/// The values of a type parameter have to have an order, and have none.
pub(super) fn no_order(
    function: &Function,
    param: &TypeParam,
    (position, found): (usize, &DataType),
) -> DataFusionError {
    plan(format!(
        "`{}`: `{}` is {found} in {}, and its values have no order; the function is {}",
        function.name,
        param.name,
        argument(function, position),
        signature(function),
    ))
}

/// An argument by its name, those of a variadic by their number too.
fn argument(function: &Function, position: usize) -> String {
    let name = function.param_of(position).map_or("", |param| param.name);
    let ordinal = ordinal(function, position);
    format!("argument `{name}`{}", ordinal.trim_end_matches(','))
}

/// `, number 3,` for the arguments of a variadic, which share one name.
fn ordinal(function: &Function, position: usize) -> String {
    let variadic = function.param_of(position).is_some_and(|param| param.variadic);
    if variadic { format!(", number {},", position + 1) } else { String::new() }
}

/// A generic function has no result for the types of a call.
pub(super) fn unresolved(function: &Function, error: &Error) -> DataFusionError {
    plan(format!("`{}`: {error}; the function is {}", function.name, signature(function)))
}

/// The function itself refuses the call.
pub(super) fn refused(function: &Function, error: &Error) -> DataFusionError {
    plan(format!("`{}`: {error}", function.name))
}

/// A call has too few or too many arguments.
pub(crate) fn wrong_count(function: &Function, found: usize) -> DataFusionError {
    let (least, most) = (function.required_args(), function.params.len());
    let plural = |count: usize| if count == 1 { "argument" } else { "arguments" };
    let wanted = if function.is_variadic() {
        format!("at least {least} {}", plural(least))
    } else if least == most {
        format!("{most} {}", plural(most))
    } else {
        format!("{least} to {most} arguments")
    };
    let name = function.name;
    let missing = missing(function, found);
    plan(format!(
        "`{name}` takes {wanted}, not {found}{missing}; the function is {}",
        signature(function)
    ))
}

/// The parameters that a call without names leaves out.
fn missing(function: &Function, found: usize) -> String {
    let needed = function.params.get(..function.required_args()).unwrap_or_default();
    let names: Vec<&str> = needed.iter().skip(found).map(|param| param.name).collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => format!(": `{name}` is missing"),
        names => format!(": `{}` are missing", names.join("`, `")),
    }
}

/// A constant is computed from columns.
pub(crate) fn not_constant(function: &Function, position: usize, found: &Expr) -> DataFusionError {
    let name = function.param_of(position).map_or("", |param| param.name);
    plan(format!(
        "`{}`: argument `{name}` must be a constant, this is `{found}`; the function is {}",
        function.name,
        signature(function),
    ))
}

/// A constant has a value that the parameter refuses.
pub(crate) fn wrong_constant(function: &Function, param: &Param, reason: &str) -> DataFusionError {
    plan(format!("`{}`: argument `{}`: {reason}", function.name, param.name))
}

/// What a function prepares cannot be made of the constants.
pub(super) fn not_prepared(function: &Function, error: &CallError) -> DataFusionError {
    let argument = error.argument.and_then(|position| function.param_of(position));
    let argument = argument.map(|param| format!(" argument `{}`:", param.name)).unwrap_or_default();
    plan(format!("`{}`:{argument} {}", function.name, error.message))
}

/// The plan that a table function gives is none of its rows.
pub(crate) fn wrong_plan(function: &Function, reason: &str) -> DataFusionError {
    plan(format!(
        "`{}` gives a plan that is none of its rows: {reason}; the function is {}",
        function.name,
        signature(function),
    ))
}

/// A call of a table function has an argument without a name behind one with a name.
pub(crate) fn behind_named(function: &Function) -> DataFusionError {
    plan(format!(
        "`{}`: an argument without a name stands behind one with a name; the function is {}",
        function.name,
        signature(function),
    ))
}

/// A call names an argument that there is not.
pub(crate) fn no_such_argument(function: &Function, name: &str) -> DataFusionError {
    let near = suggest::nearest(name, function.params.iter().map(|param| param.name));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    plan(format!(
        "`{}` has no argument `{name}`{near}; the function is {}",
        function.name,
        signature(function),
    ))
}

/// A call gives an argument twice.
pub(crate) fn argument_twice(function: &Function, position: usize) -> DataFusionError {
    plan(format!("`{}`: {} is given twice", function.name, argument(function, position)))
}

/// A call leaves out an argument that has no default.
pub(crate) fn argument_missing(function: &Function, position: usize) -> DataFusionError {
    plan(format!(
        "`{}`: {} is missing; the function is {}",
        function.name,
        argument(function, position),
        signature(function),
    ))
}

/// What a function says stands in the place of its call cannot.
pub(super) fn not_simplified(function: &Function, reason: &str) -> DataFusionError {
    plan(format!(
        "`{}` cannot be simplified as it says: {reason}; the function is {}",
        function.name,
        signature(function),
    ))
}

/// A kernel has failed; `values` are the arguments of the row, where it is known.
pub(crate) fn failed(
    function: &Function,
    error: &CallError,
    values: Option<&str>,
) -> DataFusionError {
    let argument = error
        .argument
        .and_then(|position| Some(format!(" argument `{}`:", function.param_of(position)?.name)));
    let (name, message) = (function.name, &error.message);
    let argument = argument.unwrap_or_default();
    let place = place(function, error.row, values);
    DataFusionError::Execution(format!("`{name}`:{argument} {message}{place}"))
}

/// The function has panicked.
pub(crate) fn panicked(
    function: &Function,
    row: Option<usize>,
    values: Option<&str>,
    text: &str,
) -> DataFusionError {
    let place = place(function, row, values);
    DataFusionError::Execution(format!("`{}` panicked: {text}{place}", function.name))
}

/// What the function says of itself in this attribute panics.
pub(super) fn attribute_panicked(
    function: &Function,
    attribute: &str,
    text: &str,
) -> DataFusionError {
    let signature = signature(function);
    plan(format!(
        "`{attribute}` of `{}` panicked: {text}; the function is {signature}",
        function.name
    ))
}

/// The call that went wrong, and its row where arguments are columns.
fn place(function: &Function, row: Option<usize>, values: Option<&str>) -> String {
    let call = values.map(|values| format!("{}({values})", function.name));
    let row = row.map(|row| format!("row {row} of its batch"));
    match (call, row) {
        (Some(call), Some(row)) => format!(" (in {call}, {row})"),
        (Some(only), None) => format!(" (in {only})"),
        (None, Some(only)) => format!(" ({only})"),
        (None, None) => String::new(),
    }
}
