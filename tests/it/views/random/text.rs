//! Trees written in the language of views.

use super::tree::{Expr, Item, Step, View, window};

impl View {
    /// The steps as a view has them.
    pub(super) fn text(&self) -> String {
        let steps = self.steps_text(&self.steps, "\n  ");
        // One that nothing reads is an error.
        let params =
            self.params.iter().enumerate().filter(|(i, _)| steps.contains(&format!("p{i}")));
        let params = params.map(|(i, (ty, value))| {
            let ty = ty.names().map_or("?", |(view, _)| view);
            format!("param p{i}: {ty} = {}\n  ", self.expr(value))
        });
        format!("{}{steps}", params.collect::<String>())
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
                    items(by)
                )
            }
            Step::Asof(outer, source, equal, nearest) => format!(
                "{}asof join {} as {} on {} and {}",
                if *outer { "left " } else { "" },
                source.table,
                source.alias,
                bare(self.expr(equal)),
                bare(self.expr(nearest)),
            ),
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
            Expr::Param(position) => format!("p{position}"),
            Expr::Exists(source, condition) => format!(
                "exists (from {} as {} where {})",
                source.table,
                source.alias,
                bare(self.expr(condition))
            ),
            Expr::Scalar(source, condition, value) => format!(
                "(from {} as {} where {} aggregate {{ {} }})",
                source.table,
                source.alias,
                bare(self.expr(condition)),
                self.expr(value)
            ),
            Expr::Over(call, partition, order, frame) => {
                let window = window(&list(partition), &list(order), frame);
                format!("{} over ({window})", self.expr(call))
            }
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
