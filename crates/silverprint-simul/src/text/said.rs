//! What was measured, in sentences; the pictures have the same ones.

use crate::bottleneck::Bottleneck;
use crate::exhibition::Exhibition;
use crate::outcome::Played;
use crate::scale::{UNBROKEN, counted as number_of, face, grouped, ordinal, percent, words};

pub(super) fn heading(exhibition: &Exhibition) -> String {
    let terms = exhibition.terms();
    let boards = number_of(terms.boards, "board");
    format!("{boards}, {}", heading_of_sweep(exhibition))
}

pub(super) fn heading_of_sweep(exhibition: &Exhibition) -> String {
    format!("{}: {}", number_of(exhibition.terms().masters, "master"), terms(exhibition))
}

/// How long games and moves are.
pub(crate) fn terms(exhibition: &Exhibition) -> String {
    let terms = exhibition.terms();
    format!(
        "{} at each board, {} for a move and {} for the answer",
        number_of(terms.moves, "move"),
        whole(&words(terms.master)),
        whole(&words(terms.opponent))
    )
}

/// How busy the masters are.
pub(crate) fn busy(played: &Played) -> String {
    format!(
        "Simultaneously {} at work {} of the time; one who plays one board after the other, {}.",
        masters_are(&played.exhibition),
        whole(&percent(played.simultaneous.busy_share())),
        whole(&percent(played.sequential.busy_share())),
    )
}

/// Where more boards stop helping.
pub(crate) fn bottleneck(exhibition: &Exhibition, found: Option<Bottleneck>) -> String {
    let Some(found) = found else {
        return "Where more boards stop helping was not found: it takes more boards, or moves, than \
                are played to find it."
            .to_owned();
    };
    let more = match exhibition.terms().masters {
        1 => "each one more takes".to_owned(),
        several => format!("each {} more take", grouped(several.into())),
    };
    let enough = match found.enough {
        1 => "1 board leaves no pause and takes".to_owned(),
        enough => format!("{} boards leave no pause and take", grouped(enough.into())),
    };
    format!(
        "From the {} board on more boards stop helping: {} the bottleneck. {enough} {}; {more} {} \
         more, as long as the moves at a board.",
        ordinal(found.board()),
        masters_are(exhibition),
        whole(&words(found.took)),
        whole(&words(found.each_more)),
    )
}

/// What is counted.
pub(crate) fn counted(played: &Played) -> String {
    format!(
        "Counted until the last master may leave: one after the other with the last answer, \
         simultaneously with the last move. There the last answer comes at {}.",
        face(played.simultaneous.last_answer),
    )
}

fn masters_are(exhibition: &Exhibition) -> &'static str {
    if exhibition.terms().masters == 1 { "the master is" } else { "the masters are" }
}

/// A number and its unit stay together.
fn whole(number: &str) -> String {
    number.replace(' ', &UNBROKEN.to_string())
}
