//! What can be wrong with a table or a view: every text, its code and its explanation.
//!
//! A constructor is named after what is wrong. Its doc comment is the page that
//! `belvedere explain CODE` prints: what it means, an example, the fix. Codes are grouped: `V000…`
//! syntax, `V003…` types, `V005…` names, `V007…` expressions, `V010…` steps, `V013…` promises and
//! options, `V015…` tables. A code is never given a second meaning.

use crate::messages::{Message, messages};
use crate::suggest::{listed, nearest};
use crate::types::{IntType, Type, ValueType};

/// A message whose code the table fills in.
fn say(text: impl Into<String>) -> Message {
    Message::new("", text)
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// The text of the unsigned one of two integers that have no common type.
fn unsigned_of<'a>(left: (&'a str, &Type), right: (&'a str, &Type)) -> &'a str {
    if left.1.unsigned_part().is_some() { left.0 } else { right.0 }
}

/// The signed integer that holds the values of an unsigned one, or the widest there is.
fn signed_instead(unsigned: &Type) -> &'static str {
    match unsigned {
        Type::Int(IntType::U8) => "i16",
        Type::Int(IntType::U16) => "i32",
        _ => "i64",
    }
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
    // `Strings` may well be a type of its own, `Strng` is not.
    let slip = |near: &&str| lower || (near.len() >= 5 && !name.starts_with(*near));
    let known = nearest(name, Type::NAMES).filter(slip);
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
    V0013 no_expression(found: Option<&str>) {
        match found {
            Some(found) => say(format!("expected an expression, found {found}")),
            None => say("expected an expression"),
        }
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

    /// What reads a view walks its expressions and types recursively, so their depth is limited.
    V0018 too_deep() {
        say("this is nested too deeply")
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

    /// A name that is no column of the row. What a row has changes from step to step: `select` and
    /// `group by` replace it, `derive`, `join` and `unnest` add to it.
    V0050 unknown_column(name: &str, place: &str, near: Option<&str>, known: &str) {
        let message = say(format!("no column `{name}` in {place}"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => message,
            None => message.help(format!("there is {known}")),
        }
    }

    /// The relation has no such column, another one of the view has.
    ///
    /// ```text
    /// join files as f on … select { c.size }
    ///                                 ^^^^ `files` has one: `f.size`
    /// ```
    V0051 column_elsewhere(name: &str, place: &str, owner: Option<&str>, path: &str) {
        let message = say(format!("no column `{name}` in {place}"));
        match owner {
            Some(owner) => message.help(format!("`{owner}` has one: `{path}`")),
            None => message.help(format!("the view has one of its own: `{path}`")),
        }
    }

    /// Two relations of the view have a column of this name.
    V0052 ambiguous_column(name: &str, first: &str, second: &str) {
        say(format!("`{name}` is ambiguous")).help(format!("write {first} or {second}"))
    }

    /// A qualifier that names no relation of the view.
    V0053 unknown_relation(alias: &str, near: Option<&str>) {
        let message = say(format!("no relation `{alias}` in this view"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message,
        }
    }

    /// A relation with an alias is spoken of by its alias alone, since it may be read twice.
    V0054 relation_by_alias(name: &str, alias: &str) {
        say(format!("no relation `{name}` in this view"))
            .help(format!("it is called `{alias}` here"))
    }

    /// `select` and `group by` make a new row, whose columns belong to no relation.
    V0055 no_qualifier(alias: &str, step: &str) {
        say(format!("no relation `{alias}` in this view"))
            .help(format!("after `{step}` columns have no qualifier"))
    }

    /// Each relation of a view, and each column that `unnest` makes, has a name of its own.
    V0056 alias_taken(name: &str) {
        say(format!("`{name}` is already the name of another relation in this view"))
            .help("give this one its own name with `as`")
    }

    /// `derive` and `unnest` add columns; one that is there already cannot be replaced, since both
    /// would be called the same.
    V0057 column_exists(name: &str, step: &str) {
        say(format!("`{step}` adds a column `{name}`, and there is one already"))
            .help("give it another name, or replace the row by `select { … }`")
    }

    /// The columns of a result have different names.
    V0058 duplicate_column(name: &str, written: &str) {
        say(format!("two columns of the result are called `{name}`"))
            .help(format!("give one another name, for instance `{name}_2: {written}`"))
    }

    /// A join leaves the columns of both sides, which need a `select` when they share a name.
    V0059 duplicate_result(name: &str, path: &str) {
        say(format!("two columns of the result are called `{name}`"))
            .help(format!("add `select {{ … }}` and name one apart: `{name}_2: {path}`"))
    }

    /// The group keys are columns of the result already.
    V0060 key_twice(name: &str) {
        say(format!("two columns of the result are called `{name}`"))
            .help("group keys are in the result without being listed again")
    }

    /// A computed column needs a name.
    V0061 unnamed_expression() {
        say("give this expression a column name: `name: expression`")
    }

    /// A view that read itself would have to be computed before it is computed.
    V0062 reads_itself(name: &str) {
        say(format!("view `{name}` reads itself"))
    }

    /// A struct has no field of this name.
    V0063 unknown_field(name: &str, ty: &Type, known: &[&str]) {
        let message = say(format!("no field `{name}` in `{ty}`"));
        match nearest(name, known.iter().copied()) {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message.help(format!("there is {}", listed(known.iter().copied()))),
        }
    }

    /// Only structs have fields.
    V0064 no_fields(shown: &str, ty: &ValueType) {
        let message = say(format!("`{shown}` is `{ty}`, which has no fields"));
        match &ty.ty {
            Type::List(_) => message.help(format!("`unnest {shown} as x` gives a row for each item")),
            Type::Map(..) => {
                message.help(format!("`unnest map_entries({shown}) as kv` gives a row for each key"))
            }
            _ => message,
        }
    }

    /// `where`, `on`, `when`, `and`, `or` and `not` take conditions.
    V0070 not_a_condition(what: &str, ty: &ValueType) {
        say(format!("`{what}` needs a condition (`bool`), this is `{ty}`"))
    }

    /// `null` takes its type from where it stands; on its own it has none.
    V0071 untyped_null() {
        say("`null` has no type here").help("`cast(null as String)`")
    }

    /// A whole number between -9223372036854775808 and 18446744073709551615 is wanted.
    V0072 number_too_large() {
        say("this number does not fit into 64 bits")
    }

    /// Arithmetic is for numbers.
    V0073 needs_number(operator: &str, ty: &ValueType) {
        let message = say(format!("`{operator}` needs numbers, this is `{ty}`"));
        match (operator, &ty.ty) {
            ("+", Type::String) => message.help("texts are joined by `concat(a, b)`"),
            ("-", Type::Int(_)) => message.help("it has no negative values: `cast(… as i64)`"),
            _ => message,
        }
    }

    /// A value of one type could be lost in the other, so one of them has to be converted.
    V0074 no_common_number(operator: &str, left: (&str, &Type), right: (&str, &Type)) {
        say(format!("`{operator}` cannot join `{}` and `{}`", left.1, right.1))
            .note(format!("`{}` is `{}`, `{}` is `{}`", left.0, left.1, right.0, right.1))
            .help(format!("`cast({} as i64)`, if its values fit", unsigned_of(left, right)))
    }

    /// Arithmetic with `null` always gives NULL.
    V0075 null_operand(operator: &str) {
        say(format!("`{operator}` with `null` is always null"))
    }

    /// Two values are compared when they have one type or a number widens to the other's.
    V0076 not_comparable(left: (&str, &ValueType), right: (&str, &ValueType)) {
        let message = say(format!("cannot compare `{}` with `{}`", left.1, right.1))
            .note(format!("`{}` is `{}`, `{}` is `{}`", left.0, left.1, right.0, right.1));
        match (&left.1.ty, &right.1.ty) {
            (Type::Int(_), Type::Int(_)) => {
                let wrong = unsigned_of((left.0, &left.1.ty), (right.0, &right.1.ty));
                message.help(format!("`cast({wrong} as i64)`, if its values fit"))
            }
            (Type::Timestamp, Type::Date | Type::String) | (Type::Date, Type::String) => {
                message.help(format!("`cast({} as {})`", right.0, left.1.ty))
            }
            (Type::Date | Type::String, Type::Timestamp) | (Type::String, Type::Date) => {
                message.help(format!("`cast({} as {})`", left.0, right.1.ty))
            }
            _ => message,
        }
    }

    /// Lists, maps and structs are not compared as a whole.
    V0077 no_comparison(ty: &Type) {
        let message = say(format!("values of type `{ty}` cannot be compared"));
        match ty {
            Type::Struct(_) => message.help("compare their fields"),
            _ => message,
        }
    }

    /// NULL is equal to nothing, not even to NULL: the comparison is never true.
    V0078 compared_with_null(other: &str, negated: bool) {
        let form = if negated { "is not null" } else { "is null" };
        say("a comparison with `null` is never true").help(format!("`{other} {form}`"))
    }

    /// The type of this value says that it is never NULL.
    V0079 never_null(shown: &str, ty: &ValueType, negated: bool) {
        if ty.ty == Type::Null {
            say("`null` is always null")
        } else {
            say(format!("`{shown}` is `{ty}` and is never null: this is always {negated}"))
        }
    }

    /// Nothing is in an empty list.
    V0080 empty_in() {
        say("`in ()` is always false").help("`in (a, b)`")
    }

    /// `like` compares texts; `%` is any text, `_` any character.
    V0081 like_needs_text(ty: &ValueType) {
        say(format!("`like` compares texts, this is `{ty}`"))
            .help("`cast(… as String) like \"%x%\"`")
    }

    /// All values of a `case` have one type.
    V0082 branches_differ(before: &Type, here: &Type) {
        say(format!("the branches of `case` differ: `{before}` before, `{here}` here"))
    }

    /// `cast` keeps nulls as they are; `try_cast` adds them.
    V0083 cast_to_option(ty: &Type) {
        say(format!("a cast names the type alone: `{ty}`"))
            .help("the result can be null where the value can; `try_cast` gives null on failure")
    }

    /// Casts are between numbers, text, `bool`, between `Date`, `Timestamp` and text, and between
    /// `Bytes` and text.
    V0084 no_cast(from: &Type, to: &Type) {
        say(format!("there is no cast from `{from}` to `{to}`"))
    }

    /// A function is called with too few or too many arguments.
    V0085 arity(name: &str, least: usize, most: Option<usize>, given: usize, signature: &str) {
        let wanted = match most {
            None => format!("at least {least} argument{}", plural(least)),
            Some(most) if most == least => format!("{least} argument{}", plural(least)),
            Some(most) => format!("{least} to {most} arguments"),
        };
        say(format!("`{name}` takes {wanted}, {given} given"))
            .note(format!("the function is {signature}"))
    }

    /// An argument has another type than the parameter.
    V0086 argument_type(
        function: &str, param: &str, wanted: &str, ty: &ValueType, signature: &str
    ) {
        say(format!("`{function}`: argument `{param}` must be {wanted}, this is `{ty}`"))
            .note(format!("the function is {signature}"))
    }

    /// The function prepares itself once for the value of this parameter, so it is a constant.
    V0087 not_a_constant(function: &str, param: &str) {
        say(format!("`{function}`: argument `{param}` must be a constant"))
    }

    /// `f(x => 1)` names a parameter of `f`.
    V0088 unknown_parameter(function: &str, name: &str, known: &[&str]) {
        let message = say(format!("`{function}` has no parameter `{name}`"));
        match nearest(name, known.iter().copied()) {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => message,
            None => message.help(format!("there is {}", listed(known.iter().copied()))),
        }
    }

    /// After a named argument the others have to be named too.
    V0089 positional_after_named(function: &str) {
        say(format!("`{function}`: an argument without a name after one with a name"))
            .help("name this one too: `name => value`")
    }

    /// Each parameter takes one argument.
    V0090 argument_twice(function: &str, param: &str) {
        say(format!("`{function}`: argument `{param}` is given twice"))
    }

    /// An aggregate computes one value for a group of rows; other steps see one row at a time.
    V0091 aggregate_in_step(name: &str, step: &str) {
        let message = say(format!("aggregate `{name}` in `{step}`"));
        match step {
            "where" => message.help(
                "filter on the aggregated column after `aggregate { … }`: \
                 `aggregate { x: … } where x > …`",
            ),
            _ => message.help("compute it in `group by { … } aggregate { … }`"),
        }
    }

    /// The argument of an aggregate is computed for each row.
    V0092 nested_aggregate(name: &str, outer: &str) {
        say(format!("aggregate `{name}` inside of aggregate `{outer}`"))
            .help("aggregate once, then again in a second `group by { … } aggregate { … }`")
    }

    /// `distinct` counts equal arguments of an aggregate once.
    V0093 distinct_of_scalar(name: &str) {
        say(format!("`distinct` in `{name}`, which is not an aggregate"))
    }

    /// The engine computes this aggregate over all values only.
    V0094 no_distinct(name: &str) {
        say(format!("`{name}` has no `distinct`"))
    }

    /// Maps have no equality.
    V0095 not_groupable(what: &str, ty: &Type) {
        say(format!("`{what}` cannot tell values of type `{ty}` apart"))
    }

    /// The number of rows is `count()`; `count(x)` counts the rows where `x` is not null.
    V0096 count_star() {
        say("the number of rows is written `count()`")
    }

    /// A view begins with the relation that it reads.
    V0100 starts_with_from() {
        say("a view begins with `from`").help("`from relation as r`")
    }

    /// A view reads one relation by `from` and further ones by `join`.
    V0101 second_from() {
        say("a view has one `from`").help("`join relation as r on …` reads another relation")
    }

    /// A view has at least a `from`.
    V0102 no_steps() {
        say("this view has no steps").help("`from relation as r select { … }`")
    }

    /// `unnest` makes a row for each item of a list.
    V0103 unnest_needs_list(shown: &str, alias: &str, ty: &ValueType) {
        let message = say(format!("`unnest` needs a list, this is `{ty}`"));
        match &ty.ty {
            Type::Map(key, value) => message.help(format!(
                "`unnest map_entries({shown}) as {alias}` gives `{alias}.key: {key}` and \
                 `{alias}.value: {value}`"
            )),
            _ => message,
        }
    }

    /// In `aggregate { … }` a column is a group key or the argument of an aggregate: a group has
    /// many rows, and one value has to be chosen.
    V0104 not_grouped(shown: &str, keys: &[&str], ordered: bool) {
        let keys = match keys {
            [] => "there are no group keys".to_owned(),
            [one] => format!("the group key is `{one}`"),
            several => format!("the group keys are {}", listed(several.iter().copied())),
        };
        let pick = if ordered { format!("`min({shown})`, ") } else { String::new() };
        say(format!("`{shown}` is neither a group key nor inside an aggregate function ({keys})"))
            .help(format!(
                "add it to `group by {{ … }}`, or pick one value: {pick}`any_value({shown})`, or \
                 all: `list_of({shown})`"
            ))
    }

    /// Rows are grouped by values that can be told apart; maps cannot.
    V0105 not_a_key(shown: &str, ty: &Type) {
        say(format!("cannot group by `{shown}`: values of type `{ty}` cannot be compared"))
    }

    /// Rows are sorted by numbers, texts, times and `bool`.
    V0106 not_ordered(shown: &str, ty: &Type) {
        let message = say(format!("cannot order by `{shown}`: values of type `{ty}` have no order"));
        match ty {
            Type::Struct(_) => message.help("order by its fields"),
            _ => message,
        }
    }

    /// A stored table has no order: whoever reads it sorts. With `limit` the order decides which
    /// rows are kept.
    V0107 order_without_limit() {
        say("`order by` without `limit`: a stored table has no order")
            .help("add `limit n`, or leave the order to whoever reads the view")
    }

    /// A star stands for columns where columns are selected.
    V0108 star_outside_select(step: &str) {
        say(format!("`*` in `{step}`")).help("name the columns; a star is for `select`")
    }

    /// A row has at least one column.
    V0109 empty_select() {
        say("`select` of no columns")
    }

    /// The contract promises a column that the view does not give.
    V0130 promise_missing(name: &str, near: Option<&str>) {
        let message = say(format!("the contract promises column `{name}`, the view does not have it"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message,
        }
    }

    /// A contract lists all columns of its view.
    V0131 not_promised(column: &str) {
        say(format!("column `{column}` is not in the view's contract"))
    }

    /// The columns of a contract have different names.
    V0132 promised_twice(name: &str) {
        say(format!("the contract promises `{name}` twice"))
    }

    /// A contract lists the columns in the order of the view.
    V0133 promise_order(position: usize, promised: &str, given: &str) {
        say(format!("the contract's column {position} is `{promised}`, the view's is `{given}`"))
            .help("list the columns in the order of the view")
    }

    /// A column of the view has another type than the contract promises.
    V0134 promise_type(name: &str, promised: &ValueType, given: &ValueType) {
        let message =
            say(format!("the contract promises `{name}: {promised}`, the view gives `{name}: {given}`"));
        if promised.ty.is_plain() && given.ty.is_plain() {
            message.help(format!("promise `{given}`, or convert it: `cast({name} as {})`", promised.ty))
        } else {
            message.help(format!("promise `{given}`"))
        }
    }

    /// A column of the view can be null, the contract promises that it is not.
    V0135 promise_nullable(name: &str, promised: &ValueType, given: &ValueType) {
        say(format!("the contract promises `{name}: {promised}`, the view gives `{name}: {given}`"))
            .help(format!(
                "`{name}` can be null; give it a default with `coalesce({name}, …)` or promise \
                 `{given}`"
            ))
    }

    /// The struct that types the view has a field that the view does not give.
    V0136 field_missing(field: &str, row: &str, near: Option<&str>) {
        let message = say(format!("the view has no column for the field `{field}` of `{row}`"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message.help(format!("add `{field}: …` to its `select`")),
        }
    }

    /// The view gives a column for which the struct that types it has no field.
    V0137 no_such_field(column: &str, row: &str) {
        say(format!("`{row}` has no field for the column `{column}`"))
    }

    /// The columns stand in the order of the struct's fields.
    V0138 field_order(column: &str, field: &str, row: &str) {
        say(format!("the column `{column}` stands where `{row}` has its field `{field}`"))
            .help("list the columns in the order of the fields")
    }

    /// A column has another type than the field of the struct that types the view.
    V0139 field_type(name: &str, row: &str, field: &ValueType, given: &ValueType) {
        say(format!("`{row}` has `{name}: {field}`, the view gives `{name}: {given}`"))
    }

    /// A column can be null, the field of the struct that types the view cannot.
    V0140 field_nullable(name: &str, row: &str, field: &ValueType, given: &ValueType) {
        say(format!("`{row}` has `{name}: {field}`, the view gives `{name}: {given}`")).help(format!(
            "`{name}` can be null; give it a default with `coalesce({name}, …)` or make the field \
             `{given}`"
        ))
    }

    /// `key` and `partition_by` name columns of the result.
    V0141 option_column(option: &str, name: &str, near: Option<&str>) {
        let message = say(format!("`{option}` names `{name}`, which is not a column of the view"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message,
        }
    }

    /// The values of a partition column become names of folders.
    V0142 nested_partition(name: &str, ty: &Type) {
        say(format!("cannot partition by `{name}`: it is `{ty}`"))
    }

    /// A view that is not stored has no partitions.
    V0143 partition_of_view() {
        say("`partition_by` of a view that is not stored").help("`materialize = table` stores it")
    }

    /// Delta Lake has no unsigned integers, so the columns of relations have none.
    V0144 unsigned_column(name: &str, ty: &ValueType, part: &Type, whole: bool) {
        let signed = signed_instead(part);
        let message = say(format!("column `{name}: {ty}` is unsigned, which Delta Lake cannot store"));
        if whole {
            message.help(format!("`{name}: cast(… as {signed})`"))
        } else {
            message.note(format!("there is `{part}` in it"))
        }
    }

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
