//! Colours of a tenant: tones mixed from its two brand colours, and text colours that can be read on them.
//!
//! Called by [`super::weave`] for the tones of the cloth and by [`super::brand`] for the custom properties of
//! `/brand-{version}.css`. Mixing, luminance and contrast are the domain's.

use std::fmt;

use sadu_domain::brand;
use sadu_domain::colour::Colour;

/// A colour of the sRGB space, eight bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// The page's paper: the ground every `*_text` colour is measured against.
    pub const PAPER: Self = Self::of(brand::PAPER);
    /// The page's ink.
    pub const INK: Self = Self::of(brand::INK);
    /// What is sunk into the page: its darkest plain ground.
    pub const SUNK: Self = Self::of(brand::SUNK);
    /// Pure white.
    pub const WHITE: Self = Self(0xFF, 0xFF, 0xFF);
    /// Pure black.
    pub const BLACK: Self = Self(0, 0, 0);

    const fn of(colour: Colour) -> Self {
        let [red, green, blue] = colour.channels();
        Self(red, green, blue)
    }

    /// `percent` of `other`, the rest of `self`; `percent` above 100 counts as 100.
    #[must_use]
    pub fn mix(self, other: Self, percent: u8) -> Self {
        Colour::from(self).mix(other.into(), percent).into()
    }

    /// Relative luminance of WCAG 2, from 0 (black) to 1 (white).
    #[must_use]
    pub fn luminance(self) -> f64 {
        Colour::from(self).luminance()
    }

    /// Contrast ratio of WCAG 2, from 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        Colour::from(self).contrast(other.into())
    }

    /// The colour of text on `self`: white, the page's ink or, where neither reaches 4.5:1, black.
    #[must_use]
    pub fn on_colour(self) -> Self {
        [Self::WHITE, Self::INK]
            .into_iter()
            .find(|text| text.contrast(self) >= 4.5)
            .unwrap_or(Self::BLACK)
    }

    /// The darker of two colours.
    #[must_use]
    pub fn min_luminance(self, other: Self) -> Self {
        if self.luminance() <= other.luminance() {
            self
        } else {
            other
        }
    }

    /// `self`, darkened just enough to be read as text on `ground` (at least `ratio`:1).
    #[must_use]
    pub fn darkened_for(self, ground: Self, ratio: f64) -> Self {
        (0..=100)
            .step_by(4)
            .map(|percent| self.mix(Self::BLACK, percent))
            .find(|tone| tone.contrast(ground) >= ratio)
            .unwrap_or(Self::BLACK)
    }
}

impl From<Colour> for Rgb {
    fn from(colour: Colour) -> Self {
        Self::of(colour)
    }
}

impl From<Rgb> for Colour {
    fn from(Rgb(red, green, blue): Rgb) -> Self {
        Self::rgb(red, green, blue)
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_any_colour_reaches_the_aa_ratio() {
        for red in (0..=255).step_by(17) {
            for green in (0..=255).step_by(17) {
                for blue in (0..=255).step_by(17) {
                    let colour = Rgb(red, green, blue);
                    assert!(colour.on_colour().contrast(colour) >= 4.5, "{colour}");
                }
            }
        }
    }

    #[test]
    fn a_pale_brand_colour_becomes_readable_on_paper() {
        let sand = Rgb(0xE9, 0xDF, 0xC7);
        assert!(sand.contrast(Rgb::PAPER) < 4.5);
        assert!(sand.darkened_for(Rgb::PAPER, 4.5).contrast(Rgb::PAPER) >= 4.5);
    }

    #[test]
    fn mixing_keeps_the_ends() {
        let (green, brown) = (Rgb(0x0F, 0x6B, 0x4F), Rgb(0x8A, 0x4B, 0x1F));
        assert_eq!(green.mix(brown, 0), green);
        assert_eq!(green.mix(brown, 100), brown);
        assert_eq!(green.to_string(), "#0f6b4f");
    }
}
