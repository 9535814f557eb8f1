//! What can be wrong with a table or a view: every text, its code and its explanation.
//!
//! A constructor is named after what is wrong. Its doc comment is the page that
//! `belvedere explain CODE` prints: what it means, an example, the fix. Codes are grouped: `V000…`
//! syntax, `V003…` types, `V005…` names, `V007…` expressions, `V010…` steps, `V013…` promises and
//! options, `V015…` tables. A code is never given a second meaning.

use crate::messages::{Message, messages};
use crate::suggest::nearest;
use crate::types::Type;

/// A message whose code the table fills in.
fn say(text: impl Into<String>) -> Message {
    Message::new("", text)
}

/// The message for a name that is no type of the language but is probably meant to be one.
///
/// Types of users are written `CamelCase`; other names are slips. A slip within `String`, `Bytes`
/// or `Timestamp` is refused too, though a user's own type may have that name: by a path
/// (`self::Strng`) it can still be reached.
#[must_use]
pub fn not_a_type(name: &str) -> Option<Message> {
    let meant = match name {
        "str" | "string" | "text" | "Text" | "Str" | "varchar" | "Utf8" => Some("String"),
        "boolean" | "Boolean" | "Bool" => Some("bool"),
        "int" | "bigint" | "usize" | "isize" | "i128" | "u128" | "Int64" => Some("i64"),
        "integer" | "Int32" => Some("i32"),
        "float" | "double" | "Float64" => Some("f64"),
        "date" | "Date32" | "NaiveDate" => Some("Date"),
        "timestamp" | "datetime" | "DateTime" | "NaiveDateTime" => Some("Timestamp"),
        "bytes" | "binary" | "Binary" | "blob" => Some("Bytes"),
        _ => None,
    };
    if meant.is_some() {
        return Some(wrong_type_name(name, meant));
    }
    if matches!(name, "List" | "Map" | "Option") {
        return Some(type_parameters(name));
    }
    let lower = name.starts_with(|c: char| c.is_ascii_lowercase());
    let known = nearest(name, Type::NAMES).filter(|near| lower || near.len() >= 5);
    (lower || known.is_some()).then(|| wrong_type_name(name, known))
}

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

    /// Columns take doc comments (`/// …`) and no other attributes.
    V0002 attribute_here() {
        say("only doc comments can stand here")
    }

    /// Modules called `core`, `std`, `alloc` or `belvedere` would hide the crates of these names
    /// from everything beside them, so no table or view is called so.
    V0003 reserved_module(name: &str) {
        say(format!("a table or view cannot be called `{name}`"))
            .help(format!("Rust would find it in place of the crate `{name}`; add a word"))
    }

    /// `self`, `super`, `crate`, `Self` and `_` name nothing of their own in Rust.
    V0004 not_a_name(name: &str) {
        say(format!("`{name}` cannot be a name here"))
    }

    /// Only `#[view(…)]` and doc comments stand before a view.
    V0005 unknown_attribute(name: &str) {
        say(format!("{name} is not an attribute of a view")).help(
            "`#[view(materialize = table, key = [a], partition_by = [b], tags = [c])]` is",
        )
    }

    /// What `#[view(…)]` takes: `materialize = table` or `view`, `key = [columns]`,
    /// `partition_by = [columns]`, `tags = [words]`.
    V0006 option(text: &str) {
        say(format!("`#[view(…)]`: {text}"))
    }

    /// A visibility is `pub`, `pub(crate)`, `pub(super)` or `pub(in path)`.
    V0007 visibility() {
        say("this is not a visibility").help("write `pub` or `pub(crate)`")
    }

    /// A view is a pipeline of steps, and this word begins none of them.
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
                 `order by`, `limit`, `contract`",
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
    V0010 join_without_on(relation: &str) {
        say(format!("the join with `{relation}` needs a condition"))
            .help(format!("`join {relation} as x on x.key == …`"))
    }

    /// `limit` takes a whole number as it is: `limit 100`.
    V0011 limit_number() {
        say("`limit` needs a whole number").help("`limit 100`")
    }

    /// Nothing comes after the contract, since it speaks of the view's result.
    V0012 contract_not_last() {
        say("`contract` is written once, after all other steps")
    }

    /// An operand is missing, or something stands where an operand is wanted. A column whose name
    /// is a word of the language is qualified (`c.limit`) or raw (`r#limit`).
    V0013 no_expression(found: &str) {
        say(format!("expected an expression, found {found}"))
    }

    /// `=` is no operator of views; it would be too near to the `=` before the first step.
    V0014 single_equals() {
        say("comparison is `==`")
    }

    /// An operator of another language, and the one of this language.
    V0015 operator(wrong: &str, right: &str) {
        say(format!("`{wrong}` is written `{right}`"))
    }

    /// `a < b < c` would compare a condition with `c`.
    V0016 comparison_chain() {
        say("comparisons do not chain").help("`a < b and b < c`")
    }

    /// A dot is followed by the name of a column or field.
    V0017 name_after_dot() {
        say("a column name is missing after `.`")
    }

    /// What reads a view walks its expressions recursively, so their depth is limited.
    V0018 too_deep() {
        say("this expression is nested too deeply")
            .help("compute a part of it in `derive { … }`, or write `x in (…)` for many `==`")
    }

    /// Numbers have no suffix: their type follows from where they stand.
    V0019 literal_suffix(suffix: &str) {
        say(format!("a literal has no suffix `{suffix}`"))
            .help("the type follows from the context, or `cast(1 as i32)`")
    }

    /// Constants are whole numbers, numbers with a point, texts in double quotes, `true`, `false`
    /// and `null`.
    V0020 not_a_literal() {
        say("this is not a constant of the language")
            .help("there are `1`, `1.5`, `\"text\"`, `true`, `false`, `null`")
    }

    /// Text stands in double quotes.
    V0021 char_literal(char: char) {
        let text = char.to_string();
        say("text is written in double quotes").help(format!("`{text:?}`"))
    }

    /// A path (`a::b`) names a relation, a function or a type, never a column.
    V0022 path_as_value(path: &str) {
        say(format!("`{path}` is not a column"))
            .help("columns are written `relation.column`, functions with their arguments")
    }

    /// The name of a computed column stands before it.
    V0023 name_after_as() {
        say("the name of a column stands before its value").help("`name: expression`")
    }

    /// A type name that the language does not know. Its types are `bool`, `i8` … `i64`, `u8` …
    /// `u64`, `f32`, `f64`, `String`, `Bytes`, `Date`, `Timestamp`, `List<T>`, `Map<K, V>`,
    /// `{ field: T }`, each with `Option<…>` around it where it can be null, and your own structs
    /// with `#[derive(ArrowType)]`. A struct of yours whose name is near to one of these is reached
    /// by a path: `self::Strng`.
    V0030 wrong_type_name(name: &str, meant: Option<&str>) {
        let message = say(format!("unknown column type `{name}`"));
        match meant {
            Some(meant) => message.help(format!("did you mean `{meant}`?")),
            None => message.help(
                "there is `bool`, `i64`, `f64`, `String`, `Bytes`, `Date`, `Timestamp`, `List<T>`, \
                 `Map<K, V>`, `{ field: T }`",
            ),
        }
    }

    /// A named type that nobody defines: it needs `#[derive(ArrowType)]` and has to be imported
    /// where the table or view stands.
    V0031 unknown_type(name: &str) {
        say(format!("unknown column type `{name}`"))
            .help("a struct is a column type when it has `#[derive(ArrowType)]`")
    }

    /// `List` has one parameter, `Map` two, `Option` one: `List<String>`, `Map<String, i64>`,
    /// `Option<i64>`.
    V0032 type_parameters(name: &str) {
        let form = match name {
            "List" => "`List<T>`",
            "Map" => "`Map<K, V>`",
            _ => "`Option<T>`",
        };
        say(format!("`{name}` is written {form}"))
    }

    /// Only `List`, `Map` and `Option` have parameters.
    V0033 no_type_parameters(name: &str) {
        let message = say(format!("unknown column type `{name}<…>`"));
        let meant = match name {
            "Vec" => Some("List"),
            "HashMap" | "BTreeMap" => Some("Map"),
            _ => nearest(name, ["List", "Map", "Option"]),
        };
        match meant {
            Some(meant) => message.help(format!("did you mean `{meant}<…>`?")),
            None => message.help("types with parameters are `List<T>`, `Map<K, V>`, `Option<T>`"),
        }
    }

    /// A value is null or it is not: there is one `Option` around a type.
    V0034 option_of_option() {
        say("`Option<Option<…>>` is not a column type").help("write one `Option<…>`")
    }

    /// The keys of a map are never null: `Map<String, Option<i64>>` may have null values only.
    V0035 nullable_map_key(key: &Type) {
        say("the keys of a map are never null").help(format!("write `Map<{key}, …>`"))
    }
}
