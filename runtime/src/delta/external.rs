//! Tables that others write: Delta tables anywhere, which views read and nothing here ever changes.
//!
//! A run opens the newest version of each when it begins, compares its columns with what was declared
//! when the program was compiled, and publishes which version it was. Readers of that publication read
//! the same version, for as long as its writer keeps it.

use std::path::Path;

use arrow_schema::SchemaRef;
use deltalake_core::DeltaTableBuilder;
use deltalake_core::kernel::{LogicalFileView, Snapshot};
use deltalake_core::logstore::LogStoreRef;
use futures::StreamExt as _;
use url::Url;

use super::error::{Error, Result, brief};
use super::table::{PinnedTable, Size};
use super::warehouse::unusable_part;
use crate::plan::{Key, KeyHasher, plain};

/// A table that others write, wherever it is.
#[derive(Clone)]
pub struct ExternalTable {
    name: String,
    uri: String,
    log_store: LogStoreRef,
}

impl std::fmt::Debug for ExternalTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExternalTable").field("name", &self.name).field("uri", &self.uri).finish()
    }
}

/// A version of such a table.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) table: PinnedTable,
    pub(crate) table_id: String,
    /// The key of its rows: which files they are in.
    pub(crate) key: Key,
    pub(crate) size: Size,
}

impl ExternalTable {
    /// Names the table at a path or URL. A path that is not absolute is one below the folder in which
    /// the program runs.
    ///
    /// # Errors
    ///
    /// [`Error::External`] when there can be no table, whatever is there.
    pub fn at(name: &str, uri: &str) -> Result<Self> {
        let fail = |reason| Error::External { table: name.to_owned(), uri: uri.to_owned(), reason };
        let url = url(uri).map_err(fail)?;
        let log_store = DeltaTableBuilder::from_url(url.clone())
            .and_then(|builder| builder.build_storage())
            .map_err(|error| match url.scheme() {
                "file" => fail(said(&error)),
                scheme => fail(format!("this program reads no `{scheme}://`")),
            })?;
        // What is noted of it has to mean the same in another folder.
        let uri = match url.to_file_path() {
            Ok(path) if url.scheme() == "file" => {
                path.display().to_string().trim_end_matches('/').to_owned()
            }
            _ => uri.to_owned(),
        };
        Ok(Self { name: name.to_owned(), uri, log_store })
    }

    /// Returns where it is: an absolute path or a URL.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Returns the columns of the newest version, and its number.
    ///
    /// # Errors
    ///
    /// [`Error::External`] when there is no table, or one that cannot be read.
    pub async fn newest_schema(&self) -> Result<(SchemaRef, u64)> {
        let snapshot = self.snapshot(None).await?;
        Ok((snapshot.arrow_schema(), snapshot.version()))
    }

    /// Opens the newest version.
    pub(crate) async fn newest(&self) -> Result<Opened> {
        let snapshot = self.snapshot(None).await?;
        let table_id = snapshot.metadata().id().to_owned();
        let mut files = snapshot.file_views(self.log_store.as_ref(), None);
        let mut size = Size::default();
        let mut parts: Vec<String> = Vec::new();
        while let Some(file) = files.next().await {
            let file = file.map_err(|error| self.fail(said(&error)))?;
            size.add(&file);
            parts.push(file_part(&file));
        }
        drop(files);
        parts.sort_unstable();
        // The number of the version alone would be that of another copy of the table too; the files
        // alone, that of a version in which columns have changed their names.
        let mut key = KeyHasher::new("external");
        key.part(&table_id).part(snapshot.version().to_le_bytes());
        for part in parts {
            key.part(part);
        }
        let table = PinnedTable::new(&self.name, snapshot);
        Ok(Opened { table, table_id, key: key.finish(), size })
    }

    /// Opens a version that was published.
    ///
    /// # Errors
    ///
    /// [`Error::ExternalLost`] when its writer has not kept it.
    pub(crate) async fn pin(&self, version: u64, table_id: &str) -> Result<PinnedTable> {
        let lost = |reason| Error::ExternalLost {
            table: self.name.clone(),
            uri: self.uri.clone(),
            version,
            reason,
        };
        let snapshot = Snapshot::try_new(self.log_store.as_ref(), Some(version)).await;
        let snapshot = snapshot.map_err(|error| lost(said(&error)))?;
        if snapshot.metadata().id() != table_id {
            return Err(lost("another table has taken its place".to_owned()));
        }
        Ok(PinnedTable::new(&self.name, snapshot))
    }

    async fn snapshot(&self, version: Option<u64>) -> Result<Snapshot> {
        // Without a table delta-rs speaks of a log without files.
        match self.log_store.is_delta_table_location().await {
            Ok(true) => {}
            Ok(false) => return Err(self.fail("there is no Delta table".to_owned())),
            Err(error) => return Err(self.fail(said(&error))),
        }
        let snapshot = Snapshot::try_new(self.log_store.as_ref(), version).await;
        snapshot.map_err(|error| self.fail(said(&error)))
    }

    fn fail(&self, reason: String) -> Error {
        Error::External { table: self.name.clone(), uri: self.uri.clone(), reason }
    }
}

/// What tells a file of a version from every other: writers never change one.
fn file_part(file: &LogicalFileView) -> String {
    let mut partition: Vec<_> = file.partition_values_map().into_iter().collect();
    partition.sort_unstable();
    let deleted = file.deletion_vector_descriptor();
    let deleted = deleted.map(|vector| (vector.path_or_inline_dv, vector.offset));
    format!("{:?}", (file.path(), file.size(), partition, deleted))
}

fn said(error: &deltalake_core::DeltaTableError) -> String {
    plain(&brief(error)).to_owned()
}

/// The URL of a path or URL; why there is none.
fn url(uri: &str) -> std::result::Result<Url, String> {
    if uri.trim().is_empty() {
        return Err("no place is named".to_owned());
    }
    let path = match uri.split_once("://") {
        Some(("file", _)) => {
            let url = Url::parse(uri).map_err(|error| error.to_string())?;
            url.to_file_path().map_err(|()| "it is no path of this machine".to_owned())?
        }
        Some(_) => {
            let mut url = Url::parse(uri).map_err(|error| error.to_string())?;
            if !url.path().ends_with('/') {
                url.set_path(&format!("{}/", url.path()));
            }
            return Ok(url);
        }
        None => std::path::absolute(Path::new(uri)).map_err(|error| error.to_string())?,
    };
    if let Some(part) = unusable_part(&path) {
        return Err(format!("its path has {part}, under which tables cannot be found"));
    }
    Url::from_directory_path(&path).map_err(|()| "it is no path".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_paths_or_urls() {
        assert_eq!(url("/data/orders").unwrap().as_str(), "file:///data/orders/");
        assert_eq!(url("file:///data/orders").unwrap().as_str(), "file:///data/orders/");
        assert_eq!(url("s3://bucket/orders").unwrap().as_str(), "s3://bucket/orders/");
        assert!(url("data/orders").unwrap().as_str().ends_with("/data/orders/"));
        for wrong in ["", " ", "/a#b", "/a%20b", "file://host/x", "://x"] {
            assert!(url(wrong).is_err(), "{wrong}");
        }
        let error = ExternalTable::at("t", "s3://bucket/t").unwrap_err().to_string();
        assert!(error.contains("this program reads no `s3://`"), "{error}");
    }
}
