//! The log: what the libraries trace, as lines on stderr and in a file. Lines
//! never hold control characters or the query of an address, in which a key
//! might be.

use crate::args::Output;
use crate::printable::{Printable, say};
use anyhow::Context;
use jiff::Timestamp;
use silverprint_core::without_query;
use std::env::VarError;
use std::fmt::{self, Write as _};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context as LayerContext, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Scope};
use tracing_subscriber::{Layer, Registry};

/// What is logged, as `TARGET=LEVEL,…`; the target is a module or its start.
const FILTER: &str = "SILVERPRINT_LOG";

/// `SILVERPRINT_LOG` is not a filter.
#[derive(Debug, thiserror::Error)]
#[error("{FILTER}: {0}")]
pub(crate) struct FilterError(String);

/// Begins to log what these options ask for. Without any there is no log, and
/// the libraries spend nothing on it.
pub(crate) fn start(output: &Output) -> anyhow::Result<()> {
    let filter = filter()?;
    let log = output.log.as_deref();
    if filter.is_none() && log.is_none() && output.verbose == 0 {
        return Ok(());
    }
    // Of a log that only goes to a file there is nothing on stderr.
    let to_stderr = match (&filter, log) {
        (Some(filter), None) => Some(filter.clone()),
        (filter, _) if output.verbose > 0 => {
            Some(filter.clone().unwrap_or_else(|| ours(of_verbosity(output.verbose))))
        }
        _ => None,
    };
    let to_file = log.map(open).transpose()?.map(|file| {
        let level = of_verbosity(output.verbose).max(LevelFilter::DEBUG);
        Sink::File(Mutex::new(file)).with_filter(filter.unwrap_or_else(|| ours(level)))
    });
    let subscriber = Registry::default()
        .with(to_stderr.map(|filter| Sink::Stderr.with_filter(filter)))
        .with(to_file);
    tracing::subscriber::set_global_default(subscriber).context("start the log")
}

fn filter() -> Result<Option<Targets>, FilterError> {
    let text = match std::env::var(FILTER) {
        Ok(text) if text.trim().is_empty() => return Ok(None),
        Ok(text) => text,
        Err(VarError::NotPresent) => return Ok(None),
        Err(VarError::NotUnicode(_)) => return Err(FilterError("it is no text".to_owned())),
    };
    text.parse().map(Some).map_err(|error| FilterError(format!("{text:?}: {error}")))
}

fn of_verbosity(verbosity: u8) -> LevelFilter {
    match verbosity {
        0 | 1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

/// Of our own crates, which all begin with this name.
fn ours(level: LevelFilter) -> Targets {
    Targets::new().with_target("silverprint", level)
}

fn open(path: &Path) -> anyhow::Result<File> {
    let opened = OpenOptions::new().append(true).create(true).open(path);
    opened.with_context(|| format!("cannot open the log {}", path.display()))
}

/// Where lines go.
enum Sink {
    Stderr,
    File(Mutex<File>),
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Sink {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: LayerContext<'_, S>) {
        keep_work(attributes, id, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: LayerContext<'_, S>) {
        let line = line(event, &context, Timestamp::now());
        match self {
            Self::Stderr => say(&line),
            Self::File(file) => {
                let line = format!("{}\n", Printable(&line));
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                // A log on a full disk is no reason to stop archiving.
                let _ = file.write_all(line.as_bytes());
            }
        }
    }
}

/// What an event is a part of, such as ` photo id=53012345678:`.
struct Work(String);

/// Keeps what a span says of itself, for the events in it.
fn keep_work<S: Subscriber + for<'a> LookupSpan<'a>>(
    attributes: &Attributes<'_>,
    id: &Id,
    context: &LayerContext<'_, S>,
) {
    let Some(span) = context.span(id) else { return };
    let mut fields = Fields(format!(" {}", attributes.metadata().name()));
    attributes.record(&mut fields);
    // Another sink may have kept the same.
    span.extensions_mut().replace(Work(fields.0 + ":"));
}

/// `2026-11-24T23:18:08.123Z DEBUG silverprint_http::client: answered status=200`.
fn line<S: Subscriber + for<'a> LookupSpan<'a>>(
    event: &Event<'_>,
    context: &LayerContext<'_, S>,
    now: Timestamp,
) -> String {
    let meta = event.metadata();
    let level: &Level = meta.level();
    let mut fields = Fields(format!("{now:.3} {level:>5} {}:", meta.target()));
    let scope = context.event_scope(event).map(Scope::from_root);
    for span in scope.into_iter().flatten() {
        if let Some(Work(work)) = span.extensions().get() {
            fields.0.push_str(work);
        }
    }
    event.record(&mut fields);
    fields.0
}

/// The fields of an event as text.
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.push(field.name(), &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.push(field.name(), value);
    }
}

impl Fields {
    fn push(&mut self, name: &str, value: &str) {
        let name = match name {
            "message" => String::new(),
            name => format!("{name}="),
        };
        let words = value.split(' ').map(without_query);
        let value = words.collect::<Vec<_>>().join(" ");
        // Writing to a text cannot fail.
        let _ = write!(self.0, " {name}{value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// Keeps the lines.
    struct Kept(Arc<Mutex<Vec<String>>>);

    impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Kept {
        fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: LayerContext<'_, S>) {
            keep_work(attributes, id, &context);
        }

        fn on_event(&self, event: &Event<'_>, context: LayerContext<'_, S>) {
            self.0.lock().unwrap().push(line(event, &context, Timestamp::UNIX_EPOCH));
        }
    }

    #[test]
    fn a_line_has_time_level_place_and_fields_and_no_query() {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let layer = Kept(Arc::clone(&kept)).with_filter(ours(LevelFilter::DEBUG));
        tracing::subscriber::with_default(Registry::default().with(layer), || {
            tracing::debug!(target: "silverprint_http::client", status = 200, "answered");
            let url = "https://h.example/rest/?method=x&api_key=secret#f";
            tracing::info!(target: "silverprint_http", %url, url, "GET {url} again?");
            tracing::trace!(target: "silverprint_http", "too fine");
            let photo = tracing::debug_span!(target: "silverprint_archive", "photo", id = 7);
            photo.in_scope(|| tracing::debug!(target: "silverprint_archive", n = 1, "stored"));
            tracing::error!(target: "hyper", "not ours");
        });
        let lines = kept.lock().unwrap().join("\n");
        assert_eq!(
            lines,
            "1970-01-01T00:00:00.000Z DEBUG silverprint_http::client: answered status=200\n\
             1970-01-01T00:00:00.000Z  INFO silverprint_http: GET https://h.example/rest/ again? \
             url=https://h.example/rest/ url=https://h.example/rest/\n\
             1970-01-01T00:00:00.000Z DEBUG silverprint_archive: photo id=7: stored n=1"
        );
    }
}
