//! Keys: hashes under which results are known. Equal keys mean equal rows.
//!
//! A key covers everything that the rows depend on and nothing else: no times, no paths of the
//! machine, no order of linking.

use std::fmt;

/// Changes when the meaning of keys does, which makes every node new.
const FORMAT: &str = "belvedere-key-1";

/// The identity of a result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

/// Computes a [`Key`] from parts. Each part is hashed with its length, so that no two lists of
/// parts run into each other.
#[derive(Clone, Debug)]
pub struct KeyHasher(blake3::Hasher);

impl Key {
    /// Reads back what [`Key::as_str`] gave.
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the key as hexadecimal text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl KeyHasher {
    /// Starts a key of the given kind; keys of different kinds never meet.
    #[must_use]
    pub fn new(kind: &str) -> Self {
        let mut hasher = Self(blake3::Hasher::new());
        hasher.part(FORMAT).part(kind);
        hasher
    }

    /// Adds a part.
    pub fn part(&mut self, part: impl AsRef<[u8]>) -> &mut Self {
        let part = part.as_ref();
        self.0.update(&(part.len() as u64).to_le_bytes());
        self.0.update(part);
        self
    }

    /// Returns the key of the parts so far.
    #[must_use]
    pub fn finish(&self) -> Key {
        Key(self.0.finalize().to_hex().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::KeyHasher;

    fn key(parts: &[&str]) -> super::Key {
        let mut hasher = KeyHasher::new("test");
        for part in parts {
            hasher.part(part);
        }
        hasher.finish()
    }

    #[test]
    fn borders_between_parts_count() {
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_ne!(key(&["ab"]), key(&["ab", ""]));
        assert_eq!(key(&["ab", "c"]), key(&["ab", "c"]));
    }
}
