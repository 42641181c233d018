//! How far the archive is with a photo.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// How far the archive is with a photo. Whether the photo is still in the
/// photostream is another question: see `deleted_upstream`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum State {
    /// Listed, and nothing more; or its picture went missing.
    #[serde(rename = "pending")]
    Pending,
    /// What the run wanted of it is in the folder.
    #[serde(rename = "saved")]
    Done,
    /// It has no picture, for a reason that is kept.
    #[serde(rename = "failed")]
    Failed,
}

impl State {
    const ALL: [Self; 3] = [Self::Pending, Self::Done, Self::Failed];

    /// The word for it in the catalogue and in photos.jsonl.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "saved",
            Self::Failed => "failed",
        }
    }
}

impl ToSql for State {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        Self::ALL.into_iter().find(|state| state.as_str() == word).ok_or(FromSqlError::InvalidType)
    }
}
