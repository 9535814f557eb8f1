//! Ctrl-C, heard while all threads compute.
//!
//! An operator of a query may compute for long without waiting for anything, and then the threads of the
//! executor do not look at signals. One thread listens and does nothing else.

use std::io;
use std::sync::OnceLock;
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::ctrl_c;
use tokio::sync::Notify;

static HEARD: Notify = Notify::const_new();

/// Begins to listen, once in a process. From here on Ctrl-C ends nothing by itself.
pub(super) fn listen() -> io::Result<()> {
    static LISTENS: OnceLock<()> = OnceLock::new();
    if LISTENS.get().is_some() {
        return Ok(());
    }
    let executor = Builder::new_current_thread().enable_io().build()?;
    let listen = async {
        while ctrl_c().await.is_ok() {
            HEARD.notify_waiters();
        }
    };
    thread::Builder::new()
        .name("belvedere-signals".to_owned())
        .spawn(move || executor.block_on(listen))?;
    let _ = LISTENS.set(());
    Ok(())
}

/// Waits for the next Ctrl-C.
pub(super) async fn interrupted() {
    HEARD.notified().await;
}
