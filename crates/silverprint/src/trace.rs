//! `--trace FILE`: every photo's way, drawn for <https://ui.perfetto.dev> and
//! Chrome's own page for traces. What is in the file stands in `event`.
//!
//! It is written by a thread of its own, out of a bounded queue: the run never
//! waits for it. What has no room in the queue is left out and counted; a file
//! that cannot be finished is a note, for the archive is what was asked for.

mod event;

use crate::whole::Begun;
use anyhow::Context as _;
use event::Drawing;
use silverprint_core::{Span, Tracer};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;

/// What waits to be written: a tenth of a second of more than any disk takes.
const QUEUE: usize = 1 << 14;

/// A trace that is being written.
pub(crate) struct Trace {
    path: PathBuf,
    scribe: Arc<Scribe>,
    thread: JoinHandle<io::Result<()>>,
}

/// Takes down what it hears.
#[derive(Debug)]
struct Scribe {
    events: SyncSender<Event>,
    lost: AtomicU64,
}

/// What is heard.
enum Event {
    Span(Span),
    UnderWay { host: String, at: Instant, requests: usize },
    End,
}

impl Trace {
    /// Begins the file.
    pub(crate) fn begin(path: &Path) -> anyhow::Result<Self> {
        let (began, file) = (Instant::now(), Begun::at(path)?);
        let (events, heard) = sync_channel(QUEUE);
        let write = move || write(file, began, &heard);
        let thread = thread::Builder::new().name("trace".to_owned()).spawn(write);
        let thread = thread.context("--trace: cannot start the thread that writes it")?;
        let scribe = Arc::new(Scribe { events, lost: AtomicU64::new(0) });
        Ok(Self { path: path.to_owned(), scribe, thread })
    }

    /// For a run.
    pub(crate) fn tracer(&self) -> Arc<dyn Tracer> {
        Arc::clone(&self.scribe) as Arc<dyn Tracer>
    }

    /// Finishes the file. `Ok` may have a note of what is not in it; `Err` says why
    /// there is none.
    pub(crate) fn end(self) -> Result<Option<String>, String> {
        // A thread that has failed hears nothing any more.
        let _ = self.scribe.events.send(Event::End);
        let written = self.thread.join().expect("writing does not panic");
        let (path, lost) = (self.path.display(), self.scribe.lost.load(Ordering::Relaxed));
        match written {
            Err(error) => Err(format!("--trace: cannot write {path}: {error}; the run is whole")),
            Ok(()) => Ok((lost > 0)
                .then(|| format!("--trace: {lost} events came too fast and are not in {path}"))),
        }
    }
}

impl Scribe {
    fn hear(&self, event: Event) {
        if let Err(TrySendError::Full(_)) = self.events.try_send(event) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Tracer for Scribe {
    fn span(&self, span: &Span) {
        self.hear(Event::Span(*span));
    }

    fn under_way(&self, host: &str, at: Instant, requests: usize) {
        self.hear(Event::UnderWay { host: host.to_owned(), at, requests });
    }
}

fn write(file: Begun, began: Instant, heard: &Receiver<Event>) -> io::Result<()> {
    let mut drawing = Drawing::begin(BufWriter::new(file), began)?;
    loop {
        match heard.recv() {
            Ok(Event::Span(span)) => drawing.span(&span)?,
            Ok(Event::UnderWay { host, at, requests }) => drawing.under_way(&host, at, requests)?,
            Ok(Event::End) | Err(_) => break,
        }
    }
    let file = drawing.end()?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.finish()
}
