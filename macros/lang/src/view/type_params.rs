//! Type parameters of functions: what they stand for in one call.
//!
//! `map_entries<K, V>(map: Map<K, V>) -> List<{ key: K, value: V }>` is written once and called
//! with maps of every kind. A call's arguments are laid over the types of the parameters; what
//! lies where a type parameter is written is what it stands for. The first argument decides, the
//! others are then checked against its type like those of any other function.

use std::collections::HashMap;

use crate::types::{Column, StructType, Type, ValueType};
use crate::view::env::Signature;

/// What each type parameter stands for.
type Bindings = HashMap<String, ValueType>;

impl Signature {
    /// The signature as it is for one call, whose arguments are given with the positions of their
    /// parameters. A type parameter that no argument decides is left in the parameters, for
    /// messages, and unknown in the result.
    #[must_use]
    pub fn instantiate<'a>(
        &self,
        arguments: impl IntoIterator<Item = (usize, &'a ValueType)>,
    ) -> Self {
        let mut signature = self.clone();
        if self.type_params.is_empty() {
            return signature;
        }
        let mut bindings = Bindings::new();
        for (position, argument) in arguments {
            if let Some(param) = self.params.get(position) {
                // Whether the argument itself can be null is not the parameter's business: a
                // strict function never sees NULL.
                bind(&param.ty, &ValueType::required(argument.ty.clone()), &mut bindings);
            }
        }
        for param in &mut signature.params {
            param.ty = substitute(&param.ty, &bindings);
        }
        for name in &self.type_params {
            bindings.entry(name.clone()).or_insert(ValueType::required(Type::Unknown));
        }
        signature.returns = substitute(&self.returns, &bindings);
        signature.type_params.clear();
        signature
    }
}

/// Lays a value's type over a parameter's.
fn bind(param: &ValueType, value: &ValueType, bindings: &mut Bindings) {
    match (&param.ty, &value.ty) {
        (_, Type::Null) => {}
        (Type::Param(name), ty) if !bindings.contains_key(name) => {
            let nullable = value.nullable && !param.nullable;
            bindings.insert(name.clone(), ValueType { ty: ty.clone(), nullable });
        }
        (Type::List(param), Type::List(value)) => bind(param, value, bindings),
        (Type::Map(param_key, param), Type::Map(key, value)) => {
            let required = |ty: &Type| ValueType::required(ty.clone());
            bind(&required(param_key), &required(key), bindings);
            bind(param, value, bindings);
        }
        (Type::Struct(param), Type::Struct(value)) => {
            for (param, value) in param.fields.iter().zip(&value.fields) {
                bind(&param.ty, &value.ty, bindings);
            }
        }
        _ => {}
    }
}

fn substitute(value: &ValueType, bindings: &Bindings) -> ValueType {
    match &value.ty {
        Type::Param(name) => match bindings.get(name) {
            Some(bound) => bound.clone().or_null(value.nullable),
            None => value.clone(),
        },
        ty => ValueType { ty: substitute_type(ty, bindings), nullable: value.nullable },
    }
}

fn substitute_type(ty: &Type, bindings: &Bindings) -> Type {
    match ty {
        Type::Param(name) => bindings.get(name).map_or(ty.clone(), |bound| bound.ty.clone()),
        Type::List(item) => Type::List(Box::new(substitute(item, bindings))),
        Type::Map(key, value) => Type::Map(
            Box::new(substitute_type(key, bindings)),
            Box::new(substitute(value, bindings)),
        ),
        Type::Struct(StructType { name, fields }) => {
            let field = |field: &Column| Column {
                name: field.name.clone(),
                ty: substitute(&field.ty, bindings),
            };
            Type::Struct(StructType {
                name: name.clone(),
                fields: fields.iter().map(field).collect(),
            })
        }
        ty => ty.clone(),
    }
}

#[cfg(test)]
mod tests {
    use crate::types::parse_value_type;
    use crate::view::env::Signature;

    /// The signature of a call with arguments of these types.
    fn check(signature: &str, arguments: &[&str], expected: &str) {
        let types: Vec<_> = arguments.iter().map(|text| parse_value_type(text).unwrap()).collect();
        let signature = Signature::parse(signature).unwrap();
        assert_eq!(signature.instantiate(types.iter().enumerate()).to_string(), expected);
    }

    #[test]
    fn a_call_decides_what_type_parameters_stand_for() {
        let entries = "e<K, V>(map: Map<K, V>) -> List<{ key: K, value: V }>";
        check(
            entries,
            &["Map<String, i64>"],
            "e(map: Map<String, i64>) -> List<{ key: String, value: i64 }>",
        );
        check(
            entries,
            &["Option<Map<i32, Option<List<f64>>>>"],
            "e(map: Map<i32, Option<List<f64>>>) -> List<{ key: i32, value: Option<List<f64>> }>",
        );
        check("i<T>(value: T) -> Option<T>", &["Option<i64>"], "i(value: i64) -> Option<i64>");
        check(
            "c<T>(list: List<Option<T>>) -> List<T>",
            &["List<i64>"],
            "c(list: List<Option<i64>>) -> List<i64>",
        );
        check(
            "f<T>(at: { x: T, y: i8 }) -> T",
            &["{ x: Bytes, y: i8 }"],
            "f(at: { x: Bytes, y: i8 }) -> Bytes",
        );
    }

    #[test]
    fn the_first_argument_decides() {
        check("g<T>(a: T, b: T) -> T", &["i64", "String"], "g(a: i64, b: i64) -> i64");
        check("g<T>(a: T, b: List<T>) -> T", &["?", "List<i64>"], "g(a: ?, b: List<?>) -> ?");
    }

    #[test]
    fn what_no_argument_decides_is_unknown() {
        let entries = "e<K, V>(map: Map<K, V>) -> List<{ key: K, value: V }>";
        for arguments in [&["String"][..], &[]] {
            check(entries, arguments, "e(map: Map<K, V>) -> List<{ key: ?, value: ? }>");
        }
        check("f(a: i64) -> i64", &["String"], "f(a: i64) -> i64");
    }
}
