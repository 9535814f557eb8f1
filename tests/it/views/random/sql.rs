//! Trees written in SQL, where a column is called by its number from the relation on, so that each step
//! can be a query around the one before it.

use super::tree::{Expr, Item, Query, Source, Step, View, What, window};
use super::types::Ty;

impl View {
    /// The same as a query of SQL.
    pub(super) fn sql(&self) -> String {
        self.sql_steps(&self.steps)
    }

    fn sql_steps(&self, steps: &[Step]) -> String {
        steps.iter().fold(String::new(), |before, step| self.sql_step(&before, step))
    }

    fn sql_items(&self, items: &[Item]) -> String {
        let items = items.iter().map(|(column, e)| format!("{} AS c{column}", self.sql_expr(e)));
        items.collect::<Vec<_>>().join(", ")
    }

    fn sql_list(&self, exprs: &[Expr]) -> String {
        exprs.iter().map(|expr| self.sql_expr(expr)).collect::<Vec<_>>().join(", ")
    }

    fn sql_step(&self, before: &str, step: &Step) -> String {
        let keys = |items: &[Item]| {
            items.iter().map(|(_, key)| self.sql_expr(key)).collect::<Vec<_>>().join(", ")
        };
        match step {
            Step::From(source) => self.sql_source(source),
            Step::Windows(_) => before.to_owned(),
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
                let (items, keys) = (self.sql_items(by), keys(by));
                format!("SELECT {items}, {cells} FROM ({before}) AS t GROUP BY {keys}")
            }
            // SQL has no such join: what stands for it has the same columns and reads the same.
            Step::Asof(outer, source, equal, nearest) => format!(
                "SELECT * FROM ({before}) AS l {} JOIN ({}) AS r ON {} AND {}",
                if *outer { "LEFT" } else { "INNER" },
                self.sql_source(source),
                self.sql_expr(equal),
                self.sql_expr(nearest)
            ),
            Step::Set(kind, steps) => {
                let right = self.sql_steps(steps);
                format!("SELECT * FROM ({before}) AS l {kind} SELECT * FROM ({right}) AS r")
            }
            Step::Join(kind, source, on) => format!(
                "SELECT * FROM ({before}) AS l {} JOIN ({}) AS r ON {}",
                kind.words().1,
                self.sql_source(source),
                self.sql_expr(on)
            ),
            Step::Cross(source) => {
                format!(
                    "SELECT * FROM ({before}) AS l CROSS JOIN ({}) AS r",
                    self.sql_source(source)
                )
            }
            Step::Where(condition) => {
                format!("SELECT * FROM ({before}) AS t WHERE {}", self.sql_expr(condition))
            }
            Step::Derive(columns) => {
                format!("SELECT *, {} FROM ({before}) AS t", self.sql_items(columns))
            }
            Step::Select(columns) => {
                format!("SELECT {} FROM ({before}) AS t", self.sql_items(columns))
            }
            Step::Group(by, values) => {
                let (items, values) = (self.sql_items(by), self.sql_items(values));
                format!("SELECT {items}, {values} FROM ({before}) AS t GROUP BY {}", keys(by))
            }
            ordered => self.sql_ordered(before, ordered),
        }
    }

    /// Steps that keep some rows, by an order or since they are equal.
    fn sql_ordered(&self, before: &str, step: &Step) -> String {
        match step {
            Step::Distinct => format!("SELECT DISTINCT * FROM ({before}) AS t"),
            Step::DistinctOn(keys, order) if order.is_empty() => {
                let keys = self.sql_list(keys);
                format!("SELECT DISTINCT ON ({keys}) * FROM ({before}) AS t")
            }
            Step::DistinctOn(keys, order) => {
                let (keys, order) = (self.sql_list(keys), self.sql_list(order));
                format!(
                    "SELECT DISTINCT ON ({keys}) * FROM ({before}) AS t ORDER BY {keys}, {order}"
                )
            }
            Step::Limit(keys, _, true) => {
                format!("SELECT * FROM ({before}) AS t ORDER BY {}", self.sql_list(keys))
            }
            Step::Limit(keys, count, false) => {
                let (limited, keys) = (format!("{before} LIMIT {count}"), self.sql_list(keys));
                format!("SELECT * FROM ({limited}) AS t ORDER BY {keys}")
            }
            Step::OrderLimit(keys, count) => {
                let keys = self.sql_list(keys);
                format!("SELECT * FROM ({before}) AS t ORDER BY {keys} LIMIT {count}")
            }
            other => unreachable!("{other:?} is written by `sql_step`"),
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

    fn sql_source(&self, source: &Source) -> String {
        let columns = |names: &mut dyn Iterator<Item = String>| {
            let columns = names.zip(&source.columns);
            let columns = columns.map(|(name, (_, column))| format!("{name} AS c{column}"));
            columns.collect::<Vec<_>>().join(", ")
        };
        let of_query = |query: &Query| {
            let columns = columns(&mut query.columns.iter().map(|column| format!("c{column}")));
            format!("SELECT {columns} FROM ({}) AS q", self.sql_steps(&query.steps))
        };
        let named = || columns(&mut source.columns.iter().map(|(name, _)| name.clone()));
        match &source.what {
            What::Table(table) => format!("SELECT {} FROM {table}", named()),
            What::Query(query) => of_query(query),
            What::With(position) => of_query(&self.withs[*position]),
            What::Counted(table, key, least) => {
                let columns = columns(&mut [(*key).to_owned(), "count(*)".to_owned()].into_iter());
                format!("SELECT {columns} FROM {table} GROUP BY {key} HAVING count(*) >= {least}")
            }
            What::Newest(table, [key, order]) => format!(
                "SELECT {} FROM (SELECT DISTINCT ON ({key}) * FROM {table} \
                 ORDER BY {key}, {order} DESC NULLS LAST) AS q",
                named()
            ),
        }
    }

    fn sql_expr(&self, expr: &Expr) -> String {
        match expr {
            Expr::Column(column) => format!("c{column}"),
            Expr::Nowhere | Expr::Null | Expr::Bool(_) | Expr::Int(_) | Expr::Float(_) => {
                self.expr(expr)
            }
            Expr::Text(value) => format!("'{value}'"),
            Expr::Length(Ty::Duration, hours) => {
                let micros = u64::from(*hours) * 3_600_000_000;
                format!("arrow_cast({micros}, 'Duration(Microsecond)')")
            }
            Expr::Length(_, days) => format!("INTERVAL '{days} days'"),
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
            Expr::Between(parts) => {
                let [value, low, high] = parts.each_ref().map(|part| self.sql_expr(part));
                format!("({value} BETWEEN {low} AND {high})")
            }
            Expr::In(inner, items) => {
                format!("({} IN ({}))", self.sql_expr(inner), self.sql_list(items))
            }
            Expr::Like(inner, pattern) => format!("({} LIKE '{pattern}')", self.sql_expr(inner)),
            Expr::Case(branches, other) => {
                let branches = branches.iter().map(|(when, then)| {
                    format!("WHEN {} THEN {} ", self.sql_expr(when), self.sql_expr(then))
                });
                let other = other.as_ref().map(|other| format!("ELSE {} ", self.sql_expr(other)));
                format!("CASE {}{}END", branches.collect::<String>(), other.unwrap_or_default())
            }
            Expr::Cast(inner, ty, lenient) => {
                let cast = if *lenient { "arrow_try_cast" } else { "arrow_cast" };
                format!("{cast}({}, '{}')", self.sql_expr(inner), ty.arrow())
            }
            Expr::Field(inner, field) => format!("({})['{field}']", self.sql_expr(inner)),
            Expr::Index(inner, index) => {
                format!("({})[{}]", self.sql_expr(inner), self.sql_expr(index))
            }
            Expr::List(items) => format!("make_array({})", self.sql_list(items)),
            Expr::Struct(fields) => {
                let fields = fields.iter();
                let fields = fields.map(|(name, e)| format!("'{name}', {}", self.sql_expr(e)));
                format!("named_struct({})", fields.collect::<Vec<_>>().join(", "))
            }
            Expr::Param(position) => self.sql_expr(&self.params[*position].1),
            call => self.sql_call(call),
        }
    }

    fn sql_call(&self, expr: &Expr) -> String {
        match expr {
            Expr::Call(name, args) if name.sql == "count" && args.is_empty() => {
                "count(*)".to_owned()
            }
            Expr::Call(name, args) => format!("{}({})", name.sql, self.sql_list(args)),
            Expr::Distinct(name, args) => {
                format!("{}(DISTINCT {})", name.sql, self.sql_list(args))
            }
            Expr::Ordered(call, order) => {
                let call = self.sql_expr(call);
                let open = call.strip_suffix(')').unwrap_or(&call);
                format!("{open} ORDER BY {})", self.sql_list(order))
            }
            Expr::IgnoreNulls(call) => format!("{} IGNORE NULLS", self.sql_expr(call)),
            Expr::Filter(call, only) => {
                format!("{} FILTER (WHERE {})", self.sql_expr(call), self.sql_expr(only))
            }
            Expr::Exists(source, condition) => format!(
                "EXISTS (SELECT 1 FROM ({}) AS s WHERE {})",
                self.sql_source(source),
                self.sql_expr(condition)
            ),
            Expr::InQuery(parts, source, column, negated) => format!(
                "({} {}IN (SELECT c{column} FROM ({}) AS s WHERE {}))",
                self.sql_expr(&parts[0]),
                if *negated { "NOT " } else { "" },
                self.sql_source(source),
                self.sql_expr(&parts[1])
            ),
            Expr::Scalar(source, condition, value) => format!(
                "(SELECT {} FROM ({}) AS s WHERE {})",
                self.sql_expr(value),
                self.sql_source(source),
                self.sql_expr(condition)
            ),
            Expr::Over(call, partition, order, frame) => {
                let window = window(&self.sql_list(partition), &self.sql_list(order), frame.1);
                format!("{} OVER ({window})", self.sql_expr(call))
            }
            Expr::OverNamed(call, named, frame) => {
                let (partition, order) = (&named.partition, &named.order);
                let window = window(&self.sql_list(partition), &self.sql_list(order), frame.1);
                format!("{} OVER ({window})", self.sql_expr(call))
            }
            other => unreachable!("{other:?} is written by `sql_expr`"),
        }
    }
}
