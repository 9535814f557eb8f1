//! Columns that a table cannot have.

use super::say;
use crate::messages::messages;
use crate::types::{IntType, Type};

/// The type that is stored in the place of one that Delta Lake does not have.
pub(super) fn stored_instead(part: &Type) -> &'static str {
    match part {
        Type::Int(IntType::U8) => "i16",
        Type::Int(IntType::U16) => "i32",
        Type::Interval => "String",
        Type::FixedBytes(_) | Type::Uuid => "Bytes",
        _ => "i64",
    }
}

/// Why it is not stored.
pub(super) fn cannot_store(part: &Type) -> &'static str {
    match part {
        Type::Int(_) => "is unsigned, which Delta Lake cannot store",
        _ => "is of a type that Delta Lake cannot store",
    }
}

/// What the type that is stored instead holds.
fn holds(part: &Type) -> &'static str {
    match part {
        Type::Int(_) => "holds all its values",
        Type::Interval => "has its text",
        Type::FixedBytes(_) | Type::Uuid => "has its bytes",
        _ => "counts its microseconds",
    }
}

messages! {
    /// A table has at least one column.
    V0150 no_columns() {
        say("a table has at least one column").help("`{ column: type, … }`")
    }

    /// The columns of a table, and the fields of a struct, have different names.
    V0151 column_twice(name: &str) {
        say(format!("`{name}` is defined twice")).help("give one of them another name")
    }

    /// Delta Lake has no unsigned integers, no times of the day, no lengths of time and no bytes of a
    /// fixed width, so the columns of relations have none.
    V0152 unstorable_in_table(name: &str, part: &Type, whole: bool) {
        let message = say(format!("column `{name}` {}", cannot_store(part)));
        if whole {
            message.help(format!("`{name}: {}` {}", stored_instead(part), holds(part)))
        } else {
            message.note(format!("there is `{part}` in it"))
        }
    }

    /// A struct type with a name is a Rust struct with `#[derive(ArrowType)]`, so that functions
    /// can take it; a struct without a name is written with its fields alone.
    V0153 named_struct_inline(name: &str) {
        say(format!("the fields of `{name}` do not belong here")).help(format!(
            "write `{name}`, a struct with `#[derive(ArrowType)]`, or the fields without the name"
        ))
    }

    /// A table has doc comments and `#[table(key = […])]` before its name: how it is stored is said where
    /// it is filled, and views have options of their own.
    V0154 table_attribute(name: &str) {
        say(format!("{name} is not an attribute of a table"))
            .help("`#[table(key = [a])]` names the columns that identify a row")
    }

    /// A run looks at the rows that it writes. Those of a table that others write are theirs, and are as
    /// they are found.
    V0155 asked_of_file() {
        say("a table that others write has no `key` and no `audit`")
            .help("audit a view of it: `view! { pub v = from … audit { … } }`")
    }
}
