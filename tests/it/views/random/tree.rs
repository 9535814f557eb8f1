//! Views as trees. Every column that a view ever has is numbered.

use super::types::Ty;

/// A column that a view has at some step.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// How the view writes it.
    pub(super) path: String,
    pub(super) ty: Ty,
    /// Whether it can be NULL, where that is known.
    pub(super) nullable: Option<bool>,
}

/// A view: its columns by number, and its steps.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    /// Types and defaults of its parameters.
    pub(super) params: Vec<(Ty, Expr)>,
    pub(super) columns: Vec<Column>,
    /// The queries that `with` names, each before those that read it.
    pub(super) withs: Vec<Query>,
    pub(super) steps: Vec<Step>,
}

/// The steps of a query, and the columns that it leaves.
#[derive(Clone, Debug, Default)]
pub(super) struct Query {
    pub(super) steps: Vec<Step>,
    pub(super) columns: Vec<usize>,
}

/// A column that a step makes, and its value.
pub(super) type Item = (usize, Expr);

#[derive(Clone, Debug)]
pub(super) enum Step {
    From(Source),
    Join(Join, Source, Expr),
    Cross(Source),
    Where(Expr),
    Derive(Vec<Item>),
    Select(Vec<Item>),
    Group(Vec<Item>, Vec<Item>),
    OrderLimit(Vec<Expr>, u32),
    /// One of the two alone, which a change has left: the order, or else the limit.
    Limit(Vec<Expr>, u32, bool),
    Distinct,
    /// The first row, in an order, of those that share the keys.
    DistinctOn(Vec<Expr>, Vec<Expr>),
    /// Windows with names, for the step behind.
    Windows(Vec<Window>),
    /// `select { * except (…) rename (…) }`: the columns that stay, under new numbers where they have
    /// new names, and those that go.
    Star {
        kept: Vec<(usize, usize)>,
        left_out: Vec<usize>,
    },
    /// The items of a list, or the fields of a struct, as columns; whether rows without any stay.
    Unnest {
        value: Expr,
        name: String,
        fields: Vec<(&'static str, usize)>,
        outer: bool,
    },
    /// Aggregates, for the constants that an expression can be, by keys; the columns stand constant by
    /// constant.
    Pivot {
        values: Vec<(&'static str, Expr)>,
        of: Expr,
        constants: Vec<Expr>,
        columns: Vec<usize>,
        by: Vec<Item>,
    },
    /// The nearest row: whether rows without one stay, the columns that are equal, and those that are
    /// compared.
    Asof(bool, Source, Expr, Expr),
    /// `union`, `union all`, `except` or `intersect` with what these steps give.
    Set(&'static str, Vec<Step>),
}

/// Which rows a join keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    Inner,
    Left,
    Right,
    Full,
    Semi,
    Anti,
}

impl Join {
    pub(super) const ALL: [Self; 6] =
        [Self::Inner, Self::Left, Self::Right, Self::Full, Self::Semi, Self::Anti];

    /// How it is written in a view and in SQL.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Inner => ("inner", "INNER"),
            Self::Left => ("left", "LEFT"),
            Self::Right => ("right", "RIGHT"),
            Self::Full => ("full", "FULL"),
            Self::Semi => ("semi", "LEFT SEMI"),
            Self::Anti => ("anti", "LEFT ANTI"),
        }
    }
}

/// What is read under an alias, and the numbers of its columns.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) what: What,
    pub(super) alias: String,
    pub(super) columns: Vec<(String, usize)>,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Table(&'static str),
    Query(Query),
    /// A query of `with`, by its position.
    With(usize),
    /// How often each value of a column occurs: the template `counted` over a table.
    Counted(&'static str, &'static str, u8),
    /// The last row of each key by an order: the template `newest` over a table.
    Newest(&'static str, [&'static str; 2]),
}

/// A window that a step gives a name.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) name: String,
    pub(super) partition: Vec<Expr>,
    pub(super) order: Vec<Expr>,
}

/// A frame in a view and in SQL.
pub(super) type Frame = (&'static str, &'static str);

/// The names of a function in a view and in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) view: &'static str,
    pub(super) sql: &'static str,
}

impl From<&'static str> for Name {
    fn from(name: &'static str) -> Self {
        Self { view: name, sql: name }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Expr {
    Column(usize),
    /// A column that no row has.
    Nowhere,
    Null,
    Bool(bool),
    Int(u8),
    Float(u8),
    Text(&'static str),
    /// A length of time in the unit of its type, which is `Duration` or `Interval`.
    Length(Ty, u8),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    IsNull(Box<Expr>, bool),
    Between(Box<[Expr; 3]>),
    In(Box<Expr>, Vec<Expr>),
    Like(Box<Expr>, &'static str),
    /// Conditions with their values, and the value of no condition.
    Case(Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// A cast, and whether it gives NULL for what does not fit.
    Cast(Box<Expr>, Ty, bool),
    Field(Box<Expr>, &'static str),
    /// An item of a list or a value of a map.
    Index(Box<Expr>, Box<Expr>),
    List(Vec<Expr>),
    Struct(Vec<(&'static str, Expr)>),
    Call(Name, Vec<Expr>),
    /// A call of an aggregate that counts equal values once.
    Distinct(Name, Vec<Expr>),
    /// A call of an aggregate that sees the rows in an order.
    Ordered(Box<Expr>, Vec<Expr>),
    /// A call that passes over NULLs.
    IgnoreNulls(Box<Expr>),
    /// A call of an aggregate, of the rows for which the condition is true.
    Filter(Box<Expr>, Box<Expr>),
    /// Whether a relation has a row for which the condition is true, that may read the row around it.
    Exists(Source, Box<Expr>),
    /// Whether a value is a column's of the rows for which a condition is true, or is not.
    InQuery(Box<[Expr; 2]>, Source, usize, bool),
    /// An aggregate of the rows of a relation for which the condition is true.
    Scalar(Source, Box<Expr>, Box<Expr>),
    /// A parameter, by its position.
    Param(usize),
    /// A call over a window: its partition, its order and its frame.
    Over(Box<Expr>, Vec<Expr>, Vec<Expr>, Frame),
    /// A call over a window with a name, and a frame that the name does not say.
    OverNamed(Box<Expr>, Window, Frame),
}

impl Expr {
    /// Whether it reads a column.
    pub(super) fn reads(&self) -> bool {
        matches!(self, Self::Column(_)) || self.clone().children().iter().any(|inner| inner.reads())
    }

    /// The expressions inside, to be changed.
    pub(super) fn children(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Column(_) | Self::Nowhere | Self::Null | Self::Param(_) => Vec::new(),
            Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) | Self::Length(..) => {
                Vec::new()
            }
            Self::Not(inner)
            | Self::IsNull(inner, _)
            | Self::Like(inner, _)
            | Self::Cast(inner, ..)
            | Self::Field(inner, _)
            | Self::Exists(_, inner)
            | Self::IgnoreNulls(inner)
            // What a named window holds stands in another step.
            | Self::OverNamed(inner, ..) => vec![inner],
            Self::Binary(_, left, right) | Self::Filter(left, right) | Self::Index(left, right) => {
                vec![left, right]
            }
            Self::Between(parts) => parts.iter_mut().collect(),
            Self::InQuery(parts, ..) => parts.iter_mut().collect(),
            Self::Over(call, partition, order, _) => {
                let mut all: Vec<&mut Self> = vec![call];
                all.extend(partition.iter_mut().chain(order));
                all
            }
            // Without an aggregate it would be another query to SQL, of several rows.
            Self::Scalar(_, condition, aggregate) => {
                let mut all: Vec<&mut Self> = vec![condition];
                all.extend(aggregate.children());
                all
            }
            Self::Case(branches, other) => {
                let branches = branches.iter_mut().flat_map(|(when, then)| [when, then]);
                branches.chain(other.as_deref_mut()).collect()
            }
            Self::In(inner, items) | Self::Ordered(inner, items) => {
                let mut all: Vec<&mut Self> = vec![inner];
                all.extend(items);
                all
            }
            Self::Struct(fields) => fields.iter_mut().map(|(_, value)| value).collect(),
            Self::Call(_, items) | Self::Distinct(_, items) | Self::List(items) => {
                items.iter_mut().collect()
            }
        }
    }
}

/// What stands in the parentheses of `over`, in both languages.
pub(super) fn window(partition: &str, order: &str, frame: &str) -> String {
    let clause = |word: &str, list: &str| match list {
        "" => String::new(),
        list => format!("{word} by {list} "),
    };
    format!("{}{}{frame}", clause("partition", partition), clause("order", order))
}
