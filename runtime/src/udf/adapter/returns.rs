//! The field of a call's result, decided from the types of its arguments and from constants that
//! are literals: the answer must not change when the planner folds an expression into one.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::ReturnFieldArgs;

use super::bind::{Bindings, flat};
use super::conform;
use super::failure::caught;
use super::{Callee, accept, message};
use crate::udf::args::TextEncoding;
use crate::udf::descriptor::{Function, Metadata, Volatility};
use crate::udf::planned::{Argument, Entries, Planned};
use crate::udf::types::{SEMANTIC_TYPE, Type};

pub(super) fn field(callee: Callee<'_>, args: &ReturnFieldArgs<'_>) -> Result<FieldRef> {
    let function = callee.function;
    let fields = args.arg_fields;
    let too_many = !function.is_variadic() && function.params.len() < fields.len();
    if too_many || fields.len() < function.required_args() {
        return Err(message::wrong_count(function, fields.len()));
    }
    let mut nullable = function.returns.nullable;
    for (position, field) in fields.iter().enumerate() {
        let constant = args.scalar_arguments.get(position).copied().flatten();
        check(callee, position, field.data_type(), constant)?;
        let strict = function.param_of(position).is_some_and(|param| !param.value.nullable);
        nullable |= strict && (field.is_nullable() || *field.data_type() == DataType::Null);
    }
    callee.kept.plan(callee, args.scalar_arguments)?;
    let bindings = Bindings::of(function, fields)?;
    nullable |= bindings.is_nullable(function.returns.ty);
    let omitted = function.params.iter().enumerate().skip(fields.len());
    for (position, param) in omitted.filter(|(_, param)| !param.value.nullable) {
        nullable |= callee.default_of(position, param)?.is_some_and(|value| value.is_null());
    }
    let field = Field::new(function.name, data_type(callee, args, &bindings)?, nullable);
    // A value that is handed through keeps what is known of it.
    let mut metadata = bindings.metadata(function.returns.ty).cloned().unwrap_or_default();
    metadata.extend(self::metadata(function, fields));
    let entries = planned(callee, args)?;
    metadata.extend(entries.into_iter().map(|(key, value)| (key.to_owned(), value)));
    Ok(Arc::new(field.with_metadata(metadata)))
}

/// What the function itself says of the call, if it is asked. A twin refuses nothing: what is known
/// to fail gives NULL there.
fn planned(callee: Callee<'_>, args: &ReturnFieldArgs<'_>) -> Result<Entries> {
    let function = callee.function;
    let Some(planner) = function.planned else { return Ok(Entries::new()) };
    let call = call(callee, args)?;
    match caught(|| planner(&call))
        .map_err(|panic| message::attribute_panicked(function, "planned", &panic))?
    {
        Ok(entries) => Ok(entries),
        Err(_) if function.twin_of.is_some() => Ok(Entries::new()),
        Err(error) => Err(message::refused(function, &error)),
    }
}

/// What a plan knows of a call.
fn call<'a>(callee: Callee<'_>, args: &'a ReturnFieldArgs<'_>) -> Result<Planned<'a>> {
    let function = callee.function;
    let text = |value: &ScalarValue| -> Option<String> {
        // Values of many parts have no text that could be parsed, and days beyond the calendar none.
        if value.is_null() || value.data_type().is_nested() {
            return None;
        }
        value.cast_to(&DataType::Utf8).ok()?.try_as_str().flatten().map(str::to_owned)
    };
    let mut arguments = Vec::with_capacity(function.params.len());
    for (position, field) in args.arg_fields.iter().enumerate() {
        let name = function.param_of(position).map_or("", |param| param.name);
        let constant = args.scalar_arguments.get(position).copied().flatten();
        let constant = constant.and_then(text);
        let argument = Argument::new(constant, Some(field.metadata()));
        let ty = flat(field.data_type());
        let nullable = field.is_nullable() || *ty == DataType::Null;
        arguments.push((name, argument.of_type(ty, nullable)));
    }
    for (position, param) in function.params.iter().enumerate().skip(args.arg_fields.len()) {
        let default = callee.default_of(position, param)?;
        let constant = default.as_ref().and_then(text);
        arguments.push((param.name, Argument::new(constant, None)));
    }
    Ok(Planned::new(arguments))
}

fn check(
    callee: Callee<'_>,
    position: usize,
    found: &DataType,
    constant: Option<&ScalarValue>,
) -> Result<()> {
    let Callee { function, kept, .. } = callee;
    let Some(param) = function.param_of(position) else {
        return Err(message::wrong_count(function, position + 1));
    };
    accept::accept(param, found, constant, function.type_params)
        .map_err(|reason| message::wrong_type(function, position, param, found, reason))?;
    let text = constant.and_then(|constant| constant.try_as_str().flatten());
    match text {
        Some(text) => kept
            .parsed(position, param, text)
            .map(drop)
            .map_err(|reason| message::wrong_constant(function, param, &reason)),
        None => Ok(()),
    }
}

pub(crate) fn metadata(function: &Function, fields: &[FieldRef]) -> HashMap<String, String> {
    let mut metadata = match function.metadata {
        Metadata::Inherit(position) => {
            fields.get(position).map(|field| field.metadata().clone()).unwrap_or_default()
        }
        Metadata::None | Metadata::Set(_) => HashMap::new(),
    };
    if let Type::Struct(ty) = function.returns.ty
        && !ty.name.is_empty()
    {
        metadata.insert(SEMANTIC_TYPE.to_owned(), ty.name.to_owned());
    }
    let marks = function.returns.ty.marks().iter();
    metadata.extend(marks.map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    if let Metadata::Set(entries) = function.metadata {
        let entries = entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        metadata.extend(entries);
    }
    metadata
}

/// The type of the result: text and bytes are encoded like the first argument of their kind.
fn data_type(
    callee: Callee<'_>,
    args: &ReturnFieldArgs<'_>,
    bindings: &Bindings,
) -> Result<DataType> {
    let function = callee.function;
    let (ty, fields) = (function.returns.ty, args.arg_fields);
    let decided = function.resolve().is_some() || function.fields.is_some();
    let untyped = fields.iter().any(|field| *field.data_type() == DataType::Null);
    if decided && function.is_strict() && untyped {
        return Ok(DataType::Null);
    }
    let panicked = |panic: String| message::attribute_panicked(function, "returns", &panic);
    if let Some(fields_of) = function.fields {
        let call = call(callee, args)?;
        let fields = caught(|| fields_of(&call)).map_err(panicked)?;
        return fields.map(DataType::Struct).map_err(|error| message::refused(function, &error));
    }
    if let Some(resolve) = function.resolve() {
        let whole = |(position, field): (usize, &FieldRef)| match function.param_of(position) {
            Some(param) => conform::whole_type(&param.value.ty, field.data_type()),
            None => field.data_type().clone(),
        };
        let types: Vec<DataType> = fields.iter().enumerate().map(whole).collect();
        let ty = caught(|| resolve(&types)).map_err(panicked)?;
        return ty.map_err(|error| message::unresolved(function, &error));
    }
    let flat = if ty.is_variable() {
        let first = fields.iter().enumerate().find(|(position, _)| {
            function.param_of(*position).is_some_and(|param| param.value.ty == ty && !param.literal)
        });
        ty.to_arrow_as(
            first.map_or(TextEncoding::Plain, |(_, field)| TextEncoding::of(field.data_type())),
        )
    } else {
        bindings.data_type(ty)
    };
    if !(flat.is_string() || flat.is_binary()) {
        return Ok(flat);
    }
    Ok(match encoded(function, fields) {
        Some(DataType::Dictionary(key, _)) => DataType::Dictionary(key.clone(), Box::new(flat)),
        Some(DataType::RunEndEncoded(ends, values)) => {
            let values = Field::new(values.name(), flat, true);
            DataType::RunEndEncoded(Arc::clone(ends), Arc::new(values))
        }
        _ => flat,
    })
}

/// The type of the one argument that is not a constant, in whose encoding the result is. Whether
/// NULL is one of a dictionary's values is not asked, since a NULL key stands for it.
fn encoded<'a>(function: &Function, fields: &'a [FieldRef]) -> Option<&'a DataType> {
    if function.volatility == Volatility::Volatile || function.is_variadic() {
        return None;
    }
    let mut values = function.params.iter().enumerate().filter(|(_, param)| !param.literal);
    let (position, param) = values.next()?;
    if values.next().is_some() || param.value.nullable {
        return None;
    }
    fields.get(position).map(|field| field.data_type())
}
