//! SVG as text: shapes with classes, and one style that gives them colour, by
//! day and by night.

use crate::scale::{UNBROKEN, lines, marks, words};
use std::time::Duration;

const STYLE: &str = "
text{font-family:system-ui,'Segoe UI','Noto Sans','DejaVu Sans',sans-serif;font-variant-numeric:tabular-nums;fill:#23211d}
.paper{fill:#fbfaf6}.title{font-size:44px;font-weight:700}.under{font-size:21px;fill:#5f594d}.said{font-size:18px;fill:#5f594d}
.huge{font-size:84px;font-weight:700}.head{font-size:26px;font-weight:600}.clock{font-size:50px;font-weight:700}
.note,.mark{font-size:16px;fill:#6d675b}.strong{font-size:18px;font-weight:600}
.grid{stroke:#ddd7c9;stroke-width:1}.edge{stroke:#0b7a5c;stroke-width:2;stroke-dasharray:5 5}
.move{fill:#0b7a5c}text.moved{fill:#0b7a5c}.answer{fill:#c3e2d7}.waits{fill:#dc8f1c}text.waiting{fill:#a15f00}
.slow{fill:#8f8c98}.same{fill:#0b7a5c;fill-opacity:.3}.late{fill:#dc8f1c;fill-opacity:.12}
.curve{fill:none;stroke:#0b7a5c;stroke-width:4;stroke-linejoin:round}.base{fill:none;stroke:#8f8c98;stroke-width:4}
@media(prefers-color-scheme:dark){text{fill:#f0ede5}.paper{fill:#171613}.under,.said{fill:#b7b1a3}
.note,.mark{fill:#a8a294}.grid{stroke:#38352d}.edge{stroke:#44cda1}.move{fill:#44cda1}text.moved{fill:#44cda1}
.answer{fill:#1f4b3e}.waits{fill:#e5a540}text.waiting{fill:#e5a540}.slow{fill:#817e8b}.same{fill:#44cda1}
.late{fill:#e5a540}.curve{stroke:#44cda1}.base{stroke:#817e8b}}
";
const SIZE: (f64, f64) = (1600.0, 900.0);
/// How many letters of a sentence have room in a line.
const LETTERS: usize = 158;
const LINE: f64 = 26.0;

/// A part of the picture, in its units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Area {
    pub(super) fn bottom(&self) -> f64 {
        self.y + self.height
    }

    pub(super) fn right(&self) -> f64 {
        self.x + self.width
    }
}

/// Where a text stands to its point.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The picture so far.
#[derive(Debug)]
pub(super) struct Canvas {
    svg: String,
}

impl Canvas {
    pub(super) fn new(title: &str, told: &str) -> Self {
        let mut canvas = Self { svg: String::new() };
        let (width, height) = SIZE;
        canvas.push(&format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="simul-title simul-told">"#
        ));
        canvas.push(&format!(r#"<title id="simul-title">{}</title>"#, escaped(title)));
        canvas.push(&format!(r#"<desc id="simul-told">{}</desc>"#, escaped(told)));
        canvas.push(&format!("<style>{STYLE}</style>"));
        canvas.rect("paper", Area { x: 0.0, y: 0.0, width, height });
        canvas
    }

    pub(super) fn rect(&mut self, class: &str, area: Area) {
        let [x, y, width, height] = [area.x, area.y, area.width, area.height].map(number);
        self.push(&format!(
            r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}"/>"#
        ));
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(number);
        self.push(&format!(r#"<line class="{class}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>"#));
    }

    pub(super) fn curve(&mut self, class: &str, points: &[(f64, f64)]) {
        let points: Vec<_> =
            points.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect();
        self.push(&format!(r#"<polyline class="{class}" points="{}"/>"#, points.join(" ")));
    }

    pub(super) fn dot(&mut self, class: &str, at: (f64, f64), radius: f64) {
        let [x, y, radius] = [at.0, at.1, radius].map(number);
        self.push(&format!(r#"<circle class="{class}" cx="{x}" cy="{y}" r="{radius}"/>"#));
    }

    pub(super) fn text(&mut self, class: &str, at: (f64, f64), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let [x, y] = [at.0, at.1].map(number);
        let text = escaped(text);
        self.push(&format!(
            r#"<text class="{class}" x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>"#
        ));
    }

    /// Marks of the time below an area that shows so much of it.
    pub(super) fn times(&mut self, area: Area, span: Duration, most: u64) {
        for mark in marks(span, most) {
            let x = area.x + area.width * mark.as_secs_f64() / span.as_secs_f64().max(1e-3);
            self.line("grid", (x, area.y), (x, area.bottom() + 6.0));
            let label = if mark.is_zero() { "0".to_owned() } else { words(mark) };
            self.text("mark", (x, area.bottom() + 26.0), Anchor::Middle, &label);
        }
    }

    /// A square of a colour and what it means; says where the next may begin.
    pub(super) fn key(&mut self, class: &str, at: (f64, f64), said: &str) -> f64 {
        self.rect(class, Area { x: at.0, y: at.1 - 13.0, width: 14.0, height: 14.0 });
        self.text("note", (at.0 + 22.0, at.1), Anchor::Start, said);
        #[expect(clippy::cast_precision_loss, reason = "a few dozen letters")]
        let letters = said.chars().count() as f64;
        at.0 + 22.0 + letters * 8.6 + 24.0
    }

    /// Sentences across the picture, from this line down.
    pub(super) fn sentences(&mut self, y: f64, sentences: &[String]) {
        let mut y = y;
        for sentence in sentences {
            for line in lines(sentence, LETTERS) {
                self.text("said", (64.0, y), Anchor::Start, &line);
                y += LINE;
            }
        }
    }

    pub(super) fn end(mut self) -> String {
        self.push("</svg>");
        self.svg
    }

    fn push(&mut self, element: &str) {
        self.svg.push_str(element);
        self.svg.push('\n');
    }
}

/// A number as short as it is exact enough: to a hundredth.
fn number(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace(UNBROKEN, " ")
}
