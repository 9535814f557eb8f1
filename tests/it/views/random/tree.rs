//! Views as trees, written in the language of views and in SQL.
//!
//! Every column that a view ever has is numbered. In SQL it is called by its number from the relation
//! on, so that each step can be a query around the one before it.

use std::fmt::Write as _;

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
    fn words(self) -> (&'static str, &'static str) {
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
    /// A call over a window: its partition, its order and its frame.
    Over(Box<Expr>, Vec<Expr>, Vec<Expr>, &'static str),
}

impl Expr {
    /// The expressions inside, to be changed.
    pub(super) fn children(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Column(_) | Self::Nowhere | Self::Null => Vec::new(),
            Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) => Vec::new(),
            Self::Not(inner)
            | Self::IsNull(inner, _)
            | Self::Like(inner, _)
            | Self::Cast(inner, _)
            | Self::Field(inner, _)
            | Self::CountDistinct(inner) => vec![inner],
            Self::Binary(_, left, right) | Self::Filter(left, right) => vec![left, right],
            Self::Over(call, partition, order, _) => {
                let mut all: Vec<&mut Self> = vec![call];
                all.extend(partition.iter_mut().chain(order));
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

impl View {
    /// The steps as a view has them.
    pub(super) fn text(&self) -> String {
        self.steps_text(&self.steps, "\n  ")
    }

    fn steps_text(&self, steps: &[Step], between: &str) -> String {
        steps.iter().map(|step| self.step(step)).collect::<Vec<_>>().join(between)
    }

    fn step(&self, step: &Step) -> String {
        let list =
            |exprs: &[Expr]| exprs.iter().map(|e| self.expr(e)).collect::<Vec<_>>().join(", ");
        let items = |items: &[Item]| {
            let items = items.iter();
            let items =
                items.map(|(column, e)| format!("{}: {}", self.path(*column), self.expr(e)));
            items.collect::<Vec<_>>().join(", ")
        };
        match step {
            Step::From(source) => format!("from {} as {}", source.table, source.alias),
            Step::Join(kind, source, on) => {
                let (kind, table, alias) = (kind.words().0, source.table, &source.alias);
                format!("{kind} join {table} as {alias} on {}", self.expr(on))
            }
            Step::Distinct => "distinct".to_owned(),
            Step::Set(kind, steps) => format!("{kind} ({})", self.steps_text(steps, " ")),
            Step::Where(condition) => format!("where {}", self.expr(condition)),
            Step::Derive(columns) => format!("derive {{ {} }}", items(columns)),
            Step::Select(columns) => format!("select {{ {} }}", items(columns)),
            Step::Group(keys, values) => {
                format!("group by {{ {} }} aggregate {{ {} }}", items(keys), items(values))
            }
            Step::OrderLimit(keys, count) => format!("order by {} limit {count}", list(keys)),
        }
    }

    fn path(&self, column: usize) -> &str {
        &self.columns[column].path
    }

    /// Every operand stands in parentheses: what the languages read first is not asked here.
    fn expr(&self, expr: &Expr) -> String {
        let list =
            |exprs: &[Expr]| exprs.iter().map(|e| self.expr(e)).collect::<Vec<_>>().join(", ");
        match expr {
            Expr::Column(column) => self.path(*column).to_owned(),
            Expr::Nowhere => "nowhere".to_owned(),
            Expr::Null => "null".to_owned(),
            Expr::Bool(value) => value.to_string(),
            Expr::Int(value) => value.to_string(),
            Expr::Float(value) => format!("{value}.5"),
            Expr::Text(value) => format!("{value:?}"),
            Expr::Binary(op, left, right) => {
                format!("({} {op} {})", self.expr(left), self.expr(right))
            }
            Expr::Not(inner) => format!("(not {})", self.expr(inner)),
            Expr::IsNull(inner, false) => format!("({} is null)", self.expr(inner)),
            Expr::IsNull(inner, true) => format!("({} is not null)", self.expr(inner)),
            Expr::In(inner, items) => format!("({} in ({}))", self.expr(inner), list(items)),
            Expr::Like(inner, pattern) => format!("({} like {pattern:?})", self.expr(inner)),
            Expr::Case(condition, one, other) => format!(
                "case when {} then {} else {} end",
                self.expr(condition),
                self.expr(one),
                self.expr(other)
            ),
            Expr::Cast(inner, ty) => {
                let name = ty.names().map_or("?", |(view, _)| view);
                format!("try_cast({} as {name})", self.expr(inner))
            }
            Expr::Field(inner, field) => format!("{}.{field}", self.expr(inner)),
            Expr::Call(name, args) => format!("{name}({})", list(args)),
            Expr::CountDistinct(inner) => format!("count(distinct {})", self.expr(inner)),
            Expr::Filter(call, only) => {
                format!("{} filter ({})", self.expr(call), self.expr(only))
            }
            Expr::Over(call, partition, order, frame) => {
                let window = window(&list(partition), &list(order), frame);
                format!("{} over ({window})", self.expr(call))
            }
        }
    }

    /// The same as a query of SQL.
    pub(super) fn sql(&self) -> String {
        self.sql_steps(&self.steps)
    }

    fn sql_steps(&self, steps: &[Step]) -> String {
        steps.iter().fold(String::new(), |before, step| self.sql_step(&before, step))
    }

    fn sql_step(&self, before: &str, step: &Step) -> String {
        let items = |items: &[Item]| {
            let items =
                items.iter().map(|(column, e)| format!("{} AS c{column}", self.sql_expr(e)));
            items.collect::<Vec<_>>().join(", ")
        };
        let list = |exprs: &mut dyn Iterator<Item = &Expr>| {
            exprs.map(|e| self.sql_expr(e)).collect::<Vec<_>>().join(", ")
        };
        match step {
            Step::From(source) => sql_source(source),
            Step::Distinct => format!("SELECT DISTINCT * FROM ({before}) AS t"),
            Step::Set(kind, steps) => {
                let right = self.sql_steps(steps);
                format!("SELECT * FROM ({before}) AS l {kind} SELECT * FROM ({right}) AS r")
            }
            Step::Join(kind, source, on) => format!(
                "SELECT * FROM ({before}) AS l {} JOIN ({}) AS r ON {}",
                kind.words().1,
                sql_source(source),
                self.sql_expr(on)
            ),
            Step::Where(condition) => {
                format!("SELECT * FROM ({before}) AS t WHERE {}", self.sql_expr(condition))
            }
            Step::Derive(columns) => format!("SELECT *, {} FROM ({before}) AS t", items(columns)),
            Step::Select(columns) => format!("SELECT {} FROM ({before}) AS t", items(columns)),
            Step::Group(keys, values) => {
                let by = list(&mut keys.iter().map(|(_, key)| key));
                let (keys, values) = (items(keys), items(values));
                format!("SELECT {keys}, {values} FROM ({before}) AS t GROUP BY {by}")
            }
            Step::OrderLimit(keys, count) => {
                let keys = list(&mut keys.iter());
                format!("SELECT * FROM ({before}) AS t ORDER BY {keys} LIMIT {count}")
            }
        }
    }

    fn sql_expr(&self, expr: &Expr) -> String {
        let list =
            |exprs: &[Expr]| exprs.iter().map(|e| self.sql_expr(e)).collect::<Vec<_>>().join(", ");
        match expr {
            Expr::Column(column) => format!("c{column}"),
            Expr::Nowhere | Expr::Null | Expr::Bool(_) | Expr::Int(_) | Expr::Float(_) => {
                self.expr(expr)
            }
            Expr::Text(value) => format!("'{value}'"),
            Expr::Binary(op, left, right) => {
                let op = match *op {
                    "==" => "=",
                    "!=" => "<>",
                    other => other,
                };
                format!("({} {op} {})", self.sql_expr(left), self.sql_expr(right))
            }
            Expr::Not(inner) => format!("(NOT {})", self.sql_expr(inner)),
            Expr::IsNull(inner, false) => format!("({} IS NULL)", self.sql_expr(inner)),
            Expr::IsNull(inner, true) => format!("({} IS NOT NULL)", self.sql_expr(inner)),
            Expr::In(inner, items) => format!("({} IN ({}))", self.sql_expr(inner), list(items)),
            Expr::Like(inner, pattern) => format!("({} LIKE '{pattern}')", self.sql_expr(inner)),
            Expr::Case(condition, one, other) => format!(
                "CASE WHEN {} THEN {} ELSE {} END",
                self.sql_expr(condition),
                self.sql_expr(one),
                self.sql_expr(other)
            ),
            Expr::Cast(inner, ty) => {
                let name = ty.names().map_or("?", |(_, sql)| sql);
                format!("TRY_CAST({} AS {name})", self.sql_expr(inner))
            }
            Expr::Field(inner, field) => format!("({})['{field}']", self.sql_expr(inner)),
            Expr::Call("count", args) if args.is_empty() => "count(*)".to_owned(),
            Expr::Call(name, args) => format!("{name}({})", list(args)),
            Expr::CountDistinct(inner) => format!("count(DISTINCT {})", self.sql_expr(inner)),
            Expr::Filter(call, only) => {
                format!("{} FILTER (WHERE {})", self.sql_expr(call), self.sql_expr(only))
            }
            Expr::Over(call, partition, order, frame) => {
                let window = window(&list(partition), &list(order), frame);
                format!("{} OVER ({window})", self.sql_expr(call))
            }
        }
    }
}

/// What stands in the parentheses of `over`, in both languages.
fn window(partition: &str, order: &str, frame: &str) -> String {
    let clause = |word: &str, list: &str| match list {
        "" => String::new(),
        list => format!("{word} by {list} "),
    };
    format!("{}{}{frame}", clause("partition", partition), clause("order", order))
}

fn sql_source(source: &Source) -> String {
    let mut sql = "SELECT ".to_owned();
    for (i, (name, column)) in source.columns.iter().enumerate() {
        let comma = if i == 0 { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(sql, "{comma}{name} AS c{column}");
    }
    format!("{sql} FROM {}", source.table)
}
