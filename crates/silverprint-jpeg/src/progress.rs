//! How far the scans of a progressive JPEG have come.

use crate::header::{Frame, MAX_COMPONENTS, ScanHeader};
use crate::{DecodeError, Planes, Unsupported};

/// Coefficients that libjpeg looks at when it decides to smooth blocks over:
/// where one of these was left incomplete, its picture is not the plain one.
const WATCHED: usize = 10;

/// The bits that each coefficient still lacks.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    lacking: [[Option<u8>; WATCHED]; MAX_COMPONENTS],
}

impl Progress {
    /// Takes note of a scan; refuses one that does not follow from those before it.
    pub(crate) fn begin(&mut self, frame: &Frame, scan: &ScanHeader) -> Result<(), DecodeError> {
        for &(idx, _, _) in &scan.components {
            if !frame.progressive {
                // Component by component, the last one counts: as libjpeg has it.
                let is_whole = scan.components.len() == frame.components.len();
                if is_whole && self.lacking[idx][0].is_some() {
                    return Err(DecodeError::Damaged("a second scan of all components"));
                }
                self.lacking[idx] = [Some(0); WATCHED];
                continue;
            }
            let (first, last) = (usize::from(scan.spectrum.0), usize::from(scan.spectrum.1));
            let (before, after) = scan.approximation;
            for lacking in self.lacking[idx].iter_mut().take(last + 1).skip(first) {
                // What is complete may come again, as libjpeg has it: the last one counts.
                if lacking.unwrap_or(0) != before {
                    return Err(DecodeError::Damaged("scans that do not follow from one another"));
                }
                *lacking = Some(after);
            }
        }
        Ok(())
    }

    /// Refuses a JPEG whose picture is not complete at its end.
    pub(crate) fn check(&self, frame: &Frame, planes: Planes) -> Result<(), DecodeError> {
        let n_components = if planes == Planes::All { frame.components.len() } else { 1 };
        for lacking in &self.lacking[..n_components] {
            if lacking[0].is_none() {
                return Err(DecodeError::Damaged("a component without a scan"));
            }
            if lacking.iter().any(|&lacking| lacking != Some(0)) {
                return Err(DecodeError::Unsupported(Unsupported::Incomplete));
            }
        }
        Ok(())
    }
}
