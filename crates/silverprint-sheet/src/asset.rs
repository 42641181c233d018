//! The files of the sheet that are the same for everybody.

/// A file at a path relative to the archive's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// Where it lies.
    pub path: &'static str,
    /// What is in it.
    pub bytes: &'static [u8],
}

/// They stand as they are in `templates/`; `templates/index.html` loads them.
macro_rules! asset {
    ($name:literal) => {
        Asset {
            path: concat!("sheet/", $name),
            bytes: include_bytes!(concat!("../templates/", $name)),
        }
    };
}

impl Asset {
    /// The stylesheet of the wall, of plain pages and of an overview.
    pub const STYLESHEET: Self = asset!("sheet.css");

    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::STYLESHEET,
        asset!("viewer.css"),
        asset!("data.js"),
        asset!("text.js"),
        asset!("find.js"),
        asset!("form.js"),
        asset!("layout.js"),
        asset!("strips.js"),
        asset!("cells.js"),
        asset!("wall.js"),
        asset!("focus.js"),
        asset!("timeline.js"),
        asset!("viewer-stage.js"),
        asset!("viewer-panel.js"),
        asset!("viewer.js"),
        asset!("keys.js"),
        asset!("live.js"),
    ];
}
