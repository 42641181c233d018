//! Pictures painted by the program, so that a sheet of them looks like a photographer's.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels and cells of noise are small numbers, and places are clamped"
)]
#![expect(clippy::unreadable_literal, reason = "colors are written as rrggbb")]

mod canvas;
mod color;
mod land;
mod near;
mod night;
mod noise;
mod sky;
mod town;

pub(crate) use canvas::{Picture, View};

use canvas::Canvas;

use crate::seed::{Dice, join};

/// What a painting shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scene {
    Hills,
    Sea,
    City,
    Portrait,
    Flower,
    Night,
    Street,
    Stage,
    Forest,
    Dunes,
    Stairs,
    Lake,
}

const SCENES: [Scene; 12] = [
    Scene::Hills,
    Scene::Portrait,
    Scene::City,
    Scene::Flower,
    Scene::Sea,
    Scene::Street,
    Scene::Forest,
    Scene::Stage,
    Scene::Dunes,
    Scene::Night,
    Scene::Stairs,
    Scene::Lake,
];

/// The sides of a picture in proportion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame(u32, u32);

impl Frame {
    /// The dimensions of a picture with this longest edge.
    pub(crate) fn dimensions(self, edge: u32) -> (u32, u32) {
        let longest = self.0.max(self.1);
        let side = |part: u32| ((edge * part + longest / 2) / longest).max(1);
        (side(self.0), side(self.1))
    }
}

impl Scene {
    /// The scene of a painting. Each twelve paintings show every scene once, in another order.
    pub(crate) fn of(seed: u64, painting: u32) -> Self {
        let (round, place) = (painting / 12, painting as usize % 12);
        let mut dice = Dice::new(join(seed ^ 0x5ce4e, u64::from(round)));
        let mut bag = SCENES;
        for last in (1..bag.len()).rev() {
            bag.swap(last, dice.below(last + 1));
        }
        bag[place]
    }

    /// The scene as a tag.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hills => "hills",
            Self::Sea => "sea",
            Self::City => "city",
            Self::Portrait => "portrait",
            Self::Flower => "flower",
            Self::Night => "night",
            Self::Street => "street",
            Self::Stage => "stage",
            Self::Forest => "forest",
            Self::Dunes => "dunes",
            Self::Stairs => "stairs",
            Self::Lake => "lake",
        }
    }

    /// The frame of a painting: formats that suit what it shows.
    pub(crate) fn frame(self, seed: u64, painting: u32) -> Frame {
        const WIDE: [Frame; 7] = [
            Frame(3, 2),
            Frame(3, 2),
            Frame(4, 3),
            Frame(16, 9),
            Frame(3, 2),
            Frame(2, 1),
            Frame(1, 1),
        ];
        const TALL: [Frame; 6] =
            [Frame(2, 3), Frame(2, 3), Frame(3, 4), Frame(1, 1), Frame(3, 2), Frame(2, 3)];
        let mut dice = Dice::new(join(seed ^ 0xf4a3e, u64::from(painting)));
        match self {
            Self::Portrait | Self::Flower | Self::Stairs | Self::Street => *dice.pick(&TALL),
            Self::Forest | Self::Night if dice.chance(0.5) => *dice.pick(&TALL),
            _ => *dice.pick(&WIDE),
        }
    }
}

/// The longest edge that is painted; larger prints are enlarged from it.
const LARGEST: u32 = 540;

/// Paints a picture for originals of these dimensions.
pub(crate) fn paint(seed: u64, painting: u32, width: u32, height: u32) -> Picture {
    let longest = width.max(height);
    let (width, height) =
        if longest > LARGEST { Frame(width, height).dimensions(LARGEST) } else { (width, height) };
    let mut dice = Dice::new(join(seed ^ 0x9a147, u64::from(painting)));
    let mut canvas = Canvas::new(width as usize, height as usize);
    let stroke = match Scene::of(seed, painting) {
        Scene::Hills => land::hills,
        Scene::Sea => land::sea,
        Scene::City => town::city,
        Scene::Portrait => near::portrait,
        Scene::Flower => near::flower,
        Scene::Night => night::night,
        Scene::Street => town::street,
        Scene::Stage => near::stage,
        Scene::Forest => land::forest,
        Scene::Dunes => land::dunes,
        Scene::Stairs => town::stairs,
        Scene::Lake => land::lake,
    };
    stroke(&mut canvas, &mut dice);
    canvas.finish(dice.range(0.1, 0.4))
}
