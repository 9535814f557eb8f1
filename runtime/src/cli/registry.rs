//! `belvedere registry`: what is linked into this program, as the JSON that a project commits.

use super::terminal::print;
use super::{CliResult, Failure};
use crate::registry::Registry;

pub(super) fn registry() -> CliResult {
    let json = Registry::linked()
        .map_err(|error| Failure::Error(error.to_string().into()))?
        .to_json()
        .map_err(|error| Failure::Error(Box::new(error)))?;
    // The text ends with a line break of its own.
    print(json.trim_end())?;
    Ok(())
}
