//! Queries as data: where rows come from, and the steps that they take.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::expr::{ExprSpec, NamedSpec, SortSpec, WindowSpec, is_default, is_false};
use crate::view::model::Literal;

/// The version of the forms. One that knows other forms has another number.
pub const VERSION: u32 = 1;

/// A query.
///
/// ```json
/// { "version": 1, "from": "orders", "steps": [{ "limit": 10 }] }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct QuerySpec {
    /// Where the schema of specs is, for editors. Nobody reads it here.
    #[serde(default, rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The version of the forms: [`VERSION`].
    #[serde(default = "version")]
    pub version: u32,
    /// Constants that are given with the query.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<ParamSpec>,
    /// Queries with names, for the steps and for those behind them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<WithSpec>,
    /// What is read.
    pub from: SourceSpec,
    /// What is done to the rows, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepSpec>,
}

impl QuerySpec {
    /// All rows of a relation, a query or a use of a template.
    pub fn new(from: impl Into<SourceSpec>) -> Self {
        let (params, with, steps) = (Vec::new(), Vec::new(), Vec::new());
        Self { schema: None, version: VERSION, params, with, from: from.into(), steps }
    }

    /// With this step behind the others.
    #[must_use]
    pub fn step(mut self, step: StepSpec) -> Self {
        self.steps.push(step);
        self
    }
}

const fn version() -> u32 {
    VERSION
}

/// A query inside of another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct SubquerySpec {
    /// What is read.
    pub from: SourceSpec,
    /// What is done to the rows, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepSpec>,
}

/// A constant that is given with a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct ParamSpec {
    /// The name, which expressions use as that of a column.
    pub name: String,
    /// The type.
    #[serde(rename = "type")]
    pub ty: String,
    /// The value where none is given.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "super::read::some_scalar",
        serialize_with = "super::read::write_some_scalar"
    )]
    pub default: Option<Literal>,
}

/// A query with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct WithSpec {
    /// The name, which hides a relation of that name.
    pub name: String,
    /// The query.
    pub query: SubquerySpec,
}

/// What a step reads. A relation without an alias is its name alone.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceSpec {
    /// What it is.
    pub kind: SourceKind,
    /// The name by which the steps know it; that of the relation without one.
    pub alias: Option<String>,
}

/// Where rows come from.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceKind {
    /// A table, a view, or the name of a `with`.
    Relation(String),
    /// A query.
    Query(Box<SubquerySpec>),
    /// A use of a template.
    Template {
        /// The template's name.
        template: String,
        /// The relations that it is over.
        over: Vec<String>,
        /// What its parameters are: constants, columns, lists of columns.
        args: BTreeMap<String, ExprSpec>,
    },
}

impl From<&str> for SourceSpec {
    fn from(relation: &str) -> Self {
        Self { kind: SourceKind::Relation(relation.to_owned()), alias: None }
    }
}

/// A step, under its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum StepSpec {
    /// Keeps the rows for which this is true.
    Where(ExprSpec),
    /// Adds columns.
    Derive(Vec<ItemSpec>),
    /// Replaces the columns.
    Select(Vec<ItemSpec>),
    /// One row for each distinct key.
    Group(GroupSpec),
    /// One row for all.
    Aggregate(Vec<ItemSpec>),
    /// Reads another relation beside.
    Join(JoinSpec),
    /// The nearest row of another relation.
    AsofJoin(AsofJoinSpec),
    /// Adds the rows of another relation and leaves one of those that are equal.
    Union(SourceSpec),
    /// Adds the rows of another relation.
    UnionAll(SourceSpec),
    /// Leaves one of each of the rows that another relation lacks.
    Except(SourceSpec),
    /// Leaves one of each of the rows that another relation has too.
    Intersect(SourceSpec),
    /// Leaves one of each of the rows that are equal.
    Distinct(DistinctSpec),
    /// One row for each item of a list, or the fields of a struct.
    Unnest(UnnestSpec),
    /// Names windows for the steps behind it.
    Window(Vec<NamedWindowSpec>),
    /// A column for each of some constants.
    Pivot(PivotSpec),
    /// Sorts.
    OrderBy(Vec<SortSpec>),
    /// Keeps the first rows.
    Limit(u64),
    /// Adds an id that columns make: the template `identify`.
    Identify(IdentifierSpec),
    /// Adds a span: the template `with_span`.
    WithSpan(SpanSpec),
    /// Adds a text in one form: the template `canonicalize`.
    Canonicalize(NormalisationSpec),
    /// Keeps one row of those with the same keys: the template `latest`.
    Latest(DedupeSpec),
}

/// An entry of `derive`, `select`, `group`, `aggregate` or `pivot`: `{"name": …, "value": …}`, an
/// expression alone, or `{"star": …}`.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemSpec {
    /// A value, with a name or with that of its column.
    Value(NamedSpec),
    /// All columns, or those of a relation or a struct.
    Star(StarSpec),
}

/// `of.* except (…) rename (…)`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct StarSpec {
    /// The relation or the struct; all columns without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Columns that are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// Columns under new names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rename: Vec<RenameSpec>,
}

/// A column under a new name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct RenameSpec {
    /// The column.
    pub column: String,
    /// The new name.
    pub name: String,
}

/// `group by { … } aggregate { … }`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct GroupSpec {
    /// The keys.
    pub by: Vec<ItemSpec>,
    /// What is computed for each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aggregate: Vec<ItemSpec>,
}

/// A join.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct JoinSpec {
    /// Which rows are kept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kind: JoinKindSpec,
    /// What is joined.
    pub source: SourceSpec,
    /// The condition; a cross join has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<ExprSpec>,
}

/// Which rows a join keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinKindSpec {
    /// Pairs.
    #[default]
    Inner,
    /// Pairs, and rows on the left without a partner.
    Left,
    /// Pairs, and rows on the right without one.
    Right,
    /// Pairs, and rows on both sides without one.
    Full,
    /// Rows on the left that have a partner.
    Semi,
    /// Rows on the left that have none.
    Anti,
    /// All pairs.
    Cross,
}

/// `[left] asof join source on …`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct AsofJoinSpec {
    /// What is joined.
    pub source: SourceSpec,
    /// Equalities, and one comparison.
    pub on: ExprSpec,
    /// Whether rows without a partner stay.
    #[serde(default, skip_serializing_if = "is_false")]
    pub outer: bool,
}

/// `distinct`, or `distinct on { … } order by …`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct DistinctSpec {
    /// The values of which each combination stays once; whole rows without them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<ExprSpec>,
    /// Which row of them is the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_by: Vec<SortSpec>,
}

/// `unnest value as alias`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct UnnestSpec {
    /// The list or the struct.
    pub value: ExprSpec,
    /// Whether rows with NULL or an empty list stay.
    #[serde(default, skip_serializing_if = "is_false")]
    pub outer: bool,
    /// The name of the item, or of the relation that the fields become.
    #[serde(rename = "as")]
    pub alias: String,
}

/// A window with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct NamedWindowSpec {
    /// The name.
    pub name: String,
    /// The window.
    pub window: WindowSpec,
}

/// `pivot { aggregate } for value in (columns) by { by }`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct PivotSpec {
    /// What is computed for each group and each constant.
    pub aggregate: Vec<ItemSpec>,
    /// The value whose constants become columns.
    pub value: ExprSpec,
    /// The constants.
    pub columns: Vec<PivotedSpec>,
    /// The keys; one row for all without them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<ItemSpec>,
}

/// A constant that becomes a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct PivotedSpec {
    /// The constant.
    #[serde(with = "super::read::scalar")]
    pub value: Literal,
    /// The name of its column; a text that can be a name needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// An id that columns make: equal parts have equal ids in every run and on every machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct IdentifierSpec {
    /// What the rows are, which ids begin with.
    pub kind: String,
    /// The columns that make an id, in this order.
    pub parts: Vec<String>,
    /// The new column.
    pub into: String,
}

/// A `Span` of its bounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct SpanSpec {
    /// The column with the first byte.
    pub start: String,
    /// The column with the byte behind the last one.
    pub end: String,
    /// The new column.
    pub into: String,
}

/// A text in one form, in which equal texts are equal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct NormalisationSpec {
    /// The column with the text.
    pub column: String,
    /// The new column.
    pub into: String,
    /// The Unicode form; that of the template without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// Whether case counts not; as the template has it without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub casefold: Option<bool>,
}

/// One row of those that have the same keys: the one that is greatest in the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct DedupeSpec {
    /// The columns that a row shares with those that it replaces.
    pub keys: Vec<String>,
    /// The column that is greatest in the row that stays.
    pub order: String,
}
