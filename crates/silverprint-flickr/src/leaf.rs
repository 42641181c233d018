//! One page of a photostream, read: whose it is, and the photos that it shows.

use crate::entry::entry;
use crate::model::{ModelError, Models, Node, Shown};
use crate::read_photo;
use crate::script::Place;
use silverprint_core::{Account, AccountRef, Nsid, Photo, Reject};
use std::collections::HashSet;
use tokio::task::yield_now;

/// How many photos are read before others get their turn: about a millisecond.
const PHOTOS_A_TURN: usize = 10;

/// A page of a photostream, or of an album.
#[derive(Debug)]
pub struct Leaf {
    /// Whose photostream it is.
    pub(crate) owner: Owner,
    /// The photos that it shows.
    pub(crate) photos: Vec<Photo>,
    /// What it shows and cannot be read.
    pub(crate) rejects: Vec<Reject>,
    /// How many photos there are in all, as it announces.
    pub(crate) total: u64,
    /// Which page it says that it is, and for how many photos it stands.
    pub(crate) place: Place,
    /// It says that nothing comes after it.
    pub(crate) ended: bool,
}

/// An account, as a page tells of it.
#[derive(Debug)]
pub(crate) struct Owner {
    nsid: Nsid,
    alias: String,
    username: String,
    is_pro: Option<bool>,
    is_deleted: bool,
}

/// A page that is none of a photostream's.
#[derive(Debug, thiserror::Error)]
pub enum LeafError {
    /// It is a page of the site's, such as `/photos/tags`.
    #[error("the page is nobody's photostream")]
    Nobody,
    /// Without it nobody could say whether all of them came.
    #[error("the page does not say how many photos there are")]
    Uncounted,
    /// A change there, or a bug here.
    #[error(transparent)]
    Unreadable(#[from] ModelError),
}

impl Leaf {
    /// Reads a page's HTML. Addresses in it that begin with `//` get `scheme`,
    /// that of the page. Takes several turns on the runtime's thread.
    pub async fn read(html: &str, scheme: &str) -> Result<Self, LeafError> {
        let models = Models::find(html)?;
        yield_now().await;
        let shown = models.shown()?.ok_or(LeafError::Nobody)?;
        let person = shown.owner.ok_or(LeafError::Nobody)?;
        let owner = Owner::read(person).ok_or(LeafError::Nobody)?;
        let (photos, rejects) = photos(&shown, person, scheme).await;
        let total = shown.total.ok_or(LeafError::Uncounted)?;
        let place = Place::find(html);
        Ok(Self { owner, photos, rejects, total, place, ended: shown.ended })
    }

    /// The photos that it shows.
    pub fn photos(&self) -> &[Photo] {
        &self.photos
    }

    /// What it shows and cannot be read.
    pub fn rejects(&self) -> &[Reject] {
        &self.rejects
    }

    /// How many photos there are in all, as it announces.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whose photos they are; nobody's, if the account was deleted or is not the
    /// one that was asked for.
    pub fn account(&self, asked: &AccountRef) -> Option<Account> {
        let Owner { nsid, alias, username, is_pro, is_deleted } = &self.owner;
        let alias = alias.parse().ok();
        let (is_asked, typed) = match asked {
            AccountRef::Nsid(asked) => (asked == nsid, None),
            AccountRef::Alias(asked) => {
                (alias.as_ref().is_none_or(|alias| alias == asked), Some(asked.clone()))
            }
        };
        (is_asked && !is_deleted).then(|| Account {
            nsid: nsid.clone(),
            alias: alias.or(typed),
            username: username.clone(),
            is_pro: *is_pro,
            counted: None,
        })
    }
}

impl Owner {
    fn read(person: Node<'_>) -> Option<Self> {
        let text = |name| person.member(name).and_then(Node::text).unwrap_or_default().into_owned();
        let answer = |name| person.member(name).and_then(Node::answer);
        Some(Self {
            nsid: text("id").parse().ok()?,
            alias: text("pathAlias"),
            username: text("username"),
            is_pro: answer("isPro"),
            is_deleted: answer("isDeleted").unwrap_or(false),
        })
    }
}

/// Every photo once, whatever refers to it again.
async fn photos(shown: &Shown<'_>, owner: Node<'_>, scheme: &str) -> (Vec<Photo>, Vec<Reject>) {
    let (mut photos, mut rejects) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for (n, model) in shown.photos.iter().enumerate() {
        if n % PHOTOS_A_TURN == PHOTOS_A_TURN - 1 {
            yield_now().await;
        }
        let read = match model {
            Some(model) => read_photo(&entry(*model, owner, scheme), None),
            None => Err(Reject { id: None, reason: "a reference that leads nowhere".to_owned() }),
        };
        match read {
            Ok(photo) if seen.insert(photo.id) => photos.push(photo),
            Ok(_) => {}
            Err(reject) => rejects.push(reject),
        }
    }
    (photos, rejects)
}
