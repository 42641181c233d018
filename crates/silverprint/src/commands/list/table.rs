//! The list as a table that fits the terminal: columns that have no room are
//! left out, and texts are cut to theirs. They are measured as terminals show them.

use crate::printable::{Printable, cells, cut};
use crate::receipt::size;
use jiff::Timestamp;
use silverprint_catalogue::{PhotoRow, State};

/// A title that has less room than this says nothing.
const NARROWEST_TITLE: usize = 16;
/// Between columns.
const GAP: &str = "  ";

/// A column before the title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Uploaded,
    Id,
    State,
    Pixels,
    Bytes,
    Path,
}

impl Column {
    const ALL: [Self; 6] =
        [Self::Uploaded, Self::Id, Self::State, Self::Pixels, Self::Bytes, Self::Path];
    /// Which goes first when there is no room.
    const DROPPED: [Self; 6] =
        [Self::Path, Self::Pixels, Self::Bytes, Self::Uploaded, Self::State, Self::Id];

    fn heading(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Id => "id",
            Self::State => "state",
            Self::Pixels => "pixels",
            Self::Bytes => "size",
            Self::Path => "path",
        }
    }

    /// Enough for what photos have; at a terminal a longer text is cut.
    fn width(self) -> usize {
        match self {
            Self::Uploaded => 10,
            Self::Id => 11,
            Self::State => 7,
            Self::Pixels => 9,
            Self::Bytes => 8,
            Self::Path => 26,
        }
    }

    /// Numbers stand at the right.
    fn is_number(self) -> bool {
        matches!(self, Self::Id | Self::Pixels | Self::Bytes)
    }

    fn text(self, row: &PhotoRow) -> String {
        let picture = row.picture.as_ref().or(row.video.as_ref());
        match self {
            Self::Uploaded => row.posted.and_then(day).unwrap_or_default(),
            Self::Id => row.id.to_string(),
            Self::State => state(row).to_owned(),
            Self::Pixels => {
                picture.map(|it| format!("{}x{}", it.width, it.height)).unwrap_or_default()
            }
            Self::Bytes => picture.map(|it| size(it.bytes)).unwrap_or_default(),
            Self::Path => picture.map(|it| it.path.clone()).unwrap_or_default(),
        }
    }
}

/// In one word.
fn state(row: &PhotoRow) -> &'static str {
    match (row.deleted_at, row.state) {
        (Some(_), _) => "deleted",
        (None, State::Done) => "saved",
        (None, State::Failed) => "missing",
        (None, State::Pending) => "pending",
    }
}

fn day(seconds: i64) -> Option<String> {
    let moment = Timestamp::from_second(seconds).ok()?;
    Some(moment.strftime("%Y-%m-%d").to_string())
}

/// How rows are laid out.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<Column>,
    /// Room for the title; `None` is as much as it takes.
    title: Option<usize>,
}

impl Table {
    /// For a terminal so many cells wide; `None` for lines of any length.
    pub(super) fn new(width: Option<usize>) -> Self {
        let mut columns = Column::ALL.to_vec();
        let Some(width) = width else { return Self { columns, title: None } };
        let taken = |columns: &[Column]| -> usize {
            columns.iter().map(|column| column.width() + GAP.len()).sum()
        };
        for dropped in Column::DROPPED {
            if taken(&columns) + NARROWEST_TITLE <= width {
                break;
            }
            columns.retain(|column| *column != dropped);
        }
        let title = width.saturating_sub(taken(&columns)).max(1);
        Self { columns, title: Some(title) }
    }

    pub(super) fn heading(&self) -> String {
        self.line(|column| column.heading().to_owned(), "title")
    }

    pub(super) fn row(&self, row: &PhotoRow) -> String {
        // One photo a line, whatever is in its title.
        let title = Printable(&row.title).to_string();
        self.line(|column| Printable(&column.text(row)).to_string(), &title)
    }

    fn line(&self, text: impl Fn(Column) -> String, title: &str) -> String {
        let mut line = String::new();
        for column in &self.columns {
            let text = self.fitted(text(*column), column.width());
            let padding = " ".repeat(column.width().saturating_sub(cells(&text)));
            let (before, after) =
                if column.is_number() { (&*padding, "") } else { ("", &*padding) };
            line.extend([before, &text, after, GAP]);
        }
        line.push_str(&self.fitted(title.to_owned(), self.title.unwrap_or_default()));
        line.truncate(line.trim_end().len());
        line
    }

    /// A text in its room, where room is short.
    fn fitted(&self, text: String, width: usize) -> String {
        if self.title.is_some() { cut(&text, width) } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_go_as_the_terminal_narrows_and_the_title_stays() {
        let headings = |width| {
            let heading = Table::new(width).heading();
            heading.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let all = "uploaded id state pixels size path title";
        assert_eq!(headings(None), all);
        assert_eq!(headings(Some(200)), all);
        assert_eq!(headings(Some(80)), "uploaded id state pixels size title");
        assert_eq!(headings(Some(60)), "uploaded id state size title");
        assert_eq!(headings(Some(40)), "id state title");
        assert_eq!(headings(Some(20)), "title");
    }

    /// A text such as a title, a path or a label may be.
    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), "[a-z夕🌅\u{301}\u{fe0f}\u{200d} ]{0,60}", "[0-9]{1,30}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_line_is_wider_than_its_terminal(
            texts in proptest::collection::vec(texts(), Column::ALL.len()),
            title in texts(),
            width in 20_usize..200,
        ) {
            let table = Table::new(Some(width));
            let text = |column| {
                let at = Column::ALL.iter().position(|it| *it == column).unwrap();
                Printable(&texts[at]).to_string()
            };
            let line = table.line(text, &Printable(&title).to_string());
            prop_assert!(cells(&line) <= width, "{} cells: {line:?}", cells(&line));
            prop_assert!(cells(&table.heading()) <= width);
        }
    }
}
