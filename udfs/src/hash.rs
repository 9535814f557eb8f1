//! Stable hashes, and the identifiers that are made of them.
//!
//! The digest is unkeyed BLAKE2b over the bytes of the text as they are, with the digest length in
//! its parameter block, as in Python's `hashlib.blake2b(text, digest_size=8)`. Stored tables hold
//! these values, so not a bit of them may ever change; the tests hold vectors from `hashlib`.

use std::fmt::{self, Display, Write as _};

use blake2::digest::consts::{U8, U16};
use blake2::{Blake2b, Digest as _};

#[cfg(test)]
mod tests;

/// What separates the parts of an id: the ASCII unit separator, which source text hardly holds.
const SEPARATOR: char = '\u{1f}';

/// What stands for a part that is NULL.
const NULL_PART: &str = "__NULL__";

/// A stable hash of text: a number that is never negative.
pub fn stable_hash64(value: &str) -> i64 {
    i64::from_be_bytes(Blake2b::<U8>::digest(value).into()) & i64::MAX
}

/// A stable hash of text: 32 lower-case hexadecimal digits.
pub fn stable_hash128(value: &str) -> String {
    hash_parts([Some(value)]).to_string()
}

/// A prefix and the 64-bit hash of a value, as `prefix:number`.
pub fn prefixed_hash64(prefix: &str, value: &str) -> String {
    format!("{prefix}:{}", stable_hash64(value))
}

/// A prefix and the 128-bit hash of a value, as `prefix:digits`.
pub fn stable_id(prefix: &str, value: &str) -> String {
    format!("{prefix}:{}", hash_parts([Some(value)]))
}

/// A prefix and the 128-bit hash of any number of parts.
pub fn stable_id_parts(prefix: &str, parts: &[Option<&str>]) -> String {
    format!("{prefix}:{}", hash_parts(parts.iter().copied()))
}

/// The id of several parts, or NULL where one of the first `required` parts is NULL.
pub fn stable_id_parts_required(
    prefix: &str,
    required: i64,
    parts: &[Option<&str>],
) -> Result<Option<String>, TooFewParts> {
    let needed = usize::try_from(required).ok().and_then(|n| parts.get(..n));
    let needed = needed.ok_or(TooFewParts { required, n_parts: parts.len() })?;
    Ok(needed.iter().all(Option::is_some).then(|| stable_id_parts(prefix, parts)))
}

/// The id of a place in a file: the hash of its path, its bounds and what else tells it apart.
pub fn span_id(
    prefix: &str,
    path: Option<&str>,
    bstart: Option<i64>,
    bend: Option<i64>,
    kind: &[Option<&str>],
) -> String {
    let mut parts = Parts::default();
    parts.push(path);
    parts.push(bstart);
    parts.push(bend);
    kind.iter().for_each(|part| parts.push(*part));
    format!("{prefix}:{}", parts.finish())
}

/// The hash of texts as parts of one id.
fn hash_parts<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Hash128 {
    let mut parts = Parts::default();
    texts.into_iter().for_each(|text| parts.push(text));
    parts.finish()
}

/// Hashes parts as if they had been joined to one text, which is never built.
#[derive(Default)]
struct Parts {
    hasher: Blake2b<U16>,
    any: bool,
}

impl Parts {
    fn push(&mut self, part: Option<impl Display>) {
        let separated = !self.any || self.write_char(SEPARATOR).is_ok();
        let written = match part {
            Some(part) => write!(self, "{part}"),
            None => self.write_str(NULL_PART),
        };
        debug_assert!(separated && written.is_ok(), "a hasher takes every text");
        self.any = true;
    }

    fn finish(self) -> Hash128 {
        Hash128(u128::from_be_bytes(self.hasher.finalize().into()))
    }
}

impl fmt::Write for Parts {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.hasher.update(text);
        Ok(())
    }
}

/// A 128-bit digest, shown as 32 lower-case hexadecimal digits.
struct Hash128(u128);

impl Display for Hash128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(digest) = self;
        write!(f, "{digest:032x}")
    }
}

/// More parts are required than were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFewParts {
    required: i64,
    n_parts: usize,
}

impl Display for TooFewParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { required, n_parts } = self;
        write!(f, "`required` is {required}: use a number from 0 to {n_parts}, the number of parts")
    }
}

impl std::error::Error for TooFewParts {}
