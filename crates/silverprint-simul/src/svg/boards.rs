//! Boards × time: both manners whole, on one clock; and the first rounds of the
//! simultaneous one, move by move.

use super::canvas::{Anchor, Area, Canvas};
use crate::outcome::{Played, Row};
use crate::scale::{face, grouped};
use std::time::Duration;

/// How many rounds are shown.
const ROUNDS: u32 = 3;
/// No move is drawn narrower.
const NARROWEST: f64 = 1.5;
/// Names of boards need so much height.
const NAME: f64 = 15.0;

/// Every game from its first move to its last answer, in either manner.
pub(super) fn whole(canvas: &mut Canvas, area: Area, played: &Played) {
    let span = played.sequential.last_answer.max(played.simultaneous.last_answer);
    canvas.times(area, span, 6);
    let rows = &played.sequential.rows;
    names(canvas, area, rows);
    let game = |canvas: &mut Canvas, class: &str, place: usize, row: &Row| {
        let lane = lane(area, rows.len(), place);
        canvas.rect(class, stretch(lane, span, row.began, row.ended));
    };
    for (place, row) in played.simultaneous.rows.iter().enumerate() {
        game(canvas, "same", place, row);
    }
    for (place, row) in rows.iter().enumerate() {
        game(canvas, "slow", place, row);
    }
    let at = area.x + area.width * ratio(played.simultaneous.took, span);
    canvas.line("edge", (at, area.y - 8.0), (at, area.bottom()));
    canvas.text(
        "mark moved",
        (at + 8.0, area.y - 1.0),
        Anchor::Start,
        &face(played.simultaneous.took),
    );
    let y = area.bottom() + 60.0;
    let next = canvas.key("slow", (area.x, y), "one after the other");
    canvas.key("same", (next, y), "simultaneously, on the same clock");
}

/// The first rounds of the simultaneous exhibition; says how much time that is.
pub(super) fn rounds(canvas: &mut Canvas, area: Area, played: &Played) -> Duration {
    let outcome = &played.simultaneous;
    let terms = played.exhibition.terms();
    let round = (outcome.took / terms.moves).max(terms.master + terms.opponent);
    let span = whole_seconds(round * ROUNDS).min(outcome.last_answer);
    canvas.times(area, span, 8);
    names(canvas, area, &outcome.rows);
    for (place, row) in outcome.rows.iter().enumerate() {
        game(canvas, lane(area, outcome.rows.len(), place), span, row);
    }
    let y = area.bottom() + 60.0;
    let next = canvas.key("move", (area.x, y), "a master moves");
    let next = canvas.key("answer", (next, y), "the opponent thinks");
    canvas.key("waits", (next, y), "waits for a master");
    span
}

/// What happens at a board until a time.
fn game(canvas: &mut Canvas, lane: Area, span: Duration, row: &Row) {
    let mut since = Duration::ZERO;
    for it in row.moves.iter().take_while(|it| it.start < span) {
        if it.start > since {
            // Thinner: there is nobody at it.
            let thin = Area { y: lane.y + lane.height / 2.0 - 1.0, height: 2.0, ..lane };
            canvas.rect("waits", stretch(thin, span, since, it.start));
        }
        if it.answered > it.made && it.made < span {
            canvas.rect("answer", stretch(lane, span, it.made, it.answered.min(span)));
        }
        let mut moved = stretch(lane, span, it.start, it.made.min(span));
        moved.width = moved.width.max(NARROWEST);
        canvas.rect("move", moved);
        since = it.answered;
    }
    if since < span && row.ended > span {
        let thin = Area { y: lane.y + lane.height / 2.0 - 1.0, height: 2.0, ..lane };
        canvas.rect("waits", stretch(thin, span, since, span));
    }
}

/// The lane of a row, with a little room between lanes where there is any.
fn lane(area: Area, rows: usize, place: usize) -> Area {
    #[expect(clippy::cast_precision_loss, reason = "at most 48 rows")]
    let (rows, place) = (rows as f64, place as f64);
    let height = area.height / rows;
    let gap = (height * 0.18).min(6.0);
    Area { y: area.y + place * height + gap / 2.0, height: height - gap, ..area }
}

/// The part of a lane that shows the time between.
fn stretch(lane: Area, span: Duration, from: Duration, to: Duration) -> Area {
    let (from, to) = (ratio(from, span), ratio(to, span));
    Area { x: lane.x + lane.width * from, width: lane.width * (to - from), ..lane }
}

fn ratio(time: Duration, span: Duration) -> f64 {
    time.as_secs_f64() / span.as_secs_f64().max(1e-3)
}

/// The boards' numbers at the left, as many as have room.
fn names(canvas: &mut Canvas, area: Area, rows: &[Row]) {
    #[expect(clippy::cast_precision_loss, reason = "at most 48 rows")]
    let height = area.height / rows.len() as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    let every = (NAME / height).ceil() as usize;
    for (place, row) in rows.iter().enumerate().step_by(every.max(1)) {
        let lane = lane(area, rows.len(), place);
        let at = (area.x - 10.0, lane.y + lane.height / 2.0 + 5.5);
        canvas.text("mark", at, Anchor::End, &grouped(row.board.into()));
    }
}

/// To the full second, where it lasts that long.
fn whole_seconds(time: Duration) -> Duration {
    if time.as_secs() >= 10 { Duration::from_secs(time.as_secs()) } else { time }
}
