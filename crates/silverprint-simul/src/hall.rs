//! The hall: boards that wait for a master, masters that look for a board, and
//! what is written down of it. Whoever has waited longest is next; of several,
//! the board with the fewest moves, then the first.

use crate::clock::{Clock, Moment, moment};
use crate::exhibition::Exhibition;
use crate::outcome::{Move, Outcome, Row};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};

/// How many boards' games are written down.
const ROWS: u32 = 48;
/// How many moves of each.
const MOVES_A_ROW: usize = 1000;

/// A board that waits for its next move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Waiting {
    since: Moment,
    /// How many moves it has seen.
    played: u32,
    board: u32,
}

/// What master and opponent tell each other at a board.
#[derive(Debug, Default)]
struct Seat {
    moved: Notify,
    answered: Notify,
}

#[derive(Debug)]
pub(crate) struct Hall {
    clock: Clock,
    exhibition: Exhibition,
    seats: Vec<Seat>,
    /// A permit for each board that waits.
    waiting: Semaphore,
    floor: Mutex<Floor>,
}

#[derive(Debug)]
struct Floor {
    queue: BinaryHeap<Reverse<Waiting>>,
    /// How often a master will still be called to a board.
    calls: u64,
    /// Of every so manieth board the game is written down.
    stride: u32,
    notes: Outcome,
}

impl Hall {
    /// An empty hall, in which masters will be called so often in all.
    pub(crate) fn new(exhibition: Exhibition, calls: u64) -> Self {
        let boards = exhibition.terms().boards;
        let stride = boards.div_ceil(ROWS);
        let notes = Outcome {
            took: Duration::ZERO,
            last_answer: Duration::ZERO,
            moves: 0,
            busy: Duration::ZERO,
            idle: Duration::ZERO,
            waited: Duration::ZERO,
            rows: (1..=boards).step_by(stride as usize).map(Row::new).collect(),
        };
        Self {
            clock: Clock::start(),
            exhibition,
            seats: (0..boards).map(|_| Seat::default()).collect(),
            waiting: Semaphore::new(0),
            floor: Mutex::new(Floor { queue: BinaryHeap::new(), calls, stride, notes }),
        }
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// A board calls for a master.
    pub(crate) fn call(&self, board: u32, played: u32) {
        self.floor().queue.push(Reverse(Waiting { since: self.clock.now(), played, board }));
        self.waiting.add_permits(1);
    }

    /// The board that a master goes to; `None` when nobody will call any more.
    pub(crate) async fn next(&self) -> Option<Waiting> {
        self.waiting.acquire().await.ok()?.forget();
        self.clock.all_said().await;
        let mut floor = self.floor();
        let Reverse(next) = floor.queue.pop().expect("there is a permit for each that waits");
        floor.calls -= 1;
        if floor.calls == 0 {
            self.waiting.close();
        }
        // Before its first move nothing was answered.
        if next.played > 0 {
            floor.notes.waited += Duration::from_millis(self.clock.now() - next.since);
        }
        Some(next)
    }

    /// A master's move at a board.
    pub(crate) async fn make_move(&self, board: u32) {
        let start = self.clock.now();
        self.clock.pass(moment(self.exhibition.terms().master)).await;
        self.floor().moved(board, start, self.clock.now());
        self.seat(board).moved.notify_one();
    }

    /// The opponent sees the move, thinks, and answers.
    pub(crate) async fn answer(&self, board: u32, played: u32) {
        self.seat(board).moved.notified().await;
        self.clock.pass(moment(self.exhibition.terms().opponent)).await;
        self.floor().answered(board, played, self.clock.now());
    }

    /// Tells the master who stayed at the board that it has answered.
    pub(crate) fn tell(&self, board: u32) {
        self.seat(board).answered.notify_one();
    }

    /// Stays at a board until it has answered.
    pub(crate) async fn stay(&self, board: u32) {
        self.seat(board).answered.notified().await;
    }

    /// What was written down, once all masters could leave at this moment.
    pub(crate) fn close(&self, left: Moment) -> Outcome {
        let mut notes = self.floor().notes.clone();
        notes.took = Duration::from_millis(left);
        let of_all = notes.took * self.exhibition.terms().masters;
        let idle = of_all.checked_sub(notes.busy);
        notes.idle = idle.expect("no master works longer than the exhibition takes");
        notes
    }

    fn seat(&self, board: u32) -> &Seat {
        &self.seats[board as usize]
    }

    fn floor(&self) -> MutexGuard<'_, Floor> {
        self.floor.lock().expect("no panic while held")
    }
}

impl Waiting {
    pub(crate) fn board(self) -> u32 {
        self.board
    }
}

impl Row {
    fn new(board: u32) -> Self {
        Self { board, began: Duration::ZERO, ended: Duration::ZERO, moves: Vec::new() }
    }
}

impl Floor {
    fn moved(&mut self, board: u32, start: Moment, made: Moment) {
        self.notes.moves += 1;
        self.notes.busy += Duration::from_millis(made - start);
        let (start, made) = (Duration::from_millis(start), Duration::from_millis(made));
        let Some(row) = self.row(board) else { return };
        if row.moves.is_empty() {
            row.began = start;
        }
        if row.moves.len() < MOVES_A_ROW {
            row.moves.push(Move { start, made, answered: made });
        }
    }

    fn answered(&mut self, board: u32, played: u32, at: Moment) {
        let at = Duration::from_millis(at);
        self.notes.last_answer = self.notes.last_answer.max(at);
        let Some(row) = self.row(board) else { return };
        row.ended = at;
        if let Some(answered) = row.moves.get_mut(played as usize) {
            answered.answered = at;
        }
    }

    fn row(&mut self, board: u32) -> Option<&mut Row> {
        let is_noted = board.is_multiple_of(self.stride);
        is_noted.then(|| &mut self.notes.rows[(board / self.stride) as usize])
    }
}
