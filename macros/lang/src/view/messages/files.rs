//! Schema files of tables that others write.

use super::say;
use crate::messages::messages;

messages! {
    /// A table that others write is described by a schema file, which is named in quotes, relative to
    /// the `Cargo.toml` of the package.
    V0250 file_in_quotes(form: &str) {
        say("`from` is followed by the name of a schema file in quotes").help(format!("`{form}`"))
    }

    /// A schema file is a part of the package: a path that begins at the root of a machine's disk is
    /// wrong on the next machine.
    V0251 file_outside(path: &str) {
        say(format!("`{path}` is no path inside of a package"))
            .note("a schema file is named relative to the package's `Cargo.toml`")
            .help("`\"schemas/orders.json\"`")
    }

    /// The schema file is not there or cannot be read. `belvedere schema pull URI -o FILE` writes what a
    /// Delta table holds, wherever it is; the file is committed with the view that reads it.
    V0252 file_unreadable(path: &str, reason: &str) {
        say(format!("the schema file `{path}` cannot be read: {reason}"))
            .note("its path is relative to the package's `Cargo.toml`")
            .help(format!("`belvedere schema pull URI -o {path}` writes it"))
    }

    /// A schema file is JSON; what is left of a merge is the most frequent reason why one is not.
    V0253 file_not_json(path: &str, line: usize, what: &str) {
        say(format!("`{path}`, line {line}, is no JSON: {what}"))
            .help(format!("`belvedere schema pull URI -o {path}` writes it anew"))
    }

    /// A schema file has `format`, `uri` and `columns`, a column `name`, `type` and perhaps `doc`. A type
    /// is written as in `table!`, with the fields of structs.
    V0254 file_fault(path: &str, line: usize, what: &str, help: Option<&str>) {
        let message = say(format!("`{path}`, line {line}: {what}"));
        match help {
            Some(help) => message.help(help),
            None => message,
        }
    }
}
