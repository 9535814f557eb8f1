//! The attributes of a function: `#[udf(…)]`.

use super::say;
use crate::messages::messages;
use crate::suggest::{listed, nearest};

messages! {
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
            .help("write `fn type_of_result(arguments: &[DataType]) -> udf::Result<DataType>` and add \
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
            .help("return `udf::Result<ListArray>`")
    }

    /// The array of a batch has one type, which a signature in words says.
    F0047 columns_type_params() {
        say("type parameters of a function over whole columns stand in its `signature`")
            .help("write `signature = \"<T>(list: List<T>) -> T\"`")
    }

    /// A cheap function is called for NULL rows too, in which arguments are arbitrary: it has to
    /// have a value for all of them, which nobody then sees.
    F0048 cheap_result() {
        say("`cost = cheap` is for functions that have a result for every argument")
            .help("remove it, or return neither `Option` nor `Result`")
    }

    /// Each property means one thing, for functions of one shape.
    F0049 property(name: &str, wants: &str) {
        say(format!("`{name}` is said of a function that {wants}"))
            .help(format!("remove `{name}`, or write such a function"))
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
        "cheap" => "write `cost = cheap`".to_owned(),
        "immutable" | "stable" | "volatile" => format!("write `volatility = {attribute}`"),
        "return_type" | "args" | "types" | "strict" | "nullable" => {
            "the Rust signature says it: types, and `Option` for what sees or gives NULL".to_owned()
        }
        _ => return None,
    })
}
