//! Python: lines between brackets, stars outside of brackets, defaults of type parameters.
//!
//! The grammar's scanner can take a line inside of brackets that begins left of its statement for
//! the end of the block. Python ignores line ends there, so a text in which they are spaces means
//! the same. Comments between brackets become spaces too. A star before an expression that is not
//! built upon a name (`x = 1, *"ab"`) goes, and `[T = int]` becomes `[T | int]`.

use super::{after_space, before_space, blank, name_before};

/// A bracket that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bracket {
    Square,
    /// `[` after the name in `def`, `class` or `type`.
    TypeParameters,
    Other,
}

/// Words after which an expression begins.
const BEFORE_EXPRESSION: [&[u8]; 3] = [b"return", b"yield", b"in"];

pub(super) fn respell(bytes: &mut [u8]) {
    let mut open: Vec<Bracket> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'{' => open.push(Bracket::Other),
            b'[' if follows_defined_name(bytes, at) => open.push(Bracket::TypeParameters),
            b'[' => open.push(Bracket::Square),
            b')' | b']' | b'}' => {
                open.pop();
            }
            b'\n' | b'\r' if !open.is_empty() => bytes[at] = b' ',
            b'#' => {
                let end = line_end(bytes, at);
                if !open.is_empty() {
                    blank(&mut bytes[at..end]);
                }
                at = end;
                continue;
            }
            b'\\' if !open.is_empty() && matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => {
                bytes[at] = b' ';
            }
            b'\'' | b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            b'=' if open.last() == Some(&Bracket::TypeParameters) => bytes[at] = b'|',
            b'*' if open.last() != Some(&Bracket::Other) && is_star(bytes, at) => bytes[at] = b' ',
            _ => {}
        }
        at += 1;
    }
}

/// Whether the star at `at` unpacks what follows, and is not one of `def f[*Ts]` or `lambda *, x`.
fn is_star(bytes: &[u8], at: usize) -> bool {
    if bytes.get(at + 1) == Some(&b'*') {
        return false;
    }
    let next = bytes.get(after_space(bytes, at + 1));
    let before = before_space(bytes, at);
    let begins = match bytes[..before].last() {
        // A default of a type parameter is respelt by now.
        Some(b',' | b'=' | b'[' | b'|') => true,
        _ => BEFORE_EXPRESSION.contains(&name_before(bytes, before)),
    };
    begins && !matches!(next, None | Some(b',' | b':' | b')'))
}

/// Whether what comes before `at` is `def NAME`, `class NAME` or `type NAME`.
fn follows_defined_name(bytes: &[u8], at: usize) -> bool {
    let end = before_space(bytes, at);
    let name = name_before(bytes, end);
    let space = end - name.len();
    let word = name_before(bytes, before_space(bytes, space));
    !name.is_empty() && [b"def".as_slice(), b"class", b"type"].contains(&word)
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    let length = bytes[from..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    length.map_or(bytes.len(), |length| from + length)
}

/// Where the string ends whose first quote is at `start`; an unclosed one-line string ends with its
/// line.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let tripled = bytes[start..].starts_with(&[quote; 3]);
    let close: &[u8] = if tripled { &[quote; 3] } else { &[quote] };
    let mut at = start + close.len();
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' if !tripled => return at,
            _ if bytes[at..].starts_with(close) => return at + close.len(),
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use crate::extract::lang::Lang;
    use crate::extract::respell::respell;

    fn check(cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(respell(text, Lang::Python), *expected, "{text:?}");
            assert_eq!(text.len(), expected.len());
        }
    }

    #[test]
    fn line_ends_between_brackets_become_spaces() {
        check(&[
            ("f(\n1)\ng()\n", "f( 1)\ng()\n"),
            ("x = [ # é\r\n1]\n", "x = [       1]\n"),
            ("# (\nx\n", "# (\nx\n"),
            ("'('\nx\n", "'('\nx\n"),
            ("\"\"\"(\n\"\"\"\nx\n", "\"\"\"(\n\"\"\"\nx\n"),
            ("(r'\\'',\n'\\\n')\n", "(r'\\'', '\\\n')\n"),
            ("'(\nx\n", "'(\nx\n"),
            (")\n(\n", ")\n( "),
            ("(a\\\n)", "(a  )"),
        ]);
    }

    #[test]
    fn stars_outside_of_round_brackets_go() {
        check(&[
            ("x = 1, *'ab'\n", "x = 1,  'ab'\n"),
            ("x = *[1], 2\n", "x =  [1], 2\n"),
            ("return *-a, b\n", "return  -a, b\n"),
            ("x[1, *'a']\n", "x[1,  'a']\n"),
            ("*a, b = f(*c, d=lambda *, e: 1)\n", "*a, b = f(*c, d=lambda *, e: 1)\n"),
            ("x = a * b, a ** b, lambda *, c: 1\n", "x = a * b, a ** b, lambda *, c: 1\n"),
            ("def f(a, *, b, *c): pass\n", "def f(a, *, b, *c): pass\n"),
        ]);
    }

    #[test]
    fn defaults_of_type_parameters_become_unions() {
        check(&[
            ("def f[T = int](a=1): pass\n", "def f[T | int](a=1): pass\n"),
            ("class C[T: int = g(1)]: pass\n", "class C[T: int | g(1)]: pass\n"),
            ("type X[T = f(x=1)] = y[1]\n", "type X[T | f(x=1)] = y[1]\n"),
            ("type X[*Ts = *int] = int\n", "type X[ Ts |  int] = int\n"),
            ("x[a == b, c <= d]\n", "x[a == b, c <= d]\n"),
        ]);
    }
}
