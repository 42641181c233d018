//! An exhibition is played: every board and every master is a task, and they
//! meet in the hall. The runtime has one thread and a clock that stands still
//! while anybody has something to do, so that hours take milliseconds.

use crate::clock::Moment;
use crate::exhibition::Exhibition;
use crate::hall::Hall;
use crate::outcome::Outcome;
use std::sync::Arc;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

/// How masters go about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// A master stays at a board until its game is over, waiting for each answer.
    OneAfterTheOther,
    /// A master makes a move and goes on to the board that has waited longest.
    Simultaneous,
}

/// Plays an exhibition to its end, and says what was measured. It starts a
/// runtime of its own: not to be called from within another.
pub fn play(exhibition: &Exhibition, manner: Manner) -> Outcome {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime of one thread without sockets needs nothing");
    runtime.block_on(perform(*exhibition, manner))
}

async fn perform(exhibition: Exhibition, manner: Manner) -> Outcome {
    let terms = *exhibition.terms();
    let calls = match manner {
        Manner::OneAfterTheOther => terms.boards.into(),
        Manner::Simultaneous => exhibition.moves_in_all(),
    };
    let hall = Arc::new(Hall::new(exhibition, calls));
    let mut opponents = JoinSet::new();
    for board in 0..terms.boards {
        opponents.spawn(opponent(Arc::clone(&hall), manner, board, terms.moves));
    }
    let mut masters = JoinSet::new();
    // More masters than boards have nothing to do, and are there all the same.
    for _ in 0..terms.masters {
        masters.spawn(master(Arc::clone(&hall), manner, terms.moves));
    }
    let mut left = 0;
    while let Some(master) = masters.join_next().await {
        left = left.max(master.expect("a master comes to no harm"));
    }
    while let Some(opponent) = opponents.join_next().await {
        opponent.expect("an opponent comes to no harm");
    }
    hall.close(left)
}

/// A board's side of the game.
async fn opponent(hall: Arc<Hall>, manner: Manner, board: u32, moves: u32) {
    hall.call(board, 0);
    for played in 0..moves {
        hall.answer(board, played).await;
        match manner {
            Manner::OneAfterTheOther => hall.tell(board),
            Manner::Simultaneous if played + 1 < moves => hall.call(board, played + 1),
            Manner::Simultaneous => {}
        }
    }
}

/// Plays until there is nothing to play; says when the last move, or the last
/// answer that was waited for, was made.
async fn master(hall: Arc<Hall>, manner: Manner, moves: u32) -> Moment {
    let mut done = 0;
    while let Some(waiting) = hall.next().await {
        let board = waiting.board();
        match manner {
            Manner::OneAfterTheOther => {
                for _ in 0..moves {
                    hall.make_move(board).await;
                    hall.stay(board).await;
                }
            }
            Manner::Simultaneous => hall.make_move(board).await,
        }
        done = hall.now();
    }
    done
}
