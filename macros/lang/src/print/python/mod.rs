//! Typed builders for Python: modules and their stubs, printed from the registry.
//!
//! | file | holds |
//! |---|---|
//! | `functions.py`, `functions.pyi` | a typed function for each function of rows, groups and windows |
//! | `tables.py`, `tables.pyi` | one for each table function, which gives a relation |
//! | `_registry.py` | what the builders hand their arguments to, and the digests of what they were made for |
//! | `builtin.py`, `builtin.pyi`, `_builtin.py` | the same for DataFusion's own, in the package `belvedere` |
//!
//! What no signature says, a function of Python's or an Arrow type as an argument, is written by hand in modules
//! beside these, which have its names.
//!
//! Every builder takes and gives expressions of the package `datafusion`. Parameters keep their
//! names, so that they can be given by keyword; the type of a parameter says which plain Python values
//! stand for a constant. What must be constant takes no expression at all. The texts are fixed points
//! of `ruff format`, so that a project which formats its code sees no difference.

use std::fmt;

use super::registry::{Function, FunctionKind, Registry};

mod arguments;
mod builder;
mod builtins;
mod docstring;
mod example;
mod layout;
mod module;
#[cfg(feature = "serde")]
mod spec;
mod table;

use self::builder::Builder;
use self::example::Examples;

/// The width that `ruff format` breaks lines at.
const WIDTH: usize = 88;

const INDENT: &str = "    ";

const FUNCTIONS: &str = "\
The functions of the extension, as typed builders of expressions.

In examples `f` is this module, `b` is `belvedere.builtin`, `rt` is a `Runtime` of the extension, and
`col` and `lit` are those of `belvedere`.
";

const TABLES: &str = "\
The table functions of the extension: relations of a runtime.

In examples `tables` is this module, `rt` is a `Runtime` of the extension, and `col` and `lit` are
those of `belvedere`.
";

const BUILTINS: &str = "\
DataFusion's own functions, as typed builders of expressions.

Those that views call by bare names have the same names and parameters here. Besides there are those
that a view has no use for, because what they give follows from the clock, from chance or from Arrow,
and those that take a function of Python's: `array_filter(prices, lambda price: price > 3)`.
In examples `b` is this module, `rt` is a `Runtime`, and `col` and `lit` are those of `belvedere`.
";

/// Functions of a module that somebody has written: arguments of theirs are types, names, functions, or of
/// several types, which no signature says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    /// The module beside.
    module: &'static str,
    names: &'static [&'static str],
}

/// The written ones of DataFusion's functions.
const WRITTEN: [Written; 2] = [
    Written {
        module: "_constructs",
        names: &[
            "arrays_zip",
            "arrow_cast",
            "arrow_field",
            "arrow_metadata",
            "arrow_try_cast",
            "get_field",
            "grouping",
            "named_struct",
            "struct",
            "union_extract",
            "union_tag",
            "with_metadata",
        ],
    },
    Written {
        module: "_lambdas",
        names: &["array_any_match", "array_filter", "array_first", "array_transform"],
    },
];

/// The written ones of DataFusion's table functions.
const WRITTEN_TABLES: [Written; 1] =
    [Written { module: "_series", names: &["generate_series", "range"] }];

/// The names of DataFusion's functions that have builders in `builtin`, sorted.
#[must_use]
pub fn builtin_names() -> Vec<String> {
    let written = WRITTEN.iter().flat_map(|written| written.names);
    let printed = builtins::builders().into_iter().map(|builder| builder.name);
    let mut names: Vec<String> = printed.chain(written.map(|name| (*name).to_owned())).collect();
    names.sort();
    names
}

/// A file of a Python package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name in the folder of the package.
    pub name: &'static str,
    /// What it holds.
    pub text: String,
}

/// Where a package finds what all packages share, `belvedere.extension` and `belvedere.arguments`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// It is the package `belvedere` itself.
    Here,
    /// It is another one, which depends on `belvedere`.
    Elsewhere,
}

/// A text of the registry that cannot be read: Belvedere did not write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The function's name.
    pub function: String,
    /// What is unreadable: its signature, or the default of a parameter.
    pub what: String,
    /// The text.
    pub text: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, what, text } = self;
        write!(f, "the {what} of `{function}` cannot be read: `{text}`")
    }
}

impl std::error::Error for Unreadable {}

/// Prints the files of a package whose extension, its module `_native`, has these functions.
///
/// # Errors
///
/// A signature or a default that cannot be read.
pub fn package(registry: &Registry, home: Home, command: &str) -> Result<Vec<File>, Unreadable> {
    let examples = Examples::new(&registry.functions);
    let builders = registry.functions.iter().map(|function| Builder::of(function, &examples));
    let builders: Vec<Builder> = builders.collect::<Result<_, _>>()?;
    let header = header(command);
    let text = |text: String| format!("{header}{text}");
    let source = Source { module: "_registry", name: "FUNCTIONS", docs: FUNCTIONS, written: &[] };
    let expressions: Vec<&Builder> = of_kind(&registry.functions, &builders, |kind| {
        // A table is no expression.
        kind != FunctionKind::Table
    });
    let mut tables = of_kind(&registry.functions, &builders, |kind| kind == FunctionKind::Table);
    // The package itself has DataFusion's with all the types that they take.
    let written: &[Written] = if home == Home::Here { &WRITTEN_TABLES } else { &[] };
    tables.retain(|table| {
        let is_written = written.iter().any(|it| it.names.contains(&table.name.as_str()));
        !(is_written && table.engine.is_some())
    });
    let of_tables = Source { docs: TABLES, written, ..source };
    Ok(vec![
        File { name: "_registry.py", text: text(table::print(registry, &builders, home)) },
        File {
            name: "functions.py",
            text: text(module::implementation(&expressions, home, &source)),
        },
        File { name: "functions.pyi", text: text(module::stub(&expressions, home, &source)) },
        File { name: "tables.py", text: text(module::implementation(&tables, home, &of_tables)) },
        File { name: "tables.pyi", text: text(module::stub(&tables, home, &of_tables)) },
    ])
}

/// Prints the files of the package `belvedere` with DataFusion's own functions.
#[must_use]
pub fn builtins(command: &str) -> Vec<File> {
    let builders = builtins::builders();
    let header = header(command);
    let all: Vec<&Builder> = builders.iter().collect();
    let module = |name: &'static str, text: String| File { name, text: format!("{header}{text}") };
    let source = Source { module: "_builtin", name: "BUILTINS", docs: BUILTINS, written: &WRITTEN };
    vec![
        module("_builtin.py", table::print_builtins(&builders)),
        module("builtin.py", module::implementation(&all, Home::Here, &source)),
        module("builtin.pyi", module::stub(&all, Home::Here, &source)),
    ]
}

/// Prints the module with the types of queries as data.
#[cfg(feature = "serde")]
#[must_use]
pub fn spec(command: &str) -> File {
    File { name: "spec.py", text: format!("{}{}", header(command), spec::print()) }
}

fn header(command: &str) -> String {
    format!("# generated by `{command}`, do not edit\n\n")
}

/// What the bodies of a module call.
#[derive(Clone, Copy)]
struct Source {
    /// The module that it is in.
    module: &'static str,
    name: &'static str,
    /// The documentation of the module of builders.
    docs: &'static str,
    /// What else the module has.
    written: &'static [Written],
}

/// The builders of functions of some kinds, sorted by their names in Python.
fn of_kind<'a>(
    functions: &[Function],
    builders: &'a [Builder],
    keep: impl Fn(FunctionKind) -> bool,
) -> Vec<&'a Builder> {
    let pairs = functions.iter().zip(builders);
    let mut kept: Vec<&Builder> =
        pairs.filter(|(function, _)| keep(function.kind)).map(|(_, builder)| builder).collect();
    kept.sort_by(|left, right| left.name.cmp(&right.name));
    kept
}
