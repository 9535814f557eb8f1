//! What can stand at a place of a text that is being written: relations, columns, functions, steps.
//!
//! The steps before the place are parsed and checked as ever, and what they leave is what can be named;
//! the step that the place is in says what is wanted there. Nothing here knows of a terminal.

mod place;

use self::place::{JOINS, Place, Step};
use super::builtins;
use super::names::Names;
use super::parse::expression::WORDS;
use super::parse::words::STEP_WORDS;
use super::signature::Signature;
use crate::lex::outline::Outline;
use crate::lex::{End, QUERY_MAX, is_in_name};
use crate::types::{Column, Type, columns_to_text, parse_columns};

/// How many characters a label has at most.
const LABEL_MAX: usize = 100;

/// The steps whose operand is a relation or a query.
const SETS: [&str; 3] = ["union", "except", "intersect"];

/// Words behind which an expression goes on.
const OPERATORS: [&str; 10] =
    ["where", "and", "or", "not", "in", "like", "between", "on", "by", "unnest"];

/// What can stand at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The byte of the text at which the word begins that is completed.
    pub start: usize,
    /// What the word can become, the likeliest kind first.
    pub candidates: Vec<Candidate>,
}

/// One thing that can stand at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// What it is.
    pub kind: CandidateKind,
    /// What is written.
    pub text: String,
    /// What people are shown: a column with its type, a function with its signature.
    pub label: String,
}

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CandidateKind {
    /// A column, or a field of one.
    Column,
    /// A parameter of the text.
    Param,
    /// The name of a relation in the text, before a dot.
    Alias,
    /// A query of the text that has a name.
    Query,
    /// A table or view.
    Relation,
    /// A template.
    Template,
    /// A function.
    Function,
    /// A type.
    Type,
    /// A word that begins a step.
    Step,
    /// Another word of the language.
    Word,
}

/// Completes the word that ends at byte `at` of a text.
///
/// Reading it recurses as deeply as the text nests, so that a text of others needs a stack of its own.
#[must_use]
pub fn complete(text: &str, at: usize, names: &dyn Names) -> Completion {
    let mut found = Completion { start: at, candidates: Vec::new() };
    let Some(before) = text.get(..at).filter(|before| before.len() <= QUERY_MAX) else {
        return found;
    };
    let outline = Outline::new(before);
    if outline.end != End::Code {
        return found;
    }
    found.start = before.trim_end_matches(is_in_name).len();
    let word = before[found.start..].to_lowercase();
    let place = Place::new(&before[outline.rest..found.start], names);
    found.candidates = place.candidates(names);
    found.candidates.retain(|candidate| candidate.text.to_lowercase().starts_with(&word));
    found.candidates.sort();
    found.candidates.dedup();
    if text[at..].starts_with('(') {
        // The name of a function is replaced, and its arguments stay.
        for function in &mut found.candidates {
            function.text.truncate(function.text.trim_end_matches('(').len());
        }
    }
    found
}

impl Place<'_> {
    fn candidates(&self, names: &dyn Names) -> Vec<Candidate> {
        if let Some(path) = &self.path {
            return self.members(path);
        }
        let behind = self.word.unwrap_or_default();
        let cast = matches!(self.open.last(), Some(('(', "cast" | "try_cast")));
        match (&self.step, behind) {
            (_, "as") if cast => types(names),
            (_, "as" | "param" | "with") => Vec::new(),
            (None, _) if self.sign == Some(':') => types(names),
            (None, _) => {
                ["from", "with", "param"].map(|text| word(text, CandidateKind::Step)).into()
            }
            (Some(step), _) if step.word == "contract" && self.sign == Some(':') => types(names),
            (_, "group" | "order" | "partition") => words(&["by"]),
            (_, "from" | "join") => self.relations(names),
            (Some(step), _) if SETS.contains(&step.word) && self.open.is_empty() => {
                let is_read = ![step.word, "all"].contains(&behind);
                if is_read { steps() } else { self.relations(names) }
            }
            (Some(step), _) if self.open.is_empty() => self.of_step(step, names),
            _ => self.values(names),
        }
    }

    /// What can stand in a step outside of its lists.
    fn of_step(&self, step: &Step<'_>, names: &dyn Names) -> Vec<Candidate> {
        match step.word {
            "from" if step.is_named => steps(),
            "from" => [steps(), words(&["as"])].concat(),
            "join" if !step.has_condition && step.is_named => [words(&["on"]), steps()].concat(),
            "join" if !step.has_condition => [words(&["as", "on"]), steps()].concat(),
            "limit" if self.word == Some("limit") => Vec::new(),
            "limit" => steps(),
            step if JOINS.contains(&step) && self.word == Some(step) => words(&["join", "asof"]),
            _ if self.is_behind_operand()
                && !OPERATORS.contains(&self.word.unwrap_or_default()) =>
            {
                [steps(), expression_words()].concat()
            }
            _ => self.values(names),
        }
    }

    /// The columns of a relation, or the fields of a column.
    fn members(&self, path: &[&str]) -> Vec<Candidate> {
        let rows = || std::iter::once(&self.row).chain(self.outer.iter().rev());
        if let [alias] = path {
            let mut found = rows().map(|row| row.columns_of(alias).map(column).collect::<Vec<_>>());
            if let Some(columns) = found.find(|columns| !columns.is_empty()) {
                return columns;
            }
        }
        match rows().find_map(|row| row.type_of(path)).map(|ty| &ty.ty) {
            Some(Type::Struct(found)) => found.fields.iter().map(column).collect(),
            _ => Vec::new(),
        }
    }

    /// What an expression can begin with.
    fn values(&self, names: &dyn Names) -> Vec<Candidate> {
        let columns = self.row.columns.iter().map(|(_, column)| column);
        // The name of a step means the column only behind that of its relation.
        let columns = columns.filter(|column| !STEP_WORDS.contains(&column.name.as_str()));
        let mut all: Vec<Candidate> = columns.map(column).collect();
        let params = self.row.params.iter();
        all.extend(params.map(|param| Candidate { kind: CandidateKind::Param, ..column(param) }));
        let rows = std::iter::once(&self.row).chain(&self.outer);
        all.extend(rows.flat_map(|row| &row.relations).map(|(alias, name)| Candidate {
            text: alias.clone(),
            label: if alias == name { alias.clone() } else { format!("{alias} ({name})") },
            kind: CandidateKind::Alias,
        }));
        all.extend(names.functions().into_iter().map(|name| {
            let text = names.function(&name).ok().flatten();
            let signature = text.and_then(|text| Signature::parse_carrier(&text).ok().flatten());
            let label = signature.map_or_else(|| name.clone(), |signature| signature.to_string());
            function(&name, &label)
        }));
        all.extend(builtins::all().map(|known| function(known.name, &known.to_string())));
        if self.sign == Some('(') {
            all.push(word("from", CandidateKind::Step));
        }
        all.extend(expression_words());
        all
    }

    /// What can be read.
    fn relations(&self, names: &dyn Names) -> Vec<Candidate> {
        let queries = self.row.queries.iter().map(|name| word(name, CandidateKind::Query));
        let relations = names.relations().into_iter().map(|name| {
            let columns = names.relation(&name).and_then(|text| parse_columns(&text).ok());
            let label = columns.map_or_else(
                || name.clone(),
                |columns| format!("{name} {{ {} }}", columns_to_text(&columns)),
            );
            Candidate { text: name, label: cut(&label), kind: CandidateKind::Relation }
        });
        let templates = names.templates().into_iter();
        let templates = templates.map(|name| word(&format!("{name}<"), CandidateKind::Template));
        queries.chain(relations).chain(templates).collect()
    }
}

fn steps() -> Vec<Candidate> {
    let steps = STEP_WORDS.iter().filter(|step| **step != "from");
    steps.map(|text| word(text, CandidateKind::Step)).collect()
}

fn expression_words() -> Vec<Candidate> {
    [words(&WORDS), words(&["case", "cast", "exists", "null", "true", "false"])].concat()
}

fn types(names: &dyn Names) -> Vec<Candidate> {
    let own = names.types();
    let all = Type::NAMES.iter().copied().chain(own.iter().map(String::as_str));
    all.map(|text| word(text, CandidateKind::Type)).collect()
}

fn words(texts: &[&str]) -> Vec<Candidate> {
    texts.iter().map(|text| word(text, CandidateKind::Word)).collect()
}

fn column(column: &Column) -> Candidate {
    let label = cut(&column.to_string());
    Candidate { text: column.name.clone(), label, kind: CandidateKind::Column }
}

fn function(name: &str, label: &str) -> Candidate {
    Candidate { text: format!("{name}("), label: cut(label), kind: CandidateKind::Function }
}

fn word(text: &str, kind: CandidateKind) -> Candidate {
    Candidate { text: text.to_owned(), label: text.to_owned(), kind }
}

/// A label is one line.
fn cut(label: &str) -> String {
    match label.char_indices().nth(LABEL_MAX) {
        Some((end, _)) => format!("{}…", &label[..end]),
        None => label.to_owned(),
    }
}
