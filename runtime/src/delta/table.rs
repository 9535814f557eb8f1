//! One table of a warehouse: whose it is, and what it holds at a version.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_schema::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use deltalake_core::delta_datafusion::{DeltaScanConfig, DeltaScanNext};
use deltalake_core::kernel::{LogicalFileView, Snapshot};
use deltalake_core::logstore::LogStoreRef;
use deltalake_core::{DeltaTable, DeltaTableBuilder};
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::ObjectStoreExt as _;
use serde::de::IgnoredAny;
use url::Url;

use super::comments::{Comments, without_comments};
use super::commit::CommitNote;
use super::error::{Error, Result, brief};
use super::fault::Fault;
use super::scan::Rows;
use super::warehouse::{POINTERS, Warehouse};

/// The table property that marks a table as ours; its value is the node's name.
pub(crate) const OWNER: &str = "belvedere.node";

/// A table of a warehouse, whether or not it exists yet.
#[derive(Clone)]
pub(crate) struct TableLocation {
    pub(crate) name: String,
    pub(crate) warehouse: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) log_store: LogStoreRef,
}

impl fmt::Debug for TableLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TableLocation").field(&self.folder).finish()
    }
}

/// A table at one version. What it reads never changes.
#[derive(Clone, Debug)]
pub struct PinnedTable {
    name: String,
    snapshot: Arc<Snapshot>,
}

/// What a version holds, as the log says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Rows.
    pub rows: u64,
    /// Data files.
    pub files: u64,
    /// Bytes of all data files together.
    pub bytes: u64,
}

/// The newest version of a table of ours.
pub(crate) struct Head {
    pub(crate) table: DeltaTable,
    pub(crate) version: u64,
    pub(crate) table_id: String,
    /// What its commit says, if Belvedere made it.
    pub(crate) note: Option<CommitNote>,
}

impl TableLocation {
    pub(crate) fn new(warehouse: &Warehouse, name: &str) -> Result<Self> {
        let folder = warehouse.table_folder(name);
        let root = warehouse.root();
        let url = Url::from_directory_path(&folder).map_err(|()| Error::UnusablePath {
            path: root.to_owned(),
            part: "no URL".to_owned(),
        })?;
        let log_store = DeltaTableBuilder::from_url(url)
            .and_then(|builder| builder.build_storage())
            .map_err(|error| Error::table(root, name, error))?;
        Ok(Self { name: name.to_owned(), warehouse: root.to_owned(), folder, log_store })
    }

    pub(crate) fn error(&self, error: deltalake_core::DeltaTableError) -> Error {
        Error::table(&self.warehouse, &self.name, error)
    }

    fn log_error(&self, error: &deltalake_core::DeltaTableError) -> Error {
        Error::log(&self.warehouse, &self.folder, error)
    }

    /// Loads the newest version; `None` where there is no table yet.
    ///
    /// # Errors
    ///
    /// [`Error::Foreign`] when the folder holds anything that Belvedere did not write.
    pub(crate) async fn head(&self) -> Result<Option<Head>> {
        if !self.exists().await? {
            return Ok(None);
        }
        let mut table = DeltaTable::new(Arc::clone(&self.log_store));
        table.load().await.map_err(|error| self.log_error(&error))?;
        let (version, table_id) = {
            let snapshot = table.snapshot().map_err(|error| self.error(error))?;
            let owner = snapshot.metadata().configuration().get(OWNER);
            if owner != Some(&self.name) {
                return Err(self.foreign("a Delta table"));
            }
            (snapshot.version(), snapshot.metadata().id().to_owned())
        };
        let info =
            table.history(Some(1)).try_next().await.map_err(|error| self.log_error(&error))?;
        let note = info.and_then(|info| CommitNote::read(&info.info));
        Ok(Some(Head { table, version, table_id, note }))
    }

    /// Whether there is a table; a folder with anything else in it is an error.
    async fn exists(&self) -> Result<bool> {
        let metadata = match std::fs::symlink_metadata(&self.folder) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(Error::io(&self.warehouse, &self.folder, error)),
        };
        if !metadata.is_dir() {
            return Err(self.foreign("a file"));
        }
        if self.log_store.is_delta_table_location().await.map_err(|error| self.error(error))? {
            return Ok(true);
        }
        // A run that died before its first commit leaves an empty folder or an empty log.
        if only_an_empty_log(&self.folder)
            .map_err(|error| Error::io(&self.warehouse, &self.folder, error))?
        {
            return Ok(false);
        }
        Err(self.foreign("files"))
    }

    fn foreign(&self, found: &str) -> Error {
        Error::Foreign { path: self.folder.clone(), found: found.to_owned() }
    }

    /// Opens a version that was published; the table must be the one that was published.
    ///
    /// # Errors
    ///
    /// [`Error::Lost`] when it cannot be read, and the next run writes it again; what a run would say,
    /// when that cannot either.
    pub(crate) async fn pin(&self, version: u64, table_id: &str) -> Result<PinnedTable> {
        let snapshot = match Snapshot::try_new(self.log_store.as_ref(), Some(version)).await {
            Ok(snapshot) => snapshot,
            Err(error) => match Fault::of(&self.warehouse, &error) {
                Some(fault) => return Err(fault.into_read_error(&self.warehouse)),
                None => return Err(self.unreadable(version, brief(&error)).await),
            },
        };
        if snapshot.metadata().id() != table_id {
            return Err(self.lost(version, "another table has taken its place".to_owned()));
        }
        if !self.has_whole_commit(version).await? {
            return Err(self.unreadable(version, "its commit is damaged".to_owned()).await);
        }
        Ok(PinnedTable::new(&self.name, snapshot))
    }

    /// The error of a version that cannot be read: that of a run, where none can go on from here.
    async fn unreadable(&self, version: u64, reason: String) -> Error {
        match self.head().await {
            Err(error) => error,
            Ok(_) => self.lost(version, reason),
        }
    }

    /// Whether the commit of a version is what was written. A run reads it, where readers have a
    /// checkpoint that hides what has become of it, and without one an emptied commit hides that the
    /// version has other rows than the one before.
    async fn has_whole_commit(&self, version: u64) -> Result<bool> {
        // A publication whose commit is empty has not been made: the one before holds.
        if self.name == POINTERS {
            return Ok(true);
        }
        let commit = self.log_store.read_commit_entry(version).await;
        // One that a checkpoint stands for may have been cleaned up.
        let Some(commit) = commit.map_err(|error| self.log_error(&error))? else {
            return Ok(true);
        };
        let mut actions =
            commit.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        let is_read = |line: &[u8]| serde_json::from_slice::<IgnoredAny>(line).is_ok();
        Ok(actions.next().is_some_and(is_read) && actions.all(is_read))
    }

    fn lost(&self, version: u64, reason: String) -> Error {
        Error::Lost { table: self.name.clone(), version, reason }
    }

    /// Looks whether all files of a version are there and as long as the log says, and whether they
    /// hold `expected` together. A log entry or a file that a crash of the machine has cut off is
    /// found so; content is not read.
    ///
    /// # Errors
    ///
    /// [`Error::Lost`] when the version cannot be read.
    pub(crate) async fn check_files(&self, table: &PinnedTable, expected: &Size) -> Result<()> {
        let version = table.version();
        let store = self.log_store.object_store(None);
        let mut files = table.snapshot.file_views(self.log_store.as_ref(), None);
        let mut found = Size::default();
        while let Some(file) = files.next().await {
            let file = file.map_err(|error| self.log_error(&error))?;
            let path = file.object_store_path();
            let bytes = match store.head(&path).await {
                Ok(metadata) => metadata.size,
                Err(object_store::Error::NotFound { .. }) => {
                    return Err(self.lost(version, format!("its file `{path}` is gone")));
                }
                Err(error) => return Err(self.error(error.into())),
            };
            let logged = u64::try_from(file.size()).unwrap_or(0);
            if bytes != logged {
                let reason = format!("its file `{path}` has {bytes} bytes of {logged}");
                return Err(self.lost(version, reason));
            }
            found.add(&file);
        }
        if found == *expected {
            return Ok(());
        }
        Err(self.lost(version, format!("it has {} rows of {}", found.rows, expected.rows)))
    }
}

impl PinnedTable {
    pub(super) fn new(name: &str, snapshot: Snapshot) -> Self {
        Self { name: name.to_owned(), snapshot: Arc::new(snapshot) }
    }

    /// Returns the name of the node.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the version.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.snapshot.version()
    }

    /// Returns the schema as stored.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        self.snapshot.arrow_schema()
    }

    /// Returns what the table and its columns are said to hold.
    pub(crate) fn comments(&self) -> Comments {
        Comments::stored(&self.snapshot)
    }

    /// Returns a provider of the rows. It cannot be inserted into: rows are written by runs.
    ///
    /// # Errors
    ///
    /// When the table has a reader feature that is not supported.
    pub fn provider(
        &self,
        session: &dyn Session,
    ) -> datafusion::error::Result<Arc<dyn TableProvider>> {
        // Rows of a partition are of the type that was written, and no dictionary of it.
        let config = DeltaScanConfig::new_from_session(session).with_wrap_partition_values(false);
        let schema = self.schema();
        let plain = without_comments(&schema);
        // A schema that is given is read as it is: without the encodings that a session may ask for.
        let config = match Arc::ptr_eq(&plain, &schema) || config.schema_force_view_types {
            true => config,
            false => config.with_schema(plain),
        };
        Ok(Arc::new(Rows(DeltaScanNext::new(Arc::clone(&self.snapshot), config)?)))
    }
}

impl Head {
    /// Sums up the files of the version.
    pub(crate) fn size(&self, location: &TableLocation) -> Result<Size> {
        let snapshot = self.table.snapshot().map_err(|error| location.error(error))?;
        let mut size = Size::default();
        for file in snapshot.log_data() {
            size.add(&file);
        }
        Ok(size)
    }
}

impl Size {
    pub(super) fn add(&mut self, file: &LogicalFileView) {
        self.files += 1;
        self.bytes += u64::try_from(file.size()).unwrap_or(0);
        self.rows += file.num_records().unwrap_or(0) as u64;
    }
}

/// Whether a folder holds nothing but a log without commits, parts of files aside.
fn only_an_empty_log(folder: &Path) -> std::io::Result<bool> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() != "_delta_log"
            || std::fs::read_dir(entry.path())?.any(|entry| {
                entry.is_ok_and(|entry| !entry.file_name().to_string_lossy().contains('#'))
            })
        {
            return Ok(false);
        }
    }
    Ok(true)
}
