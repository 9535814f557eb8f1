//! What can be wrong with a re-exported function: every text, its code, its explanation.

use crate::messages::{Message, messages};

fn say(text: impl Into<String>) -> Message {
    Message::new("", text)
}

messages! {
    /// A re-exported function is written by its signature in words: DataFusion has its body.
    F0130 form(reason: &str) {
        say(format!("cannot read the signature: {reason}"))
            .help("write `pub aggregate first_value<V>(value: Option<V>) -> Option<V>;`")
    }

    /// DataFusion knows nothing of defaults but those of its window and table functions, and shows no names for
    /// variadic parameters.
    F0131 plain(name: &str) {
        say(format!("`{name}` of a re-exported function cannot be variadic, cast or omitted"))
            .help("re-export it with all its arguments")
    }

    /// DataFusion gives a function of rows further names by replacing it with one that carries them.
    /// Optimizer rules do not know that one, and it reads no settings of the session.
    F0132 no_aliases(name: &str) {
        say(format!("a re-exported function of rows or tables has no `aliases`: it is called `{name}`"))
            .help("leave them out")
            .help(format!("write `pub aggregate {name}…` where it is one"))
    }
}
