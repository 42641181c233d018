//! The torturer itself: it names its rows, and a program that does nothing does
//! not get past it.
#![cfg(target_os = "linux")]

use std::process::{Command, Output};

fn torture(args: &[&str]) -> Output {
    let scratch = concat!(env!("CARGO_TARGET_TMPDIR"), "/torturer");
    let mut torture = Command::new(env!("CARGO_BIN_EXE_torture"));
    torture.args(["--program", "/bin/true", "--scratch", scratch]).args(args);
    torture.output().unwrap()
}

#[test]
fn who_names_no_row_is_shown_them() {
    let output = torture(&["--only", "99"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains(" 14  the stream moves, pages lie\n"), "{told}");
}

#[test]
fn a_program_that_does_nothing_is_found_out() {
    let output = torture(&["--only", "6", "--photos", "20", "--seed", "3"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("FAILED"), "{told}");
    assert!(told.contains("cargo xtask torture --seed 3 --photos 20 --only 6\n"), "{told}");
}
