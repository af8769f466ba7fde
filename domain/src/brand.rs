//! Where a tenant's two colours are read, and whether they can be: 4.5:1 in every place (WCAG 2).
//!
//! Held against what an administrator chooses by [`crate::settings`]; `src/pages/brand` makes the stylesheet of the same places.
//! Tones that only decorate, and those that pages darken by themselves, are no places.

use crate::colour::Colour;
use crate::lang::Bilingual;

/// The page's paper (`--paper` of tokens.css).
pub const PAPER: Colour = Colour::rgb(0xFB, 0xF8, 0xF2);
/// What is sunk into the page (`--sunk`): the darkest of its plain grounds.
pub const SUNK: Colour = Colour::rgb(0xF4, 0xEF, 0xE5);
/// The page's ink (`--ink`).
pub const INK: Colour = Colour::rgb(0x1E, 0x1A, 0x16);
/// What text needs.
const ENOUGH: f64 = 4.5;

/// A place where one of the two colours meets text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The primary colour as a link or a heading.
    Link,
    /// The same on the primary's own tint.
    LinkOnTint,
    /// Text on a button of the primary colour.
    Button,
    /// Text on such a button under the pointer.
    ButtonPressed,
    /// Text on a label of the accent colour.
    Label,
}

impl Place {
    /// As the person who chose the colour is told.
    #[must_use]
    pub fn name(self) -> Bilingual {
        let (ar, en) = match self {
            Self::Link => ("الروابط على أرضية الصفحة", "links on the page"),
            Self::LinkOnTint => (
                "الروابط على الأرضية الملوّنة الفاتحة",
                "links on the tinted ground",
            ),
            Self::Button => ("نص الأزرار", "text on buttons"),
            Self::ButtonPressed => ("نص الأزرار تحت المؤشر", "text on buttons under the pointer"),
            Self::Label => ("نص الوسوم الملوّنة", "text on coloured labels"),
        };
        Bilingual::new(ar, en)
    }

    /// Contrast of `colour` in this place.
    fn contrast(self, colour: Colour) -> f64 {
        match self {
            Self::Link => colour.contrast(SUNK),
            Self::LinkOnTint => colour.contrast(PAPER.mix(colour, TINT)),
            Self::Button | Self::Label => text_on(colour),
            Self::ButtonPressed => text_on(colour.mix(Colour::BLACK, PRESSED)),
        }
    }
}

/// Percent of the primary in its tint.
pub const TINT: u8 = 9;
/// Percent of black in the primary under the pointer.
pub const PRESSED: u8 = 18;

/// Text is white or the page's ink, whichever is read better.
fn text_on(ground: Colour) -> f64 {
    ground.contrast(Colour::WHITE).max(ground.contrast(INK))
}

/// Which of the two colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Links and buttons.
    Primary,
    /// Labels.
    Accent,
}

impl Part {
    const fn places(self) -> &'static [Place] {
        match self {
            Self::Primary => &[
                Place::Link,
                Place::LinkOnTint,
                Place::Button,
                Place::ButtonPressed,
            ],
            Self::Accent => &[Place::Label],
        }
    }

    /// The place where `colour` is read worst, with its contrast, when that is not enough.
    #[must_use]
    pub fn failing(self, colour: Colour) -> Option<(Place, f64)> {
        self.places()
            .iter()
            .map(|place| (*place, place.contrast(colour)))
            .filter(|(_, contrast)| *contrast < ENOUGH)
            .min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The colour nearest to `colour` that can be read in all places: as much darker or lighter as is needed. `colour` itself
    /// where it can.
    #[must_use]
    pub fn nearest(self, colour: Colour) -> Colour {
        (0..=100)
            .flat_map(|percent| {
                [Colour::BLACK, Colour::WHITE].map(|towards| colour.mix(towards, percent))
            })
            .find(|tone| self.failing(*tone).is_none())
            .unwrap_or(INK)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn the_brands_of_the_demo_can_be_read_everywhere() {
        for (primary, accent) in [
            ("#0F6B4F", "#8A4B1F"),
            ("#8C5A0F", "#2B2A28"),
            ("#1E4E8C", "#E9DFC7"),
        ] {
            assert_eq!(Part::Primary.failing(colour(primary)), None, "{primary}");
            assert_eq!(Part::Accent.failing(colour(accent)), None, "{accent}");
        }
    }

    #[test]
    fn the_worst_place_is_named() {
        // Ink is read on a button of sand; a link of sand is not.
        let (place, contrast) = Part::Primary.failing(colour("#E9DFC7")).unwrap();
        assert_eq!(place, Place::Link);
        assert!(contrast < 1.5);
        let (place, contrast) = Part::Accent.failing(colour("#7F7F7F")).unwrap();
        assert_eq!(place, Place::Label);
        assert!((4.0..4.5).contains(&contrast), "{contrast}");
    }

    #[test]
    fn the_nearest_colour_is_near() {
        let wanted = colour("#0F6B4F");
        assert_eq!(Part::Primary.nearest(wanted), wanted, "it can be read");
        let pale = colour("#2FA37C");
        let near = Part::Primary.nearest(pale);
        assert!(pale.luminance() > near.luminance());
        assert!(Part::Primary.failing(near).is_none());
        // One step back it could not be read.
        let [red, green, blue] = near.channels();
        let back = Colour::rgb(red + 4, green + 4, blue + 4);
        assert!(Part::Primary.failing(back).is_some());
    }

    proptest! {
        #[test]
        fn every_colour_has_one_that_can_be_read(red: u8, green: u8, blue: u8) {
            let wanted = Colour::rgb(red, green, blue);
            for part in [Part::Primary, Part::Accent] {
                let near = part.nearest(wanted);
                prop_assert!(part.failing(near).is_none());
                prop_assert_eq!(near == wanted, part.failing(wanted).is_none());
                prop_assert_eq!(part.nearest(near), near);
            }
        }
    }
}
