//! Whose a name is: which stems of files under `photos/` are taken, so that no
//! photo is given another one's.
//!
//! One template never gives one name to two photos; two templates may. A bare
//! number is the exception: only the photo of that number is ever called so,
//! for every name has its photo's number in it, apart from other digits. So
//! these are not kept here, which are all names in most archives.

use rusqlite::Connection;
use silverprint_core::{Identity, Layout, PhotoId};

/// Names that are more than a number, with their photos, as of when they were
/// read: 16 bytes each. Names that two file systems would tell apart, but not
/// a third one that knows no case, are the same.
#[derive(Debug)]
pub(crate) struct Names(Vec<(Identity, PhotoId)>);

impl Names {
    pub(crate) fn read(sql: &Connection) -> rusqlite::Result<Self> {
        // Both columns are in the index of the paths.
        let mut paths = sql.prepare("SELECT path, photo FROM file WHERE path > 'photos/'")?;
        let mut rows = paths.query([])?;
        let mut names = Vec::new();
        while let Some(row) = rows.next()? {
            let id = crate::ledger::photo_id(row, 1)?;
            let Some(stem) = Layout.stem_of(row.get_ref(0)?.as_str()?) else { continue };
            let name = name(stem);
            if !is_number(&name) {
                names.push((Identity::of(&name), id));
            }
        }
        names.sort_unstable_by_key(|(name, id)| (name.0, *id));
        names.dedup();
        names.shrink_to_fit();
        Ok(Self(names))
    }

    /// Whether another photo's files are called so, or could come to be.
    pub(crate) fn is_anothers(&self, stem: &str, id: PhotoId) -> bool {
        let name = name(stem);
        if is_number(&name) {
            return name != id.to_string();
        }
        let key = Identity::of(&name);
        let start = self.0.partition_point(|(name, _)| name.0 < key.0);
        self.0[start..].iter().take_while(|(name, _)| *name == key).any(|(_, owner)| *owner != id)
    }
}

/// What a stem has in common with all that stand for the same photo: `a.v1` is
/// a version of `a`. Lower, upper and lower again, for some letters have two of
/// either; each by itself, for Greek has one that looks at what follows it.
fn name(stem: &str) -> String {
    let lower = stem.chars().flat_map(char::to_lowercase);
    let mut name: String =
        lower.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
    while let Some(at) = name.rfind(".v") {
        if at == 0 || !is_number(&name[at + 2..]) {
            break;
        }
        name.truncate(at);
    }
    name
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_the_same_whatever_its_case_and_version() {
        let check = |stem: &str, expected: &str| assert_eq!(name(stem), expected);
        check("2013/One 7", "2013/one 7");
        check("One 7.v12", "one 7");
        check("ONE 7.V1.v2", "one 7");
        check("STRASSE \u{1E9E} 7", &name("strasse ss 7"));
        check("ΟΔΟΣ.v2", &name("οδος"));
        check("7.v1", "7");
        check(".v1", ".v1");
        check("one.v", "one.v");
        check("one.vx1", "one.vx1");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_stem_has_one_name(stem in ".*", version in 1_u32..) {
            let once = name(&stem);
            prop_assert_eq!(name(&once.to_uppercase()), name(&once));
            if !stem.is_empty() {
                prop_assert_eq!(name(&format!("{stem}.v{version}")), once);
            }
        }
    }
}
