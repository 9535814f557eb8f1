//! Message codes: each belongs to one message, and a test shows that message.
//!
//! A code is a letter and four digits, such as the `V` of views with a number. It is defined where a
//! line of a table of messages begins with it (`CODE name(…)`) or a message is made with it; a test has the
//! whole message, which ends its first line with `[CODE]`, in a snapshot, an assertion or the expected
//! output of a compile-fail case. That a test knows the code alone is not enough.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;

use super::Findings;
use crate::workspace::Workspace;

/// Compares the codes of messages with those that tests mention.
pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    let mut defined: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut tested: BTreeSet<String> = BTreeSet::new();
    for file in workspace.files()? {
        let language = file.starts_with("macros");
        if !language && !file.starts_with("tests") {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(workspace.path(&file)) else { continue };
        let (code, tests) = if is_test(&file) { ("", &*text) } else { split(&text) };
        tested.extend(shown(tests).map(str::to_owned));
        for code in definitions(code) {
            defined.entry(code.to_owned()).or_default().push(file.display().to_string());
        }
    }
    for (code, files) in defined.iter().filter(|(_, files)| files.len() > 1) {
        findings.problem(format!("{code} is given to several messages: {}", files.join(", ")));
    }
    let untested: Vec<_> =
        defined.keys().filter(|code| !tested.contains(*code)).map(String::as_str).collect();
    if !untested.is_empty() {
        findings.problem(format!("no test has the whole messages {}", untested.join(", ")));
    }
    Ok(())
}

fn is_test(file: &Path) -> bool {
    let is_folder = |name: &std::ffi::OsStr| name == "tests" || name == "snapshots";
    let in_folder = file.components().any(|part| is_folder(part.as_os_str()));
    in_folder || file.file_name().is_some_and(|name| name == "tests.rs")
}

/// The code of a file and its unit tests, which come last.
fn split(text: &str) -> (&str, &str) {
    match text.find("#[cfg(test)]\nmod tests {") {
        Some(at) => text.split_at(at),
        None => (text, ""),
    }
}

/// The codes that a text gives to a message, as often as it does so.
fn definitions(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let code = codes(line).next()?;
        let in_table = line
            .trim_start()
            .strip_prefix(code)
            .is_some_and(|rest| rest.starts_with(' ') && rest.contains('('));
        let made = line.contains(&format!("Message::new(\"{code}\""));
        (in_table || made).then_some(code)
    })
}

/// The codes in a text, as often as they occur.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    const LENGTH: usize = 5;
    text.match_indices(['F', 'V']).filter_map(|(at, _)| {
        let code = text.get(at..at + LENGTH)?;
        let alone = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        let before = text[..at].chars().next_back().is_none_or(alone);
        let after = text[at + LENGTH..].chars().next().is_none_or(alone);
        let digits = code[1..].bytes().all(|byte| byte.is_ascii_digit());
        (before && after && digits).then_some(code)
    })
}

/// The codes at the ends of messages.
fn shown(text: &str) -> impl Iterator<Item = &str> {
    text.split('[').filter_map(|rest| {
        let (code, _) = rest.split_once(']')?;
        codes(code).next().filter(|found| found.len() == code.len())
    })
}

#[cfg(test)]
mod tests {
    use super::{codes, definitions, shown, split};

    #[test]
    fn a_message_ends_with_its_code() {
        let found: Vec<_> =
            shown("no `a` [V0012]\nlet [V0013, V0014] = [\"V0015\"]; [F0001]").collect();
        assert_eq!(found, ["V0012", "F0001"]);
    }

    #[test]
    fn codes_stand_alone() {
        let found: Vec<_> = codes("\"V0012\" [F0003], AV0001 V00123 V001 Vé").collect();
        assert_eq!(found, ["V0012", "F0003"]);
    }

    #[test]
    fn a_code_is_defined_where_a_message_gets_it() {
        let text = "/// As V0001 says.\n    V0002 expected(wanted: &str) {\n\
                    Message::new(\"F0001\", text)\nhelp.contains(\"V0003\")\n";
        assert_eq!(definitions(text).collect::<Vec<_>>(), ["V0002", "F0001"]);
    }

    #[test]
    fn unit_tests_are_told_from_code() {
        let (code, tests) = split("fn f() {}\n#[cfg(test)]\nmod tests { \"V0001\" }\n");
        assert_eq!(code, "fn f() {}\n");
        assert!(tests.contains("V0001"));
        assert_eq!(split("fn f() {}"), ("fn f() {}", ""));
    }
}
