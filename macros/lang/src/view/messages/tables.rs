//! Columns that a table cannot have.

use super::say;
use crate::messages::messages;
use crate::types::{IntType, Type};

/// The signed integer that holds the values of an unsigned one, or the widest there is.
pub(super) fn signed_instead(unsigned: &Type) -> &'static str {
    match unsigned {
        Type::Int(IntType::U8) => "i16",
        Type::Int(IntType::U16) => "i32",
        _ => "i64",
    }
}

messages! {
    /// A table has at least one column.
    V0150 no_columns() {
        say("a table has at least one column").help("`{ column: type, … }`")
    }

    /// The columns of a table, and the fields of a struct, have different names.
    V0151 column_twice(name: &str) {
        say(format!("`{name}` is defined twice"))
    }

    /// Delta Lake has no unsigned integers, so the columns of relations have none.
    V0152 unsigned_in_table(name: &str, part: &Type, whole: bool) {
        let signed = signed_instead(part);
        let message = say(format!("column `{name}` is unsigned, which Delta Lake cannot store"));
        if whole {
            message.help(format!("`{name}: {signed}` holds all its values"))
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
}
