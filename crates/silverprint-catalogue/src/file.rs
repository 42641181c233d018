//! One file of one photo, as it lies in the folder.

use crate::Digest;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};
use silverprint_core::Identity;

/// A file under `photos/` or `thumbs/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// What it is to its photo.
    pub role: Role,
    /// Which picture of the photo, from 1 on; each replacement upstream is
    /// one more. A thumbnail carries the version of the picture it shows.
    pub version: u32,
    /// Where it lies: relative to the folder, with `/`.
    pub path: String,
    /// What its bytes are.
    pub sha256: Digest,
    /// How many they are.
    pub bytes: u64,
    /// The size's label of a picture; the spec of a thumbnail, as text.
    pub rendition: String,
    /// What the rendition was known by at the source.
    #[serde(with = "hex")]
    pub identity: Identity,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl File {
    /// The longest edge in pixels.
    pub fn longest_edge(&self) -> u32 {
        self.width.max(self.height)
    }
}

/// What a file is to its photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The picture, as downloaded.
    Original,
    /// The still picture of a video, as downloaded.
    Still,
    /// The stream of a video.
    Video,
    /// Made by us; one for each photo.
    Thumbnail,
}

impl Role {
    /// Whether it is what the photo looks like at full size.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Original | Self::Still)
    }

    const ALL: [Self; 4] = [Self::Original, Self::Still, Self::Video, Self::Thumbnail];

    /// The word for it in the catalogue and in photos.jsonl.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Still => "still",
            Self::Video => "video",
            Self::Thumbnail => "thumbnail",
        }
    }
}

impl ToSql for Role {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Role {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        Self::ALL.into_iter().find(|role| role.as_str() == word).ok_or(FromSqlError::InvalidType)
    }
}

/// Identities as 16 hexadecimal digits: JSON numbers lose digits past 2^53.
pub(crate) mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use silverprint_core::Identity;
    use std::borrow::Cow;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's `with` hands it over so")]
    pub(crate) fn serialize<S: Serializer>(
        identity: &Identity,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:016x}", identity.0))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Identity, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map(Identity).map_err(D::Error::custom)
    }
}
