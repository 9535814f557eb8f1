//! Defaults that a session changes: `SET belvedere.utf8_normalize.form = 'nfc'`.
//!
//! A parameter with `#[setting("belvedere.FAMILY.NAME")]` has its default from there. DataFusion
//! asks functions for an instance that suits its settings when a session is made and after each
//! `SET`; an instance with other defaults is another function to the planner. Views spell out all
//! arguments when they are compiled, so that no setting of a session changes their rows.

use std::any::Any;
use std::collections::BTreeMap;

use belvedere_lang::suggest;
use datafusion::common::config::{ConfigEntry, ConfigExtension, ExtensionOptions};
use datafusion::common::{DataFusionError, Result, ScalarValue};

use super::failure::parsed;
use crate::registry::Registry;
use crate::udf::descriptor::{Constant, Param};
use crate::udf::types::Type;

/// The settings of a session that change defaults of functions.
///
/// Sessions of [`Runtime`](crate::Runtime) have them. Any other session gets them by
/// `SessionConfig::new().with_option_extension(belvedere::Settings::default())`. There, functions follow
/// what is set after they have been registered.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What was set, by the name without `belvedere.`.
    changed: BTreeMap<&'static str, String>,
}

impl Settings {
    /// The default of a parameter, where it has been changed.
    pub(super) fn of(&self, param: &Param) -> Option<ScalarValue> {
        let name = short(param.setting?);
        let text = self.changed.get(name)?;
        // What cannot be a value has not been accepted.
        value(param, text).ok()
    }
}

impl ConfigExtension for Settings {
    const PREFIX: &'static str = "belvedere";
}

impl ExtensionOptions for Settings {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, key: &str, text: &str) -> Result<()> {
        let declared = declared()?;
        let Some((name, param)) = declared.get_key_value(key) else {
            return Err(unknown(key, &declared));
        };
        match value(param, text) {
            Ok(_) => {
                self.changed.insert(*name, text.to_owned());
                Ok(())
            }
            Err(reason) => {
                let error = format!("`belvedere.{key}` cannot be `{text}`: {reason}");
                Err(DataFusionError::Configuration(error))
            }
        }
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        // Functions that contradict each other are refused where they are registered.
        let declared = declared().unwrap_or_default();
        let entry = |(name, param): (&'static str, &'static Param)| ConfigEntry {
            key: format!("belvedere.{name}"),
            value: self.changed.get(name).cloned().or_else(|| param.default.map(text_of)),
            description: "The default of an argument of functions, where a call leaves it out",
        };
        declared.into_iter().map(entry).collect()
    }
}

/// The settings that the functions of the program have, by their names without `belvedere.`.
fn declared() -> Result<BTreeMap<&'static str, &'static Param>> {
    let registry = match Registry::linked() {
        Ok(registry) => registry,
        Err(crate::registry::RegistryError::NothingLinked) => return Ok(BTreeMap::new()),
        Err(error) => return Err(DataFusionError::Configuration(error.to_string())),
    };
    let params = registry.functions().iter().flat_map(|function| function.params);
    Ok(params.filter_map(|param| Some((short(param.setting?), param))).collect())
}

/// A name without `belvedere.`, as DataFusion gives it to an extension.
fn short(name: &'static str) -> &'static str {
    name.strip_prefix("belvedere.").unwrap_or(name)
}

fn unknown(key: &str, declared: &BTreeMap<&'static str, &'static Param>) -> DataFusionError {
    let near = suggest::nearest(key, declared.keys().copied());
    let help = match near {
        Some(near) => format!("did you mean `belvedere.{near}`?"),
        None => "information_schema.df_settings lists them".to_owned(),
    };
    DataFusionError::Configuration(format!("there is no setting `belvedere.{key}`: {help}"))
}

/// What a text means as the default of a parameter.
///
/// # Errors
///
/// Why it is none.
fn value(param: &Param, text: &str) -> Result<ScalarValue, String> {
    let ty = param.value.ty.to_arrow();
    if param.value.nullable && text.eq_ignore_ascii_case("null") {
        return ScalarValue::try_from(&ty).map_err(|error| error.strip_backtrace());
    }
    let scalar = ScalarValue::Utf8(Some(text.to_owned()));
    if let Some(parse) = param.parse {
        return parsed(parse, text).map(|_| scalar);
    }
    match param.value.ty {
        Type::String => Ok(scalar),
        wanted => scalar.cast_to(&ty).map_err(|_| format!("it takes {wanted}")),
    }
}

/// A constant as it is set.
fn text_of(constant: Constant) -> String {
    match constant {
        Constant::Text(text) => text.to_owned(),
        other => other.to_string(),
    }
}
