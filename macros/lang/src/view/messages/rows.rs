//! What can be wrong where rows meet other rows: joins, sets of rows, `distinct`.

use super::say;
use crate::messages::messages;
use crate::suggest::listed;
use crate::types::{Type, ValueType};

messages! {
    /// `cross join` keeps all pairs of rows; a `join` keeps those for which its condition is true.
    V0160 cross_join_on(relation: &str) {
        say("`cross join` has no condition").help(format!("write `join {relation} … on …`"))
    }

    /// A query in parentheses sees the relations of the module and nothing of the row that it is
    /// joined to.
    V0161 lateral_join() {
        say("there is no `lateral`: a query in parentheses does not see the row")
            .help("`unnest … as x` makes a row for each element of a list")
            .help("what else it compares with the row, `on` says")
    }

    /// A semi or anti join keeps or drops rows on the left and adds no columns: what it reads is seen
    /// by its condition alone.
    ///
    /// ```text
    /// from calls as c anti join files as f on f.file_id == c.file_id select { c.call_id }
    /// ```
    V0162 relation_of_condition(alias: &str, kind: &str) {
        say(format!("`{alias}` is seen by the condition of its `{kind} join` alone"))
            .help("a `join` or `left join` hands on its columns")
    }

    /// Columns of a `union`, `except` or `intersect` meet by name, in any order; both sides have the
    /// same ones. A query in parentheses gives columns other names, adds some and leaves some out.
    ///
    /// ```text
    /// from files as f select { f.path, n: 1 }
    /// union all (from calls as c select { path: c.callee, n: 2 })
    /// ```
    V0163 other_columns(word: &str, name: &str, missing: &[String], extra: &[String]) {
        let list = |columns: &[String]| listed(columns.iter().map(String::as_str));
        let text = match (missing, extra) {
            (missing, []) => format!("{name} lacks {}", list(missing)),
            ([], extra) => format!("{name} has {} besides", list(extra)),
            (missing, extra) => {
                format!("{name} lacks {} and has {} besides", list(missing), list(extra))
            }
        };
        let message = say(format!("`{word}` of rows with different columns: {text}"));
        let only_name = |column: &String| column.split(':').next().unwrap_or_default().to_owned();
        let item = match (missing, extra) {
            ([one], [other]) => format!("…, {}: {}", only_name(one), only_name(other)),
            _ => "…".to_owned(),
        };
        message.help(format!("`{word} (from … select {{ {item} }})` gives it the same"))
    }

    /// Columns that meet have one type. A narrower number is widened, and a value that is never NULL
    /// meets one that can be; all else is converted by a `cast` on one of the sides.
    V0164 other_types(word: &str, name: &str, mismatched: &[(String, Type, Type)]) {
        let texts = mismatched.iter().map(|(column, left, right)| {
            format!("`{column}` is `{left}` here and `{right}` there")
        });
        let texts: Vec<String> = texts.take(3).collect();
        let message = say(format!("`{word}` of {name}: {}", texts.join(", ")));
        let form = mismatched.iter().find(|(_, left, right)| right.casts_to(left));
        match form {
            Some((column, left, _)) => message.help(format!(
                "`(from … select {{ …, {column}: cast({column} as {left}) }})` converts it"
            )),
            None => message.help("give the columns other names, or leave them out by a `select`"),
        }
    }

    /// Columns of sets meet by name, so that no two of a row may have one. A join without a `select`
    /// leaves the columns of both sides.
    V0165 duplicate_before_set(name: &str, written: &str, word: &str) {
        say(format!("two columns are called `{name}`, and `{word}` goes by names"))
            .help(format!("`select {{ …, other_name: {written} }}` before it"))
    }

    /// Rows are equal when all of their columns are, and maps cannot be compared.
    V0166 rows_not_comparable(word: &str, name: &str, ty: &Type) {
        let message =
            say(format!("`{word}` compares rows, and `{name}` is `{ty}`, which cannot be compared"));
        let message = message.help(format!("leave `{name}` out by a `select` before it"));
        if word == "union" { message.help("`union all` compares nothing") } else { message }
    }

    /// `except all` and `intersect all` of SQL take away, or keep, a row as often as the other side has
    /// it. The engine's do not: they take away each row that the other side has at all.
    V0167 rows_one_by_one(word: &str) {
        say(format!("there is no `{word} all`: the engine does not count rows as SQL wants it"))
            .help(format!("`{word}` leaves one of each; count them by a `group by` to compare numbers"))
    }

    /// What a `union`, `except` or `intersect` reads is one relation: a table, a view, the name of a
    /// `with`, or a query in parentheses.
    V0168 operand_without_parentheses(word: &str) {
        say(format!("the second query of a `{word}` stands in parentheses"))
            .help(format!("`{word} (from … select {{ … }})`"))
    }

    /// What a star leaves out or gives another name is one of the columns that it stands for.
    ///
    /// ```text
    /// from calls as c join files as f on f.file_id == c.file_id
    /// select { * except (f.file_id, size) rename (called: callee) }
    /// ```
    V0169 star_lacks(name: &str, near: Option<&str>, known: &str) {
        let message = say(format!("the star has no column `{name}`"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None => message.help(format!("there is {known}")),
        }
    }

    /// `x.*` stands for the columns of a relation or the fields of a struct.
    V0170 star_of_no_struct(shown: &str, ty: &ValueType) {
        let message = say(format!("`{shown}` is `{ty}`, which has no fields for a star"));
        match &ty.ty {
            Type::List(_) => message.help(format!("`unnest {shown} as x` gives a row for each item")),
            Type::Map(..) => {
                message.help(format!("`unnest map_entries({shown}) as kv` gives a row for each key"))
            }
            _ => message.help(format!("write `{shown}`")),
        }
    }

    /// `pivot` makes a column of each constant that a value may have: the columns of a view are known
    /// before its rows are.
    V0171 pivot_constant(shown: &str) {
        say(format!("`pivot` makes columns of constants, and `{shown}` is computed"))
            .help("write the values that become columns: `in (\"a\", cast(\"2024-01-01\" as Date) as day)`, for instance")
    }

    /// A text names its column itself where it can be a name; any other constant is given one.
    V0172 pivot_name(shown: &str) {
        let message = say(format!("the column of `{shown}` needs a name"));
        let letters = shown.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        let name: String = letters.chars().take_while(char::is_ascii_alphanumeric).collect();
        match name.is_empty() || shown.contains('…') {
            true => message.help("write one behind it, such as `as value1`"),
            // A word of the language or of Rust may be no name.
            false => message.help(format!("write one behind it, such as `as {name}_`")),
        }
    }

    /// `pivot` splits the rows that aggregates see.
    ///
    /// ```text
    /// from defs as d pivot { count() } for d.kind in ("fn" as functions, "struct" as structs) by { d.file_id }
    /// ```
    V0173 pivot_of_no_aggregate(shown: &str) {
        say(format!("`{shown}` has no aggregate that a `pivot` could split"))
            .help(format!("pick one value: `max({shown})`, `any_value({shown})`"))
    }

    /// Nothing equals NULL, so that its column of a `pivot` would see no rows.
    V0174 pivot_null() {
        say("`null` is no constant of a `pivot`: nothing equals it")
            .help("`coalesce(…, \"none\")` as the value gives those rows a constant")
    }
    /// `{ a: x, b: y }` is a struct; `{ c.path }` is short for `{ path: c.path }`.
    V0175 unnamed_field(form: &str) {
        say("a computed field of a struct needs a name").help(format!("`{form}`"))
    }

    /// A struct has one field of each name.
    V0176 field_twice(name: &str) {
        say(format!("two fields of the struct are called `{name}`"))
            .help("give one of them another name")
    }

    /// A struct without fields has nothing to say.
    V0177 empty_struct() {
        say("`{}` has no fields").help("`{ name: … }`")
    }

    /// A map is asked for the value of a key: `attrs["lang"]`. It is NULL where the map has no such key.
    V0178 key_type(shown: &str, key: &Type, found: &Type, form: Option<&str>) {
        let message = say(format!("the keys of `{shown}` are `{key}`, this is `{found}`"));
        match form {
            Some(form) => message.help(format!("`{form}`")),
            None => message,
        }
    }

    /// Keys are named, since they are the columns that the step gives. Rows that are equal in every column are
    /// put together by `distinct`.
    ///
    /// ```text
    /// from files group by { lang } aggregate { n: count() }
    /// ```
    V0179 keys_of_all(aggregated: bool) {
        say("`group by all` names no keys").help(match aggregated {
            true => "name them: `group by { lang } aggregate { n: count() }`, for instance",
            false => "`distinct` keeps one of the rows that are equal in every column",
        })
    }
}
