//! The text of an error without the names of the libraries that it came through.
//!
//! Libraries put their own names before what they hand on, and delta-rs keeps nothing else of it, so
//! that the text is what there is to work with.

/// What libraries say before the text of an error.
const PREFIXES: &[&str] = &[
    "Arithmetic overflow: ",
    "Arrow error: ",
    "Cast error: ",
    "Compute error: ",
    "Error during planning: ",
    "Execution error: ",
    "External error: ",
    "External: ",
    "Failed to convert into Arrow schema: ",
    "Generic DeltaTable error: ",
    "Invalid argument error: ",
    "Json error: ",
    "Parser error: ",
    "Schema error: ",
    "This feature is not implemented: ",
];

/// Returns the text of an error without what libraries put before it.
pub(crate) fn plain(text: &str) -> &str {
    let mut text = text;
    loop {
        let shorter = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix));
        // The planner says which of its rules has noticed what is wrong.
        let cause = || {
            let (rule, cause) = text.split_once("\ncaused by\n")?;
            (!rule.contains('\n') && !rule.contains('`')).then_some(cause)
        };
        match shorter.or_else(cause) {
            Some(rest) => text = rest,
            None => return text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn names_of_libraries_are_left_out() {
        for (text, expected) in [
            ("Failed to convert into Arrow schema: Divide by zero error", "Divide by zero error"),
            ("Arrow error: Cast error: Cannot cast 'x'", "Cannot cast 'x'"),
            ("Generic DeltaTable error: Execution error: `half`: 5 is odd", "`half`: 5 is odd"),
            ("Optimizer rule 'a' failed\ncaused by\nError during planning: b", "b"),
            ("`f`: Execution error: x", "`f`: Execution error: x"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }
}
