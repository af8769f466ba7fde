//! The six dyes of a cloth, mixed from two brand colours whatever they are.

use crate::pages::palette::Rgb;

/// Tones from dark to pale. Any pale tone (`light`, `cream`) shows on any dark one (`ink`, `deep`, `main`).
#[derive(Clone, Copy, Debug)]
pub(super) struct Dyes {
    pub(super) ink: Rgb,
    pub(super) deep: Rgb,
    pub(super) main: Rgb,
    pub(super) warm: Rgb,
    pub(super) light: Rgb,
    pub(super) cream: Rgb,
}

impl Dyes {
    /// The dyes of two brand colours. A very dark or very pale accent cannot be the warm middle tone, so it becomes
    /// the ink or the cream and the warm tone is mixed from the primary colour.
    pub(super) fn new(primary: Rgb, accent: Rgb) -> Self {
        const WOOL: Rgb = Rgb(0xF6, 0xEE, 0xDF);
        const SAFFRON: Rgb = Rgb(0xD9, 0x94, 0x3A);
        let main = primary.darkened_for(WOOL, 3.6);
        let shade = accent.luminance();
        let ink = if shade < 0.04 {
            accent.mix(Rgb::BLACK, 15)
        } else {
            main.mix(Rgb(0x14, 0x0E, 0x0A), 76)
        };
        let warm = if shade < 0.04 {
            main.mix(SAFFRON, 60)
        } else if shade > 0.55 {
            accent.mix(SAFFRON, 62)
        } else {
            accent.mix(SAFFRON, 30)
        };
        let cream = if shade > 0.55 {
            accent.mix(WOOL, 60)
        } else {
            WOOL.mix(accent, 6)
        };
        Self {
            ink,
            deep: main.mix(ink, 45),
            main,
            warm,
            light: warm.mix(cream, 55),
            cream,
        }
    }

    /// The same dyes with their parts exchanged, so that pieces of one cloth differ: `turn` is 0 to 3.
    pub(super) fn turned(self, turn: i32) -> Self {
        match turn {
            1 => Self {
                ink: self.deep,
                deep: self.ink,
                ..self
            },
            2 => Self {
                main: self.deep,
                deep: self.main,
                ..self
            },
            3 => Self {
                ink: self.main,
                main: self.ink,
                ..self
            },
            _ => self,
        }
    }
}
