//! Named threads of our own for what blocks. tokio's blocking pool is not
//! used: it has no bound that would push back.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;

/// Runs `work` on a thread of its own and waits for its result. For the few
/// steps at the beginning and the end of a run; photos go through the pools.
pub(crate) async fn apart<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (tx, rx) = oneshot::channel();
    spawn(name.to_owned(), move || {
        // The one who asked may be gone: then nobody wants it.
        let _ = tx.send(work());
    })
    .expect("the system gives a thread");
    rx.await.expect("the work does not panic")
}

/// Starts a named thread.
pub(crate) fn spawn(name: String, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name).spawn(work).map(drop)
}

/// Lets other threads go first, from now on: those that have seldom something to do,
/// and little, as an event loop, are not to wait for one that always has. What
/// nobody else wants of the cores is still all its own.
pub(crate) fn give_way() {
    // Only Linux knows of a thread's own. Without it all goes on, less evenly.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(BEHIND);
}

/// Of such a thread beside a usual one the kernel makes a tenth.
#[cfg(target_os = "linux")]
const BEHIND: i32 = 10;

/// Work on a thread of its own beside a run, which is told when the run ends.
pub(crate) struct Beside {
    /// Closed to end it; nothing is ever sent.
    until: SyncSender<()>,
    /// Answered when the work is over, and all that it held given back.
    ended: oneshot::Receiver<()>,
}

/// Tells the work whether the run goes on.
pub(crate) struct Running(Receiver<()>);

impl Beside {
    /// Begins at once. A run does without where the system gives no thread.
    pub(crate) fn start(name: &str, work: impl FnOnce(&Running) + Send + 'static) -> Self {
        let (until, is_over) = sync_channel(0);
        let (tx, ended) = oneshot::channel();
        let work = move || {
            work(&Running(is_over));
            // Nobody may be waiting for it.
            let _ = tx.send(());
        };
        let _ = spawn(name.to_owned(), work);
        Self { until, ended }
    }

    /// Ends it, and waits until it is over.
    pub(crate) async fn end(self) {
        drop(self.until);
        // A thread that never began has nothing to end.
        let _ = self.ended.await;
    }
}

impl Running {
    /// Waits for so long, or until the run ends; whether it goes on. Blocks.
    pub(crate) fn goes_on_for(&self, time: Duration) -> bool {
        self.0.recv_timeout(time) == Err(RecvTimeoutError::Timeout)
    }

    /// Whether the run goes on now.
    pub(crate) fn goes_on(&self) -> bool {
        self.goes_on_for(Duration::ZERO)
    }
}
