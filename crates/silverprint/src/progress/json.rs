//! One JSON object a line, on stdout. A contract: `v` says which.

use serde_json::{Value, json};
use silverprint_core::{Account, Failure, ListingKind, Photo, Receipt, Reporter, Waiting};
use std::io::Write;

/// Writes events. Each line is written whole, so that lines of many tasks do
/// not mix.
pub(crate) struct Json;

impl Json {
    fn write(event: &str, mut fields: Value) {
        fields["v"] = json!(1);
        fields["event"] = json!(event);
        let mut line = fields.to_string();
        line.push('\n');
        // A reader that went away is no reason to stop archiving.
        let _ = std::io::stdout().lock().write_all(line.as_bytes());
    }
}

impl Reporter for Json {
    fn started(&self, account: &Account) {
        Self::write("started", json!({ "account": account }));
    }

    fn listing_done(&self, kind: ListingKind, listed: u64) {
        Self::write("listed", json!({ "listing": kind, "listed": listed }));
    }

    fn saved(&self, photo: &Photo, path: Option<&str>, bytes: u64) {
        Self::write("saved", json!({ "id": photo.id, "path": path, "bytes": bytes }));
    }

    fn failed(&self, photo: &Photo, failure: &Failure) {
        Self::write("failed", json!({ "id": photo.id, "failure": failure }));
    }

    fn waiting(&self, waiting: &Waiting) {
        let seconds = waiting.pause.as_secs_f64();
        let fields = json!({ "host": waiting.host, "reason": waiting.reason, "seconds": seconds });
        Self::write("waiting", fields);
    }

    fn receipt(&self, receipt: &Receipt) {
        Self::write("receipt", json!({ "receipt": receipt }));
    }
}
