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

    /// That every type is taken and given as text is what our adapter does, and DataFusion's functions take
    /// the types that they take.
    F0131 plain(name: &str) {
        say(format!("`{name}` of a re-exported function cannot be `any`"))
            .help("write its type, or a type parameter: `<T>(value: T)`")
    }
}
