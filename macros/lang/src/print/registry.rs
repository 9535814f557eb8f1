//! The registry as plain data: what `registry.json` holds and what every printer takes.
//!
//! The runtime fills these structs from the linked descriptors and writes them as JSON; `xtask`
//! reads that file back, so that it can print stubs and pages without linking an engine. With the
//! feature `serde` they are (de)serialised by derived code; an unknown field is an error, because
//! a file of another format must not be half understood. Fields that say nothing (`false`, an
//! empty list) are left out of the file.
//!
//! Types are in the text form of [`crate::types`], without the outer `Option`, which is the flag
//! `nullable`; a named struct is written with its fields.

mod template;

use std::collections::BTreeMap;
use std::fmt;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

pub use self::template::{Template, TemplateParam, TemplateParamKind};

/// The version of the file format; a reader refuses any other.
pub const FORMAT: u32 = 2;

/// Every function and relation of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(deny_unknown_fields))]
pub struct Registry {
    /// [`FORMAT`] when this was written.
    pub format: u32,
    /// A hash over all that the file says, semantic versions included and bodies of functions not,
    /// in hexadecimal digits.
    pub hash: String,
    /// The functions, sorted by name.
    pub functions: Vec<Function>,
    /// The tables and views, sorted by name.
    pub relations: Vec<Relation>,
    /// The templates of views, sorted by name.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub templates: Vec<Template>,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(deny_unknown_fields))]
pub struct Function {
    /// The name in SQL.
    pub name: String,
    /// The path of the Rust function.
    pub rust: String,
    /// What kind of function it is.
    pub kind: FunctionKind,
    /// Whether it is DataFusion's own, which the program re-exports.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_false"))]
    pub engine: bool,
    /// Other names in SQL, sorted.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub aliases: Vec<String>,
    /// The signature as one line of text, as [`crate::view::signature::Signature`] reads it.
    pub signature: String,
    /// The parameters in order.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub params: Vec<Param>,
    /// The result.
    pub returns: Returns,
    /// Whether a call can fail for a row.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_false"))]
    pub fallible: bool,
    /// Whether a NULL in any argument makes the result NULL without a call.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_false"))]
    pub strict: bool,
    /// Whether equal arguments give equal results.
    pub volatility: Volatility,
    /// What bounds its calls, if it is an async function: `concurrency = 8, timeout = 2000ms`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub calls: Option<String>,
    /// Families that rewrites and readers find it by, sorted.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub tags: Vec<String>,
    /// The operator of SQL that calls it: `a && b`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub operator: Option<String>,
    /// What it says of its results: `monotone`, `inverse = g`, `bounds = 0..`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub properties: Vec<String>,
    /// Where the metadata of the result's field comes from.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "MetadataRule::is_none"))]
    pub metadata: MetadataRule,
    /// What it does: the first paragraph of its doc comment.
    pub summary: String,
    /// The other paragraphs.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub paragraphs: Vec<String>,
    /// The examples of its doc comment, each of which is a test.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub examples: Vec<Example>,
    /// The release that brought it.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub since: Option<String>,
    /// Why not to use it any longer, and what to use instead.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub deprecated: Option<String>,
    /// Counts changes of what it computes; stored results of another version are not reused.
    pub version: u32,
    /// The function that fails where this one gives NULL.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub twin_of: Option<String>,
}

/// A kind of function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "snake_case"))]
pub enum FunctionKind {
    /// One value for each row.
    Scalar,
    /// One value for a group of rows.
    Aggregate,
    /// One value for each row, out of the rows around it.
    Window,
    /// A table.
    Table,
}

/// Whether equal arguments give equal results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "snake_case"))]
pub enum Volatility {
    /// Always.
    Immutable,
    /// Within one statement.
    Stable,
    /// Not even then.
    Volatile,
}

/// Where the metadata of a result's field comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "snake_case"))]
pub enum MetadataRule {
    /// There is none beyond what its type implies.
    #[default]
    None,
    /// From the argument of this name.
    Inherit(String),
    /// These entries.
    Set(BTreeMap<String, String>),
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(deny_unknown_fields))]
pub struct Param {
    /// The name, without `r#`.
    pub name: String,
    /// The type of a value that is there; of each value, for a variadic.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub ty: String,
    /// Whether the function itself sees NULL.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_false"))]
    pub nullable: bool,
    /// Whether it must be a constant.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_false"))]
    pub literal: bool,
    /// Whether every type is accepted and given to the function as `type`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_false"))]
    pub any: bool,
    /// Whether it takes all the remaining arguments.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_false"))]
    pub variadic: bool,
    /// The default as a literal of the view language: `"nfkc"`, `true`, `-3`, `null`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub default: Option<String>,
    /// The setting of a session that changes the default.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub setting: Option<String>,
    /// The texts that a constant may be, where the list is closed.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub values: Vec<String>,
}

/// The result of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(deny_unknown_fields))]
pub struct Returns {
    /// The type of a value that is there.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub ty: String,
    /// Whether the function may return NULL though no argument is NULL.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_false"))]
    pub nullable: bool,
}

/// An example: a statement and the rows that it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(deny_unknown_fields))]
pub struct Example {
    /// One SQL statement, without the semicolon.
    pub sql: String,
    /// The rows, one a line, values separated by a space.
    pub expected: String,
}

/// A table or a view.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(deny_unknown_fields))]
pub struct Relation {
    /// The name: the Delta table and the SQL table are called so.
    pub name: String,
    /// The path of the Rust module that defines it.
    pub module: String,
    /// Whether a source writes it or it is computed.
    pub kind: RelationKind,
    /// The doc comment.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "String::is_empty"))]
    pub doc: String,
    /// The columns in order.
    pub columns: Vec<RelationColumn>,
    /// The names of the relations that it reads, in the order in which its text names them.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub sources: Vec<String>,
    /// The SQL names of the functions that it calls, in the order in which its text names them.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub functions: Vec<String>,
    /// Families that readers find it by, sorted.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub tags: Vec<String>,
    /// Who answers for it.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub owner: Vec<String>,
    /// The columns by which its table is partitioned.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub partition_by: Vec<String>,
    /// The columns by which the rows in the files of its table are sorted.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub cluster_by: Vec<String>,
    /// What a refresh of a view would compute: `key recompute by path (left join)`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub refresh: Option<String>,
    /// The constants that a run can give a view.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub params: Vec<ViewParam>,
}

/// A constant that a run can give a view.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(deny_unknown_fields))]
pub struct ViewParam {
    /// Its name.
    pub name: String,
    /// Its type.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub ty: String,
    /// What it is if nothing else is said, as a literal of the view language.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub default: Option<String>,
}

/// How a relation comes to its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "snake_case"))]
pub enum RelationKind {
    /// A source writes them.
    Table,
    /// Others write them.
    External,
    /// They are computed from other relations.
    View,
}

/// A column of a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(deny_unknown_fields))]
pub struct RelationColumn {
    /// The name, without `r#`.
    pub name: String,
    /// The type of a value that is there.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub ty: String,
    /// Whether a value can be NULL.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_false"))]
    pub nullable: bool,
    /// The doc comment of the column.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "String::is_empty"))]
    pub doc: String,
    /// The source columns whose values it is computed from, as `relation.column`, sorted.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub values: Vec<String>,
    /// The source columns that decide which rows there are, as `relation.column`, sorted.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub influences: Vec<String>,
}

/// How it is declared: `least: i64 = 1`.
impl fmt::Display for ViewParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.ty)?;
        let Some(default) = &self.default else { return Ok(()) };
        write!(f, " = {default}")
    }
}

impl MetadataRule {
    /// Whether the rule adds nothing.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

/// Serde calls its conditions with a reference, whatever the size of the field.
#[cfg(feature = "serde")]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
const fn is_false(value: &bool) -> bool {
    !*value
}
