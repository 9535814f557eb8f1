//! Calls of functions and aggregates.

use super::say;
use crate::messages::messages;
use crate::suggest::{listed, nearest};
use crate::types::{Type, ValueType};

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

messages! {
    /// A function is called with too few or too many arguments.
    V0085 arity(
        name: &str, least: usize, most: Option<usize>, given: usize, missing: &[&str],
        signature: &str
    ) {
        let wanted = match most {
            None => format!("at least {least} argument{}", plural(least)),
            Some(most) if most == least => format!("{least} argument{}", plural(least)),
            Some(most) => format!("{least} to {most} arguments"),
        };
        let missing = match missing {
            [] => String::new(),
            [one] => format!(": `{one}` is missing"),
            several => format!(": {} are missing", listed(several.iter().copied())),
        };
        say(format!("`{name}` takes {wanted}, {given} given{missing}"))
            .note(format!("the function is {signature}"))
    }

    /// An argument has another type than the parameter.
    V0086 argument_type(
        function: &str, param: &str, wanted: &str, form: Option<&str>, columns: &str, ty: &ValueType,
        signature: &str
    ) {
        let message =
            say(format!("`{function}`: argument `{param}` must be {wanted}, this is `{ty}`"))
                .note(format!("the function is {signature}"));
        match form {
            Some(form) => message.help(format!("`{form}`")),
            None if columns.is_empty() => message,
            None => message.help(format!("of such a type there is {columns}")),
        }
    }

    /// The function prepares itself once for the value of this parameter, so it is a constant.
    V0087 not_a_constant(function: &str, param: &str, ty: &Type, words: &[&str]) {
        let word = words.first().map(|word| format!("\"{word}\""));
        let example = match ty {
            _ if word.is_some() => word.as_deref().unwrap_or_default(),
            _ if matches!(function, "interval" | "duration") => "\"1 day\"",
            Type::Bool => "true",
            Type::Int(_) => "1",
            Type::F32 | Type::F64 => "0.5",
            Type::Interval => "interval(\"1 day\")",
            Type::Timestamp => "cast(\"2026-01-31\" as Timestamp)",
            Type::LocalTimestamp | Type::Param(_) => "cast(\"2026-01-31\" as LocalTimestamp)",
            _ => "\"text\"",
        };
        say(format!("`{function}`: argument `{param}` must be a constant"))
            .help(format!("write the value itself, such as `{example}`"))
    }

    /// `f(x => 1)` names a parameter of `f`.
    V0088 unknown_parameter(function: &str, name: &str, known: &[&str]) {
        let message = say(format!("`{function}` has no parameter `{name}`"));
        match nearest(name, known.iter().copied()) {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => message.help("its arguments have no names: leave the name out"),
            None => message.help(format!("there is {}", listed(known.iter().copied()))),
        }
    }

    /// After a named argument the others have to be named too.
    V0089 positional_after_named(function: &str, form: &str) {
        say(format!("`{function}`: an argument without a name after one with a name"))
            .help(format!("name this one too: `{form}`"))
    }

    /// Each parameter takes one argument.
    V0090 argument_twice(function: &str, param: &str) {
        say(format!("`{function}`: argument `{param}` is given twice"))
            .help("leave one of them out")
    }

    /// An aggregate computes one value for a group of rows; other steps see one row at a time.
    V0091 aggregate_in_step(name: &str, step: &str, over: Option<&str>) {
        let message = say(format!("aggregate `{name}` in `{step}`"));
        match (step, over) {
            ("where", _) => message.help(
                "filter on the aggregated column after `aggregate { … }`: \
                 `aggregate { x: … } where x > …`",
            ),
            (_, Some(over)) => message.help(format!(
                "compute it in `group by {{ … }} aggregate {{ … }}`, or beside each row: `{over}`"
            )),
            ("derive" | "select", None) => message.help(
                "compute it in `group by { … } aggregate { … }`, or for each row: \
                 `… over (partition by …)`",
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
            .help("leave it out; aggregates have it: `count(distinct …)`")
    }

    /// The engine computes this aggregate over all values only.
    V0094 no_distinct(name: &str) {
        say(format!("`{name}` has no `distinct`"))
            .help("leave equal rows out before: `select { … } distinct aggregate { … }`")
    }

    /// Maps have no equality.
    V0095 not_groupable(what: &str, ty: &Type) {
        say(format!("`{what}` cannot tell values of type `{ty}` apart"))
            .help("take a part of them, a key or a field, or `cast(… as String)` of JSON")
    }

    /// The number of rows is `count()`; `count(x)` counts the rows where `x` is not null.
    V0096 count_star() {
        say("the number of rows is written `count()`")
    }

    /// Arguments are named by `=>`, since `=` is no comparison and `:` names columns.
    V0097 argument_name(name: &str, sign: &str) {
        let message = say(format!("an argument is not named by `{sign}`"));
        match sign {
            "=" => message.help(format!("`{name} => …`; a comparison is `==`")),
            _ => message.help(format!("`{name} => …`")),
        }
    }

    /// NULL is equal to nothing, so it is never found in a list, and `not in` a list that has it is
    /// never true.
    V0098 null_in_list(looked_for: (&str, &ValueType)) {
        let message = say("`null` is never found in a list");
        match looked_for.1.nullable {
            true => message
                .help(format!("leave it out, or ask for it: `{} is null or …`", looked_for.0)),
            false => message.help("leave it out"),
        }
    }

    /// Maps of equal entries may differ in the order of these, so there is no smallest map.
    V0099 no_order(name: &str, param: &str, ty: &Type) {
        say(format!("`{param}` of `{name}` takes values that have an order, this is `{ty}`"))
            .help("take a part of it, or `map_entries(…)` of it")
    }
}
