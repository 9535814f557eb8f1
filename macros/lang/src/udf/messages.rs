//! What can be wrong with a function or a derived type: every text, its code, its explanation.
//!
//! Codes are grouped: `F000…` what can be a function, `F001…` types, `F003…` attributes of the
//! function, `F005…` attributes of a parameter, `F007…` derived types, `F009…` doc comments.

use crate::messages::{Message, messages};
use crate::suggest::{listed, nearest};

fn say(text: impl Into<String>) -> Message {
    Message::new("", text)
}

const ARGUMENTS: &str = "arguments are `bool`, integers, floats, `&str`, `&[u8]`, `Date`, \
                         `Timestamp`, `List<'_, T>`, `Map<'_, K, V>`, structs with \
                         `#[derive(ArrowType)]`, and `Option` of each";
const RESULTS: &str = "results are `bool`, integers, floats, `String`, `&str`, `Vec<u8>`, `Date`, \
                       `Timestamp`, `Vec<T>`, `BTreeMap<K, V>`, `IndexMap<K, V>`, structs with \
                       `#[derive(ArrowType)]`, and `Option` and `Result` of each";
const FIELDS: &str = "fields are `bool`, integers, floats, `String`, `&'a str`, `Vec<u8>`, `Date`, \
                      `Timestamp`, `Vec<T>`, `BTreeMap<K, V>`, structs with \
                      `#[derive(ArrowType)]`, and `Option` of each";

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

    /// A function is called for every row by a loop that cannot wait.
    F0003 asynchronous() {
        say("an SQL function cannot be `async`")
            .help("fetch what it needs before the query and pass it as an argument")
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
        say("an argument cannot be `&mut`").help("take it by value and return the new value")
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
            .help("write `Result<Option<T>>` for a function that fails or gives NULL")
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
            .help("add `#[udf(returns = f)]` with `fn f(call: &Planned<'_>) -> udf::Result<Fields>`")
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

    /// An attribute that `#[udf]` or `#[udaf]` does not know.
    F0030 unknown_attribute(of: &str, name: &str, known: &[&str]) {
        let message = say(format!("`#[{of}]` has no attribute `{name}`"));
        let plural = known.iter().copied().find(|known| known.starts_with(name));
        match (said_elsewhere(name), plural.or_else(|| nearest(name, known.iter().copied()))) {
            (Some(elsewhere), _) => message.help(elsewhere),
            (None, Some(meant)) => message.help(format!("did you mean `{meant}`?")),
            (None, None) => message.help(format!("there is {}", all(known))),
        }
    }

    /// An attribute whose value has another form.
    F0031 attribute_form(name: &str, form: &str) {
        say(format!("`{name}` is written `{form}`"))
    }

    /// An attribute that stands twice.
    F0032 twice(name: &str) {
        say(format!("`{name}` is given twice")).help("keep one of them")
    }

    /// Tags are what readers and rewrites find functions by, so there is a closed list of them.
    F0033 unknown_tag(name: &str, known: &[&str]) {
        let message = say(format!("unknown tag `{name}`"));
        match nearest(name, known.iter().copied()) {
            Some(meant) => message.help(format!("did you mean `{meant}`?")),
            None => message.help(format!("the tags are {}", all(known))),
        }
    }

    /// SQL folds names that are not quoted to lower case, so a name with upper case could not be
    /// called by most.
    F0034 sql_name(name: &str) {
        say(format!("`{name}` is no name for an SQL function"))
            .help("use lower-case letters, digits and `_`, starting with a letter")
    }

    /// Plans that travel between engines carry operators and functions by name: a function of an
    /// operator's name would take its place.
    F0035 operator_name(name: &str) {
        say(format!("`{name}` is the name of an operator in plans that travel (Substrait)"))
            .help(format!("give it another SQL name: `#[udf(name = \"{name}_…\")]`"))
    }

    /// An alias is another name for the function.
    F0036 alias_of_itself(name: &str) {
        say(format!("the alias `{name}` is the function's own name")).help("remove the alias")
    }

    /// A word of a closed list.
    F0037 one_of(name: &str, found: &str, known: &[&str]) {
        let message = say(format!("`{name}` cannot be `{found}`"));
        match nearest(found, known.iter().copied()) {
            Some(meant) => message.help(format!("did you mean `{meant}`?")),
            None => message.help(format!("it is one of {}", all(known))),
        }
    }

    /// `metadata = inherit(n)` takes the metadata of the n-th argument, counted from 0.
    F0038 inherit_position(position: usize, count: usize) {
        let text = match count {
            0 => "the function has no arguments to inherit metadata from".to_owned(),
            1 => format!("there is no argument {position}: the function has one, number 0"),
            _ => format!("there is no argument {position}: they are numbered 0 to {}", count - 1),
        };
        say(text)
    }

    /// Versions count upward from 1.
    F0039 version_zero() {
        say("`version` starts at 1")
    }

    /// A function over whole columns has a signature in words, and a function that says the Arrow
    /// type of its result: the words may leave open what only the arguments decide.
    F0040 signature_alone() {
        say("`signature` needs `returns`, a function that says the Arrow type of the result")
            .help("write `fn type_of_result(arguments: &[DataType]) -> Result<DataType>` and add \
                   `returns = type_of_result`")
    }

    /// The result of a function over values has the type that its Rust signature says, but for the
    /// fields of a struct of any.
    F0041 returns_alone(found: &str) {
        say(format!("`returns` says which fields an `AnyStruct` has, but the result is `{found}`"))
            .help("remove `returns`: the Rust type says all; functions over whole columns have a \
                   `signature` beside it")
    }

    /// A signature in words has the text form of signatures, without the function's name.
    F0042 signature_text(reason: &str) {
        say(format!("cannot read the signature: {reason}"))
            .help("write `<K, V>(map: Map<K, V>) -> List<{ key: K, value: V }>`")
    }

    /// The parameters of a function over whole columns are those of its signature in words.
    F0043 signature_params(names: &[&str]) {
        match names {
            [] => say("the signature has no parameters"),
            _ => say(format!("the parameters are not those of the signature: {}", all(names))),
        }
    }

    /// The arrays of a batch are lent to the function.
    F0044 columns_argument() {
        say("an argument of a function over whole columns is an array, `&MapArray`, without \
             attributes")
    }

    /// Whole columns are an escape hatch for types, not for the ways in which SQL passes arguments.
    F0045 columns_plain(name: &str) {
        say(format!("`{name}` cannot be variadic, constant, cast or omitted in whole columns"))
            .help("take every argument as a column")
    }

    /// A function over whole columns can find that an array is not what it takes.
    F0046 columns_result() {
        say("a function over whole columns returns `Result` of an array")
            .help("return `Result<ListArray>`")
    }

    /// The array of a batch has one type, which a signature in words says.
    F0047 columns_type_params() {
        say("type parameters of a function over whole columns stand in its `signature`")
            .help("write `signature = \"<T>(list: List<T>) -> T\"`")
    }

    /// An attribute that parameters do not have.
    F0050 unknown_parameter_attribute(name: &str) {
        let known = ["literal", "cast", "default", "prepared", "state"];
        let message = say(format!("a parameter has no attribute `{name}`"));
        match nearest(name, known) {
            Some(meant) => message.help(format!("did you mean `#[{meant}]`?")),
            None => message.help(
                "there is `#[literal]`, `#[literal(default = …)]`, `#[cast]`, `#[default = …]`, \
                 `#[prepared]`, `#[state]`",
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
    F0062 inner_last(attribute: &str) {
        say(format!("a `#[{attribute}]` parameter is no argument of SQL, so it stands behind them all"))
            .help("move it to the end")
    }

    /// What is prepared is lent to all calls, scratch to one after the other.
    F0063 inner_form(attribute: &str) {
        let form = match attribute {
            "state" => "#[state] scratch: &mut Vec<u8>",
            _ => "#[prepared] regex: &Regex",
        };
        say(format!("`#[{attribute}]` is written `{form}`"))
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

    /// SQL has structs with named fields.
    F0070 not_a_struct(derive: &str, found: &str) {
        say(format!("`#[derive({derive})]` needs a struct with named fields, this is {found}"))
            .help("write `struct Name { field: i64 }`")
    }

    /// One lifetime is fine, for text that is read in place, and type parameters without bounds; the
    /// columns of a row have types that everybody knows.
    F0071 generic_struct(derive: &str, name: &str) {
        let message = say(format!("`#[derive({derive})]` cannot have the parameter `{name}`"));
        match derive {
            "ArrowType" => message
                .help("a derived type has type parameters without bounds, and at most one lifetime"),
            _ => message.help("a row has no type parameters, and at most one lifetime"),
        }
    }

    /// Arrow has no struct without fields that all its writers accept.
    F0072 no_fields(derive: &str) {
        say(format!("`#[derive({derive})]` needs at least one field"))
    }

    /// A type of the language has this name, and texts could not tell the two apart.
    F0073 taken_name(name: &str) {
        say(format!("`{name}` is a type of the language already")).help("give the struct another name")
    }

    /// An example is a statement, a line `----`, and the rows that it gives, one a line.
    F0090 example_form() {
        say("an example of SQL has no line `----` between the statement and its rows")
            .help("write the statement, `----`, then the rows, values separated by a space")
    }
}

/// `` `a`, `b` `` without a cut: a list of words to choose from is shown whole.
fn all(words: &[&str]) -> String {
    if words.len() <= 6 {
        return listed(words.iter().copied());
    }
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Where that is said which other libraries have an attribute for.
fn said_elsewhere(attribute: &str) -> Option<String> {
    Some(match attribute {
        "doc" | "description" | "comment" => "write a doc comment, `/// …`, above it".to_owned(),
        "immutable" | "stable" | "volatile" => format!("write `volatility = {attribute}`"),
        "return_type" | "args" | "types" | "strict" | "nullable" => {
            "the Rust signature says it: types, and `Option` for what sees or gives NULL".to_owned()
        }
        _ => return None,
    })
}

/// What somebody most likely meant by a type that SQL does not have.
fn meant(ty: &str, place: Place) -> Option<&'static str> {
    let text = if place == Place::Argument { "&str" } else { "String" };
    Some(match ty {
        "usize" | "isize" | "i128" | "u128" => "i64",
        "char" | "str" | "&String" => text,
        "HashMap" | "IndexMap" if place == Place::Argument => "Map<'_, K, V>",
        "HashMap" | "IndexMap" => "BTreeMap<K, V>",
        "BTreeMap" if place == Place::Argument => "Map<'_, K, V>",
        "HashSet" | "BTreeSet" | "VecDeque" if place != Place::Argument => "Vec<T>",
        "List" if place != Place::Argument => "Vec<T>",
        "Map" if place != Place::Argument => "BTreeMap<K, V>",
        "Cow" | "PathBuf" => text,
        "Duration" => "i64",
        "NaiveDate" => "Date",
        "NaiveDateTime" | "DateTime" | "SystemTime" => "Timestamp",
        _ => return None,
    })
}
