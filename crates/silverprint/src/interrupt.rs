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
    let mut work = std::pin::pin!(work(stop));
    loop {
        tokio::select! {
            done = &mut work => return Some(done),
            () = signal() => {
                if !stopper.stop() {
                    say("stopping at once");
                    return tokio::time::timeout(LAST_MOMENT, work).await.ok();
                }
                say("finishing what is in flight; again to stop at once");
            }
        }
    }
}

/// Waits for the next signal that asks to end.
#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    // Without a terminate handler that signal ends the process as ever.
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}
