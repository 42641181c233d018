//! A measurement as a picture: a panel for each thing that was measured, two beside each other,
//! under a heading. The same figures make the same bytes, and it brings its own ground, so that it
//! can be read wherever it is shown. What is in a panel is drawn by who measured.

use std::fmt::{self, Write as _};

const COLUMNS: usize = 2;
const MARGIN: f64 = 20.0;
/// Room for the heading, and for the line below.
const TOP: f64 = 64.0;
const FOOT: f64 = 26.0;

const LIGHT: &str = "\
text{font:12px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2328}\
.ground{fill:#fff;stroke:#d1d9e0}.title{font-size:17px;font-weight:600}\
.head{font-size:13px;font-weight:600}.quiet{fill:#59636e}";
const DARK: &str = "text{fill:#f0f6fc}.ground{fill:#0d1117;stroke:#3d444d}.quiet{fill:#9198a1}";

/// What stands around the panels.
pub(super) struct Frame {
    pub(super) title: &'static str,
    /// How it is to be read.
    pub(super) legend: &'static str,
    /// What it is, for who cannot see it.
    pub(super) label: &'static str,
    /// Where it comes from.
    pub(super) source: &'static str,
    /// How wide and how high a panel is.
    pub(super) panel: (f64, f64),
    /// The classes of what is in the panels, on a light ground and what differs on a dark one.
    pub(super) light: &'static str,
    pub(super) dark: &'static str,
    /// Digits after the point of the places where words stand.
    pub(super) digits: usize,
}

/// A picture that is being drawn.
pub(super) struct Plot {
    frame: &'static Frame,
    height: f64,
    /// Panels that were begun.
    n_panels: usize,
    svg: String,
}

impl Plot {
    /// Begins one that has room for so many panels.
    pub(super) fn new(frame: &'static Frame, panels: usize) -> Self {
        let Frame { label, light, dark, .. } = frame;
        let width = float(COLUMNS) * frame.panel.0 + 2.0 * MARGIN;
        let height = TOP + float(panels.div_ceil(COLUMNS)) * frame.panel.1 + FOOT;
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{label}\">\n\
             <style>{LIGHT}{light}@media(prefers-color-scheme:dark){{{DARK}{dark}}}</style>\n\
             <rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n",
            width - 1.0,
            height - 1.0,
        );
        let mut plot = Self { frame, height, n_panels: 0, svg };
        plot.text("title", (MARGIN, 32.0), frame.title);
        plot.text("quiet", (MARGIN, 52.0), frame.legend);
        plot
    }

    /// Begins the next panel with its heading; says where its upper left corner is.
    pub(super) fn panel(&mut self, heading: &str) -> (f64, f64) {
        let (column, row) = (self.n_panels % COLUMNS, self.n_panels / COLUMNS);
        let (width, height) = self.frame.panel;
        let (x, y) = (MARGIN + float(column) * width, TOP + float(row) * height);
        self.n_panels += 1;
        self.text("head", (x, y + 26.0), heading);
        (x, y)
    }

    /// Words that begin at a place, unless their class has it otherwise.
    pub(super) fn text(&mut self, class: &str, (x, y): (f64, f64), words: &str) {
        let digits = self.frame.digits;
        self.mark(format_args!(
            "<text class=\"{class}\" x=\"{x:.digits$}\" y=\"{y:.digits$}\">{words}</text>"
        ));
    }

    /// Anything else, as SVG has it.
    pub(super) fn mark(&mut self, mark: fmt::Arguments<'_>) {
        let _ = writeln!(self.svg, "{mark}");
    }

    /// The picture, with the line below.
    pub(super) fn svg(mut self) -> String {
        self.text("quiet", (MARGIN, self.height - 14.0), self.frame.source);
        self.svg.push_str("</svg>\n");
        self.svg
    }
}

#[expect(clippy::cast_precision_loss, reason = "a handful of panels")]
fn float(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame {
        title: "Title",
        legend: "Legend",
        label: "Label",
        source: "Source",
        panel: (400.0, 200.0),
        light: ".ours{fill:#1a7f37}",
        dark: ".ours{fill:#3fb950}",
        digits: 1,
    };

    #[test]
    fn panels_stand_in_rows_of_two_and_the_ground_is_as_high_as_they_need() {
        let mut plot = Plot::new(&FRAME, 3);
        let places = ["a", "b", "c"].map(|heading| plot.panel(heading));
        assert_eq!(places, [(20.0, 64.0), (420.0, 64.0), (20.0, 264.0)]);
        let svg = plot.svg();
        assert!(svg.contains("viewBox=\"0 0 840 490\" width=\"840\" height=\"490\""), "{svg}");
        assert!(svg.contains("<text class=\"head\" x=\"420.0\" y=\"90.0\">b</text>\n"), "{svg}");
        assert!(svg.ends_with("x=\"20.0\" y=\"476.0\">Source</text>\n</svg>\n"), "{svg}");
    }

    #[test]
    fn classes_of_the_panels_have_both_grounds() {
        let svg = Plot::new(&FRAME, 0).svg();
        assert!(svg.contains(".quiet{fill:#59636e}.ours{fill:#1a7f37}@media"), "{svg}");
        assert!(svg.contains(".quiet{fill:#9198a1}.ours{fill:#3fb950}}</style>"), "{svg}");
    }
}
