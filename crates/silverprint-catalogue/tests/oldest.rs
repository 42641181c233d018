//! From the oldest upload on, some hundred at a time, is the same as all at once.

mod common;

use common::{photo, rows};
use silverprint_catalogue::{CatalogueError, Entry};

#[test]
fn the_oldest_come_first_each_once_however_many_share_a_date_or_have_none() {
    let folder = tempfile::tempdir().unwrap();
    let entries = (1..=2600).map(|id| {
        let mut photo = photo(id, "x");
        // Hundreds without a date, more than are read at a time with the same, and
        // some before 1970.
        photo.posted = match id % 4 {
            0 => None,
            1 => Some(1_200_000_000),
            2 => Some(-5),
            _ => Some(1_000_000_000 + i64::try_from(id * 7919 % 1000).unwrap()),
        };
        Entry::Listed(photo)
    });
    let catalogue = common::write(folder.path(), entries);
    let mut from_oldest = Vec::new();
    let push = |row| {
        from_oldest.push(row);
        Ok::<_, CatalogueError>(())
    };
    catalogue.for_each_photo_from_oldest(push).unwrap();
    let mut from_newest = rows(&catalogue);
    from_newest.reverse();
    assert_eq!(from_newest.len(), 2600);
    assert!(from_oldest == from_newest);
}

#[test]
fn from_a_place_on_what_is_older_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let dated = |id: u64, posted| {
        let mut photo = photo(id, "x");
        photo.posted = posted;
        Entry::Listed(photo)
    };
    let catalogue = common::write(
        folder.path(),
        [dated(5, Some(100)), dated(7, Some(100)), dated(6, Some(200))],
    );
    let oldest = catalogue.oldest().unwrap();
    drop(catalogue);
    let older = [dated(4, Some(100)), dated(9, Some(99)), dated(8, None), dated(3, Some(300))];
    let catalogue = common::write(folder.path(), older);
    let mut ids = Vec::new();
    let push = |row: silverprint_catalogue::PhotoRow| {
        ids.push(row.id.get());
        Ok::<_, CatalogueError>(())
    };
    catalogue.for_each_photo_from(oldest, push).unwrap();
    assert_eq!(ids, [5, 7, 6, 3]);
}
