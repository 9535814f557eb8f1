//! The registry as the plain structs that printers take, and as the JSON that is committed.

use belvedere_lang::print::registry as print;

use super::{Registry, RegistryError, relations, templates};
use crate::udf::{Function, Kind, Metadata, Param, Volatility};

impl Registry {
    /// Describes the functions and every relation that is linked into the program.
    ///
    /// # Errors
    ///
    /// [`RegistryError::Relation`] when the text of a view cannot be read.
    pub fn snapshot(&self) -> Result<print::Registry, RegistryError> {
        let mut snapshot = print::Registry {
            format: print::FORMAT,
            hash: String::new(),
            functions: self.described(),
            relations: relations::linked()?,
            templates: templates::linked(),
        };
        snapshot.hash = hash(&snapshot)?;
        Ok(snapshot)
    }

    /// Describes the functions alone.
    #[must_use]
    pub fn described(&self) -> Vec<print::Function> {
        self.functions.iter().map(|function| self.describe(function)).collect()
    }

    /// The description as JSON, sorted, with a line break at the end.
    ///
    /// # Errors
    ///
    /// Those of [`Registry::snapshot`].
    pub fn to_json(&self) -> Result<String, RegistryError> {
        let mut text = serde_json::to_string_pretty(&self.snapshot()?)?;
        text.push('\n');
        Ok(text)
    }

    fn describe(&self, function: &Function) -> print::Function {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let (summary, paragraphs) = match function.doc.split_first() {
            Some((first, rest)) => ((*first).to_owned(), owned(rest)),
            None => (String::new(), Vec::new()),
        };
        let examples = function.examples.iter().map(|example| print::Example {
            sql: example.sql.to_owned(),
            expected: example.expected.to_owned(),
        });
        print::Function {
            name: function.name.to_owned(),
            rust: function.path.to_owned(),
            kind: match function.kind() {
                Kind::Scalar => print::FunctionKind::Scalar,
                Kind::Aggregate => print::FunctionKind::Aggregate,
                Kind::Window => print::FunctionKind::Window,
                Kind::Table => print::FunctionKind::Table,
            },
            engine: function.is_engine(),
            aliases: owned(function.aliases),
            signature: function.signature.to_owned(),
            params: function.params.iter().map(|item| param(function, item)).collect(),
            returns: print::Returns {
                ty: function.returns.ty.named(function.type_params).to_string(),
                nullable: function.returns.nullable,
            },
            fallible: function.fallible,
            strict: function.is_strict(),
            volatility: match function.volatility {
                Volatility::Immutable => print::Volatility::Immutable,
                Volatility::Stable => print::Volatility::Stable,
                Volatility::Volatile => print::Volatility::Volatile,
            },
            calls: function.as_async().map(|awaited| awaited.limits.to_string()),
            tags: owned(function.tags),
            operator: function.operator.map(str::to_owned),
            properties: properties(function),
            metadata: metadata(function),
            summary,
            paragraphs,
            examples: examples.collect(),
            since: function.since.map(str::to_owned),
            deprecated: function.deprecated.map(str::to_owned),
            version: function.version,
            twin_of: function.twin_of.map(str::to_owned),
        }
    }
}

fn param(function: &Function, param: &Param) -> print::Param {
    print::Param {
        name: param.name.to_owned(),
        ty: param.value.ty.named(function.type_params).to_string(),
        nullable: param.value.nullable,
        literal: param.literal,
        any: param.any,
        variadic: param.variadic,
        default: param.default.as_ref().map(ToString::to_string),
        setting: param.setting.map(str::to_owned),
        values: param.values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

fn properties(function: &Function) -> Vec<String> {
    let mut names = function.properties.names();
    names.extend(function.preimage.map(|_| "preimage".to_owned()));
    names
}

fn metadata(function: &Function) -> print::MetadataRule {
    match function.metadata {
        Metadata::None => print::MetadataRule::None,
        Metadata::Inherit(position) => {
            let name = function.param_of(position).map_or("", |param| param.name);
            print::MetadataRule::Inherit(name.to_owned())
        }
        Metadata::Set(entries) => {
            let entries =
                entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            print::MetadataRule::Set(entries.collect())
        }
    }
}

/// The hash of everything that the description says, in hexadecimal digits.
fn hash(snapshot: &print::Registry) -> Result<String, RegistryError> {
    Ok(blake3::hash(&serde_json::to_vec(snapshot)?).to_hex().to_string())
}
