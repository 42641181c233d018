//! How a run is watched: bars on a terminal, plain lines elsewhere, JSON where
//! it was asked for. One observer each; a run hears only of `Reporter`.

mod bars;
pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod local;

use crate::args::Output;
use crate::printable;
use bars::Bars;
use json::Json;
use lines::Lines;
use silverprint_core::{Reporter, Silent};
use std::io::IsTerminal;
use std::sync::Arc;

/// The chosen way to watch.
pub(crate) struct Progress {
    reporter: Arc<dyn Reporter>,
    bars: Option<Arc<Bars>>,
    is_quiet: bool,
}

impl Progress {
    /// JSON goes to stdout; then stderr is for errors and notes.
    pub(crate) fn new(output: &Output) -> Self {
        let mut bars = None;
        let reporter: Arc<dyn Reporter> = if output.json {
            Arc::new(Json::new(output))
        } else if output.quiet {
            Arc::new(Silent)
        } else if output.verbose == 0 && std::io::stderr().is_terminal() {
            let drawn = Arc::new(Bars::new());
            bars = Some(Arc::clone(&drawn));
            drawn
        } else {
            Arc::new(Lines::new(output.verbose))
        };
        Self { reporter, bars, is_quiet: output.quiet }
    }

    pub(crate) fn reporter(&self) -> &Arc<dyn Reporter> {
        &self.reporter
    }

    /// Answers Ctrl-C, beside the bars.
    pub(crate) fn say(&self, message: &str) {
        printable::over_echo();
        if !self.is_quiet {
            printable::say(message);
        }
    }

    /// Takes the bars away.
    pub(crate) fn end(&self) {
        if let Some(bars) = &self.bars {
            bars.end();
        }
    }
}
