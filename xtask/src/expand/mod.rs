//! `cargo xtask expand NAME`: what `#[udf]` makes of a function, what it tells DataFusion, and the
//! `impl` that it stands for.
//!
//! The sources are read, not compiled: the function is found by its Rust name, its SQL name or an
//! alias (a twin by that of its function), and expanded by the same library that the macro calls.
//! With `--by-hand` only the `impl` is printed, as a file that compiles.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use belvedere_lang::expand::udf::expand;
use belvedere_lang::suggest::nearest;
use belvedere_lang::udf::Function;
use clap::Args;
use syn::visit::{self, Visit};

use self::answers::{Answer, answers};
use crate::workspace::{self, Workspace};

mod answers;

mod by_hand;

mod imports;

/// What `expand` can be asked.
#[derive(Args)]
pub(crate) struct Options {
    /// The name of a function, in Rust or in SQL.
    name: String,
    /// Print only the hand-written `impl ScalarUDFImpl` that the function stands for.
    #[arg(long)]
    by_hand: bool,
}

/// Runs the verb.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    // A reader may close the pipe early, as `head` does: that is an error here, not a panic.
    let mut out = std::io::stdout().lock();
    if options.by_hand {
        write!(out, "{}", printed_by_hand(workspace, &options.name)?)?;
        return Ok(());
    }
    for found in find(workspace, &options.name)? {
        write!(out, "{}", found.shown(options.name.starts_with("try_"))?)?;
    }
    Ok(())
}

/// The hand-written `impl` of the function of that name.
pub(crate) fn printed_by_hand(workspace: &Workspace, name: &str) -> Result<String> {
    let twin = name.starts_with("try_");
    find(workspace, name)?.iter().map(|found| found.by_hand(twin)).collect()
}

/// The functions of that name; one at least.
fn find(workspace: &Workspace, name: &str) -> Result<Vec<Annotated>> {
    let (found, others): (Vec<_>, Vec<_>) =
        annotated(workspace)?.into_iter().partition(|found| found.is(name));
    if found.is_empty() {
        let names = others.iter().flat_map(|other| other.names.iter().map(String::as_str));
        let hint = nearest(name, names).map_or_else(
            || "`belvedere functions` lists them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        bail!("no function `{name}` with `#[udf]`; {hint}");
    }
    Ok(found)
}

/// A function with `#[udf]`.
struct Annotated {
    file: PathBuf,
    line: usize,
    /// Its name in Rust, its name in SQL, its aliases.
    names: Vec<String>,
    /// The model, or what is wrong with the function.
    function: std::result::Result<Function, Vec<String>>,
}

impl Annotated {
    fn is(&self, name: &str) -> bool {
        let twin = name.strip_prefix("try_");
        self.names.iter().any(|known| known == name || Some(known.as_str()) == twin)
    }

    fn model(&self) -> Result<&Function> {
        match &self.function {
            Ok(function) => Ok(function),
            Err(errors) => bail!("the function has errors:\n{}", errors.join("\n")),
        }
    }

    /// The expansion as one would write it.
    fn expanded(&self) -> Result<String> {
        pretty(expand(self.model()?))
    }

    /// The expansion, what it answers, and the `impl`.
    fn shown(&self, twin: bool) -> Result<String> {
        let mut text = format!("// {}, line {}\n\n", self.file.display(), self.line);
        text.push_str(&self.expanded()?);
        text.push_str("\n// What it answers to DataFusion, through the one adapter:\n//\n");
        for Answer { method, gives, source } in answers(self.model()?, twin) {
            let from = if source.is_empty() { String::new() } else { format!("   <- {source}") };
            text.push_str(&format!("// {method:<23} {gives}{from}\n"));
        }
        text.push_str("//\n// By hand (`--by-hand` prints this alone):\n\n");
        match self.by_hand(twin) {
            Ok(by_hand) => text.push_str(&by_hand),
            Err(reason) => text.push_str(&format!("// {reason}\n")),
        }
        Ok(text)
    }

    /// The `impl` as one would write it.
    fn by_hand(&self, twin: bool) -> Result<String> {
        let function = self.model()?;
        if twin && !function.returns.fallible {
            bail!("`{}` cannot fail, so it has no twin", function.name);
        }
        match by_hand::by_hand(function, twin) {
            Ok(tokens) => pretty(tokens),
            Err(reason) => bail!("no `impl` by hand is printed for `{}`: {reason}", function.name),
        }
    }
}

fn pretty(tokens: proc_macro2::TokenStream) -> Result<String> {
    let file: syn::File = syn::parse2(tokens).context("what was printed is no Rust")?;
    // One item at a time, because a file as a whole would have no blank lines.
    let is_use = |item: &syn::Item| matches!(item, syn::Item::Use(_));
    let mut text = String::new();
    for (at, item) in file.items.iter().enumerate() {
        if at > 0 && !(is_use(item) && is_use(&file.items[at - 1])) {
            text.push('\n');
        }
        let alone = syn::parse2(quote::ToTokens::to_token_stream(item))
            .context("what was printed is no Rust")?;
        text.push_str(&prettyplease::unparse(&alone));
    }
    Ok(text)
}

fn annotated(workspace: &Workspace) -> Result<Vec<Annotated>> {
    let mut functions = Vec::new();
    for file in workspace.files()? {
        let is_rust = file.extension().is_some_and(|extension| extension == "rs");
        // The compile-fail cases are full of functions that are wrong on purpose.
        if is_rust && !file.starts_with("tests/ui") {
            functions.extend(in_text(&file, &workspace::read(&workspace.path(&file))?));
        }
    }
    Ok(functions)
}

/// The functions of one file; one that does not parse is the compiler's to report.
fn in_text(file: &Path, text: &str) -> Vec<Annotated> {
    let Ok(syntax) = syn::parse_file(text) else { return Vec::new() };
    let mut finder = Finder { file, found: Vec::new() };
    finder.visit_file(&syntax);
    finder.found
}

struct Finder<'a> {
    file: &'a Path,
    found: Vec<Annotated>,
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        visit::visit_item_fn(self, item);
        let is_udf = |attr: &syn::Attribute| {
            attr.path().segments.last().is_some_and(|segment| segment.ident == "udf")
        };
        let Some(attr) = item.attrs.iter().find(|attr| is_udf(attr)) else { return };
        let arguments = match &attr.meta {
            syn::Meta::List(list) => list.tokens.clone(),
            syn::Meta::Path(_) | syn::Meta::NameValue(_) => proc_macro2::TokenStream::new(),
        };
        // A macro is given the item without its own attribute.
        let mut bare = item.clone();
        bare.attrs.retain(|attr| !is_udf(attr));
        let function = Function::parse(arguments, quote::ToTokens::to_token_stream(&bare));
        let mut names = vec![item.sig.ident.to_string().trim_start_matches("r#").to_owned()];
        if let Ok(function) = &function {
            names.push(function.name.clone());
            names.extend(function.aliases.iter().cloned());
        }
        self.found.push(Annotated {
            file: self.file.to_path_buf(),
            line: item.sig.ident.span().start().line,
            names,
            function: function.map_err(|broken| broken.errors.iter().map(located).collect()),
        });
    }
}

fn located(error: &belvedere_lang::sink::Diagnostic) -> String {
    let start = error.start.start();
    format!("line {}, column {}: {}", start.line, start.column + 1, error.message)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::in_text;

    const TEXT: &str = "
        mod inner {
            /// Adds.
            #[belvedere::udf(name = \"plus\", aliases = [sum_of])]
            pub fn add(a: i64, b: i64) -> i64 { a + b }
        }
        fn not_annotated() {}
        #[udf] fn broken(&self) {}
    ";

    #[test]
    fn functions_are_found_by_every_name() {
        let found = in_text(Path::new("x.rs"), TEXT);
        assert_eq!(found.len(), 2);
        for name in ["add", "plus", "sum_of", "try_add"] {
            assert!(found[0].is(name), "{name}");
        }
        assert!(!found[0].is("not_annotated"));
        assert_eq!(found[0].line, 5);
    }

    #[test]
    fn the_expansion_is_printed_as_rust() {
        let text = in_text(Path::new("x.rs"), TEXT)[0].expanded().expect("no errors");
        assert!(text.contains("pub fn add(a: i64, b: i64) -> i64 {\n    a + b\n}"), "{text}");
        assert!(text.contains("pub mod add {"), "{text}");
    }

    #[test]
    fn a_wrong_function_says_what_is_wrong() {
        let error = in_text(Path::new("x.rs"), TEXT)[1].expanded().expect_err("wrong").to_string();
        assert!(error.contains("line 8"), "{error}");
        assert!(error.contains("[F0002]"), "{error}");
    }
}
