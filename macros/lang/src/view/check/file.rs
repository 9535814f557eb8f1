//! Tables of schema files: the file is there, is text, and says what columns there are.

use crate::sink::Sink;
use crate::view::messages;
use crate::view::schema_file::{SchemaFile, SchemaFileError};

/// Reads the schema file that a table names. `read` gives the bytes of a file of the package, or says
/// why it cannot. `None` when the file says nothing, which `sink` has; of an empty name the parser has
/// spoken.
pub fn check_schema_file(
    file: &syn::LitStr,
    read: &dyn Fn(&str) -> Result<Vec<u8>, String>,
    sink: &Sink,
) -> Option<SchemaFile> {
    let (path, span) = (file.value(), file.span());
    if path.is_empty() {
        return None;
    }
    if path.contains('\0') || is_absolute(&path) {
        sink.error(span, messages::file_outside(&path));
        return None;
    }
    match read(&path).and_then(text) {
        Err(reason) => {
            sink.error(span, messages::file_unreadable(&path, &reason));
            None
        }
        Ok(text) => parsed(&path, &text, &mut |message| sink.error(span, message)),
    }
}

fn parsed(
    path: &str,
    text: &str,
    report: &mut dyn FnMut(crate::messages::Message),
) -> Option<SchemaFile> {
    match SchemaFile::parse(text) {
        Ok(file) => return Some(file),
        Err(SchemaFileError::NotJson(fault)) => {
            report(messages::file_not_json(path, fault.line, &fault.what));
        }
        Err(SchemaFileError::Faults(faults)) => {
            for fault in faults {
                let help = fault.help.as_deref();
                report(messages::file_fault(path, fault.line, &fault.what, help));
            }
        }
    }
    None
}

/// Whether a path begins at the root of a disk, on any system: packages move between them.
fn is_absolute(path: &str) -> bool {
    let drive = path.chars().nth(1) == Some(':');
    path.starts_with(['/', '\\']) || drive || path.contains("://")
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    let wide = matches!(bytes.first_chunk(), Some([0xff, 0xfe] | [0xfe, 0xff]));
    String::from_utf8(bytes).map_err(|_| match wide {
        // What the `>` of some shells writes.
        true => "it is UTF-16; save it as UTF-8".to_owned(),
        false => "it is no UTF-8 text".to_owned(),
    })
}
