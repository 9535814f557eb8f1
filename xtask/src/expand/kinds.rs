//! The functions of every kind that the sources have, and what each answers to DataFusion.

use anyhow::{Result, bail};
use belvedere_lang::sink::Diagnostic;
use belvedere_lang::tokens::name_of;
use belvedere_lang::udaf::Aggregate;
use belvedere_lang::udf::{Function, Piece, Word};
use belvedere_lang::udtf::Table;
use belvedere_lang::udwf::{Over, Window};
use belvedere_lang::{expand, udf};
use proc_macro2::TokenStream;

use super::answers::{Answer, answers, listed, named};

/// A function of some kind.
pub(super) enum Model {
    Function(Box<Function>),
    Aggregate(Box<Aggregate>),
    Window(Box<Window>),
    Table(Box<Table>),
}

impl Model {
    /// The model of an item below the macro of this name, if that makes functions.
    ///
    /// # Errors
    ///
    /// What is wrong with the item.
    pub(super) fn parse(
        called: &str,
        attribute: TokenStream,
        item: TokenStream,
    ) -> Option<Result<Self, Vec<Diagnostic>>> {
        Some(match called {
            "udf" => Function::parse(attribute, item)
                .map(|function| Self::Function(Box::new(function)))
                .map_err(|broken| broken.errors),
            "udaf" => Aggregate::parse(attribute, item)
                .map(|aggregate| Self::Aggregate(Box::new(aggregate)))
                .map_err(|broken| broken.errors),
            "udwf" => Window::parse(attribute, item)
                .map(|window| Self::Window(Box::new(window)))
                .map_err(|broken| broken.errors),
            "udtf" => Table::parse(attribute, item)
                .map(|table| Self::Table(Box::new(table)))
                .map_err(|broken| broken.errors),
            _ => return None,
        })
    }

    /// The SQL name and the aliases.
    pub(super) fn names(&self) -> (&str, &[String]) {
        match self {
            Self::Function(function) => (&function.name, &function.aliases),
            Self::Aggregate(aggregate) => (&aggregate.head.name, &aggregate.head.aliases),
            Self::Window(window) => (&window.head.name, &window.head.aliases),
            Self::Table(table) => (&table.function.name, &table.function.aliases),
        }
    }

    pub(super) fn expand(&self) -> TokenStream {
        match self {
            Self::Function(function) => expand::udf::expand(function),
            Self::Aggregate(aggregate) => expand::udaf::expand(aggregate),
            Self::Window(window) => expand::udwf::expand(window),
            Self::Table(table) => expand::udtf::expand(table),
        }
    }

    /// What it answers, in the order of DataFusion's trait.
    pub(super) fn answers(&self, twin: bool) -> Vec<Answer> {
        match self {
            Self::Function(function) => answers(function, twin),
            Self::Aggregate(aggregate) => of_aggregate(aggregate),
            Self::Window(window) => of_window(window),
            Self::Table(table) => of_table(table),
        }
    }

    /// The function of rows, which alone is printed by hand.
    ///
    /// # Errors
    ///
    /// It is of another kind.
    pub(super) fn function(&self) -> Result<&Function> {
        let kind = match self {
            Self::Function(function) => return Ok(function),
            Self::Aggregate(_) => "aggregates",
            Self::Window(_) => "window functions",
            Self::Table(_) => "table functions",
        };
        bail!("no `impl` by hand is printed for {kind}: the adapter is generic over their states")
    }
}

/// What every kind answers alike.
fn common((name, aliases): (&str, &[String]), params: &[String], doc: &udf::Doc) -> Vec<Answer> {
    let gives = format!("paragraphs: {}, examples: {}", doc.paragraphs.len(), doc.examples.len());
    vec![
        Answer { method: "name", gives: name.to_owned(), source: "the name, or `name = …`" },
        Answer { method: "aliases", gives: listed(aliases), source: "`aliases = […]`" },
        Answer {
            method: "signature",
            gives: format!("parameters {}", listed(params)),
            source: "names and types of the parameters",
        },
        Answer { method: "documentation", gives, source: "the doc comment" },
    ]
}

fn of_aggregate(aggregate: &Aggregate) -> Vec<Answer> {
    let params: Vec<String> = aggregate.head.params.iter().map(|p| name_of(&p.ident)).collect();
    let mut answers =
        common((&aggregate.head.name, &aggregate.head.aliases), &params, &aggregate.head.doc);
    let sees_null = aggregate.head.params.iter().any(|param| param.word.without_option().1);
    let sliding = if aggregate.retracts { "rows are taken out" } else { "states are merged" };
    answers.extend([
        Answer {
            method: "return_field",
            gives: typed(&aggregate.head.returns.word),
            source: "`finish`",
        },
        Answer {
            method: "state_fields",
            gives: "one, of the state's type".to_owned(),
            source: "`type State`",
        },
        Answer {
            method: "accumulator, create_groups_accumulator",
            gives: "a list of states".to_owned(),
            source: "`update`, `merge`, `finish`",
        },
        Answer {
            method: "create_sliding_accumulator",
            gives: sliding.to_owned(),
            source: "whether there is `retract`",
        },
        Answer {
            method: "supports_null_handling_clause",
            gives: sees_null.to_string(),
            source: "an argument is an `Option`",
        },
    ]);
    answers
}

fn of_window(window: &Window) -> Vec<Answer> {
    let params: Vec<String> = window.head.params.iter().map(|p| name_of(&p.ident)).collect();
    let mut answers = common((&window.head.name, &window.head.aliases), &params, &window.head.doc);
    let (sees, bounded, limit) = match window.over {
        Over::Next(_) => ("rows in turn", "bounded, causal", "None"),
        Over::Frame => ("the frame of each row", "bounded where the frame is", "None"),
        Over::Partition => ("whole partitions", "not bounded", "Unknown"),
    };
    let ascending = if window.ascending { "ascending" } else { "none" };
    answers.extend([
        Answer { method: "field", gives: typed(&window.head.returns.word), source: "the result" },
        Answer {
            method: "partition_evaluator",
            gives: format!("{sees}, {bounded}"),
            source: "the name of the function",
        },
        Answer { method: "sort_options", gives: ascending.to_owned(), source: "`ascending`" },
        Answer { method: "limit_effect", gives: limit.to_owned(), source: "" },
        Answer { method: "reverse_expr", gives: "NotSupported".to_owned(), source: "" },
    ]);
    answers
}

fn of_table(table: &Table) -> Vec<Answer> {
    let function = &table.function;
    let params: Vec<String> = function.params.iter().map(|p| name_of(&p.ident)).collect();
    let mut answers = common((&function.name, &function.aliases), &params, &function.doc);
    answers.extend([
        Answer {
            method: "call_with_args",
            gives: "constants in the form of the parameters, or what is wrong".to_owned(),
            source: "types and defaults of the parameters",
        },
        Answer { method: "schema", gives: typed(&function.returns.word), source: "a row" },
        Answer { method: "scan", gives: "batches until a limit".to_owned(), source: "the body" },
    ]);
    answers
}

fn typed(word: &Word) -> String {
    let mut pieces: Vec<Piece> = Vec::new();
    word.pieces(&mut pieces);
    pieces.iter().map(named).collect()
}
