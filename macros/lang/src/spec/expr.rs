//! Expressions as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SubquerySpec;
use crate::view::model::Literal;

/// An expression: a constant is a JSON scalar, a list of expressions a list, and all else an object
/// with the name of its form.
///
/// ```json
/// { "mul": [{ "column": "o.pieces" }, 2] }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum ExprSpec {
    /// `null`, `true`, `1`, `1.5`, `"text"`: never the name of anything.
    Literal(Literal),
    /// A list of the language, `[a, b]`.
    List(Vec<ExprSpec>),
    /// Everything else.
    Form(Box<ExprForm>),
}

/// The forms of expressions that are objects, each under its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExprForm {
    /// A column, `size`, one of a relation, `f.size`, or a field of a struct in it, `f.pos.line`;
    /// or a parameter.
    Column(String),
    /// A field of a value that is no column.
    Field(FieldSpec),
    /// An item of a list, or the value of a key of a map.
    Index(IndexSpec),
    /// A struct.
    Struct(Vec<NamedSpec>),
    /// A call of a built-in or of a function of the program.
    Call(Box<CallSpec>),
    /// A conversion that fails for a value that does not fit.
    Cast(CastSpec),
    /// A conversion that gives NULL for it.
    TryCast(CastSpec),
    /// The value of the first condition that is true.
    Case(CaseSpec),
    /// All are true.
    And(Vec<ExprSpec>),
    /// One is true.
    Or(Vec<ExprSpec>),
    /// The opposite.
    Not(ExprSpec),
    /// `a == b`
    Eq(#[serde(deserialize_with = "super::read::pair")] [ExprSpec; 2]),
    /// `a != b`
    Ne(#[serde(deserialize_with = "super::read::pair")] [ExprSpec; 2]),
    /// `a < b`
    Lt(#[serde(deserialize_with = "super::read::pair")] [ExprSpec; 2]),
    /// `a <= b`
    Le(#[serde(deserialize_with = "super::read::pair")] [ExprSpec; 2]),
    /// `a > b`
    Gt(#[serde(deserialize_with = "super::read::pair")] [ExprSpec; 2]),
    /// `a >= b`
    Ge(#[serde(deserialize_with = "super::read::pair")] [ExprSpec; 2]),
    /// `a + b`
    Add(#[serde(deserialize_with = "super::read::pair")] [ExprSpec; 2]),
    /// `a - b`
    Sub(#[serde(deserialize_with = "super::read::pair")] [ExprSpec; 2]),
    /// `a * b`
    Mul(#[serde(deserialize_with = "super::read::pair")] [ExprSpec; 2]),
    /// `a / b`
    Div(#[serde(deserialize_with = "super::read::pair")] [ExprSpec; 2]),
    /// `a % b`
    Rem(#[serde(deserialize_with = "super::read::pair")] [ExprSpec; 2]),
    /// `-a`
    Neg(ExprSpec),
    /// `a is null`
    IsNull(ExprSpec),
    /// `a between low and high`
    Between(BetweenSpec),
    /// `a in (b, c)`
    In(InSpec),
    /// `a in (from …)`
    InQuery(InQuerySpec),
    /// `a like pattern`
    Like(LikeSpec),
    /// Whether a query has a row.
    Exists(SubquerySpec),
    /// The only value of a query.
    Query(SubquerySpec),
}

/// `of.name`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct FieldSpec {
    /// The struct.
    pub of: ExprSpec,
    /// The field's name.
    pub name: String,
}

/// `of[at]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct IndexSpec {
    /// The list or the map.
    pub of: ExprSpec,
    /// The position, from 1, or the key.
    pub at: ExprSpec,
}

/// `name: value`, or a value that has the name of its column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct NamedSpec {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The value.
    pub value: ExprSpec,
}

/// A call, by the name or the path of a function, as in a text of the language.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct CallSpec {
    /// The function: `lower`, `text::utf8_normalize`.
    pub function: String,
    /// The arguments in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<ExprSpec>,
    /// Arguments by the names of their parameters.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "super::object::by_name"
    )]
    pub named: BTreeMap<String, ExprSpec>,
    /// Of an aggregate: equal arguments count once.
    #[serde(default, skip_serializing_if = "is_false")]
    pub distinct: bool,
    /// Of an aggregate: the order in which it sees the rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_by: Vec<SortSpec>,
    /// Of an aggregate: the rows that it sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<ExprSpec>,
    /// Of an aggregate or a window function: it passes over NULLs.
    #[serde(default, skip_serializing_if = "is_false")]
    pub ignore_nulls: bool,
    /// The rows around the row that it is computed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<WindowSpec>,
}

/// `cast(value as to)`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct CastSpec {
    /// What is converted.
    pub value: ExprSpec,
    /// The type, as in the language: `Decimal<12, 2>`.
    pub to: String,
}

/// `case when … then … else … end`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct CaseSpec {
    /// The conditions with their values.
    pub when: Vec<BranchSpec>,
    /// The value where no condition is true; NULL without it.
    #[serde(default, rename = "else", skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<ExprSpec>,
}

/// A condition and the value where it is true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct BranchSpec {
    /// The condition.
    #[serde(rename = "if")]
    pub condition: ExprSpec,
    /// The value.
    pub then: ExprSpec,
}

/// `value between low and high`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct BetweenSpec {
    /// The value.
    pub value: ExprSpec,
    /// The least value that it may have.
    pub low: ExprSpec,
    /// The greatest.
    pub high: ExprSpec,
}

/// `value in (items)`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct InSpec {
    /// What is looked for.
    pub value: ExprSpec,
    /// Where.
    pub items: Vec<ExprSpec>,
}

/// `value in (from …)`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct InQuerySpec {
    /// What is looked for.
    pub value: ExprSpec,
    /// A query of one column.
    pub query: SubquerySpec,
}

/// `value like pattern`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct LikeSpec {
    /// The text.
    pub value: ExprSpec,
    /// `%` is any text, `_` one character.
    pub pattern: ExprSpec,
}

/// A key of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct SortSpec {
    /// The value.
    pub value: ExprSpec,
    /// Largest first.
    #[serde(default, skip_serializing_if = "is_false")]
    pub descending: bool,
    /// Where NULL comes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nulls: NullsSpec,
}

/// Where NULL comes in an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NullsSpec {
    /// Before all values.
    First,
    /// Behind them.
    #[default]
    Last,
}

/// The rows around a row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct WindowSpec {
    /// A window of a `window` step that this one begins as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The values that all rows of a partition share.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partition_by: Vec<ExprSpec>,
    /// The order within a partition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_by: Vec<SortSpec>,
    /// Which rows of the partition are seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<FrameSpec>,
}

/// `rows between start and end`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct FrameSpec {
    /// What is counted.
    pub units: FrameUnitsSpec,
    /// The first row.
    pub start: BoundSpec,
    /// The last row; without it the row itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<BoundSpec>,
}

/// What a frame counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrameUnitsSpec {
    /// Rows.
    Rows,
    /// A distance between values of the one sort key.
    Range,
    /// Groups of rows that are equal in the order.
    Groups,
}

/// An end of a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoundSpec {
    /// The start of the partition.
    UnboundedPreceding,
    /// So far before the row: a number, or a length of time as text.
    Preceding(#[serde(with = "super::read::scalar")] Literal),
    /// The row itself.
    CurrentRow,
    /// So far behind it.
    Following(#[serde(with = "super::read::scalar")] Literal),
    /// The end of the partition.
    UnboundedFollowing,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
pub(super) const fn is_false(value: &bool) -> bool {
    !*value
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl ExprSpec {
    /// A column: `size`, `f.size`.
    pub fn column(name: impl Into<String>) -> Self {
        ExprForm::Column(name.into()).into()
    }

    /// A call of a function by its name or path.
    pub fn call(function: impl Into<String>, args: impl IntoIterator<Item = Self>) -> Self {
        let args = args.into_iter().collect();
        let call = CallSpec { function: function.into(), args, ..CallSpec::default() };
        ExprForm::Call(Box::new(call)).into()
    }
}

impl From<ExprForm> for ExprSpec {
    fn from(form: ExprForm) -> Self {
        Self::Form(Box::new(form))
    }
}

impl<T: Into<Literal>> From<T> for ExprSpec {
    fn from(value: T) -> Self {
        Self::Literal(value.into())
    }
}

impl Default for ExprSpec {
    /// NULL.
    fn default() -> Self {
        Self::Literal(Literal::Null)
    }
}
