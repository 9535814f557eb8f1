//! Queries of a spec as text: parameters, queries with names, sources.
//!
//! A step that is a use of a template reads what the steps before it give as a relation, so that
//! these become a query with a name: `with rows_1 = (from orders …) from identify<rows_1>(…) as
//! orders`.

use super::expr::SUM;
use super::{Printer, Segment, messages};
use crate::spec::expr::{ExprForm, ExprSpec};
use crate::spec::query::{
    ParamSpec, QuerySpec, SourceKind, SourceSpec, StepSpec, SubquerySpec, VERSION, WithSpec,
};

/// What stands before a step of a query with a name.
const INDENTED: &str = "\n    ";

/// What stands between the steps of a query inside of another.
const INLINE: &str = " ";

/// What a use of a template reads.
struct Over {
    relation: String,
    /// Whether no spec has given it its name.
    made_up: bool,
    /// The step that it is.
    step: usize,
}

/// What a query or a `with` is made of.
#[derive(Clone, Copy)]
struct Body<'s> {
    from: &'s SourceSpec,
    steps: &'s [StepSpec],
}

/// The name that a spec gives to a step that is a use of a template.
pub(super) const fn template_step(step: &StepSpec) -> Option<&'static str> {
    match step {
        StepSpec::Identify(_) => Some("identify"),
        StepSpec::WithSpan(_) => Some("with_span"),
        StepSpec::Canonicalize(_) => Some("canonicalize"),
        StepSpec::Latest(_) => Some("latest"),
        _ => None,
    }
}

impl Printer {
    pub(super) fn query(&mut self, query: &QuerySpec) {
        if query.version != VERSION {
            let message = messages::other_version(query.version.into(), VERSION);
            self.at("version", |printer| printer.problem(message));
        }
        self.at("params", |printer| printer.listed(&query.params, "", Self::param));
        self.at("with", |printer| printer.listed(&query.with, "", Self::with));
        self.body(Body { from: &query.from, steps: &query.steps }, None);
    }

    fn param(&mut self, param: &ParamSpec) {
        self.push("param ");
        self.at("name", |printer| printer.name(&param.name));
        self.push(": ");
        self.at("type", |printer| printer.ty(&param.ty));
        if let Some(default) = &param.default {
            self.push(" = ");
            self.at("default", |printer| printer.literal(default));
        }
        self.push("\n");
    }

    fn with(&mut self, with: &WithSpec) {
        let WithSpec { name, query } = with;
        let body = Body { from: &query.from, steps: &query.steps };
        // What its steps make up comes before it.
        self.at("query", |printer| printer.body(body, Some(name)));
    }

    /// The steps of a query, or of the `with` of this name, behind the queries that its uses of
    /// templates read.
    fn body(&mut self, body: Body<'_>, name: Option<&str>) {
        let mut first = 0;
        let mut source: Option<Over> = None;
        let alias = alias_of(body.from);
        let steps = body.steps.iter().enumerate();
        for (i, _) in steps.filter(|(_, step)| template_step(step).is_some()) {
            let over = match &body.from.kind {
                SourceKind::Relation(relation) if i == 0 => {
                    Over { relation: relation.clone(), made_up: false, step: i }
                }
                _ => {
                    let relation = self.made_up();
                    self.for_node([Segment::Key("steps"), i.into()], |printer| {
                        printer.push(&format!("with {relation} = ("));
                        printer.indented(|printer| {
                            printer.segment(body, first..i, source.as_ref(), alias);
                        });
                        printer.push(
                            "
)
",
                        );
                    });
                    Over { relation, made_up: true, step: i }
                }
            };
            (first, source) = (i + 1, Some(over));
        }
        let rest = first..body.steps.len();
        match name {
            None => self.segment(body, rest, source.as_ref(), alias),
            Some(name) => {
                self.push("with ");
                self.sibling("name", |printer| printer.name(name));
                self.push(" = (");
                self.indented(|printer| printer.segment(body, rest, source.as_ref(), alias));
                self.push("\n)\n");
            }
        }
    }

    fn indented(&mut self, print: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.between, INDENTED);
        self.push(INDENTED);
        print(self);
        self.between = before;
    }

    /// Prints a node that stands beside this one.
    fn sibling(&mut self, key: &'static str, print: impl FnOnce(&mut Self)) {
        let node = self.node;
        self.node = self.nodes[node].parent;
        self.at(key, print);
        self.node = node;
    }

    /// A name that the spec mentions nowhere, so that it hides nothing.
    fn made_up(&mut self) -> String {
        loop {
            self.made_up += 1;
            let name = format!("rows_{}", self.made_up);
            if !self.taken.contains(&name) {
                return name;
            }
        }
    }

    /// Some steps in a row, behind what they read: the source of the query, or a use of a template
    /// over the relation of this name.
    fn segment(
        &mut self,
        body: Body<'_>,
        steps: std::ops::Range<usize>,
        over: Option<&Over>,
        alias: Option<&str>,
    ) {
        match over {
            None => self.from(body.from),
            Some(Over { relation, made_up, step }) => self.at("steps", |printer| {
                printer.at(*step, |printer| {
                    printer.push("from ");
                    printer.use_of_template(&body.steps[*step], (relation, *made_up));
                    printer.push(" as ");
                    match alias {
                        Some(alias) => printer.name(alias),
                        None => printer.push(relation),
                    }
                });
            }),
        }
        self.steps_of(body.steps, steps);
    }

    fn steps_of(&mut self, all: &[StepSpec], steps: std::ops::Range<usize>) {
        self.at("steps", |printer| {
            for i in steps {
                let between = printer.between;
                printer.push(between);
                printer.at(i, |printer| printer.step(&all[i]));
            }
        });
    }

    fn from(&mut self, source: &SourceSpec) {
        self.at("from", |printer| {
            printer.push("from ");
            printer.source(source);
        });
    }

    /// `(from … …)`
    pub(super) fn subquery(&mut self, query: &SubquerySpec) {
        self.deeper(|printer| {
            let before = std::mem::replace(&mut printer.between, INLINE);
            printer.push("(");
            printer.from(&query.from);
            for (i, step) in query.steps.iter().enumerate() {
                if let Some(word) = template_step(step) {
                    let message = messages::template_inside(word);
                    printer
                        .at("steps", |printer| printer.at(i, |printer| printer.problem(message)));
                }
            }
            printer.steps_of(&query.steps, 0..query.steps.len());
            printer.push(")");
            printer.between = before;
        });
    }

    /// What a step reads, with its alias.
    pub(super) fn source(&mut self, source: &SourceSpec) {
        self.source_without_alias(source);
        match (&source.kind, &source.alias) {
            (_, Some(alias)) => {
                self.push(" as ");
                self.at("as", |printer| printer.name(alias));
            }
            (SourceKind::Relation(_), None) => {}
            (SourceKind::Query(_), None) => {
                self.misfit("a query that is read has no name", "`\"as\": \"rows\"`");
            }
            (SourceKind::Template { template, .. }, None) => {
                self.push(" as ");
                // The last name of a path.
                self.name(template.rsplit("::").next().unwrap_or(template));
            }
        }
    }

    fn source_without_alias(&mut self, source: &SourceSpec) {
        match &source.kind {
            // A name alone is the node itself.
            SourceKind::Relation(name) if source.alias.is_none() => self.path(name),
            SourceKind::Relation(name) => self.at("relation", |printer| printer.path(name)),
            SourceKind::Query(query) => self.at("query", |printer| printer.subquery(query)),
            SourceKind::Template { template, over, args } => {
                self.at("template", |printer| printer.path(template));
                self.push("<");
                self.list("over", over, |printer, name| printer.path(name));
                self.push(">(");
                let given = args.iter().flat_map(|(name, value)| each(name, value));
                for (i, (name, position, value)) in given.enumerate() {
                    self.push(if i > 0 { ", " } else { "" });
                    self.name(name);
                    self.push(": ");
                    self.at("args", |printer| {
                        printer.at_name(name, |printer| match position {
                            Some(position) => {
                                printer.at(position, |printer| printer.argument(value))
                            }
                            None => printer.argument(value),
                        });
                    });
                }
                self.push(")");
            }
        }
    }

    /// The operand of `union` and its kin: a relation, or a query in parentheses.
    pub(super) fn operand(&mut self, source: &SourceSpec) {
        if let Some(alias) = &source.alias {
            let what = format!("`{alias}` is the name of rows that have none");
            self.misfit(&what, "behind this step columns stand alone: leave out `as`");
        }
        match &source.kind {
            SourceKind::Template { .. } => {
                self.push("(from ");
                self.source(source);
                self.push(")");
            }
            _ => self.source_without_alias(source),
        }
    }

    /// What a use gives for a parameter: a constant, or the name of a column.
    fn argument(&mut self, value: &ExprSpec) {
        match value {
            ExprSpec::Literal(literal) => self.literal(literal),
            ExprSpec::Form(form) => match &**form {
                ExprForm::Column(name) => self.at("column", |printer| printer.name(name)),
                _ => self.problem(messages::no_template_argument()),
            },
            ExprSpec::List(_) => self.problem(messages::no_template_argument()),
        }
    }

    /// What a value of `pivot` is made of.
    pub(super) fn sum(&mut self, key: &'static str, value: &ExprSpec) {
        self.expr_at(key, value, SUM);
    }
}

/// What a use gives, one by one: a list is several columns.
fn each<'s>(name: &'s str, value: &'s ExprSpec) -> Vec<(&'s str, Option<usize>, &'s ExprSpec)> {
    match value {
        ExprSpec::List(items) => {
            items.iter().enumerate().map(|(i, item)| (name, Some(i), item)).collect()
        }
        value => vec![(name, None, value)],
    }
}

/// The name by which the steps know what is read.
fn alias_of(source: &SourceSpec) -> Option<&str> {
    match (&source.alias, &source.kind) {
        (Some(alias), _) => Some(alias),
        (None, SourceKind::Relation(path) | SourceKind::Template { template: path, .. }) => {
            path.rsplit("::").next()
        }
        (None, SourceKind::Query(_)) => None,
    }
}
