//! Type parameters of functions: what they stand for in one call.
//!
//! `map_entries<K, V>(map: Map<K, V>) -> List<{ key: K, value: V }>` is written once and called
//! with maps of every kind. A call's arguments are laid over the types of the parameters; what
//! lies where a type parameter is written is what it stands for. Where there are several, the widest
//! counts; all are then checked against it like the arguments of any other function.

use crate::types::{Bindings, IntType, Type, ValueType, substitute};
use crate::view::check::common_type;
use crate::view::signature::{Signature, TypeParam, TypeSet};

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
        let mut laid = Laid::default();
        for (position, argument) in arguments {
            if let Some(param) = self.params.get(position) {
                // Whether the argument itself can be null is not the parameter's business: a
                // strict function never sees NULL.
                laid.lay(&param.ty, &ValueType::required(argument.ty.clone()), false);
            }
        }
        let mut bindings = laid.bindings;
        for param in self.type_params.iter().filter(|param| param.set == TypeSet::Number) {
            if let Some(bound) = bindings.get_mut(&param.name) {
                bound.ty = widest(&bound.ty);
            }
        }
        for param in &mut signature.params {
            param.ty = substitute(&param.ty, &bindings);
        }
        for param in &self.type_params {
            bindings.entry(param.name.clone()).or_insert(ValueType::required(Type::Unknown));
        }
        signature.returns = substitute(&self.returns, &bindings);
        signature.type_params.clear();
        signature
    }

    /// What the argument of one parameter alone says of type parameters: name and type.
    pub(in crate::view) fn decided_by(
        &self,
        position: usize,
        argument: &ValueType,
    ) -> Vec<(&TypeParam, Type)> {
        let mut laid = Laid::default();
        if let Some(param) = self.params.get(position) {
            laid.lay(&param.ty, argument, false);
        }
        let bound = |param: &'_ TypeParam| laid.bindings.get(&param.name).map(|b| b.ty.clone());
        self.type_params.iter().filter_map(|param| Some((param, bound(param)?))).collect()
    }
}

/// The widest number of its kind, which functions of numbers compute with.
fn widest(ty: &Type) -> Type {
    match ty {
        Type::Int(int) if int.is_signed() => Type::Int(IntType::I64),
        Type::Int(_) => Type::Int(IntType::U64),
        Type::F32 => Type::F64,
        ty => ty.clone(),
    }
}

/// Arguments, laid over the types of parameters.
#[derive(Default)]
struct Laid {
    bindings: Bindings,
    /// The names of those that part of an argument decides: a value can be cast, a part cannot.
    fixed: Vec<String>,
}

impl Laid {
    fn lay(&mut self, param: &ValueType, value: &ValueType, inside: bool) {
        match (&param.ty, &value.ty) {
            (_, Type::Null) => {}
            (Type::Param(name), ty) => {
                let nullable = value.nullable && !param.nullable;
                self.bind(name, ValueType { ty: ty.clone(), nullable }, inside);
            }
            (Type::List(param), Type::List(value)) => self.lay(param, value, true),
            (Type::Map(param_key, param), Type::Map(key, value)) => {
                let required = |ty: &Type| ValueType::required(ty.clone());
                self.lay(&required(param_key), &required(key), true);
                self.lay(param, value, true);
            }
            (Type::Struct(param), Type::Struct(value)) => {
                for (param, value) in param.fields.iter().zip(&value.fields) {
                    self.lay(&param.ty, &value.ty, true);
                }
            }
            _ => {}
        }
    }

    fn bind(&mut self, name: &str, found: ValueType, inside: bool) {
        let fixed = self.fixed.iter().any(|fixed| fixed == name);
        if inside && !fixed {
            self.fixed.push(name.to_owned());
        }
        let Some(known) = self.bindings.get_mut(name) else {
            self.bindings.insert(name.to_owned(), found);
            return;
        };
        known.nullable |= found.nullable;
        if known.ty.has_unknown() || found.ty.has_unknown() {
            known.ty = Type::Unknown;
        }
        if known.ty == found.ty || known.ty == Type::Unknown {
            return;
        }
        match common_type(&known.ty, &found.ty) {
            // Parts of two nested types differ in what can be NULL alone.
            Some(common) if matches!(found.ty, Type::List(_) | Type::Map(..) | Type::Struct(_)) => {
                known.ty = common;
            }
            _ if fixed => {}
            _ if inside => known.ty = found.ty,
            Some(common) => known.ty = common,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::types::parse_value_type;
    use crate::view::signature::Signature;

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
    fn the_widest_argument_decides() {
        check("g<T>(a: T, b: T) -> T", &["i64", "String"], "g(a: i64, b: i64) -> i64");
        check("g<T>(a: T, b: T) -> T", &["i32", "i64"], "g(a: i64, b: i64) -> i64");
        check("g<T>(a: T, b: T) -> T", &["i64", "i32"], "g(a: i64, b: i64) -> i64");
        check(
            "g<T>(a: T, b: List<T>) -> T",
            &["i64", "List<i32>"],
            "g(a: i32, b: List<i32>) -> i32",
        );
        check(
            "g<T>(a: List<T>, b: T) -> T",
            &["List<i32>", "i64"],
            "g(a: List<i32>, b: i32) -> i32",
        );
        check(
            "g<T>(a: List<T>, b: List<T>) -> List<T>",
            &["List<i32>", "List<Option<i32>>"],
            "g(a: List<Option<i32>>, b: List<Option<i32>>) -> List<Option<i32>>",
        );
        check("g<T>(a: T, b: List<T>) -> T", &["?", "List<i64>"], "g(a: ?, b: List<?>) -> ?");
    }

    #[test]
    fn parts_that_can_be_null_somewhere_can_be_so_everywhere() {
        check(
            "g<V>(map: Map<String, V>, other: V) -> V",
            &["Map<String, List<String>>", "List<Option<String>>"],
            "g(map: Map<String, List<Option<String>>>, other: List<Option<String>>) \
             -> List<Option<String>>",
        );
    }

    #[test]
    fn numbers_are_the_widest_of_their_kind() {
        let total = "window total<N: Number>(value: N) -> N";
        check(total, &["i32"], "window total(value: i64) -> i64");
        check(total, &["u8"], "window total(value: u64) -> u64");
        check(total, &["f32"], "window total(value: f64) -> f64");
        check(total, &["f64"], "window total(value: f64) -> f64");
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
