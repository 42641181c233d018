//! One JSON object a line, on stdout. A contract: `v` says which.

use crate::args::Output;
use crate::printable::say;
use crate::stdout;
use serde_json::{Value, json};
use silverprint_core::{
    Account, Failure, ListingKind, Photo, Receipt, Reporter, Retrying, Waiting,
};
use std::sync::Mutex;

/// Writes events; notes are for people, and go to stderr.
pub(crate) struct Json {
    are_notes_said: bool,
    /// Whose photostream is being archived: each event says it, for there may
    /// be several in one run.
    account: Mutex<Option<Value>>,
}

impl Json {
    pub(crate) fn new(output: &Output) -> Self {
        Self { are_notes_said: !output.quiet, account: Mutex::default() }
    }

    fn write(&self, event: &str, mut fields: Value) {
        if let Some(account) = &*self.account.lock().expect("no panic while held") {
            fields["account"] = account.clone();
        }
        write(event, fields);
    }
}

/// An attempt that failed, and when the next one comes.
pub(crate) fn of_retrying(retrying: &Retrying) -> Value {
    let Retrying { photo, what, attempt, reason, wait } = retrying;
    // A wait is some minutes at most.
    let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    let mut fields =
        json!({ "what": what, "attempt": attempt, "wait_ms": wait_ms, "reason": reason });
    if let Some(id) = photo {
        fields["id"] = json!(id);
    }
    fields
}

/// Writes an event. Each line is written whole, so that lines of many tasks do
/// not mix.
pub(crate) fn write(event: &str, mut fields: Value) {
    fields["v"] = json!(1);
    fields["event"] = json!(event);
    let line = stdout::json(&fields).expect("a value is written as text");
    stdout::write(&format!("{line}\n"));
}

impl Reporter for Json {
    fn started(&self, account: &Account) {
        *self.account.lock().expect("no panic while held") = Some(json!(account));
        self.write("started", json!({}));
    }

    fn listing_done(&self, kind: ListingKind, listed: u64) {
        self.write("listed", json!({ "listing": kind, "listed": listed }));
    }

    fn saved(&self, photo: &Photo, path: Option<&str>, bytes: u64) {
        self.write("saved", json!({ "id": photo.id, "path": path, "bytes": bytes }));
    }

    fn failed(&self, photo: &Photo, failure: &Failure) {
        self.write("failed", json!({ "id": photo.id, "failure": failure }));
    }

    fn retrying(&self, retrying: &Retrying) {
        self.write("retrying", of_retrying(retrying));
    }

    fn waiting(&self, waiting: &Waiting) {
        let seconds = waiting.pause.as_secs_f64();
        let fields = json!({ "host": waiting.host, "reason": waiting.reason, "seconds": seconds });
        self.write("waiting", fields);
    }

    fn note(&self, message: &str) {
        if self.are_notes_said {
            say(message);
        }
    }

    fn receipt(&self, receipt: &Receipt) {
        self.write("receipt", json!({ "receipt": receipt }));
    }
}
