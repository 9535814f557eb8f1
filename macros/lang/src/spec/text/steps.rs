//! The steps of a spec as text.

use super::words::Name;
use super::{Printer, messages};
use crate::spec::expr::{ExprSpec, NamedSpec};
use crate::spec::query::{
    AsofJoinSpec, DistinctSpec, GroupSpec, ItemSpec, JoinKindSpec, JoinSpec, PivotSpec, StarSpec,
    StepSpec, UnnestSpec,
};
use crate::spec::read::shortened;
use crate::view::model::Literal;

impl Printer {
    pub(super) fn step(&mut self, step: &StepSpec) {
        match step {
            StepSpec::Where(condition) => self.at("where", |printer| {
                printer.push("where ");
                printer.expr(condition, 0);
            }),
            StepSpec::Derive(items) => self.at("derive", |printer| printer.items("derive ", items)),
            StepSpec::Select(items) => self.at("select", |printer| printer.items("select ", items)),
            StepSpec::Aggregate(items) => {
                self.at("aggregate", |printer| printer.items("aggregate ", items));
            }
            StepSpec::Group(group) => self.at("group", |printer| printer.group(group)),
            StepSpec::Join(join) => self.at("join", |printer| printer.join(join)),
            StepSpec::AsofJoin(join) => self.at("asof_join", |printer| printer.asof_join(join)),
            StepSpec::Union(source) => self.at("union", |printer| {
                printer.push("union ");
                printer.operand(source);
            }),
            StepSpec::UnionAll(source) => self.at("union_all", |printer| {
                printer.push("union all ");
                printer.operand(source);
            }),
            StepSpec::Except(source) => self.at("except", |printer| {
                printer.push("except ");
                printer.operand(source);
            }),
            StepSpec::Intersect(source) => self.at("intersect", |printer| {
                printer.push("intersect ");
                printer.operand(source);
            }),
            StepSpec::Distinct(distinct) => {
                self.at("distinct", |printer| printer.distinct(distinct))
            }
            StepSpec::Unnest(unnest) => self.at("unnest", |printer| printer.unnest(unnest)),
            StepSpec::Window(windows) => self.at("window", |printer| {
                printer.push("window { ");
                printer.listed(windows, ", ", |printer, window| {
                    printer.at("name", |printer| printer.name(&window.name));
                    printer.push(": ");
                    printer.at("window", |printer| printer.window(&window.window));
                });
                printer.push(" }");
            }),
            StepSpec::Pivot(pivot) => self.at("pivot", |printer| printer.pivot(pivot)),
            StepSpec::OrderBy(keys) => self.at("order_by", |printer| {
                printer.push("order by ");
                printer.sort_keys(keys);
            }),
            StepSpec::Limit(rows) => {
                self.at("limit", |printer| printer.push(&format!("limit {rows}")))
            }
            // Uses of templates, which begin a query of their own.
            StepSpec::Identify(_)
            | StepSpec::WithSpan(_)
            | StepSpec::Canonicalize(_)
            | StepSpec::Latest(_) => {}
        }
    }

    /// `template<relation>(…)`, for a step that is one; with the relation, whether its name is made
    /// up.
    pub(super) fn use_of_template(&mut self, step: &StepSpec, over: (&str, bool)) {
        match step {
            StepSpec::Identify(spec) => self.at("identify", |printer| {
                printer.template("identify", over);
                printer.at("into", |printer| printer.name(&spec.into));
                printer.push(", ");
                printer.at("kind", |printer| printer.literal(&spec.kind.clone().into()));
                for (i, part) in spec.parts.iter().enumerate() {
                    printer.push(", ");
                    printer.at("parts", |printer| printer.at(i, |printer| printer.name(part)));
                }
                printer.push(")");
            }),
            StepSpec::WithSpan(spec) => self.at("with_span", |printer| {
                printer.template("with_span", over);
                printer.at("into", |printer| printer.name(&spec.into));
                printer.push(", ");
                printer.at("start", |printer| printer.name(&spec.start));
                printer.push(", ");
                printer.at("end", |printer| printer.name(&spec.end));
                printer.push(")");
            }),
            StepSpec::Canonicalize(spec) => self.at("canonicalize", |printer| {
                printer.template("canonicalize", over);
                printer.at("column", |printer| printer.name(&spec.column));
                printer.push(", ");
                printer.at("into", |printer| printer.name(&spec.into));
                if let Some(form) = &spec.form {
                    printer.push(", form: ");
                    printer.at("form", |printer| printer.literal(&form.clone().into()));
                }
                if let Some(casefold) = spec.casefold {
                    printer.push(", casefold: ");
                    printer.at("casefold", |printer| printer.literal(&casefold.into()));
                }
                printer.push(")");
            }),
            StepSpec::Latest(spec) => self.at("latest", |printer| {
                printer.template("latest", over);
                if spec.keys.is_empty() {
                    printer.misfit("`latest` without `keys`", "`\"keys\": [\"id\"]`");
                }
                printer.list("keys", &spec.keys, |printer, key| printer.name(key));
                printer.push(", ");
                printer.at("order", |printer| printer.name(&spec.order));
                printer.push(")");
            }),
            _ => {}
        }
    }

    fn template(&mut self, template: &str, (relation, made_up): (&str, bool)) {
        self.push(template);
        self.push("<");
        match made_up {
            true => self.push(relation),
            false => self.path(relation),
        }
        self.push(">(");
    }

    /// `word { item, … }`
    fn items(&mut self, word: &str, items: &[ItemSpec]) {
        self.push(word);
        self.push("{ ");
        self.listed(items, ", ", |printer, item| match item {
            ItemSpec::Value(NamedSpec {
                name: None,
                value: ExprSpec::Literal(Literal::String(text)),
            }) => printer.bare_text(text),
            // Any other entry without a name is its expression.
            ItemSpec::Value(named) if named.name.is_none() => printer.expr(&named.value, 0),
            ItemSpec::Value(named) => printer.named(named),
            ItemSpec::Star(star) => printer.at("star", |printer| printer.star(star)),
        });
        self.push(" }");
    }

    /// An entry that is a text alone, where nearly always a column is meant.
    fn bare_text(&mut self, text: &str) {
        let is_name = text.split('.').all(|name| Name::new(name).is_some());
        self.problem(messages::bare_text(&shortened(text), is_name));
        self.literal(&Literal::String(text.to_owned()));
    }

    fn star(&mut self, star: &StarSpec) {
        if let Some(of) = &star.of {
            self.at("of", |printer| printer.dotted(of));
            self.push(".");
        }
        self.push("*");
        if !star.except.is_empty() {
            self.push(" except (");
            self.list("except", &star.except, |printer, name| printer.dotted(name));
            self.push(")");
        }
        if !star.rename.is_empty() {
            self.push(" rename (");
            self.list("rename", &star.rename, |printer, rename| {
                printer.at("name", |printer| printer.name(&rename.name));
                printer.push(": ");
                printer.at("column", |printer| printer.dotted(&rename.column));
            });
            self.push(")");
        }
    }

    fn group(&mut self, group: &GroupSpec) {
        self.at("by", |printer| printer.items("group by ", &group.by));
        if !group.aggregate.is_empty() {
            self.push(" ");
            self.at("aggregate", |printer| printer.items("aggregate ", &group.aggregate));
        }
    }

    fn join(&mut self, join: &JoinSpec) {
        self.push(match join.kind {
            JoinKindSpec::Inner => "join ",
            JoinKindSpec::Left => "left join ",
            JoinKindSpec::Right => "right join ",
            JoinKindSpec::Full => "full join ",
            JoinKindSpec::Semi => "semi join ",
            JoinKindSpec::Anti => "anti join ",
            JoinKindSpec::Cross => "cross join ",
        });
        self.at("source", |printer| printer.source(&join.source));
        match (&join.on, join.kind) {
            (Some(_), JoinKindSpec::Cross) => {
                self.at("on", |printer| {
                    printer.misfit(
                        "a cross join has a condition",
                        "leave out `on`, or `\"kind\": \"inner\"`",
                    );
                });
            }
            (None, JoinKindSpec::Cross) => {}
            (Some(on), _) => {
                self.push(" on ");
                self.expr_at("on", on, 0);
            }
            (None, _) => {
                let help = "`\"on\": {\"eq\": […]}`; all pairs are `\"kind\": \"cross\"`";
                self.misfit("a join without a condition", help);
            }
        }
    }

    fn asof_join(&mut self, join: &AsofJoinSpec) {
        self.push(if join.outer { "left asof join " } else { "asof join " });
        self.at("source", |printer| printer.source(&join.source));
        self.push(" on ");
        self.expr_at("on", &join.on, 0);
    }

    fn distinct(&mut self, distinct: &DistinctSpec) {
        self.push("distinct");
        match (distinct.on.is_empty(), distinct.order_by.is_empty()) {
            (true, true) => {}
            (true, false) => {
                let help = "whole rows that are equal have no order: leave it out, or say `on`";
                self.misfit("`order_by` without `on`", help);
            }
            (false, _) => {
                self.push(" on { ");
                self.list("on", &distinct.on, |printer, key| printer.expr(key, 0));
                self.push(" }");
                if !distinct.order_by.is_empty() {
                    self.push(" ");
                    self.order_by(&distinct.order_by);
                }
            }
        }
    }

    fn unnest(&mut self, unnest: &UnnestSpec) {
        self.push("unnest ");
        self.expr_at("value", &unnest.value, 0);
        self.push(if unnest.outer { " outer as " } else { " as " });
        self.at("as", |printer| printer.name(&unnest.alias));
    }

    fn pivot(&mut self, pivot: &PivotSpec) {
        self.at("aggregate", |printer| printer.items("pivot ", &pivot.aggregate));
        self.push(" for ");
        self.sum("value", &pivot.value);
        self.push(" in (");
        self.list("columns", &pivot.columns, |printer, column| {
            printer.at("value", |printer| printer.literal(&column.value));
            if let Some(name) = &column.name {
                printer.push(" as ");
                printer.at("name", |printer| printer.name(name));
            }
        });
        self.push(")");
        if !pivot.by.is_empty() {
            self.push(" ");
            self.at("by", |printer| printer.items("by ", &pivot.by));
        }
    }
}
