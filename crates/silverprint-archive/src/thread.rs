//! Named threads of our own for what blocks. tokio's blocking pool is not
//! used: it has no bound that would push back.

use std::io;
use std::thread;
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
