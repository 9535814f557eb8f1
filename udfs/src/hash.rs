//! Stable hashes, and the identifiers that are made of them.
//!
//! The digest is unkeyed BLAKE2b over the bytes of the text as they are, with the digest length in
//! its parameter block, as in Python's `hashlib.blake2b(text, digest_size=8)`. Stored tables hold
//! these values, so not a bit of them may ever change; the tests hold vectors from `hashlib`.

use std::fmt::{self, Display, Write as _};

use belvedere::udf;
use belvedere::udf::types::SEMANTIC_TYPE;
use belvedere::udf::{Entries, Planned};
use blake2::digest::consts::{U8, U16};
use blake2::{Blake2b, Digest as _};

#[cfg(test)]
mod tests;

/// What separates the parts of an id: the ASCII unit separator, which source text hardly holds.
const SEPARATOR: char = '\u{1f}';

/// What stands for a part that is NULL.
const NULL_PART: &str = "__NULL__";

/// A stable hash of text, BLAKE2b-64, as a number that is never negative.
/// ```sql
/// SELECT stable_hash64('alpha');
/// ----
/// 5982700193828047002
/// ```
#[udf(tags = [hash], aliases = [hash64])]
pub fn stable_hash64(value: &str) -> i64 {
    i64::from_be_bytes(Blake2b::<U8>::digest(value).into()) & i64::MAX
}

/// A stable hash of text, BLAKE2b-128, as 32 lower-case hexadecimal digits.
/// ```sql
/// SELECT stable_hash128('beta');
/// ----
/// 3fbcb3213a60fe28c29ec4283042c6e2
/// ```
#[udf(tags = [hash], aliases = [hash128])]
pub fn stable_hash128(value: &str) -> String {
    hash_parts([Some(value)]).to_string()
}

/// A prefix, which is not hashed, and the number that `stable_hash64` gives for a value.
/// ```sql
/// SELECT prefixed_hash64('ns', 'gamma');
/// ----
/// ns:8666994792918649077
/// ```
#[udf(tags = [id, hash], aliases = [prefixed_hash])]
pub fn prefixed_hash64(prefix: &str, value: &str) -> String {
    format!("{prefix}:{}", stable_hash64(value))
}

/// A prefix, which is not hashed, and the digits that `stable_hash128` gives for a value.
/// ```sql
/// SELECT stable_id('ns', 'delta');
/// ----
/// ns:7fe3792fbdd937674be221ed030739da
/// ```
#[udf(tags = [id, hash], planned = kind_of_id)]
pub fn stable_id(prefix: &str, value: &str) -> String {
    format!("{prefix}:{}", hash_parts([Some(value)]))
}

/// `stable_id` of the texts of all parts: U+001F between them, `__NULL__` in place of NULL.
/// ```sql
/// SELECT stable_id_parts('ns', 1, true), stable_id_parts('span', 'a', NULL);
/// ----
/// ns:814f0cfc0a52a87030557b6632d99413 span:e572d4f485d45f5df562e024a5aa26e5
/// ```
#[udf(tags = [id, hash], aliases = [stable_id_multi], planned = kind_of_id)]
pub fn stable_id_parts(prefix: &str, #[cast] parts: &[Option<&str>]) -> String {
    format!("{prefix}:{}", hash_parts(parts.iter().copied()))
}

/// The id of `stable_id_parts`, or NULL where one of the first `required` parts is NULL.
/// ```sql
/// SELECT stable_id_parts_required('span', 1, 'a', NULL), stable_id_parts_required('span', 2, 'a', NULL);
/// ----
/// span:e572d4f485d45f5df562e024a5aa26e5 NULL
/// ```
#[udf(tags = [id, hash], planned = kind_of_id)]
pub fn stable_id_parts_required(
    prefix: &str,
    #[literal] required: i64,
    #[cast] parts: &[Option<&str>],
) -> Result<Option<String>, TooFewParts> {
    let needed = usize::try_from(required).ok().and_then(|n| parts.get(..n));
    let needed = needed.ok_or(TooFewParts { required, n_parts: parts.len() })?;
    Ok(needed.iter().all(Option::is_some).then(|| stable_id_parts(prefix, parts)))
}

/// The id of a place in a file: `stable_id_parts` of its path, its bounds and its kind, if given.
/// ```sql
/// SELECT span_id('span', 'p.py', 10, 20, 'call');
/// ----
/// span:af352f784e1288ea78855835265f8fc1
/// ```
#[udf(tags = [span, id, hash], planned = kind_of_id)]
pub fn span_id(
    prefix: &str,
    path: Option<&str>,
    bstart: Option<i64>,
    bend: Option<i64>,
    #[cast] kind: &[Option<&str>],
) -> String {
    let mut parts = Parts::default();
    parts.push(path);
    parts.push(bstart);
    parts.push(bend);
    kind.iter().for_each(|part| parts.push(*part));
    format!("{prefix}:{}", parts.finish())
}

/// The `semantic_type` of ids whose prefix is a constant that names nodes, edges or spans.
fn kind_of_id(call: &Planned<'_>) -> udf::Result<Entries> {
    let prefix = call.argument("prefix")?.constant().unwrap_or_default();
    let kind = match prefix.trim().to_ascii_lowercase().as_str() {
        "node" | "node_id" | "nodeid" => "NodeId",
        "edge" | "edge_id" | "edgeid" => "EdgeId",
        "span" | "span_id" | "spanid" => "SpanId",
        _ => return Ok(Entries::new()),
    };
    Ok(vec![(SEMANTIC_TYPE, kind.to_owned())])
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
