//! The kinds of pictures, as `bench/thumbs/pictures.py` makes them.

/// Pictures of one size and process: a folder of their own, a column of the table.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// How often all of them are made in a round: what is too short cannot be timed.
    pub(super) times: u32,
    /// Whether quality is promised: the short side has at least 960 pixels.
    pub(super) is_large: bool,
}

pub(super) const KINDS: [Kind; 7] = [
    Kind { name: "base12", title: "12 MP", times: 1, is_large: true },
    Kind { name: "prog12", title: "12 MP progressive", times: 1, is_large: true },
    Kind { name: "p3", title: "12 MP Display P3", times: 1, is_large: true },
    Kind { name: "base24", title: "24 MP", times: 1, is_large: true },
    Kind { name: "k2048", title: "2048 px", times: 5, is_large: true },
    Kind { name: "b1024", title: "1024 px", times: 4, is_large: false },
    Kind { name: "s500", title: "500 px", times: 16, is_large: false },
];
