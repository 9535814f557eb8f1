//! Keys of inputs: a path below the root as text that says the whole path, whatever its bytes.
//!
//! Parts are joined by `/` on every system. `\` is written `\\`, and on Unix a byte that is no part
//! of valid UTF-8 is written `\xNN`; so two paths never share a key, and a key leads back to its
//! path. Nearly every path is its own key.

use std::path::{Component, Path, PathBuf};

/// The key of a path relative to the root, or `None` where the system's names cannot be told
/// (outside of Unix, a name that is not Unicode).
pub(crate) fn key_of(relative: &Path) -> Option<String> {
    let mut key = String::new();
    for component in relative.components() {
        if let Component::Normal(name) = component {
            if !key.is_empty() {
                key.push('/');
            }
            push_name(&mut key, name)?;
        }
    }
    Some(key)
}

/// The path below the root that a key stands for.
pub(crate) fn path_of(key: &str) -> PathBuf {
    key.split('/').map(name_of).collect()
}

#[cfg(unix)]
fn push_name(key: &mut String, name: &std::ffi::OsStr) -> Option<()> {
    use std::fmt::Write as _;
    use std::os::unix::ffi::OsStrExt as _;

    for chunk in name.as_bytes().utf8_chunks() {
        key.push_str(&chunk.valid().replace('\\', r"\\"));
        for byte in chunk.invalid() {
            write!(key, r"\x{byte:02x}").ok()?;
        }
    }
    Some(())
}

#[cfg(not(unix))]
fn push_name(key: &mut String, name: &std::ffi::OsStr) -> Option<()> {
    key.push_str(&name.to_str()?.replace('\\', r"\\"));
    Some(())
}

#[cfg(unix)]
fn name_of(text: &str) -> std::ffi::OsString {
    use std::os::unix::ffi::OsStringExt as _;

    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = &rest[at + 1..];
        let byte = escape.strip_prefix('x').and_then(|hex| hex.get(..2));
        match byte.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &escape[3..];
            }
            None => {
                bytes.push(b'\\');
                rest = escape.strip_prefix('\\').unwrap_or(escape);
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    std::ffi::OsString::from_vec(bytes)
}

#[cfg(not(unix))]
fn name_of(text: &str) -> std::ffi::OsString {
    text.replace(r"\\", r"\").into()
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    #[test]
    fn every_path_has_a_key_of_its_own_that_leads_back() {
        let cases: [(&[u8], &str); 6] = [
            (b"a/b.py", "a/b.py"),
            ("täßt/é.rs".as_bytes(), "täßt/é.rs"),
            (b"a/\xff\xfe.py", r"a/\xff\xfe.py"),
            (br"a\xff.py", r"a\\xff.py"),
            (br"\\x41", r"\\\\x41"),
            (b"new\nline.py", "new\nline.py"),
        ];
        for (bytes, expected) in cases {
            let path = Path::new(OsStr::from_bytes(bytes));
            let key = key_of(path).unwrap();
            assert_eq!(key, expected);
            assert_eq!(path_of(&key), path, "{key}");
        }
    }
}
