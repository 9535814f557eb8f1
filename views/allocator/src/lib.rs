//! The allocator of the binary: mimalloc, which gives back to the system what is freed, at once.
//!
//! By itself mimalloc gives memory back ten milliseconds later, when the thread that owns it next
//! asks for some. Threads that wait never ask: after each view the memory of its joins stayed with
//! whatever threads had run them, a gigabyte at the end of an index of ten million lines. The
//! system's allocator keeps what many short-lived batches of many threads leave behind as well.
//!
//! A package of its own, since the workspace forbids `unsafe` and mimalloc's options are set in C.

use std::ffi::c_long;

use libmimalloc_sys::{mi_option_set_default, mi_option_t};
/// What `#[global_allocator]` names.
pub use mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc.h, which the bindings leave out.
const PURGE_DELAY: mi_option_t = 15;

/// No milliseconds.
const AT_ONCE: c_long = 0;

/// From here on memory goes back to the system when it is freed, unless the environment variable
/// `MIMALLOC_PURGE_DELAY` says otherwise (milliseconds).
#[expect(unsafe_code, reason = "options are C functions")]
pub fn give_back_at_once() {
    // SAFETY: the option is one of the linked version's, and options may be set at any time: a
    // thread that frees meanwhile sees the value before or after.
    unsafe { mi_option_set_default(PURGE_DELAY, AT_ONCE) }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[global_allocator]
    static ALLOCATOR: MiMalloc = MiMalloc;

    const BLOCKS: usize = 4096;
    const BLOCK_BYTES: usize = 64 << 10;

    /// The bytes of the process that lie in memory.
    fn resident() -> usize {
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
    }

    #[test]
    fn what_a_thread_frees_before_it_waits_is_the_systems_again() {
        give_back_at_once();
        let before = resident();
        let (freed, is_freed) = mpsc::channel();
        let (end, ended) = mpsc::channel::<()>();
        let worker = thread::spawn(move || {
            let blocks: Vec<Vec<u8>> = (0..BLOCKS).map(|_| vec![1; BLOCK_BYTES]).collect();
            let held = resident();
            drop(blocks);
            freed.send(held).unwrap();
            ended.recv().unwrap_err();
        });
        let held = is_freed.recv().unwrap();
        let after = resident();
        drop(end);
        worker.join().unwrap();
        let all = BLOCKS * BLOCK_BYTES;
        assert!(held >= before + all, "{held} with {all} more than {before}");
        assert!(after <= before + all / 8, "{after} after {before}, with {all} freed");
    }
}
