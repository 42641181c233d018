//! Threads that wait for the disk, so that the runtime need not.

use std::io;
use std::thread;
use tokio::sync::oneshot;

/// So many files are read at once; what lies in memory takes a thread for
/// microseconds.
const THREADS: usize = 4;
/// Who asks beyond these waits to ask.
const QUEUE: usize = 64;

type Job = Box<dyn FnOnce() + Send>;

/// Reads files elsewhere. All clones share the threads, which end with the last.
#[derive(Debug, Clone)]
pub(crate) struct Disk {
    jobs: async_channel::Sender<Job>,
}

impl Disk {
    pub(crate) fn start() -> io::Result<Self> {
        let (jobs, queue) = async_channel::bounded::<Job>(QUEUE);
        for n in 0..THREADS {
            let queue = queue.clone();
            let work_off = move || {
                while let Ok(job) = queue.recv_blocking() {
                    job();
                }
            };
            thread::Builder::new().name(format!("files-{n}")).spawn(work_off)?;
        }
        Ok(Self { jobs })
    }

    /// Has something done that may block.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let (done, outcome) = oneshot::channel();
        let job: Job = Box::new(move || {
            // The one who asked may be gone: then nobody wants it.
            let _ = done.send(work());
        });
        self.jobs.send(job).await.expect("the threads live as long as somebody can ask");
        outcome.await.expect("what is asked of the disk does not panic")
    }
}
