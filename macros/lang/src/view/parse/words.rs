//! The words that begin a step, here and in other languages.

use proc_macro2::Delimiter;

use self::Follow::{Anything, Brace, Nothing, Operand, Words};
use super::expression;
use crate::tokens::Reader;

/// What has to follow a word for it to begin a step; elsewhere it is a name.
enum Follow {
    /// Nothing: the word is a name only where it is qualified (`c.limit`) or raw (`r#limit`).
    Anything,
    /// One of these words.
    Words(&'static [&'static str]),
    /// `{ … }`
    Brace,
    /// What a `union` reads, or `all`.
    Operand,
    /// The word begins a step only where nothing but a step can stand.
    Nothing,
}

/// The words that begin a step. `left(…)` is a function, `group` alone a column.
const STEPS: [(&str, Follow); 26] = [
    ("from", Anything),
    ("join", Anything),
    ("inner", Words(&["join"])),
    ("left", Words(&["join", "asof"])),
    ("asof", Words(&["join"])),
    ("right", Words(&["join"])),
    ("full", Words(&["join"])),
    ("semi", Words(&["join"])),
    ("anti", Words(&["join"])),
    ("cross", Words(&["join"])),
    ("union", Operand),
    ("except", Operand),
    ("intersect", Operand),
    ("where", Anything),
    ("unnest", Anything),
    ("window", Brace),
    ("derive", Brace),
    ("select", Brace),
    ("group", Words(&["by"])),
    ("aggregate", Brace),
    ("pivot", Brace),
    ("order", Words(&["by"])),
    ("limit", Anything),
    ("distinct", Nothing),
    ("audit", Brace),
    ("contract", Brace),
];

/// The words of [`STEPS`].
pub(in crate::view) const STEP_WORDS: [&str; STEPS.len()] = {
    let mut words = [""; STEPS.len()];
    let mut i = 0;
    while i < STEPS.len() {
        words[i] = STEPS[i].0;
        i += 1;
    }
    words
};

/// Words that begin a step in other languages, and what to write.
pub(super) const OTHER_STEPS: [(&str, &str); 22] = [
    ("natural", "name the columns: `join … on a.x == b.x`"),
    ("lateral", "`unnest … as item` makes a row for each item of a list"),
    ("explode", "`unnest … as item` makes a row for each item of a list"),
    ("values", "rows are written in `view_test!` alone; a table is filled by its source"),
    ("using", "name the columns: `join … on a.x == b.x`"),
    ("outer", "write `left join`, `right join` or `full join`"),
    ("minus", "write `except`"),
    ("having", "filter the groups by a `where` after `aggregate { … }`"),
    ("on", "`on` belongs to a `join`"),
    ("as", "an alias belongs to `from`, `join` or `unnest`"),
    ("with", "`with name = (from …)` stands before the first `from`"),
    ("offset", "leave rows out by a `where` on what they are sorted by"),
    ("fetch", "write `limit 100`"),
    ("qualify", "`derive { n: row_number() over (order by …) } where n == 1`"),
    ("set", "`derive { name: … }` adds columns"),
    ("in", "write `from relation as name`"),
    ("filter", "write `where`"),
    ("map", "write `select { … }`"),
    ("sort", "write `order by`"),
    ("take", "write `limit`"),
    ("let", "`derive { name: … }` adds columns"),
    ("return", "write `select { … }`"),
];

/// Words behind a key of `order by` in other languages, and how they are written.
pub(super) const SORT_WORDS: [(&str, &str); 4] =
    [("descending", "desc"), ("ascending", "asc"), ("dsc", "desc"), ("descend", "desc")];

/// Statements of SQL, and what does their work.
pub(super) const STATEMENTS: [(&str, &str); 14] = [
    ("insert", WRITES),
    ("update", WRITES),
    ("delete", WRITES),
    ("merge", WRITES),
    ("upsert", WRITES),
    ("truncate", WRITES),
    ("replace", WRITES),
    ("copy", WRITES),
    ("create", "a view is `view! { pub name = from … }`, a table `table! { pub name { … } }`"),
    ("alter", "change the `view!` or the `table!`: the next run follows it"),
    ("drop", "leave the `view!` or the `table!` out of the program"),
    ("explain", "write the query alone; `belvedere show NAME` tells how a view is computed"),
    ("describe", "`belvedere show NAME`, or `.describe NAME` in the line editor"),
    ("show", "`belvedere ls`, or `.tables` in the line editor"),
];

const WRITES: &str =
    "a view is written by `belvedere run`, a table by its source: compute the rows in a view";

/// Whether the next word begins a step in another language and none here; an alias may follow.
pub(super) fn begins_other_step(reader: &Reader<'_>) -> bool {
    let word = reader.peek_ident().map(|word| word.to_string().to_lowercase());
    let word = word.filter(|word| word != "as");
    word.is_some_and(|word| OTHER_STEPS.iter().any(|(other, _)| *other == word))
}

/// Whether the next word begins a step here.
pub(in crate::view) fn begins_step(reader: &Reader<'_>) -> bool {
    let mut ahead = *reader;
    let Some(word) = ahead.ident() else { return false };
    let step = STEPS.iter().find(|(step, _)| word == step);
    step.is_some_and(|(_, follow)| match follow {
        Anything => true,
        Words(words) => words.iter().any(|word| ahead.peek_word(word)),
        Brace => ahead.peek_group(Delimiter::Brace),
        Operand => begins_operand(&ahead),
        Nothing => false,
    })
}

/// Words that may follow a value and are no operators.
const BEHIND_VALUES: [&str; 7] = ["asc", "desc", "nulls", "by", "fail", "warn", "quarantine"];

/// Whether the word behind a dot is that of what comes next, so that the dot has no name: `where c.`
/// before `select { … }`. Any word may be a column's, but the words after it follow no value.
///
/// `c.left join files` stays what it is: a column and a step.
pub(super) fn belongs_to_what_follows(reader: &Reader<'_>) -> bool {
    let mut ahead = *reader;
    let Some(word) = ahead.ident() else { return false };
    let is_value = || {
        let is_name =
            |word: &str| !expression::WORDS.contains(&word) && !BEHIND_VALUES.contains(&word);
        let name = ahead.peek_ident().is_some_and(|word| is_name(&word.to_string()));
        ahead.peek_literal() || (name && !begins_step(&ahead))
    };
    match word.to_string().as_str() {
        "group" | "order" => ahead.peek_word("by"),
        "window" | "derive" | "select" | "aggregate" | "pivot" | "audit" | "contract" => {
            ahead.peek_group(Delimiter::Brace)
        }
        "is" => ahead.peek_word("null") || ahead.peek_word("not"),
        "in" => ahead.peek_group(Delimiter::Parenthesis),
        "where" | "join" | "unnest" | "limit" | "and" | "or" | "like" | "between" | "then"
        | "else" | "when" => is_value(),
        _ => false,
    }
}

/// Whether a relation or a query follows, and neither the arguments of a function called `union` nor
/// what continues an expression or ends it.
fn begins_operand(reader: &Reader<'_>) -> bool {
    const ENDS: [&str; 3] = ["asc", "desc", "nulls"];
    let mut ahead = *reader;
    if let Some((inside, _)) = ahead.group(Delimiter::Parenthesis) {
        let first = inside.peek_ident().map(|word| word.to_string().to_lowercase());
        return first.is_some_and(|word| matches!(word.as_str(), "from" | "select"));
    }
    let name = |word: &str| !expression::WORDS.contains(&word) && !ENDS.contains(&word);
    let is_name = reader.peek_ident().is_some_and(|word| name(&word.to_string()));
    is_name && !begins_step(reader)
}

/// Whether `order by` is next, in any case.
pub(super) fn begins_order(reader: &Reader<'_>) -> bool {
    let mut ahead = *reader;
    let order = ahead.ident().is_some_and(|word| word.to_string().eq_ignore_ascii_case("order"));
    order && ahead.peek_ident().is_some_and(|word| word.to_string().eq_ignore_ascii_case("by"))
}
