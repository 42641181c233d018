//! A sweep as curves: how long it takes with so many boards, and how many games
//! that is an hour.

use super::canvas::{Anchor, Area, Canvas};
use crate::scale::{grouped, marks, percent, words};
use crate::sweep::{Point, Swept};
use std::time::Duration;

/// About so many marks on an axis.
const MARKS: f64 = 6.0;
/// Above the highest value there is so much room.
const HEADROOM: f64 = 1.12;
/// More points than these are drawn without dots.
const DOTS: usize = 80;

/// Boards from the left, values from below.
struct Plot<'a> {
    canvas: &'a mut Canvas,
    area: Area,
    first: f64,
    last: f64,
    highest: f64,
}

/// The time of the simultaneous exhibition for each number of boards.
pub(super) fn time(canvas: &mut Canvas, area: Area, swept: &Swept) {
    let seconds = |point: &Point| point.simultaneous.as_secs_f64();
    let mut plot = Plot::new(canvas, area, swept, seconds);
    for mark in marks(Duration::from_secs_f64(plot.highest), 7) {
        let label = if mark.is_zero() { "0".to_owned() } else { words(mark) };
        plot.mark(mark.as_secs_f64(), &label);
    }
    plot.bottleneck(swept);
    plot.points(swept, seconds);
    plot.boards();
}

/// The games that are finished an hour for each number of boards.
pub(super) fn games(canvas: &mut Canvas, area: Area, swept: &Swept) {
    let mut plot = Plot::new(canvas, area, swept, Point::games_an_hour);
    for mark in steps(0.0, plot.highest) {
        plot.mark(mark, &decimal(mark));
    }
    plot.shares(swept);
    plot.bottleneck(swept);
    let alone = |point: &Point| f64::from(point.boards) * 3600.0 / point.sequential.as_secs_f64();
    let line: Vec<_> = swept.points.iter().map(|it| plot.at(it.boards.into(), alone(it))).collect();
    plot.canvas.curve("base", &line);
    plot.points(swept, Point::games_an_hour);
    plot.boards();
    let y = area.bottom() + 84.0;
    let next = plot.canvas.key("move", (area.x, y), "simultaneously");
    plot.canvas.key("slow", (next, y), "one after the other, by one master");
}

impl<'a> Plot<'a> {
    fn new(
        canvas: &'a mut Canvas,
        area: Area,
        swept: &Swept,
        value: impl Fn(&Point) -> f64,
    ) -> Self {
        let boards = || swept.points.iter().map(|point| f64::from(point.boards));
        let highest = swept.points.iter().map(value).fold(0.0, f64::max) * HEADROOM;
        let first = boards().next().unwrap_or(1.0);
        let last = boards().next_back().unwrap_or(1.0);
        // A single number of boards stands at the left.
        Self { canvas, area, first, last: last.max(first + 1.0), highest }
    }

    fn at(&self, boards: f64, value: f64) -> (f64, f64) {
        let across = (boards - self.first) / (self.last - self.first);
        let up = value / self.highest;
        (self.area.x + self.area.width * across, self.area.bottom() - self.area.height * up)
    }

    fn mark(&mut self, value: f64, label: &str) {
        let (_, y) = self.at(self.first, value);
        self.canvas.line("grid", (self.area.x, y), (self.area.right(), y));
        self.canvas.text("mark", (self.area.x - 14.0, y + 5.5), Anchor::End, label);
    }

    /// The curve, with a dot for each number of boards where there is room.
    fn points(&mut self, swept: &Swept, value: impl Fn(&Point) -> f64) {
        let points = &swept.points;
        let line: Vec<_> = points.iter().map(|it| self.at(it.boards.into(), value(it))).collect();
        self.canvas.curve("curve", &line);
        if points.len() > DOTS {
            return;
        }
        for (point, at) in points.iter().zip(line) {
            let helps = swept.bottleneck.is_none_or(|found| point.boards <= found.enough);
            self.canvas.dot(if helps { "move" } else { "waits" }, at, 5.0);
        }
    }

    /// How busy the masters are, at the right: games and work go together.
    fn shares(&mut self, swept: &Swept) {
        let Some(point) = swept.points.last() else { return };
        let whole = point.games_an_hour() / point.busy;
        for share in [0.25, 0.5, 0.75, 1.0] {
            let (_, y) = self.at(self.first, share * whole);
            // Few boards may never come near it.
            if y >= self.area.y {
                let at = (self.area.right() + 14.0, y + 5.5);
                self.canvas.text("mark", at, Anchor::Start, &percent(share));
            }
        }
    }

    /// From where on more boards stop helping.
    fn bottleneck(&mut self, swept: &Swept) {
        let Some(found) = swept.bottleneck else { return };
        let boards = f64::from(found.enough) + 0.5;
        if boards < self.first || boards > self.last {
            return;
        }
        let (x, _) = self.at(boards, 0.0);
        let Area { y, height, .. } = self.area;
        self.canvas.rect("late", Area { x, y, width: self.area.right() - x, height });
        let label = format!("{} boards are enough", grouped(found.enough.into()));
        let label = if found.enough == 1 { "1 board is enough".to_owned() } else { label };
        // On the side that has more room.
        let is_left = x - self.area.x < self.area.width * 0.6;
        let (at, anchor) =
            if is_left { (x + 12.0, Anchor::Start) } else { (x - 12.0, Anchor::End) };
        self.canvas.text("strong waiting", (at, y + 26.0), anchor, &label);
    }

    fn boards(&mut self) {
        let y = self.area.bottom();
        for mark in steps(self.first, self.last).into_iter().filter(|it| it.fract() == 0.0) {
            let (x, _) = self.at(mark, 0.0);
            self.canvas.line("grid", (x, y), (x, y + 6.0));
            self.canvas.text("mark", (x, y + 26.0), Anchor::Middle, &decimal(mark));
        }
        let middle = self.area.x + self.area.width / 2.0;
        self.canvas.text("note", (middle, y + 52.0), Anchor::Middle, "boards");
    }
}

/// Round numbers from one to another, evenly.
fn steps(from: f64, to: f64) -> Vec<f64> {
    let rough = (to - from) / MARKS;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|it| it * power).into_iter().find(|step| *step >= rough);
    let step = step.unwrap_or(rough);
    let mut mark = (from / step).ceil() * step;
    let mut marks = Vec::new();
    while mark <= to {
        marks.push(mark);
        mark += step;
    }
    marks
}

/// A round number without what it has not.
fn decimal(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
