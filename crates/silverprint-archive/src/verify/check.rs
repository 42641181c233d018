//! The check itself: rows from one thread, files on all.

use super::finding::{Finding, FindingKind, Inspector, Verified};
use super::inspect::Bench;
use super::{Scope, VerifyError};
use crate::beneath;
use crate::stop::Stop;
use silverprint_catalogue::{
    Catalogue, CatalogueError, Checked, DAMAGED, FailureRow, FileRow, Role,
};
use silverprint_core::PhotoId;
use std::fs::Metadata;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

/// Rows that wait for each thread, so that it never waits for the catalogue.
const WAITING_PER_THREAD: usize = 4;

/// What the threads of a check share.
pub(super) struct Check {
    pub(super) root: PathBuf,
    pub(super) inspector: Arc<dyn Inspector>,
    pub(super) stop: Stop,
    scope: Scope,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    verified: Verified,
    damage: Damage,
    /// None where nothing can be noted: then the next check begins anew.
    checked: Option<Checked>,
}

/// What can be put right: little of each, for there may be much of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Damage {
    /// Files that are not as they were stored.
    pub(super) files: Vec<Flawed>,
    /// Photos of which photos.jsonl says something else.
    pub(super) disagreeing: Vec<PhotoId>,
    /// SHA256SUMS and photos.jsonl, if one is not there or not as it should be.
    pub(super) lists: Vec<&'static str>,
    /// Photos that are called damaged, and of which no file was found so: they
    /// have come back from elsewhere.
    pub(super) restored: Vec<PhotoId>,
}

/// A file that is not as it was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flawed {
    pub(super) photo: PhotoId,
    pub(super) role: Role,
    pub(super) version: u32,
    pub(super) kind: FindingKind,
}

/// Why a walk ends early.
pub(super) enum Halt {
    Stopped,
    Catalogue(CatalogueError),
}

impl From<CatalogueError> for Halt {
    fn from(error: CatalogueError) -> Self {
        Self::Catalogue(error)
    }
}

impl Check {
    pub(super) fn new(
        root: PathBuf,
        scope: Scope,
        inspector: Arc<dyn Inspector>,
        stop: Stop,
    ) -> Self {
        Self { root, inspector, stop, scope, state: Mutex::default() }
    }

    pub(super) fn run(
        self,
        catalogue: &Catalogue,
        jobs: NonZeroUsize,
    ) -> Result<(Verified, Damage), VerifyError> {
        catalogue.check()?;
        let counts = catalogue.counts()?;
        self.inspector.begun(counts.files, counts.bytes);
        let checked = match self.scope {
            Scope::Everything => Checked::begin(&self.root),
            Scope::SinceLast => Checked::go_on(&self.root),
        };
        self.state().checked = checked.ok();
        let ended = match self.check_files(catalogue, jobs)? {
            Ok(()) => self.find_strays(catalogue).and_then(|()| self.check_lists(catalogue)),
            halted => halted,
        };
        let State { mut verified, mut damage, checked } =
            self.state.into_inner().expect("no panic while held");
        if let Some(mut checked) = checked {
            // What cannot be noted is checked again the next time.
            let _ = checked.flush();
        }
        match ended {
            Ok(()) => damage.restored = restored(catalogue, &damage.files)?,
            Err(Halt::Stopped) => verified.interrupted = true,
            Err(Halt::Catalogue(error)) => return Err(error.into()),
        }
        Ok((verified, damage))
    }

    /// Every file that a row names, on all threads.
    fn check_files(
        &self,
        catalogue: &Catalogue,
        jobs: NonZeroUsize,
    ) -> Result<Result<(), Halt>, VerifyError> {
        let (rows, queue) = async_channel::bounded::<FileRow>(jobs.get() * WAITING_PER_THREAD);
        thread::scope(|scope| {
            for n in 0..jobs.get() {
                let queue = queue.clone();
                let named = thread::Builder::new().name(format!("verify-{n}"));
                let started = named.spawn_scoped(scope, move || self.work_off(&queue));
                if let Err(error) = started {
                    // Those that run already have nothing to wait for.
                    rows.close();
                    return Err(VerifyError::Threads(error));
                }
            }
            drop(queue);
            let fed = catalogue.for_each_file(|row| {
                self.go_on()?;
                if self.may_pass_over(&row) {
                    self.state().verified.passed_over += 1;
                    self.inspector.checked(row.bytes);
                    return Ok(());
                }
                // Nobody takes rows any more only when all have stopped.
                rows.send_blocking(row).map_err(|_| Halt::Stopped)
            });
            rows.close();
            Ok(fed)
        })
    }

    /// Fails when the check was asked to end.
    pub(super) fn go_on(&self) -> Result<(), Halt> {
        if self.stop.is_asked() { Err(Halt::Stopped) } else { Ok(()) }
    }

    /// What was found good is not read again; that it is there, and of its
    /// length, costs a look.
    fn may_pass_over(&self, row: &FileRow) -> bool {
        let holds = |checked: &Checked| checked.holds(row).unwrap_or(false);
        let is_there = |found: Metadata| found.is_file() && found.len() == row.bytes;
        self.scope == Scope::SinceLast
            && self.state().checked.as_ref().is_some_and(holds)
            && beneath::metadata(&self.root, Path::new(&row.path)).is_ok_and(is_there)
    }

    fn work_off(&self, queue: &async_channel::Receiver<FileRow>) {
        let mut bench = Bench::new(&self.root);
        while let Ok(row) = queue.recv_blocking() {
            // What waits in the queue when a check is stopped is still looked
            // at: it is little, and the counts stay true.
            let inspected = bench.inspect(&row);
            let is_good = inspected.is_ok();
            if let Err((kind, detail)) = inspected {
                let FileRow { photo, role, version, .. } = row;
                self.state().damage.files.push(Flawed { photo, role, version, kind });
                let path = row.path.clone();
                self.found(&Finding { kind, path, photo: Some(photo), detail });
            }
            self.count(&row, is_good);
            self.inspector.checked(row.bytes);
        }
    }

    fn count(&self, row: &FileRow, is_good: bool) {
        let mut state = self.state();
        state.verified.files += 1;
        state.verified.bytes += row.bytes;
        state.verified.thumbnails += u64::from(row.role == Role::Thumbnail);
        if is_good && state.checked.as_mut().is_some_and(|checked| checked.add(row).is_err()) {
            state.checked = None;
        }
    }

    /// Counts a finding, and says it.
    pub(super) fn found(&self, finding: &Finding) {
        *self.state().verified.findings.entry(finding.kind).or_default() += 1;
        self.inspector.found(finding);
    }

    /// Keeps what is to be put right.
    pub(super) fn to_repair(&self, keep: impl FnOnce(&mut Damage)) {
        keep(&mut self.state().damage);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while held")
    }
}

fn restored(catalogue: &Catalogue, flawed: &[Flawed]) -> Result<Vec<PhotoId>, CatalogueError> {
    let mut restored = Vec::new();
    catalogue.for_each_failure(|FailureRow { id, failure, .. }| {
        if failure.kind == DAMAGED && !flawed.iter().any(|file| file.photo == id) {
            restored.push(id);
        }
        Ok::<_, CatalogueError>(())
    })?;
    Ok(restored)
}
