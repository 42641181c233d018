//! What the server is about: the stream, its pictures, its faults, and where all of it is said to be.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;

use crate::api::ApiState;
use crate::darkroom::Darkroom;
use crate::fault::{Fault, Ledger, RetryAfter, Times};
use crate::forge::Forgeries;
use crate::hits::Counters;
use crate::image_host::comment;
use crate::pace::{Limits, Wire};
use crate::page::Keyring;
use crate::photo::{About, Photo};
use crate::rendition::Label;
use crate::setup::{Change, Config, Step};
use crate::stream::Stream;
use crate::video::VideoFault;

/// What every connection works with: the world, and the origins that it is seen under.
pub(crate) struct Shared {
    pub(crate) world: Arc<World>,
    pub(crate) origins: Origins,
}

impl Deref for Shared {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

/// Where the site and its pictures are said to be.
pub(crate) struct Origins {
    /// The API and the pages.
    pub(crate) site: String,
    pub(crate) hosts: Vec<String>,
}

/// What there is, however it is reached.
pub(crate) struct World {
    pub(crate) config: Config,
    pub(crate) nsid: String,
    pub(crate) stream: RwLock<Stream>,
    pub(crate) darkroom: Darkroom,
    pub(crate) counters: Counters,
    pub(crate) api: Mutex<ApiState>,
    pub(crate) limits: Limits,
    pub(crate) wire: Wire,
    /// The picture of a photo that is gone.
    pub(crate) placeholder: Bytes,
    /// The keys that pages carry.
    pub(crate) site_keys: Keyring,
    pub(crate) ledger: Mutex<Ledger>,
    pub(crate) reel: Mutex<Reel>,
    pub(crate) forgeries: Forgeries,
}

/// What befalls videos.
#[derive(Debug, Default)]
pub(crate) struct Reel {
    pub(crate) set: HashMap<u64, (VideoFault, Times)>,
    pub(crate) met: HashMap<u64, u32>,
    /// How often each was encoded anew.
    encodings: HashMap<u64, u32>,
}

impl Shared {
    pub(crate) fn base(&self) -> &str {
        &self.origins.site
    }

    /// The origin of the host that has a photo's pictures.
    pub(crate) fn host(&self, photo: &Photo) -> &str {
        let hosts = &self.origins.hosts;
        let n = photo.hash(About::Host) % hosts.len() as u64;
        &hosts[usize::try_from(n).unwrap_or(0)]
    }

    /// Where a rendition is.
    pub(crate) fn url(&self, photo: &Photo, label: Label) -> String {
        [self.host(photo), &photo.path(label)].concat()
    }

    /// The origin of the buddy icons, without its scheme.
    pub(crate) fn icon_host(&self) -> &str {
        let host = self.origins.hosts.first().map_or("", String::as_str);
        host.split_once(':').map_or(host, |(_, rest)| rest)
    }

    /// The photostream's page, without the last slash.
    pub(crate) fn page(&self) -> String {
        format!("{}/photos/{}", self.base(), self.handle())
    }
}

impl World {
    /// How the account is called in URLs.
    pub(crate) fn handle(&self) -> &str {
        let alias = &self.config.stream.alias;
        if alias.is_empty() { &self.nsid } else { alias }
    }

    pub(crate) fn listed(&self, id: u64) -> Option<Photo> {
        self.stream.read().unwrap_or_else(PoisonError::into_inner).listed(id)
    }

    /// The fault that this request for a photo's picture meets.
    pub(crate) fn meet(&self, id: u64) -> Option<Fault> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner).meet(id)
    }

    /// The fault that this request for a video's stream meets.
    pub(crate) fn meet_video(&self, id: u64) -> Option<VideoFault> {
        let mut reel = self.reel.lock().unwrap_or_else(PoisonError::into_inner);
        let (fault, times) = reel.set.get(&id).copied().or(self.config.videos.fault)?;
        let met = reel.met.entry(id).or_default();
        if times.is_over(*met) {
            return None;
        }
        *met += 1;
        Some(fault)
    }

    pub(crate) fn encode_anew(&self, id: u64) {
        let mut reel = self.reel.lock().unwrap_or_else(PoisonError::into_inner);
        *reel.encodings.entry(id).or_default() += 1;
    }

    /// How often a video was encoded anew.
    pub(crate) fn encoding(&self, id: u64) -> u32 {
        let reel = self.reel.lock().unwrap_or_else(PoisonError::into_inner);
        reel.encodings.get(&id).copied().unwrap_or(0)
    }

    /// Does what the script has for a page that was just served for the first time.
    pub(crate) fn follow_script(&self, page: u32) {
        let steps: Vec<Step> = {
            let mut state = self.api.lock().unwrap_or_else(PoisonError::into_inner);
            let (now, later) = state.script.drain(..).partition(|step| step.after_page == page);
            state.script = later;
            now
        };
        for step in steps {
            self.change(step.change);
        }
    }

    /// Changes the stream, or what is let in.
    pub(crate) fn change(&self, change: Change) {
        let stream = || self.stream.write().unwrap_or_else(PoisonError::into_inner);
        match change {
            Change::Upload(n) => drop(stream().upload(n)),
            Change::Delete(id) => _ = stream().delete(id),
            Change::DeleteAt(position) => {
                let mut stream = stream();
                if let Some(photo) = stream.at(position) {
                    stream.delete(photo.id);
                }
            }
            Change::Replace(id) => _ = stream().replace(id),
            Change::Retitle(id) => _ = stream().retitle(id),
            Change::RevokeKey => {
                self.api.lock().unwrap_or_else(PoisonError::into_inner).revoked = true;
            }
            Change::Storm(milliseconds) => {
                self.limits.storm(Duration::from_millis(milliseconds), RetryAfter::Unsaid);
            }
        }
    }

    /// A rendition's bytes as they are served.
    pub(crate) fn rendition_bytes(&self, photo: &Photo, label: Label) -> Option<Vec<u8>> {
        let encoded = self.darkroom.picture_blocking(photo, label)?;
        Some(encoded.with_comment(&comment(photo, label)).to_vec())
    }
}
