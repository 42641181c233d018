//! Which photos are on their way, at what, and in which lane.

use silverprint_core::{PhotoId, Stage};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Instant;

/// The photos on their way.
#[derive(Debug, Default)]
pub(super) struct Ways {
    at: HashMap<PhotoId, At>,
    counts: [usize; Stage::ALL.len()],
    lanes: Lanes,
}

/// Where a photo is.
#[derive(Debug)]
struct At {
    lane: u32,
    began: Instant,
    stage: Stage,
    since: Instant,
}

/// What a photo has left behind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    pub(super) lane: u32,
    pub(super) stage: Stage,
    pub(super) from: Instant,
    pub(super) to: Instant,
}

impl Ways {
    pub(super) fn begin(&mut self, id: PhotoId, now: Instant) {
        let lane = self.lanes.take();
        let stage = Stage::Begun;
        self.counts[stage as usize] += 1;
        self.at.insert(id, At { lane, began: now, stage, since: now });
    }

    /// It goes on to a stage; says which one it left. Nothing where it is at
    /// that stage, or not on its way.
    pub(super) fn reach(&mut self, id: PhotoId, stage: Stage, now: Instant) -> Option<Left> {
        let at = self.at.get_mut(&id).filter(|at| at.stage != stage)?;
        let left = Left { lane: at.lane, stage: at.stage, from: at.since, to: now };
        self.counts[at.stage as usize] -= 1;
        self.counts[stage as usize] += 1;
        (at.stage, at.since) = (stage, now);
        Some(left)
    }

    /// Its way is over; says what it left, and since when it was on it.
    pub(super) fn end(&mut self, id: PhotoId, now: Instant) -> Option<(Left, Instant)> {
        let at = self.at.remove(&id)?;
        self.counts[at.stage as usize] -= 1;
        self.lanes.give(at.lane);
        Some((Left { lane: at.lane, stage: at.stage, from: at.since, to: now }, at.began))
    }

    /// Where a photo is; nothing where it is not on its way.
    pub(super) fn stage(&self, id: PhotoId) -> Option<Stage> {
        self.at.get(&id).map(|at| at.stage)
    }

    /// How many are at each stage, in the order of [`Stage::ALL`].
    pub(super) fn counts(&self) -> &[usize; Stage::ALL.len()] {
        &self.counts
    }
}

/// Lanes, from 1 on. The lowest that is free is taken next, so that there are as
/// many as were needed at once and no more.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    free: BinaryHeap<Reverse<u32>>,
    most: u32,
}

impl Lanes {
    pub(super) fn take(&mut self) -> u32 {
        if let Some(Reverse(lane)) = self.free.pop() {
            return lane;
        }
        self.most += 1;
        self.most
    }

    pub(super) fn give(&mut self, lane: u32) {
        self.free.push(Reverse(lane));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn who_goes_on_is_counted_where_it_is_and_lanes_are_taken_again() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let [one, two, three] = [1, 2, 3].map(PhotoId::new);
        let mut ways = Ways::default();
        ways.begin(one, at(0));
        ways.begin(two, at(1));
        assert!(ways.reach(three, Stage::Gate, at(1)).is_none(), "it is not on its way");
        let left = ways.reach(one, Stage::Gate, at(2)).unwrap();
        assert_eq!((left.lane, left.stage), (1, Stage::Begun));
        assert_eq!((left.from, left.to), (at(0), at(2)));
        assert!(ways.reach(one, Stage::Gate, at(3)).is_none(), "it is there already");
        assert_eq!(*ways.counts(), [1, 1, 0, 0, 0, 0, 0]);
        let stages = [one, two, three].map(|id| ways.stage(id));
        assert_eq!(stages, [Some(Stage::Gate), Some(Stage::Begun), None]);
        let (left, began) = ways.end(one, at(4)).unwrap();
        assert_eq!((left.from, left.to, began), (at(2), at(4), at(0)));
        ways.begin(three, at(5));
        assert_eq!(ways.end(three, at(6)).unwrap().0.lane, 1, "the first was free again");
        assert_eq!(ways.end(two, at(6)).unwrap().0.lane, 2);
        assert_eq!(*ways.counts(), [0; 7]);
        assert!(ways.end(two, at(7)).is_none());
    }
}
