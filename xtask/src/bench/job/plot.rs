//! The races as a picture: a panel for each cell, a bar for each tool, as long as its time. The
//! same figures make the same bytes, and it brings its own ground, so that it can be read wherever
//! it is shown.

use super::race::Race;
use super::tool::OURS;
use std::fmt::Write as _;

const PANEL: (usize, usize) = (440, 216);
const COLUMNS: usize = 2;
const MARGIN: usize = 20;
/// Room for the heading, and for the line below.
const TOP: usize = 64;
const FOOT: usize = 26;
/// Where bars begin, how long they are at most, and how far they are apart.
const LEFT: usize = 130;
const LONGEST: f64 = 200.0;
const ROW: usize = 21;

const STYLE: &str = "\
text{font:12px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2328}\
.ground{fill:#fff;stroke:#d1d9e0}.title{font-size:17px;font-weight:600}\
.head{font-size:13px;font-weight:600}.quiet{fill:#59636e}.name{text-anchor:end}\
.other{fill:#afb8c1}.ours{fill:#1a7f37}.us{font-weight:600}\
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.ground{fill:#0d1117;stroke:#3d444d}\
.quiet{fill:#9198a1}.other{fill:#656c76}.ours{fill:#3fb950}}";

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
}

fn draw(panels: &[Panel]) -> String {
    let width = COLUMNS * PANEL.0 + 2 * MARGIN;
    let height = TOP + panels.len().div_ceil(COLUMNS) * PANEL.1 + FOOT;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"Seconds for the whole job, \
         a panel for each line and kind of picture\">\n<style>{STYLE}</style>\n\
         <rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n",
        width - 1,
        height - 1,
    );
    let mut text = |class: &str, x: usize, y: usize, words: &str| {
        let _ = writeln!(svg, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{words}</text>");
    };
    text("title", MARGIN, 32, "The whole job: fetched, saved, a thumbnail of each");
    text(
        "quiet",
        MARGIN,
        52,
        "Seconds, and how many times ours: shorter is better. Two cores for client and server.",
    );
    for (idx, panel) in panels.iter().enumerate() {
        let (x, y) = (MARGIN + idx % COLUMNS * PANEL.0, TOP + idx / COLUMNS * PANEL.1);
        svg.push_str(&panel.drawn(x, y));
    }
    let line = "Written by cargo xtask bench job; bench/README.md has the figures, and how they were taken.";
    let _ = writeln!(
        svg,
        "<text class=\"quiet\" x=\"{MARGIN}\" y=\"{}\">{line}</text>\n</svg>",
        height - 14
    );
    svg
}

impl Panel {
    fn drawn(&self, x: usize, y: usize) -> String {
        let mut out =
            format!("<text class=\"head\" x=\"{x}\" y=\"{}\">{}</text>\n", y + 26, self.title);
        let longest = self.bars.iter().map(|bar| bar.seconds).fold(0.0, f64::max);
        let ours = self.bars.iter().find(|bar| bar.is_ours).map_or(1.0, |bar| bar.seconds);
        for (row, bar) in self.bars.iter().enumerate() {
            let (top, length) = (y + 36 + row * ROW, LONGEST * bar.seconds / longest);
            let (bar_class, class) = if bar.is_ours { ("ours", "us") } else { ("other", "") };
            let (from, base) = (x + LEFT, top + 13);
            #[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
            let after = from as f64 + length + 6.0;
            let times = if bar.is_ours {
                String::new()
            } else {
                format!(" · {:.1}×", bar.seconds / ours)
            };
            let _ = writeln!(
                out,
                "<text class=\"name {class}\" x=\"{}\" y=\"{base}\">{}</text>\
                 <rect class=\"{bar_class}\" x=\"{from}\" y=\"{}\" width=\"{length:.1}\" height=\"14\" rx=\"2\"/>\
                 <text class=\"{class}\" x=\"{after:.1}\" y=\"{base}\">{:.1} s{times}</text>",
                from - 8,
                bar.name,
                top + 2,
                bar.seconds,
            );
        }
        out
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
