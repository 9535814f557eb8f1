//! From bytes to text: which encoding a file is in, and its text as UTF-8.
//!
//! Rust is UTF-8. Python says by a byte order mark or by a comment in its first two lines what it is
//! (PEP 263), and is UTF-8 otherwise. Positions in rows are byte offsets in this text: those of the
//! file itself when it is UTF-8 (a byte order mark counts), of its conversion when it is not.

use std::borrow::Cow;

use encoding_rs::Encoding;

use crate::extract::failure::{Failure, FailureKind};
use crate::extract::lang::Lang;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file's text.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    /// The text after the byte order mark, with the line ends that the parser knows.
    pub(crate) text: Cow<'a, str>,
    /// Where it begins in the file: the length of the byte order mark.
    pub(crate) base: usize,
    /// The name of the encoding, in small letters.
    pub(crate) encoding: String,
}

/// Decodes a file.
pub(crate) fn decode(bytes: &[u8], lang: Lang) -> Result<Text<'_>, Failure> {
    let marked = bytes.starts_with(BYTE_ORDER_MARK);
    let base = if marked { BYTE_ORDER_MARK.len() } else { 0 };
    let body = &bytes[base..];
    let declared = match lang {
        Lang::Python => declared_encoding(body).map(|label| normal_name(&label)),
        Lang::Rust => None,
    };
    let encoding = declared.unwrap_or_else(|| "utf-8".to_owned());
    if marked && encoding != "utf-8" {
        return Err(Failure::new(
            FailureKind::UnknownEncoding,
            format!("the file begins with a UTF-8 byte order mark but declares `{encoding}`"),
        ));
    }
    let text = decode_as(body, &encoding)?;
    let text = if lang == Lang::Python { with_line_feeds(text) } else { text };
    Ok(Text { text, base, encoding })
}

fn decode_as<'a>(body: &'a [u8], encoding: &str) -> Result<Cow<'a, str>, Failure> {
    let malformed = |at: Option<usize>| {
        let place = at.map_or_else(String::new, |at| format!(", see byte {at}"));
        Failure::new(FailureKind::NotText, format!("the content is not {encoding}{place}"))
    };
    match encoding {
        "utf-8" => match std::str::from_utf8(body) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => Err(malformed(Some(error.valid_up_to()))),
        },
        "ascii" => match body.iter().position(|byte| !byte.is_ascii()) {
            None => Ok(Cow::Owned(body.iter().map(|&byte| char::from(byte)).collect())),
            at => Err(malformed(at)),
        },
        // The web's label `latin1` means windows-1252, Python's means the first 256 characters.
        "iso-8859-1" => Ok(Cow::Owned(body.iter().map(|&byte| char::from(byte)).collect())),
        _ => match known_encoding(encoding) {
            Some(known) => known
                .decode_without_bom_handling_and_without_replacement(body)
                .ok_or_else(|| malformed(None)),
            None => Err(Failure::new(
                FailureKind::UnknownEncoding,
                format!("the declared encoding `{encoding}` is not known"),
            )),
        },
    }
}

/// The encoding that Python calls `name`, among those in which ASCII is itself (Python reads the
/// declaration as ASCII).
fn known_encoding(name: &str) -> Option<&'static Encoding> {
    let label = match name {
        "932" | "cp932" | "ms932" | "ms-kanji" | "mskanji" => "shift_jis",
        "936" | "cp936" | "ms936" | "euccn" => "gbk",
        "949" | "cp949" | "ms949" | "uhc" => "euc-kr",
        "950" | "cp950" | "ms950" => "big5",
        "cp874" => "windows-874",
        "csiso2022jp" | "iso2022jp" | "iso2022-jp" => "iso-2022-jp",
        "latin7" | "l7" => "iso-8859-13",
        "latin8" | "l8" => "iso-8859-14",
        "latin10" | "l10" | "iso8859-16" => "iso-8859-16",
        "mac-roman" | "macroman" | "macintosh" => "macintosh",
        "mac-cyrillic" | "maccyrillic" => "x-mac-cyrillic",
        _ => name,
    };
    let code_page = format!("cp{label}");
    let found = [label, &label.replace('-', "_"), &label.replace('-', ""), &code_page]
        .into_iter()
        .find_map(|label| Encoding::for_label(label.as_bytes()))?;
    // ISO-2022-JP begins as ASCII, and stays so until it is told otherwise.
    (found.is_ascii_compatible() || found == encoding_rs::ISO_2022_JP).then_some(found)
}

/// Python's own spelling rules: case and `_` do not matter, and what follows `utf-8-` or `latin-1-`
/// (an editor's remark on line ends) does not either.
fn normal_name(label: &str) -> String {
    let name = label.to_ascii_lowercase().replace('_', "-");
    let is = |known: &&str| name == **known || name.starts_with(&format!("{known}-"));
    if is(&"utf-8") || UTF_8.contains(&&*name) {
        "utf-8".to_owned()
    } else if LATIN_1.iter().any(is) || LATIN_1_ALIASES.contains(&&*name) {
        "iso-8859-1".to_owned()
    } else if ASCII.contains(&&*name) {
        "ascii".to_owned()
    } else {
        name
    }
}

/// Other names of UTF-8, of the first 256 characters and of ASCII in Python.
const UTF_8: [&str; 6] = ["utf8", "u8", "utf", "utf8-ucs2", "utf8-ucs4", "cp65001"];
const LATIN_1: [&str; 5] = ["latin-1", "iso-8859-1", "iso-latin-1", "latin1", "iso8859-1"];
const LATIN_1_ALIASES: [&str; 8] =
    ["8859", "cp819", "csisolatin1", "ibm819", "iso8859", "iso-ir-100", "l1", "latin"];
const ASCII: [&str; 9] = [
    "us-ascii",
    "us",
    "646",
    "iso646-us",
    "cp367",
    "ibm367",
    "csascii",
    "iso-ir-6",
    "ansi-x3.4-1968",
];

/// The encoding that one of the first two lines declares: `# -*- coding: NAME -*-`. The second line
/// counts only below a line without code.
fn declared_encoding(body: &[u8]) -> Option<String> {
    let mut lines = body.split(|byte| matches!(byte, b'\n' | b'\r'));
    let first = lines.next()?;
    if let Some(name) = declaration(first) {
        return Some(name);
    }
    let blank = match first.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\x0c')) {
        None | Some(b'#') => true,
        Some(_) => false,
    };
    if !blank {
        return None;
    }
    // A carriage return and its line feed end one line.
    let rest = &body[(first.len() + 1).min(body.len())..];
    let rest = match body.get(first.len()) {
        Some(b'\r') => rest.strip_prefix(b"\n").unwrap_or(rest),
        _ => rest,
    };
    declaration(rest.split(|byte| matches!(byte, b'\n' | b'\r')).next()?)
}

fn declaration(line: &[u8]) -> Option<String> {
    let comment = line.trim_ascii_start().strip_prefix(b"#")?;
    let marker = b"coding";
    (0..comment.len()).find_map(|at| {
        let rest = comment[at..].strip_prefix(marker)?;
        let rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"="))?;
        let value = rest.trim_ascii_start();
        let end = value
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || b"-_.".contains(byte)))
            .unwrap_or(value.len());
        (end > 0).then(|| String::from_utf8_lossy(&value[..end]).into_owned())
    })
}

/// Python ends lines at a lone carriage return too, the grammar does not.
fn with_line_feeds(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let lone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    if !(0..bytes.len()).any(lone) {
        return text;
    }
    let mut chars = text.chars().peekable();
    let mut converted = String::with_capacity(text.len());
    while let Some(char) = chars.next() {
        converted.push(if char == '\r' && chars.peek() != Some(&'\n') { '\n' } else { char });
    }
    Cow::Owned(converted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<(&str, &str), FailureKind>) {
        let decoded = decode(bytes, Lang::Python);
        let actual = match &decoded {
            Ok(text) => Ok((&*text.text, &*text.encoding)),
            Err(failure) => Err(failure.kind),
        };
        assert_eq!(actual, expected, "{:?}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn python_declares_its_encoding() {
        check(b"x = 1\n", Ok(("x = 1\n", "utf-8")));
        check(b"", Ok(("", "utf-8")));
        check(b"# coding: latin-1\n\xe9", Ok(("# coding: latin-1\n\u{e9}", "iso-8859-1")));
        check(b"#coding=Latin_1-unix\n\x80", Ok(("#coding=Latin_1-unix\n\u{80}", "iso-8859-1")));
        let vim = b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n\x80";
        check(vim, Ok(("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n\u{20ac}", "cp1252")));
        check(b"\r\n# coding: koi8-r\r\n\xc1", Ok(("\r\n# coding: koi8-r\r\n\u{430}", "koi8-r")));
        check(b"x\n# coding: latin-1\n", Ok(("x\n# coding: latin-1\n", "utf-8")));
        check(b"\n\n# coding: latin-1\n", Ok(("\n\n# coding: latin-1\n", "utf-8")));
        check(b"# coding: euc_jp\n\xa4\xa2", Ok(("# coding: euc_jp\n\u{3042}", "euc-jp")));
        check(b"# coding: cp932\n\x82\xa0", Ok(("# coding: cp932\n\u{3042}", "cp932")));
        check(b"# coding: u8\n\xc3\xa9", Ok(("# coding: u8\n\u{e9}", "utf-8")));
        check(b"# coding: 8859\n\xe9", Ok(("# coding: 8859\n\u{e9}", "iso-8859-1")));
        check(b"# coding: 646\n", Ok(("# coding: 646\n", "ascii")));
        check(b"# coding: 1251\n\xe6", Ok(("# coding: 1251\n\u{436}", "1251")));
        let jis = b"# coding: iso2022_jp\n\x1b$B$\"\x1b(B";
        check(jis, Ok(("# coding: iso2022_jp\n\u{3042}", "iso2022-jp")));
        check(b"# coding: iso8859_15\n\xa4", Ok(("# coding: iso8859_15\n\u{20ac}", "iso8859-15")));
    }

    #[test]
    fn what_is_not_text_is_a_failure() {
        check(b"\xff", Err(FailureKind::NotText));
        check(b"# coding: utf-8\n\xe9", Err(FailureKind::NotText));
        check(b"# coding: ascii\n\xe9", Err(FailureKind::NotText));
        check(b"# coding: euc-jp\n\xff\xff", Err(FailureKind::NotText));
        check(b"# coding: klingon\n", Err(FailureKind::UnknownEncoding));
        check(b"# coding: utf-16\n", Err(FailureKind::UnknownEncoding));
        check(b"\xef\xbb\xbf# coding: latin-1\n", Err(FailureKind::UnknownEncoding));
    }

    #[test]
    fn a_byte_order_mark_moves_the_text() {
        let text = decode(b"\xef\xbb\xbfx", Lang::Rust).unwrap();
        assert_eq!((&*text.text, text.base), ("x", 3));
        let text = decode(b"\xef\xbb\xbf# coding: utf-8\n", Lang::Python).unwrap();
        assert_eq!((text.base, &*text.encoding), (3, "utf-8"));
    }

    #[test]
    fn lone_carriage_returns_end_lines_in_python() {
        check(b"a\rb\r\nc\r", Ok(("a\nb\r\nc\n", "utf-8")));
        assert_eq!(decode(b"a\rb", Lang::Rust).unwrap().text, "a\rb");
    }
}
