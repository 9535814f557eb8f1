//! The attributes of a parameter: constants, defaults, what is no argument of SQL.

use super::say;
use crate::messages::messages;
use crate::suggest::nearest;

messages! {
    /// An attribute that parameters do not have.
    F0050 unknown_parameter_attribute(name: &str) {
        let known = ["literal", "cast", "default", "setting", "prepared", "state"];
        let message = say(format!("a parameter has no attribute `{name}`"));
        match nearest(name, known) {
            Some(meant) => message.help(format!("did you mean `#[{meant}]`?")),
            None => message.help(
                "there is `#[literal]`, `#[literal(default = …)]`, `#[cast]`, `#[default = …]`, \
                 `#[setting(\"…\")]`, `#[prepared]`, `#[state]`",
            ),
        }
    }

    /// A default is written as a literal, so that stubs, documents and other languages can show it.
    F0051 default_not_literal() {
        say("a default is a literal").help("write a number, a text, `true`, `false` or `None`")
    }

    /// A default has the type of its parameter.
    F0052 default_type(found: &str, wanted: &str, fix: &str) {
        say(format!("the default is {found}, but the parameter is {wanted}")).help(fix)
    }

    /// SQL leaves out arguments from the end, so what follows a default has one too.
    F0053 default_before(name: &str, before: &str) {
        say(format!("`{name}` has no default, but `{before}` before it has"))
            .help(format!("give `{name}` a default, or move it before `{before}`"))
    }

    /// `#[cast]` accepts every type and gives its text; a NULL of any type is a NULL of text, which
    /// the function has to see.
    F0054 cast_not_text(found: &str) {
        say(format!("`#[cast]` gives text that may be NULL, but the parameter is `{found}`"))
            .help("take `Option<&str>`, or `&[Option<&str>]` for all the remaining arguments")
    }

    /// All the remaining arguments can be constants, of a type that SQL has: what is parsed is lent to
    /// one parameter.
    F0055 literal_variadic(found: &str) {
        say(format!("the constants of a variadic cannot be `{found}`"))
            .help("take `&[&str]`, and parse them where they are used")
    }

    /// Constants are booleans, numbers, text, or types that are parsed from text.
    F0056 literal_type(found: &str) {
        say(format!("a constant cannot be `{found}`"))
            .help("take `bool`, a number, `&str`, or a type that is `FromStr` and `Clone`")
    }

    /// What is variadic can be empty already.
    F0057 default_variadic() {
        say("a variadic parameter cannot have a default").help("its slice is empty if none is given")
    }

    /// A number that does not fit.
    F0058 default_range(value: &str, wanted: &str) {
        say(format!("the default `{value}` does not fit `{wanted}`"))
            .help("take a wider type: arguments of narrower ones are taken all the same")
    }

    /// `#[default]` is for values of each row, `#[literal(default = …)]` for constants.
    F0059 two_defaults() {
        say("a constant's default stands in `#[literal(default = …)]`").help("remove `#[default]`")
    }

    /// `values` lists the texts of a constant that is parsed: what refuses any other is its `FromStr`.
    F0060 values_not_parsed(found: &str) {
        say(format!("`values` lists what is parsed from text, but the parameter is `{found}`"))
            .help("take an enum that implements `FromStr`")
    }

    /// The default is one of the listed texts.
    F0061 default_not_listed(text: &str) {
        say(format!("the default `{text}` is not one of `values`")).help("add it to them")
    }

    /// What a function prepares and its scratch are no arguments of SQL, so they stand behind those.
    F0062 inner_last(shown: &str) {
        say(format!("a `{shown}` parameter is no argument of SQL, so it stands behind them all"))
            .help("move it to the end")
    }

    /// What is prepared is lent to all calls, scratch to one after the other.
    F0063 inner_form(shown: &str) {
        let form = match shown {
            "#[state]" => "#[state] scratch: &mut Vec<u8>",
            _ => "#[prepared] regex: &Regex",
        };
        say(format!("`{shown}` is written `{form}`"))
    }

    /// `prepare` makes something of the constants, and a parameter takes it.
    F0064 prepare_and_prepared(missing: &str) {
        match missing {
            "prepare" => say("nothing says what is prepared for `#[prepared]`")
                .help("add `#[udf(prepare = f)]`: `f` takes the constants and gives a `Result` of it"),
            _ => say("no parameter takes what `prepare` makes")
                .help("add `#[prepared] regex: &Regex` as the last parameter"),
        }
    }

    /// What is made once is made of what is known once: of constants.
    F0065 nothing_to_prepare() {
        say("`prepare` makes something of constants, and the function has none")
            .help("write `#[literal]` before the parameters that it is made of")
    }
    /// The result of a function that writes it is what it has written.
    F0066 written_result(found: &str) {
        say(format!("a function that writes into `&mut Text` gives nothing else, not `{found}`"))
            .help("return nothing, `Option<()>`, `Result<(), E>` or `Result<Option<()>, E>`: what was \
                   written is taken back for `None` and errors")
    }
    /// The settings of a session have names of three words, the first of which is ours.
    F0067 setting_name(name: &str) {
        say(format!("`{name}` is no name of a setting"))
            .help("write `belvedere.family.name`, in lower-case letters, digits and `_`")
    }

    /// A setting stands for an argument that a call leaves out.
    F0068 setting_alone(param: &str) {
        say(format!("a setting changes a default, and `{param}` has none"))
            .help("write `#[literal(default = …)]` or `#[default = …]` beside it")
    }

    /// An operator stands between two values, each of which a row may have.
    F0069 operator_arguments() {
        say("an operator is for functions of two values")
            .help("write `fn f(a: Span<'_>, b: Span<'_>) -> bool`")
    }
}
