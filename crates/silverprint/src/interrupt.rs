//! Ctrl-C, and a polite kill: the first drains, the second stops.

use silverprint_archive::{Stop, Stopper};
use std::time::Duration;

/// After the second wish to stop, closing the catalogue gets this long.
const LAST_MOMENT: Duration = Duration::from_secs(2);

/// Runs `work` with an ear for signals. `None` if it had to be left behind.
pub(crate) async fn interruptible<T>(
    work: impl AsyncFnOnce(Stop) -> T,
    say: impl Fn(&str),
) -> Option<T> {
    let (stopper, stop) = Stopper::new();
    let mut signals = Signals::new();
    let mut work = std::pin::pin!(work(stop));
    loop {
        tokio::select! {
            done = &mut work => return Some(done),
            () = signals.next() => {
                if !stopper.stop() {
                    say("stopping at once");
                    return tokio::time::timeout(LAST_MOMENT, work).await.ok();
                }
                say("finishing what is in flight; again to stop at once");
            }
        }
    }
}

/// The signals that ask to end. Listened to without a gap: one that comes
/// while another is being answered is not lost.
#[cfg(unix)]
struct Signals {
    /// Without its handler a signal ends the process as ever.
    interrupt: Option<tokio::signal::unix::Signal>,
    terminate: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    /// Waits for the next one.
    async fn next(&mut self) {
        tokio::select! {
            Some(()) = recv(&mut self.interrupt) => {}
            Some(()) = recv(&mut self.terminate) => {}
            else => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
async fn recv(signal: &mut Option<tokio::signal::unix::Signal>) -> Option<()> {
    signal.as_mut()?.recv().await
}

#[cfg(windows)]
struct Signals {
    interrupt: Option<tokio::signal::windows::CtrlC>,
}

#[cfg(windows)]
impl Signals {
    fn new() -> Self {
        Self { interrupt: tokio::signal::windows::ctrl_c().ok() }
    }

    /// Waits for the next one.
    async fn next(&mut self) {
        let next = match &mut self.interrupt {
            Some(interrupt) => interrupt.recv().await,
            None => None,
        };
        if next.is_none() {
            std::future::pending().await
        }
    }
}
