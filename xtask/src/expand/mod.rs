//! `cargo xtask expand NAME`: what `#[udf]`, `#[udaf]`, `#[udwf]` or `#[udtf]` makes of a function, what
//! it tells DataFusion, and, for functions of rows, the `impl` that it stands for.
//!
//! The sources are read, not compiled: the function is found by its Rust name, its SQL name or an
//! alias (a twin by that of its function), and expanded by the same library that the macro calls.
//! With `--by-hand` only the `impl` is printed, as a file that compiles.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use belvedere_lang::suggest::nearest;
use clap::Args;
use proc_macro2::TokenStream;
use syn::visit::{self, Visit};

use self::answers::Answer;
use self::kinds::Model;
use crate::workspace::{self, Workspace};

mod answers;

mod by_hand;

mod imports;

mod kinds;

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
        bail!("no function `{name}` with `#[udf]`, `#[udaf]`, `#[udwf]` or `#[udtf]`; {hint}");
    }
    Ok(found)
}

/// A function with one of the macros.
struct Annotated {
    file: PathBuf,
    line: usize,
    /// Its name in Rust, its name in SQL, its aliases.
    names: Vec<String>,
    /// The model, or what is wrong with the function.
    model: std::result::Result<Model, Vec<String>>,
}

impl Annotated {
    fn is(&self, name: &str) -> bool {
        let twin = name.strip_prefix("try_");
        self.names.iter().any(|known| known == name || Some(known.as_str()) == twin)
    }

    fn model(&self) -> Result<&Model> {
        match &self.model {
            Ok(model) => Ok(model),
            Err(errors) => bail!("the function has errors:\n{}", errors.join("\n")),
        }
    }

    /// The expansion as one would write it.
    fn expanded(&self) -> Result<String> {
        pretty(self.model()?.expand())
    }

    /// The expansion, what it answers, and the `impl`.
    fn shown(&self, twin: bool) -> Result<String> {
        let mut text = format!("// {}, line {}\n\n", self.file.display(), self.line);
        text.push_str(&self.expanded()?);
        text.push_str("\n// What it answers to DataFusion, through the one adapter:\n//\n");
        for Answer { method, gives, source } in self.model()?.answers(twin) {
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
        let function = self.model()?.function()?;
        if twin && !function.returns.fallible {
            bail!("`{}` cannot fail, so it has no twin", function.name);
        }
        match by_hand::by_hand(function, twin) {
            Ok(tokens) => pretty(tokens),
            Err(reason) => bail!("no `impl` by hand is printed for `{}`: {reason}", function.name),
        }
    }
}

fn pretty(tokens: TokenStream) -> Result<String> {
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

impl Finder<'_> {
    fn item(
        &mut self,
        attrs: &[syn::Attribute],
        ident: &syn::Ident,
        bare: impl FnOnce(&syn::Attribute) -> TokenStream,
    ) {
        let called = |attr: &syn::Attribute| {
            attr.path().segments.last().map(|segment| segment.ident.to_string())
        };
        let ours = |attr: &&syn::Attribute| {
            called(attr).is_some_and(|name| ["udf", "udaf", "udwf", "udtf"].contains(&&*name))
        };
        let Some(attr) = attrs.iter().find(ours) else { return };
        let arguments = match &attr.meta {
            syn::Meta::List(list) => list.tokens.clone(),
            syn::Meta::Path(_) | syn::Meta::NameValue(_) => TokenStream::new(),
        };
        let name = called(attr).unwrap_or_default();
        let Some(model) = Model::parse(&name, arguments, bare(attr)) else { return };
        let mut names = vec![ident.to_string().trim_start_matches("r#").to_owned()];
        if let Ok(model) = &model {
            let (name, aliases) = model.names();
            names.push(name.to_owned());
            names.extend(aliases.iter().cloned());
        }
        self.found.push(Annotated {
            file: self.file.to_path_buf(),
            line: ident.span().start().line,
            names,
            model: model.map_err(|errors| errors.iter().map(located).collect()),
        });
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        visit::visit_item_fn(self, item);
        // A macro is given the item without its own attribute.
        self.item(&item.attrs, &item.sig.ident, |own| {
            let mut bare = item.clone();
            bare.attrs.retain(|attr| attr != own);
            quote::ToTokens::to_token_stream(&bare)
        });
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        visit::visit_item_impl(self, item);
        let syn::Type::Path(path) = item.self_ty.as_ref() else { return };
        let Some(name) = path.path.segments.last() else { return };
        self.item(&item.attrs, &name.ident, |own| {
            let mut bare = item.clone();
            bare.attrs.retain(|attr| attr != own);
            quote::ToTokens::to_token_stream(&bare)
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
    fn functions_of_every_kind_are_found() {
        let text = "
            #[udwf(aliases = [nth])] impl Window for RowIndex {
                type State = i64;
                fn next(index: &mut i64) -> i64 { *index += 1; *index }
            }
            #[udf(dedupe, retry = 2)] async fn look_up(key: &str) -> Result<String> { todo }
            #[udtf] fn numbers(start: i64, #[default = 3] end: i64) -> Vec<i64> { todo }
            #[udaf] impl Aggregate for CountIf {
                type State = i64;
                fn update(count: &mut i64, condition: bool) {}
                fn merge(count: &mut i64, other: i64) {}
                fn finish(count: &i64) -> i64 { *count }
            }";
        let found = in_text(Path::new("x.rs"), text);
        let shown: Vec<String> = found.iter().map(|f| f.shown(false).expect("right")).collect();
        for (found, name) in found.iter().zip(["row_index", "look_up", "numbers", "count_if"]) {
            assert!(found.is(name), "{name}");
        }
        assert!(found[0].is("nth") && found[0].is("RowIndex"));
        for (text, line) in shown.iter().zip([
            "// partition_evaluator     rows in turn, bounded, causal   <- the name of the function",
            "// invoke_async_with_args  a call for a row, one for equal arguments, made again   <- ",
            "// schema                  i64   <- a row",
            "// return_field            i64   <- `finish`",
        ]) {
            assert!(text.contains(line), "{text}");
            assert!(text.contains("// no `impl` by hand is printed for"), "{text}");
        }
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
