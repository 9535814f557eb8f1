//! Rust: what is outside of its grammar in places where the language allows it.
//!
//! | written | respelt |
//! |---|---|
//! | `pub type T;` in an `extern` block | without `pub`, `pub(crate)` |
//! | `safe fn` | without `safe` |
//! | `try!(…)`, `str![…]`, a name `raw` | another first letter |
//! | `#[…]` before a pattern or an element of a tuple | without the attribute |
//! | `~`, and a `$` alone, between the brackets of a macro | `-` |

use super::{after_space, before_space, blank, is_name, name_at};

/// Names that the grammar takes for something else than the name of a macro.
const TAKEN: [&[u8]; 18] = [
    b"try", b"str", b"bool", b"char", b"u8", b"i8", b"u16", b"i16", b"u32", b"i32", b"u64", b"i64",
    b"u128", b"i128", b"usize", b"isize", b"f32", b"f64",
];

/// Words that an item begins with: its attributes stay, because they are in its row.
const ITEMS: [&[u8]; 19] = [
    b"async",
    b"auto",
    b"const",
    b"default",
    b"enum",
    b"extern",
    b"fn",
    b"impl",
    b"macro",
    b"macro_rules",
    b"mod",
    b"pub",
    b"safe",
    b"static",
    b"struct",
    b"trait",
    b"type",
    b"union",
    b"unsafe",
];

/// A longer declaration of a type comes from a program, which may write thousands of them.
const DECLARATION_BYTES_MAX: usize = 1024;

pub(super) fn respell(bytes: &mut [u8]) {
    let mut at = 0;
    while at < bytes.len() {
        if let Some(end) = opaque_end(bytes, at) {
            at = end;
            continue;
        }
        match bytes[at] {
            b'~' => bytes[at] = b'-',
            b'$' if !bytes.get(at + 1).is_some_and(|next| is_name(*next) || *next == b'(') => {
                bytes[at] = b'-';
            }
            b'#' if bytes.get(at + 1) == Some(&b'[') => {
                at = attribute(bytes, at);
                continue;
            }
            byte if is_name(byte) => {
                at = name(bytes, at);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

/// Respells the name at `at` if need be; gives where it ends.
fn name(bytes: &mut [u8], at: usize) -> usize {
    let name = name_at(bytes, at);
    let end = at + name.len();
    let next = after_space(bytes, end);
    match name {
        b"pub" => {
            let end = visibility_end(bytes, at);
            if is_foreign_type(bytes, after_space(bytes, end)) {
                blank(&mut bytes[at..end]);
            }
            return end;
        }
        b"safe" if [b"fn".as_slice(), b"static"].contains(&name_at(bytes, next)) => {
            blank(&mut bytes[at..end]);
        }
        // `&raw const x` is an operator.
        b"raw" if bytes[..before_space(bytes, at)].last() != Some(&b'&') => bytes[at] = b'_',
        _ if TAKEN.contains(&name)
            && bytes.get(next) == Some(&b'!')
            && matches!(bytes.get(after_space(bytes, next + 1)), Some(b'(' | b'[' | b'{')) =>
        {
            bytes[at] = b'_';
        }
        _ => {}
    }
    end
}

/// Where the visibility ends that begins with the `pub` at `at`: `pub`, `pub(super)`.
fn visibility_end(bytes: &[u8], at: usize) -> usize {
    let end = at + b"pub".len();
    let open = after_space(bytes, end);
    if bytes.get(open) != Some(&b'(') {
        return end;
    }
    let inside = |byte: &u8| is_name(*byte) || *byte == b':' || byte.is_ascii_whitespace();
    let close = bytes[open + 1..].iter().position(|byte| !inside(byte));
    match close.map(|length| open + 1 + length) {
        Some(close) if bytes[close] == b')' => close + 1,
        _ => end,
    }
}

/// Whether `type T…;` begins at `at`, without a `=`.
fn is_foreign_type(bytes: &[u8], at: usize) -> bool {
    let end = |byte: &&u8| matches!(byte, b';' | b'=' | b'{' | b'}');
    let declaration = || bytes[at..].iter().take(DECLARATION_BYTES_MAX).find(end);
    name_at(bytes, at) == b"type" && declaration() == Some(&b';')
}

/// Takes away the attributes that begin at `at`, unless they belong to an item; gives where the
/// last one ends. All of them at once, so that the work is linear in the text.
fn attribute(bytes: &mut [u8], at: usize) -> usize {
    let mut attributes = vec![(at, attribute_end(bytes, at))];
    let mut end = attributes[0].1;
    let mut next = after_space(bytes, end);
    loop {
        if bytes[next..].starts_with(b"#[") {
            end = attribute_end(bytes, next);
            attributes.push((next, end));
            next = after_space(bytes, end);
        } else if bytes[next..].starts_with(b"//") || bytes[next..].starts_with(b"/*") {
            next = after_space(bytes, opaque_end(bytes, next).unwrap_or(bytes.len()));
        } else {
            break;
        }
    }
    if !ITEMS.contains(&name_at(bytes, next)) {
        for (start, end) in attributes {
            blank(&mut bytes[start..end]);
        }
    }
    end
}

/// Where the attribute ends that begins at `at`.
fn attribute_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while at < bytes.len() {
        if let Some(end) = opaque_end(bytes, at) {
            at = end;
            continue;
        }
        match bytes[at] {
            b'[' => depth += 1,
            b']' if depth == 1 => return at + 1,
            b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Where the comment, string, character or lifetime ends that begins at `at`, if one does.
fn opaque_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    match rest.first()? {
        b'/' if rest.starts_with(b"//") => {
            let length = rest.iter().position(|byte| *byte == b'\n');
            Some(length.map_or(bytes.len(), |length| at + length))
        }
        b'/' if rest.starts_with(b"/*") => Some(comment_end(bytes, at)),
        b'"' => Some(quoted_end(bytes, at)),
        b'\'' => match rest.get(1)? {
            b'\\' => Some(quoted_end(bytes, at)),
            first => {
                let width = match first {
                    0..0x80 => 1,
                    0x80..0xe0 => 2,
                    0xe0..0xf0 => 3,
                    0xf0.. => 4,
                };
                let is_char = rest.get(1 + width) == Some(&b'\'');
                Some(at + if is_char { width + 2 } else { 1 })
            }
        },
        b'r' if at == 0 || !is_name(bytes[at - 1]) => raw_end(bytes, at + 1),
        b'b' | b'c' if rest.get(1) == Some(&b'r') && (at == 0 || !is_name(bytes[at - 1])) => {
            raw_end(bytes, at + 2)
        }
        _ => None,
    }
}

fn comment_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (at, depth) = (at + 2, depth + 1),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
    }
    at
}

/// Where the text ends that the quote at `start` opens.
fn quoted_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == bytes[start] => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Where the raw string ends whose `#` or quote is at `at`, if there is one.
fn raw_end(bytes: &[u8], at: usize) -> Option<usize> {
    let hashes = bytes[at..].iter().take_while(|byte| **byte == b'#').count();
    if bytes.get(at + hashes) != Some(&b'"') {
        return None;
    }
    let mut from = at + hashes + 1;
    while let Some(length) = bytes[from..].iter().position(|byte| *byte == b'"') {
        from += length + 1;
        if bytes[from..].iter().take(hashes).filter(|byte| **byte == b'#').count() == hashes {
            return Some(from + hashes);
        }
    }
    Some(bytes.len())
}

#[cfg(test)]
mod tests {
    use crate::extract::lang::Lang;
    use crate::extract::respell::respell;

    #[test]
    fn what_the_grammar_lacks_is_respelt() {
        let cases = [
            ("extern { pub type T; pub type U<V>; }", "extern {     type T;     type U<V>; }"),
            ("extern { pub(super) type T; }", "extern {            type T; }"),
            ("pub type T = u8;", "pub type T = u8;"),
            ("pub (u8, u8); pub(in a::b) fn f() {}", "pub (u8, u8); pub(in a::b) fn f() {}"),
            ("extern { safe fn f(); }", "extern {      fn f(); }"),
            ("try!(f()); str![x]; u8 != 1; try_(1)", "_ry!(f()); _tr![x]; u8 != 1; try_(1)"),
            ("p::<raw>(); &raw const x", "p::<_aw>(); &raw const x"),
            ("let S { #[cfg(\"]\")] a, } = s", "let S {             a, } = s"),
            ("#[a]\n// b\n#[c] fn f() {}", "#[a]\n// b\n#[c] fn f() {}"),
            ("m!(~ $x $ $(y)*, $)", "m!(- $x - $(y)*, -)"),
            ("\"~\" '~' '\\'' b\"~\" r#\"~\"~\"# 'a ~", "\"~\" '~' '\\'' b\"~\" r#\"~\"~\"# 'a -"),
            ("// ~\n/* ~ /* ~ */ ~ */ r ~ 'é' ~", "// ~\n/* ~ /* ~ */ ~ */ r - 'é' -"),
        ];
        for (text, expected) in cases {
            assert_eq!(respell(text, Lang::Rust), expected, "{text:?}");
            assert_eq!(text.len(), expected.len());
        }
    }

    /// A quadratic loop would take hours.
    #[test]
    fn the_work_is_linear_in_the_text() {
        for part in ["#[a]\n", "#[a] // b\n", "pub type T ", "pub(", "r#", "'\\", "$ ", "pub "] {
            let text = part.repeat(400_000);
            assert_eq!(respell(&text, Lang::Rust).len(), text.len());
        }
    }

    #[test]
    fn texts_that_end_early_do_no_harm() {
        for text in ["'", "'\\", "\"\\", "r#\"", "r#", "/*", "#[", "#[a", "#[a]", "$", "br", "é'é"]
        {
            assert_eq!(respell(text, Lang::Rust).len(), text.len(), "{text:?}");
        }
    }
}
