//! A system call as strace tells of it, with all its bytes (`-xx`).
//!
//! The lines of all threads come in the order in which strace saw calls begin
//! and end: what ended on an earlier line was done when a later one began.

use anyhow::{Context, Result};
use std::collections::HashMap;

/// One call of one thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) name: String,
    arguments: String,
    /// What it returned; none where the thread ended before it did.
    pub(crate) result: Option<i64>,
    /// The line on which it began.
    pub(crate) began: usize,
    /// The line on which it had ended.
    pub(crate) ended: usize,
}

/// All calls of a trace, in the order of their ends.
pub(crate) fn read(trace: &str) -> Result<Vec<Call>> {
    let mut under_way: HashMap<&str, (usize, &str)> = HashMap::new();
    let mut calls = Vec::new();
    for (at, line) in trace.lines().enumerate() {
        let unknown = || format!("line {} of the trace: {}", at + 1, start(line));
        let (thread, text) = line.split_once(' ').with_context(unknown)?;
        let text = text.trim_start();
        if text.starts_with("+++") || text.starts_with("---") {
            continue;
        }
        if let Some(head) = text.strip_suffix("<unfinished ...>") {
            under_way.insert(thread, (at, head.trim_end()));
        } else if let Some((_, tail)) = text.split_once("resumed>").filter(|_| is_resumed(text)) {
            let (began, head) = under_way.remove(thread).with_context(unknown)?;
            calls.push(Call::read(&format!("{head}{tail}"), began, at).with_context(unknown)?);
        } else {
            calls.push(Call::read(text, at, at).with_context(unknown)?);
        }
    }
    // The program ended before these did.
    let mut never_ended: Vec<_> = under_way.into_values().collect();
    never_ended.sort_unstable();
    for (began, head) in never_ended {
        let text = format!("{head}) = ?");
        calls.extend(Call::read(&text, began, usize::MAX));
    }
    Ok(calls)
}

fn is_resumed(text: &str) -> bool {
    text.starts_with("<... ")
}

/// Enough of a line to know it by; whole, it may be megabytes.
fn start(line: &str) -> String {
    line.chars().take(200).collect()
}

impl Call {
    fn read(text: &str, began: usize, ended: usize) -> Option<Self> {
        // No string can hold this: strings are in hexadecimal digits.
        let (call, result) = text.rsplit_once(" = ")?;
        let call = call.trim_end().strip_suffix(')')?;
        let (name, arguments) = call.split_once('(')?;
        let result = result.split(' ').next().and_then(|number| number.parse().ok());
        let (name, arguments) = (name.to_owned(), arguments.to_owned());
        Some(Self { name, arguments, result, began, ended })
    }

    /// Whether it said no.
    pub(crate) fn has_failed(&self) -> bool {
        self.result.is_some_and(|result| result < 0)
    }

    /// An argument as it is written. A comma within braces ends none.
    pub(crate) fn argument(&self, n: usize) -> Option<&str> {
        let mut depth = 0_usize;
        let mut parts = self.arguments.split(|letter| {
            match letter {
                '{' | '[' => depth += 1,
                '}' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            letter == ',' && depth == 0
        });
        parts.nth(n).map(str::trim)
    }

    /// An argument that is a number.
    pub(crate) fn number(&self, n: usize) -> Option<i64> {
        self.argument(n)?.parse().ok()
    }

    /// The bytes of an argument; of all of its parts, where it has several.
    pub(crate) fn bytes(&self, n: usize) -> Option<Vec<u8>> {
        let argument = self.argument(n)?;
        let mut bytes = Vec::with_capacity(argument.len() / 4);
        for quoted in argument.split('"').skip(1).step_by(2) {
            for digits in quoted.split("\\x").skip(1) {
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
            }
        }
        (argument.contains('"') && !argument.contains("\"...")).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_several_threads_come_in_the_order_of_their_ends() {
        let trace = "\
            7 openat(AT_FDCWD, \"\\x2f\\x61\", O_RDWR|O_CREAT, 0666) = 3\n\
            7 writev(3, [{iov_base=\"\\x61\\x62\", iov_len=2}, {iov_base=\"\\x0a\", iov_len=1}], 2 <unfinished ...>\n\
            81 fsync(3)                          = -1 EIO (Input/output error) (INJECTED)\n\
            7 <... writev resumed>)              = 3\n\
            81 close(3 <unfinished ...>\n\
            7 +++ killed by SIGKILL +++\n";
        let calls = read(trace).unwrap();
        let told: Vec<_> =
            calls.iter().map(|it| (&*it.name, it.result, it.began, it.ended)).collect();
        let expected = [
            ("openat", Some(3), 0, 0),
            ("fsync", Some(-1), 2, 2),
            ("writev", Some(3), 1, 3),
            ("close", None, 4, usize::MAX),
        ];
        assert_eq!(told, expected);
        assert_eq!(calls[0].bytes(1).unwrap(), b"/a");
        assert_eq!(calls[0].argument(2), Some("O_RDWR|O_CREAT"));
        assert!(calls[1].has_failed());
        assert_eq!((calls[2].number(0), calls[2].bytes(1).unwrap()), (Some(3), b"ab\n".to_vec()));
        assert_eq!(calls[2].number(2), Some(2));
    }
}
