//! Brand colours and whether text on them can be read (WCAG 2 contrast). Floats are fine here: this is not money.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An sRGB colour, written `#0F6B4F`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// A text is not a colour of the form `#RRGGBB` or `#RGB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a colour of the form #RRGGBB")]
pub struct InvalidColour;

impl Colour {
    /// Paper white.
    pub const WHITE: Self = Self::rgb(0xFF, 0xFF, 0xFF);
    /// Black.
    pub const BLACK: Self = Self::rgb(0, 0, 0);

    /// From its three channels.
    #[must_use]
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Red, green and blue.
    #[must_use]
    pub const fn channels(self) -> [u8; 3] {
        [self.red, self.green, self.blue]
    }

    /// `percent` of `other`, the rest of `self`; `percent` above 100 counts as 100.
    #[must_use]
    pub fn mix(self, other: Self, percent: u8) -> Self {
        let share = u32::from(percent.min(100));
        let channel = |a: u8, b: u8| {
            let mixed = (u32::from(a) * (100 - share) + u32::from(b) * share + 50) / 100;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Self {
            red: channel(self.red, other.red),
            green: channel(self.green, other.green),
            blue: channel(self.blue, other.blue),
        }
    }

    /// WCAG relative luminance, 0 (black) to 1 (white).
    #[must_use]
    pub fn luminance(self) -> f64 {
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// WCAG contrast ratio, 1 to 21. Body text needs 4.5.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

fn linear(channel: u8) -> f64 {
    let c = f64::from(channel) / 255.0;
    if c <= 0.040_45 {
        c / 12.92
    } else {
        ((c + 0.055) / 1.055).powf(2.4)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02X}{:02X}{:02X}", self.red, self.green, self.blue)
    }
}

impl FromStr for Colour {
    type Err = InvalidColour;
    fn from_str(text: &str) -> Result<Self, InvalidColour> {
        let hex = text.trim().strip_prefix('#').ok_or(InvalidColour)?;
        if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(InvalidColour);
        }
        let full = match hex.len() {
            6 => hex.to_owned(),
            3 => hex.chars().flat_map(|c| [c, c]).collect(),
            _ => return Err(InvalidColour),
        };
        let value = u32::from_str_radix(&full, 16).map_err(|_| InvalidColour)?;
        let [_, red, green, blue] = value.to_be_bytes();
        Ok(Self { red, green, blue })
    }
}

impl Serialize for Colour {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_contrasts() {
        assert!((Colour::WHITE.contrast(Colour::BLACK) - 21.0).abs() < 1e-9);
        let grey: Colour = "#767676".parse().unwrap();
        assert!((grey.contrast(Colour::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn the_demo_brands_carry_white_text() {
        for brand in ["#0F6B4F", "#8C5A0F", "#1E4E8C"] {
            let colour: Colour = brand.parse().unwrap();
            assert!(colour.contrast(Colour::WHITE) >= 4.5, "{brand}");
            assert_eq!(colour.to_string(), brand);
        }
        let sand: Colour = "#E9DFC7".parse().unwrap();
        assert!(sand.contrast(Colour::WHITE) < 4.5 && sand.contrast(Colour::BLACK) >= 4.5);
    }

    #[test]
    fn only_hex_is_a_colour() {
        for wrong in [
            "",
            "0F6B4F",
            "#0F6B4",
            "#GGGGGG",
            "#+F6B4F",
            "red",
            "#12345678",
            "#é12",
        ] {
            assert_eq!(wrong.parse::<Colour>(), Err(InvalidColour), "{wrong}");
        }
        assert_eq!("#abc".parse::<Colour>().unwrap().to_string(), "#AABBCC");
    }

    proptest! {
        #[test]
        fn a_colour_reads_itself_back(r: u8, g: u8, b: u8) {
            let colour = Colour::rgb(r, g, b);
            prop_assert_eq!(colour.to_string().parse::<Colour>().unwrap(), colour);
            prop_assert_eq!(colour.channels(), [r, g, b]);
        }
    }
}
