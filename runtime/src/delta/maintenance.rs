//! Maintenance: what keeps a warehouse small and its logs short. It runs after publishing; when it
//! fails the publication stands, and the next run repeats it.
//!
//! Files are deleted here and not by delta-rs's vacuum operation, which would add two commits to
//! the log of each table; it only says which files nobody needs.

use std::path::Path;

use chrono::TimeDelta;
use deltalake_core::DeltaTable;
use deltalake_core::checkpoints::{cleanup_expired_logs_for, create_checkpoint};
use deltalake_core::operations::vacuum::VacuumMode;
use object_store::path::Path as StorePath;
use object_store::{Error as StoreError, ObjectStoreExt as _};
use serde::Deserialize;

use super::error::{Error, Result};
use super::table::{Head, TableLocation};

/// A reader replays at most this many commits after a checkpoint.
const CHECKPOINT_EVERY: u64 = 10;

/// Deletes the files of a table that neither its newest version nor `keep` needs, and shortens its
/// log.
pub(crate) async fn tidy(location: &TableLocation, keep: &[u64]) -> Result<()> {
    let Some(head) = location.head().await? else { return Ok(()) };
    let version = head.version;
    let oldest = keep.iter().copied().min().unwrap_or(version).min(version);
    let table = delete_files(location, head, keep).await?;
    if CHECKPOINT_EVERY <= version - last_checkpoint(location).await?.min(version) {
        let fail = |error| location.error(error);
        create_checkpoint(&table, None).await.map_err(fail)?;
        let now = chrono::Utc::now().timestamp_millis();
        cleanup_expired_logs_for(oldest, location.log_store.as_ref(), now, None)
            .await
            .map_err(fail)?;
    }
    Ok(())
}

/// Deletes the files of a table that neither its newest version nor `keep` needs: what dead runs
/// wrote and could not commit.
pub(crate) async fn reclaim(location: &TableLocation, keep: &[u64]) -> Result<()> {
    if let Some(head) = location.head().await? {
        delete_files(location, head, keep).await?;
    }
    Ok(())
}

async fn delete_files(location: &TableLocation, head: Head, keep: &[u64]) -> Result<DeltaTable> {
    let fail = |error| location.error(error);
    let (table, unneeded) = head
        .table
        .vacuum()
        .with_mode(VacuumMode::Full)
        .with_keep_versions(keep)
        .with_retention_period(TimeDelta::zero())
        .with_enforce_retention_duration(false)
        .with_dry_run(true)
        .await
        .map_err(fail)?;
    let store = location.log_store.object_store(None);
    for file in unneeded.files_deleted.into_iter().filter(|file| is_data_file(file)) {
        let path = StorePath::parse(&file).map_err(|error| fail(StoreError::from(error).into()))?;
        match store.delete(&path).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => leave_partition(location, &file),
            Err(error) => return Err(fail(error.into())),
        }
    }
    Ok(table)
}

/// Whether a file is named as writers name data files, in the folders of its partition. delta-rs counts
/// everything that no version knows as unneeded; what somebody else has put into the folder is theirs.
fn is_data_file(path: &str) -> bool {
    let mut folders: Vec<&str> = path.split('/').collect();
    let name = folders.pop().unwrap_or_default();
    name.starts_with("part-")
        && name.ends_with(".parquet")
        && folders.into_iter().all(is_partition_folder)
}

/// `lang=rust`
fn is_partition_folder(name: &str) -> bool {
    name.split_once('=').is_some_and(|(column, _)| !column.is_empty())
}

/// Deletes the folders of a partition that has no files: values come and go.
fn leave_partition(location: &TableLocation, file: &str) {
    let mut folders: Vec<&str> = file.split('/').collect();
    while folders.pop().is_some() && !folders.is_empty() {
        let folder = folders.iter().fold(location.folder.clone(), |path, name| path.join(name));
        // One that holds something stays, and one that cannot be deleted harms nobody.
        if std::fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

/// Returns the version of the last checkpoint, 0 if there is none.
async fn last_checkpoint(location: &TableLocation) -> Result<u64> {
    #[derive(Deserialize)]
    struct Hint {
        version: u64,
    }
    let store = location.log_store.object_store(None);
    let bytes = match store.get(&StorePath::from("_delta_log/_last_checkpoint")).await {
        Ok(found) => found.bytes().await.map_err(|error| location.error(error.into()))?,
        Err(StoreError::NotFound { .. }) => return Ok(0),
        Err(error) => return Err(location.error(error.into())),
    };
    // A hint that cannot be read is only a hint: the next checkpoint replaces it.
    Ok(serde_json::from_slice::<Hint>(&bytes).map_or(0, |hint| hint.version))
}

/// Deletes the parts of files that a killed writer leaves beside the files it was writing: the
/// local store writes `NAME#1` and renames it.
pub(crate) fn sweep(warehouse: &Path, folder: &Path) -> Result<()> {
    let mut open = vec![folder.to_owned(), folder.join("_delta_log")];
    while let Some(folder) = open.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Error::io(warehouse, &folder, error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| Error::io(warehouse, &folder, error))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            // A link to a folder is none: what is behind it is somebody else's.
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && is_partition_folder(&name) {
                open.push(entry.path());
                continue;
            }
            let part = name.rsplit_once('#').is_some_and(|(_, number)| {
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            });
            if part && !is_folder {
                std::fs::remove_file(entry.path())
                    .map_err(|error| Error::io(warehouse, &entry.path(), error))?;
            }
        }
    }
    Ok(())
}
