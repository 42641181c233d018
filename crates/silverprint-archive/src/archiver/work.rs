//! The work of a run: photos that go their way as they are listed, and those in
//! flight when it ends.

use super::Run;
use super::error::{ArchiveError, fatal};
use super::lanes::Lanes;
use crate::pipeline::Pipeline;
use crate::plan::{Step, plan};
use silverprint_catalogue::Entry;
use silverprint_core::Photo;
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::mpsc;

impl Run {
    /// Sends photos their way as they are listed, until there are no more, the
    /// run is asked to end, or something fails that is not one photo's affair.
    pub(super) async fn work(
        &self,
        pipeline: &Arc<Pipeline>,
        mut photos: mpsc::Receiver<Photo>,
    ) -> Result<(), ArchiveError> {
        let mut lanes = Lanes::new(Arc::clone(pipeline), self.baton.clone(), self.stop.clone());
        let mut stop = self.stop.clone();
        let mut outcome = Ok(());
        while outcome.is_ok() {
            if lanes.has_room() && photos.is_empty() {
                self.watch.hungers();
            } else {
                self.watch.is_fed();
            }
            tokio::select! {
                biased;
                () = stop.asked() => break,
                Some(ended) = lanes.arrived() => outcome = ended,
                photo = photos.recv(), if lanes.has_room() => match photo {
                    Some(photo) => outcome = self.begin(pipeline, photo, &mut lanes).await,
                    None => break,
                },
            }
        }
        // The listing ends where it is.
        drop(photos);
        self.watch.is_fed();
        self.drain(lanes, &mut outcome).await;
        outcome
    }

    /// Lets what is in flight arrive: all of it at the end, as much as comes
    /// in time when the run is stopped, none where the disk has failed.
    async fn drain(&self, mut lanes: Lanes, outcome: &mut Result<(), ArchiveError>) {
        let (mut stop, mut patience) = (self.stop.clone(), self.stop.clone());
        // One grace for all of them, not one after each.
        let mut grace_over = pin!(patience.grace_over());
        let mut is_asked = false;
        while outcome.is_ok() {
            tokio::select! {
                biased;
                () = stop.asked(), if !is_asked => {
                    is_asked = true;
                    lanes.forget_waiting();
                }
                ended = lanes.arrived() => match ended {
                    Some(ended) => *outcome = ended,
                    None => return,
                },
                () = &mut grace_over => break,
            }
        }
        lanes.shutdown().await;
    }

    /// Decides what a photo needs, and begins it.
    async fn begin(
        &self,
        pipeline: &Arc<Pipeline>,
        photo: Photo,
        lanes: &mut Lanes,
    ) -> Result<(), ArchiveError> {
        self.watch.is_fed();
        pipeline.tally.listed(&photo);
        let step = plan(&photo, &pipeline.snapshot, &self.order.wanted);
        let known = pipeline.snapshot.photos.get(&photo.id);
        let is_known =
            known.is_some_and(|it| it.fingerprint == photo.fingerprint() && !it.deleted_upstream);
        if !is_known {
            let listed = pipeline.recorder.record(Entry::Listed(photo.clone())).await;
            listed.map_err(|closed| fatal(closed.into()))?;
        }
        if step == Step::Nothing {
            pipeline.tally.with(|receipt| receipt.already += 1);
            self.reporter.already(photo.id);
        } else {
            pipeline.tally.with(|receipt| receipt.left += 1);
            self.reporter.planned(&photo);
            lanes.add(photo, step);
        }
        Ok(())
    }
}
