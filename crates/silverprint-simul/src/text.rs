//! What was played, drawn for a terminal: in blocks that say the same without
//! colour, in as many cells as a line has.

mod boards;
mod said;
mod sheet;
mod table;

use crate::outcome::Played;
use crate::sweep::Swept;
pub use sheet::{Ink, Sheet};

/// An exhibition: how long it took, a picture of either manner, and what it shows.
pub fn exhibition(played: &Played, sheet: Sheet) -> String {
    let mut text = sheet.wrapped(&said::heading(&played.exhibition));
    text.push('\n');
    text.push_str(&boards::bars(played, sheet));
    text.push('\n');
    text.push_str(&boards::stairs(played, sheet));
    text.push('\n');
    text.push_str(&boards::rounds(played, sheet));
    text.push('\n');
    for line in [
        said::busy(played),
        said::bottleneck(&played.exhibition, played.bottleneck),
        said::counted(played),
    ] {
        text.push_str(&sheet.wrapped(&line));
    }
    text
}

/// A sweep: a line for each number of boards, and where more stop helping.
pub fn sweep(swept: &Swept, sheet: Sheet) -> String {
    let mut text = sheet.wrapped(&said::heading_of_sweep(&swept.exhibition));
    text.push('\n');
    text.push_str(&table::table(swept, sheet));
    text.push('\n');
    text.push_str(&sheet.wrapped(&said::bottleneck(&swept.exhibition, swept.bottleneck)));
    text
}

pub(crate) use said::{
    bottleneck as said_of_bottleneck, busy as said_of_busy, counted as said_of_counting,
    terms as said_of_terms,
};
