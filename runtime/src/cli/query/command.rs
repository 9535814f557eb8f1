//! What the line editor can be told besides queries: `.help`, `.tables`, `.format csv`.

use belvedere_lang::suggest;
use belvedere_lang::view::builtins;
use clap::ValueEnum as _;

use super::Session;
use crate::cli::functions::{FunctionsArgs, functions};
use crate::cli::ls::ls;
use crate::cli::output::Format;
use crate::cli::params::parse_param;
use crate::cli::show::{ShowArgs, show};
use crate::cli::terminal::print;
use crate::cli::{CliResult, Failure};
use crate::view::ParamValue;

/// The commands, with what stands behind each and what it does.
const COMMANDS: [(&str, &str, &str); 7] = [
    (".describe", "NAME", "the columns of a table or view, and what it is made of"),
    (".format", "[NAME]", "how rows are written: table, csv or json"),
    (".functions", "[NAME]", "the functions, or one of them"),
    (".help", "", "this"),
    (".params", "[NAME=VALUE | NAME]", "the values of parameters; sets one, takes one away"),
    (".quit", "", "the end; Ctrl-D does the same"),
    (".tables", "", "the tables and views, with what is published of them"),
];

const KEYS: &str = "\
a query is the steps of a view: from … where … select { … }
`;` or an empty line runs it; Enter begins a new line of it
Tab completes tables, columns, functions and steps; Up brings back what was run before
Ctrl-C leaves what is written, or stops the query that runs; Ctrl-D ends";

/// Whether the session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Continue,
    Quit,
}

/// Whether a line is a command, which Enter runs.
pub(super) fn is_command(line: &str) -> bool {
    let line = line.trim();
    line.starts_with(['.', '\\']) || matches!(line, "help" | "quit" | "exit")
}

/// The names of the commands.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|(name, ..)| *name)
}

impl Session<'_> {
    /// Does what a line says.
    pub(super) async fn command(&mut self, line: &str) -> Result<Next, Failure> {
        let line = line.trim().trim_end_matches(';').trim_end();
        let (name, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let value = Some(value.trim()).filter(|value| !value.is_empty());
        match (name, value) {
            (".quit" | ".exit" | "quit" | "exit", None) => return Ok(Next::Quit),
            (".help" | "help", None) => print(help())?,
            (".tables", None) => ls(self.warehouse, self.terminal).await?,
            (".describe", Some(name)) => {
                let args = ShowArgs { name: name.to_owned() };
                show(&args, self.warehouse, self.terminal).await?;
            }
            (".functions", name) => self.functions(name)?,
            (".format", name) => self.format(name)?,
            (".params", value) => self.set_param(value)?,
            (name, _) => return Err(unknown(name)),
        }
        Ok(Next::Continue)
    }

    /// Functions as the language has them; of the built-ins, the forms of one.
    fn functions(&self, name: Option<&str>) -> CliResult {
        let forms = name.map(builtins::find).unwrap_or_default();
        if !forms.is_empty() {
            let form = |form: &&builtins::Builtin| format!("{form}\n    {}", form.docs);
            print(forms.iter().map(form).collect::<Vec<_>>().join("\n"))?;
            return Ok(());
        }
        functions(&FunctionsArgs { name: name.map(str::to_owned) }, self.terminal)?;
        if name.is_none() {
            for section in builtins::sections() {
                let mut names: Vec<&str> =
                    section.builtins.iter().map(|known| known.name).collect();
                names.dedup();
                print(format!("\n{}: {}", section.title, names.join(", ")))?;
            }
        }
        Ok(())
    }

    fn format(&mut self, name: Option<&str>) -> CliResult {
        let value = |format: &Format| format.to_possible_value();
        let known = Format::value_variants().iter().filter_map(value);
        let known: Vec<String> = known.map(|value| value.get_name().to_owned()).collect();
        let Some(name) = name else {
            let format = self.output.format.to_possible_value();
            print(format.map(|value| value.get_name().to_owned()).unwrap_or_default())?;
            return Ok(());
        };
        self.output.format = Format::from_str(name, true).map_err(|_| {
            let text = format!("no format is called `{name}`\nhelp: {}", known.join(", "));
            Failure::Error(text.into())
        })?;
        self.terminal.line(&format!("rows are written as {}", name.to_lowercase()));
        Ok(())
    }

    fn set_param(&mut self, value: Option<&str>) -> CliResult {
        match value {
            None => {
                for (name, value) in &self.params {
                    print(format!("{name}={}", shown(value)))?;
                }
            }
            Some(value) if value.contains('=') => {
                let form = |text: String| Failure::Error(text.into());
                let (name, value) = parse_param(value).map_err(form)?;
                self.params.retain(|(known, _)| *known != name);
                self.terminal.line(&format!("{name} is {}", shown(&value)));
                self.params.push((name, value));
            }
            Some(name) if self.params.iter().any(|(known, _)| known == name) => {
                self.params.retain(|(known, _)| known != name);
                self.terminal.line(&format!("{name} has no value"));
            }
            Some(name) => {
                let text = format!("no value is given for `{name}`\nhelp: `.params {name}=…`");
                return Err(Failure::Error(text.into()));
            }
        }
        Ok(())
    }
}

/// A value as it was given.
fn shown(value: &ParamValue) -> String {
    match value {
        ParamValue::Text(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

fn help() -> String {
    let commands = COMMANDS.iter().map(|(name, value, meaning)| {
        let command = format!("{name} {value}");
        format!("{command:<31} {meaning}")
    });
    format!("{KEYS}\n\n{}", commands.collect::<Vec<_>>().join("\n"))
}

fn unknown(name: &str) -> Failure {
    let help = match COMMANDS.iter().find(|(known, ..)| *known == name) {
        Some((name, "", _)) => format!("write `{name}` alone"),
        Some((name, value, _)) => format!("write `{name} {value}`"),
        None => {
            let dotted = name.replacen('\\', ".", 1);
            match suggest::nearest(&dotted, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`.help` lists the commands".to_owned(),
            }
        }
    };
    Failure::Error(format!("`{name}` is no command\nhelp: {help}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_command_is_told_from_one() {
        for line in [".tables", "  .describe files", "\\d", "help", "quit", "exit "] {
            assert!(is_command(line), "{line}");
        }
        for line in ["", "from files", "help me", "1 . 2", "param a: i64 from files"] {
            assert!(!is_command(line), "{line}");
        }
    }

    #[test]
    fn a_wrong_command_is_told_what_is_right() {
        for (name, help) in [
            (".tabels", "did you mean `.tables`?"),
            ("\\help", "did you mean `.help`?"),
            (".describe", "write `.describe NAME`"),
            (".quit", "write `.quit` alone"),
            (".x", "`.help` lists the commands"),
        ] {
            let Failure::Error(error) = unknown(name) else { panic!("{name}") };
            assert!(error.to_string().ends_with(help), "{error}");
        }
    }

    #[test]
    fn every_command_is_in_the_help() {
        assert!(names().all(|name| help().contains(&format!("\n{name} "))));
        assert!(names().is_sorted());
        assert!(help().lines().all(|line| line.chars().count() <= 100));
    }
}
