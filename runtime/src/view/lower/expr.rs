//! One arm for each kind of expression.

use std::sync::Arc;

use arrow_schema::DataType;
use belvedere_lang::types::{DecimalType, IntType, Type};
use belvedere_lang::view::messages::param_value;
use belvedere_lang::view::model::{self, BinaryOp, ExprKind, FunctionRef, Literal};
use datafusion::common::{Column, DFSchema, ScalarValue, internal_datafusion_err};
use datafusion::logical_expr::expr::{
    BinaryExpr, Case, Cast, InList, Like, ScalarFunction, TryCast,
};
use datafusion::logical_expr::type_coercion::functions::{UDFCoercionExt, fields_with_udf};
use datafusion::logical_expr::{Expr, ExprSchemable as _, Operator, lit, not};

use super::quirks::{equal_to_zero, one_zero, own_lists, same_times};
use super::rows::Rows;
use super::structs::make_struct;
use super::{Lowering, catalog};
use crate::udf::EngineFunction;
use crate::udf::decimal::unscaled;
use crate::view::error::ViewError;
use crate::view::schema::{data_type, same_values};

/// What an expression is lowered against.
pub(super) struct Scope<'a> {
    /// The columns of the row, by position.
    pub(super) columns: &'a [Column],
    /// The columns of the group keys, by position; empty outside of an aggregate step.
    pub(super) keys: &'a [Column],
    /// The columns that hold the values of calls which a node below has computed.
    pub(super) computed: &'a [(&'a model::Expr, Column)],
    /// The types of all of these.
    pub(super) schema: &'a DFSchema,
}

impl<'a> Scope<'a> {
    /// The row of a step.
    pub(super) fn row(rows: &'a Rows) -> Self {
        Self { columns: rows.columns(), keys: &[], computed: &[], schema: rows.schema() }
    }
}

impl Lowering<'_> {
    /// Lowers an expression.
    pub(super) fn expr(&self, expr: &model::Expr, scope: &Scope<'_>) -> Result<Expr, ViewError> {
        let boxed = |expr: &model::Expr| self.expr(expr, scope).map(Box::new);
        Ok(match &expr.kind {
            ExprKind::Column(position) => column(scope.columns, *position)?,
            ExprKind::Key(position) => column(scope.keys, *position)?,
            ExprKind::Literal(literal) => lit(constant(literal, &expr.ty.ty)?),
            ExprKind::Value(position) => self.value(*position, &expr.ty.ty)?,
            ExprKind::Binary(op, left, right) => {
                let (left, right) = (boxed(left)?, boxed(right)?);
                let (left, right) = match op {
                    BinaryOp::Eq | BinaryOp::NotEq => equal_to_zero(left, right),
                    _ => (left, right),
                };
                Expr::BinaryExpr(BinaryExpr::new(left, operator(*op), right))
            }
            // The engine writes `not (a like b)` as one expression, and so does this.
            ExprKind::Not(inner) => not(self.expr(inner, scope)?),
            ExprKind::Negative(inner) => Expr::Negative(boxed(inner)?),
            ExprKind::IsNull(inner) => Expr::IsNull(boxed(inner)?),
            ExprKind::IsNotNull(inner) => Expr::IsNotNull(boxed(inner)?),
            ExprKind::In { expr, items, negated } => {
                let compared = |expr: &model::Expr| -> Result<_, ViewError> {
                    Ok(one_zero(self.expr(expr, scope)?, &expr.ty.ty))
                };
                let items = items.iter().map(compared).collect::<Result<_, _>>()?;
                Expr::InList(InList::new(Box::new(compared(expr)?), items, *negated))
            }
            ExprKind::Like { expr, pattern, negated } => {
                Expr::Like(Like::new(*negated, boxed(expr)?, boxed(pattern)?, None, false))
            }
            ExprKind::Case { branches, otherwise } => {
                let branches = branches.iter().map(|(when, then)| Ok((boxed(when)?, boxed(then)?)));
                let branches = branches.collect::<Result<_, ViewError>>()?;
                let otherwise = otherwise.as_deref().map(boxed).transpose()?;
                Expr::Case(Case::new(None, branches, otherwise))
            }
            ExprKind::Cast { expr, to, lenient } => {
                let (from, to) = (arrow_type(&expr.ty.ty)?, arrow_type(to)?);
                match lenient {
                    // What the language tells apart may be one type to the engine.
                    _ if from == to => self.expr(expr, scope)?,
                    true => Expr::TryCast(TryCast::new(boxed(expr)?, to)),
                    false => Expr::Cast(Cast::new(boxed(expr)?, to)),
                }
            }
            ExprKind::Field { expr: base, field } => self.field(base, field, scope)?,
            ExprKind::Struct(values) => self.structure(values, &expr.ty.ty, scope)?,
            ExprKind::Call { function: FunctionRef::Builtin(name), args } if *name == "nullif" => {
                self.null_if(args, scope)?
            }
            ExprKind::Call { function: FunctionRef::Builtin(name), args } if *name == "nvl2" => {
                self.if_there(args, scope)?
            }
            ExprKind::Call { function, args } => {
                agree(self.call(function, args, scope)?, &expr.ty.ty, scope.schema)?
            }
            ExprKind::Aggregate { .. } | ExprKind::Window { .. } => computed(expr, scope)?,
        })
    }

    /// A constant that is known where the view is used.
    fn value(&self, position: usize, ty: &Type) -> Result<Expr, ViewError> {
        let Some(value) = self.view.values.get(position) else {
            return Err(internal_datafusion_err!("the view has no constant at {position}"))?;
        };
        let Some(literal) = &value.default else {
            return Err(ViewError::MissingValue {
                view: self.view.name.clone(),
                value: value.name.clone(),
                ty: ty.to_string(),
            });
        };
        let Literal::String(text) = literal else { return Ok(lit(constant(literal, ty)?)) };
        // Days and times are written as text.
        let typed = ScalarValue::from(text.as_str()).cast_to(&arrow_type(ty)?);
        Ok(lit(typed.map_err(|_| ViewError::WrongParam {
            view: self.view.name.clone(),
            param: value.name.clone(),
            reason: param_value(&self.view.name, &value.name, ty, None).to_string(),
        })?))
    }

    /// The engine's `get_field` hands out what lies under a NULL struct, so one that can be NULL is
    /// asked first.
    fn field(&self, base: &model::Expr, field: &str, scope: &Scope<'_>) -> Result<Expr, ViewError> {
        let lowered = self.expr(base, scope)?;
        let get = catalog::scalar("get_field")?;
        let args = vec![lowered.clone(), lit(field)];
        let value = Expr::ScalarFunction(ScalarFunction::new_udf(get, args));
        if !base.ty.nullable {
            return Ok(value);
        }
        let is_there = Expr::IsNotNull(Box::new(lowered));
        Ok(Expr::Case(Case::new(None, vec![(Box::new(is_there), Box::new(value))], None)))
    }

    fn structure(
        &self,
        values: &[model::Expr],
        ty: &Type,
        scope: &Scope<'_>,
    ) -> Result<Expr, ViewError> {
        let DataType::Struct(fields) = arrow_type(ty)? else {
            return Err(internal_datafusion_err!("a struct has the type `{ty}`"))?;
        };
        let values = values
            .iter()
            .map(|value| agree(self.expr(value, scope)?, &value.ty.ty, scope.schema))
            .collect::<Result<_, _>>()?;
        Ok(make_struct(fields, values))
    }

    /// The engine's function of the name does not know two zeros for equal.
    fn null_if(&self, args: &[model::Expr], scope: &Scope<'_>) -> Result<Expr, ViewError> {
        let [value, other] = args else {
            return Err(internal_datafusion_err!("`nullif` has {} arguments", args.len()))?;
        };
        let (value, other) = (self.expr(value, scope)?, self.expr(other, scope)?);
        let null = Expr::Literal(ScalarValue::try_from(&value.get_type(scope.schema)?)?, None);
        let branches = vec![(Box::new(value.clone().eq(other)), Box::new(null))];
        Ok(Expr::Case(Case::new(None, branches, Some(Box::new(value)))))
    }

    /// The engine's `nvl2` brings what is asked for NULL and what it gives to one type.
    fn if_there(&self, args: &[model::Expr], scope: &Scope<'_>) -> Result<Expr, ViewError> {
        let [value, there, missing] = args else {
            return Err(internal_datafusion_err!("`nvl2` has {} arguments", args.len()))?;
        };
        let is_there = Expr::IsNotNull(Box::new(self.expr(value, scope)?));
        let there = Box::new(self.expr(there, scope)?);
        let missing = Box::new(self.expr(missing, scope)?);
        Ok(Expr::Case(Case::new(None, vec![(Box::new(is_there), there)], Some(missing))))
    }

    fn call(
        &self,
        function: &FunctionRef,
        args: &[model::Expr],
        scope: &Scope<'_>,
    ) -> Result<Expr, ViewError> {
        let function = match function {
            FunctionRef::Builtin(name) => catalog::scalar(name)?,
            FunctionRef::User(position) => match self.function(*position)? {
                EngineFunction::Scalar(function) => Arc::clone(function),
                other => return Err(not_a(other, "a scalar function")),
            },
        };
        let args = args.iter().map(|arg| self.expr(arg, scope)).collect::<Result<Vec<_>, _>>()?;
        let args = coerced(args, function.as_ref(), scope.schema)?;
        let args = own_lists(function.name(), args, scope.schema)?;
        Ok(Expr::ScalarFunction(ScalarFunction::new_udf(function, args)))
    }

    pub(super) fn function(&self, position: usize) -> Result<&EngineFunction, ViewError> {
        let function = self.functions.get(position);
        Ok(function.ok_or_else(|| {
            internal_datafusion_err!("the view has no function at position {position}")
        })?)
    }
}

/// The column for the value of the i-th call in a column of a step. No column of a relation has
/// parentheses in its name.
pub(super) fn call_name(column: &str, i: usize) -> String {
    match i {
        0 => format!("{column}()"),
        _ => format!("{column}({i})"),
    }
}

/// The check that was made against another kind of function than the program links.
pub(super) fn not_a(function: &EngineFunction, wanted: &str) -> ViewError {
    internal_datafusion_err!("`{}` is not {wanted}", function.name()).into()
}

/// `expr` in the engine's type for `ty`. Functions return text as views, lists whose field has another
/// name, times in other units; that is converted. Any other difference is a bug.
pub(super) fn agree(expr: Expr, ty: &Type, schema: &DFSchema) -> Result<Expr, ViewError> {
    let wanted = arrow_type(ty)?;
    let found = expr.get_type(schema)?;
    if found == wanted {
        Ok(expr)
    } else if same_values(&found, &wanted) || same_times(&found, &wanted) {
        Ok(Expr::Cast(Cast::new(Box::new(expr), wanted)))
    } else {
        Err(ViewError::Disagreement {
            expr: expr.to_string(),
            engine: found.to_string(),
            checker: ty.to_string(),
        })
    }
}

/// Arguments in the encodings that the function asks for, so that the analyzer finds nothing to
/// coerce.
pub(super) fn coerced<F: UDFCoercionExt>(
    args: Vec<Expr>,
    function: &F,
    schema: &DFSchema,
) -> Result<Vec<Expr>, ViewError> {
    let fields = args.iter().map(|arg| Ok(arg.to_field(schema)?.1));
    let fields = fields.collect::<Result<Vec<_>, ViewError>>()?;
    let wanted = fields_with_udf(&fields, function)?;
    let args = args.into_iter().zip(wanted);
    Ok(args.map(|(arg, field)| arg.cast_to(field.data_type(), schema)).collect::<Result<_, _>>()?)
}

fn column(columns: &[Column], position: usize) -> Result<Expr, ViewError> {
    let column = columns.get(position).cloned();
    Ok(Expr::Column(
        column.ok_or_else(|| {
            internal_datafusion_err!("the row has no column at position {position}")
        })?,
    ))
}

fn computed(expr: &model::Expr, scope: &Scope<'_>) -> Result<Expr, ViewError> {
    let found = scope.computed.iter().find(|(call, _)| std::ptr::eq(*call, expr));
    let Some((_, column)) = found else {
        return Err(internal_datafusion_err!("a call of several rows that no node has computed"))?;
    };
    agree(Expr::Column(column.clone()), &expr.ty.ty, scope.schema)
}

pub(super) fn arrow_type(ty: &Type) -> Result<DataType, ViewError> {
    data_type(ty).ok_or_else(|| ViewError::UntypedColumn { column: ty.to_string() })
}

/// A constant in the engine's type for `ty`.
pub(super) fn constant(literal: &Literal, ty: &Type) -> Result<ScalarValue, ViewError> {
    let value = match (literal, ty) {
        (Literal::Null, _) => Some(ScalarValue::try_from(&arrow_type(ty)?)?),
        (Literal::Bool(value), Type::Bool) => Some(ScalarValue::from(*value)),
        (Literal::Int(value), Type::Int(int)) => whole_number(*value, *int),
        // Whole numbers that a user writes for a float are far below where one is inexact.
        (Literal::Int(value), Type::F64) => Some(ScalarValue::from(*value as f64)),
        (Literal::Int(value), Type::F32) => Some(ScalarValue::from(*value as f32)),
        (Literal::Float(value), Type::F64) => Some(ScalarValue::from(*value)),
        (Literal::Int(value), Type::Decimal(decimal)) => exact(&value.to_string(), *decimal),
        (Literal::Float(value), Type::Decimal(decimal)) => exact(&value.to_string(), *decimal),
        (Literal::Decimal(digits), Type::Decimal(decimal)) => exact(digits, *decimal),
        (Literal::Decimal(digits), Type::F64) => digits.parse::<f64>().ok().map(ScalarValue::from),
        (Literal::Decimal(digits), Type::F32) => digits.parse::<f32>().ok().map(ScalarValue::from),
        (Literal::Float(value), Type::F32) => Some(ScalarValue::from(*value as f32)),
        (Literal::String(value), Type::String) => Some(ScalarValue::from(value.as_str())),
        _ => None,
    };
    Ok(value.ok_or_else(|| internal_datafusion_err!("{literal:?} is no constant of type {ty}"))?)
}

/// `None` for a number that has other digits, which the checker has refused.
fn exact(text: &str, decimal: DecimalType) -> Option<ScalarValue> {
    let (precision, scale) = (decimal.precision(), decimal.scale());
    let value = unscaled(text, precision, scale)?;
    Some(ScalarValue::Decimal128(Some(value), precision, scale.cast_signed()))
}

/// `None` for a number that does not fit, which the checker has refused.
fn whole_number(value: i128, int: IntType) -> Option<ScalarValue> {
    Some(match int {
        IntType::I8 => ScalarValue::from(i8::try_from(value).ok()?),
        IntType::I16 => ScalarValue::from(i16::try_from(value).ok()?),
        IntType::I32 => ScalarValue::from(i32::try_from(value).ok()?),
        IntType::I64 => ScalarValue::from(i64::try_from(value).ok()?),
        IntType::U8 => ScalarValue::from(u8::try_from(value).ok()?),
        IntType::U16 => ScalarValue::from(u16::try_from(value).ok()?),
        IntType::U32 => ScalarValue::from(u32::try_from(value).ok()?),
        IntType::U64 => ScalarValue::from(u64::try_from(value).ok()?),
    })
}

fn operator(op: BinaryOp) -> Operator {
    match op {
        BinaryOp::Add => Operator::Plus,
        BinaryOp::Sub => Operator::Minus,
        BinaryOp::Mul => Operator::Multiply,
        BinaryOp::Div => Operator::Divide,
        BinaryOp::Rem => Operator::Modulo,
        BinaryOp::Eq => Operator::Eq,
        BinaryOp::NotEq => Operator::NotEq,
        BinaryOp::Lt => Operator::Lt,
        BinaryOp::LtEq => Operator::LtEq,
        BinaryOp::Gt => Operator::Gt,
        BinaryOp::GtEq => Operator::GtEq,
        BinaryOp::And => Operator::And,
        BinaryOp::Or => Operator::Or,
    }
}
