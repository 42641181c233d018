//! What was played, as a picture of its own: SVG without scripts, the same bytes
//! for the same exhibition, in light and dark, and told in words to who does not
//! see it.

mod boards;
mod canvas;
mod curves;

use crate::outcome::Played;
use crate::scale::{counted, face, rough, times, words};
use crate::sweep::Swept;
use crate::text::{said_of_bottleneck, said_of_busy, said_of_counting, said_of_terms};
use canvas::{Anchor, Area, Canvas};

/// An exhibition: either manner on one clock, and the first rounds move by move.
pub fn exhibition(played: &Played) -> String {
    let terms = played.exhibition.terms();
    let title = format!("{}, {}", counted(terms.boards, "board"), counted(terms.masters, "master"));
    let (slow, fast) = (face(played.sequential.took), face(played.simultaneous.took));
    let sentences = [
        said_of_busy(played),
        said_of_bottleneck(&played.exhibition, played.bottleneck),
        said_of_counting(played),
    ];
    let told = format!(
        "{}. One after the other {slow}, simultaneously {fast}. {}",
        said_of_terms(&played.exhibition),
        sentences.join(" ")
    );
    let mut canvas = Canvas::new(&title, &told);
    canvas.text("title", (64.0, 88.0), Anchor::Start, &title);
    canvas.text("under", (64.0, 126.0), Anchor::Start, &said_of_terms(&played.exhibition));
    canvas.text("huge moved", (1536.0, 118.0), Anchor::End, &times(played.speedup()));
    let left = Area { x: 104.0, y: 276.0, width: 552.0, height: 400.0 };
    canvas.text("head", (left.x, 200.0), Anchor::Start, "One after the other");
    canvas.text("clock", (left.x, 250.0), Anchor::Start, &slow);
    if let Some(seated) = &played.seated {
        let note = format!("each master at one board: {}", face(seated.took));
        canvas.text("note", (left.x + left.width, 250.0), Anchor::End, &note);
    }
    boards::whole(&mut canvas, left, played);
    let right = Area { x: 776.0, y: 276.0, width: 760.0, height: 400.0 };
    canvas.text("head", (right.x, 200.0), Anchor::Start, "Simultaneously");
    canvas.text("clock moved", (right.x, 250.0), Anchor::Start, &fast);
    let shown = boards::rounds(&mut canvas, right, played);
    let note = format!("the first {}", words(rough(shown)));
    canvas.text("note", (right.x + right.width, 250.0), Anchor::End, &note);
    canvas.sentences(784.0, &sentences);
    canvas.end()
}

/// A sweep: time and games an hour for each number of boards.
pub fn sweep(swept: &Swept) -> String {
    let terms = swept.exhibition.terms();
    let masters = match terms.masters {
        1 => "a master".to_owned(),
        several => counted(several, "master"),
    };
    let title = format!("How many boards help {masters}");
    let sentence = said_of_bottleneck(&swept.exhibition, swept.bottleneck);
    let told = format!("{}. {sentence}", said_of_terms(&swept.exhibition));
    let mut canvas = Canvas::new(&title, &told);
    canvas.text("title", (64.0, 88.0), Anchor::Start, &title);
    canvas.text("under", (64.0, 126.0), Anchor::Start, &said_of_terms(&swept.exhibition));
    let left = Area { x: 168.0, y: 250.0, width: 560.0, height: 450.0 };
    canvas.text("head", (left.x, 208.0), Anchor::Start, "How long it takes");
    curves::time(&mut canvas, left, swept);
    let right = Area { x: 866.0, y: 250.0, width: 590.0, height: 450.0 };
    canvas.text("head", (right.x, 208.0), Anchor::Start, "Games an hour");
    let at = (right.x + right.width + 80.0, 208.0);
    canvas.text("note", at, Anchor::End, "at work");
    curves::games(&mut canvas, right, swept);
    canvas.sentences(836.0, &[sentence]);
    canvas.end()
}
