//! What can be wrong with the text of a table or a view: words, operators and forms.

use super::say;
use crate::messages::messages;
use crate::suggest::nearest;
use crate::types::ValueType;

messages! {
    /// Something else stands where the grammar wants a certain token.
    ///
    /// ```text
    /// table! { pub files { path String } }
    ///                           ^^^^^^ expected `path: type`
    /// ```
    V0001 expected(wanted: &str, found: &str) {
        say(format!("expected {wanted}, found {found}"))
    }

    /// Columns take doc comments (`/// …`) and no other attributes; they are as visible as their table.
    V0002 attribute_here() {
        say("only doc comments can stand here")
    }

    /// Modules called `core`, `std` or `belvedere` would hide the crates of these names from
    /// everything beside them, so no table or view is called so.
    V0003 reserved_module(name: &str) {
        say(format!("a table or view cannot be called `{name}`"))
            .help(format!("Rust would find it in place of the crate `{name}`; add a word"))
    }

    /// `self`, `super`, `crate`, `Self` and `_` name nothing of their own in Rust, and a table or a
    /// view is declared without a word like `struct` or `let`.
    V0004 not_a_name(name: &str, instead: Option<&str>) {
        let message = say(format!("`{name}` cannot be a name here"));
        match instead {
            Some(form) => message.help(format!("`{form}`")),
            None if name == "_" => message.help("write a name, such as `other`"),
            None => message.help(format!("write another one, such as `{}_`", name.trim_start_matches("r#"))),
        }
    }

    /// Only `#[view(…)]`, `#[derive(…)]` for its rows and doc comments stand before a view. What Rust's
    /// other attributes say belongs outside of the macro: `#[cfg(…)] view! { … }`.
    V0005 unknown_attribute(name: &str) {
        let message = say(format!("{name} is not an attribute of a view"));
        match nearest(name.trim_matches('`'), ["view", "derive"]) {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message.help(
                "options are written `#[view(materialize = table, key = [a], partition_by = [b], \
                 tags = [c])]`",
            ),
        }
    }

    /// What `#[view(…)]` takes: `materialize = table` or `view`, `key = [columns]`,
    /// `partition_by = [columns]`, `cluster_by = [columns]`, `tags = [words]`, `owner = "text"` or a list of texts,
    /// `refresh = auto` or `strict`.
    V0006 option(attribute: &str, text: &str, advice: Option<&str>) {
        let message = say(format!("`#[{attribute}(…)]`: {text}"));
        match advice {
            Some(advice) => message.help(advice),
            None => message,
        }
    }

    /// A visibility is `pub`, `pub(crate)`, `pub(super)` or `pub(in path)`.
    V0007 visibility() {
        say("this is not a visibility").help("write `pub` or `pub(crate)`")
    }

    /// A view is a pipeline of steps, and this word or sign begins none of them.
    ///
    /// ```text
    /// from ast_calls as c wher c.bend > 3 select { c.path }
    ///                     ^^^^ did you mean `where`?
    /// ```
    V0008 unknown_step(word: &str, advice: Option<&str>, known: &[&str]) {
        let message = say(format!("`{word}` is not a step of a view"));
        match (advice, nearest(word, known.iter().copied())) {
            (Some(advice), _) => message.help(advice),
            (None, Some(near)) => message.help(format!("did you mean `{near}`?")),
            (None, None) => message.help(
                "steps are `join`, `left join`, `where`, `unnest`, `derive`, `select`, `group by`, \
                 `distinct`, `union`, `order by`, `limit`, `contract`",
            ),
        }
    }

    /// Aliases are introduced by `as`: `from ast_calls as c`.
    V0009 alias_without_as(name: &str) {
        say(format!("`{name}` is not a step of a view"))
            .help(format!("an alias is written `as {name}`"))
    }

    /// A join says which rows belong together: `join files as f on f.file_id == c.file_id`; for all
    /// pairs of rows write `on true`.
    V0010 join_without_on(relation: &str, alias: &str, equal: Option<&str>) {
        let alias_too = if relation == alias { String::new() } else { format!(" as {alias}") };
        let message = say(format!("the join with `{relation}` needs a condition"));
        match equal {
            Some(equal) => message.help(format!("`join {relation}{alias_too} on {equal}`")),
            None => message.help(format!(
                "`join {relation}{alias_too} on {alias}.key == …`, or `on true` for all pairs of rows"
            )),
        }
    }

    /// `limit` takes a whole number as it is: `limit 100`. How many rows a parameter says is a condition on
    /// their numbers: `derive { n: row_number() over (order by …) } where n <= most`.
    V0011 limit_number(advice: Option<&str>) {
        say("`limit` needs a whole number").help(advice.unwrap_or("`limit 100`"))
    }

    /// Nothing comes after the contract, since it speaks of the view's result.
    V0012 contract_not_last() {
        say("`contract` is written once, after all other steps")
    }

    /// An operand is missing, or something stands where an operand is wanted. A column whose name
    /// is a word of the language is qualified (`c.limit`) or raw (`r#limit`).
    V0013 no_expression(found: Option<&str>, column: Option<&str>) {
        let message = match found {
            Some(found) => say(format!("expected an expression, found {found}")),
            None => say("expected an expression"),
        };
        match column {
            Some(name) => message.help(format!("a column of this name is written `r#{name}`")),
            None => message,
        }
    }

    /// `=` is no operator of views; it would be too near to the `=` before the first step.
    V0014 single_equals() {
        say("comparison is `==`").help("write `==`")
    }

    /// A word or an operator of another language, and how it is written in this one. The words of
    /// the language are in lower case.
    V0015 operator(wrong: &str, right: &str) {
        say(format!("`{wrong}` is written `{right}`"))
    }

    /// `a < b < c` would compare a condition with `c`.
    V0016 comparison_chain(form: &str) {
        say("comparisons do not chain").help(format!("`{form}`"))
    }

    /// A dot is followed by the name of a column or field.
    V0017 name_after_dot() {
        say("a column name is missing after `.`")
    }

    /// What reads a view walks its expressions and types recursively, so their depth is limited: 128 levels,
    /// of which a parenthesis takes three, and each operator of a chain one. Types nest 32 deep.
    V0018 too_deep() {
        say("this is nested too deeply")
            .help("compute a part of it in `derive { … }`, or write `x in (…)` for many `==`")
    }

    /// Numbers have no suffix: their type follows from where they stand.
    V0019 literal_suffix(number: &str, suffix: &str) {
        say(format!("a literal has no suffix `{suffix}`")).help(format!(
            "`{number}`, whose type follows from the context, or `cast({number} as {suffix})`"
        ))
    }

    /// Constants are whole numbers, numbers with a point, texts in double quotes, `true`, `false`
    /// and `null`.
    V0020 not_a_literal() {
        say("this is not a constant of the language")
            .help("there are `1`, `1.5`, `\"text\"`, `true`, `false`, `null`")
    }

    /// Text stands in double quotes. In a shell, a whole query goes in single ones:
    /// `'from files where lang == "rust"'`.
    V0021 single_quotes(text: &str) {
        let plain = text.replace("''", "'");
        say("text is written in double quotes").help(format!("`{plain:?}`"))
    }

    /// A path (`a::b`) names a relation, a function or a type, never a column.
    V0022 path_as_value(path: &str) {
        say(format!("`{path}` is not a column"))
            .help("columns are written `relation.column`, functions with their arguments")
    }

    /// The name of a computed column stands before it; the type of a `cast` stands inside of it.
    V0023 name_after_as(form: Option<&str>) {
        say("the name of a column stands before its value")
            .help(format!("`{}`", form.unwrap_or("name: expression")))
    }

    /// Signs that mean something in other languages.
    V0024 no_operator(operator: &str, advice: Option<&str>) {
        let message = say(format!("`{operator}` is not an operator of views"));
        match advice {
            Some(advice) => message.help(advice),
            None => message,
        }
    }

    /// Lists of columns stand in braces, so that it can be seen where a step ends.
    V0025 braces(step: &str, form: &str) {
        say(format!("the columns of `{step}` stand in braces")).help(format!("`{form}`"))
    }

    /// Each table and each view has a macro of its own.
    V0026 one_definition(name: &str) {
        say(format!("a `{name}!` holds one {name}"))
            .help(format!("give the next one a `{name}! {{ … }}` of its own"))
    }

    /// Functions take what they work on as an argument.
    V0027 method(form: &str) {
        say("functions of views are not methods").help(format!("`{form}`"))
    }

    /// `list[n]` is an item of a list, counted from 1. A map has entries, a text has parts.
    V0028 index(shown: &str, ty: &ValueType, advice: Option<&str>) {
        let message = say(format!("`[…]` gives an item of a list, `{shown}` is `{ty}`"));
        match advice {
            Some(advice) => message.help(advice),
            None => message,
        }
    }

    /// A query in the place of a value begins with `from`, as every query does, and is no argument of a
    /// function.
    ///
    /// ```text
    /// where c.path in (from files select { path })
    /// ```
    V0029 subquery(form: Option<&str>) {
        let message = say("a query does not stand inside of another in this form");
        match form {
            Some(form) => message.help(format!("`{form}`")),
            None => message
                .help("it begins with `from`, in parentheses of its own or behind `exists` or `in`"),
        }
    }
}
