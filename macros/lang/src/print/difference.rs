//! How a generated file differs from what would be written: the functions, tables and views in it
//! that do, and the first line.

use std::collections::BTreeMap;

/// How many names are told.
const NAMES: usize = 5;

/// Says how the text of a generated file, `None` where there is no file, differs from `wanted`.
#[must_use]
pub fn difference(found: Option<&str>, wanted: &str) -> String {
    let Some(found) = found else { return "missing".to_owned() };
    let names = names(found, wanted);
    let mut pairs = found.lines().zip(wanted.lines()).enumerate();
    let line = match pairs.find(|(_, (found, wanted))| found != wanted) {
        Some((at, (found, wanted))) => {
            format!("line {} is `{}`, should be `{}`", at + 1, found.trim(), wanted.trim())
        }
        None => "ends too early or too late".to_owned(),
    };
    if names.is_empty() { line } else { format!("{names}: {line}") }
}

/// The entries that differ, each with what is wrong with it.
fn names(found: &str, wanted: &str) -> String {
    let (found, wanted) = (entries(found), entries(wanted));
    let of_wanted = wanted.iter().filter_map(|(name, text)| match found.get(name) {
        None => Some(format!("`{name}` is missing")),
        Some(found) if found != text => Some(format!("`{name}` differs")),
        Some(_) => None,
    });
    let gone = found.keys().filter(|name| !wanted.contains_key(*name));
    let all: Vec<String> =
        of_wanted.chain(gone.map(|name| format!("`{name}` is defined no longer"))).collect();
    match all.len().checked_sub(NAMES) {
        None | Some(0) => all.join(", "),
        Some(more) => format!("{} and {more} more", all[..NAMES].join(", ")),
    }
}

/// The lines of each entry by its name; what stands before the first belongs to none.
fn entries(text: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut entries: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut current = None;
    for line in text.lines() {
        current = name(line).or(current);
        if let Some(name) = current {
            entries.entry(name).or_default().push(line);
        }
    }
    entries
}

/// The name of the entry that begins in a line of a stub, of a page or of the registry.
fn name(line: &str) -> Option<&str> {
    let until = |rest: &'_ str, end: char| rest.find(end).unwrap_or(rest.len());
    if let Some(rest) = line.strip_prefix("def ") {
        return Some(&rest[..until(rest, '(')]);
    }
    if let Some(rest) = line.strip_prefix("      \"name\": \"") {
        return Some(&rest[..until(rest, '"')]);
    }
    line.strip_prefix("## ")
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn what_differs_is_named() {
        let wanted = "# all\n\ndef a(x: int):\n    one\n\ndef b(y: int):\n    two\n";
        assert_eq!(difference(None, wanted), "missing");
        assert_eq!(
            difference(Some(&wanted.replace("two", "three")), wanted),
            "`b` differs: line 7 is `three`, should be `two`"
        );
        assert_eq!(
            difference(Some("# all\n\ndef a(x: int):\n    one\n\ndef c():\n    two\n"), wanted),
            "`b` is missing, `c` is defined no longer: line 6 is `def c():`, should be \
             `def b(y: int):`"
        );
        assert_eq!(
            difference(Some(&wanted.replace("# all", "# every")), wanted),
            "line 1 is `# every`, should be `# all`"
        );
    }

    #[test]
    fn entries_of_pages_and_of_the_registry_have_names() {
        assert!(difference(Some("## f\n1\n"), "## f\n2\n").starts_with("`f` differs: "));
        let json = "  \"hash\": \"1\",\n    {\n      \"name\": \"f\",\n          \"name\": \"x\"\n";
        let text =
            difference(Some(&json.replace("\"1\"", "\"2\"").replace("\"x\"", "\"y\"")), json);
        assert!(text.starts_with("`f` differs: line 1 is"), "{text}");
    }

    #[test]
    fn many_are_counted() {
        let text = |n: usize| (0..8).map(|i| format!("## f{i}\n{n}\n")).collect::<String>();
        let found = difference(Some(&text(1)), &text(2));
        assert!(found.starts_with("`f0` differs, `f1` differs"), "{found}");
        assert!(found.contains("`f4` differs and 3 more: line 2"), "{found}");
    }
}
