//! The runs as a picture: a panel for each host, connections as a line and photos a second as the
//! ground below it, over time.

use super::CEILING;
use super::timeline::{Step, Timeline};
use crate::bench::plot::{Frame, Plot};

/// Where the curves are in a panel, and how large.
const LEFT: f64 = 34.0;
const UPPER: f64 = 40.0;
const WIDTH: f64 = 350.0;
const HEIGHT: f64 = 140.0;
/// The axes' ends: connections to the left, so that the ceiling is inside.
const MOST_CONNECTIONS: f64 = 30.0;

const FRAME: Frame = Frame {
    title: "How many connections a run finds by itself",
    legend: "Requests under way (the line, left), photos a second (the ground, right); dashed: the ceiling.",
    label: "Connections and photos a second over time, a panel for each host",
    source: "Written by cargo xtask bench level; bench/README.md has the figures.",
    panel: (440.0, 220.0),
    light: "\
.end{text-anchor:end}\
.photos{fill:#afb8c1;fill-opacity:.55}.connections{fill:none;stroke:#1a7f37;stroke-width:2}\
.ours{fill:#1a7f37}.axis{stroke:#d1d9e0}.ceiling{stroke:#59636e;stroke-dasharray:4 4}",
    dark: "\
.photos{fill:#656c76}.connections{stroke:#3fb950}.ours{fill:#3fb950}\
.axis{stroke:#3d444d}.ceiling{stroke:#9198a1}",
    digits: 1,
};

/// The picture.
pub(super) fn svg(panels: &[(&str, &Timeline)]) -> String {
    let mut plot = Plot::new(&FRAME, panels.len());
    for (name, timeline) in panels {
        let place = plot.panel(name);
        draw(&mut plot, place, timeline);
    }
    plot.svg()
}

fn draw(plot: &mut Plot, (x, y): (f64, f64), timeline: &Timeline) {
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
    let photos = line(&|step| step.photos / most);
    let end = left + WIDTH;
    plot.mark(format_args!(
        "<polygon class=\"photos\" points=\"{left:.1},{bottom:.1} {photos} {end:.1},{bottom:.1}\"/>"
    ));
    let ceiling = up(CEILING / MOST_CONNECTIONS);
    for (class, height) in [("axis", bottom), ("ceiling", ceiling)] {
        plot.mark(format_args!(
            "<line class=\"{class}\" x1=\"{left:.1}\" x2=\"{end:.1}\" y1=\"{height:.1}\" y2=\"{height:.1}\"/>"
        ));
    }
    let connections = line(&|step| step.connections / MOST_CONNECTIONS);
    plot.mark(format_args!("<polyline class=\"connections\" points=\"{connections}\"/>"));
    plot.text("ours end", (left - 6.0, ceiling + 4.0), &format!("{CEILING:.0}"));
    plot.text("ours end", (left - 6.0, bottom), "0");
    plot.text("quiet", (end + 6.0, up(1.0) + 4.0), &format!("{most:.0}/s"));
    plot.text("quiet", (left, bottom + 16.0), "0 s");
    plot.text("quiet end", (end, bottom + 16.0), &format!("{seconds:.0} s"));
}

/// To the next number that has one digit and zeros, or is half way to it.
fn round_up(number: f64) -> f64 {
    let unit = 10_f64.powf(number.log10().floor()) / 2.0;
    (number / unit).ceil() * unit
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
