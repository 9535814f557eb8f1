//! What is made of constants without an engine: once for each batch.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use arrow_array::{Array as _, ArrayRef, StringArray};
use arrow_schema::DataType;

use crate::udf;
use crate::udf::args::{Args, Out};
use crate::udf::{Body, CallError, Function};

/// A word, which is not `Clone`.
struct Word(String);

impl FromStr for Word {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        PARSED.fetch_add(1, Ordering::Relaxed);
        if text.is_empty() { Err("a word has letters") } else { Ok(Self(text.to_owned())) }
    }
}

/// How many words were parsed.
static PARSED: AtomicUsize = AtomicUsize::new(0);

#[udf]
fn found(
    text: &str,
    #[literal] word: &Word,
    #[literal(default = None)] not: Option<&Word>,
) -> bool {
    text.contains(&word.0) && not.is_none_or(|not| !text.contains(&not.0))
}

/// A table of letters.
struct Letters(Vec<char>);

fn letters(from: &str, to: &str) -> Result<Letters, String> {
    match (from.chars().next(), to.chars().next()) {
        (Some(from), Some(to)) if from <= to => Ok(Letters((from..=to).collect())),
        _ => Err(format!("no letters from `{from}` to `{to}`")),
    }
}

#[udf(prepare = letters)]
fn letters_of(
    #[literal] from: &str,
    #[literal] to: &str,
    text: &str,
    #[prepared] letters: &Letters,
    #[state] seen: &mut Vec<char>,
) -> Result<i64, String> {
    let _ = (from, to);
    seen.clear();
    seen.extend(text.chars().filter(|c| letters.0.contains(c)));
    seen.sort_unstable();
    seen.dedup();
    Ok(seen.len() as i64)
}

#[udf]
fn joined_into(words: &[&str], #[state] out: &mut String) -> String {
    out.clear();
    words.iter().for_each(|word| out.push_str(word));
    out.clone()
}

fn run(function: &Function, args: &[(ArrayRef, bool)], rows: usize) -> Result<ArrayRef, CallError> {
    let args = Args::new(function, args, rows)?;
    let ty: DataType = function.returns.ty.to_arrow();
    let mut out = Out::new(&ty, &args);
    let Body::Rows(shim) = function.body else { panic!("a function over rows") };
    shim(&args, &mut out)?;
    out.finish(rows)
}

fn texts(values: &[Option<&str>]) -> (ArrayRef, bool) {
    (Arc::new(StringArray::from(values.to_vec())), false)
}

fn constant(value: Option<&str>) -> (ArrayRef, bool) {
    (Arc::new(StringArray::from(vec![value])), true)
}

#[test]
fn a_constant_is_parsed_once_for_a_batch_and_lent() {
    assert_eq!(
        found::DESCRIPTOR.signature,
        "found(text: String, word: literal String, not: literal Option<String> = null) -> bool"
    );
    let before = PARSED.load(Ordering::Relaxed);
    let column = texts(&[Some("ab"), Some("b"), None, Some("abc")]);
    let args = [column.clone(), constant(Some("a")), constant(Some("c"))];
    let result = run(&found::DESCRIPTOR, &args, 4).unwrap();
    assert_eq!(PARSED.load(Ordering::Relaxed), before + 2);
    let values: Vec<Option<bool>> = result.as_boolean().iter().collect();
    assert_eq!(values, [Some(true), Some(false), None, Some(false)]);
    let args = [column.clone(), constant(Some("a")), constant(None)];
    let result = run(&found::DESCRIPTOR, &args, 4).unwrap();
    assert_eq!(result.as_boolean().true_count(), 2);
    let args = [column, constant(Some("")), constant(None)];
    let error = run(&found::DESCRIPTOR, &args, 4).unwrap_err();
    assert_eq!((error.argument, error.message.as_str()), (Some(1), "a word has letters"));
}

#[test]
fn what_is_prepared_and_scratch_are_no_arguments() {
    let function = &letters_of::DESCRIPTOR;
    assert_eq!(
        function.signature,
        "letters_of(from: literal String, to: literal String, text: String) -> i64"
    );
    assert_eq!(function.typed_signature(), function.signature);
    let column = texts(&[Some("abba"), Some("xyz"), Some("cab")]);
    let args = [constant(Some("a")), constant(Some("c")), column.clone()];
    let result = run(function, &args, 3).unwrap();
    assert_eq!(result.as_primitive::<Int64Type>().values(), &[2, 0, 3]);
    let args = [constant(Some("c")), constant(Some("a")), column];
    let error = run(function, &args, 3).unwrap_err();
    assert_eq!(error.message, "no letters from `c` to `a`");
}

#[test]
fn scratch_stands_behind_a_slice() {
    let args = [texts(&[Some("a"), Some("b")]), texts(&[Some("c"), Some("d")])];
    let result = run(&joined_into::DESCRIPTOR, &args, 2).unwrap();
    assert_eq!(result.as_string::<i32>(), &StringArray::from(vec!["ac", "bd"]));
    assert_eq!(result.null_count(), 0);
}
