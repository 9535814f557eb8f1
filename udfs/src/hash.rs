//! Stable hashes, and the identifiers that are made of them.
//!
//! The digest is unkeyed BLAKE2b over the bytes of the text as they are, with the digest length in
//! its parameter block, as in Python's `hashlib.blake2b(text, digest_size=8)`. Stored tables hold
//! these values, so not a bit of them may ever change; the tests hold vectors from `hashlib`.

use std::fmt::{self, Display, Write as _};

use belvedere::udf::types::SEMANTIC_TYPE;
use belvedere::udf::{Entries, Given, Planned};
use belvedere::{Operand, Text, Value, udf};
use blake2::digest::consts::{U8, U16};
use blake2::{Blake2b, Digest};

use crate::text::Form;

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
#[udf(tags = [hash], aliases = [hash64], bounds = 0..)]
pub fn stable_hash64(value: &str) -> i64 {
    hash_parts64([Some(value)])
}

/// A stable hash of text, BLAKE2b-128, as 32 lower-case hexadecimal digits.
/// ```sql
/// SELECT stable_hash128('beta');
/// ----
/// 3fbcb3213a60fe28c29ec4283042c6e2
/// ```
#[udf(tags = [hash], aliases = [hash128])]
pub fn stable_hash128(value: &str, out: &mut Text) {
    out.push_display(hash_parts([Some(value)]));
}

/// A prefix, which is not hashed, and the number that `stable_hash64` gives for a value.
/// ```sql
/// SELECT prefixed_hash64('ns', 'gamma');
/// ----
/// ns:8666994792918649077
/// ```
#[udf(tags = [id, hash], aliases = [prefixed_hash])]
pub fn prefixed_hash64(prefix: &str, value: &str, out: &mut Text) {
    prefixed(prefix, stable_hash64(value), out);
}

/// A prefix, which is not hashed, and the digits that `stable_hash128` gives for a value.
/// ```sql
/// SELECT stable_id('ns', 'delta');
/// ----
/// ns:7fe3792fbdd937674be221ed030739da
/// ```
#[udf(tags = [id, hash], planned = kind_of_id)]
pub fn stable_id(prefix: &str, value: &str, out: &mut Text) {
    prefixed(prefix, hash_parts([Some(value)]), out);
}

/// `stable_id` of the texts of all parts: U+001F between them, `__NULL__` in place of NULL.
///
/// Structs and maps have no text, nor have bytes that are no UTF-8: give `encode(value, 'hex')`.
///
/// ```sql
/// SELECT stable_id_parts('ns', 1, true), stable_id_parts('span', 'a', NULL);
/// ----
/// ns:814f0cfc0a52a87030557b6632d99413 span:e572d4f485d45f5df562e024a5aa26e5
/// ```
#[udf(tags = [id, hash], aliases = [stable_id_multi], planned = kind_of_id)]
pub fn stable_id_parts(prefix: &str, #[cast] parts: &[Option<&str>], out: &mut Text) {
    prefixed(prefix, hash_parts(parts.iter().copied()), out);
}

/// `prefixed_hash64` of the texts of all parts: U+001F between them, `__NULL__` in place of NULL.
/// ```sql
/// SELECT prefixed_hash_parts64('ns', 'a', 'b'), prefixed_hash_parts64('ns', 'a', NULL);
/// ----
/// ns:8668388485945676816 ns:8982507147066422756
/// ```
#[udf(tags = [id, hash], aliases = [prefixed_hash_parts])]
pub fn prefixed_hash_parts64(prefix: &str, #[cast] parts: &[Option<&str>], out: &mut Text) {
    prefixed(prefix, hash_parts64(parts.iter().copied()), out);
}

/// The id of `prefixed_hash_parts64`, or NULL where one of the first `required` parts is NULL.
/// ```sql
/// SELECT prefixed_hash_parts64_required('ns', 1, 'a', 'b'), prefixed_hash_parts64_required('ns', 2, 'a', NULL);
/// ----
/// ns:8668388485945676816 NULL
/// ```
#[udf(tags = [id, hash], simplify = prefixed_of_given_parts)]
pub fn prefixed_hash_parts64_required(
    prefix: &str,
    #[literal] required: i64,
    #[cast] parts: &[Option<&str>],
    out: &mut Text,
) -> Result<Option<()>, TooFewParts> {
    let given = parts.iter().map(Option::is_some);
    Ok(are_given(required, given)?.then(|| prefixed_hash_parts64(prefix, parts, out)))
}

/// The digits that `stable_hash128` gives for the text of a value of any type that has one; never NULL.
///
/// Structs and maps have no text, nor have bytes that are no UTF-8: hash `encode(value, 'hex')`.
///
/// `canonical` trims the text and puts it into NFKC before, so that it makes no difference how it was
/// typed. `null_sentinel` stands for NULL. NULL for either means its default.
///
/// ```sql
/// SELECT stable_hash_any(42), stable_hash_any('ﬁ ') = stable_hash128('fi');
/// ----
/// 755345b7ef54b0d592c17e04737ab3d9 true
/// ```
#[udf(tags = [id, hash], aliases = [stable_hash])]
pub fn stable_hash_any(
    #[cast] value: Option<&str>,
    #[literal(default = true)] canonical: Option<bool>,
    #[literal(default = "__NULL__")] null_sentinel: Option<&str>,
    out: &mut Text,
) {
    let text = value.or(null_sentinel).unwrap_or(NULL_PART);
    if canonical.unwrap_or(true) {
        stable_hash128(&Form::Nfkc.normalize(text.trim()), out);
    } else {
        stable_hash128(text, out);
    }
}

/// The id of `stable_id_parts`, or NULL where one of the first `required` parts is NULL.
/// ```sql
/// SELECT stable_id_parts_required('span', 1, 'a', NULL), stable_id_parts_required('span', 2, 'a', NULL);
/// ----
/// span:e572d4f485d45f5df562e024a5aa26e5 NULL
/// ```
#[udf(tags = [id, hash], planned = kind_of_id, simplify = id_of_given_parts)]
pub fn stable_id_parts_required(
    prefix: &str,
    #[literal] required: i64,
    #[cast] parts: &[Option<&str>],
    out: &mut Text,
) -> Result<Option<()>, TooFewParts> {
    let given = parts.iter().map(Option::is_some);
    Ok(are_given(required, given)?.then(|| stable_id_parts(prefix, parts, out)))
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
    out: &mut Text,
) {
    let mut parts = Parts::default();
    parts.push(path);
    parts.push(bstart);
    parts.push(bend);
    kind.iter().for_each(|part| parts.push(*part));
    prefixed(prefix, parts.finish(), out);
}

/// The id of `span_id`, or NULL where one of the first `required` of path, bounds and kind is NULL.
/// ```sql
/// SELECT span_id_required('span', 3, 'p.py', 10, 20, 'call'), span_id_required('span', 3, 'p.py', 10, NULL);
/// ----
/// span:af352f784e1288ea78855835265f8fc1 NULL
/// ```
#[udf(tags = [span, id, hash], planned = kind_of_id, simplify = id_of_given_span)]
pub fn span_id_required(
    prefix: &str,
    #[literal] required: i64,
    path: Option<&str>,
    bstart: Option<i64>,
    bend: Option<i64>,
    #[cast] kind: &[Option<&str>],
    out: &mut Text,
) -> Result<Option<()>, TooFewParts> {
    let mut given = vec![path.is_some(), bstart.is_some(), bend.is_some()];
    given.extend(kind.iter().map(Option::is_some));
    let given = are_given(required, given.into_iter())?;
    Ok(given.then(|| span_id(prefix, path, bstart, bend, kind, out)))
}

/// Whether none of the first `required` parts is NULL.
fn are_given(
    required: i64,
    mut given: impl ExactSizeIterator<Item = bool>,
) -> Result<bool, TooFewParts> {
    let n_parts = given.len();
    let needed = usize::try_from(required).ok().filter(|needed| *needed <= n_parts);
    let needed = needed.ok_or(TooFewParts { required, n_parts })?;
    Ok(given.by_ref().take(needed).all(|given| given))
}

fn prefixed_of_given_parts(
    prefix: Given<String>,
    required: Given<i64>,
    parts: Vec<Given<String>>,
) -> Option<Operand> {
    let may_be_null = parts.iter().map(Given::is_nullable);
    never_null(&required, may_be_null)?;
    Some(prefixed_hash_parts64::expr(prefix, parts).into())
}

fn id_of_given_parts(
    prefix: Given<String>,
    required: Given<i64>,
    parts: Vec<Given<String>>,
) -> Option<Operand> {
    let may_be_null = parts.iter().map(Given::is_nullable);
    never_null(&required, may_be_null)?;
    Some(stable_id_parts::expr(prefix, parts).into())
}

fn id_of_given_span(
    prefix: Given<String>,
    required: Given<i64>,
    path: Given<String>,
    bstart: Given<i64>,
    bend: Given<i64>,
    kind: Vec<Given<String>>,
) -> Option<Operand> {
    let mut may_be_null = vec![path.is_nullable(), bstart.is_nullable(), bend.is_nullable()];
    may_be_null.extend(kind.iter().map(Given::is_nullable));
    never_null(&required, may_be_null.into_iter())?;
    Some(span_id::expr(prefix, path, bstart, bend, kind).into())
}

/// Whether the required parts are there in each row, so that none has to be looked at.
fn never_null(
    required: &Given<i64>,
    may_be_null: impl ExactSizeIterator<Item = bool>,
) -> Option<()> {
    let never = may_be_null.map(|may_be_null| !may_be_null);
    are_given(*required.constant()?, never).is_ok_and(|given| given).then_some(())
}

/// A prefix and a hash with a colon between them.
fn prefixed(prefix: &str, hash: impl Display, out: &mut Text) {
    out.push_str(prefix);
    out.push(':');
    out.push_display(hash);
}

/// The `semantic_type` of ids whose prefix is a constant that names nodes, edges or spans.
fn kind_of_id(call: &Planned<'_>) -> udf::Result<Entries> {
    let prefix = call.argument("prefix")?.constant().unwrap_or_default();
    let kind = kind_of(prefix).map(|kind| (SEMANTIC_TYPE, kind.to_owned()));
    Ok(kind.into_iter().collect())
}

/// The kind of ids that a word names.
fn kind_of(word: &str) -> Option<&'static str> {
    match word.trim().to_ascii_lowercase().as_str() {
        "node" | "node_id" | "nodeid" => Some("NodeId"),
        "edge" | "edge_id" | "edgeid" => Some("EdgeId"),
        "span" | "span_id" | "spanid" => Some("SpanId"),
        _ => None,
    }
}

/// The value as it is, its column marked with a `semantic_type`.
///
/// The words for nodes, edges and spans are those that `stable_id` knows; any other stays as it is.
///
/// ```sql
/// SELECT semantic_tag('node_id', 7), arrow_metadata(semantic_tag('node_id', 7), 'semantic_type');
/// ----
/// 7 NodeId
/// ```
#[udf(tags = [id], planned = kind_of_values)]
pub fn semantic_tag<T: Value>(#[literal] semantic_type: &str, value: T) -> T {
    let _ = semantic_type;
    value
}

fn kind_of_values(call: &Planned<'_>) -> udf::Result<Entries> {
    match call.argument("semantic_type")?.constant().map(str::trim) {
        Some("") => Err("`semantic_type` is blank: name what the values are".into()),
        Some(word) => Ok(vec![(SEMANTIC_TYPE, kind_of(word).unwrap_or(word).to_owned())]),
        None => Ok(Entries::new()),
    }
}

/// The hash of texts as parts of one id.
fn hash_parts<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Hash128 {
    let mut parts = Parts::default();
    texts.into_iter().for_each(|text| parts.push(text));
    parts.finish()
}

/// The same as a number that is never negative.
fn hash_parts64<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> i64 {
    let mut parts = Parts::<Blake2b<U8>>::default();
    texts.into_iter().for_each(|text| parts.push(text));
    i64::from_be_bytes(parts.hasher.finalize().into()) & i64::MAX
}

/// Hashes parts as if they had been joined to one text, which is never built.
#[derive(Default)]
struct Parts<H = Blake2b<U16>> {
    hasher: H,
    any: bool,
}

impl<H: Digest> Parts<H> {
    fn push(&mut self, part: Option<impl Display>) {
        let separated = !self.any || self.write_char(SEPARATOR).is_ok();
        let written = match part {
            Some(part) => write!(self, "{part}"),
            None => self.write_str(NULL_PART),
        };
        debug_assert!(separated && written.is_ok(), "a hasher takes every text");
        self.any = true;
    }
}

impl Parts {
    fn finish(self) -> Hash128 {
        Hash128(u128::from_be_bytes(self.hasher.finalize().into()))
    }
}

impl<H: Digest> fmt::Write for Parts<H> {
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
        write!(f, "`required` is {required}: ")?;
        match n_parts {
            0 => f.write_str("the call has no parts, so use 0, or write the parts behind it"),
            _ => write!(f, "use a number from 0 to {n_parts}, the number of parts"),
        }
    }
}

impl std::error::Error for TooFewParts {}
