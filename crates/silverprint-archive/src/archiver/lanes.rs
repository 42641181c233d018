//! Which photos are on their way, so that one host that is paused, or says
//! nothing, does not hold up the photos of others.
//!
//! Each host has a lane of its own. What is listed for one whose lane is full
//! waits beside it, and the next is looked at; how many wait in all is bounded,
//! for a photo with its listing takes several kilobytes.

use super::error::{ArchiveError, fatal};
use crate::pipeline::{Fatal, Pipeline};
use crate::plan::Step;
use crate::stop::Stop;
use crate::turn::{Baton, Turn};
use silverprint_core::{Photo, PhotoId};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use tokio::task::JoinSet;

/// Photos of one host on their way at once: enough to fill its gate while others
/// wait for cores and disk; the memory they take is bounded by the byte budget,
/// not by their number.
pub(super) const MOST_OF_A_HOST: usize = 256;
/// Photos of all hosts on their way at once.
const MOST_IN_FLIGHT: usize = 4 * MOST_OF_A_HOST;
/// Photos that wait for room in their host's lane.
const MOST_WAITING: usize = 1024;

/// The host that a photo is fetched from; none where only files, or streams, are
/// looked at.
type Host = Option<Box<str>>;

/// Photos on their way, and those that wait for it.
pub(super) struct Lanes {
    pipeline: Arc<Pipeline>,
    baton: Baton,
    stop: Stop,
    under_way: JoinSet<(Host, Result<(), Fatal>)>,
    by_host: HashMap<Host, Lane>,
    n_waiting: usize,
}

#[derive(Default)]
struct Lane {
    n_under_way: usize,
    waiting: VecDeque<(Photo, Step)>,
}

impl Lanes {
    pub(super) fn new(pipeline: Arc<Pipeline>, baton: Baton, stop: Stop) -> Self {
        let (under_way, by_host) = (JoinSet::new(), HashMap::new());
        Self { pipeline, baton, stop, under_way, by_host, n_waiting: 0 }
    }

    /// Whether another photo can be taken, whichever its host is.
    pub(super) fn has_room(&self) -> bool {
        match self.baton.turn() {
            Turn::Together => {
                self.n_waiting < MOST_WAITING && self.under_way.len() < MOST_IN_FLIGHT
            }
            Turn::OneByOne => self.under_way.is_empty(),
        }
    }

    /// Sends a photo its way, now or when there is room in its host's lane.
    pub(super) fn add(&mut self, photo: Photo, step: Step) {
        let host = host_of(&step);
        let lane = self.by_host.entry(host.clone()).or_default();
        if lane.n_under_way < MOST_OF_A_HOST {
            lane.n_under_way += 1;
            self.begin(host, photo, step);
        } else {
            lane.waiting.push_back((photo, step));
            self.n_waiting += 1;
        }
    }

    /// Waits until one has arrived, and lets the next of its host go. None where
    /// none is on its way, and so none waits.
    pub(super) async fn arrived(&mut self) -> Option<Result<(), ArchiveError>> {
        // A panic on a photo's way is a bug; it must not look like success.
        let joined = self.under_way.join_next().await?;
        let (host, ended) = joined.expect("the way of a photo does not panic");
        let lane = self.by_host.get_mut(&host).expect("it came from there");
        if let Some((photo, step)) = lane.waiting.pop_front() {
            self.n_waiting -= 1;
            self.begin(host, photo, step);
        } else if lane.n_under_way > 1 {
            lane.n_under_way -= 1;
        } else {
            self.by_host.remove(&host);
        }
        Some(ended.map_err(fatal))
    }

    /// Lets nobody go who still waits.
    pub(super) fn forget_waiting(&mut self) {
        self.by_host.values_mut().for_each(|lane| lane.waiting.clear());
        self.n_waiting = 0;
    }

    /// Takes all off their way.
    pub(super) async fn shutdown(mut self) {
        self.under_way.shutdown().await;
    }

    fn begin(&mut self, host: Host, photo: Photo, step: Step) {
        let (pipeline, baton) = (Arc::clone(&self.pipeline), self.baton.clone());
        let (wish, id) = (self.stop.clone(), photo.id);
        self.under_way.spawn(async move {
            let way = async {
                let _turn = baton.take().await;
                pipeline.photo(photo, step, baton.turn()).await
            };
            let ended = tokio::select! {
                biased;
                ended = way => ended,
                () = stopped_before_sent(wish, &pipeline, id) => return (host, Ok(())),
            };
            if ended.is_ok() {
                pipeline.tally.with(|receipt| receipt.left -= 1);
            }
            (host, ended)
        });
    }
}

/// Ends when the run is asked to end and nothing is asked for yet for this photo:
/// what waits at a gate is not in flight, and would hold up the end.
async fn stopped_before_sent(mut stop: Stop, pipeline: &Pipeline, id: PhotoId) {
    stop.asked().await;
    if !pipeline.means.watch.is_before_sent(id) {
        std::future::pending::<()>().await;
    }
}

fn host_of(step: &Step) -> Host {
    match step {
        Step::Fetch(fetch) => Some(fetch.rendition.url.authority().into()),
        Step::Nothing | Step::Remake | Step::Stream | Step::NoRendition => None,
    }
}
