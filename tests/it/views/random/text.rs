//! Trees written in the language of views.

use super::tree::{Expr, Item, Query, Source, Step, View, What, Window, window};
use super::types::Ty;

impl View {
    /// The steps as a view has them.
    pub(super) fn text(&self) -> String {
        let steps = self.steps_text(&self.steps, "\n  ");
        // One that nothing reads is an error.
        let mut withs = Vec::new();
        let mut readers = steps.clone();
        for (i, Query { steps, .. }) in self.withs.iter().enumerate().rev() {
            if readers.contains(&format!(" w{i} ")) {
                let steps = self.steps_text(steps, " ");
                readers.push_str(&steps);
                withs.push(format!("with w{i} = ({steps})\n  "));
            }
        }
        let params =
            self.params.iter().enumerate().filter(|(i, _)| readers.contains(&format!("p{i}")));
        let params = params.map(|(i, (ty, value))| {
            format!("param p{i}: {} = {}\n  ", ty.name(), self.expr(value))
        });
        let withs: String = withs.into_iter().rev().collect();
        format!("{}{withs}{steps}", params.collect::<String>())
    }

    fn steps_text(&self, steps: &[Step], between: &str) -> String {
        steps.iter().map(|step| self.step(step)).collect::<Vec<_>>().join(between)
    }

    fn list(&self, exprs: &[Expr]) -> String {
        exprs.iter().map(|expr| self.expr(expr)).collect::<Vec<_>>().join(", ")
    }

    fn items(&self, items: &[Item]) -> String {
        let items = items.iter();
        let items = items.map(|(column, e)| format!("{}: {}", self.path(*column), self.expr(e)));
        items.collect::<Vec<_>>().join(", ")
    }

    fn source(&self, source: &Source) -> String {
        let alias = &source.alias;
        match &source.what {
            What::Table(table) => format!("{table} as {alias}"),
            What::Query(query) => format!("({}) as {alias}", self.steps_text(&query.steps, " ")),
            What::With(position) => format!("w{position} as {alias}"),
            What::Counted(table, key, least) => {
                format!("counted<{table}>({key}, least: {least}) as {alias}")
            }
            What::Newest(table, [key, order]) => {
                format!("newest<{table}>({key}, {order}) as {alias}")
            }
        }
    }

    fn step(&self, step: &Step) -> String {
        match step {
            Step::From(source) => format!("from {}", self.source(source)),
            Step::Join(kind, source, on) => {
                format!("{} join {} on {}", kind.words().0, self.source(source), self.expr(on))
            }
            Step::Cross(source) => format!("cross join {}", self.source(source)),
            Step::Distinct => "distinct".to_owned(),
            Step::DistinctOn(keys, order) if order.is_empty() => {
                format!("distinct on {{ {} }}", self.list(keys))
            }
            Step::DistinctOn(keys, order) => {
                format!("distinct on {{ {} }} order by {}", self.list(keys), self.list(order))
            }
            Step::Windows(windows) => {
                let windows = windows.iter().map(|Window { name, partition, order }| {
                    format!("{name}: {}", window(&self.list(partition), &self.list(order), ""))
                });
                format!("window {{ {} }}", windows.collect::<Vec<_>>().join(", "))
            }
            Step::Star { kept, left_out } => self.star(kept, left_out),
            Step::Unnest { value, name, outer, .. } => {
                format!(
                    "unnest {}{} as {name}",
                    self.expr(value),
                    if *outer { " outer" } else { "" }
                )
            }
            Step::Pivot { values, of, constants, by, .. } => {
                let values: Vec<_> = values
                    .iter()
                    .map(|(name, value)| format!("{name}: {}", self.expr(value)))
                    .collect();
                let constants = constants.iter().enumerate();
                let constants: Vec<_> = constants
                    .map(|(i, constant)| format!("{} as k{i}", self.expr(constant)))
                    .collect();
                format!(
                    "pivot {{ {} }} for {} in ({}) by {{ {} }}",
                    values.join(", "),
                    self.expr(of),
                    constants.join(", "),
                    self.items(by)
                )
            }
            Step::Asof(outer, source, equal, nearest) => format!(
                "{}asof join {} on {} and {}",
                if *outer { "left " } else { "" },
                self.source(source),
                bare(self.expr(equal)),
                bare(self.expr(nearest)),
            ),
            Step::Set(kind, steps) => format!("{kind} ({})", self.steps_text(steps, " ")),
            Step::Where(condition) => format!("where {}", self.expr(condition)),
            Step::Derive(columns) => format!("derive {{ {} }}", self.items(columns)),
            Step::Select(columns) => format!("select {{ {} }}", self.items(columns)),
            Step::Group(keys, values) => {
                let (keys, values) = (self.items(keys), self.items(values));
                format!("group by {{ {keys} }} aggregate {{ {values} }}")
            }
            Step::OrderLimit(keys, count) => {
                format!("order by {} limit {count}", self.list(keys))
            }
            Step::Limit(keys, _, true) => format!("order by {}", self.list(keys)),
            Step::Limit(keys, count, false) => {
                format!("limit {count} order by {}", self.list(keys))
            }
        }
    }

    fn star(&self, kept: &[(usize, usize)], left_out: &[usize]) -> String {
        let clause = |word: &str, list: &[String]| match list {
            [] => String::new(),
            list => format!(" {word} ({})", list.join(", ")),
        };
        let left_out: Vec<_> =
            left_out.iter().map(|column| self.path(*column).to_owned()).collect();
        let renamed = kept.iter().filter(|(new, old)| new != old);
        let renamed = renamed.map(|(new, old)| format!("{}: {}", self.path(*new), self.path(*old)));
        let renamed: Vec<_> = renamed.collect();
        format!("select {{ *{}{} }}", clause("except", &left_out), clause("rename", &renamed))
    }

    fn path(&self, column: usize) -> &str {
        &self.columns[column].path
    }

    /// Every operand stands in parentheses: what the languages read first is not asked here.
    pub(super) fn expr(&self, expr: &Expr) -> String {
        match expr {
            Expr::Column(column) => self.path(*column).to_owned(),
            Expr::Nowhere => "nowhere".to_owned(),
            Expr::Null => "null".to_owned(),
            Expr::Bool(value) => value.to_string(),
            Expr::Int(value) => value.to_string(),
            Expr::Float(value) => format!("{value}.5"),
            Expr::Text(value) => format!("{value:?}"),
            Expr::Length(Ty::Duration, hours) => format!("duration(\"{hours} hours\")"),
            Expr::Length(_, days) => format!("interval(\"{days} days\")"),
            Expr::Binary(op, left, right) => {
                format!("({} {op} {})", self.expr(left), self.expr(right))
            }
            Expr::Not(inner) => format!("(not {})", self.expr(inner)),
            Expr::IsNull(inner, false) => format!("({} is null)", self.expr(inner)),
            Expr::IsNull(inner, true) => format!("({} is not null)", self.expr(inner)),
            Expr::Between(parts) => {
                let [value, low, high] = parts.each_ref().map(|part| self.expr(part));
                format!("({value} between {low} and {high})")
            }
            Expr::In(inner, items) => format!("({} in ({}))", self.expr(inner), self.list(items)),
            Expr::Like(inner, pattern) => format!("({} like {pattern:?})", self.expr(inner)),
            Expr::Case(branches, other) => self.case(branches, other.as_deref()),
            Expr::Cast(inner, ty, lenient) => {
                let cast = if *lenient { "try_cast" } else { "cast" };
                format!("{cast}({} as {})", self.expr(inner), ty.name())
            }
            Expr::Field(inner, field) => format!("{}.{field}", self.expr(inner)),
            Expr::Index(inner, index) => format!("{}[{}]", self.expr(inner), self.expr(index)),
            Expr::List(items) => format!("[{}]", self.list(items)),
            Expr::Struct(fields) => {
                let fields = fields.iter();
                let fields = fields.map(|(name, value)| format!("{name}: {}", self.expr(value)));
                format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
            Expr::Param(position) => format!("p{position}"),
            call => self.call(call),
        }
    }

    fn case(&self, branches: &[(Expr, Expr)], other: Option<&Expr>) -> String {
        let branches = branches
            .iter()
            .map(|(when, then)| format!("when {} then {} ", self.expr(when), self.expr(then)));
        let other = other.map(|other| format!("else {} ", self.expr(other)));
        format!("case {}{}end", branches.collect::<String>(), other.unwrap_or_default())
    }

    fn call(&self, expr: &Expr) -> String {
        match expr {
            Expr::Call(name, args) => format!("{}({})", name.view, self.list(args)),
            Expr::Distinct(name, args) => format!("{}(distinct {})", name.view, self.list(args)),
            Expr::Ordered(call, order) => {
                let call = self.expr(call);
                let open = call.strip_suffix(')').unwrap_or(&call);
                format!("{open} order by {})", self.list(order))
            }
            Expr::IgnoreNulls(call) => format!("{} ignore nulls", self.expr(call)),
            Expr::Filter(call, only) => {
                format!("{} filter ({})", self.expr(call), self.expr(only))
            }
            Expr::Exists(source, condition) => format!(
                "exists (from {} where {})",
                self.source(source),
                bare(self.expr(condition))
            ),
            Expr::InQuery(parts, source, column, negated) => format!(
                "{} {}in (from {} where {} select {{ v: {} }})",
                self.expr(&parts[0]),
                if *negated { "not " } else { "" },
                self.source(source),
                bare(self.expr(&parts[1])),
                self.path(*column)
            ),
            Expr::Scalar(source, condition, value) => format!(
                "(from {} where {} aggregate {{ {} }})",
                self.source(source),
                bare(self.expr(condition)),
                self.expr(value)
            ),
            Expr::Over(call, partition, order, frame) => {
                let window = window(&self.list(partition), &self.list(order), frame.0);
                format!("{} over ({window})", self.expr(call))
            }
            Expr::OverNamed(call, window, ("", _)) => {
                format!("{} over {}", self.expr(call), window.name)
            }
            Expr::OverNamed(call, window, frame) => {
                format!("{} over ({} {})", self.expr(call), window.name, frame.0)
            }
            other => unreachable!("{other:?} is written by `expr`"),
        }
    }
}

/// A condition without the parentheses around it, where the language wants its `and` or `==` to be seen.
fn bare(text: String) -> String {
    match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) => inner.to_owned(),
        None => text,
    }
}
