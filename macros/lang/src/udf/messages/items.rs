//! What can be a function, and of which types.

use super::say;
use crate::messages::messages;

const ARGUMENTS: &str = "arguments are `bool`, integers, floats, `Decimal<P, S>`, `&str`, \
                         `Chars<'_>`, `Json<'_>`, `&[u8]`, `[u8; N]`, `Uuid`, `Date`, `Time`, \
                         `Timestamp`, `LocalTimestamp`, `Duration`, `Interval`, `List<'_, T>`, \
                         `Map<'_, K, V>`, structs with `#[derive(ArrowType)]`, and `Option` of \
                         each";
const RESULTS: &str = "results are `bool`, integers, floats, `Decimal<P, S>`, `String`, `&str`, \
                       `Cow<'_, str>`, `Json<'_>`, `Vec<u8>`, `[u8; N]`, `Uuid`, `Date`, `Time`, \
                       `Timestamp`, `LocalTimestamp`, `Duration`, `Interval`, `Vec<T>`, `impl \
                       Iterator<Item = T>`, `BTreeMap<K, V>`, `IndexMap<K, V>`, structs with \
                       `#[derive(ArrowType)]`, and `Option` and `Result` of each";
const FIELDS: &str = "fields are `bool`, integers, floats, `Decimal<P, S>`, `String`, `&'a str`, \
                      `Json<'a>`, `Vec<u8>`, `[u8; N]`, `Uuid`, `Date`, `Time`, `Timestamp`, \
                      `LocalTimestamp`, `Duration`, `Interval`, `Vec<T>`, `BTreeMap<K, V>`, \
                      structs with `#[derive(ArrowType)]`, and `Option` of each";

/// Where a type stands: what can be there differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An argument of a function.
    Argument,
    /// The result of a function.
    Result,
    /// A field of a derived type.
    Field,
}

impl Place {
    fn forms(self) -> &'static str {
        match self {
            Self::Argument => ARGUMENTS,
            Self::Result => RESULTS,
            Self::Field => FIELDS,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Argument => "an argument of an SQL function",
            Self::Result => "the result of an SQL function",
            Self::Field => "a field of an SQL type",
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Self::Argument => "take",
            Self::Result => "return",
            Self::Field => "use",
        }
    }
}

messages! {
    /// `#[udf]` turns a function into an SQL function; it stands above nothing else.
    F0001 not_a_function(found: &str) {
        say(format!("`#[udf]` stands above a function, this is {found}"))
            .help("write `#[udf] pub fn name(argument: i64) -> i64 { … }`")
    }

    /// SQL calls a function by values, so there is no `self`.
    F0002 method() {
        say("an SQL function has no `self`").help("write a free function, outside of `impl`")
    }

    /// Answers are waited for row by row: whole columns and the rows of a table come from code that
    /// runs to its end.
    F0003 asynchronous() {
        say("a table function and a function over whole columns cannot be `async`")
            .help("write `#[udf] async fn` over the values of a row")
    }

    /// The loop that calls a function is safe code.
    F0004 not_plain(word: &str) {
        say(format!("an SQL function cannot be `{word}`")).help(format!("remove `{word}`"))
    }

    /// A type parameter stands for every type, or for every type with an order; the function is
    /// compiled once for all of them, so there is nothing else that could be asked of it.
    F0005 generic(name: &str) {
        say(format!("the type parameter `{name}` has the bound `Value` or `SortValue`, and no other"))
            .help(format!(
                "write `{name}: Value`, or `{name}: SortValue` to compare its values; for a single \
                 type, take that type"
            ))
    }

    /// The name of an argument is its name in SQL: `f(width => 3)`.
    F0006 no_name() {
        say("an argument of an SQL function needs a name").help("write `name: type`")
    }

    /// A function without a result has nothing to give to SQL.
    F0007 no_result() {
        say("an SQL function needs a result").help(RESULTS)
    }

    /// The loop is compiled for up to twelve arguments; a variadic takes any number.
    F0008 too_many(count: usize) {
        say(format!("an SQL function has at most 12 arguments, this has {count}"))
            .help("take a struct with `#[derive(ArrowType)]`, or a trailing `&[T]`")
    }

    /// Everything that is generated for a function lies in a module of its name, and a module of
    /// this name would hide a crate.
    F0009 module_name(name: &str) {
        say(format!("a function cannot be called `{name}` in Rust: its module would hide the crate"))
            .help(format!("call it `{name}_` and add `#[udf(name = \"{name}\")]`"))
    }

    /// A type that SQL does not have.
    F0010 unsupported(ty: &str, place: Place) {
        let message = say(format!("`{ty}` cannot be {}", place.name()));
        match meant(ty, place) {
            _ if ty.trim_start_matches('&').starts_with('(') && ty != "()" => message.help(format!(
                "{} a struct with `#[derive(ArrowType)]`, whose fields have names",
                place.verb()
            )),
            Some(meant) => message.help(format!("{} `{meant}`", place.verb())),
            None => message.help(place.forms()),
        }
    }

    /// Values are handed over, not lent: `i64` instead of `&i64`, a struct instead of `&Struct`.
    F0011 reference(ty: &str, meant: &str) {
        say(format!("an argument is taken by value, not as `&{ty}`")).help(format!("take `{meant}`"))
    }

    /// Nothing outside of the function sees what it does to its arguments.
    F0012 mutable() {
        say("an argument cannot be `&mut`").help(
            "take it by value and return the new value; `#[state]` marks scratch, and `out: &mut Text` \
             is written into",
        )
    }

    /// A value is NULL or it is not: there is one `Option` around a type.
    F0013 option_of_option() {
        say("`Option<Option<…>>` is no SQL type").help("write one `Option<…>`")
    }

    /// The keys of a map are never NULL.
    F0014 nullable_key() {
        say("the keys of a map are never NULL").help("take the `Option` off the key")
    }

    /// A slice takes all the remaining arguments, so nothing can follow it.
    F0015 variadic_not_last(name: &str, item: &str) {
        say(format!("`{name}` takes all the remaining arguments, so it must be the last"))
            .help(format!("move it to the end, or take a list: `{name}: List<'_, {item}>`"))
    }

    /// `Result` says that a function can fail; an argument cannot.
    F0016 result_inside() {
        say("`Result` can only be around the whole result")
            .help("write `Result<Option<T>, E>` for a function that fails or gives NULL")
    }

    /// A type with the wrong number of parameters.
    F0017 type_parameters(name: &str, form: &str) {
        say(format!("`{name}` is written `{form}`"))
    }

    /// A list of choices is decided when the query is planned.
    F0018 borrowed_slice() {
        say("the result cannot borrow from the slice of a variadic argument")
            .help("borrow from its items: `fn f<'a>(rest: &[&'a str]) -> &'a str`")
    }

    /// SQL has no constants among types: the function is compiled once.
    F0019 constant_param(name: &str) {
        say(format!("an SQL function cannot have the constant parameter `{name}`"))
            .help(format!("take it as an argument: `#[literal] {}: i64`", name.to_lowercase()))
    }

    /// A type parameter stands for what a call has in its place, so an argument has to have it.
    F0020 unbound(name: &str) {
        say(format!("no argument says what `{name}` is"))
            .help(format!("take a `{name}`, `Option<{name}>`, or `List<'_, {name}>`"))
    }

    /// A type parameter would hide the type of this name.
    F0021 taken_param(name: &str) {
        say(format!("`{name}` is a type of the language already"))
            .help("give the type parameter another name, such as `T`")
    }

    /// A struct of any fields as a result has those that a function says when a call is planned.
    F0022 open_result() {
        say("nothing says which fields the result has")
            .help(
                "add `#[udf(returns = f)]` with \
                 `fn f(call: &udf::Planned<'_>) -> udf::Result<udf::Fields>`",
            )
    }

    /// What is inside of a list, a map or another struct is read by its type.
    F0023 any_struct_inside() {
        say("`AnyStruct` is a whole argument or a whole result")
            .help("take a struct with `#[derive(ArrowType)]`, or a type parameter, `T: Value`")
    }

    /// Rows of no argument have no struct to take fields from.
    F0024 no_struct() {
        say("an `AnyStruct` is a part of one that the function takes")
            .help("take it as an argument: `value: AnyStruct<'_>`")
    }

    /// A decimal has 1 to 38 digits, and no more of them behind the point than in all. Signatures are
    /// texts, so both are written as numbers.
    F0025 wrong_decimal(reason: &str) {
        say(reason).help("`Decimal<12, 2>` is a number of 12 digits, 2 of them behind the point")
    }

    /// Bytes of a fixed width are `[u8; N]`, with the number of bytes written as a number: signatures are
    /// texts.
    F0026 wrong_width(reason: &str) {
        say(reason).help("`[u8; 16]` is 16 bytes in each row; `&[u8]` is any number of them")
    }

    /// Bounds hold at least one result.
    F0027 empty_bounds(low: &str, high: &str) {
        say(format!("no number lies from {low} to {high}"))
            .help(format!("write the smaller bound first: `bounds = {high}..={low}`"))
    }

    /// How many rows a batch has is seen in its columns. A function of rows is called for each: with
    /// `volatility = volatile` each row gets a value of its own.
    F0028 columns_none() {
        say("a function over whole columns without one cannot know how many rows there are")
            .help("give it an argument, or write a function of rows, `fn f() -> f64`")
    }

    /// The bounds of results are values of their type.
    F0029 bound(value: &str, ty: &str) {
        say(format!("the bound `{value}` is no value of `{ty}`"))
            .help(format!("write bounds of `{ty}`, such as `bounds = 0..=100` or `bounds = 0..`"))
    }
}

/// What somebody most likely meant by a type that SQL does not have.
fn meant(ty: &str, place: Place) -> Option<&'static str> {
    let text = if place == Place::Argument { "&str" } else { "String" };
    Some(match ty {
        "usize" | "isize" => "i64",
        "i128" | "u128" => "Decimal<38, 0>",
        "char" | "str" | "&String" | "Chars" => text,
        "HashMap" | "IndexMap" if place == Place::Argument => "Map<'_, K, V>",
        "HashMap" | "IndexMap" => "BTreeMap<K, V>",
        "BTreeMap" if place == Place::Argument => "Map<'_, K, V>",
        "HashSet" | "BTreeSet" | "VecDeque" if place != Place::Argument => "Vec<T>",
        "List" if place != Place::Argument => "Vec<T>",
        "Map" if place != Place::Argument => "BTreeMap<K, V>",
        "Cow" | "PathBuf" => text,
        "Duration" => "belvedere::Duration",
        "NaiveDate" => "Date",
        "NaiveDateTime" | "DateTime" | "SystemTime" => "Timestamp",
        _ => return None,
    })
}
