//! What stands where the grammar wants something else, with an example of what is wanted.

use super::expected;
use crate::messages::Message;

/// [`expected`], with a form that would be read there.
#[must_use]
pub fn wanted(wanted: &str, found: &str) -> Message {
    let message = expected(wanted, found);
    if let Some(form) = written(wanted, found) {
        return message.help(form);
    }
    match example(wanted) {
        Some(example) => message.help(format!("for instance {example}")),
        None => match advice(wanted) {
            Some(advice) => message.help(advice),
            None => message,
        },
    }
}

/// What is to be written, where what is found tells.
fn written(wanted: &str, found: &str) -> Option<String> {
    let inner = wanted.strip_prefix('`')?.strip_suffix('`')?;
    let name = found.strip_prefix('`')?.strip_suffix('`')?;
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if let Some(before) = inner.strip_suffix("from …").filter(|before| before.ends_with("= ")) {
        return (name == "from").then(|| format!("write `{before}from`"));
    }
    if let Some(column) = inner.strip_suffix(": type") {
        return is_name.then(|| format!("write `{column}: {name}`"));
    }
    inner.ends_with(": Relation").then(|| match is_name {
        true => format!("write `{inner}`"),
        false => "write `: Relation` behind it".to_owned(),
    })
}

/// What can be written, for each thing that is wanted by itself.
const EXAMPLES: [(&str, &str); 43] = [
    ("a name", "`path`"),
    ("a column name", "`path: String`"),
    ("a constant", "`3`, `\"text\"` or `true`"),
    ("a literal", "`3`, `\"text\"` or `true`"),
    ("a value", "`3`, `\"text\"`, `true` or `null`"),
    ("a type", "`String`, `i64` or `Option<List<f64>>`"),
    ("`as name`", "`as f`"),
    ("`as type`", "`cast(size as f64)`"),
    ("the name of a table or view", "`files`"),
    ("the name of a table or view, or `(from …)`", "`files`, or `(from files where size > 3)`"),
    ("the name of a column", "`path`"),
    ("the name of a column, or `..`", "`{ path: \"a\", .. }`"),
    ("the name of a struct with `#[derive(Row)]`", "`<FileRow> pub files = from …`"),
    ("`new_name: name`", "`rename (file: path)`"),
    ("`then`", "`case when size > 3 then \"large\" else \"small\" end`"),
    ("`when`", "`case when size > 3 then \"large\" else \"small\" end`"),
    ("`end`", "`case when size > 3 then \"large\" else \"small\" end`"),
    ("`when`, `else` or `end`", "`case when size > 3 then \"large\" else \"small\" end`"),
    ("`given`", "`large given { files: [{ size: 7, .. }] } expect [{ size: 7 }]`"),
    ("`expect`", "`large given { files: [{ size: 7, .. }] } expect [{ size: 7 }]`"),
    ("`[ { column: value, … } ]`", "`[{ path: \"a\", size: 3 }]`"),
    ("`first` or `last`", "`order by size nulls last`"),
    ("`{ condition, … }` after `audit`", "`audit { size >= 0 }`"),
    ("`,`, `fail`, `warn` or `quarantine`", "`audit { size >= 0 warn, path != \"\" }`"),
    ("`name: partition by … order by …`", "`window { w: partition by lang order by size }`"),
    ("`{ name: partition by … order by … }`", "`window { w: partition by lang order by size }`"),
    ("`and`", "`rows between 1 preceding and current row`"),
    ("`row` after `current`", "`rows between 1 preceding and current row`"),
    ("`preceding` or `following`", "`rows between 1 preceding and 1 following`"),
    ("`unbounded`, `current row` or a number", "`rows between 1 preceding and current row`"),
    ("`(from …)`", "`with large = (from files where size > 3)`"),
    ("`from …`", "`from files where size > 3`"),
    ("`= from …`", "`pub large<R: Relation>(size) = from R where size > 3`"),
    ("`pub name = from …`", "`pub large = from files where size > 3`"),
    ("`(…)`, the parameters of the template", "`(key, least: i64 = 1)`"),
    ("`,` and a column or a constant", "`counted<files>(lang, 10)`"),
    ("`for value in (…)`", "`pivot { count() } for lang in (\"rust\", \"python\")`"),
    ("`in (…)`", "`pivot { count() } for lang in (\"rust\", \"python\")`"),
    ("`(…)` after `in`", "`lang in (\"rust\", \"python\")`"),
    ("`(…)` after `except`", "`* except (path)`"),
    ("`(…)` after `rename`", "`* rename (file: path)`"),
    ("`{ column: type, … }`", "`{ path: String, size: Option<i64> }`"),
    ("`/// …`", "`/// The files of the tree.`"),
];

fn example(wanted: &str) -> Option<String> {
    let known = EXAMPLES.iter().find(|(known, _)| *known == wanted);
    if let Some((_, example)) = known {
        return Some((*example).to_owned());
    }
    // What is named after something that is written there.
    let inner = wanted.strip_prefix('`')?;
    if let Some(name) = inner.strip_suffix(": type`") {
        return Some(format!("`{name}: String`"));
    }
    if let Some(name) = inner.strip_suffix(" = from …`") {
        return Some(format!("`{name} = from files where size > 3`"));
    }
    if let Some(kind) = inner.strip_prefix("join` after `") {
        let kind = kind.trim_end_matches('`');
        let on = if kind == "cross" { "" } else { " on f.file_id == c.file_id" };
        return Some(format!("`{kind} join files as f{on}`"));
    }
    let word = inner.strip_prefix("by` after `")?.trim_end_matches('`');
    Some(format!("`{word} by {}`", if word == "group" { "{ path }" } else { "path" }))
}

/// What to do, where it depends on what is around.
fn advice(wanted: &str) -> Option<String> {
    match wanted {
        "`,`" => Some("`,` stands between two entries".to_owned()),
        "`,` or `)`" => Some("`,` stands between two arguments, `)` behind the last".to_owned()),
        "`)`" | "`]`" | "`>`" | "`}`" => Some(format!("close it by {wanted}")),
        "a doc comment" => Some("a doc comment is `/// …`".to_owned()),
        "a name after `as`" => Some("write one, such as `as r`".to_owned()),
        _ if wanted.starts_with("nothing after") || wanted.starts_with("the end of") => {
            Some("leave out what follows".to_owned())
        }
        _ => None,
    }
}
