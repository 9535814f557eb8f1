//! `belvedere functions`: what views and SQL can call, and the templates that views can use.

use std::collections::BTreeSet;

use belvedere_lang::print::registry::Template;
use belvedere_lang::suggest;
use belvedere_lang::view::builtins::{self, NOT_EXPRESSIBLE};
use clap::Args;
use datafusion::execution::session_state::SessionState;

use super::show::template;
use super::terminal::{Terminal, print};
use super::{CliResult, Failure};
use crate::program;
use crate::registry::{Registry, templates};
use crate::session::Runtime;
use crate::udf::{Function, Kind};
use crate::view::Relation;

#[derive(Debug, Args)]
pub(super) struct FunctionsArgs {
    /// Show this one
    pub(super) name: Option<String>,
}

pub(super) fn functions(args: &FunctionsArgs, terminal: &Terminal) -> CliResult {
    let registry = Registry::linked().map_err(|error| Failure::Error(error.to_string().into()))?;
    match &args.name {
        None => list(registry.functions(), terminal),
        Some(name) => {
            let state = state()?;
            match describe(registry, name, &state) {
                Some(text) => Ok(print(text)?),
                None => Err(unknown(registry, name, &state)),
            }
        }
    }
}

/// What is known of a function, of this program or of DataFusion.
pub(super) fn described(name: &str) -> Result<Option<String>, Failure> {
    let registry = Registry::linked().map_err(|error| Failure::Error(error.to_string().into()))?;
    Ok(describe(registry, name, &state()?))
}

fn describe(registry: &Registry, name: &str, state: &SessionState) -> Option<String> {
    match registry.function(&name.to_lowercase()) {
        Some(function) => Some(own(function)),
        None => template(name).or_else(|| builtin(name, state)),
    }
}

fn state() -> Result<SessionState, Failure> {
    let runtime = Runtime::builder().build().map_err(|error| Failure::Error(error.into()))?;
    Ok(runtime.state())
}

fn list(functions: &[&Function], terminal: &Terminal) -> CliResult {
    let templates = templates::linked();
    let of_function = |function: &&Function| {
        entry(sql_signature(function), function.doc.first().copied().unwrap_or_default())
    };
    let of_template = |template: &Template| entry(format!("template {template}"), &template.doc);
    let entries = functions.iter().map(of_function).chain(templates.iter().map(of_template));
    print(entries.collect::<Vec<_>>().join("\n"))?;
    let (count, templates) = (functions.len(), templates.len());
    terminal.line(&match templates {
        0 => format!("{count} functions, besides those of DataFusion"),
        1 => format!("{count} functions, besides those of DataFusion, and 1 template of views"),
        _ => format!(
            "{count} functions, besides those of DataFusion, and {templates} templates of views"
        ),
    });
    Ok(())
}

/// Signatures are long: what a function does stands below its signature.
fn entry(signature: String, doc: &str) -> String {
    match doc.trim().lines().next() {
        None => signature,
        Some(first) => format!("{signature}\n    {first}"),
    }
}

/// The signature under the name that SQL uses.
fn sql_signature(function: &Function) -> String {
    let kind = match function.kind() {
        Kind::Scalar if function.as_async().is_some() => "async ",
        Kind::Scalar => "",
        Kind::Aggregate => "aggregate ",
        Kind::Window => "window ",
        Kind::Table => "table ",
    };
    match function.signature.split_once('(') {
        Some((_, rest)) => format!("{kind}{}({rest}", function.name),
        None => format!("{kind}{}", function.name),
    }
}

fn own(function: &Function) -> String {
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
    fact("operator", function.operator.unwrap_or_default().to_owned());
    fact("calls", function.as_async().map(|of| of.limits.to_string()).unwrap_or_default());
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
    text
}

/// A function of DataFusion: its forms in views, and what DataFusion says of it.
fn builtin(name: &str, state: &SessionState) -> Option<String> {
    let lower = name.to_lowercase();
    let in_views = in_views(&lower);
    // A built-in may have another name in SQL: `list_of` is `array_agg`.
    let engine = builtins::find(&lower).first().map_or(lower.as_str(), |known| known.engine);
    let scalar = state.scalar_functions().get(engine).map(|f| ("", f.name(), f.documentation()));
    let aggregate = || {
        let function = state.aggregate_functions().get(engine)?;
        Some(("aggregate ", function.name(), function.documentation()))
    };
    let window = || {
        let function = state.window_functions().get(engine)?;
        Some(("window ", function.name(), function.documentation()))
    };
    let Some((kind, own_name, documentation)) = scalar.or_else(aggregate).or_else(window) else {
        // A way to write a constant, which the engine has no function for.
        return in_views;
    };
    let syntax = documentation.map_or(own_name, |documentation| &documentation.syntax_example);
    let mut text = format!("{kind}{syntax}\na function of DataFusion");
    if let Some(in_views) = in_views {
        text.push_str(&format!("\n\n{in_views}"));
    }
    if let Some(documentation) = documentation {
        text.push_str(&format!("\n\n{}", documentation.description.trim()));
        for (argument, meaning) in documentation.arguments.iter().flatten() {
            text.push_str(&format!("\n\n{argument}: {}", meaning.trim()));
        }
        if let Some(example) = &documentation.sql_example {
            text.push_str(&format!("\n\n{}", example.trim()));
        }
    }
    Some(text)
}

/// How views call a function of DataFusion, or why they do not.
fn in_views(name: &str) -> Option<String> {
    let forms = builtins::find(name);
    if forms.is_empty() {
        let known = NOT_EXPRESSIBLE.iter().find(|function| function.name == name)?;
        return Some(format!("in views   not there: {}", known.reason));
    }
    let form = |form: &&builtins::Builtin| format!("in views   {form}\n           {}", form.docs);
    Some(forms.iter().map(form).collect::<Vec<_>>().join("\n"))
}

fn unknown(registry: &Registry, name: &str, state: &SessionState) -> Failure {
    let mut relations = inventory::iter::<&'static Relation>().copied();
    let help = match suggest::nearest(name, names(registry, state).iter().map(String::as_str)) {
        _ if relations.any(|relation| relation.name == name) => {
            format!(
                "{} shows the table or view of this name",
                program::verb(&format!("show {name}"))
            )
        }
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("{} lists them, those of DataFusion aside", program::verb("functions")),
    };
    Failure::NoMatch(format!("no function is called `{name}`\nhelp: {help}"))
}

/// All names that [`described`] knows.
pub(super) fn known_names() -> Result<BTreeSet<String>, Failure> {
    let registry = Registry::linked().map_err(|error| Failure::Error(error.to_string().into()))?;
    Ok(names(registry, &state()?))
}

fn names(registry: &Registry, state: &SessionState) -> BTreeSet<String> {
    let own = registry.functions().iter().flat_map(|function| {
        std::iter::once(function.name).chain(function.aliases.iter().copied())
    });
    let theirs = (state.scalar_functions().keys())
        .chain(state.aggregate_functions().keys())
        .chain(state.window_functions().keys());
    let own = own.chain(builtins::names()).map(str::to_owned);
    let templates = templates::linked();
    let templates = templates.iter().map(|template| template.name.clone());
    own.chain(templates).chain(theirs.cloned()).collect()
}
