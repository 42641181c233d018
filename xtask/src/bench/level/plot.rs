//! The runs as a picture: a panel for each host, connections as a line and photos a second as the
//! ground below it, over time. The same figures make the same bytes, and it brings its own ground.

use super::CEILING;
use super::timeline::{Step, Timeline};
use std::fmt::Write as _;

const PANEL: (f64, f64) = (440.0, 220.0);
const COLUMNS: usize = 2;
const MARGIN: f64 = 20.0;
/// Room for the heading, and for the line below.
const TOP: f64 = 64.0;
const FOOT: f64 = 26.0;
/// Where the curves are in a panel, and how large.
const LEFT: f64 = 34.0;
const UPPER: f64 = 40.0;
const WIDTH: f64 = 350.0;
const HEIGHT: f64 = 140.0;
/// The axes' ends: connections to the left, so that the ceiling is inside.
const MOST_CONNECTIONS: f64 = 30.0;

const STYLE: &str = "\
text{font:12px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2328}\
.ground{fill:#fff;stroke:#d1d9e0}.title{font-size:17px;font-weight:600}\
.head{font-size:13px;font-weight:600}.quiet{fill:#59636e}.end{text-anchor:end}\
.photos{fill:#afb8c1;fill-opacity:.55}.connections{fill:none;stroke:#1a7f37;stroke-width:2}\
.ours{fill:#1a7f37}.axis{stroke:#d1d9e0}.ceiling{stroke:#59636e;stroke-dasharray:4 4}\
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.ground{fill:#0d1117;stroke:#3d444d}\
.quiet{fill:#9198a1}.photos{fill:#656c76}.connections{stroke:#3fb950}.ours{fill:#3fb950}\
.axis{stroke:#3d444d}.ceiling{stroke:#9198a1}}";

/// The picture.
pub(super) fn svg(panels: &[(&str, &Timeline)]) -> String {
    let rows = float(panels.len().div_ceil(COLUMNS));
    let (width, height) = (float(COLUMNS) * PANEL.0 + 2.0 * MARGIN, TOP + rows * PANEL.1 + FOOT);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"Connections and photos a \
         second over time, a panel for each host\">\n<style>{STYLE}</style>\n\
         <rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n",
        width - 1.0,
        height - 1.0,
    );
    text(&mut svg, "title", (MARGIN, 32.0), "How many connections a run finds by itself");
    let what = "Requests under way (the line, left), photos a second (the ground, right); dashed: the ceiling.";
    text(&mut svg, "quiet", (MARGIN, 52.0), what);
    for (idx, (name, timeline)) in panels.iter().enumerate() {
        let x = MARGIN + float(idx % COLUMNS) * PANEL.0;
        panel(&mut svg, (x, TOP + float(idx / COLUMNS) * PANEL.1), name, timeline);
    }
    let line = "Written by cargo xtask bench level; bench/README.md has the figures.";
    text(&mut svg, "quiet", (MARGIN, height - 14.0), line);
    svg.push_str("</svg>\n");
    svg
}

fn panel(svg: &mut String, (x, y): (f64, f64), name: &str, timeline: &Timeline) {
    let steps = &timeline.steps;
    let seconds = steps.last().map_or(1.0, |last| last.at).max(1.0);
    let most = round_up(steps.iter().map(|step| step.photos).fold(1.0, f64::max));
    let (left, bottom) = (x + LEFT, y + UPPER + HEIGHT);
    let across = |step: &Step| left + WIDTH * (step.at / seconds).min(1.0);
    let up = |share: f64| bottom - HEIGHT * share;
    let line = |value: &dyn Fn(&Step) -> f64| {
        let points = steps.iter().map(|step| format!("{:.1},{:.1}", across(step), up(value(step))));
        points.collect::<Vec<_>>().join(" ")
    };
    text(svg, "head", (x, y + 26.0), name);
    let photos = line(&|step| step.photos / most);
    let end = left + WIDTH;
    let _ = writeln!(
        svg,
        "<polygon class=\"photos\" points=\"{left:.1},{bottom:.1} {photos} {end:.1},{bottom:.1}\"/>"
    );
    let ceiling = up(CEILING / MOST_CONNECTIONS);
    for (class, height) in [("axis", bottom), ("ceiling", ceiling)] {
        let _ = writeln!(
            svg,
            "<line class=\"{class}\" x1=\"{left:.1}\" x2=\"{end:.1}\" y1=\"{height:.1}\" y2=\"{height:.1}\"/>"
        );
    }
    let connections = line(&|step| step.connections / MOST_CONNECTIONS);
    let _ = writeln!(svg, "<polyline class=\"connections\" points=\"{connections}\"/>");
    text(svg, "ours end", (left - 6.0, ceiling + 4.0), &format!("{CEILING:.0}"));
    text(svg, "ours end", (left - 6.0, bottom), "0");
    text(svg, "quiet", (end + 6.0, up(1.0) + 4.0), &format!("{most:.0}/s"));
    text(svg, "quiet", (left, bottom + 16.0), "0 s");
    text(svg, "quiet end", (end, bottom + 16.0), &format!("{seconds:.0} s"));
}

/// To the next number that has one digit and zeros, or is half way to it.
fn round_up(number: f64) -> f64 {
    let unit = 10_f64.powf(number.log10().floor()) / 2.0;
    (number / unit).ceil() * unit
}

fn text(svg: &mut String, class: &str, (x, y): (f64, f64), words: &str) {
    let _ = writeln!(svg, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>");
}

#[expect(clippy::cast_precision_loss, reason = "a handful of panels")]
fn float(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        let ends = [1.0, 9.5, 10.0, 101.0, 480.0, 1020.0].map(|most| round_up(most).to_string());
        assert_eq!(ends, ["1", "9.5", "10", "150", "500", "1500"]);
    }
}
