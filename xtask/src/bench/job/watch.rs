//! Looks at processes while they run, for what nobody says at the end: the memory that all of a
//! tool's processes held, and the CPU time of each of its threads.

use crate::Failure;
use crate::bench::report::read;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Rarely enough to cost a hundredth of a core, and often enough for what grows slowly.
const EVERY: Duration = Duration::from_millis(100);

/// Something that is looked at on a thread of its own, until it is told to end.
pub(super) struct Watch<T> {
    until: SyncSender<()>,
    seen: JoinHandle<T>,
}

impl<T: Default + Send + 'static> Watch<T> {
    pub(super) fn start(look: impl Fn(&mut T) + Send + 'static) -> Self {
        let (until, is_over) = sync_channel(0);
        let seen = thread::spawn(move || {
            let mut seen = T::default();
            loop {
                look(&mut seen);
                if is_over.recv_timeout(EVERY) != Err(RecvTimeoutError::Timeout) {
                    return seen;
                }
            }
        });
        Self { until, seen }
    }

    pub(super) fn end(self) -> Result<T, Failure> {
        drop(self.until);
        self.seen.join().map_err(|_| "a watch panicked".into())
    }
}

/// The most memory, in bytes, that a process and those that it started held at once. Each counts
/// with the most that it has had so far, so that no peak is missed; what they share counts for
/// each.
pub(super) fn memory(id: u32) -> Watch<u64> {
    Watch::start(move |most: &mut u64| {
        let peaks = family(id).into_iter().filter_map(peak_memory);
        *most = (*most).max(peaks.sum());
    })
}

/// CPU seconds of each of a process's threads, by its name and number.
pub(super) fn threads(id: u32) -> Watch<BTreeMap<(String, u32), f64>> {
    Watch::start(move |seen: &mut BTreeMap<(String, u32), f64>| {
        let Ok(tasks) = fs::read_dir(format!("/proc/{id}/task")) else { return };
        for task in tasks.flatten() {
            // It may have ended since.
            let Some((number, name, seconds)) = of_thread(&task.path()) else { continue };
            seen.insert((name, number), seconds);
        }
    })
}

fn of_thread(task: &Path) -> Option<(u32, String, f64)> {
    let number = task.file_name()?.to_str()?.parse().ok()?;
    let name = read(&task.join("comm")).ok()?.trim().to_owned();
    let nanoseconds = read(&task.join("schedstat")).ok()?;
    let nanoseconds: f64 = nanoseconds.split_whitespace().next()?.parse().ok()?;
    Some((number, name, nanoseconds / 1e9))
}

/// A process, and those that it started, and theirs.
fn family(id: u32) -> HashSet<u32> {
    let parents = parents();
    let is_of_it = |mut child: u32| {
        // A chain of parents is short, and ends with one that nobody started.
        for _ in 0..64 {
            match parents.get(&child) {
                _ if child == id => return true,
                Some(parent) => child = *parent,
                None => return false,
            }
        }
        false
    };
    parents.keys().copied().filter(|child| is_of_it(*child)).collect()
}

/// The parent of each process.
fn parents() -> HashMap<u32, u32> {
    let Ok(processes) = fs::read_dir("/proc") else { return HashMap::new() };
    let ids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter_map(|id: u32| Some((id, parent(id)?))).collect()
}

fn parent(id: u32) -> Option<u32> {
    let stat = read(Path::new(&format!("/proc/{id}/stat"))).ok()?;
    stat.rsplit_once(") ")?.1.split_whitespace().nth(1)?.parse().ok()
}

/// `VmHWM`, in bytes.
fn peak_memory(id: u32) -> Option<u64> {
    let status = read(Path::new(&format!("/proc/{id}/status"))).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_threads_and_is_of_its_family() {
        let id = std::process::id();
        assert!(family(id).contains(&id));
        assert!(memory(id).end().unwrap() > 1 << 20);
        assert!(!threads(id).end().unwrap().is_empty());
    }
}
