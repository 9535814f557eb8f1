//! `belvedere functions`.

use belvedere_lang::suggest;
use clap::Args;

use super::terminal::{Terminal, print};
use super::{CliResult, Failure};
use crate::registry::Registry;
use crate::udf::{Function, Kind};

#[derive(Debug, Args)]
pub(super) struct FunctionsArgs {
    /// Show this one
    name: Option<String>,
}

pub(super) fn functions(args: &FunctionsArgs, terminal: &Terminal) -> CliResult {
    let registry = Registry::linked().map_err(|error| Failure::Error(error.to_string().into()))?;
    match &args.name {
        None => list(registry.functions(), terminal),
        Some(name) => show(registry, name),
    }
}

fn list(functions: &[&Function], terminal: &Terminal) -> CliResult {
    // Signatures are long: what a function does stands below its signature.
    let entry = |function: &&Function| {
        let first = function.doc.first().and_then(|doc| doc.lines().next()).unwrap_or_default();
        format!("{}\n    {first}", sql_signature(function))
    };
    print(functions.iter().map(entry).collect::<Vec<_>>().join("\n"))?;
    terminal.line(&format!("{} functions, besides those of DataFusion", functions.len()));
    Ok(())
}

/// The signature under the name that SQL uses.
fn sql_signature(function: &Function) -> String {
    let kind = match function.kind() {
        Kind::Scalar => "",
        Kind::Aggregate => "aggregate ",
    };
    match function.signature.split_once('(') {
        Some((_, rest)) => format!("{kind}{}({rest}", function.name),
        None => format!("{kind}{}", function.name),
    }
}

fn show(registry: &Registry, name: &str) -> CliResult {
    let Some(function) = registry.function(&name.to_lowercase()) else {
        let names = registry.functions().iter().flat_map(|function| {
            std::iter::once(function.name).chain(function.aliases.iter().copied())
        });
        let near = suggest::nearest(name, names);
        let help = near.map(|near| format!("\nhelp: did you mean `{near}`?")).unwrap_or_default();
        return Err(Failure::NoMatch(format!("no function is called `{name}`{help}")));
    };
    let mut text = sql_signature(function);
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            text.push_str(&format!("\n{name:<11} {value}"));
        }
    };
    fact("kind", function.kind().to_string());
    fact("aliases", function.aliases.join(", "));
    fact("tags", function.tags.join(", "));
    fact("volatility", format!("{:?}", function.volatility).to_lowercase());
    fact("may fail", if function.fallible { "yes".to_owned() } else { String::new() });
    fact("since", function.since.unwrap_or_default().to_owned());
    fact("deprecated", function.deprecated.unwrap_or_default().to_owned());
    fact("defined in", function.path.to_owned());
    for paragraph in function.doc {
        text.push_str(&format!("\n\n{paragraph}"));
    }
    for example in function.examples {
        text.push_str(&format!("\n\n{}\n{}", example.sql, example.expected));
    }
    print(text)?;
    Ok(())
}
