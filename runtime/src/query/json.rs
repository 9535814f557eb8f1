//! JSON as specs are read from it: a float is the nearest to what is written, a whole number fits into
//! 64 bits or is refused, and what is wrong is said in the words of the language.
//!
//! ```text
//! value  = object | list | text | number | "true" | "false" | "null"
//! object = "{" [ text ":" value { "," text ":" value } ] "}"
//! list   = "[" [ value { "," value } ] "]"
//! ```

mod error;

use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

pub(super) use self::error::Error;
use self::error::shortened;

/// How deep values nest: what reads and prints them recurses.
const DEPTH_MAX: usize = 128;

/// How many digits it takes at most to write any float.
const FLOAT_DIGITS: usize = 17;

/// Reads a text; an error comes with the byte behind what has been read.
pub(super) fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, (Error, usize)> {
    let mut reader = Reader { text, at: 0, open: Vec::new() };
    let value = T::deserialize(&mut reader).and_then(|value| match reader.peek() {
        None => Ok(value),
        Some(_) => {
            reader.step();
            Err(Error::new("something stands behind the end of the JSON")
                .help("one value is read: leave the rest out"))
        }
    });
    value.map_err(|error| (error, reader.at))
}

struct Reader<'a> {
    text: &'a str,
    /// The byte that is read next.
    at: usize,
    /// What closes the lists and objects that are open.
    open: Vec<char>,
}

impl<'a> Reader<'a> {
    /// The next character that is no space, which is not read.
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        let spaces = rest.bytes().take_while(|byte| b" \t\n\r".contains(byte)).count();
        self.at += spaces;
        rest[spaces..].chars().next()
    }

    /// Goes behind the next character.
    fn step(&mut self) {
        self.at += self.text[self.at..].chars().next().map_or(0, char::len_utf8);
    }

    /// What stands where something else is wanted.
    fn unexpected(&mut self, wanted: &str) -> Error {
        let found = self.peek();
        self.step();
        match (found, self.open.last()) {
            (Some(found), _) => {
                let found = shortened(&found.to_string());
                Error::new(format!("expected {wanted}, found `{found}`")).help(
                    "it is JSON: names and texts stand in double quotes, commas between items",
                )
            }
            (None, Some(close)) => {
                Error::new("it ends before it is complete").help(format!("`{close}` is missing"))
            }
            (None, None) => Error::new("it is empty")
                .help("a query is `{ \"from\": \"…\", \"steps\": [] }`, for instance"),
        }
    }

    fn sign(&mut self, sign: char) -> Result<(), Error> {
        if self.peek() == Some(sign) {
            self.step();
            return Ok(());
        }
        Err(self.unexpected(&format!("`{sign}`")))
    }

    fn open(&mut self, close: char) -> Result<(), Error> {
        self.step();
        if self.open.len() == DEPTH_MAX {
            return Err(Error::new(format!("it nests more than {DEPTH_MAX} deep"))
                .help("conditions stand side by side in one `and` or `or`"));
        }
        self.open.push(close);
        Ok(())
    }

    /// Whether another item follows; the first has no comma before it.
    fn follows(&mut self, is_first: bool) -> Result<bool, Error> {
        let close = self.open.last().copied().unwrap_or_default();
        match self.peek() {
            Some(found) if found == close => {
                self.step();
                self.open.pop();
                Ok(false)
            }
            Some(_) if is_first => Ok(true),
            Some(',') => {
                self.step();
                Ok(true)
            }
            _ => Err(self.unexpected(&format!("`,` or `{close}`"))),
        }
    }

    fn string(&mut self) -> Result<String, Error> {
        let start = self.at;
        self.step();
        let mut escaped = false;
        while let Some(char) = self.text[self.at..].chars().next() {
            self.at += char.len_utf8();
            match char {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    // What escapes mean is serde_json's to say.
                    return serde_json::from_str(&self.text[start..self.at]).map_err(|_| {
                        Error::new("this text has an escape or a character that JSON does not know")
                            .help("a backslash is `\\\\`, a new line `\\n`, a tab `\\t`")
                    });
                }
                _ => {}
            }
        }
        Err(Error::new("this text is not closed").help("`\"` closes it"))
    }

    /// `true`, `false`, `null`, or a name that is none of them.
    fn word(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn number<'de, V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_ascii_digit() && !"+-.eE".contains(c));
        let written = &rest[..end.unwrap_or(rest.len())];
        self.at += written.len();
        if !is_number(written) {
            let found = shortened(written);
            return Err(Error::new(format!("`{found}` is no number"))
                .help("`12`, `-0.5` and `1e6` are numbers"));
        }
        if written.contains(['.', 'e', 'E']) {
            return float(written).and_then(|float| visitor.visit_f64(float));
        }
        if let Ok(whole) = written.parse() {
            return visitor.visit_i64(whole);
        }
        match written.parse() {
            Ok(whole) => visitor.visit_u64(whole),
            Err(_) => Err(Error {
                too_large: Some(written.to_owned()),
                ..Error::new("this number does not fit into 64 bits")
            }),
        }
    }
}

/// `[ "-" ] digits [ "." digits ] [ ( "e" | "E" ) [ "+" | "-" ] digits ]`, without zeros before other digits.
fn is_number(written: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = written.strip_prefix('-').unwrap_or(written);
    let (number, exponent) = match number.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent),
        None => (number, "0"),
    };
    let (whole, behind) = number.split_once('.').unwrap_or((number, "0"));
    let begins = whole == "0" || !whole.starts_with('0');
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    begins && digits(whole) && digits(behind) && digits(exponent)
}

fn float(written: &str) -> Result<f64, Error> {
    let float: f64 = written.parse().unwrap_or(f64::INFINITY);
    if float.is_infinite() {
        return Err(Error::new("this number is larger than any float")
            .help("the largest is 1.7976931348623157e308"));
    }
    let digits = written.split(['e', 'E']).next().unwrap_or_default();
    let digits = digits.trim_matches(['-', '0', '.']);
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    if count > FLOAT_DIGITS {
        return Err(Error::new(format!(
            "a float does not hold the {count} digits of this number"
        ))
        .help(
            "a decimal does, as a text: `{ \"cast\": { \"value\": \"…\", \"to\": \"Decimal<38, 2>\" } }`",
        ));
    }
    Ok(float)
}

impl<'de> de::Deserializer<'de> for &mut Reader<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.peek() {
            Some('{') => {
                self.open('}')?;
                visitor.visit_map(Items { reader: self, is_first: true })
            }
            Some('[') => {
                self.open(']')?;
                visitor.visit_seq(Items { reader: self, is_first: true })
            }
            Some('"') => visitor.visit_string(self.string()?),
            Some('-' | '0'..='9') => self.number(visitor),
            Some(char) if char.is_alphabetic() => match self.word() {
                "true" => visitor.visit_bool(true),
                "false" => visitor.visit_bool(false),
                "null" => visitor.visit_unit(),
                "NaN" | "Infinity" => Err(Error::new("JSON has finite numbers alone")
                    .help("as a text: `{ \"cast\": { \"value\": \"NaN\", \"to\": \"f64\" } }`")),
                word => Err(Error::new(format!("`{}` is no value of JSON", shortened(word)))
                    .help("texts and names stand in double quotes")),
            },
            _ => Err(self.unexpected("a value")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.peek() {
            Some('n') if self.text[self.at..].starts_with("null") => {
                self.word();
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.peek() {
            Some('"') => visitor.visit_enum(self.string()?.into_deserializer()),
            Some('{') => {
                self.open('}')?;
                visitor
                    .visit_enum(MapAccessDeserializer::new(Items { reader: self, is_first: true }))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// The items of a list or of an object.
struct Items<'r, 'a> {
    reader: &'r mut Reader<'a>,
    is_first: bool,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if !self.reader.follows(std::mem::take(&mut self.is_first))? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> MapAccess<'de> for Items<'_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        if !self.reader.follows(std::mem::take(&mut self.is_first))? {
            return Ok(None);
        }
        if self.reader.peek() != Some('"') {
            return Err(self.reader.unexpected("a name in double quotes"));
        }
        let name: StringDeserializer<Error> = self.reader.string()?.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        self.reader.sign(':')?;
        seed.deserialize(&mut *self.reader)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{Error, from_str};

    /// Floats whose nearest `f64` is not found by arithmetic of floats, and others.
    #[test]
    fn a_float_is_the_nearest() {
        let mut bits = 0x3ff0_0000_0000_0001_u64;
        for _ in 0..2000 {
            bits = bits
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let float = f64::from_bits(bits);
            if !float.is_finite() {
                continue;
            }
            let read: f64 = from_str(&format!("{float:?}")).unwrap();
            assert_eq!(read.to_bits(), float.to_bits(), "{float:?}");
        }
        for float in [449.491_064_788_738_13, 5e-324, f64::MAX, -0.0, 0.1] {
            assert_eq!(from_str::<f64>(&format!("{float:?}")).unwrap().to_bits(), float.to_bits());
        }
    }

    #[test]
    fn what_serde_json_reads_is_read() {
        for text in [
            r#"{"a": [1, -2, 18446744073709551615, 1.5, 1E+2, true, false, null, {}, []]}"#,
            " [ \"\\u00e9\\n\\\"\", \"größe\" , {\"\\\\\": {\"b\": []}} ] ",
            "0",
        ] {
            assert_eq!(
                from_str::<Value>(text).unwrap(),
                serde_json::from_str::<Value>(text).unwrap()
            );
        }
        for text in [
            "",
            "{",
            "[1",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "{a: 1}",
            "'a'",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "\"a",
            "\"\\q\"",
            "tru",
            "nul",
            "1 2",
            "[1 2]",
            "{\"a\":1,}",
            "}",
            "NaN",
            "-",
            "\"\n\"",
        ] {
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
            assert!(from_str::<Value>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_has_a_way_out() {
        let check = |text: &str, expected: &str, help: &str| {
            let (Error { text: found, help: way, .. }, _) = from_str::<Vec<u32>>(text).unwrap_err();
            assert_eq!((found.as_str(), way.as_deref()), (expected, Some(help)), "{text}");
        };
        let names = "it is JSON: names and texts stand in double quotes, commas between items";
        let float = "a decimal does, as a text: `{ \"cast\": { \"value\": \"…\", \"to\": \"Decimal<38, 2>\" } }`";
        let whole = "without quotes, point and exponent";
        check("[1, 2", "it ends before it is complete", "`]` is missing");
        check("[1; 2]", "expected `,` or `]`, found `;`", names);
        check("{}", "expected a list, found an object", "`[…]`, with one item too");
        check("[\"1\"]", "expected a whole number from 0 on, found the text \"1\"", whole);
        check("[-1]", "expected a whole number from 0 on, found the number -1", whole);
        check(
            "[0.12345678901234567890]",
            "a float does not hold the 19 digits of this number",
            float,
        );
        check(
            "[1] 2",
            "something stands behind the end of the JSON",
            "one value is read: leave the rest out",
        );
        check("[nan]", "`nan` is no value of JSON", "texts and names stand in double quotes");
        let (error, at) = from_str::<Vec<u64>>("[18446744073709551616]").unwrap_err();
        assert_eq!((error.too_large.as_deref(), at), (Some("18446744073709551616"), 21));
    }
}
