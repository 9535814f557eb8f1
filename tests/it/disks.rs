//! Disks that are full or read-only. They are made of small file systems in memory, which takes the
//! right to mount: without it these tests say so and pass.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use belvedere::delta::Error;
use belvedere::refresh::{Observer, Silent, Step};
use tempfile::TempDir;

use crate::support::warehouse::{Lab, all_skipped};

/// A file system in memory, unmounted when dropped.
struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// Mounts a disk of so many bytes; `None` where that is not allowed.
    fn mount(bytes: usize) -> Option<Self> {
        let disk = Self { folder: TempDir::new().unwrap() };
        if mount(&["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"], disk.path()) {
            Some(disk)
        } else {
            eprintln!("skipped: mounting a file system in memory is not allowed here");
            None
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn warehouse(&self) -> PathBuf {
        self.path().join("warehouse")
    }

    fn remount(&self, options: &str) {
        assert!(mount(&["-o", &format!("remount,{options}")], self.path()), "{options}");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).output();
    }
}

fn mount(args: &[&str], at: &Path) -> bool {
    Command::new("mount").args(args).arg(at).output().is_ok_and(|output| output.status.success())
}

/// Notes whether all rows could be staged.
struct StagedSeen(Arc<AtomicBool>);

impl Observer for StagedSeen {
    fn step(&self, step: &Step<'_>) -> ControlFlow<()> {
        if matches!(step, Step::Staged { .. }) {
            self.0.store(true, Ordering::Relaxed);
        }
        ControlFlow::Continue(())
    }
}

/// Text that hardly compresses.
fn noise(bytes: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut text = String::new();
    while text.len() < bytes {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(&format!("{:x}\n", state >> 11));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_named_and_loses_nothing() {
    let Some(disk) = SmallDisk::mount(1 << 20) else { return };
    let mut lab = Lab::with_files();
    lab.warehouse = disk.warehouse();
    lab.run().await;
    let before = lab.rows().await;

    // First no room for staged rows, then for the rows of the tables only.
    for (bytes, staged) in [(4 << 20, false), (440 << 10, true)] {
        lab.write("big.txt", &noise(bytes));
        let seen = Arc::new(AtomicBool::new(false));
        let error = lab.try_run(StagedSeen(Arc::clone(&seen))).await.unwrap_err();
        assert_eq!(seen.load(Ordering::Relaxed), staged, "{bytes}: {error}");
        assert!(matches!(error, Error::DiskFull(_)), "{bytes}: {error:?}");
        let text = error.to_string();
        assert!(text.contains("is full") && text.contains("free some space"), "{text}");
        assert_eq!(lab.rows().await, before, "what was published can be read");
        assert!(!lab.warehouse.join("belvedere.staging").exists(), "its space is free again");
    }

    disk.remount("size=64m");
    lab.run().await;
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
    assert!(all_skipped(&lab.run().await));
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_that_fail_again_and_again_take_no_more_room() {
    let Some(disk) = SmallDisk::mount(1 << 20) else { return };
    let mut lab = Lab::with_files();
    lab.warehouse = disk.warehouse();
    lab.run().await;
    let data_files = || {
        let files = lab.listing().into_keys();
        files.filter(|path| path.extension().is_some_and(|end| end == "parquet")).count()
    };
    let mut counts = Vec::new();
    for attempt in 0..4 {
        // Another text each time, so that nothing is adopted.
        lab.write("big.txt", &format!("{attempt}\n{}", noise(440 << 10)));
        let error = lab.try_run(Silent).await.unwrap_err();
        assert!(matches!(error, Error::DiskFull(_)), "{error:?}");
        counts.push(data_files());
    }
    assert!(counts[3] <= counts[1], "{counts:?}");
    lab.remove("big.txt");
    lab.run().await;
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_disk_is_named_and_can_be_read() {
    let Some(disk) = SmallDisk::mount(8 << 20) else { return };
    let mut lab = Lab::with_files();
    lab.warehouse = disk.warehouse();
    lab.run().await;
    let before = lab.rows().await;
    disk.remount("ro");
    lab.write("a.txt", "changed\n");
    for warehouse in [disk.warehouse(), disk.path().join("another")] {
        lab.warehouse = warehouse;
        let error = lab.try_run(Silent).await.unwrap_err();
        assert!(matches!(error, Error::NotWritable { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("cannot be written to") && text.contains("--warehouse"), "{text}");
    }
    lab.warehouse = disk.warehouse();
    assert_eq!(lab.rows().await, before);
}
