//! The way from a JPEG's bytes to its small picture.

use crate::coefficients::{Blocks, DcPlane, Shrunk};
use crate::header::{self, Frame, MAX_COMPONENTS, ScanHeader, Tables};
use crate::inverse::{Four, Two};
use crate::marker::{
    self, APP0, APP14, DAC, DHT, DQT, DRI, EOI, SOI, SOS, next_marker, read_byte, read_segment,
    skip_segment,
};
use crate::pattern::Pattern;
use crate::processor::Processor;
use crate::progress::Progress;
use crate::samples;
use crate::scan::Scan;
use crate::segments::Segments;
use crate::steps::StepTables;
use crate::{DecodeError, Picture, Plane, Planes, Scale, Unsupported};
use std::io::BufRead;

/// The most scans that are read: of DC, the standard has use for fourteen of each
/// component. Each costs more than its bytes do, which a crafted JPEG could live on.
const MOST_SCANS: usize = 100;

/// Decodes one JPEG after another, keeping its memory and tables between them.
/// Keep one per thread.
#[derive(Debug)]
pub struct Decoder {
    processor: Processor,
    steps: StepTables,
    segments: Segments,
    scan: Scan,
    planes: [DcPlane; MAX_COMPONENTS],
    samples: [Vec<u8>; MAX_COMPONENTS],
    segment: Vec<u8>,
    /// Of a scan that refines.
    bits: Vec<i16>,
}

/// What is asked of one JPEG.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    scale: Scale,
    planes: Planes,
}

/// What has been read of one JPEG.
#[derive(Debug, Default)]
struct Seen {
    tables: Tables,
    frame: Option<Frame>,
    jfif: bool,
    adobe_transform: Option<u8>,
    progress: Progress,
    /// Scans that were not passed over.
    n_read: usize,
    /// The quantization table of each component, as it was when its first scan began.
    quantization: [Option<[u16; 64]>; MAX_COMPONENTS],
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// A decoder, without any memory yet.
    pub fn new() -> Self {
        Self::using(Processor::all()[0])
    }

    /// A decoder for each kind of instructions that this processor has, the
    /// fastest first. They give the same; for tests that hold them to that.
    pub fn each() -> impl Iterator<Item = Self> {
        Processor::all().into_iter().map(Self::using)
    }

    fn using(processor: Processor) -> Self {
        Self {
            processor,
            steps: StepTables::default(),
            segments: Segments::default(),
            scan: Scan::default(),
            planes: Default::default(),
            samples: Default::default(),
            segment: Vec::new(),
            bits: Vec::new(),
        }
    }

    /// The JPEG's picture at this scale. The JPEG starts where `jpeg` stands,
    /// and is read to its end marker, without which it is damaged.
    pub fn decode<R: BufRead>(
        &mut self,
        mut jpeg: R,
        scale: Scale,
        planes: Planes,
    ) -> Result<Picture<'_>, DecodeError> {
        let wanted = Wanted { scale, planes };
        let seen = self.read(&mut jpeg, wanted);
        self.segments.trim();
        let seen = seen?;
        let frame = seen.frame.ok_or(DecodeError::Damaged("no frame header"))?;
        seen.progress.check(&frame, planes)?;
        let n_planes = if planes == Planes::All { frame.components.len() } else { 1 };
        if scale == Scale::Eighth {
            for (idx, component) in frame.components.iter().enumerate().take(n_planes) {
                let table = seen.quantization[idx].ok_or(DecodeError::Damaged("no scan"))?;
                samples::from_dc(&self.planes[idx], component, table[0], &mut self.samples[idx]);
            }
        }
        let plane = |idx: usize| {
            let (luma, component) = (&frame.components[0], &frame.components[idx]);
            let (width, height) = component.shrunk(scale.side());
            let times = |luma: usize, own: usize| u8::try_from(luma / own).expect("at most four");
            let sampling = (times(luma.across, component.across), times(luma.down, component.down));
            Plane { width, height, sampling, samples: &self.samples[idx] }
        };
        let chroma = (n_planes == MAX_COMPONENTS).then(|| [plane(1), plane(2)]);
        Ok(Picture { luma: plane(0), chroma })
    }

    /// Reads to the end marker.
    fn read<R: BufRead>(&mut self, jpeg: &mut R, wanted: Wanted) -> Result<Seen, DecodeError> {
        let mut seen = Seen::default();
        if (read_byte(jpeg)?, read_byte(jpeg)?) != (0xFF, SOI) {
            return Err(DecodeError::Damaged("it does not begin as a JPEG does"));
        }
        let mut marker = next_marker(jpeg)?;
        loop {
            marker = match marker {
                EOI => return Ok(seen),
                SOS => self.read_scan(jpeg, &mut seen, wanted)?,
                _ => {
                    self.read_tables(jpeg, &mut seen, marker)?;
                    next_marker(jpeg)?
                }
            };
        }
    }

    /// Reads what stands between scans.
    fn read_tables<R: BufRead>(
        &mut self,
        jpeg: &mut R,
        seen: &mut Seen,
        marker: u8,
    ) -> Result<(), DecodeError> {
        if !marker::has_segment(marker) {
            return match marker {
                SOI => Err(DecodeError::Damaged("a second start marker")),
                _ => Ok(()),
            };
        }
        if !marker::is_known(marker) {
            return Err(DecodeError::Damaged("a marker that no JPEG has"));
        }
        if !matches!(marker, DQT | DHT | DAC | DRI | APP0 | APP14) && !marker::is_frame(marker) {
            return skip_segment(jpeg);
        }
        let segment = read_segment(jpeg, &mut self.segment)?;
        match marker {
            DQT => seen.tables.quantization(segment),
            DHT => seen.tables.huffman(segment),
            DAC => header::check_conditioning(segment),
            DRI => seen.tables.restart_interval(segment),
            APP0 => {
                seen.jfif |= segment.starts_with(b"JFIF\0");
                Ok(())
            }
            APP14 => {
                if segment.starts_with(b"Adobe") {
                    seen.adobe_transform = segment.get(11).copied();
                }
                Ok(())
            }
            _ if seen.frame.is_some() => Err(DecodeError::Damaged("two frame headers")),
            _ => {
                seen.frame = Some(Frame::parse(marker, segment)?);
                Ok(())
            }
        }
    }

    /// Reads a scan whose marker has been read, and returns the marker behind it.
    fn read_scan<R: BufRead>(
        &mut self,
        jpeg: &mut R,
        seen: &mut Seen,
        Wanted { scale, planes }: Wanted,
    ) -> Result<u8, DecodeError> {
        let header = seen.begin_scan(read_segment(jpeg, &mut self.segment)?, scale)?;
        let is_wanted = header.holds(0) || planes == Planes::All;
        if !is_wanted || header.spectrum.0 != 0 {
            return next_marker(jpeg);
        }
        seen.n_read += 1;
        if seen.n_read > MOST_SCANS {
            return Err(DecodeError::Damaged("more scans than any JPEG has"));
        }
        let next = self.segments.read(jpeg)?;
        let Some(frame) = &seen.frame else { return Ok(next) };
        let pattern = Pattern::new(frame, &header, &seen.tables, planes, &mut self.steps)?;
        let (interval, shift) = (seen.tables.restart_interval, header.approximation.1.into());
        self.segments.check_number(pattern.n_segments(interval))?;
        let blocks = Blocks { segments: &self.segments, pattern: &pattern, interval };
        if header.refines() {
            blocks.refine_dc(shift, &mut self.bits, &mut self.planes)?;
            return self.segments.check_surplus().map(|()| next);
        }
        let entries = self.steps.entries();
        let found =
            self.scan.search(self.processor, &self.segments, &pattern, entries, interval)?;
        self.segments.check_surplus()?;
        // Only now is it known that the JPEG has as many blocks as its header says.
        let wanted = |idx: usize| header.holds(idx) && (idx == 0 || planes == Planes::All);
        if scale == Scale::Eighth {
            for (idx, component) in frame.components.iter().enumerate().filter(|c| wanted(c.0)) {
                self.planes[idx].reset(component, frame);
            }
            blocks.sum_dc(found.differences, shift, &mut self.planes);
            return Ok(next);
        }
        let mut idx = 0;
        let mut shrunk = self.samples.each_mut().map(|samples| {
            let (quantization, component) = (&seen.quantization[idx], frame.components.get(idx));
            let size = component.filter(|_| wanted(idx)).map(|of| of.shrunk(scale.side()));
            idx += 1;
            Shrunk::new(samples, quantization.as_ref(), size)
        });
        match scale {
            Scale::Half => blocks.samples::<Four>(&found, &mut shrunk),
            _ => blocks.samples::<Two>(&found, &mut shrunk),
        }
        Ok(next)
    }
}

impl Seen {
    /// Takes in a scan header.
    fn begin_scan(&mut self, segment: &[u8], scale: Scale) -> Result<ScanHeader, DecodeError> {
        let frame = self.frame.as_ref().ok_or(DecodeError::Damaged("a scan before its frame"))?;
        if frame.components.len() == MAX_COMPONENTS && !self.is_ycbcr(frame) {
            return Err(DecodeError::Unsupported(Unsupported::Components));
        }
        if frame.progressive && scale != Scale::Eighth {
            return Err(DecodeError::Unsupported(Unsupported::Scale));
        }
        let header = ScanHeader::parse(segment, frame)?;
        self.progress.begin(frame, &header)?;
        for &(idx, _, _) in &header.components {
            if self.quantization[idx].is_none() {
                let table = self.tables.quantization[frame.components[idx].quantization];
                table.ok_or(DecodeError::Damaged("a quantization table is missing"))?;
                self.quantization[idx] = table;
            }
        }
        if !frame.progressive {
            self.tables.complete()?;
        }
        Ok(header)
    }

    /// What three components mean: libjpeg's rules, which are the ones files are written for.
    fn is_ycbcr(&self, frame: &Frame) -> bool {
        let ids = frame.components.iter().map(|component| component.id);
        match self.adobe_transform {
            _ if self.jfif => true,
            Some(transform) => transform != 0,
            None => !ids.eq(*b"RGB"),
        }
    }
}
