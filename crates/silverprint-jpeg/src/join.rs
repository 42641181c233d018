//! Joining what the lanes found: from stretches to the starts of a whole scan.
//!
//! A stretch that begins somewhere in a segment is read from a guess: nobody
//! knows where a block starts there, or which one it is. Huffman codes bring a
//! reader back on the way after some symbols, as is well known (Ferguson and
//! Rabinowitz, "Self-synchronizing Huffman codes", 1984; for JPEG on graphics
//! processors: Weißenberger and Schmidt, "Accelerating JPEG Decompression on
//! GPUs", 2021). That it is on the way is never assumed but seen: the reader of
//! the stretch before, who is known to be right, reads on until both found
//! the same start of the same block of an MCU. From there on they would read
//! the same, so that the result is exactly that of one reader.

use crate::pattern::Pattern;
use crate::segments::Segments;
use crate::stretch::{Step, Stretch};
use crate::{DecodeError, Unsupported};
use std::ops::Range;

/// Bytes that may stand unread between the last block and the next marker.
/// libjpeg passes over them with a warning; where there are more, others may judge.
const MOST_UNREAD: u32 = 512;

/// Blocks that one stretch found: its number, and which of its starts.
pub(crate) type Part = (usize, Range<usize>);

/// A scan, and what each of its readers found.
pub(crate) struct Join<'a> {
    pub(crate) segments: &'a Segments,
    pub(crate) pattern: &'a Pattern<'a>,
    /// MCUs of each segment but the last.
    pub(crate) interval: usize,
    pub(crate) stretches: &'a mut [Stretch],
}

impl Join<'_> {
    /// Writes which parts of which stretches make up all wanted blocks, in order.
    pub(crate) fn write(mut self, parts: &mut Vec<Part>) -> Result<(), DecodeError> {
        parts.clear();
        if self.segments.bounds.len() == 1 { self.single(parts) } else { self.several(parts) }
    }

    /// One segment, read in stretches from guesses.
    fn single(&mut self, parts: &mut Vec<Part>) -> Result<(), DecodeError> {
        let n_wanted = self.pattern.n_wanted() * self.pattern.n_mcus();
        let mut n_found = 0;
        // The stretch that is known to be right, from which of its starts on.
        let (mut right, mut from) = (0, 0);
        for next in 1..self.stretches.len() {
            if n_found + self.stretches[right].starts.len() - from > n_wanted {
                break;
            }
            if let Some((until, met)) = self.meeting(right, from, next) {
                // A damaged scan may have more blocks than the frame.
                if n_found + until - from > n_wanted {
                    break;
                }
                self.check(right, from, u32::MAX)?;
                parts.push((right, from..until));
                n_found += until - from;
                (right, from) = (next, met);
            }
        }
        // The last start is where the first block behind the scan would be.
        while n_found + self.stretches[right].starts.len() - from <= n_wanted {
            if !self.read_on(right) {
                return Err(ends_early());
            }
        }
        let until = from + n_wanted - n_found;
        let end = self.stretches[right].starts[until];
        self.check(right, from, end)?;
        parts.push((right, from..until));
        check_end(end, self.segments.bounds[0].1)
    }

    /// Where the reader of `right` meets that of `next`: indices of their starts.
    /// Reads on, as far as `next` was read.
    fn meeting(&mut self, right: usize, from: usize, next: usize) -> Option<(usize, usize)> {
        let n_wanted = self.pattern.n_wanted();
        let begin = self.stretches[next].starts[0];
        let known = &self.stretches[right].starts;
        let mut here = from + known[from..].partition_point(|&start| start < begin);
        let mut there = 0;
        loop {
            while here >= self.stretches[right].starts.len() {
                if !self.read_on(right) {
                    return None;
                }
            }
            let sought = self.stretches[right].starts[here];
            let found = &self.stretches[next].starts;
            there += found[there..].iter().take_while(|&&start| start < sought).count();
            match found.get(there) {
                None => return None,
                Some(&start) if start == sought && here % n_wanted == there % n_wanted => {
                    return Some((here, there));
                }
                Some(_) => here += 1,
            }
        }
    }

    /// Finds one more start. False where there is none.
    fn read_on(&mut self, stretch: usize) -> bool {
        let stretch = &mut self.stretches[stretch];
        let Segments { bytes, bounds, .. } = self.segments;
        let mut cursor = stretch.cursor;
        loop {
            match stretch.step(&mut cursor, bytes, bounds, self.pattern) {
                Step::Symbol => {}
                step => {
                    stretch.cursor = cursor;
                    if step == Step::Start {
                        stretch.found(cursor.position, bytes, self.pattern);
                    }
                    return step == Step::Start;
                }
            }
        }
    }

    /// Refuses a right stretch that met what no encoder writes, before `end`.
    fn check(&self, stretch: usize, from: usize, end: u32) -> Result<(), DecodeError> {
        let stretch = &self.stretches[stretch];
        let right = stretch.starts[from]..end;
        match stretch.bad.iter().find(|(position, _)| right.contains(position)) {
            Some(&(_, what)) => Err(DecodeError::Damaged(what)),
            None => Ok(()),
        }
    }

    /// Segments between restart markers, each read from its true start.
    fn several(&mut self, parts: &mut Vec<Part>) -> Result<(), DecodeError> {
        for idx in 0..self.stretches.len() {
            let until = match self.fitting(idx) {
                Some(until) => until,
                None => self.counted(idx)?,
            };
            parts.push((idx, 0..until));
        }
        Ok(())
    }

    /// The starts of a segment's wanted blocks.
    fn n_starts(&self, segment: usize) -> usize {
        let n_before = segment * self.interval;
        self.interval.min(self.pattern.n_mcus() - n_before) * self.pattern.n_wanted()
    }

    /// How many starts a stretch holds, if its reader found in each segment as many
    /// as there must be, and nothing else.
    fn fitting(&mut self, idx: usize) -> Option<usize> {
        let Segments { bytes, bounds, .. } = self.segments;
        let (first, last) = (self.stretches[idx].first_segment, self.stretches[idx].last_segment);
        let mut until = 0;
        for (segment, &(begin, end)) in bounds.iter().enumerate().take(last + 1).skip(first) {
            self.stretches[idx].correct(until, begin, bytes, self.pattern);
            until += self.n_starts(segment);
            // Its reader went on to the next segment at the end of this one only.
            let starts = &self.stretches[idx].starts;
            let is_end = (end.saturating_sub(7)..=end).contains(starts.get(until)?);
            // But it may have taken what fills the last byte for blocks.
            let is_padding = |&start: &u32| segment < last && start <= bounds[segment + 1].0;
            if !is_end || starts.get(until + 1).is_some_and(is_padding) {
                return None;
            }
        }
        self.stretches[idx].bad.is_empty().then_some(until)
    }

    /// Reads a stretch anew, from each segment no more than its blocks, and returns
    /// their number. What follows them in its last byte may be zeros, which look like
    /// symbols: that libjpeg does not care, and a reader that does not count is led astray.
    fn counted(&mut self, idx: usize) -> Result<usize, DecodeError> {
        let Segments { bytes, bounds, .. } = self.segments;
        let (first, last) = (self.stretches[idx].first_segment, self.stretches[idx].last_segment);
        self.stretches[idx].reset((bounds[first].0, u32::MAX >> 1), (first, last));
        for (segment, &(begin, end)) in bounds.iter().enumerate().take(last + 1).skip(first) {
            self.stretches[idx].enter((segment, begin), bytes, self.pattern);
            for _ in 0..self.n_starts(segment) {
                if !self.read_on(idx) {
                    return Err(ends_early());
                }
            }
            let behind = self.stretches[idx].starts.last().copied().unwrap_or(begin);
            if segment + 1 == bounds.len() || behind > end {
                check_end(behind, end)?;
            } else if end - behind > 7 {
                return Err(DecodeError::Damaged("a restart interval of the wrong length"));
            }
        }
        self.check(idx, 0, u32::MAX)?;
        Ok(self.stretches[idx].starts.len() - 1)
    }
}

fn check_end(behind: u32, end: u32) -> Result<(), DecodeError> {
    if behind > end {
        return Err(ends_early());
    }
    if end - behind > 8 * MOST_UNREAD {
        return Err(DecodeError::Unsupported(Unsupported::Surplus));
    }
    Ok(())
}

fn ends_early() -> DecodeError {
    DecodeError::Damaged("a scan that ends before its last block")
}
