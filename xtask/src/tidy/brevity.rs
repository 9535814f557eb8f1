//! Functions of the standard library are short outside of their bodies.

use anyhow::Result;

use super::Findings;
use crate::lengths::{median, standard};
use crate::workspace::Workspace;

/// The lines of attributes, signature and brace that half of the functions may have at most.
const MEDIAN_LINES: usize = 8;

/// Compares the median with its budget.
pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    let functions = standard(workspace)?;
    let median = median(functions.iter().map(|function| function.outside));
    if functions.is_empty() || median > MEDIAN_LINES {
        findings.problem(format!(
            "{} standard functions have a median of {median} lines outside of their bodies, more \
             than {MEDIAN_LINES}",
            functions.len(),
        ));
    }
    Ok(())
}
