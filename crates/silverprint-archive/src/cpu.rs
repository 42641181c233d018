//! Named threads for the work of the cores, each with its own thumbnailer and
//! scratch. Its queue is bounded; a panic in a decoder costs one picture. They let
//! other threads go first: what bodies and clocks wait for is short.

use crate::content::Content;
use crate::examine::{Examined, Expected, examine};
use crate::thread;
use crate::watch::{Effort, of_thread};
use silverprint_thumb::{ThumbnailSpec, Thumbnailer};
use std::io;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Pictures that wait for each thread: one, so that it never waits itself.
const WAITING_PER_THREAD: usize = 1;

/// The threads that make thumbnails.
#[derive(Debug, Clone)]
pub(crate) struct CpuPool {
    jobs: async_channel::Sender<Job>,
    spec: ThumbnailSpec,
    /// What the pictures so far took. A `std` mutex: it is held for a moment, once a
    /// picture.
    effort: Arc<Mutex<Effort>>,
}

#[derive(Debug)]
struct Job {
    content: Content,
    expected: Expected,
    spec: ThumbnailSpec,
    done: oneshot::Sender<(Content, Examined)>,
}

/// What is done with each picture.
type Examine = fn(&mut Thumbnailer, &Content, &Expected) -> Examined;

impl CpuPool {
    pub(crate) fn new(threads: NonZeroUsize, spec: ThumbnailSpec) -> io::Result<Self> {
        Self::doing(examine, threads, spec)
    }

    fn doing(examine: Examine, threads: NonZeroUsize, spec: ThumbnailSpec) -> io::Result<Self> {
        let (jobs, queue) = async_channel::bounded(threads.get() * WAITING_PER_THREAD);
        let effort = Arc::<Mutex<Effort>>::default();
        for n in 0..threads.get() {
            let (queue, effort) = (queue.clone(), Arc::clone(&effort));
            thread::spawn(format!("thumb-{n}"), move || work_off(&queue, spec, examine, &effort))?;
        }
        Ok(Self { jobs, spec, effort })
    }

    /// The same threads, for thumbnails that look otherwise.
    pub(crate) fn making(&self, spec: ThumbnailSpec) -> Self {
        Self { spec, ..self.clone() }
    }

    /// What all pictures so far take on a core by themselves.
    pub(crate) fn alone(&self) -> Duration {
        self.effort.lock().expect("no panic while held").alone()
    }

    /// Examines a picture and makes its thumbnail. The content comes back.
    pub(crate) async fn examine(
        &self,
        content: Content,
        expected: Expected,
    ) -> (Content, Examined) {
        let (done, outcome) = oneshot::channel();
        let job = Job { content, expected, spec: self.spec, done };
        self.jobs.send(job).await.expect("the threads live as long as the pool");
        outcome.await.expect("a panic is caught")
    }
}

fn work_off(
    queue: &async_channel::Receiver<Job>,
    spec: ThumbnailSpec,
    examine: Examine,
    effort: &Mutex<Effort>,
) {
    thread::give_way();
    let mut thumbnailer = Thumbnailer::new(spec);
    while let Ok(Job { content, expected, spec, done }) = queue.recv_blocking() {
        if *thumbnailer.spec() != spec {
            thumbnailer = Thumbnailer::new(spec);
        }
        let began = Clock::now();
        let work = AssertUnwindSafe(|| examine(&mut thumbnailer, &content, &expected));
        let examined = catch_unwind(work).unwrap_or_else(|_| {
            // Its scratch may be in any state.
            thumbnailer = Thumbnailer::new(spec);
            Examined::Panicked
        });
        let took = began.elapsed();
        effort.lock().expect("no panic while held").add(expected.bytes, took);
        let _ = done.send((content, examined));
    }
}

/// A moment of this thread: by its time on a core, where the system tells.
enum Clock {
    Core(Duration),
    Wall(Instant),
}

impl Clock {
    fn now() -> Self {
        of_thread().map_or_else(|| Self::Wall(Instant::now()), Self::Core)
    }

    fn elapsed(&self) -> Duration {
        match self {
            Self::Core(began) => of_thread().unwrap_or_default().saturating_sub(*began),
            Self::Wall(began) => began.elapsed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panics_at_will(_: &mut Thumbnailer, content: &Content, _: &Expected) -> Examined {
        match content {
            Content::Made(bytes) if bytes == b"boom" => panic!("as the test wants it"),
            _ => Examined::Wrong("alive".to_owned()),
        }
    }

    #[tokio::test]
    async fn a_panic_costs_one_picture_and_the_thread_lives_on() {
        let one = NonZeroUsize::MIN;
        let pool = CpuPool::doing(panics_at_will, one, ThumbnailSpec::default()).unwrap();
        for (bytes, panics) in [("boom", true), ("fine", false), ("boom", true), ("fine", false)] {
            let content = Content::Made(bytes.into());
            let (content, examined) = pool.examine(content, Expected::default()).await;
            assert_eq!(matches!(examined, Examined::Panicked), panics, "{examined:?}");
            assert!(matches!(content, Content::Made(back) if back == bytes.as_bytes()));
        }
    }
}
