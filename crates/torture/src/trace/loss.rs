//! What a disk may hold after the power failed.
//!
//! Up to the last sync that had returned, a file's writes and a directory's
//! names last. Behind that point the disk owes nothing, so a seed chooses:
//!
//! - of a file's later writes none, all, the first few with a torn one behind
//!   them, or any of their pages (4 KiB); pages that never came are zeros where
//!   the file's length came all the same;
//! - of a directory's later names the first few, as file systems with a journal
//!   do ([`Manner::Ordered`]), or any of them ([`Manner::Scattered`]: harsher
//!   than ext4 or XFS ever are). The two halves of a rename come or go each by
//!   itself, so that a file may have both names, or even none.
//!
//! A sync of a file says nothing of its name, one of a directory nothing of
//! what its files hold.
//!
//! What this cannot show: a disk that lies about its syncs, bits that rot at
//! rest, a page torn by a write where an older one was synced before, and
//! whatever the file system itself gets wrong. Owners, modes and times are not
//! followed.

use super::platter::{Change, Log, Naming, Node, Platter, index, write};
use anyhow::Result;
use fastrand::Rng;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

/// What a disk writes at once.
const PAGE: usize = 4096;

/// Which names come to the disk that no sync has brought there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Of each directory the first few.
    Ordered,
    /// Any.
    Scattered,
}

impl Platter {
    /// Lays out what a disk may hold if the power fails now.
    pub(crate) fn lay(&self, into: &Path, manner: Manner, rng: &mut Rng) -> Result<()> {
        self.lay_at(0, into, manner, rng, &mut HashMap::new())
    }

    /// A file of two names has one content.
    fn lay_at(
        &self,
        node: usize,
        into: &Path,
        manner: Manner,
        rng: &mut Rng,
        contents: &mut HashMap<usize, Vec<u8>>,
    ) -> Result<()> {
        match &self.nodes[node] {
            Node::File { log, .. } => {
                let content = contents.entry(node).or_insert_with(|| content(log, rng));
                Ok(fs::write(into, content)?)
            }
            Node::Directory { log, .. } => {
                fs::create_dir(into)?;
                let mut below = names(log, manner, rng).into_iter();
                below.try_for_each(|(name, node)| {
                    self.lay_at(node, &into.join(name), manner, rng, contents)
                })
            }
        }
    }
}

fn names(log: &Log<Naming>, manner: Manner, rng: &mut Rng) -> BTreeMap<String, usize> {
    let (lasting, later) = log.parts();
    let mut names = BTreeMap::new();
    for (_, naming) in lasting {
        naming.apply(&mut names);
    }
    let first = rng.usize(..=later.len());
    for (n, (_, naming)) in later.iter().enumerate() {
        let is_kept = match manner {
            Manner::Ordered => n < first,
            Manner::Scattered => rng.bool(),
        };
        if is_kept {
            naming.apply(&mut names);
        }
    }
    names
}

fn content(log: &Log<Change>, rng: &mut Rng) -> Vec<u8> {
    let (lasting, later) = log.parts();
    let mut content = Vec::new();
    for (_, change) in lasting {
        change.apply(&mut content);
    }
    let (first, is_torn) = match rng.u8(..4) {
        0 => (0, false),
        1 => (later.len(), false),
        2 => (rng.usize(..=later.len()), true),
        _ => {
            for (_, change) in later {
                tear(&mut content, change, rng);
            }
            return content;
        }
    };
    for (_, change) in &later[..first] {
        change.apply(&mut content);
    }
    if let (true, Some((_, change))) = (is_torn, later.get(first)) {
        tear(&mut content, change, rng);
    }
    content
}

/// Does some of the pages of a change.
fn tear(content: &mut Vec<u8>, change: &Change, rng: &mut Rng) {
    let (at, bytes) = match change {
        Change::Write { at, bytes } => (*at, bytes),
        Change::Length(_) if rng.bool() => return change.apply(content),
        Change::Length(_) => return,
    };
    let mut from = 0;
    while from < bytes.len() {
        let place = at + from as u64;
        let to = bytes.len().min(from + PAGE - index(place) % PAGE);
        if rng.bool() {
            write(content, place, &bytes[from..to]);
        }
        from = to;
    }
    let end = index(at) + bytes.len();
    if rng.bool() && content.len() < end {
        content.resize(end, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::call;
    use std::collections::BTreeSet;

    /// What may be left, for many seeds: of each name how many bytes.
    fn left(trace: &str, manner: Manner) -> BTreeSet<Vec<(String, usize)>> {
        let around = std::env::temp_dir().join(format!("torture-loss-{}", fastrand::u64(..)));
        fs::create_dir(&around).unwrap();
        let (from, into) = (around.join("a"), around.join("b"));
        fs::create_dir(&from).unwrap();
        let hex = |text: &str| {
            let byte = |byte: u8| ["\\x".to_owned(), format!("{byte:02x}")].concat();
            text.bytes().map(byte).collect::<Vec<_>>().concat()
        };
        let trace = trace.replace('@', &hex(from.to_str().unwrap()));
        let calls = call::read(&trace).unwrap();
        let mut found = BTreeSet::new();
        for seed in 0..200 {
            let mut rng = Rng::with_seed(seed);
            let mut platter = Platter::of(&from).unwrap();
            platter.follow(&calls, trace.lines().count(), &mut rng).unwrap();
            platter.lay(&into, manner, &mut rng).unwrap();
            let entries = fs::read_dir(&into).unwrap().map(Result::unwrap);
            let name = |entry: &fs::DirEntry| entry.file_name().into_string().unwrap();
            let length = |entry: &fs::DirEntry| fs::read(entry.path()).unwrap().len();
            let mut names: Vec<_> = entries.map(|it| (name(&it), length(&it))).collect();
            names.sort();
            found.insert(names);
            fs::remove_dir_all(&into).unwrap();
        }
        fs::remove_dir_all(&around).unwrap();
        found
    }

    /// A file `a` of three bytes, renamed to `b`, and the directory's sync.
    const CREATE: &str = "1 openat(AT_FDCWD, \"@\\x2f\\x61\", O_WRONLY|O_CREAT|O_EXCL, 0666) = 3\n";
    const WRITE: &str = "1 write(3, \"\\x61\\x62\\x63\", 3) = 3\n";
    const SYNC: &str = "1 fsync(3) = 0\n";
    const RENAME: &str = "1 rename(\"@\\x2f\\x61\", \"@\\x2f\\x62\") = 0\n";
    const SYNC_ABOVE: &str = "2 openat(AT_FDCWD, \"@\", O_RDONLY) = 4\n2 fsync(4) = 0\n";

    fn states(states: &[&[(&str, usize)]]) -> BTreeSet<Vec<(String, usize)>> {
        let state = |names: &&[(&str, usize)]| {
            names.iter().map(|(name, length)| ((*name).to_owned(), *length)).collect()
        };
        states.iter().map(state).collect()
    }

    #[test]
    fn what_was_synced_in_order_is_there_whatever_the_seed() {
        let trace = [CREATE, WRITE, SYNC, RENAME, SYNC_ABOVE].concat();
        for manner in [Manner::Ordered, Manner::Scattered] {
            assert_eq!(left(&trace, manner), states(&[&[("b", 3)]]));
        }
    }

    #[test]
    fn what_was_not_synced_may_be_short_or_absent_or_both_names() {
        let no_file_sync = [CREATE, WRITE, RENAME, SYNC_ABOVE].concat();
        assert_eq!(left(&no_file_sync, Manner::Ordered), states(&[&[("b", 0)], &[("b", 3)]]));
        let no_name_sync = [CREATE, WRITE, SYNC, RENAME].concat();
        let ordered = states(&[&[], &[("a", 3)], &[("a", 3), ("b", 3)], &[("b", 3)]]);
        assert_eq!(left(&no_name_sync, Manner::Ordered), ordered);
        // A failed sync, and one that has not returned, promise nothing.
        for sync in ["1 fsync(3) = -1 EIO (Input/output error)\n", "1 fsync(3 <unfinished ...>\n"] {
            let trace = [CREATE, WRITE, RENAME, SYNC_ABOVE, sync].concat();
            assert_eq!(
                left(&trace, Manner::Ordered),
                states(&[&[("b", 0)], &[("b", 3)]]),
                "{sync}"
            );
        }
    }
}
