//! What the segments before a scan say: frame, tables, and the scan's own header.

use crate::huffman::Code;
use crate::{DecodeError, Unsupported, standard};

/// Luma and two of chroma.
pub(crate) const MAX_COMPONENTS: usize = 3;

/// The frame header (T.81, B.2.2) of a JPEG that is decoded here.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) progressive: bool,
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Luma, alone or with Cb and Cr.
    pub(crate) components: Vec<Component>,
    /// MCUs of an interleaved scan, across and down.
    pub(crate) mcus: (usize, usize),
}

/// One component: how it is sampled, and its size in blocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Component {
    pub(crate) id: u8,
    /// Blocks of each MCU, across and down.
    pub(crate) across: usize,
    pub(crate) down: usize,
    pub(crate) quantization: usize,
    /// Blocks that show something, across and down: those of a scan of its own.
    pub(crate) blocks: (usize, usize),
    /// Samples: the frame's, by this component's sampling.
    pub(crate) samples: (usize, usize),
}

/// The tables that stand at one place of the JPEG; each holds until it is replaced.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// In zigzag order.
    pub(crate) quantization: [Option<[u16; 64]>; 4],
    pub(crate) dc: [Option<Code>; 4],
    pub(crate) ac: [Option<Code>; 4],
    /// MCUs between restart markers; 0 where there are none.
    pub(crate) restart_interval: usize,
}

/// A scan header (T.81, B.2.3).
#[derive(Clone, Debug)]
pub(crate) struct ScanHeader {
    /// Component, DC table, AC table: indices.
    pub(crate) components: Vec<(usize, usize, usize)>,
    /// The first and last coefficient, in zigzag order.
    pub(crate) spectrum: (u8, u8),
    /// The bit positions of successive approximation, before and after this scan.
    pub(crate) approximation: (u8, u8),
}

impl Frame {
    /// Parses a start of frame; `marker` says which.
    pub(crate) fn parse(marker: u8, segment: &[u8]) -> Result<Self, DecodeError> {
        let process = Err(DecodeError::Unsupported(Unsupported::Process));
        let progressive = match marker {
            0xC0 | 0xC1 => false,
            0xC2 => true,
            _ => return process,
        };
        let &[precision, h1, h0, w1, w0, n_components, ref rest @ ..] = segment else {
            return Err(DecodeError::Damaged("a short frame header"));
        };
        if precision != 8 {
            return Err(DecodeError::Unsupported(Unsupported::Precision));
        }
        if !matches!(n_components, 1 | 3) {
            return Err(DecodeError::Unsupported(Unsupported::Components));
        }
        let width = usize::from(u16::from_be_bytes([w1, w0]));
        let height = usize::from(u16::from_be_bytes([h1, h0]));
        if height == 0 {
            return Err(DecodeError::Unsupported(Unsupported::Height));
        }
        if width == 0 || rest.len() != 3 * usize::from(n_components) {
            return Err(DecodeError::Damaged("a frame header of the wrong length, or no columns"));
        }
        let components = rest.chunks_exact(3).map(Component::parse).collect::<Result<_, _>>()?;
        Self { progressive, width, height, components, mcus: (0, 0) }.measured()
    }

    /// Fills in what follows from the sampling factors (T.81, A.1.1 and A.2).
    fn measured(mut self) -> Result<Self, DecodeError> {
        if let [alone] = &mut self.components[..] {
            // The blocks of a scan with one component are in rows, whatever its factors.
            (alone.across, alone.down) = (1, 1);
        }
        let luma = self.components[0];
        let (most_across, most_down) = (luma.across, luma.down);
        for component in &mut self.components {
            let fits = most_across.is_multiple_of(component.across)
                && most_down.is_multiple_of(component.down);
            if !fits {
                return Err(DecodeError::Unsupported(Unsupported::Sampling));
            }
            component.samples = (
                (self.width * component.across).div_ceil(most_across),
                (self.height * component.down).div_ceil(most_down),
            );
            component.blocks = (component.samples.0.div_ceil(8), component.samples.1.div_ceil(8));
        }
        self.mcus = (self.width.div_ceil(8 * most_across), self.height.div_ceil(8 * most_down));
        Ok(self)
    }
}

impl Component {
    fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (id, factors, table) = (bytes[0], bytes[1], bytes[2]);
        let (across, down) = (usize::from(factors >> 4), usize::from(factors & 0x0F));
        if !matches!((across, down), (1..=4, 1..=4)) || table > 3 {
            return Err(DecodeError::Damaged("a component's factors or table"));
        }
        let quantization = usize::from(table);
        Ok(Self { id, across, down, quantization, blocks: (0, 0), samples: (0, 0) })
    }
}

impl Component {
    /// Columns and rows where a block is `side` samples wide.
    pub(crate) fn shrunk(&self, side: usize) -> (usize, usize) {
        ((self.samples.0 * side).div_ceil(8), (self.samples.1 * side).div_ceil(8))
    }
}

impl Tables {
    /// Takes in a DQT segment (T.81, B.2.4.1).
    pub(crate) fn quantization(&mut self, mut segment: &[u8]) -> Result<(), DecodeError> {
        let short = || DecodeError::Damaged("a short quantization table");
        while let Some((&head, rest)) = segment.split_first() {
            let (wide, slot) = (head >> 4, usize::from(head & 0x0F));
            let table = self.quantization.get_mut(slot).ok_or_else(short)?.insert([0; 64]);
            let len = if wide == 0 { 64 } else { 128 };
            let (values, rest) = rest.split_at_checked(len).ok_or_else(short)?;
            for (idx, value) in table.iter_mut().enumerate() {
                *value = match wide {
                    0 => values[idx].into(),
                    _ => u16::from_be_bytes([values[2 * idx], values[2 * idx + 1]]),
                };
            }
            segment = rest;
        }
        Ok(())
    }

    /// Takes in a DHT segment (T.81, B.2.4.2).
    pub(crate) fn huffman(&mut self, mut segment: &[u8]) -> Result<(), DecodeError> {
        let wrong = || DecodeError::Damaged("a Huffman table");
        while let Some((&head, rest)) = segment.split_first() {
            let tables = match head >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(wrong()),
            };
            let slot = tables.get_mut(usize::from(head & 0x0F)).ok_or_else(wrong)?;
            let (code, rest) = Code::parse(rest)?;
            *slot = Some(code);
            segment = rest;
        }
        Ok(())
    }

    /// Puts the standard's codes where none were given: Motion JPEG leaves them
    /// out, and libjpeg puts them in.
    pub(crate) fn complete(&mut self) -> Result<(), DecodeError> {
        let of_pairs = |tables: &[Option<Code>; 4]| tables[..2].iter().all(Option::is_some);
        if of_pairs(&self.dc) && of_pairs(&self.ac) {
            return Ok(());
        }
        let mut standard = Self::default();
        standard.huffman(&standard::SEGMENT)?;
        let given = self.dc.iter_mut().chain(&mut self.ac);
        for (given, standard) in given.zip(standard.dc.into_iter().chain(standard.ac)) {
            *given = given.take().or(standard);
        }
        Ok(())
    }

    /// Takes in a DRI segment (T.81, B.2.4.4).
    pub(crate) fn restart_interval(&mut self, segment: &[u8]) -> Result<(), DecodeError> {
        let &[high, low] = segment else {
            return Err(DecodeError::Damaged("a restart interval of the wrong length"));
        };
        self.restart_interval = usize::from(u16::from_be_bytes([high, low]));
        Ok(())
    }
}

/// Refuses a DAC segment that cannot be (T.81, B.2.4.3). Nothing here is coded
/// by what it says.
pub(crate) fn check_conditioning(segment: &[u8]) -> Result<(), DecodeError> {
    let can_be = |pair: &[u8]| match *pair {
        [0..16, value] => value & 0x0F <= value >> 4,
        [16..32, _] => true,
        _ => false,
    };
    if segment.chunks(2).all(can_be) {
        return Ok(());
    }
    Err(DecodeError::Damaged("an arithmetic conditioning"))
}

impl ScanHeader {
    pub(crate) fn parse(segment: &[u8], frame: &Frame) -> Result<Self, DecodeError> {
        let wrong = || DecodeError::Damaged("a scan header");
        let (&n_components, rest) = segment.split_first().ok_or_else(wrong)?;
        let n_components = usize::from(n_components);
        if !(1..=frame.components.len()).contains(&n_components) {
            return Err(wrong());
        }
        let (named, rest) = rest.split_at_checked(2 * n_components).ok_or_else(wrong)?;
        let &[first, last, approximation] = rest else { return Err(wrong()) };
        let mut components = Vec::with_capacity(n_components);
        for named in named.chunks_exact(2) {
            // Components come in the frame's order (T.81, B.2.3); some files name all
            // of them alike, and libjpeg, too, goes by the order then.
            let from = components.last().map_or(0, |&(before, _, _)| before + 1);
            let mut behind = frame.components[from..].iter();
            let idx = behind.position(|component| component.id == named[0]).ok_or_else(wrong)?;
            let (dc, ac) = (usize::from(named[1] >> 4), usize::from(named[1] & 0x0F));
            components.push((from + idx, dc, ac));
        }
        if !frame.progressive {
            // They cannot be others, and some encoders write others all the same.
            return Ok(Self { components, spectrum: (0, 63), approximation: (0, 0) });
        }
        let approximation = (approximation >> 4, approximation & 0x0F);
        Self { components, spectrum: (first, last), approximation }.checked().ok_or_else(wrong)
    }

    /// Refuses what a progressive scan cannot be (T.81, G.1.1.1).
    fn checked(self) -> Option<Self> {
        let (first, last) = self.spectrum;
        let (high, low) = self.approximation;
        let spectrum = match first {
            0 => last == 0,
            _ => first <= last && last < 64 && self.components.len() == 1,
        };
        (spectrum && low <= 13 && (high == 0 || high == low + 1)).then_some(self)
    }

    /// Does it add a bit to coefficients that are known already?
    pub(crate) fn refines(&self) -> bool {
        self.approximation.0 != 0
    }

    /// Does it hold this component?
    pub(crate) fn holds(&self, component: usize) -> bool {
        self.components.iter().any(|&(idx, _, _)| idx == component)
    }
}
