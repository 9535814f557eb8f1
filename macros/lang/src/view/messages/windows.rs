//! Windows, and the clauses that say which rows an aggregate sees.

use super::say;
use crate::messages::messages;
use crate::suggest::{listed, nearest};
use crate::types::ValueType;

messages! {
    /// A window function gives each row a value out of the rows around it: `over` says which these
    /// are.
    ///
    /// ```text
    /// derive { n: row_number() over (partition by c.file_id order by c.bstart) }
    /// ```
    V0180 without_window(call: &str, form: Option<&str>) {
        let made_up = format!("{call} over (order by …)");
        let form = form.unwrap_or(&made_up);
        say(format!("`{call}` needs a window"))
            .help(format!("say which rows, and in which order: `{form}`"))
    }

    /// A window is over the rows that a step receives, so its values are columns before others can
    /// use them.
    ///
    /// ```text
    /// derive { n: row_number() over (order by c.bend) } where n == 1
    /// ```
    V0181 window_in_step(name: &str, step: &str) {
        say(format!("`{name} … over …` in `{step}`: windows are for `derive` and `select`"))
            .help(format!("compute it first: `derive {{ x: … }}`, then `{step} …` with `x`"))
    }

    /// `over w` names a window that a step `window { w: … }` above has defined. A step that makes other
    /// columns (`select`, `aggregate`, `union`, …) or adds NULLs to those there are (`right join`, `full
    /// join`) leaves no windows.
    V0182 unknown_window(name: &str, known: &[&str]) {
        let message = say(format!("no window `{name}`"));
        match nearest(name, known.iter().copied()) {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => {
                message.help(format!("define it in a step above: `window {{ {name}: … }}`"))
            }
            None => message.help(format!("there is {}", listed(known.iter().copied()))),
        }
    }

    /// Each window has a name of its own.
    V0183 window_twice(name: &str) {
        say(format!("there is a window `{name}` already")).help("give this one another name")
    }

    /// What a named window says cannot be changed where it is used, only added to.
    V0184 said_twice(name: &str, clause: &str) {
        say(format!("`{name}` says `{clause}` already"))
            .help(format!("leave it out, or write a window without `{name}`"))
    }

    /// Which row is the first, the next or the n-th depends on an order. Rows that are equal in it
    /// come in any order: end it with a column that tells them apart.
    V0185 without_order(what: &str, key: Option<&str>) {
        say(format!("`{what}` needs an order of the rows"))
            .help(format!("add `order by {}` to the window", key.unwrap_or("…")))
    }

    /// A frame is written from its first row to its last.
    V0186 frame_backwards(form: &str) {
        say("the frame ends before it begins").help(format!("`{form}`"))
    }

    /// `rows` and `groups` count; `range` is a difference of values, so that it has one key, which
    /// is a number or a time.
    V0187 range_key(reason: &str) {
        say(format!("`range` with a distance needs one key that is a number or a time, {reason}"))
            .help("`rows` counts rows, `groups` counts rows with other keys")
    }

    /// How far an end of a frame is away: a number of rows, a difference between values of the sort
    /// key, or a length of time such as `"1 day"` or `"2 hours 30 minutes"`. It is never negative:
    /// `preceding` and `following` say the direction.
    V0188 frame_distance(wanted: &str, example: &str, positive: Option<&str>) {
        match positive {
            Some(form) => say("the distance of a frame is never negative")
                .help(format!("`\"{form}\" preceding`, or `following` for the rows behind")),
            None => say(format!("the distance has to be {wanted}"))
                .help(format!("`{example} preceding`")),
        }
    }

    /// These functions look at the whole partition, whatever the frame is.
    V0189 no_frame(name: &str) {
        say(format!("`{name}` looks at the whole partition: a frame changes nothing"))
            .help("leave out the frame")
    }

    /// Where a frame begins at another row for each row, values leave it, and this function cannot
    /// take them out of its result again.
    V0190 frame_moves(name: &str) {
        say(format!("`{name}` cannot be computed over a frame that moves"))
            .help("let the frame begin with `unbounded preceding`")
    }

    /// Which rows a function sees, and in which order, is said to functions of several rows.
    V0191 no_clause(name: &str, clause: &str, reason: &str, without: Option<&str>) {
        let message = say(format!("`{name}` has no `{clause}`: {reason}"));
        match without {
            Some(form) => message.help(format!("leave it out: `{form}`")),
            None => message.help("leave it out"),
        }
    }

    /// Over a window the order is that of the window.
    V0192 order_of_window(name: &str) {
        say(format!("`order by` inside of `{name}`, which has a window"))
            .help("the order belongs to the window: `over (order by …)`")
    }

    /// A window is over the rows before the step, and so are the arguments of the call.
    V0193 nested_window(name: &str, outer: &str) {
        say(format!("`{name} … over …` inside of `{outer}`"))
            .help("compute it in a `derive { … }` above, and use its column")
    }

    /// Equal values are one, so only they themselves can be sorted.
    V0194 order_of_distinct(name: &str, argument: &str) {
        say(format!("`{name}` of distinct values is ordered by them"))
            .help(format!("`order by {argument}`"))
    }

    /// Without an order any row may be the first, and another one tomorrow.
    V0195 first_of_any(name: &str, argument: &str) {
        say(format!("`{name}` needs an order"))
            .help(format!("`{name}({argument} order by …)`; `any_value({argument})` takes any"))
    }

    /// Rows that share a value belong together, so values have to be told apart.
    V0196 not_a_partition(shown: &str, ty: &ValueType) {
        let ty = &ty.ty;
        say(format!("rows cannot share `{shown}`: values of type `{ty}` cannot be compared"))
            .help("partition by a part of it: a field, the value of a key")
    }

    /// Rows are counted from the row itself, buckets and positions from 1.
    V0197 too_few(name: &str, param: &str, least: i128) {
        if name == "nth_value" {
            return say(format!("`{param}` of `{name}` is never 0"))
                .help("`1` is the first row, `-1` the last");
        }
        let message = say(format!("`{param}` of `{name}` has to be {least} or more"));
        match name {
            "lag" => message.help("for the rows behind there is `lead`"),
            "lead" => message.help("for the rows before there is `lag`"),
            _ => message.help(format!("`{least}`, for instance")),
        }
    }

    /// `distinct on` keeps the first row of those that share the keys, and the order says which one is
    /// the first. Rows that are equal in the order come in any: end it with a column that tells them
    /// apart.
    ///
    /// ```text
    /// from edits as e distinct on { e.path } order by e.at desc, e.id
    /// ```
    V0198 distinct_without_order(key: &str) {
        say("`distinct on` keeps the first row of each, and needs an order")
            .help(format!("`distinct on {{ {key} }} order by …`; `distinct` alone compares whole rows"))
    }

    /// An asof join finds for each row the nearest one of another relation: the last before it by `>=`
    /// or `>`, the first behind it by `<=` or `<`, of those that agree with it in the equalities. Rows
    /// with NULL in any of these have no partner. Further conditions on the other relation are the
    /// `where` of a query in parentheses.
    ///
    /// ```text
    /// from trades as t asof join quotes as q on q.symbol == t.symbol and t.at >= q.at
    /// ```
    V0199 asof_condition(alias: &str) {
        say("`asof join` needs one comparison between its sides, and beside it equalities alone")
            .help(format!("`on {alias}.key == … and … >= {alias}.at`; `>`, `<=`, `<` are the others"))
    }
}
