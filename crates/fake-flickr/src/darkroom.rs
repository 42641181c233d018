//! Where pictures are made, once, on first demand, on threads of its own, and kept while there is room.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::develop::{Encoded, Order, develop};
use crate::paint::{Picture, paint};
use crate::photo::Photo;
use crate::rendition::Label;

/// Orders that may wait for a painter; whoever orders more waits.
const QUEUE: usize = 1024;
/// Paintings that are kept as painted, for the other sizes of the same photo.
const BASES: usize = 8;

/// What every painter works with.
struct Bench {
    seed: u64,
    quality: u8,
    grain: f32,
    shelf: Mutex<Shelf>,
    /// The latest paintings, the newest last.
    bases: Mutex<Vec<(u32, Arc<Picture>)>>,
}

/// The finished pictures and those being made.
struct Shelf {
    pictures: HashMap<Order, Slot>,
    bytes: usize,
    ceiling: usize,
    clock: u64,
}

enum Slot {
    Ready { picture: Arc<Encoded>, used: u64 },
    Waiting(Vec<async_channel::Sender<Arc<Encoded>>>),
}

/// Painters, and what they have made.
pub(crate) struct Darkroom {
    bench: Arc<Bench>,
    orders: async_channel::Sender<Order>,
    /// What no painter has begun; kept to empty it at the end.
    pending: async_channel::Receiver<Order>,
}

impl Darkroom {
    pub(crate) fn new(config: &crate::StreamConfig, painters: usize) -> std::io::Result<Self> {
        let shelf =
            Shelf { pictures: HashMap::new(), bytes: 0, ceiling: config.cache_bytes, clock: 0 };
        let bench = Arc::new(Bench {
            seed: config.seed,
            quality: config.quality,
            grain: config.grain,
            shelf: Mutex::new(shelf),
            bases: Mutex::new(Vec::new()),
        });
        let (orders, pending) = async_channel::bounded(QUEUE);
        for n in 0..painters.max(1) {
            let (bench, incoming) = (Arc::clone(&bench), pending.clone());
            std::thread::Builder::new()
                .name(format!("painter-{n}"))
                .spawn(move || work(&bench, &incoming))?;
        }
        Ok(Self { bench, orders, pending })
    }

    /// The picture of a photo at a size it has; made where nobody has asked for it before.
    pub(crate) async fn picture(&self, photo: &Photo, label: Label) -> Option<Arc<Encoded>> {
        let order = Order::of(photo, label)?;
        match self.bench.look_up(order) {
            Asked::Ready(picture) => Some(picture),
            Asked::Wait(receiver) => receiver.recv().await.ok(),
            Asked::Make(receiver) => {
                self.orders.send(order).await.ok()?;
                receiver.recv().await.ok()
            }
        }
    }

    /// The same for callers outside the runtime: tests, and preparing.
    pub(crate) fn picture_blocking(&self, photo: &Photo, label: Label) -> Option<Arc<Encoded>> {
        let order = Order::of(photo, label)?;
        match self.bench.look_up(order) {
            Asked::Ready(picture) => Some(picture),
            Asked::Wait(receiver) => receiver.recv_blocking().ok(),
            Asked::Make(receiver) => {
                self.orders.send_blocking(order).ok()?;
                receiver.recv_blocking().ok()
            }
        }
    }

    /// Makes these pictures now, with all painters.
    pub(crate) fn prepare(&self, pictures: impl Iterator<Item = (Photo, Label)>) {
        let mut waiting = Vec::new();
        for order in pictures.filter_map(|(photo, label)| Order::of(&photo, label)) {
            match self.bench.look_up(order) {
                Asked::Ready(_) => {}
                Asked::Wait(receiver) => waiting.push(receiver),
                Asked::Make(receiver) => {
                    if self.orders.send_blocking(order).is_ok() {
                        waiting.push(receiver);
                    }
                }
            }
        }
        for receiver in waiting {
            let _ = receiver.recv_blocking();
        }
    }
}

impl Drop for Darkroom {
    fn drop(&mut self) {
        // Without orders to come the painters finish the picture at hand and go.
        self.orders.close();
        while self.pending.try_recv().is_ok() {}
    }
}

/// What asking for a picture comes to.
enum Asked {
    Ready(Arc<Encoded>),
    /// Somebody has ordered it.
    Wait(async_channel::Receiver<Arc<Encoded>>),
    /// Whoever asked must order it.
    Make(async_channel::Receiver<Arc<Encoded>>),
}

impl Bench {
    fn look_up(&self, order: Order) -> Asked {
        let mut kept = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clock += 1;
        let now = kept.clock;
        let (teller, receiver) = async_channel::bounded(1);
        match kept.pictures.get_mut(&order) {
            Some(Slot::Ready { picture, used }) => {
                *used = now;
                Asked::Ready(Arc::clone(picture))
            }
            Some(Slot::Waiting(waiting)) => {
                waiting.push(teller);
                Asked::Wait(receiver)
            }
            None => {
                kept.pictures.insert(order, Slot::Waiting(vec![teller]));
                Asked::Make(receiver)
            }
        }
    }

    /// Puts a finished picture on the shelf and hands it to who waits for it.
    fn put_away(&self, order: Order, picture: Encoded) {
        let picture = Arc::new(picture);
        let mut kept = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let used = kept.clock;
        kept.bytes += picture.len();
        let slot = Slot::Ready { picture: Arc::clone(&picture), used };
        let waiting = match kept.pictures.insert(order, slot) {
            Some(Slot::Waiting(waiting)) => waiting,
            _ => Vec::new(),
        };
        kept.make_room();
        drop(kept);
        for sender in waiting {
            let _ = sender.try_send(Arc::clone(&picture));
        }
    }

    fn base(&self, painting: u32, width: u32, height: u32) -> Arc<Picture> {
        let find = |bases: &[(u32, Arc<Picture>)]| {
            bases.iter().find(|(number, _)| *number == painting).map(|(_, base)| Arc::clone(base))
        };
        let lock = || self.bases.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(base) = find(&lock()) {
            return base;
        }
        let base = Arc::new(paint(self.seed, painting, width, height));
        let mut bases = lock();
        if bases.len() >= BASES {
            bases.remove(0);
        }
        bases.push((painting, Arc::clone(&base)));
        base
    }
}

impl Shelf {
    /// Drops the quarter that was not used for longest once the shelf is full. What is dropped
    /// is painted again when it is asked for, byte for byte.
    fn make_room(&mut self) {
        if self.bytes <= self.ceiling {
            return;
        }
        let mut ages: Vec<u64> = self
            .pictures
            .values()
            .filter_map(|slot| match slot {
                Slot::Ready { used, .. } => Some(*used),
                Slot::Waiting(_) => None,
            })
            .collect();
        let quarter = ages.len() / 4;
        let (_, limit, _) = ages.select_nth_unstable(quarter);
        let limit = *limit;
        let bytes = &mut self.bytes;
        self.pictures.retain(|_, slot| match slot {
            Slot::Ready { picture, used } if *used <= limit => {
                *bytes -= picture.len();
                false
            }
            _ => true,
        });
    }
}

/// An order at hand. Should its painter fail, whoever waits for it hears so, and doesn't wait on.
struct Unfinished<'a> {
    bench: &'a Bench,
    order: Order,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        let mut kept = self.bench.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(kept.pictures.get(&self.order), Some(Slot::Waiting(_))) {
            kept.pictures.remove(&self.order);
        }
    }
}

/// A painter's day.
fn work(bench: &Bench, orders: &async_channel::Receiver<Order>) {
    while let Ok(order) = orders.recv_blocking() {
        let _unfinished = Unfinished { bench, order };
        let base = bench.base(order.painting, order.width, order.height);
        let picture = develop(&base, order, bench.quality, bench.grain, bench.seed);
        bench.put_away(order, picture);
    }
}
