//! What can be wrong with the name of a type.

use super::say;
use crate::messages::{Message, messages};
use crate::suggest::nearest;
use crate::types::{Type, foreign};

/// The message for a name that is no type of the language but is probably meant to be one.
///
/// Types of users are written `CamelCase`; other names are slips. A slip within `String`, `Bytes`
/// or `Timestamp` is refused too, though a user's own type may have that name: by a path
/// (`self::Strng`) it can still be reached.
#[must_use]
pub fn not_a_type(name: &str) -> Option<Message> {
    let meant = foreign::meant(name);
    if matches!(name, "Union" | "Enum") {
        return Some(union_column(name));
    }
    if meant.is_some() {
        return Some(wrong_type_name(name, meant));
    }
    if matches!(name, "List" | "Map" | "Option" | "Decimal") {
        return Some(type_parameters(name));
    }
    let lower = name.starts_with(|c: char| c.is_ascii_lowercase());
    // `Strings` may well be a type of its own, `Strng` is not.
    let slip = |near: &&str| lower || (near.len() >= 5 && !name.starts_with(*near));
    let known = nearest(name, Type::NAMES).filter(slip);
    (lower || known.is_some()).then(|| wrong_type_name(name, known))
}

messages! {
    /// A type name that the language does not know. Its types are `bool`, `i8` … `i64`, `u8` …
    /// `u64`, `f32`, `f64`, `Decimal<12, 2>`, `String`, `Json`, `Bytes`, `Date`, `Timestamp`, `List<T>`, `Map<K, V>`,
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
    /// `Option<i64>`; `Decimal` has two numbers: `Decimal<12, 2>`.
    V0032 type_parameters(name: &str) {
        let form = match name {
            "List" => "`List<T>`",
            "Map" => "`Map<K, V>`",
            "Decimal" => "`Decimal<12, 2>`",
            _ => "`Option<T>`",
        };
        let example = match name {
            "List" => "`List<String>`, or another type of items",
            "Map" => "`Map<String, String>`, or other types",
            "Decimal" => "`Decimal<12, 2>`: 12 digits, 2 of them behind the point",
            _ => "`Option<String>`, or another type",
        };
        say(format!("`{name}` is written {form}")).help(format!("write {example}"))
    }

    /// Only `List`, `Map`, `Option` and `Decimal` have parameters.
    V0033 no_type_parameters(name: &str) {
        let message = say(format!("unknown column type `{name}<…>`"));
        let meant = match name {
            "Vec" => Some("List"),
            "HashMap" | "BTreeMap" => Some("Map"),
            _ => nearest(name, ["List", "Map", "Option"]),
        };
        match meant {
            Some(meant) => message.help(format!("did you mean `{meant}<…>`?")),
            None => message.help("there is `List<T>`, `Map<K, V>`, `Option<T>`"),
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

    /// A type parameter of a function stands for one type in a call: arguments that share it have one
    /// type, or one of them can be the other's.
    V0036 no_common_type(
        function: &str, type_param: &str, first: (&str, &Type), second: (&str, &Type),
        form: Option<&str>
    ) {
        let ((first, first_type), (second, second_type)) = (first, second);
        let message = say(format!(
            "`{function}`: `{type_param}` is `{first_type}` in `{first}` and `{second_type}` in \
             `{second}`"
        ));
        match form {
            Some(form) => message.help(format!("`{form}`")),
            None => message.help("give them one type by a `cast` of one"),
        }
    }

    /// A struct with type parameters is many types; a column has one.
    V0037 generic_struct(name: &str) {
        say(format!("`{name}` has type parameters, so it is no type of a column"))
            .help("write its fields in its place: `{ name: type, … }`")
    }

    /// A decimal has 1 to 38 digits, and no more of them behind the point than in all:
    /// `Decimal<12, 2>` for ten digits, a point and two digits.
    V0038 wrong_decimal(reason: &str) {
        say(reason).help("`Decimal<12, 2>` is a number of 12 digits, 2 of them behind the point")
    }

    /// A product has the digits of both factors behind the point, a quotient those of the divisor and
    /// four more on the way to it, and a decimal has 38 at most. A cast to fewer digits leaves room.
    V0039 too_many_digits(operator: &str, left: (&str, &Type), right: (&str, &Type)) {
        say(format!(
            "`{operator}` of `{}` and `{}` needs more than 38 digits behind the point",
            left.1, right.1
        ))
        .help(format!("`cast({} as Decimal<18, 4>)`, or fewer digits still", right.0))
    }

    /// Bytes of a fixed width are written `[u8; 16]`, with the number of bytes as a number.
    V0040 wrong_width(reason: &str) {
        say(reason).help("`[u8; 16]` is 16 bytes in each row; `Bytes` is any number of them")
    }

    /// A union exists in plans alone: functions take it as `AnyUnion<'_>`, and Delta Lake has no type for
    /// it. What is stored is its fields, each of which is null where the row has another.
    V0041 union_column(name: &str) {
        say(format!("`{name}` is no column type: unions exist in plans only"))
            .help("a struct with a field for each: `{ number: Option<f64>, text: Option<String> }`")
    }
}
