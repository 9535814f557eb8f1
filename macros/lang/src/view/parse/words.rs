//! The words that begin a step, here and in other languages.

use proc_macro2::Delimiter;

use self::Follow::{Anything, Brace, Words};
use crate::tokens::Reader;

/// What has to follow a word for it to begin a step; elsewhere it is a name.
enum Follow {
    /// Nothing: the word is a name only where it is qualified (`c.limit`) or raw (`r#limit`).
    Anything,
    /// One of these words.
    Words(&'static [&'static str]),
    /// `{ … }`
    Brace,
}

/// The words that begin a step. `left(…)` is a function, `group` alone a column.
const STEPS: [(&str, Follow); 13] = [
    ("from", Anything),
    ("join", Anything),
    ("inner", Words(&["join"])),
    ("left", Words(&["join"])),
    ("where", Anything),
    ("unnest", Anything),
    ("derive", Brace),
    ("select", Brace),
    ("group", Words(&["by"])),
    ("aggregate", Brace),
    ("order", Words(&["by"])),
    ("limit", Anything),
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
    ("right", "swap the relations and write `left join`"),
    ("full", "there is `join` and `left join`"),
    ("cross", "write `join … on true`"),
    ("having", "filter the groups by a `where` after `aggregate { … }`"),
    ("distinct", "`group by { … }` keeps one row of each"),
    ("on", "`on` belongs to a `join`"),
    ("as", "an alias belongs to `from`, `join` or `unnest`"),
    ("with", "`with name = (from …)` stands before the first `from`"),
    ("offset", "leave rows out by a `where` on what they are sorted by"),
    ("fetch", "write `limit 100`"),
    ("window", "there are no window functions: aggregate in a view of its own, join it"),
    ("set", "`derive { name: … }` adds columns"),
    ("in", "write `from relation as name`"),
    ("filter", "write `where`"),
    ("map", "write `select { … }`"),
    ("sort", "write `order by`"),
    ("take", "write `limit`"),
    ("let", "`derive { name: … }` adds columns"),
    ("return", "write `select { … }`"),
    ("union", UNION),
    ("intersect", "`join` keeps the rows of one view that another has"),
    ("except", "a `left join` and `where … is null` keep the rows that another lacks"),
];

const UNION: &str = "there is no `union`: each of the views is read where it is needed";

/// Words after which another query begins, of which nothing can be said here.
pub(super) const SECOND_QUERIES: [&str; 3] = ["union", "intersect", "except"];

/// Whether the next word begins a step in another language and none here; an alias may follow.
pub(super) fn begins_other_step(reader: &Reader<'_>) -> bool {
    let word = reader.peek_ident().map(|word| word.to_string().to_lowercase());
    let word = word.filter(|word| word != "as");
    word.is_some_and(|word| OTHER_STEPS.iter().any(|(other, _)| *other == word))
}

/// Whether the next word begins a step here.
pub(super) fn begins_step(reader: &Reader<'_>) -> bool {
    let mut ahead = *reader;
    let Some(word) = ahead.ident() else { return false };
    let step = STEPS.iter().find(|(step, _)| word == step);
    step.is_some_and(|(_, follow)| match follow {
        Anything => true,
        Words(words) => words.iter().any(|word| ahead.peek_word(word)),
        Brace => ahead.peek_group(Delimiter::Brace),
    })
}
