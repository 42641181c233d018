//! The races as a picture: a panel for each cell, a bar for each tool, as long as its time.

use super::race::Race;
use super::tool::OURS;
use crate::bench::plot::{Frame, Plot};

/// Where bars begin, how long they are at most, and how far they are apart.
const LEFT: f64 = 130.0;
const LONGEST: f64 = 200.0;
const ROW: f64 = 21.0;

const FRAME: Frame = Frame {
    title: "The whole job: fetched, saved, a thumbnail of each",
    legend: "Seconds, and how many times ours: shorter is better. Two cores for client and server; at most 64 connections.",
    label: "Seconds for the whole job, a panel for each line and kind of picture",
    source: "Written by cargo xtask bench job; bench/README.md has the figures, and how they were taken.",
    panel: (440.0, 216.0),
    light: "\
.name{text-anchor:end}\
.other{fill:#afb8c1}.ours{fill:#1a7f37}.us{font-weight:600}",
    dark: ".other{fill:#656c76}.ours{fill:#3fb950}",
    digits: 0,
};

/// A panel: what it is of, and its bars.
struct Panel {
    title: String,
    bars: Vec<Bar>,
}

struct Bar {
    name: &'static str,
    seconds: f64,
    is_ours: bool,
}

/// The picture.
pub(super) fn svg(races: &[Race]) -> String {
    let panels: Vec<Panel> = races.iter().map(Panel::of).collect();
    draw(&panels)
}

fn draw(panels: &[Panel]) -> String {
    let mut plot = Plot::new(&FRAME, panels.len());
    for panel in panels {
        let place = plot.panel(&panel.title);
        panel.draw(&mut plot, place);
    }
    plot.svg()
}

impl Panel {
    fn of(race: &Race) -> Self {
        let bar = |(idx, entrant): (usize, &super::race::Entrant)| Bar {
            name: entrant.tool.short,
            seconds: entrant.seconds(),
            is_ours: idx == OURS,
        };
        let bars = race.entrants.iter().enumerate().map(bar).collect();
        let setting = race.cell.setting;
        Self { title: format!("{} {setting}", setting.photos), bars }
    }

    fn draw(&self, plot: &mut Plot, (x, y): (f64, f64)) {
        let longest = self.bars.iter().map(|bar| bar.seconds).fold(0.0, f64::max);
        let ours = self.bars.iter().find(|bar| bar.is_ours).map_or(1.0, |bar| bar.seconds);
        let mut top = y + 36.0;
        for bar in &self.bars {
            let length = LONGEST * bar.seconds / longest;
            let (bar_class, class) = if bar.is_ours { ("ours", "us") } else { ("other", "") };
            let (from, base) = (x + LEFT, top + 13.0);
            let times = if bar.is_ours {
                String::new()
            } else {
                format!(" · {:.1}×", bar.seconds / ours)
            };
            plot.mark(format_args!(
                "<text class=\"name {class}\" x=\"{}\" y=\"{base}\">{}</text>\
                 <rect class=\"{bar_class}\" x=\"{from}\" y=\"{}\" width=\"{length:.1}\" height=\"14\" rx=\"2\"/>\
                 <text class=\"{class}\" x=\"{:.1}\" y=\"{base}\">{:.1} s{times}</text>",
                from - 8.0,
                bar.name,
                top + 2.0,
                from + length + 6.0,
                bar.seconds,
            ));
            top += ROW;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_is_as_long_as_there_is_room() {
        let bar = |name, seconds, is_ours| Bar { name, seconds, is_ours };
        let bars = vec![bar("ours", 1.0, true), bar("theirs", 20.0, false)];
        let panel = Panel { title: "originals".to_owned(), bars };
        let svg = draw(&[panel]);
        assert!(svg.contains("width=\"200.0\"") && svg.contains("width=\"10.0\""), "{svg}");
        assert!(svg.contains("20.0 s · 20.0×") && svg.contains(">1.0 s<"), "{svg}");
    }
}
