//! The files of a folder as inputs, for sources that read files.

use std::fs;
use std::path::{Path, PathBuf};

use super::source::{Input, Listing, SourceError, SourceOptions};

/// The files with one extension in a folder and in the folders below.
///
/// Hidden files and folders, and what [`SourceOptions::exclude`] names, are not looked at; links to
/// folders are not followed, so that a loop of them ends.
#[derive(Clone, Debug)]
pub struct Files {
    root: PathBuf,
    exclude: Vec<PathBuf>,
    extension: String,
}

impl Files {
    /// The files whose names end with a dot and `extension`.
    ///
    /// # Errors
    ///
    /// When `folder` is no folder, or cannot be found.
    pub fn open(
        folder: &Path,
        options: &SourceOptions,
        extension: &str,
    ) -> Result<Self, SourceError> {
        let root = folder.canonicalize().map_err(|error| said(folder, &error))?;
        if !root.is_dir() {
            let shown = folder.display();
            return Err(format!("`{shown}` is no folder; name the folder around it").into());
        }
        // What is not there is no input either.
        let exclude = options.exclude.iter().filter_map(|path| path.canonicalize().ok()).collect();
        Ok(Self { root, exclude, extension: extension.to_owned() })
    }

    /// Reads and hashes every file. Its key is its path below the folder, with `/`.
    ///
    /// # Errors
    ///
    /// When a folder or file cannot be read, or has a name that is not Unicode.
    pub fn list(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<Listing, SourceError> {
        let mut listing = Listing::default();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(|error| said(&folder, &error))? {
                let entry = entry.map_err(|error| said(&folder, &error))?;
                let path = entry.path();
                let kind = entry.file_type().map_err(|error| said(&path, &error))?;
                let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
                if hidden || self.exclude.contains(&path) {
                    listing.ignored += u64::from(!kind.is_dir());
                } else if kind.is_dir() {
                    folders.push(path);
                } else if path.extension().is_none_or(|end| *end != *self.extension)
                    || path.is_dir()
                {
                    listing.ignored += 1;
                } else {
                    let (input, _) = self.read_key(&self.key(&path)?)?;
                    progress(input.bytes);
                    listing.inputs.push(input);
                }
            }
        }
        Ok(listing)
    }

    /// Reads a file again; returns it as an input, by what was read, and its content.
    ///
    /// # Errors
    ///
    /// When it cannot be read: it may have gone since it was listed.
    pub fn read(&self, input: &Input) -> Result<(Input, Vec<u8>), SourceError> {
        self.read_key(&input.key)
    }

    fn read_key(&self, key: &str) -> Result<(Input, Vec<u8>), SourceError> {
        let path = self.root.join(key);
        let content = fs::read(&path).map_err(|error| said(&path, &error))?;
        Ok((Input::of_content(key, &content), content))
    }

    fn key(&self, path: &Path) -> Result<String, SourceError> {
        let below = path.strip_prefix(&self.root)?;
        let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
        let parts = parts.ok_or_else(|| {
            format!("`{}` has a name that is not Unicode; rename it", path.display())
        })?;
        Ok(parts.join("/"))
    }
}

fn said(path: &Path, error: &std::io::Error) -> SourceError {
    format!("`{}`: {error}", path.display()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_their_extension_and_known_by_their_content() {
        let temp = tempfile::tempdir().unwrap();
        let at = |name: &str| temp.path().join(name);
        for folder in ["below/deep", ".hidden", "warehouse/orders"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        let names =
            ["a.csv", "below/deep/b.csv", "b.txt", ".c.csv", ".hidden/d.csv", "warehouse/e.csv"];
        for name in names {
            fs::write(at(name), name).unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(temp.path(), at("below/loop.csv")).unwrap();

        let options = SourceOptions { exclude: vec![at("warehouse"), at("nowhere")] };
        let files = Files::open(temp.path(), &options, "csv").unwrap();
        let mut listing = files.list(&|_| ()).unwrap();
        listing.inputs.sort();
        let keys: Vec<&str> = listing.inputs.iter().map(|input| input.key.as_str()).collect();
        assert_eq!(keys, ["a.csv", "below/deep/b.csv"]);
        assert_eq!(listing.ignored, if cfg!(unix) { 3 } else { 2 });

        let (input, content) = files.read(&listing.inputs[1]).unwrap();
        assert_eq!((&input, content.as_slice()), (&listing.inputs[1], &b"below/deep/b.csv"[..]));
        fs::write(at("a.csv"), "other").unwrap();
        let (input, _) = files.read(&listing.inputs[0]).unwrap();
        assert_ne!(input.content_hash, listing.inputs[0].content_hash);
        fs::remove_file(at("a.csv")).unwrap();
        let text = files.read(&listing.inputs[0]).unwrap_err().to_string();
        assert!(text.contains("a.csv`: "), "{text}");
    }

    #[test]
    fn a_file_is_no_folder() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Files::open(file.path(), &SourceOptions::default(), "csv").unwrap_err();
        assert!(error.to_string().ends_with("is no folder; name the folder around it"));
    }
}
