//! Why an input gives no rows: the kinds of `extract_errors`.

use std::io;

/// A reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What sort of reason.
    pub(crate) kind: FailureKind,
    /// What is wrong with this input.
    pub(crate) message: String,
}

/// The sorts of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// The content is not in the encoding that it is said to be in.
    NotText,
    /// A declared encoding that is not known or contradicts the byte order mark.
    UnknownEncoding,
    /// Larger than the limit.
    TooLarge,
    /// Brackets nest deeper than the limit.
    TooDeep,
    /// The parser did not come to an end within its time.
    TooSlow,
    /// It was listed, and was gone when it was read.
    Vanished,
    /// It cannot be read.
    Unreadable,
    /// A pipe, a socket or a device.
    NotAFile,
    /// A rule of an ignore file that cannot be understood.
    IgnoreRule,
    /// A manifest that cannot be understood, or lacks what one must say.
    BadManifest,
}

impl FailureKind {
    const ALL: [Self; 10] = [
        Self::NotText,
        Self::UnknownEncoding,
        Self::TooLarge,
        Self::TooDeep,
        Self::TooSlow,
        Self::Vanished,
        Self::Unreadable,
        Self::NotAFile,
        Self::IgnoreRule,
        Self::BadManifest,
    ];

    /// The name in the column `kind`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::NotText => "not_text",
            Self::UnknownEncoding => "unknown_encoding",
            Self::TooLarge => "too_large",
            Self::TooDeep => "too_deep",
            Self::TooSlow => "too_slow",
            Self::Vanished => "vanished",
            Self::Unreadable => "unreadable",
            Self::NotAFile => "not_a_file",
            Self::IgnoreRule => "ignore_rule",
            Self::BadManifest => "bad_manifest",
        }
    }
}

/// Begins the content hash of an input without content. No hash in hexadecimal begins so.
const MARK: &str = "failed ";

impl Failure {
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn from_io(error: &io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::NotFound => FailureKind::Vanished,
            _ => FailureKind::Unreadable,
        };
        Self::new(kind, error.to_string())
    }

    /// What stands in for a content hash, so that the input is new when its failure changes.
    pub(crate) fn to_hash(&self) -> String {
        format!("{MARK}{}: {}", self.kind.name(), self.message)
    }

    /// The failure that a listed input is marked with.
    pub(crate) fn from_hash(hash: &str) -> Option<Self> {
        let (name, message) = hash.strip_prefix(MARK)?.split_once(": ")?;
        let kind = FailureKind::ALL.into_iter().find(|kind| kind.name() == name)?;
        Some(Self::new(kind, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_survives_its_way_through_a_listing() {
        for kind in FailureKind::ALL {
            let failure = Failure::new(kind, "a: b");
            assert_eq!(Failure::from_hash(&failure.to_hash()), Some(failure));
        }
        assert_eq!(Failure::from_hash("0123abcd"), None);
    }
}
