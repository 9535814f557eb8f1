//! What can be wrong with a spec before it is a text: every message, its code and its explanation.

use crate::messages::{Message, messages};

fn say(text: impl Into<String>) -> Message {
    Message::new("", text)
}

messages! {
    /// A spec is JSON of the forms of its version: names that no form has are refused, and so is
    /// whatever has another form than its place wants. `docs/spec.schema.json` tells an editor what
    /// can stand where.
    V0300 unreadable(what: &str) {
        say(format!("the spec cannot be read: {what}"))
    }

    /// Names of columns, relations, functions and parameters are names and nothing else: what an
    /// operator or a constant is has a form of its own.
    V0301 no_name(name: &str) {
        let message = say(format!("`{name}` is no name"));
        match name {
            "" => message.help("a name has a letter at least"),
            _ => {
                let form = "letters, digits and `_`, no digit first; a dot comes between two";
                message.help(form)
            },
        }
    }

    /// A program reads specs of one version. A later one has forms that it does not know.
    V0302 other_version(found: u64, known: u32) {
        say(format!("the spec has version {found}, and this program reads version {known}"))
    }

    /// What has a syntax of its own in the language has a form of its own in a spec.
    V0303 not_a_function(name: &str, form: &str) {
        say(format!("`{name}` is no function")).help(format!("it has a form of its own: `{form}`"))
    }

    /// Two parts of a form belong together, or exclude each other.
    V0304 misfit(what: &str, help: &str) {
        say(what).help(help)
    }

    /// The parameters of a template stand for columns and constants; a parameter for several
    /// columns takes a list of them.
    V0305 no_template_argument() {
        say("a template takes constants and columns")
            .help("`3`, `{\"column\": \"size\"}` or `[{\"column\": \"path\"}, …]`")
    }

    /// Such a step is a use of a template over what the steps before it give, which has to have a
    /// name in the text: only the steps of the query itself and of a `with` have one.
    V0306 template_inside(step: &str) {
        say(format!("`{step}` cannot stand in a query inside of another"))
            .help("give the query a name, in `with`, and read it by its name")
    }

    /// A text is always a constant: a column has a form of its own. An entry that is a constant
    /// needs a name.
    V0307 bare_text(text: &str, is_name: bool) {
        let message = say(format!("`\"{text}\"` is a text, not a column"));
        let constant = format!("the text is `{{\"name\": \"…\", \"value\": \"{text}\"}}`");
        match is_name {
            true => message.help(format!("the column is `{{\"column\": \"{text}\"}}`, {constant}")),
            false => message.help(constant),
        }
    }
}
