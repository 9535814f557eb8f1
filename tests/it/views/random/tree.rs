//! Views as trees. Every column that a view ever has is numbered.

/// A type that random views know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    Bool,
    I32,
    I64,
    F64,
    Text,
    Texts,
    /// `{ line: i64, col: i32 }`
    Place,
}

impl Ty {
    /// How it is written in a view and in SQL; none for those without a name in both.
    pub(super) fn names(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Bool => Some(("bool", "boolean")),
            Self::I32 => Some(("i32", "int")),
            Self::I64 => Some(("i64", "bigint")),
            Self::F64 => Some(("f64", "double")),
            Self::Text => Some(("String", "varchar")),
            Self::Texts | Self::Place => None,
        }
    }
}

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
    pub(super) steps: Vec<Step>,
}

/// A column that a step makes, and its value.
pub(super) type Item = (usize, Expr);

#[derive(Clone, Debug)]
pub(super) enum Step {
    From(Source),
    Join(Join, Source, Expr),
    Where(Expr),
    Derive(Vec<Item>),
    Select(Vec<Item>),
    Group(Vec<Item>, Vec<Item>),
    OrderLimit(Vec<Expr>, u32),
    Distinct,
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

/// A table under an alias, and the numbers of its columns.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) table: &'static str,
    pub(super) alias: String,
    pub(super) columns: Vec<(&'static str, usize)>,
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
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    IsNull(Box<Expr>, bool),
    In(Box<Expr>, Vec<Expr>),
    Like(Box<Expr>, &'static str),
    Case(Box<Expr>, Box<Expr>, Box<Expr>),
    Cast(Box<Expr>, Ty),
    Field(Box<Expr>, &'static str),
    /// A function or aggregate that is called the same in both languages.
    Call(&'static str, Vec<Expr>),
    CountDistinct(Box<Expr>),
    /// A call of an aggregate, of the rows for which the condition is true.
    Filter(Box<Expr>, Box<Expr>),
    /// Whether a table has a row for which the condition is true, that may read the row around it.
    Exists(Source, Box<Expr>),
    /// An aggregate of the rows of a table for which the condition is true.
    Scalar(Source, Box<Expr>, Box<Expr>),
    /// A parameter, by its position.
    Param(usize),
    /// A call over a window: its partition, its order and its frame.
    Over(Box<Expr>, Vec<Expr>, Vec<Expr>, &'static str),
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
            Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) => Vec::new(),
            Self::Not(inner)
            | Self::IsNull(inner, _)
            | Self::Like(inner, _)
            | Self::Cast(inner, _)
            | Self::Field(inner, _)
            | Self::Exists(_, inner)
            | Self::CountDistinct(inner) => vec![inner],
            Self::Binary(_, left, right) | Self::Filter(left, right) => vec![left, right],
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
            Self::Case(condition, one, other) => vec![condition, one, other],
            Self::In(inner, items) => {
                let mut all: Vec<&mut Self> = vec![inner];
                all.extend(items);
                all
            }
            Self::Call(_, args) => args.iter_mut().collect(),
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
