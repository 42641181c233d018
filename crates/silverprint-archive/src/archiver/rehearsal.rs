//! The run that touches nothing: it lists, plans and counts.

use super::{ArchiveError, LISTED_AHEAD, Report, Run, unless_stopped};
use crate::listing::Listed;
use crate::memory;
use crate::plan::{Step, plan};
use crate::tally::Tally;
use crate::thread::apart;
use silverprint_catalogue::{Catalogue, CatalogueError, Snapshot};
use silverprint_core::{Account, Page};
use tokio::sync::mpsc;

impl Run {
    /// Lists and plans; touches nothing.
    pub(super) async fn rehearse(self, first: Option<Page>) -> Result<Report, ArchiveError> {
        let root = self.folder.clone();
        let snapshot = apart("read", move || match Catalogue::open_read_only(&root) {
            Ok(catalogue) => catalogue.snapshot(),
            Err(CatalogueError::Missing { .. } | CatalogueError::Lost { .. }) => {
                Ok(Snapshot::default())
            }
            Err(error) => Err(error),
        });
        let snapshot = snapshot.await?;
        self.reporter.started(&self.account);
        let tally = Tally::new(Account::clone(&self.account));
        let first = self.first_page(first).await?;
        let (tx, mut rx) = mpsc::channel(LISTED_AHEAD);
        let listing = self.listing();
        let listing = tokio::spawn(async move { listing.run(first, &tx).await });
        let mut stop = self.stop.clone();
        loop {
            let photo = tokio::select! {
                photo = rx.recv() => photo,
                () = stop.asked() => None,
            };
            let Some(photo) = photo else { break };
            tally.listed(&photo);
            match plan(&photo, &snapshot, &self.order.wanted) {
                Step::Nothing => tally.with(|receipt| receipt.already += 1),
                _ => tally.with(|receipt| receipt.left += 1),
            }
        }
        drop(rx);
        let listed = match unless_stopped(&self.stop, listing).await {
            Ok(listed) => listed.expect("a listing does not panic")?,
            // It may be waiting for a host that says nothing.
            Err(_) => Listed::default(),
        };
        let mut receipt = tally.with(|receipt| receipt.clone());
        self.enter(&mut receipt, &listed, &snapshot);
        receipt.interrupted = self.stop.is_asked();
        receipt.seconds = self.began.elapsed().as_secs_f64();
        receipt.peak_memory = memory::peak();
        self.reporter.receipt(&receipt);
        Ok(Report { folder: self.folder, receipt, cut_short: None })
    }
}
