//! A disk as the model has it: each file and each directory with a log of what
//! was done to it, and a point up to which that surely lasts. `follow` does to
//! it what a trace tells, `loss` says what is left of it without power.

use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// The index of `SQLite`'s log is memory that several share, written without a
/// call, and made anew after a crash: what it holds is nothing to us.
pub(super) const SHARED_INDEX: &str = "-shm";

/// A directory and all below it, with everything that was done to them.
#[derive(Debug, Clone)]
pub(crate) struct Platter {
    pub(super) root: PathBuf,
    /// The first is the root.
    pub(super) nodes: Vec<Node>,
    pub(super) open: HashMap<i64, Handle>,
    /// Paths whose syncs do nothing.
    pub(super) is_deaf: fn(&Path) -> bool,
}

#[derive(Debug, Clone)]
pub(super) enum Node {
    File { log: Log<Change>, length: u64 },
    Directory { log: Log<Naming>, names: BTreeMap<String, usize> },
}

/// What was done, and at which moment.
type Done<T> = (usize, T);

/// What was done, the oldest first.
#[derive(Debug, Clone)]
pub(super) struct Log<T> {
    done: Vec<Done<T>>,
    /// So many of them last.
    lasting: usize,
}

#[derive(Debug, Clone)]
pub(super) enum Change {
    Write { at: u64, bytes: Vec<u8> },
    Length(u64),
}

#[derive(Debug, Clone)]
pub(super) enum Naming {
    Give(String, usize),
    Take(String),
}

/// An open file of the program.
#[derive(Debug, Clone)]
pub(super) struct Handle {
    pub(super) node: usize,
    pub(super) offset: u64,
    pub(super) appends: bool,
}

impl<T> Log<T> {
    pub(super) fn add(&mut self, now: usize, what: T) {
        self.done.push((now, what));
    }

    /// A sync that began then has returned.
    pub(super) fn sync(&mut self, began: usize) {
        let covered = self.done.partition_point(|(when, _)| *when < began);
        self.lasting = self.lasting.max(covered);
    }

    fn sync_all(&mut self) {
        self.lasting = self.done.len();
    }

    /// What the disk owes, and what it does not.
    pub(super) fn parts(&self) -> (&[Done<T>], &[Done<T>]) {
        self.done.split_at(self.lasting)
    }
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self { done: Vec::new(), lasting: 0 }
    }
}

impl Naming {
    pub(super) fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self {
            Self::Give(name, node) => names.insert(name.clone(), *node),
            Self::Take(name) => names.remove(name),
        };
    }
}

impl Change {
    pub(super) fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Write { at, bytes } => write(content, *at, bytes),
            Self::Length(length) => content.resize(index(*length), 0),
        }
    }
}

impl Node {
    pub(super) fn file() -> Self {
        Self::File { log: Log::default(), length: 0 }
    }

    pub(super) fn directory() -> Self {
        Self::Directory { log: Log::default(), names: BTreeMap::new() }
    }
}

impl Platter {
    /// What lies there, all of it lasting.
    pub(crate) fn of(root: &Path) -> Result<Self> {
        let mut platter = Self {
            root: root.to_owned(),
            nodes: Vec::new(),
            open: HashMap::new(),
            is_deaf: |_| false,
        };
        platter.take_in(root)?;
        Ok(platter)
    }

    fn take_in(&mut self, path: &Path) -> Result<usize> {
        let node = self.nodes.len();
        if !fs::symlink_metadata(path)?.is_dir() {
            let bytes = fs::read(path)?;
            let length = bytes.len() as u64;
            let mut log = Log::default();
            log.add(0, Change::Write { at: 0, bytes });
            log.sync_all();
            self.nodes.push(Node::File { log, length });
            return Ok(node);
        }
        self.nodes.push(Node::directory());
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let below = self.take_in(&entry.path())?;
            let name = entry.file_name().to_string_lossy().into_owned();
            self.name(node, 0, Naming::Give(name, below));
        }
        if let Node::Directory { log, .. } = &mut self.nodes[node] {
            log.sync_all();
        }
        Ok(node)
    }

    /// The same, had the program never synced what is called so.
    pub(crate) fn deaf_to(mut self, is_deaf: fn(&Path) -> bool) -> Self {
        self.is_deaf = is_deaf;
        self
    }

    /// That the model has come to what lies there.
    pub(crate) fn agrees_with(&self, root: &Path) -> Result<()> {
        self.agrees_at(0, root)
    }

    fn agrees_at(&self, node: usize, path: &Path) -> Result<()> {
        match &self.nodes[node] {
            Node::File { log, .. } => {
                let mut content = Vec::new();
                log.done.iter().for_each(|(_, change)| change.apply(&mut content));
                let is_it = fs::read(path)? == content || is_shared_index(path);
                ensure!(is_it, "the trace does not tell what {} holds", path.display());
            }
            Node::Directory { names, .. } => {
                let there = fs::read_dir(path)?.count();
                let (path_told, told) = (path.display(), names.len());
                ensure!(there == told, "{path_told} has {there} names, and {told} by the trace");
                for (name, below) in names {
                    self.agrees_at(*below, &path.join(name))?;
                }
            }
        }
        Ok(())
    }

    /// Brings a new file or directory in.
    pub(super) fn give(&mut self, path: &Path, node: Node, now: usize) -> Result<usize> {
        let (above, name) = self.place(path)?;
        self.nodes.push(node);
        let node = self.nodes.len() - 1;
        self.name(above, now, Naming::Give(name, node));
        Ok(node)
    }

    pub(super) fn name(&mut self, above: usize, now: usize, naming: Naming) {
        if let Node::Directory { log, names } = &mut self.nodes[above] {
            naming.apply(names);
            log.add(now, naming);
        }
    }

    /// The directory that a path names, and its name there.
    pub(super) fn place(&self, path: &Path) -> Result<(usize, String)> {
        let above = path.parent().and_then(|above| self.find(above));
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        above.zip(name).with_context(|| format!("{} has no place", path.display()))
    }

    /// What is called so now.
    pub(super) fn find(&self, path: &Path) -> Option<usize> {
        let mut node = 0;
        for part in path {
            let Node::Directory { names, .. } = &self.nodes[node] else { return None };
            node = *names.get(part.to_str()?)?;
        }
        Some(node)
    }

    /// What something is called now, below the root.
    pub(super) fn path_of(&self, node: usize) -> Option<PathBuf> {
        if node == 0 {
            return Some(PathBuf::new());
        }
        self.nodes.iter().enumerate().find_map(|(above, it)| {
            let Node::Directory { names, .. } = it else { return None };
            let (name, _) = names.iter().find(|(_, at)| **at == node)?;
            Some(self.path_of(above)?.join(name))
        })
    }
}

pub(super) fn is_shared_index(path: &Path) -> bool {
    path.as_os_str().to_string_lossy().ends_with(SHARED_INDEX)
}

pub(super) fn write(content: &mut Vec<u8>, at: u64, bytes: &[u8]) {
    let (from, to) = (index(at), index(at) + bytes.len());
    if content.len() < to {
        content.resize(to, 0);
    }
    content[from..to].copy_from_slice(bytes);
}

pub(super) fn index(position: u64) -> usize {
    usize::try_from(position).expect("a file of a torture fits in memory")
}
