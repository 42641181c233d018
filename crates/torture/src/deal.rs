//! Which photos meet which fault. Dealt out by number, so that no kind is
//! missing from a small stream; and whether the server met anybody with them is
//! looked at, for a run that met none shows nothing.

use crate::folder::Wanted;
use anyhow::{Result, ensure};
use fake_flickr::{Fault, Hits, Server, Times};
use fastrand::Rng;

/// A share of the photos that meets one of some faults.
pub(crate) struct Deal<'a> {
    pub(crate) kinds: &'a [Fault],
    /// Of all photos, for all kinds together.
    pub(crate) share: f64,
    pub(crate) times: Times,
}

/// What was dealt out.
pub(crate) struct Dealt {
    faults: Vec<(u64, Fault, Times)>,
}

impl Dealt {
    /// Deals out to photos by chance; each kind to the same number of them, and
    /// to one at least.
    pub(crate) fn out(
        server: &Server,
        wanted: &Wanted,
        deals: &[Deal<'_>],
        seed: u64,
    ) -> Result<Self> {
        let mut ids: Vec<u64> = wanted.pictures().keys().copied().collect();
        Rng::with_seed(seed).shuffle(&mut ids);
        let photos = f64::from(u32::try_from(ids.len())?);
        let mut faults = Vec::new();
        for deal in deals {
            let kinds = f64::from(u32::try_from(deal.kinds.len())?);
            #[expect(clippy::cast_possible_truncation, reason = "a share of a u32")]
            #[expect(clippy::cast_sign_loss, reason = "shares are not negative")]
            let each = (photos * deal.share / kinds).round().max(1.0) as usize;
            for &kind in deal.kinds {
                ensure!(each <= ids.len(), "too few photos for all the faults");
                let struck = ids.split_off(ids.len() - each);
                faults.extend(struck.into_iter().map(|id| (id, kind, deal.times)));
            }
        }
        for &(id, fault, times) in &faults {
            server.fault(id, fault, times);
        }
        Ok(Self { faults })
    }

    /// How many photos were struck.
    pub(crate) fn len(&self) -> usize {
        self.faults.len()
    }

    /// The photos whose faults last.
    pub(crate) fn lasting(&self) -> Vec<(u64, Fault)> {
        let lasts = |(id, fault, times): &(u64, Fault, Times)| {
            (*times == Times::Forever).then_some((*id, *fault))
        };
        self.faults.iter().filter_map(lasts).collect()
    }

    /// That every fault that passes was met as often as it is there, and each
    /// that lasts once or twice.
    pub(crate) fn were_met(&self, hits: &Hits) -> Result<()> {
        let mut passing = 0;
        let mut lasting = 0;
        for (id, fault, times) in &self.faults {
            match times {
                Times::Once => passing += 1,
                Times::N(n) => passing += u64::from(*n),
                Times::Forever => {
                    let tried = hits.of_photo(*id);
                    let is_right = (1..=2).contains(&tried);
                    ensure!(is_right, "{id} ({fault:?}) was asked for {tried} times");
                    lasting += u64::from(tried);
                }
            }
        }
        let (met, due) = (hits.faults, passing + lasting);
        ensure!(due > 0 && met == due, "{met} faults were met, of {due} that there are");
        Ok(())
    }
}
