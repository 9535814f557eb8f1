//! Trees written in SQL, where a column is called by its number from the relation on, so that each step
//! can be a query around the one before it.

use std::fmt::Write as _;

use super::tree::{Expr, Item, Source, Step, View, window};

impl View {
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
            Step::Star { kept, .. } => {
                let kept = kept.iter().map(|(new, old)| format!("c{old} AS c{new}"));
                format!("SELECT {} FROM ({before}) AS t", kept.collect::<Vec<_>>().join(", "))
            }
            Step::Unnest { value, fields, .. } => {
                let value = self.sql_expr(value);
                let columns = fields.iter().map(|(field, column)| match *field {
                    "" => format!("unnest({value}) AS c{column}"),
                    field => format!("({value})['{field}'] AS c{column}"),
                });
                let columns = columns.collect::<Vec<_>>().join(", ");
                format!("SELECT *, {columns} FROM ({before}) AS t")
            }
            Step::Pivot { values, of, constants, columns, by } => {
                let cells = self.sql_cells(values, of, constants, columns);
                let keys = list(&mut by.iter().map(|(_, key)| key));
                format!("SELECT {}, {cells} FROM ({before}) AS t GROUP BY {keys}", items(by))
            }
            // SQL has no such join: what stands for it has the same columns and reads the same.
            Step::Asof(outer, source, equal, nearest) => format!(
                "SELECT * FROM ({before}) AS l {} JOIN ({}) AS r ON {} AND {}",
                if *outer { "LEFT" } else { "INNER" },
                sql_source(source),
                self.sql_expr(equal),
                self.sql_expr(nearest)
            ),
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

    /// The aggregates of a pivot, each over the rows where the expression is the constant.
    fn sql_cells(
        &self,
        values: &[(&str, Expr)],
        of: &Expr,
        constants: &[Expr],
        columns: &[usize],
    ) -> String {
        let of = self.sql_expr(of);
        let cells = constants
            .iter()
            .flat_map(|constant| values.iter().map(move |(_, value)| (constant, value)));
        let cells = columns.iter().zip(cells).map(|(column, (constant, value))| {
            let (value, constant) = (self.sql_expr(value), self.sql_expr(constant));
            format!("{value} FILTER (WHERE {of} = {constant}) AS c{column}")
        });
        cells.collect::<Vec<_>>().join(", ")
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
            Expr::Param(position) => self.sql_expr(&self.params[*position].1),
            Expr::Exists(source, condition) => format!(
                "EXISTS (SELECT 1 FROM ({}) AS s WHERE {})",
                sql_source(source),
                self.sql_expr(condition)
            ),
            Expr::Scalar(source, condition, value) => format!(
                "(SELECT {} FROM ({}) AS s WHERE {})",
                self.sql_expr(value),
                sql_source(source),
                self.sql_expr(condition)
            ),
            Expr::Over(call, partition, order, frame) => {
                let window = window(&list(partition), &list(order), frame);
                format!("{} OVER ({window})", self.sql_expr(call))
            }
        }
    }
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
