//! Python: one line for what lies between brackets.
//!
//! The grammar's scanner can take a line inside of brackets that begins left of its statement for
//! the end of the block. Python ignores line ends there, so a text in which they are spaces means
//! the same, and its bytes keep their places. Comments between brackets become spaces too. The text
//! is a second attempt for files in which the first found errors; a string form that is not known
//! here can spoil the attempt, never the file.

/// The text with spaces for line ends and comments between brackets.
pub(crate) fn join_lines(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut joined = bytes.to_vec();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' | b'\r' if depth > 0 => joined[at] = b' ',
            b'#' => {
                let end = line_end(bytes, at);
                if depth > 0 {
                    joined[at..end].fill(b' ');
                }
                at = end;
                continue;
            }
            b'\\' if depth > 0 && matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => {
                joined[at] = b' ';
            }
            b'\'' | b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    // Only whole ASCII characters and whole comments were replaced.
    String::from_utf8(joined).unwrap_or_else(|_| text.to_owned())
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
    use super::*;

    #[test]
    fn line_ends_between_brackets_become_spaces() {
        let cases = [
            ("f(\n1)\ng()\n", "f( 1)\ng()\n"),
            ("x = [ # é\r\n1]\n", "x = [       1]\n"),
            ("# (\nx\n", "# (\nx\n"),
            ("'('\nx\n", "'('\nx\n"),
            ("\"\"\"(\n\"\"\"\nx\n", "\"\"\"(\n\"\"\"\nx\n"),
            ("(r'\\'',\n'\\\n')\n", "(r'\\'', '\\\n')\n"),
            ("'(\nx\n", "'(\nx\n"),
            (")\n(\n", ")\n( "),
            ("(a\\\n)", "(a  )"),
        ];
        for (text, expected) in cases {
            assert_eq!(join_lines(text), expected, "{text:?}");
            assert_eq!(text.len(), expected.len());
        }
    }
}
