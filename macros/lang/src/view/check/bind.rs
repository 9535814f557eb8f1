//! What the type parameters of a built-in stand for in one call.
//!
//! Lists and maps say it, since their parts cannot be converted; then plain arguments together, of
//! which the widest counts. Unlike in calls of user functions, a constant follows the others.

use std::collections::HashMap;

use super::coerce::{common, nested_common};
use crate::types::{self, IntType, Type, ValueType, substitute};
use crate::view::builtins::{Bound, Builtin};
use crate::view::model::Expr;
use crate::view::syntax;

/// What each type parameter stands for; as a part of a list, also whether it can be NULL.
pub(super) type Bindings = types::Bindings;

/// An argument and the parameter that it is for; a default is not written.
pub(super) struct Given<'a> {
    pub(super) parameter: usize,
    pub(super) value: Expr,
    pub(super) written: Option<&'a syntax::Expr>,
}

/// An argument that is outside of its bound or agrees with no other.
pub(super) struct Wrong {
    /// Its position among the arguments.
    pub(super) argument: usize,
    pub(super) wanted: String,
    /// The type that it can be converted to.
    pub(super) to: Option<Type>,
}

/// What the type parameters stand for.
pub(super) fn bind(form: &Builtin, given: &[Given<'_>]) -> Result<Bindings, Wrong> {
    let mut bindings = nested(form, given)?;
    let mut so_far: HashMap<&str, Expr> = HashMap::new();
    for (position, argument) in given.iter().enumerate() {
        let Type::Param(name) = &form.params()[argument.parameter].ty.ty else { continue };
        if let Some(bound) = bindings.get_mut(name) {
            if let Some(common) = nested_common(&bound.ty, &argument.value.ty.ty) {
                bound.ty = common;
            }
            continue;
        }
        let (bound, value) = (form.bound(name), &argument.value);
        let wrong = |wanted, to| Wrong { argument: position, wanted, to };
        if !value.ty.ty.has_unknown() && !bound.takes(&value.ty.ty) {
            return Err(wrong(bound.describe().to_owned(), bound.instead_of(&value.ty.ty)));
        }
        let Some(before) = so_far.get_mut(name.as_str()) else {
            so_far.insert(name, value.clone());
            continue;
        };
        let widened = common(before, value).or_else(|| bound.meet(&before.ty.ty, &value.ty.ty));
        match widened {
            Some(ty) if ty == value.ty.ty => *before = value.clone(),
            Some(ty) => before.ty.ty = ty,
            None => {
                let wanted = before.ty.ty.clone();
                // A float would lose what is behind its point.
                let loses = value.ty.ty.is_number() && wanted.is_number();
                return Err(wrong(format!("`{wanted}`"), (!loses).then_some(wanted)));
            }
        }
    }
    for (name, argument) in so_far {
        let ty = form.bound(name).settled(argument.ty.ty);
        let nullable = !form.items.is_empty() && holds_struct(&ty);
        bindings.insert(name.to_owned(), ValueType { ty, nullable });
    }
    for argument in given.iter().filter(|argument| form.items.contains(&argument.parameter)) {
        if let Type::Param(name) = &form.params()[argument.parameter].ty.ty
            && let Some(bound) = bindings.get_mut(name)
        {
            bound.nullable |= argument.value.ty.nullable;
        }
    }
    Ok(bindings)
}

/// Whether it is a struct or has one in it. The engine's lists have items that can be NULL, which it
/// casts to others unless there is a struct among them.
pub(super) fn holds_struct(ty: &Type) -> bool {
    match ty {
        Type::Struct(_) => true,
        Type::List(item) => holds_struct(&item.ty),
        Type::Map(key, value) => holds_struct(key) || holds_struct(&value.ty),
        _ => false,
    }
}

/// What the parts of lists and maps say.
fn nested(form: &Builtin, given: &[Given<'_>]) -> Result<Bindings, Wrong> {
    let mut bindings = Bindings::new();
    for (argument, Given { parameter, value, .. }) in given.iter().enumerate() {
        let declared = &form.params()[*parameter].ty;
        let wrong = |wanted| Wrong { argument, wanted, to: None };
        if !matches!(declared.ty, Type::List(_) | Type::Map(..)) {
            continue;
        }
        let mut found = Bindings::new();
        lay(declared, &value.ty, &mut found);
        for (name, part) in found {
            let bound = form.bound(&name);
            if !part.ty.has_unknown() && !bound.takes(&part.ty) {
                return Err(wrong(format!("`{}` of {}", declared.ty, bound.several())));
            }
            let known = bindings.entry(name).or_insert_with(|| part.clone());
            known.nullable |= part.nullable;
            if part.ty.has_unknown() {
                known.ty = Type::Unknown;
            } else if known.ty != part.ty && !known.ty.has_unknown() {
                if let Some(common) = nested_common(&known.ty, &part.ty) {
                    known.ty = common;
                    continue;
                }
                return Err(wrong(format!("`{}`", substitute(declared, &bindings).ty)));
            }
        }
    }
    Ok(bindings)
}

/// Lays the type of an argument over that of a parameter.
fn lay(declared: &ValueType, found: &ValueType, bindings: &mut Bindings) {
    match (&declared.ty, &found.ty) {
        (Type::Param(name), ty) => {
            let nullable = found.nullable && !declared.nullable;
            bindings.insert(name.clone(), ValueType { ty: ty.clone(), nullable });
        }
        (Type::List(declared), Type::List(found)) => lay(declared, found, bindings),
        (Type::Map(declared_key, declared), Type::Map(key, found)) => {
            let required = |ty: &Type| ValueType::required(ty.clone());
            lay(&required(declared_key), &required(key), bindings);
            lay(declared, found, bindings);
        }
        _ => {}
    }
}

impl Bound {
    /// Whether a type is within the bound.
    fn takes(self, ty: &Type) -> bool {
        let nested = matches!(ty, Type::List(_) | Type::Map(..) | Type::Struct(_));
        match self {
            _ if *ty == Type::Null => true,
            Self::Any => true,
            Self::Ordered => ty.is_ordered(),
            Self::Exact => {
                ty.is_ordered() && !matches!(ty, Type::F32 | Type::F64 | Type::Decimal(_))
            }
            Self::Plain => !nested && !matches!(ty, Type::Bytes | Type::FixedBytes(_) | Type::Uuid),
            Self::Float => ty.is_number(),
            Self::Number | Self::Widest => ty.is_exact_or_float(),
            Self::Integer => matches!(ty, Type::Int(_)),
            Self::Bytes => matches!(ty, Type::String | Type::Bytes),
            Self::Moment | Self::Stamp => {
                matches!(ty, Type::Date | Type::Timestamp | Type::LocalTimestamp)
            }
        }
    }

    /// What a value outside of the bound can be converted to.
    fn instead_of(self, ty: &Type) -> Option<Type> {
        match self {
            Self::Any | Self::Ordered | Self::Exact | Self::Plain | Self::Bytes => None,
            Self::Moment | Self::Stamp => Some(Type::Timestamp),
            _ if matches!(ty, Type::Decimal(_)) => Some(Type::F64),
            Self::Float => Some(Type::F64),
            Self::Number | Self::Integer | Self::Widest => Some(Type::Int(IntType::I64)),
        }
    }

    /// The type of two arguments that nothing else converts to one.
    fn meet(self, a: &Type, b: &Type) -> Option<Type> {
        match self {
            Self::Float if a.is_number() && b.is_number() => Some(Type::F64),
            Self::Stamp => match (a, b) {
                (Type::Date, Type::LocalTimestamp) | (Type::LocalTimestamp, Type::Date) => {
                    Some(Type::LocalTimestamp)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The type that a type parameter stands for when its arguments have this one.
    fn settled(self, ty: Type) -> Type {
        match (self, ty) {
            (Self::Float, Type::Int(_)) | (Self::Widest, Type::F32) => Type::F64,
            (Self::Widest, Type::Int(int)) if int.is_signed() => Type::Int(IntType::I64),
            (Self::Widest, Type::Int(_)) => Type::Int(IntType::U64),
            (Self::Stamp, Type::Date) => Type::LocalTimestamp,
            (_, ty) => ty,
        }
    }

    /// How a message names the items of a list that are within the bound.
    fn several(self) -> &'static str {
        match self {
            Self::Ordered => "values that have an order",
            Self::Plain => "values that have a text",
            _ => "other values",
        }
    }
}
