//! Derived types, and doc comments.

use super::say;
use crate::messages::messages;

messages! {
    /// SQL has structs with named fields.
    F0070 not_a_struct(derive: &str, found: &str) {
        say(format!("`#[derive({derive})]` needs a struct with named fields, this is {found}"))
            .help("write `struct Name { field: i64 }`")
    }

    /// One lifetime is fine, for text that is read in place, and type parameters without bounds; the
    /// columns of a row have types that everybody knows.
    F0071 generic_struct(derive: &str, name: &str) {
        let message = say(format!("`#[derive({derive})]` cannot have the parameter `{name}`"));
        match derive {
            "ArrowType" => message
                .help("a derived type has type parameters without bounds, and at most one lifetime"),
            _ => message.help("a row has no type parameters, and at most one lifetime"),
        }
    }

    /// Arrow has no struct without fields that all its writers accept.
    F0072 no_fields(derive: &str) {
        say(format!("`#[derive({derive})]` needs at least one field"))
    }

    /// A type of the language has this name, and texts could not tell the two apart.
    F0073 taken_name(name: &str) {
        say(format!("`{name}` is a type of the language already")).help("give the struct another name")
    }

    /// An example is a statement, a line `----`, and the rows that it gives, one a line.
    F0090 example_form() {
        say("an example of SQL has no line `----` between the statement and its rows")
            .help("write the statement, `----`, then the rows, values separated by a space")
    }
}
