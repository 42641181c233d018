//! What is measured, held to what must come out: to the talk's numbers, to a
//! closed form for any number of masters, and to a simulation of its own kind.

use proptest::prelude::*;
use silverprint_simul::{Exhibition, MOST_MOVES, Manner, Outcome, Played, Terms, TermsError, play};
use std::time::Duration;

fn exhibition(boards: u32, masters: u32, moves: u32, master: u64, opponent: u64) -> Exhibition {
    let (master, opponent) = (Duration::from_millis(master), Duration::from_millis(opponent));
    Exhibition::new(Terms { boards, masters, moves, master, opponent }).unwrap()
}

/// 24 boards, 30 moves, 5 s and 55 s.
fn talk() -> Exhibition {
    exhibition(24, 1, 30, 5000, 55_000)
}

/// Each game as long as its moves and answers; of several masters each takes the
/// next game when one is over.
fn sequential(exhibition: &Exhibition) -> Duration {
    let Terms { boards, masters, moves, master, opponent } = *exhibition.terms();
    (master + opponent) * moves * boards.div_ceil(masters)
}

/// The moves in the order in which boards are gone to: the k-th is begun when its
/// board has answered the move before, the (k - boards)-th, and a master is free,
/// who made the (k - masters)-th:
///
///   start(k) = max(start(k - boards) + master + opponent, start(k - masters) + master)
///
/// So it is the longest way down from k in steps of either kind. With i answers on
/// it there is room for (k - i × boards) / masters moves, and the last k gives the end.
fn simultaneous(exhibition: &Exhibition) -> Duration {
    let Terms { boards, masters, moves, master, opponent } = *exhibition.terms();
    let last = boards * moves - 1;
    let way = |answers: u32| {
        let moves = (last - answers * boards) / masters;
        (master + opponent) * answers + master * moves
    };
    (0..moves).map(way).max().unwrap() + master
}

/// With one master, or boards that can be shared out evenly, that is the longer
/// of two: all moves one after the other, or all answers and a last round.
fn evenly(exhibition: &Exhibition) -> Duration {
    let Terms { boards, masters, moves, master, opponent } = *exhibition.terms();
    let each = boards / masters;
    (master * moves * each).max((master + opponent) * (moves - 1) + master * each)
}

/// The same exhibition, millisecond by millisecond, without tasks, clock or
/// queue: who is free goes to the board that has waited longest.
fn step_by_step(exhibition: &Exhibition) -> (u64, u64, u64) {
    let Terms { boards, masters, moves, master, opponent } = *exhibition.terms();
    let [master, opponent] = [master, opponent].map(|it| u64::try_from(it.as_millis()).unwrap());
    let mut free = vec![0; masters as usize];
    // When each board will wait for its next move, and how many it has seen.
    let mut games = vec![(0, 0_u32); boards as usize];
    let (mut now, mut end, mut waited, mut answer) = (0, 0, 0, 0);
    while games.iter().any(|(_, played)| *played < moves) {
        for until in &mut free {
            if *until > now {
                continue;
            }
            let waits = |(since, played): &(u64, u32)| *since <= now && *played < moves;
            let Some(game) = games.iter_mut().filter(|game| waits(game)).min() else { break };
            waited += if game.1 > 0 { now - game.0 } else { 0 };
            *until = now + master;
            end = end.max(*until);
            *game = (*until + opponent, game.1 + 1);
            answer = answer.max(game.0);
        }
        now += 1;
    }
    (end, waited, answer)
}

#[test]
fn the_talks_exhibition_takes_twelve_hours_or_one() {
    let played = Played::new(talk());
    assert_eq!(played.sequential.took, Duration::from_hours(12));
    assert_eq!(played.simultaneous.took, Duration::from_hours(1));
    assert_eq!(played.seated, None);
    // What is counted in one manner and not in the other is told.
    assert_eq!(played.sequential.last_answer, Duration::from_hours(12));
    assert_eq!(played.simultaneous.last_answer, Duration::from_secs(3655));
    assert_eq!((played.sequential.moves, played.simultaneous.moves), (720, 720));
    assert_eq!(played.simultaneous.idle, Duration::ZERO);
    assert!((played.speedup() - 12.0).abs() < f64::EPSILON);
    assert!((played.sequential.busy_share() - 1.0 / 12.0).abs() < 1e-12);
}

#[test]
fn the_thirteenth_board_is_the_first_that_brings_nothing() {
    let found = Played::new(talk()).bottleneck.unwrap();
    assert_eq!((found.enough, found.board()), (12, 13));
    assert_eq!(found.took, Duration::from_mins(30));
    assert_eq!(found.each_more, Duration::from_secs(150));
    let two = Played::new(exhibition(24, 2, 30, 5000, 55_000));
    assert_eq!(two.bottleneck.unwrap().board(), 25);
    assert_eq!(two.simultaneous.took, Duration::from_mins(30));
    assert_eq!(two.seated.unwrap().took, Duration::from_hours(6));
    // A board's own answers, which nobody has to wait for, are no bottleneck.
    let at_once = Played::new(exhibition(3, 1, 4, 1000, 0));
    assert_eq!(at_once.bottleneck.unwrap().board(), 2);
    // So many boards are not played to find it.
    let patient = Played::new(exhibition(1, 1, 30, 1, 3_600_000));
    assert_eq!(patient.bottleneck, None);
}

#[test]
fn what_cannot_be_played_says_so() {
    let terms = *talk().terms();
    let check = |terms: Terms, expected: &str| {
        assert_eq!(Exhibition::new(terms).unwrap_err().to_string(), expected);
    };
    check(Terms { boards: 0, ..terms }, "0 boards cannot be played: 1 to 100000 can");
    check(Terms { masters: 0, ..terms }, "0 masters cannot play: 1 to 100000 can");
    check(Terms { moves: 0, ..terms }, "a game of 0 moves cannot be played: 1 is the least");
    check(
        Terms { boards: 100_000, moves: 1000, ..terms },
        "100000 boards with 1000 moves each are 100000000 moves, and at most 5000000 are played: \
         take fewer boards or fewer moves",
    );
    check(
        Terms { master: Duration::from_nanos(1), ..terms },
        "a master's move takes 1 ms to 24 h in whole milliseconds, not 1ns",
    );
    let most = u32::try_from(MOST_MOVES).unwrap();
    assert_eq!(
        Exhibition::new(Terms { boards: 1, moves: most + 1, ..terms }),
        Err(TermsError::TooMany { boards: 1, moves: most + 1, asked: MOST_MOVES + 1 })
    );
    assert!(Exhibition::new(Terms { boards: 1, moves: most, ..terms }).is_ok());
}

#[test]
fn of_many_boards_few_games_are_written_down_and_all_are_played() {
    let outcome = play(&exhibition(2000, 3, 2, 1000, 55_000), Manner::Simultaneous);
    assert_eq!(outcome.moves, 4000);
    let boards: Vec<_> = outcome.rows.iter().map(|row| row.board).collect();
    assert_eq!((boards[0], boards[1], boards.len()), (1, 43, 48));
    let long = play(&exhibition(1, 1, 1500, 1, 0), Manner::Simultaneous);
    assert_eq!((long.moves, long.rows[0].moves.len()), (1500, 1000));
    let last = long.rows[0].moves[999];
    assert_eq!((last.start, last.answered), (Duration::from_millis(999), Duration::from_secs(1)));
    assert_eq!(long.rows[0].ended, Duration::from_millis(1500));
}

/// What holds of any exhibition, whatever came out.
fn check_sanity(exhibition: &Exhibition, outcome: &Outcome) -> Result<(), TestCaseError> {
    let terms = exhibition.terms();
    prop_assert_eq!(outcome.moves, exhibition.moves_in_all());
    let moves = u32::try_from(outcome.moves).unwrap();
    prop_assert_eq!(outcome.busy, terms.master * moves);
    prop_assert_eq!(outcome.busy + outcome.idle, outcome.took * terms.masters);
    for row in &outcome.rows {
        prop_assert_eq!(row.moves.len(), terms.moves as usize);
        prop_assert_eq!(row.began, row.moves[0].start);
        prop_assert_eq!(row.ended, row.moves.last().unwrap().answered);
        for it in &row.moves {
            prop_assert_eq!(it.start + terms.master, it.made);
            prop_assert_eq!(it.made + terms.opponent, it.answered);
        }
        prop_assert!(row.moves.windows(2).all(|pair| pair[0].answered <= pair[1].start));
    }
    Ok(())
}

prop_compose! {
    fn exhibitions(longest: u64)(
        boards in 1_u32..40,
        masters in 1_u32..8,
        moves in 1_u32..12,
        master in 1_u64..30,
        // Zero, multiples of a move, and what is between.
        opponent in prop_oneof![Just(0), 0..longest],
    ) -> Exhibition {
        exhibition(boards, masters, moves, master, opponent)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_after_the_other_takes_the_sum(exhibition in exhibitions(400)) {
        let outcome = play(&exhibition, Manner::OneAfterTheOther);
        check_sanity(&exhibition, &outcome)?;
        prop_assert_eq!(outcome.took, sequential(&exhibition));
        prop_assert_eq!(outcome.last_answer, outcome.took);
        prop_assert_eq!(outcome.waited, Duration::ZERO);
    }

    #[test]
    fn simultaneously_takes_what_the_closed_form_says(exhibition in exhibitions(400)) {
        let outcome = play(&exhibition, Manner::Simultaneous);
        check_sanity(&exhibition, &outcome)?;
        prop_assert_eq!(outcome.took, simultaneous(&exhibition));
        let terms = exhibition.terms();
        if terms.boards.is_multiple_of(terms.masters) {
            prop_assert_eq!(outcome.took, evenly(&exhibition));
        }
    }

    #[test]
    fn simultaneously_is_what_it_is_step_by_step(exhibition in exhibitions(400)) {
        let outcome = play(&exhibition, Manner::Simultaneous);
        let (end, waited, answer) = step_by_step(&exhibition);
        let measured = [outcome.took, outcome.waited, outcome.last_answer];
        prop_assert_eq!(measured, [end, waited, answer].map(Duration::from_millis));
    }

    #[test]
    fn with_enough_boards_one_more_brings_nothing(exhibition in exhibitions(60)) {
        let found = Played::new(exhibition).bottleneck.unwrap();
        let terms = exhibition.terms();
        let each = found.enough / terms.masters;
        if terms.moves > 1 {
            let round = terms.master + terms.opponent;
            prop_assert!(terms.master * each >= round);
            prop_assert!(terms.master * (each - 1) < round);
        }
        prop_assert_eq!(found.each_more, terms.master * terms.moves);
    }
}
