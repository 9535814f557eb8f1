//! Operators, comparisons, conditions and casts between types that do not meet.

use super::say;
use crate::messages::messages;
use crate::types::{DecimalType, Type, ValueType};

/// Two operands, one of which is a text, for a help line.
fn as_texts(left: (&str, &ValueType), right: (&str, &ValueType)) -> String {
    let left_is_text = left.1.ty == Type::String;
    let (text, wrong) = if left_is_text { (left.0, right) } else { (right.0, left) };
    let number = text.trim_matches('"');
    if wrong.1.ty.is_number() && number != text && number.parse::<i64>().is_ok() {
        return format!("as a number it is `{number}`");
    }
    let wrong = wrong.0;
    match wrong.parse::<f64>() {
        Ok(_) => format!("as text it is `\"{wrong}\"`"),
        Err(_) => format!("`cast({wrong} as String)`"),
    }
}

/// A constant with a point that is a whole number, as one: digit by digit, since a float would round it.
fn whole(shown: &str) -> Option<&str> {
    let (digits, fraction) = shown.split_once('.')?;
    let plain = digits.trim_start_matches('-').bytes().all(|digit| digit.is_ascii_digit());
    (plain && fraction.bytes().all(|digit| digit == b'0')).then_some(digits)
}

/// How two numbers that have no common type get one.
fn meeting(left: (&str, &Type), right: (&str, &Type)) -> String {
    let float = |ty: &Type| matches!(ty, Type::F32 | Type::F64);
    let decimal = |ty: &Type| matches!(ty, Type::Decimal(_));
    if let Some(value) = whole(left.0).filter(|_| float(left.1)).or_else(|| whole(right.0)) {
        return format!("`{value}`");
    }
    if let Some((shown, _)) = [left, right].into_iter().find(|(_, ty)| decimal(ty)) {
        let constant = [left.0, right.0].into_iter().find_map(|shown| {
            DecimalType::of_number(shown).map(|decimal| format!("`cast({shown} as {decimal})`"))
        });
        let floats = float(left.1) || float(right.1);
        return constant.unwrap_or_else(|| match floats {
            true => format!("`cast({shown} as f64)`, which rounds"),
            false => format!("`cast({shown} as Decimal<18, 4>)`, if its values fit"),
        });
    }
    match (float(left.1), float(right.1)) {
        (true, false) => format!("`cast({} as f64)`, which rounds above 2^53", right.0),
        (false, true) => format!("`cast({} as f64)`, which rounds above 2^53", left.0),
        _ => {
            let unsigned = if left.1.unstorable_part().is_some() { left.0 } else { right.0 };
            format!("`cast({unsigned} as i64)`, if its values fit")
        }
    }
}

messages! {
    /// `where`, `on`, `when`, `and`, `or` and `not` take conditions.
    ///
    /// `a == 1 or 2` compares `a` with `1` alone: each side of `or` is a condition.
    V0070 not_a_condition(what: &str, shown: &str, ty: &ValueType, meant: Option<&str>) {
        let message = say(format!("`{what}` needs a condition (`bool`), this is `{ty}`"));
        match &ty.ty {
            _ if meant.is_some() => {
                message.help(format!("compare it: `{}`", meant.unwrap_or_default()))
            }
            Type::String => message.help(format!("compare it: `{shown} != \"\"`")),
            Type::Int(_) | Type::F32 | Type::F64 | Type::Decimal(_) => {
                message.help(format!("compare it: `{shown} != 0`"))
            }
            _ => message,
        }
    }

    /// `null` takes its type from where it stands; on its own it has none.
    V0071 untyped_null(meant: Option<&Type>) {
        let meant = meant.unwrap_or(&Type::String);
        say("`null` has no type here").help(format!("say which: `cast(null as {meant})`"))
    }

    /// A whole number between -9223372036854775808 and 18446744073709551615 is wanted.
    V0072 number_too_large(digits: &str) {
        let message = say("this number does not fit into 64 bits");
        let count = digits.trim_start_matches('-').len();
        match count <= usize::from(DecimalType::MOST_DIGITS) {
            true => message.help(format!("as a decimal it is `cast(\"{digits}\" as Decimal<{count}, 0>)`")),
            false => message.help("a decimal has 38 digits, a float is rounded: `1e40`, for instance"),
        }
    }

    /// Arithmetic is for numbers.
    V0073 needs_number(operator: &str, joined: Option<&str>, shown: &str, ty: &ValueType) {
        let message = say(format!("`{operator}` needs numbers, this is `{ty}`"));
        match (operator, &ty.ty) {
            ("+", Type::String) => match joined {
                Some(joined) => message.help(format!("texts are joined by `{joined}`")),
                None => message,
            },
            ("-", Type::Int(_)) => {
                message.help(format!("it has no negative values: `cast({shown} as i64)`"))
            }
            (_, Type::String | Type::Bool) => message.help(format!("`cast({shown} as i64)`")),
            _ => message,
        }
    }

    /// A value of one type could be lost in the other, so one of them has to be converted: `u64` has
    /// values that `i64` has not, and `f64` has not all whole numbers above 2^53.
    V0074 no_common_number(operator: &str, left: (&str, &Type), right: (&str, &Type)) {
        say(format!("`{operator}` cannot join `{}` and `{}`", left.1, right.1))
            .note(format!("`{}` is `{}`, `{}` is `{}`", left.0, left.1, right.0, right.1))
            .help(meeting(left, right))
    }

    /// Arithmetic with `null` always gives NULL.
    V0075 null_operand(operator: &str) {
        say(format!("`{operator}` with `null` is always null"))
            .help("leave it out; `coalesce(…, 0)` computes with something in the place of NULL")
    }

    /// Two values are compared when they have one type or a number widens to the other's.
    V0076 not_comparable(left: (&str, &ValueType), right: (&str, &ValueType)) {
        let message = say(format!("cannot compare `{}` with `{}`", left.1, right.1))
            .note(format!("`{}` is `{}`, `{}` is `{}`", left.0, left.1, right.0, right.1));
        match (&left.1.ty, &right.1.ty) {
            (one, other) if one.is_exact_or_float() && other.is_exact_or_float() => {
                message.help(meeting((left.0, one), (right.0, other)))
            }
            (Type::Timestamp, Type::Date | Type::String) | (Type::Date, Type::String) => {
                message.help(format!("`cast({} as {})`", right.0, left.1.ty))
            }
            (Type::Date | Type::String, Type::Timestamp) | (Type::String, Type::Date) => {
                message.help(format!("`cast({} as {})`", left.0, right.1.ty))
            }
            (Type::Bool, Type::Int(_)) => message.help(format!("`{}` is a condition", left.0)),
            (Type::Int(_), Type::Bool) => message.help(format!("`{}` is a condition", right.0)),
            (plain, Type::String | Type::Bytes) if plain.casts_to(&Type::String) => {
                message.help(as_texts(left, right))
            }
            (Type::String | Type::Bytes, plain) if plain.casts_to(&Type::String) => {
                message.help(as_texts(left, right))
            }
            _ => message,
        }
    }

    /// Lists, maps and structs are not compared as a whole, and JSON is the same in many texts.
    V0077 no_comparison(operands: Option<(&str, &str, &str)>, ty: &Type) {
        let message = say(format!("values of type `{ty}` cannot be compared"));
        let first = match ty {
            Type::Struct(ty) => ty.fields.first(),
            _ => None,
        };
        match (operands, first) {
            (Some((left, op, right)), Some(field)) => message.help(format!(
                "compare their fields: `{left}.{0} {op} {right}.{0}`, …",
                field.name
            )),
            (None, Some(_)) => message.help("compare their fields"),
            _ if *ty == Type::Json => message.help("`cast(… as String)` compares the texts"),
            _ if matches!(ty, Type::List(_)) => {
                message.help("compare their items or `array_length(…)`; `array_has` looks for one")
            }
            _ if matches!(ty, Type::Map(..)) => message.help("compare the values of keys: `…[\"key\"]`"),
            _ => message.help("compare parts of them, or their texts: `cast(… as String)`"),
        }
    }

    /// NULL is equal to nothing, not even to NULL: the comparison is never true.
    V0078 compared_with_null(other: (&str, &ValueType), negated: bool) {
        let message = say("a comparison with `null` is never true");
        if other.1.nullable {
            let form = if negated { "is not null" } else { "is null" };
            message.help(format!("`{} {form}`", other.0))
        } else {
            message.help(format!("`{}` is `{}`, which is never null", other.0, other.1))
        }
    }

    /// The type of this value says that it is never NULL.
    V0079 never_null(shown: &str, ty: &ValueType, negated: bool) {
        let message = if ty.ty == Type::Null {
            say("`null` is always null")
        } else {
            say(format!("`{shown}` is `{ty}` and is never null: this is always {negated}"))
        };
        match ty.ty {
            Type::Null => message.help("leave the condition out"),
            _ => message.help(format!("leave the condition out, or write `{negated}`")),
        }
    }

    /// Nothing is in an empty list, and everything is not in it.
    V0080 empty_in(negated: bool) {
        match negated {
            false => say("`in ()` is always false").help("`in (a, …)`"),
            true => say("`not in ()` is always true").help("`not in (a, …)`"),
        }
    }

    /// `like` compares texts; `%` is any text, `_` any character.
    V0081 like_needs_text(shown: &str, ty: &ValueType) {
        let message = say(format!("`like` compares texts, this is `{ty}`"));
        match ty.ty.casts_to(&Type::String) {
            true => message.help(format!("`cast({shown} as String)`")),
            false => message.help("pick a text of it: a field, an item, a key"),
        }
    }

    /// All values of a `case` have one type.
    V0082 branches_differ(before: &Type, form: Option<&str>, here: &Type) {
        let message =
            say(format!("the branches of `case` differ: `{before}` before, `{here}` here"));
        match form {
            _ if *here == Type::String && before.casts_to(here) => {
                message.help("`cast(… as String)` around the values before")
            }
            Some(form) => message.help(format!("`{form}`")),
            None => message,
        }
    }

    /// `cast` keeps nulls as they are; `try_cast` adds them.
    V0083 cast_to_option(ty: &Type) {
        say(format!("a cast names the type alone: `{ty}`"))
            .help("the result can be null where the value can; `try_cast` gives null on failure")
    }

    /// Casts are between numbers, text and `bool`, between decimals, numbers and text, between `Date`,
    /// `Timestamp` and text, and between `Bytes` and text.
    V0084 no_cast(from: &Type, to: &Type, form: Option<&str>) {
        let message = say(format!("there is no cast from `{from}` to `{to}`"));
        match form {
            Some(form) => message.help(form),
            None => message.note(
                "casts are between numbers, `bool` and text, decimals, numbers and text, dates, times \
                 and text, bytes of any and of a fixed width, bytes and text, and from JSON to text",
            ),
        }
    }
}
