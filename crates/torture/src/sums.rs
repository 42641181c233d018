//! How long rows took, together, and what the table allows on two cores: said, and
//! never a reason to fail. What is lost is lost on a slow machine as well.

use crate::row::Row;
use std::time::Duration;

/// Rows 1 to 9, without the two faults that themselves last long.
const WIRE: Duration = Duration::from_secs(90);
/// All that are run together.
const ALL: Duration = Duration::from_mins(35);
/// The same in small: no promise of the table's, but who waits for it wants to know.
const QUICK: Duration = Duration::from_mins(3);

/// Time that rows took.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    wire: Duration,
    all: Duration,
}

impl Sums {
    /// One row took so long, and so much of it does not count against row 9.
    pub(crate) fn add(&mut self, row: &Row, took: Duration, aside: Duration) {
        self.all += took;
        if row.number <= 9 {
            self.wire += took.saturating_sub(aside);
        }
    }

    /// What they come to at full amounts.
    pub(crate) fn of_all(&self) -> String {
        let (wire, all) = (told(self.wire, WIRE), told(self.all, ALL));
        format!("rows 1 to 9 without the storm of 30 s and the limit of 20 s: {wire}; all: {all}")
    }

    /// What they come to in small.
    pub(crate) fn of_quick(&self) -> String {
        told(self.all, QUICK)
    }
}

fn told(took: Duration, most: Duration) -> String {
    let over = if took > most { ", which is too long" } else { "" };
    format!("{:.1} s of at most {} s{over}", took.as_secs_f64(), most.as_secs())
}
