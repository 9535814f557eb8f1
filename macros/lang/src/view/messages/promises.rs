//! Contracts, row types and options that a view does not keep.

use super::say;
use super::tables::{cannot_store, stored_instead};
use crate::messages::messages;
use crate::suggest::listed;
use crate::types::{Type, ValueType};

messages! {
    /// The contract promises a column that the view does not give.
    V0130 promise_missing(name: &str, near: Option<&str>) {
        let message = say(format!("the contract promises column `{name}`, the view does not have it"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message.help(format!("add `{name}: …` to the view, or leave it out here")),
        }
    }

    /// A contract lists all columns of its view.
    V0131 not_promised(columns: &[String], whole: Option<&str>) {
        let all = listed(columns.iter().map(String::as_str));
        match (columns, whole) {
            ([one], _) => say(format!("column {all} is not in the view's contract"))
                .help(format!("promise `{one}`, or leave the column out")),
            (_, Some(whole)) => say(format!("columns {all} are not in the view's contract"))
                .help(format!("`contract {{ {whole} }}`, or leave them out by a `select`")),
            _ => say(format!("columns {all} are not in the view's contract"))
                .help("promise them too, or leave them out by a `select`"),
        }
    }

    /// The columns of a contract have different names.
    V0132 promised_twice(name: &str) {
        say(format!("the contract promises `{name}` twice")).help("leave one of them out")
    }

    /// A contract lists the columns in the order of the view.
    V0133 promise_order(position: usize, promised: &str, given: &str, columns: &str) {
        say(format!("the contract's column {position} is `{promised}`, the view's is `{given}`"))
            .help(format!("`contract {{ {columns} }}` has the order of the view"))
    }

    /// A column of the view has another type than the contract promises.
    V0134 promise_type(name: &str, promised: &ValueType, given: &ValueType) {
        let message =
            say(format!("the contract promises `{name}: {promised}`, the view gives `{name}: {given}`"));
        if given.ty.casts_to(&promised.ty) {
            message.help(format!(
                "promise `{given}`, or convert it where it is made: `{name}: cast(… as {})`",
                promised.ty
            ))
        } else {
            message.help(format!("promise `{given}`"))
        }
    }

    /// A column of the view can be null, the contract promises that it is not.
    V0135 promise_nullable(name: &str, promised: &ValueType, given: &ValueType) {
        say(format!("the contract promises `{name}: {promised}`, the view gives `{name}: {given}`"))
            .help(format!(
                "`{name}` can be null; give it a default with `coalesce({name}, …)` or promise \
                 `{given}`"
            ))
    }

    /// The struct that types the view has a field that the view does not give.
    V0136 field_missing(field: &str, row: &str, near: Option<&str>) {
        let message = say(format!("the view has no column for the field `{field}` of `{row}`"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message.help(format!("add `{field}: …` to its `select`")),
        }
    }

    /// The view gives a column for which the struct that types it has no field.
    V0137 no_such_field(column: &str, row: &str) {
        say(format!("`{row}` has no field for the column `{column}`"))
            .help(format!("add a field `{column}`, or leave the column out"))
    }

    /// The columns stand in the order of the struct's fields.
    V0138 field_order(column: &str, field: &str, row: &str) {
        say(format!("the column `{column}` stands where `{row}` has its field `{field}`"))
            .help("list the columns in the order of the fields")
    }

    /// A column has another type than the field of the struct that types the view.
    V0139 field_type(name: &str, row: &str, field: &ValueType, given: &ValueType) {
        let message =
            say(format!("`{row}` has `{name}: {field}`, the view gives `{name}: {given}`"));
        if given.ty.casts_to(&field.ty) {
            message.help(format!("`{name}: cast(… as {})`, or change the field", field.ty))
        } else {
            message.help("change the field, or the column")
        }
    }

    /// A column can be null, the field of the struct that types the view cannot.
    V0140 field_nullable(name: &str, row: &str, field: &ValueType, given: &ValueType) {
        say(format!("`{row}` has `{name}: {field}`, the view gives `{name}: {given}`")).help(format!(
            "`{name}` can be null; give it a default with `coalesce({name}, …)` or make the field \
             `{given}`"
        ))
    }

    /// `key`, `partition_by` and `cluster_by` name columns of the result.
    V0141 option_column(option: &str, name: &str, near: Option<&str>) {
        let message = say(format!("`{option}` names `{name}`, which is none of the columns"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message.help(format!("add `{name}: …` to the view, or name a column that it has")),
        }
    }

    /// The values of a partition column become names of folders: texts, whole numbers, decimals, `bool`,
    /// dates and timestamps can. Floats have two zeros, bytes and nested values are no names.
    V0142 partition_type(name: &str, ty: &Type) {
        let message = say(format!("cannot partition by `{name}`: it is `{ty}`"));
        match ty {
            Type::F32 | Type::F64 => message.help(format!("`{name}: cast(… as i64)`")),
            _ => message.help("partition by a column of texts, whole numbers, `bool` or dates"),
        }
    }

    /// A view that is not stored has no partitions and no order of rows.
    V0143 layout_of_view(option: &str) {
        say(format!("`{option}` of a view that is not stored"))
            .help("`materialize = table` stores it")
    }

    /// Delta Lake has no unsigned integers, no times of the day, no lengths of time and no bytes of a
    /// fixed width, so the columns of relations have none.
    ///
    /// The result of a query is not stored, and has the types of relations nevertheless, so that a query can
    /// become a view as it is.
    V0144 unstorable_column(name: &str, ty: &ValueType, part: &Type, whole: bool, is_query: bool) {
        let what = match (is_query, part) {
            (true, Type::Int(_)) => "is unsigned, which results are not",
            (true, _) => "is of a type that results do not have",
            (false, _) => cannot_store(part),
        };
        let message = say(format!("column `{name}: {ty}` {what}"));
        if whole {
            message.help(format!("`{name}: cast(… as {})`", stored_instead(part)))
        } else {
            message
                .note(format!("there is `{part}` in it"))
                .help(format!("`{}` can stand in its place", stored_instead(part)))
        }
    }

    /// `refresh = strict` asks that the view can follow a change of what it reads without computing all
    /// of its rows again. This operator needs them all: which rows a `limit` keeps, or what a window
    /// without `partition by` holds, may change with any row.
    ///
    /// `belvedere show` tells the class of each view: linear, bilinear, group state, key recompute,
    /// partition recompute or full.
    V0145 full_refresh(operator: &str) {
        let message = say(format!("`refresh = strict`: `{operator}` needs all rows again"));
        let help = match operator.split_once(' ') {
            _ if operator == "limit" => {
                "`distinct on { … } order by …` keeps the first row of each key instead"
            }
            Some((_, "… over")) => "`over (partition by …)` needs the rows of a partition alone",
            Some((_, "join")) => "compare columns of both sides by `==` in `on`",
            _ => "`group by { … }` needs the rows of a group alone",
        };
        message.help(help)
    }

    /// What is computed where it is read is never refreshed.
    V0146 refresh_of_view() {
        say("`refresh` of a view that is not stored").help("`materialize = table` stores it")
    }

    /// Rows are sorted by the columns of `cluster_by`, so these have an order.
    V0147 cluster_type(name: &str, ty: &Type) {
        say(format!("cannot cluster by `{name}`: `{ty}` has no order"))
            .help("cluster by a part of it, as a column of its own")
    }

    /// The files of a table hold the columns that are no partitions, so there has to be one.
    V0148 only_partitions() {
        say("every column of the view is a partition").help("leave one out of `partition_by`")
    }

    /// An option names each column once. What a table is partitioned by is the same in all rows of a
    /// file, which nothing is sorted by.
    V0149 option_twice(option: &str, name: &str, is_partition: bool) {
        if is_partition {
            say(format!("`{option}` names `{name}`, which `partition_by` names already"))
                .help("leave it out: it is the same in all rows of a file")
        } else {
            say(format!("`{option}` names `{name}` twice")).help("leave one of them out")
        }
    }
}
