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

    /// DataFusion knows nothing of defaults, and shows no names for variadic parameters.
    F0131 plain(name: &str) {
        say(format!("`{name}` of a re-exported function cannot be variadic, cast or omitted"))
            .help("re-export it with all its arguments")
    }
}
