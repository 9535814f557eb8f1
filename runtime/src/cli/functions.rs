//! `belvedere functions`.

use belvedere_lang::suggest;
use clap::Args;

use super::terminal::{Heading, Terminal, print, table};
use super::{CliResult, Failure};
use crate::udf::Function;
use crate::udf::descriptor::Registration;

#[derive(Debug, Args)]
pub(super) struct FunctionsArgs {
    /// Show this one
    name: Option<String>,
}

pub(super) fn functions(args: &FunctionsArgs, terminal: &Terminal) -> CliResult {
    let mut functions: Vec<&'static Function> =
        inventory::iter::<Registration>().map(|registration| registration.0).collect();
    functions.sort_by_key(|function| function.name);
    if functions.is_empty() {
        return Err(Failure::Error(
            "no function is linked into this program\n\
             help: name the crates that define them, or the linker drops them: \
             `use belvedere_udfs as _;`"
                .into(),
        ));
    }
    match &args.name {
        None => list(&functions, terminal),
        Some(name) => show(&functions, name),
    }
}

fn list(functions: &[&Function], terminal: &Terminal) -> CliResult {
    let rows = functions.iter().map(|function| {
        let first = function.doc.first().and_then(|doc| doc.lines().next());
        vec![sql_signature(function), first.unwrap_or_default().to_owned()]
    });
    print(table(&[Heading("function", false), Heading("what it does", false)], rows))?;
    terminal.line(&format!("{} functions, besides those of DataFusion", functions.len()));
    Ok(())
}

/// The signature under the name that SQL uses.
fn sql_signature(function: &Function) -> String {
    match function.signature.split_once('(') {
        Some((_, rest)) => format!("{}({rest}", function.name),
        None => function.name.to_owned(),
    }
}

fn show(functions: &[&Function], name: &str) -> CliResult {
    let names = |function: &'static Function| {
        std::iter::once(function.name).chain(function.aliases.iter().copied())
    };
    let wanted = name.to_lowercase();
    let Some(function) = functions
        .iter()
        .find(|function| function.name == wanted || function.aliases.contains(&wanted.as_str()))
    else {
        let all = inventory::iter::<Registration>().flat_map(|registration| names(registration.0));
        let help =
            suggest::nearest(name, all).map(|near| format!("\nhelp: did you mean `{near}`?"));
        let help = help.unwrap_or_default();
        return Err(Failure::NoMatch(format!("no function is called `{name}`{help}")));
    };
    let mut text = sql_signature(function);
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            text.push_str(&format!("\n{name:<11} {value}"));
        }
    };
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
