//! Does to the model of a disk what a trace tells was done to the real one.
//!
//! A call that changes files and is not known here is an error, and the model
//! must come to exactly the folder that the run left (`Platter::agrees_with`):
//! a program that begins to write in another way is not waved through.

use super::call::Call;
use super::platter::{Change, Handle, Naming, Node, Platter, is_shared_index};
use anyhow::{Context, Result, bail};
use fastrand::Rng;
use std::path::PathBuf;

/// The calls that change what is on a disk, or say what the others speak of.
pub(super) const CALLS: &str = "openat,close,dup,dup2,dup3,fcntl,write,writev,pwrite64,pwritev,\
pwritev2,ftruncate,truncate,fallocate,lseek,fsync,fdatasync,sync_file_range,rename,renameat,\
renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,symlink,symlinkat,copy_file_range,\
sendfile,mmap";

/// Where a call names what it speaks of: an argument that is an open directory,
/// if there is one, and one that is a path.
type Named = (Option<usize>, usize);

const PLAIN: Named = (None, 0);
const AT: Named = (Some(0), 1);

impl Platter {
    /// Does what was done up to a moment: the calls that had ended, and by the
    /// seed those that were under way.
    pub(crate) fn follow(&mut self, calls: &[Call], until: usize, rng: &mut Rng) -> Result<()> {
        let mut order: Vec<_> = calls.iter().filter(|call| call.began <= until).collect();
        order.sort_by_key(|call| takes_effect(call));
        for call in order {
            let is_over = takes_effect(call) <= until;
            if call.has_failed() || !(is_over || (may_be_half_done(call) && rng.bool())) {
                continue;
            }
            let line = call.began + 1;
            self.apply(call).with_context(|| format!("{} on line {line}", call.name))?;
        }
        Ok(())
    }

    fn apply(&mut self, call: &Call) -> Result<()> {
        match call.name.as_str() {
            "openat" => self.opened(call),
            "close" => {
                self.open.remove(&call.number(0).context("no number")?);
                Ok(())
            }
            "fcntl" if !call.argument(1).is_some_and(|it| it.starts_with("F_DUPFD")) => Ok(()),
            "dup" | "dup2" | "dup3" | "fcntl" => {
                let handle = call.number(0).and_then(|fd| self.open.get(&fd)).cloned();
                if let (Some(new), Some(handle)) = (call.result, handle) {
                    self.open.insert(new, handle);
                }
                Ok(())
            }
            "rename" => self.renamed(call, PLAIN, (None, 1)),
            "renameat2" if call.argument(4).is_some_and(|it| it.contains("EXCHANGE")) => {
                bail!("the model does not exchange names")
            }
            "renameat" | "renameat2" => self.renamed(call, AT, (Some(2), 3)),
            "link" => self.linked(call, PLAIN, (None, 1)),
            "linkat" => self.linked(call, AT, (Some(2), 3)),
            "unlink" | "rmdir" => self.removed(call, PLAIN),
            "unlinkat" => self.removed(call, AT),
            "mkdir" => self.made(call, PLAIN),
            "mkdirat" => self.made(call, AT),
            "symlink" | "symlinkat" | "truncate" => bail!("the model does not know it"),
            _ => self.on_handle(call),
        }
    }

    /// What is done to an open file. Sockets and files elsewhere are nothing to us.
    fn on_handle(&mut self, call: &Call) -> Result<()> {
        const UNTOLD: &str = "the trace does not tell all of it";
        let fd = call.number(if call.name == "mmap" { 4 } else { 0 });
        let Some(node) = fd.and_then(|fd| self.open.get(&fd)).map(|handle| handle.node) else {
            return Ok(());
        };
        let is_nothing = match call.name.as_str() {
            "mmap" => !writes_to_file(call) || self.is_shared_index(node),
            "fsync" | "fdatasync" => self.path_of(node).is_some_and(|path| (self.is_deaf)(&path)),
            _ => false,
        };
        if is_nothing {
            return Ok(());
        }
        let Some(handle) = fd.and_then(|fd| self.open.get_mut(&fd)) else { return Ok(()) };
        let number = |n| call.number(n).map(i64::cast_unsigned).context(UNTOLD);
        match (call.name.as_str(), &mut self.nodes[node]) {
            ("write" | "writev", Node::File { log, length }) => {
                let bytes = written(call).context(UNTOLD)?;
                let at = if handle.appends { *length } else { handle.offset };
                handle.offset = at + bytes.len() as u64;
                *length = (*length).max(handle.offset);
                log.add(takes_effect(call), Change::Write { at, bytes });
            }
            ("pwrite64", Node::File { log, length }) => {
                let (at, bytes) = (number(3)?, written(call).context(UNTOLD)?);
                *length = (*length).max(at + bytes.len() as u64);
                log.add(takes_effect(call), Change::Write { at, bytes });
            }
            ("ftruncate", Node::File { log, length }) => {
                *length = number(1)?;
                log.add(takes_effect(call), Change::Length(*length));
            }
            ("lseek", _) => handle.offset = call.result.context(UNTOLD)?.cast_unsigned(),
            ("fsync" | "fdatasync", Node::File { log, .. }) => log.sync(call.began),
            ("fsync", Node::Directory { log, .. }) => log.sync(call.began),
            ("sync_file_range", _) => {}
            _ => bail!("the model does not know what it does to a file"),
        }
        Ok(())
    }

    fn is_shared_index(&self, node: usize) -> bool {
        self.path_of(node).is_some_and(|path| is_shared_index(&path))
    }

    fn opened(&mut self, call: &Call) -> Result<()> {
        let (Some(fd), Some(path)) = (call.result, self.at(call, AT)?) else { return Ok(()) };
        let flags = call.argument(2).context("no flags")?;
        let has = |flag: &str| flags.split('|').any(|it| it == flag);
        let node = match self.find(&path) {
            _ if has("O_TMPFILE") => bail!("the model does not know files without a name"),
            Some(node) => node,
            None if has("O_CREAT") => self.give(&path, Node::file(), takes_effect(call))?,
            None => bail!("{} is not there", path.display()),
        };
        if let (true, Node::File { log, length }) = (has("O_TRUNC"), &mut self.nodes[node]) {
            *length = 0;
            log.add(takes_effect(call), Change::Length(0));
        }
        self.open.insert(fd, Handle { node, offset: 0, appends: has("O_APPEND") });
        Ok(())
    }

    fn renamed(&mut self, call: &Call, from: Named, to: Named) -> Result<()> {
        let Some((from, to)) = self.both(call, from, to)? else { return Ok(()) };
        let node = self.find(&from).context("what is renamed is not there")?;
        // Of two names of one file the system takes none.
        if self.find(&to) != Some(node) {
            let ((above, name), (was_above, old)) = (self.place(&to)?, self.place(&from)?);
            self.name(above, takes_effect(call), Naming::Give(name, node));
            self.name(was_above, takes_effect(call), Naming::Take(old));
        }
        Ok(())
    }

    fn linked(&mut self, call: &Call, from: Named, to: Named) -> Result<()> {
        let Some((from, to)) = self.both(call, from, to)? else { return Ok(()) };
        let node = self.find(&from).context("what is linked is not there")?;
        let (above, name) = self.place(&to)?;
        self.name(above, takes_effect(call), Naming::Give(name, node));
        Ok(())
    }

    fn removed(&mut self, call: &Call, path: Named) -> Result<()> {
        let Some(path) = self.at(call, path)? else { return Ok(()) };
        let (above, name) = self.place(&path)?;
        self.name(above, takes_effect(call), Naming::Take(name));
        Ok(())
    }

    fn made(&mut self, call: &Call, path: Named) -> Result<()> {
        let Some(path) = self.at(call, path)? else { return Ok(()) };
        self.give(&path, Node::directory(), takes_effect(call)).map(drop)
    }

    /// Two paths, both below the root or none.
    fn both(&self, call: &Call, from: Named, to: Named) -> Result<Option<(PathBuf, PathBuf)>> {
        match (self.at(call, from)?, self.at(call, to)?) {
            (Some(from), Some(to)) => Ok(Some((from, to))),
            (None, None) => Ok(None),
            _ => bail!("a file comes from elsewhere, or goes there"),
        }
    }

    /// A path below the root; none where it lies elsewhere.
    fn at(&self, call: &Call, (from, n): Named) -> Result<Option<PathBuf>> {
        let path = call.bytes(n).context("a path is not told")?;
        let path = PathBuf::from(String::from_utf8(path)?);
        let from = from.and_then(|n| call.number(n)).filter(|_| path.is_relative());
        let path = match from.map(|fd| self.open.get(&fd)) {
            Some(Some(handle)) => {
                self.path_of(handle.node).context("an open directory has a name")?.join(path)
            }
            Some(None) => return Ok(None),
            None => match path.strip_prefix(&self.root) {
                Ok(path) => path.to_owned(),
                Err(_) => return Ok(None),
            },
        };
        Ok(Some(path.components().filter(|part| part.as_os_str() != ".").collect()))
    }
}

/// The line on which a call counts as done. A number is free as soon as its
/// close begins.
fn takes_effect(call: &Call) -> usize {
    if call.name == "close" { call.began } else { call.ended }
}

/// Whether a call has an effect before it returns. That of a sync is no promise.
fn may_be_half_done(call: &Call) -> bool {
    !matches!(call.name.as_str(), "fsync" | "fdatasync" | "lseek")
}

fn writes_to_file(call: &Call) -> bool {
    let has = |n, flag| call.argument(n).is_some_and(|flags| flags.contains(flag));
    has(2, "PROT_WRITE") && has(3, "MAP_SHARED")
}

/// What a call has written: not always all that it was given.
fn written(call: &Call) -> Option<Vec<u8>> {
    let mut bytes = call.bytes(1)?;
    if let Some(result) = call.result {
        bytes.truncate(usize::try_from(result).ok()?);
    }
    Some(bytes)
}
