//! "Did you mean": the known name that is nearest to a wrong one.
//!
//! The distance is Damerau's (insertions, deletions, substitutions and swaps of neighbours), since
//! a swap is the commonest slip of the hand. A name is near when at most a third of it differs.

/// The nearest of `known`, if it is near; the first of several equally near ones.
#[must_use]
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = wrong.to_lowercase();
    let length = wrong.chars().count();
    let limit = (length / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        // Nothing of the name would be in it, however long it is.
        if length >= 2 * name.chars().count().max(1) {
            continue;
        }
        let distance = distance(&folded, &name.to_lowercase());
        let whole = distance >= name.chars().count();
        if distance <= limit && !whole && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// How many slips lie between two words (optimal string alignment).
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substituted = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substituted.min(above[j] + 1).min(row[j - 1] + 1);
            let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if swapped {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

/// `` `a`, `b`, `c` `` for a message, cut after six names.
#[must_use]
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let mut text = String::new();
    for (i, name) in names.by_ref().take(6).enumerate() {
        if i > 0 {
            text.push_str(", ");
        }
        text.push('`');
        text.push_str(name);
        text.push('`');
    }
    if names.next().is_some() {
        text.push_str(", …");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{distance, listed, nearest};

    #[test]
    fn distances_count_slips() {
        assert_eq!(distance("bend", "bnd"), 1);
        assert_eq!(distance("path", "ptah"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn the_nearest_name_is_near() {
        assert_eq!(nearest("bnd", ["bstart", "bend", "path"]), Some("bend"));
        assert_eq!(nearest("fileid", ["file_id", "path"]), Some("file_id"));
        assert_eq!(nearest("PATH", ["path"]), Some("path"));
        assert_eq!(nearest("q", ["n", "m"]), None);
        assert_eq!(nearest("entirely", ["different"]), None);
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(listed(["a", "b"]), "`a`, `b`");
        assert_eq!(listed(["a", "b", "c", "d", "e", "f", "g"]), "`a`, `b`, `c`, `d`, `e`, `f`, …");
    }
}
