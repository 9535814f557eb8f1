//! What audits have found, as it is published with a version.

use belvedere_lang::view::syntax::AuditOutcome;
use serde::{Deserialize, Serialize};

/// What an audit has found in a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditResult {
    /// Its name, or its text.
    pub name: String,
    /// What happens where it does not hold.
    #[serde(with = "outcome")]
    pub outcome: AuditOutcome,
    /// How many rows do not pass.
    pub failed: u64,
    /// Some of them, for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<String>,
}

/// Outcomes by their words.
mod outcome {
    use belvedere_lang::view::syntax::AuditOutcome;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        outcome: &AuditOutcome,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(outcome.word())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<AuditOutcome, D::Error> {
        let word = String::deserialize(from)?;
        let all = [AuditOutcome::Fail, AuditOutcome::Warn, AuditOutcome::Quarantine];
        let found = all.into_iter().find(|outcome| outcome.word() == word);
        found.ok_or_else(|| D::Error::custom(format!("`{word}` is no outcome of an audit")))
    }
}

impl AuditResult {
    /// Returns what was found, for people.
    #[must_use]
    pub fn told(&self, rows: u64) -> String {
        let mut text = format!("`{}` does not hold for {} of {rows} rows", self.name, self.failed);
        for sample in &self.samples {
            text.push_str(&format!("\n  {sample}"));
        }
        text
    }
}
