//! A page as a picture.

use super::*;
use crate::picture::tests::written;
use crate::testing::{frame, hostile, order, read, with_test_fonts};
use image::ImageFormat;

fn page(number: u64, frames: &[Frame], fonts: Fonts) -> (Printed, Option<DynamicImage>) {
    let number = NonZeroU64::new(number).unwrap();
    let mut sheet = PageSheet::new(order(frames.len()), fonts, number, read);
    for frame in frames {
        sheet.add(frame.clone());
    }
    let (printed, png) = sheet.finish().unwrap();
    (printed, png.map(|png| image::load_from_memory(&png).unwrap()))
}

#[test]
fn a_page_is_a_picture_with_its_prints_and_its_words() {
    let frames: Vec<Frame> = (0..40).map(|number| frame(&format!("Title {number}"))).collect();
    let (printed, picture) = page(1, &frames, Fonts::Bundled);
    assert_eq!(printed.pages, 2);
    let picture = picture.unwrap();
    assert_eq!((picture.width(), picture.height()), (1786, 2526));
    assert_eq!(picture.color(), image::ColorType::L8, "what is grey stays grey");
    let picture = picture.into_luma8();
    let share = |is: fn(u8) -> bool| {
        let found = picture.pixels().filter(|pixel| is(pixel.0[0])).count();
        found * 100 / picture.pixels().len()
    };
    // The paper, and the prints, which are nearly black.
    assert!((30..80).contains(&share(|shade| shade == 255)), "{}", share(|shade| shade == 255));
    assert!((15..60).contains(&share(|shade| shade < 40)), "{}", share(|shade| shade < 40));
    let rule = picture.get_pixel(900, 205);
    let below = (195..215).any(|y| picture.get_pixel(900, y).0[0] == 0);
    assert!(below, "the rule under the header: {rule:?}");
}

#[test]
fn the_last_page_has_what_is_left_and_there_is_none_after_it() {
    let frames: Vec<Frame> = (0..37).map(|_| frame("x")).collect();
    let ink = |number| {
        let picture = page(number, &frames, Fonts::Bundled).1?;
        Some(picture.into_luma8().pixels().filter(|pixel| pixel.0[0] < 40).count())
    };
    let (first, second) = (ink(1).unwrap(), ink(2).unwrap());
    assert!(first > 20 * second && second > 10_000, "{first} {second}");
    assert_eq!(ink(3), None);
}

#[test]
fn only_the_page_that_is_wanted_is_read() {
    let frames: Vec<Frame> = (0..1000).map(|_| frame("x")).collect();
    let mut n_read = 0;
    let read = |thumb: &Thumb| {
        n_read += 1;
        read(thumb)
    };
    let mut sheet = PageSheet::new(order(1000), Fonts::Bundled, NonZeroU64::new(2).unwrap(), read);
    for frame in frames {
        sheet.add(frame);
    }
    assert!(sheet.finish().unwrap().1.is_some());
    assert_eq!(n_read, 36);
}

#[test]
fn colors_stay() {
    let red = |_: &Thumb| {
        let red = RgbImage::from_pixel(120, 120, Rgb([200, 30, 40]));
        Some(written(&red.into(), ImageFormat::Png))
    };
    let mut sheet = PageSheet::new(order(1), Fonts::Bundled, NonZeroU64::MIN, red);
    sheet.add(frame("x"));
    let png = sheet.finish().unwrap().1.unwrap();
    let picture = image::load_from_memory(&png).unwrap().into_rgb8();
    assert!(picture.pixels().any(|pixel| pixel.0 == [200, 30, 40]));
}

#[test]
fn a_sheet_of_nothing_and_hostile_titles_are_pages_too() {
    let (printed, picture) = page(1, &[], Fonts::Bundled);
    assert_eq!(printed.pages, 1);
    assert!(picture.unwrap().into_luma8().pixels().any(|pixel| pixel.0[0] == 0));
    let frames: Vec<Frame> = hostile().iter().map(|title| frame(title)).collect();
    assert!(page(1, &frames, with_test_fonts()).1.is_some());
}
