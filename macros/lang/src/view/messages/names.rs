//! Names of columns, fields and relations that mean nothing, or two things.

use super::say;
use crate::messages::messages;
use crate::suggest::{listed, nearest};
use crate::types::{Type, ValueType};

/// What is near to a column that is not there.
#[derive(Clone, Copy, Debug)]
pub enum Hint<'a> {
    /// A name that is written much alike.
    Near(&'a str),
    /// All that there is.
    Known(&'a str),
    /// A column of the row around a query in the place of a value, as the query writes it; `None` where
    /// it has no qualifier, by which alone a query sees it.
    Around(Option<&'a str>),
    /// What to write in its place.
    Instead(&'a str),
}

impl<'a> Hint<'a> {
    /// The near name, or else all that there is.
    #[must_use]
    pub fn of(near: Option<&'a str>, known: &'a str) -> Self {
        near.map_or(Self::Known(known), Self::Near)
    }
}

messages! {
    /// A name that is no column of the row. What a row has changes from step to step: `select` and
    /// `group by` replace it, `derive`, `join` and `unnest` add to it.
    ///
    /// A query in the place of a value sees the row around it by the names of relations. What `derive`
    /// and `select` make belongs to none until the row is read as one:
    ///
    /// ```text
    /// from (from files as f derive { half: f.size / 2 }) as f
    /// where exists (from ast_calls as c where c.bend > f.half)
    /// ```
    V0050 unknown_column(name: &str, place: &str, hint: Hint<'_>) {
        let message = say(format!("no column `{name}` in {place}"));
        match hint {
            Hint::Near(near) => message.help(format!("did you mean `{near}`?")),
            Hint::Known("") => message,
            Hint::Known(known) => message.help(format!("there is {known}")),
            Hint::Instead(advice) => message.help(advice),
            Hint::Around(Some(path)) => {
                message.help(format!("the row around the query has one: `{path}`"))
            }
            Hint::Around(None) => message.help(format!(
                "a query sees the row around it by names of relations: \
                 `from (from …) as row where … row.{name} …`"
            )),
        }
    }

    /// The relation has no such column, another one of the view has.
    ///
    /// ```text
    /// join files as f on … select { c.size }
    ///                                 ^^^^ `files` has one: `f.size`
    /// ```
    V0051 column_elsewhere(name: &str, place: &str, owner: Option<&str>, path: &str) {
        let message = say(format!("no column `{name}` in {place}"));
        match owner {
            Some(owner) => message.help(format!("`{owner}` has one: `{path}`")),
            None => message.help(format!("the view has one of its own: `{path}`")),
        }
    }

    /// Two columns of the row have this name. One that a step of the view computed has no
    /// qualifier, so it needs another name where it is made, before the join.
    V0052 ambiguous_column(name: &str, qualified: &[&str], computed: bool) {
        let message = say(format!("`{name}` is ambiguous"));
        let either = qualified.join(" or ");
        if computed {
            message.help(format!(
                "write {either}, or give the view's own column another name before the join"
            ))
        } else {
            message.help(format!("write {either}"))
        }
    }

    /// A qualifier that names no relation of the view.
    V0053 unknown_relation(alias: &str, near: Option<&str>, known: &str) {
        let message = say(format!("no relation `{alias}` in this view"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message.help(format!("there is {known}")),
        }
    }

    /// A relation with an alias is spoken of by its alias alone, since it may be read twice.
    V0054 relation_by_alias(name: &str, alias: &str) {
        say(format!("no relation `{name}` in this view"))
            .help(format!("it is called `{alias}` here"))
    }

    /// `select` and `group by` make a new row, whose columns belong to no relation.
    V0055 no_qualifier(alias: &str, step: &str, column: Option<&str>, known: &str) {
        let message = say(format!("no relation `{alias}` in this view"));
        match column {
            Some(column) => message
                .help(format!("after `{step}` columns have no qualifier: write `{column}`")),
            None => message
                .help(format!("after `{step}` columns have no qualifier; there is {known}")),
        }
    }

    /// Each relation of a view, and each column that `unnest` makes, has a name of its own.
    V0056 alias_taken(name: &str, relation: bool) {
        let message = say(format!("`{name}` is already the name of another relation in this view"));
        match relation {
            true => message.help(format!("give this one a name of its own: `as {name}_2`")),
            false => message.help(format!("write another name: `{name}_2`")),
        }
    }

    /// `derive` and `unnest` add columns; one that is there already cannot be replaced, since both
    /// would be called the same.
    V0057 column_exists(name: &str, step: &str) {
        say(format!("`{step}` adds a column `{name}`, and there is one already"))
            .help("give it another name, or replace the row by `select { … }`")
    }

    /// The columns of a result have different names.
    V0058 duplicate_column(name: &str, written: &str) {
        say(format!("two columns of the result are called `{name}`"))
            .help(format!("give one another name: `{name}_2: {written}`"))
    }

    /// A join leaves the columns of both sides, which need a `select` when they share a name.
    V0059 duplicate_result(name: &str, path: &str) {
        say(format!("two columns of the result are called `{name}`"))
            .help(format!("add `select {{ … }}` and name one apart, for instance `{name}_2: {path}`"))
    }

    /// The group keys are columns of the result already.
    V0060 key_twice(name: &str) {
        say(format!("two columns of the result are called `{name}`"))
            .help("group keys are in the result without being listed again")
    }

    /// A computed column needs a name.
    V0061 unnamed_expression(form: &str) {
        let message = say("a computed column needs a name");
        match form.split_once(": ").filter(|_| form.contains('…')) {
            Some((name, _)) => message.help(format!("write `{name}:` before it")),
            None => message.help(format!("`{form}`")),
        }
    }

    /// A view that read itself would have to be computed before it is computed.
    V0062 reads_itself(name: &str) {
        say(format!("view `{name}` reads itself"))
            .help("read what it is made of; there are no recursive views")
    }

    /// A struct has no field of this name.
    V0063 unknown_field(name: &str, ty: &Type, known: &[&str]) {
        let message = say(format!("no field `{name}` in `{ty}`"));
        match nearest(name, known.iter().copied()) {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message.help(format!("there is {}", listed(known.iter().copied()))),
        }
    }

    /// Only structs have fields.
    V0064 no_fields(shown: &str, ty: &ValueType, field: &str) {
        let message = say(format!("`{shown}` is `{ty}`, which has no fields"));
        match &ty.ty {
            Type::List(_) => message.help(format!("`unnest {shown} as x` gives a row for each item")),
            Type::Map(..) => message.help(format!("the value of a key is `{shown}[\"{field}\"]`")),
            _ => message.help(format!("functions take it as an argument: `f({shown})`")),
        }
    }

    /// What a relation, a function or a type says to views is read by the version that wrote it.
    /// Cargo can link two versions; `cargo tree --duplicates` shows through which packages.
    V0065 other_version(name: &str) {
        say(format!("`{name}` comes from another version of belvedere"))
            .help("bring both crates to one version: `cargo tree --duplicates` shows which differ")
    }

    /// A function that is neither built in nor in scope. Functions of your own are marked with
    /// `#[udf]` and imported where the view stands, or called by their path.
    V0066 unknown_function(name: &str, advice: &str) {
        say(format!("no function `{name}`")).help(advice)
    }

    /// Which fields the result has is asked of the function when a query is planned; a view is
    /// checked when it is compiled.
    V0067 open_result(name: &str) {
        say(format!("the fields of what `{name}` gives are known only when a query is planned"))
            .help("write a struct of the wanted fields, in braces, in place of the call")
    }
}
