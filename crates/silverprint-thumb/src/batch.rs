//! Many pictures at once, on several threads.

use std::io::Cursor;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::thread;

use crate::{ThumbError, Thumbnail, ThumbnailSpec, Thumbnailer};

/// Makes the thumbnail of one picture in memory.
///
/// Of many, keep a [`Thumbnailer`], which keeps its memory and tables between them, or
/// ask for a [`batch`].
pub fn thumbnail(spec: ThumbnailSpec, picture: &[u8]) -> Result<Thumbnail, ThumbError> {
    Thumbnailer::new(spec).thumbnail(Cursor::new(picture))
}

/// Makes the thumbnails of pictures in memory, on so many threads, each with a
/// [`Thumbnailer`] of its own. They come in the pictures' order; of a picture that
/// cannot be drawn there is the reason instead.
///
/// ```
/// use silverprint_thumb::{ThumbnailSpec, batch};
/// use std::thread::available_parallelism;
///
/// let pictures = [b"no picture".to_vec(), b"nor this".to_vec()];
/// let made = batch(ThumbnailSpec::default(), &pictures, available_parallelism()?);
/// assert_eq!(made.iter().filter(|made| made.is_err()).count(), 2);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn batch<P: AsRef<[u8]> + Sync>(
    spec: ThumbnailSpec,
    pictures: &[P],
    threads: NonZeroUsize,
) -> Vec<Result<Thumbnail, ThumbError>> {
    let mut made: Vec<_> = pictures.iter().map(|_| None).collect();
    // A lock for each picture, a thousandth of its thumbnail's time.
    let work = Mutex::new(pictures.iter().zip(&mut made));
    thread::scope(|scope| {
        for _ in 0..threads.get().min(pictures.len()) {
            scope.spawn(|| {
                let mut thumbnailer = Thumbnailer::new(spec);
                loop {
                    let next = work.lock().expect("nobody panics with it").next();
                    let Some((picture, made)) = next else { return };
                    *made = Some(thumbnailer.thumbnail(Cursor::new(picture.as_ref())));
                }
            });
        }
    });
    made.into_iter().map(|made| made.expect("each was taken by a thread")).collect()
}
