//! What is asked of no warehouse: the command line, and what the codes of errors mean.

use belvedere_lang::suggest::nearest;
use belvedere_lang::{udf, view};
use pyo3::prelude::*;

use crate::error::plan_error;

/// Adds the functions of this file to the module of an extension.
pub(crate) fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(command_line, module)?)?;
    module.add_function(wrap_pyfunction!(explain, module)?)
}

/// Runs a command line, the program's name first; returns its exit code.
#[pyfunction]
fn command_line(py: Python<'_>, words: Vec<String>) -> u8 {
    py.detach(|| belvedere::cli::main_from(words))
}

/// What the code of an error means, with the form that would work.
#[pyfunction]
fn explain(code: &str) -> PyResult<String> {
    let all = || udf::messages::EXPLANATIONS.iter().chain(view::messages::EXPLANATIONS);
    let wanted = code.trim_matches(['[', ']', ' ']).to_uppercase();
    let Some((code, text)) = all().find(|(code, _)| *code == wanted) else {
        let near = nearest(&wanted, all().map(|(code, _)| *code));
        let help = near.map(|near| format!("\nhelp: did you mean `{near}`?")).unwrap_or_default();
        return Err(plan_error(format!("no error has the code `{code}`{help}")));
    };
    let lines: Vec<&str> = text.lines().map(|l| l.strip_prefix(' ').unwrap_or(l)).collect();
    Ok(format!("{code}: {}", lines.join("\n").trim()))
}
