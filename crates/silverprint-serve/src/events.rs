//! Server-sent events, as the HTML standard has them: how far a run is, that
//! none is going on, that the sheet is another one.

use crate::answer::Body;
use crate::server::Pulse;
use crate::watch::Seen;
use bytes::Bytes;
use futures_util::stream::unfold;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use std::fmt::Write as _;
use std::io;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::timeout;

/// Where nothing happens, this says that the connection is there.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A browser that lost the connection comes again after so many milliseconds.
const AGAIN: &str = "retry: 2000\n\n";

/// Tells what is seen: first what is, then what changes. Who is slow misses what
/// is old by then. `last` is what a browser heard last that comes again.
pub(crate) fn tell(
    seen: watch::Receiver<Seen>,
    last: Option<&str>,
    place: OwnedSemaphorePermit,
    pulse: Pulse,
) -> Body {
    let listener = Listener { seen, heard: Heard::Before(last.map(str::to_owned)), _place: place };
    let events = unfold(listener, move |mut listener| {
        pulse.beat();
        async move {
            let events = listener.next().await?;
            Some((Ok::<_, io::Error>(Frame::data(Bytes::from(events))), listener))
        }
    });
    StreamBody::new(events).boxed_unsync()
}

struct Listener {
    seen: watch::Receiver<Seen>,
    heard: Heard,
    _place: OwnedSemaphorePermit,
}

enum Heard {
    /// Nothing on this connection; on an earlier one that there was this sheet.
    Before(Option<String>),
    Here(Seen),
}

impl Listener {
    /// What to say next; `None` at the end of the server.
    async fn next(&mut self) -> Option<String> {
        if matches!(self.heard, Heard::Here(_)) {
            match timeout(HEARTBEAT, self.seen.changed()).await {
                Ok(changed) => changed.ok()?,
                Err(_) => return Some(":\n\n".to_owned()),
            }
        }
        let now = self.seen.borrow_and_update().clone();
        let said = self.heard.of(&now);
        self.heard = Heard::Here(now);
        Some(said)
    }
}

impl Heard {
    /// The events for what is news.
    fn of(&self, now: &Seen) -> String {
        let (sheet, progress) = match self {
            Self::Here(before) => (Some(&*before.sheet), before.progress != now.progress),
            Self::Before(sheet) => (sheet.as_deref(), true),
        };
        let mut said = String::new();
        let mut say = |event, data| {
            let sheet = &now.sheet;
            let _ = write!(said, "id: {sheet}\nevent: {event}\ndata: {data}\n\n");
        };
        // Before the end of the run that made it.
        if sheet.is_some_and(|sheet| *sheet != *now.sheet) {
            say("sheet", "{}");
        }
        match &now.progress {
            Some(json) if progress => say("progress", json),
            None if progress => say("idle", "{}"),
            _ => {}
        }
        if matches!(self, Self::Before(_)) { format!("{AGAIN}{said}") } else { said }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(progress: Option<&str>, sheet: &str) -> Seen {
        Seen { progress: progress.map(Into::into), sheet: sheet.into() }
    }

    /// The names of the events, and the last id.
    fn events(heard: &Heard, now: &Seen) -> (Vec<String>, Option<String>) {
        let said = heard.of(now);
        let field = |name: &str| {
            let values = said.lines().filter_map(|line| line.strip_prefix(name));
            values.map(str::to_owned).collect::<Vec<_>>()
        };
        (field("event: "), field("id: ").pop())
    }

    #[test]
    fn first_comes_what_is_and_then_what_changes() {
        let check = |heard: Heard, now: Seen, expected: &[&str]| {
            let (events, last) = events(&heard, &now);
            assert_eq!(events, expected);
            assert!(events.is_empty() || last.as_deref() == Some(&*now.sheet));
        };
        let here = |progress, sheet| Heard::Here(seen(progress, sheet));
        check(Heard::Before(None), seen(None, "a"), &["idle"]);
        check(Heard::Before(None), seen(Some("{}"), "a"), &["progress"]);
        check(here(None, "a"), seen(Some("{}"), "a"), &["progress"]);
        check(here(Some("{}"), "a"), seen(Some("{ }"), "a"), &["progress"]);
        check(here(Some("{}"), "a"), seen(Some("{}"), "b"), &["sheet"]);
        check(here(Some("{}"), "a"), seen(None, "b"), &["sheet", "idle"]);
        check(here(None, "a"), seen(None, "a"), &[]);
    }

    #[test]
    fn who_comes_again_hears_that_the_sheet_changed_meanwhile() {
        let again = |sheet: &str| Heard::Before(Some(sheet.to_owned()));
        assert_eq!(events(&again("a"), &seen(None, "b")).0, ["sheet", "idle"]);
        assert_eq!(events(&again("b"), &seen(None, "b")).0, ["idle"]);
    }
}
