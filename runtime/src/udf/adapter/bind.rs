//! What the type parameters of a function stand for in a call: the types of its arguments, laid over
//! the types of its parameters.
//!
//! Arguments that share a type parameter have one type, encodings of one, or types of which one
//! holds the values of the others. Whether an argument is a constant makes no difference, because
//! the answer must not change when the planner folds an expression into one.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields};
use datafusion::common::Result;

use super::accept::{list_item, widens};
use super::decimal;
use super::message;
use crate::udf::descriptor::Function;
use crate::udf::generic::has_order;
use crate::udf::types::{Type, TypeSet, ValueType};

/// What each type parameter stands for.
#[derive(Debug, Default)]
pub(crate) struct Bindings(Vec<Option<Bound>>);

/// A type together with its NULLs and its metadata, and the argument that it comes from.
#[derive(Debug)]
struct Bound {
    field: FieldRef,
    position: usize,
}

/// Two arguments that share a type parameter and no type: its number, and the type of each with the
/// position of the argument.
pub(super) struct Clash {
    pub(super) param: usize,
    pub(super) first: (usize, DataType),
    pub(super) second: (usize, DataType),
}

impl Bindings {
    /// Lays the arguments of a call over the parameters.
    ///
    /// # Errors
    ///
    /// Arguments share a type parameter and no type, or one has no order where one is needed.
    pub(super) fn of<'f>(
        function: &Function,
        arguments: impl IntoIterator<Item = &'f FieldRef>,
    ) -> Result<Self> {
        let mut bindings = Self::default();
        if function.type_params.is_empty() {
            return Ok(bindings);
        }
        bindings.0.resize_with(function.type_params.len(), || None);
        for (position, field) in arguments.into_iter().enumerate() {
            let Some(param) = function.param_of(position) else { continue };
            let flat = flat(field.data_type());
            let whole = Field::new("", flat.clone(), false).with_metadata(field.metadata().clone());
            bindings
                .lay(param.value, &whole, position)
                .map_err(|clash| message::no_common_type(function, &clash))?;
        }
        for (param, bound) in function.type_params.iter().zip(&bindings.0) {
            if let Some(Bound { field, position }) = bound
                && param.set == TypeSet::Ordered
                && !has_order(field.data_type())
            {
                return Err(message::no_order(function, param, (*position, field.data_type())));
            }
        }
        Ok(bindings)
    }

    fn lay(&mut self, wanted: ValueType, found: &Field, position: usize) -> Result<(), Clash> {
        match (wanted.ty, found.data_type()) {
            (Type::Param(param), _) => self.bind(param, wanted.nullable, found, position),
            (Type::List(item), found) => match list_item(flat(found)) {
                Some(found) => self.lay(*item, found, position),
                None => Ok(()),
            },
            (Type::Map(key, value), DataType::Map(entries, _)) => match entries.data_type() {
                DataType::Struct(fields) if fields.len() == 2 => {
                    let key = ValueType { ty: *key, nullable: true };
                    self.lay(key, &fields[0], position)?;
                    self.lay(*value, &fields[1], position)
                }
                _ => Ok(()),
            },
            (Type::Struct(ty), DataType::Struct(fields)) => {
                ty.fields.iter().try_for_each(|field| match fields.find(field.name) {
                    Some((_, found)) => self.lay(field.value, found, position),
                    None => Ok(()),
                })
            }
            _ => Ok(()),
        }
    }

    fn bind(
        &mut self,
        param: usize,
        strips_null: bool,
        found: &Field,
        position: usize,
    ) -> Result<(), Clash> {
        let Some(slot) = self.0.get_mut(param) else { return Ok(()) };
        let nullable = found.is_nullable() && !strips_null;
        let Some(bound) = slot else {
            let field = Field::new("", found.data_type().clone(), nullable)
                .with_metadata(found.metadata().clone());
            *slot = Some(Bound { field: Arc::new(field), position });
            return Ok(());
        };
        let known = bound.field.data_type();
        let Some(common) = common(known, found.data_type()) else {
            let first = (bound.position, known.clone());
            return Err(Clash { param, first, second: (position, found.data_type().clone()) });
        };
        if *known == DataType::Null {
            bound.position = position;
        }
        let nullable = nullable || bound.field.is_nullable();
        let field = bound.field.as_ref().clone();
        bound.field = Arc::new(field.with_data_type(common).with_nullable(nullable));
        Ok(())
    }

    /// The Arrow type, type parameters replaced by what they stand for.
    pub(super) fn data_type(&self, ty: Type) -> DataType {
        ty.to_arrow_with(&|param| self.field(param).cloned())
    }

    /// Whether values can be NULL that a function gives without saying so: those inside of arguments.
    pub(super) fn is_nullable(&self, ty: Type) -> bool {
        matches!(ty, Type::Param(param) if self.field(param).is_some_and(|field| field.is_nullable()))
    }

    /// What is known of the values of a type parameter.
    pub(super) fn metadata(&self, ty: Type) -> Option<&HashMap<String, String>> {
        let Type::Param(param) = ty else { return None };
        self.field(param).map(|field| field.metadata())
    }

    fn field(&self, param: usize) -> Option<&FieldRef> {
        self.0.get(param)?.as_ref().map(|bound| &bound.field)
    }
}

/// The type of the values of a column, whatever their encoding.
pub(crate) fn flat(ty: &DataType) -> &DataType {
    match ty {
        DataType::Dictionary(_, values) => flat(values),
        DataType::RunEndEncoded(_, values) => flat(values.data_type()),
        other => other,
    }
}

/// The type that holds the values of both.
fn common(a: &DataType, b: &DataType) -> Option<DataType> {
    use DataType::{
        Binary, BinaryView, Dictionary, LargeBinary, LargeUtf8, List, Map, Null, RunEndEncoded,
        Struct, Utf8, Utf8View,
    };
    Some(match (a, b) {
        _ if a == b => a.clone(),
        (Null, other) | (other, Null) => other.clone(),
        (Dictionary(..) | RunEndEncoded(..), _) | (_, Dictionary(..) | RunEndEncoded(..)) => {
            common(flat(a), flat(b))?
        }
        (Utf8View, Utf8 | LargeUtf8) | (Utf8 | LargeUtf8, Utf8View) => Utf8View,
        (LargeUtf8, Utf8) | (Utf8, LargeUtf8) => LargeUtf8,
        (BinaryView, Binary | LargeBinary) | (Binary | LargeBinary, BinaryView) => BinaryView,
        (LargeBinary, Binary) | (Binary, LargeBinary) => LargeBinary,
        (List(a), List(b)) => List(common_field(a, b)?),
        (DataType::LargeList(a), DataType::LargeList(b) | List(b))
        | (List(a), DataType::LargeList(b)) => DataType::LargeList(common_field(a, b)?),
        (DataType::FixedSizeList(a, n), DataType::FixedSizeList(b, m)) if n == m => {
            DataType::FixedSizeList(common_field(a, b)?, *n)
        }
        (Map(a, sorted), Map(b, other)) => Map(common_field(a, b)?, *sorted && *other),
        (Struct(a), Struct(b)) if a.len() == b.len() => {
            let same = |(a, b): (&FieldRef, &FieldRef)| {
                if a.name() == b.name() { common_field(a, b) } else { None }
            };
            Struct(a.iter().zip(b).map(same).collect::<Option<Fields>>()?)
        }
        _ if widens(a, b) || decimal::widens(a, b) => b.clone(),
        _ if widens(b, a) || decimal::widens(b, a) => a.clone(),
        _ => return None,
    })
}

fn common_field(a: &FieldRef, b: &FieldRef) -> Option<FieldRef> {
    let ty = common(a.data_type(), b.data_type())?;
    let nullable = a.is_nullable() || b.is_nullable();
    Some(Arc::new(a.as_ref().clone().with_data_type(ty).with_nullable(nullable)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_schema::{DataType, Field};

    use super::common;

    #[track_caller]
    fn check(a: &DataType, b: &DataType, expected: Option<&DataType>) {
        assert_eq!(common(a, b).as_ref(), expected);
        assert_eq!(common(b, a).as_ref(), expected);
    }

    #[test]
    fn one_type_holds_the_values_of_both() {
        use DataType::{Float64, Int32, Int64, LargeUtf8, Null, UInt64, Utf8, Utf8View};
        let dictionary = DataType::Dictionary(Box::new(Int32), Box::new(Utf8));
        check(&dictionary, &dictionary, Some(&dictionary));
        check(&dictionary, &Utf8, Some(&Utf8));
        check(&dictionary, &LargeUtf8, Some(&LargeUtf8));
        check(&Utf8, &Utf8View, Some(&Utf8View));
        check(&Int32, &Int64, Some(&Int64));
        check(&Int32, &Float64, Some(&Float64));
        check(&Int64, &UInt64, None);
        check(&Int64, &Utf8, None);
        check(&Null, &Utf8, Some(&Utf8));
    }

    #[test]
    fn the_parts_of_types_are_brought_together() {
        let list = |ty, nullable| DataType::List(Arc::new(Field::new("item", ty, nullable)));
        let wide = list(DataType::Int64, true);
        check(&list(DataType::Int32, true), &list(DataType::Int64, false), Some(&wide));
        check(&list(DataType::Int32, true), &list(DataType::Utf8, true), None);
        let fields = |name: &str, ty| DataType::Struct(vec![Field::new(name, ty, false)].into());
        check(
            &fields("a", DataType::Null),
            &fields("a", DataType::Date32),
            Some(&fields("a", DataType::Date32)),
        );
        check(&fields("a", DataType::Date32), &fields("b", DataType::Date32), None);
    }
}
