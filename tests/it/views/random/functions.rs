//! The functions that random views call, by their typed signatures: all of the engine's that a view knows,
//! and the standard ones.

use std::sync::LazyLock;

use belvedere::udf::{Body, Function, registered};
use belvedere_lang::types::Type;
use belvedere_lang::view::builtins::{self, Bound};
use belvedere_lang::view::signature::{FunctionKind, Param, Signature, TypeSet};

use super::tree::Name;
use super::types::Ty;

/// A form of a function.
pub(super) struct Form {
    pub(super) name: Name,
    pub(super) kind: FunctionKind,
    pub(super) params: Vec<Param>,
    /// The texts that a constant is one of, by the position of its parameter.
    pub(super) words: Vec<(usize, Vec<&'static str>)>,
    /// Whether equal values can be counted once.
    pub(super) distinct: bool,
    /// Whether the order of rows makes a difference, and whether it has to have one.
    pub(super) ordered: (bool, bool),
    pub(super) passes_nulls: bool,
    /// Whether it is known what an aggregate of no rows is.
    pub(super) of_no_rows: bool,
    returns: Type,
    bounds: Vec<(String, Bound)>,
    /// Whether a sum of decimals has ten digits more.
    total: bool,
}

/// What type parameters stand for.
pub(super) type Bindings = Vec<(String, Ty)>;

/// The forms of functions of rows.
pub(super) static SCALARS: LazyLock<Vec<Form>> = LazyLock::new(|| forms(FunctionKind::Scalar));
/// The forms of aggregates.
pub(super) static AGGREGATES: LazyLock<Vec<Form>> =
    LazyLock::new(|| forms(FunctionKind::Aggregate));
/// The forms of functions over windows.
pub(super) static WINDOWS: LazyLock<Vec<Form>> = LazyLock::new(|| forms(FunctionKind::Window));

fn forms(kind: FunctionKind) -> Vec<Form> {
    let builtins = builtins::all().filter(|builtin| !builtin.constant).map(Form::of_builtin);
    let mut forms: Vec<Form> = builtins.chain(standard()).collect();
    forms.retain(|form| form.kind == kind);
    forms
}

/// The standard functions that are called: those of rows that can be computed without waiting and want no
/// constants of a kind of their own.
pub(super) fn called() -> Vec<&'static Function> {
    let mut functions = registered();
    functions.retain(|function| {
        let is_ours = function.path.starts_with("belvedere_udfs");
        let waits = matches!(function.body, Body::Async(_) | Body::Table(_));
        let asks = function.prepare.is_some()
            || function.fields.is_some()
            || function.params.iter().any(|param| {
                param.literal
                    || param.setting.is_some()
                    || param.parse.is_some()
                    || !param.values.is_empty()
            });
        is_ours && !waits && !asks && !builtins::is_builtin(function.name)
    });
    functions
}

fn standard() -> Vec<Form> {
    let forms = called().into_iter().filter_map(|function| {
        let signature = Signature::parse(function.signature).ok()?;
        let aggregate = signature.kind == FunctionKind::Aggregate;
        let bounds = signature.type_params.iter().map(|param| {
            let bound = match param.set {
                TypeSet::Any => Bound::Any,
                TypeSet::Ordered => Bound::Ordered,
                TypeSet::Number => Bound::Widest,
            };
            (param.name.clone(), bound)
        });
        Some(Form {
            name: function.name.into(),
            kind: signature.kind,
            bounds: bounds.collect(),
            params: signature.params,
            words: Vec::new(),
            distinct: false,
            ordered: (aggregate, false),
            passes_nulls: aggregate,
            of_no_rows: signature.returns.nullable,
            returns: signature.returns.ty,
            total: false,
        })
    });
    forms.collect()
}

impl Form {
    fn of_builtin(builtin: &builtins::Builtin) -> Self {
        let names = builtin.signature.type_params.iter();
        Self {
            name: Name { view: builtin.name, sql: builtin.engine },
            kind: builtin.kind(),
            params: builtin.params().to_vec(),
            words: builtin.words.clone(),
            distinct: builtin.distinct,
            ordered: (builtin.is_ordered(), builtin.picks()),
            passes_nulls: builtin.passes_nulls(),
            of_no_rows: true,
            returns: builtin.signature.returns.ty.clone(),
            bounds: names.map(|p| (p.name.clone(), builtin.bound(&p.name))).collect(),
            total: builtin.total,
        }
    }

    /// The type parameters that no type is known for.
    pub(super) fn open(&self, bindings: &Bindings) -> Vec<(String, Bound)> {
        let mut open = self.bounds.clone();
        open.retain(|(name, _)| bindings.iter().all(|(known, _)| known != name));
        open
    }

    /// What the type parameters are where the result has this type; none where it has not.
    pub(super) fn giving(&self, wanted: Ty) -> Option<Bindings> {
        let mut bindings = Bindings::new();
        (!self.total && self.lay(&self.returns, wanted, &mut bindings)).then_some(bindings)
    }

    fn lay(&self, declared: &Type, wanted: Ty, bindings: &mut Bindings) -> bool {
        match (declared, wanted) {
            (Type::Param(name), wanted) => match bindings.iter().find(|(known, _)| known == name) {
                Some((_, ty)) => *ty == wanted,
                None => {
                    let mut bounds = self.bounds.iter();
                    let bound = bounds.find(|(known, _)| known == name);
                    let fits = bound.is_some_and(|(_, bound)| self.within(*bound, wanted));
                    bindings.push((name.clone(), wanted));
                    fits
                }
            },
            (Type::List(declared), Ty::List(wanted)) => self.lay(&declared.ty, *wanted, bindings),
            (Type::Map(key, declared), Ty::Map(wanted)) => {
                self.lay(key, Ty::Text, bindings) && self.lay(&declared.ty, *wanted, bindings)
            }
            (declared, wanted) => Ty::of(declared) == Some(wanted),
        }
    }

    /// The type of the result; none where random views know nothing of it.
    pub(super) fn returns(&self, bindings: &Bindings) -> Option<Ty> {
        match put(&self.returns, bindings)? {
            Ty::Decimal(precision, scale) if self.total => {
                Some(Ty::Decimal((precision + 10).min(38), scale))
            }
            ty => Some(ty),
        }
    }

    /// Whether a type parameter can stand for a type.
    pub(super) fn within(&self, bound: Bound, ty: Ty) -> bool {
        match bound {
            Bound::Any => ty.is_stored(),
            Bound::Ordered => ty.is_stored() && ty.is_ordered(),
            Bound::Exact => ty.is_stored() && ty.is_ordered() && !ty.is_float() && !ty.is_decimal(),
            Bound::Plain => ty.is_stored() && !ty.is_nested() && ty != Ty::Bytes,
            Bound::Number => ty.is_number(),
            Bound::Integer => ty.is_integer(),
            Bound::Float => ty.is_float(),
            Bound::Widest => matches!(ty, Ty::I64 | Ty::F64) || (self.total && ty.is_decimal()),
            Bound::Bytes => matches!(ty, Ty::Text | Ty::Bytes),
            Bound::Moment => ty.is_moment(),
            Bound::Stamp => matches!(ty, Ty::Timestamp | Ty::Local),
        }
    }
}

/// A type of a signature with types in the places of its parameters.
pub(super) fn put(declared: &Type, bindings: &Bindings) -> Option<Ty> {
    match declared {
        Type::Param(name) => bindings.iter().find(|(known, _)| known == name).map(|(_, ty)| *ty),
        Type::List(item) => put(&item.ty, bindings)?.list(),
        Type::Map(key, value) if put(key, bindings)? == Ty::Text => put(&value.ty, bindings)?.map(),
        declared => Ty::of(declared),
    }
}
