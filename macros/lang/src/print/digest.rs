//! Digests of functions: what tells whether code that was generated for a function still fits it.
//!
//! The generator writes them beside the code, the extension that holds the functions computes them
//! again when it is loaded. Only what a call depends on counts: a digest stays what it is when a
//! doc comment changes, or when the body does.

use super::registry::{Function, FunctionKind, Param};
use crate::source_hash::Fnv;

/// The digest of a function, in hexadecimal digits.
#[must_use]
pub fn function(function: &Function) -> String {
    let Function { name, kind, engine, aliases, signature, params, deprecated, .. } = function;
    let kind = match kind {
        FunctionKind::Scalar => "scalar",
        FunctionKind::Aggregate => "aggregate",
        FunctionKind::Window => "window",
        FunctionKind::Table => "table",
    };
    let mut hash = Hash(Fnv::new());
    hash.text(name);
    hash.text(kind);
    hash.flags([*engine]);
    hash.texts(aliases);
    hash.text(signature);
    hash.optional(deprecated.as_deref());
    for param in params {
        hash.param(param);
    }
    hash.digits()
}

/// The digest of all functions: equal where each has an equal one.
#[must_use]
pub fn functions(functions: &[Function]) -> String {
    let mut hash = Hash(Fnv::new());
    for each in functions {
        hash.text(&function(each));
    }
    hash.digits()
}

/// Hashes values with their lengths, so that no two lists of them run into each other.
struct Hash(Fnv);

impl Hash {
    fn text(&mut self, text: &str) {
        self.0.bytes(&(text.len() as u64).to_le_bytes());
        self.0.bytes(text.as_bytes());
    }

    fn texts(&mut self, texts: &[String]) {
        self.0.bytes(&(texts.len() as u64).to_le_bytes());
        for text in texts {
            self.text(text);
        }
    }

    fn optional(&mut self, text: Option<&str>) {
        self.flags([text.is_some()]);
        self.text(text.unwrap_or_default());
    }

    fn flags<const N: usize>(&mut self, flags: [bool; N]) {
        self.0.bytes(&flags.map(u8::from));
    }

    fn param(&mut self, param: &Param) {
        let Param { name, ty, nullable, literal, any, variadic, default, setting, values } = param;
        self.text(name);
        self.text(ty);
        self.flags([*nullable, *literal, *any, *variadic]);
        self.optional(default.as_deref());
        self.optional(setting.as_deref());
        self.texts(values);
    }

    fn digits(&self) -> String {
        format!("{:032x}", self.0.value())
    }
}
