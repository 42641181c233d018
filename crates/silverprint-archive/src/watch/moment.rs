//! What bounds a run at a moment, from how many photos are at what.
//!
//! Asked in this order, and the first yes counts:
//!
//! 1. Do pictures wait for the threads that make thumbnails, all of which are at
//!    work? Or did the process use nearly all cores? Then it is the cores.
//! 2. Do more photos wait for the disk than threads write to it? The disk.
//! 3. Does a request wait at a gate that lets no more in? The host's limit.
//! 4. Would the work take another photo, and none is listed? The listing, if
//!    nobody waits at any gate: what is on the wire then would leave it idle.
//! 5. Is anything on the wire, or on its way to it? The wire.
//! 6. What is left is one photo's own way through cores and disk.

use crate::store::THREADS;
use silverprint_core::{Bound, Stage};

/// What a run is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It asks whose photostream that is, and for its first page.
    Asking,
    /// It opens the folder, or closes it.
    Disk,
    /// Photos are on their way.
    Work,
}

/// What can be seen of a run at a moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) phase: Phase,
    /// Photos by their stage, in the order of [`Stage::ALL`].
    pub(super) at: [usize; Stage::ALL.len()],
    /// Threads that make thumbnails.
    pub(super) jobs: usize,
    /// The process used nearly all cores of late.
    pub(super) is_busy: bool,
    /// Somebody waits at a gate that lets no more in.
    pub(super) is_limit: bool,
    /// The work would take another photo.
    pub(super) is_hungry: bool,
}

impl Moment {
    /// What bounds the run.
    pub(super) fn bound(&self) -> Bound {
        let at = |stage: Stage| self.at[stage as usize];
        let on_the_wire = at(Stage::Answer) + at(Stage::Body);
        match self.phase {
            Phase::Asking => Bound::Listing,
            Phase::Work if self.is_busy || at(Stage::Cores) > self.jobs => Bound::Cores,
            Phase::Work if at(Stage::Disk) > THREADS => Bound::Disk,
            Phase::Work if self.is_limit && (at(Stage::Gate) > 0 || self.is_hungry) => Bound::Limit,
            Phase::Work if self.is_hungry && at(Stage::Gate) == 0 => Bound::Listing,
            Phase::Work if on_the_wire + at(Stage::Gate) > 0 => Bound::Wire,
            Phase::Work if at(Stage::Cores) > 0 => Bound::Cores,
            Phase::Work | Phase::Disk => Bound::Disk,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scarcest_is_named() {
        let idle = Moment {
            phase: Phase::Work,
            at: [0; 7],
            jobs: 2,
            is_busy: false,
            is_limit: false,
            is_hungry: false,
        };
        // Begun, at the gate, answer, body, cores, disk, commit.
        let check = |at: [usize; 7], change: fn(&mut Moment), expected: Bound| {
            let mut moment = Moment { at, ..idle };
            change(&mut moment);
            assert_eq!(moment.bound(), expected, "{moment:?}");
        };
        check([0, 200, 20, 4, 1, 1, 0], |_| {}, Bound::Wire);
        check([0, 200, 20, 4, 1, 1, 0], |it| it.is_limit = true, Bound::Limit);
        check([0, 200, 20, 4, 3, 1, 0], |it| it.is_limit = true, Bound::Cores);
        check([0, 200, 20, 4, 2, 1, 0], |it| it.is_busy = true, Bound::Cores);
        check([0, 200, 20, 4, 2, 17, 0], |it| it.is_limit = true, Bound::Disk);
        check([0, 0, 3, 0, 0, 0, 0], |it| it.is_hungry = true, Bound::Listing);
        check([0, 5, 3, 0, 0, 0, 0], |it| it.is_hungry = true, Bound::Wire);
        check([0; 7], |it| it.is_hungry = true, Bound::Listing);
        check([0, 0, 0, 0, 1, 0, 0], |_| {}, Bound::Cores);
        check([1, 0, 0, 0, 0, 1, 0], |_| {}, Bound::Disk);
        check([0, 9, 9, 9, 9, 9, 0], |it| it.phase = Phase::Asking, Bound::Listing);
        check([0, 9, 9, 9, 9, 9, 0], |it| it.phase = Phase::Disk, Bound::Disk);
    }
}
