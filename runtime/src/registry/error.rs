//! What can be wrong with the functions of a program.

/// Why there is no registry.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The program links no function at all.
    #[error(
        "no function is linked into this program\n\
         help: name the crates that define them, or the linker drops them: `use belvedere_udfs as _;`"
    )]
    NothingLinked,
    /// Functions contradict each other, DataFusion, or themselves.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Problems(Vec<Problem>),
    /// A relation cannot be described.
    #[error(transparent)]
    Relation(#[from] crate::view::ViewError),
    /// The description cannot be written.
    #[error("the registry cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// Something that is wrong with a function.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Two functions share a name or an alias.
    #[error(
        "two functions are called `{name}`: `{first}` and `{second}`\n\
         help: give one of them another name, `#[udf(name = \"…\")]`, or alias"
    )]
    Duplicate {
        /// The name.
        name: &'static str,
        /// The path of one.
        first: &'static str,
        /// The path of the other.
        second: &'static str,
    },
    /// DataFusion has a function of this name.
    #[error(
        "`{path}` is called `{name}`, like a function of DataFusion, which it would replace\n\
         help: give it another name, `#[udf(name = \"…\")]`, or alias"
    )]
    Owned {
        /// The name.
        name: &'static str,
        /// The path of the function.
        path: &'static str,
    },
    /// DataFusion lacks a function that is re-exported.
    #[error("`{path}` re-exports the {kind} function `{name}`, which DataFusion does not have")]
    NotOwned {
        /// The name.
        name: &'static str,
        /// The path of the re-export.
        path: &'static str,
        /// The kind of function that it says it is.
        kind: crate::udf::Kind,
    },
    /// Two parameters have one setting and other types or defaults.
    #[error(
        "`{first}` and `{second}` have the setting `{name}` for other types or defaults\n\
         help: give one of them another setting, or both one default"
    )]
    Setting {
        /// The setting.
        name: &'static str,
        /// The path of one function.
        first: &'static str,
        /// The path of the other.
        second: &'static str,
    },
    /// Two functions of one operator take the same values.
    #[error(
        "`{first}` and `{second}` are both `{operator}` for values that both take\n\
         help: give one of them no operator: SQL calls it by its name"
    )]
    Operator {
        /// The operator.
        operator: &'static str,
        /// The path of one function.
        first: &'static str,
        /// The path of the other.
        second: &'static str,
    },
    /// The words of a signature are not its types: a name in it means something else than it says.
    #[error(
        "the signature of `{path}` reads `{words}`, but its types are `{types}`\n\
         help: call types by their own names: an alias of `Option`, for instance, is not seen"
    )]
    Words {
        /// The path of the function.
        path: &'static str,
        /// The signature in words.
        words: &'static str,
        /// The signature by its types.
        types: String,
    },
    /// A listed value is refused by its own parameter.
    #[error("`{path}`: the value `{value}` of `{param}` is refused: {reason}")]
    Value {
        /// The path of the function.
        path: &'static str,
        /// The name of the parameter.
        param: &'static str,
        /// The value.
        value: &'static str,
        /// What the parameter says.
        reason: String,
    },
    /// A default is refused by its own parameter.
    #[error("`{path}`: the default of `{param}` is refused: {reason}")]
    Default {
        /// The path of the function.
        path: &'static str,
        /// The name of the parameter.
        param: &'static str,
        /// What the parameter says.
        reason: String,
    },
}
