//! The allocator of the binary: mimalloc, which gives back to the system what is freed, at once where
//! much is held.
//!
//! By itself mimalloc gives memory back ten milliseconds later, when the thread that owns it next
//! asks for some. Threads that wait never ask: after each view the memory of its joins stayed with
//! whatever threads had run them, more than a gigabyte at the end of an index of ten million lines.
//! To give all back on `free` costs a third of the time, so that a thread looks how much is held.
//! The system's allocator keeps what many short-lived batches of many threads leave behind as well.
//!
//! A package of its own, since the workspace forbids `unsafe` and mimalloc's options are set in C.

use std::ffi::c_long;
use std::io;
use std::thread;
use std::time::Duration;

use libmimalloc_sys::{mi_option_get, mi_option_set, mi_option_t};
/// What `#[global_allocator]` names.
pub use mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc.h, which the bindings leave out.
const PURGE_DELAY: mi_option_t = 15;

/// How the environment sets it, in milliseconds.
const VARIABLE: &str = "MIMALLOC_PURGE_DELAY";

/// No milliseconds.
const AT_ONCE: c_long = 0;

/// How often the thread looks: what is freed in between is little, and a look takes some microseconds.
const PAUSE: Duration = Duration::from_millis(20);

/// From here on memory goes back to the system when it is freed while the process holds more than so
/// many bytes, and after the allocator's own delay while it holds less. The environment variable
/// `MIMALLOC_PURGE_DELAY` (milliseconds) sets one delay for all the time instead. Where the system does
/// not tell what a process holds, all goes back at once.
///
/// # Errors
///
/// When there can be no thread more.
pub fn give_back_beyond(bytes: u64) -> io::Result<()> {
    if std::env::var_os(VARIABLE).is_some() {
        return Ok(());
    }
    let usual = delay();
    let watch = move || {
        while let Some(held) = resident() {
            set_delay(if held > bytes { AT_ONCE } else { usual });
            thread::sleep(PAUSE);
        }
        set_delay(AT_ONCE);
    };
    thread::Builder::new().name("memory".to_owned()).spawn(watch).map(|_| ())
}

/// The bytes of the process that lie in memory; `None` where the system does not tell.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[expect(unsafe_code, reason = "options are C functions")]
fn delay() -> c_long {
    // SAFETY: the option is one of the linked version's.
    unsafe { mi_option_get(PURGE_DELAY) }
}

#[expect(unsafe_code, reason = "options are C functions")]
fn set_delay(milliseconds: c_long) {
    // SAFETY: the option is one of the linked version's, and a word of memory that one thread
    // writes: one that frees meanwhile sees the value before or after.
    unsafe { mi_option_set(PURGE_DELAY, milliseconds) }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[global_allocator]
    static ALLOCATOR: MiMalloc = MiMalloc;

    const BLOCKS: u64 = 4096;
    const BLOCK_BYTES: u64 = 64 << 10;
    const ALL: u64 = BLOCKS * BLOCK_BYTES;

    fn until(delay_is: c_long) {
        let looks = (0..1_000).find(|_| {
            thread::sleep(PAUSE);
            delay() == delay_is
        });
        assert!(looks.is_some(), "the delay is {}", delay());
    }

    #[test]
    fn what_a_thread_frees_before_it_waits_is_the_systems_again_where_much_is_held() {
        let (before, usual) = (resident().unwrap(), delay());
        assert_ne!(usual, AT_ONCE);
        give_back_beyond(before + ALL / 2).unwrap();
        let (freed, is_freed) = mpsc::channel();
        let (end, ended) = mpsc::channel::<()>();
        let worker = thread::spawn(move || {
            let block = || vec![1_u8; BLOCK_BYTES as usize];
            let blocks: Vec<Vec<u8>> = (0..BLOCKS).map(|_| block()).collect();
            until(AT_ONCE);
            let held = resident().unwrap();
            drop(blocks);
            freed.send(held).unwrap();
            ended.recv().unwrap_err();
        });
        let held = is_freed.recv().unwrap();
        let after = resident().unwrap();
        until(usual);
        drop(end);
        worker.join().unwrap();
        assert!(held >= before + ALL, "{held} with {ALL} more than {before}");
        // What is freed goes back until the thread sees that little is held.
        assert!(after <= before + ALL * 5 / 8, "{after} after {before}, with {ALL} freed");
    }
}
