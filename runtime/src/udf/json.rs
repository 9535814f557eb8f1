//! JSON: text of which a field says that it is JSON.

use std::borrow::Cow;
use std::fmt;

use arrow_array::ArrayRef;
use serde_json::Value;

use super::error::CallError;
use super::node::{Node, TextNode};
use super::read::{Read, Slot};
use super::types::{Type, Typed};
use super::variable::TextBuilder;
use super::write::{Target, Write};
use crate::udaf::heap::HeapSize;

/// Text that is JSON: Arrow's `arrow.json`.
///
/// What a function makes is checked by [`Json::new`], or made of a value that cannot be wrong. An
/// argument is what its column says it is, as a row of a table is: [`Json::parse`] tells where it is
/// not.
///
/// ```
/// use belvedere::Json;
///
/// let json = Json::new(r#"{"a": [1, 2]}"#)?;
/// assert_eq!(json.parse()?["a"][1], 2);
/// assert!(Json::new("{").is_err());
/// # Ok::<(), belvedere::udf::json::JsonError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Json<'a>(Cow<'a, str>);

impl<'a> Json<'a> {
    /// The text, if it is JSON.
    ///
    /// # Errors
    ///
    /// It is not, with the place where it goes wrong.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Result<Self, JsonError> {
        let json = Self(text.into());
        json.parse().map(|_| json)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value that the text says.
    ///
    /// # Errors
    ///
    /// The text is no JSON, which an argument may be that nobody has checked.
    pub fn parse(&self) -> Result<Value, JsonError> {
        serde_json::from_str(&self.0).map_err(JsonError)
    }

    /// The same, for as long as one likes.
    #[must_use]
    pub fn into_owned(self) -> Json<'static> {
        Json(Cow::Owned(self.0.into_owned()))
    }
}

impl From<&Value> for Json<'_> {
    fn from(value: &Value) -> Self {
        Self(Cow::Owned(value.to_string()))
    }
}

impl From<Value> for Json<'_> {
    fn from(value: Value) -> Self {
        Self::from(&value)
    }
}

/// JSON that says nothing.
impl Default for Json<'_> {
    fn default() -> Self {
        Self(Cow::Borrowed("null"))
    }
}

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A text that is no JSON.
#[derive(Debug)]
pub struct JsonError(serde_json::Error);

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no JSON: {}", self.0)
    }
}

impl std::error::Error for JsonError {}

impl HeapSize for Json<'_> {
    const OWNS: bool = true;

    fn heap_size(&self) -> usize {
        match &self.0 {
            Cow::Borrowed(_) => 0,
            Cow::Owned(text) => text.capacity(),
        }
    }
}

impl Typed for Json<'_> {
    const TYPE: Type = Type::Json;
}

impl Read for Json<'_> {
    type Item<'a> = Json<'a>;
    type Column<'a> = TextNode<'a>;
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        node.text()
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        Json(Cow::Borrowed(column.value(row)))
    }
}

impl Write for Json<'_> {
    type Item<'a> = Json<'a>;
    type Builder = TextBuilder;

    fn builder(rows: usize, target: &Target<'_>) -> Self::Builder {
        TextBuilder::new(rows, target)
    }

    #[inline]
    fn append(builder: &mut Self::Builder, item: Self::Item<'_>) {
        builder.append_borrowed(&item.0);
    }

    fn append_null(builder: &mut Self::Builder) {
        builder.append_null();
    }

    fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError> {
        Ok(builder.finish())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Json;

    #[test]
    fn what_is_made_is_json() {
        for text in ["null", " 1 ", "\"a\"", "[1, {}]", r#"{"a": 1, "a": 2}"#] {
            assert_eq!(Json::new(text).unwrap().as_str(), text);
        }
        for text in ["", "{", "'a'", "NaN", "1 2", "{a: 1}"] {
            let error = Json::new(text).unwrap_err().to_string();
            assert!(error.starts_with("no JSON: "), "{error}");
        }
        assert_eq!(Json::from(json!({"a": [1]})).to_string(), r#"{"a":[1]}"#);
        assert_eq!(Json::default().parse().unwrap(), json!(null));
    }
}
