//! What a step needs of its row.

use super::say;
use crate::messages::messages;
use crate::suggest::listed;
use crate::types::{Type, ValueType};

messages! {
    /// A view begins with the relation that it reads.
    ///
    /// A query of SQL is shown as the view that it would be, where that is known.
    V0100 starts_with_from(form: Option<&str>) {
        let message = say("a view begins with `from`");
        match form {
            Some(form) => message.help(format!("`{form}`")),
            None => message.help(
                "steps stand in the order in which they run: `from t as t where … select { … }`",
            ),
        }
    }

    /// A view reads one relation by `from` and further ones by `join`.
    V0101 second_from() {
        say("a view has one `from`").help("`join relation as r on …` reads another relation")
    }

    /// A view has at least a `from`.
    V0102 no_steps() {
        say("this view has no steps").help("`from relation as r select { … }`")
    }

    /// `unnest` makes a row for each item of a list, and columns of the fields of a struct.
    V0103 unnest_needs_list(shown: &str, alias: &str, ty: &ValueType) {
        let message = say(format!("`unnest` needs a list, this is `{ty}`"));
        match &ty.ty {
            Type::Map(key, value) => message.help(format!(
                "`unnest map_entries({shown}) as {alias}` gives `{alias}.key: {key}` and \
                 `{alias}.value: {value}`"
            )),
            Type::String => message.help(format!(
                "`unnest string_to_array({shown}, \",\") as {alias}` splits a text"
            )),
            _ => message.help("leave it out: each row has one value already"),
        }
    }

    /// In `aggregate { … }` a column is a group key or the argument of an aggregate: a group has
    /// many rows, and one value has to be chosen.
    V0104 not_grouped(shown: &str, keys: &[&str], ordered: bool) {
        let keys = match keys {
            [] => "there are no group keys".to_owned(),
            [one] => format!("the group key is `{one}`"),
            several => format!("the group keys are {}", listed(several.iter().copied())),
        };
        let pick = if ordered { format!("`min({shown})`, ") } else { String::new() };
        say(format!("`{shown}` is neither a group key nor inside an aggregate function ({keys})"))
            .help(format!(
                "add it to `group by {{ … }}`, or pick one value: {pick}`any_value({shown})`, or \
                 all: `list_of({shown})`"
            ))
    }

    /// Rows are grouped by values that can be told apart; maps cannot.
    V0105 not_a_key(shown: &str, ty: &Type) {
        let message =
            say(format!("cannot group by `{shown}`: values of type `{ty}` cannot be compared"));
        let parts = match ty {
            Type::Map(..) => format!("group by the value of a key: `key: {shown}[\"key\"]`, for instance"),
            Type::Json => format!("group by its text: `text: cast({shown} as String)`"),
            _ => "group by a part of it: a field, an item".to_owned(),
        };
        message.help(parts)
    }

    /// Rows are sorted by numbers, texts, times and `bool`.
    V0106 not_ordered(shown: &str, ty: &Type) {
        let message = say(format!("cannot order by `{shown}`: values of type `{ty}` have no order"));
        match ty {
            Type::Struct(ty) if let Some(field) = ty.fields.first() => {
                message.help(format!("order by its fields: `{shown}.{}`", field.name))
            }
            Type::Map(..) => message.help(format!("order by the value of a key: `{shown}[\"key\"]`, for instance")),
            Type::List(_) => message.help(format!("order by an item: `{shown}[1]`")),
            Type::Json => message.help(format!("order by its text: `cast({shown} as String)`")),
            _ => message.help("order by a part of it"),
        }
    }

    /// A stored table has no order, nor has what another step reads: whoever reads it sorts. With `limit` the order decides which
    /// rows are kept.
    V0107 order_without_limit(what: &str, form: &str) {
        say(format!("`order by` without `limit`: {what} has no order"))
            .help(format!("`{form} limit 100`, or leave the order to whoever reads it"))
    }

    /// A star stands for columns where columns are selected.
    V0108 star_outside_select(step: &str, columns: Option<&str>) {
        let message = say(format!("`*` in `{step}`"));
        match (step, columns) {
            ("derive", _) => message.help("leave it out: `derive` keeps all columns"),
            (_, Some(columns)) => message.help(format!("a star is for `select`, write `{columns}`")),
            _ => message.help("name the columns; a star is for `select`"),
        }
    }

    /// A row has at least one column.
    V0109 empty_select() {
        say("`select` of no columns").help("`select { * }`, or leave the step out")
    }

    /// Inside of `aggregate { … }` a computed key is spoken of by its name.
    ///
    /// ```text
    /// group by { half: c.size / 2 } aggregate { n: count(), double: half * 4 }
    /// ```
    V0110 key_repeated(shown: &str, key: &str) {
        say(format!("`{shown}` is the group key `{key}`"))
            .help(format!("write `{key}`"))
    }

    /// Steps run in the order in which they stand: a `limit` before the `order by` keeps any rows,
    /// not the first ones.
    V0111 limit_before_order(form: &str, limit: u64) {
        say("`order by` after `limit`: the limit keeps any rows, not the first ones")
            .help(format!("`{form} limit {limit}`"))
    }

    /// A table function gives rows, and an expression is a value; views read tables and views.
    V0113 table_function(name: &str) {
        say(format!("`{name}` is a table function, and views read tables and views alone"))
            .help("write its rows into a table; SQL reads it with `from`")
    }

    /// The rows of a view are those of the published tables that it reads, and nothing else, so that its
    /// key says what it holds. What a service answers is in no table.
    V0114 async_function(name: &str) {
        say(format!("`{name}` is an async function, and views are computed from tables alone"))
            .help("look it up in a source, which writes a table; SQL can call it")
    }

    /// A constant is the same for all rows, so that it neither orders them nor tells them apart. In SQL a
    /// number stands for a column by its place, and a text in double quotes for one by its name; here a
    /// column is its name.
    ///
    /// ```text
    /// from files as f order by f.size desc limit 10
    /// ```
    V0115 constant_key(shown: &str, what: &str, column: Option<&str>, known: &str) {
        let message = say(format!("`{shown}` is a constant, which {what}"));
        match column {
            Some(column) => message.help(format!("write the column's name: `{column}`")),
            None if known.is_empty() => message.help("write the name of a column, without quotes"),
            None => message.help(format!("there is {known}")),
        }
    }

    /// `from` and `join` read tables, views, queries in parentheses, and templates, which are given
    /// relations in `<…>` before their columns: `from latest<orders>(order_id, placed) as o`.
    V0116 called_relation(name: &str, advice: Option<&str>) {
        let message = say(format!("`{name}` is called here, and relations are named"));
        match advice {
            Some(advice) => message.help(advice),
            None => message.help(format!("a template is used as `{name}<relation>(column, …) as name`")),
        }
    }

    /// Names stand without quotes; a keyword is written raw, `r#type`.
    V0117 quoted_name(name: &str) {
        say("a name stands without quotes").help(format!("`{name}`"))
    }

    /// A value that is given from outside is a parameter, which stands before the steps.
    ///
    /// ```text
    /// param since: Date = "2024-01-01" from orders as o where o.placed >= since
    /// ```
    V0118 placeholder(written: &str, name: &str) {
        say(format!("`{written}` is no value")).help(format!(
            "a parameter has a name: `param {name}: i64 = 1` before `from`, and `{name}` here, for instance"
        ))
    }

    /// A comment begins with `//` and ends with the line, or stands between `/*` and `*/`.
    V0119 comment_sign(sign: &str) {
        say(format!("a comment does not begin with `{sign}`")).help("write `//`")
    }
}
