//! What is logged: what was asked, and what came of it, but never a query.

mod support;

use silverprint_core::{FetchError, Sink};
use std::io;
use std::sync::{Arc, Mutex};
use support::{Recording, Scripted, client, hasty};
use tracing_subscriber::fmt::MakeWriter;

/// Everything that is logged, as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[test]
fn attempts_and_pauses_are_logged_without_their_queries() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(fetch());
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let ours: Vec<_> = text.lines().filter(|line| line.contains(" silverprint_http::")).collect();
    for words in ["paused host=\"127.0.0.1:", "redirected host=", "trouble host=", "fetched host="]
    {
        let line = ours.iter().find(|line| line.contains(words));
        line.unwrap_or_else(|| panic!("{words:?} is not in\n{text}"));
    }
    assert!(ours.iter().any(|line| line.contains("path=\"/b\"") && line.contains("bytes=4")));
    assert!(!text.contains("canary"), "{text}");
}

async fn fetch() {
    let server = Scripted::answering(|path, number| match (path.split('?').next(), number) {
        // So often that it is not for the address's sake, and the host is paused.
        (_, 0..5) => ("429 Too Many".to_owned(), String::new()),
        (_, 5) => ("500 No".to_owned(), String::new()),
        (Some("/a"), _) => ("302 Found\r\nlocation: /b?sig=canary".to_owned(), String::new()),
        _ => ("200 OK".to_owned(), "good".to_owned()),
    });
    let (client, _) = client(hasty());
    let mut sink = Recording::of(b"good".to_vec());
    let sink: &mut dyn Sink = &mut sink;
    let fetched: Result<u32, FetchError> = client.get(&server.url("/a?api_key=canary"), sink).await;
    assert_eq!(fetched.unwrap(), 7);
}
