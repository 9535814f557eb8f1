//! Reading: the hash of a file's content and, up to a limit, the content itself.
//!
//! Files are always read; a modification time says nothing about content.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use crate::extract::failure::{Failure, FailureKind};

/// Larger files are listed and not parsed: a syntax tree takes up to some hundred bytes of memory
/// for each byte of text.
pub(crate) const BYTES_MAX: u64 = 8 * 1024 * 1024;

const BUFFER_BYTES: usize = 64 * 1024;

/// A file as it was read.
#[derive(Debug)]
pub(crate) struct Content {
    /// BLAKE3, hexadecimal.
    pub(crate) hash: String,
    /// The size in bytes.
    pub(crate) size: u64,
    /// How many line feeds there are, plus one for a last line without.
    pub(crate) line_count: u64,
    /// The bytes, or nothing where they were not asked for or are too many.
    pub(crate) bytes: Option<Vec<u8>>,
}

/// Reads a file; keeps its bytes when `keep` says so and they are at most [`BYTES_MAX`].
pub(crate) fn read(
    path: &Path,
    keep: bool,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Content, Failure> {
    // Asked first, because to open a pipe is to wait for its writer.
    let metadata = fs::symlink_metadata(path).map_err(|error| Failure::from_io(&error))?;
    if !metadata.is_file() {
        let message = "it is no regular file (links are not followed)";
        return Err(Failure::new(FailureKind::NotAFile, message));
    }
    let file = File::open(path).map_err(|error| Failure::from_io(&error))?;
    let keep = keep && metadata.len() <= BYTES_MAX;
    read_from(file, keep.then_some(metadata.len()), progress)
        .map_err(|error| Failure::from_io(&error))
}

fn read_from(
    mut file: File,
    keep: Option<u64>,
    progress: &(dyn Fn(u64) + Sync),
) -> io::Result<Content> {
    let mut hasher = blake3::Hasher::new();
    let mut bytes = keep.map(|size| Vec::with_capacity(usize::try_from(size).unwrap_or(0)));
    let mut buffer = vec![0; BUFFER_BYTES];
    let (mut size, mut line_feeds, mut last) = (0, 0, b'\n');
    loop {
        let count = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let chunk = &buffer[..count];
        hasher.update(chunk);
        line_feeds += chunk.iter().filter(|byte| **byte == b'\n').count() as u64;
        last = chunk[count - 1];
        size += count as u64;
        // A file that grows while it is read is treated like one that was large from the start.
        if size > BYTES_MAX {
            bytes = None;
        }
        if let Some(bytes) = &mut bytes {
            bytes.extend_from_slice(chunk);
        }
        progress(count as u64);
    }
    let line_count = line_feeds + u64::from(last != b'\n');
    Ok(Content { hash: hasher.finalize().to_hex().to_string(), size, line_count, bytes })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn content_is_hashed_and_counted() {
        let folder = tempfile::tempdir().unwrap();
        for (text, lines) in [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("\n\n", 2)] {
            let path = folder.path().join("f.py");
            fs::write(&path, text).unwrap();
            let told = AtomicU64::new(0);
            let told_all = |bytes| {
                told.fetch_add(bytes, Ordering::Relaxed);
            };
            let content = read(&path, true, &told_all).unwrap();
            assert_eq!(content.line_count, lines, "{text:?}");
            assert_eq!(content.hash, blake3::hash(text.as_bytes()).to_hex().to_string());
            assert_eq!(content.bytes.unwrap(), text.as_bytes());
            assert_eq!((content.size, told.into_inner()), (text.len() as u64, text.len() as u64));
        }
    }

    #[test]
    fn a_large_file_is_hashed_but_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f.py");
        let size = usize::try_from(BYTES_MAX).unwrap() + 1;
        fs::write(&path, vec![b'\n'; size]).unwrap();
        let content = read(&path, true, &|_| ()).unwrap();
        assert_eq!((content.size, content.line_count), (size as u64, size as u64));
        assert!(content.bytes.is_none());
    }

    #[test]
    fn what_is_no_file_is_a_failure() {
        let folder = tempfile::tempdir().unwrap();
        let kind = |path: &Path| read(path, true, &|_| ()).unwrap_err().kind;
        assert_eq!(kind(&folder.path().join("gone.py")), FailureKind::Vanished);
        assert_eq!(kind(folder.path()), FailureKind::NotAFile);
    }
}
