//! The weave: bands of Al-Sadu, drawn as SVG from a tenant's two colours.
//!
//! Real Al-Sadu is a narrow cloth of parallel strips: plain stripes, `hubub` (grains), `‘uwairjan` (rows of
//! triangles), `dhurs al-khail` (horse's teeth) and, in the middle, the `shajarah`, a dark panel with a row of pale
//! figures. The drawings here keep that order: strips mirrored around one panel, few tones, figures with stepped
//! edges as a loom makes them. A seed (the tenant's id, and an item's id for its picture) chooses strips, figures and
//! tones, so each tenant has its own cloth and each item its own piece of it.
//!
//! [`Cloth::card`] is what a link's preview shows. Called by the routes of [`super::public::art`]; everything here is pure: the same input gives the same bytes.

mod card;
mod digits;
mod dye;
mod figure;
mod strip;

use std::fmt::Write as _;

use super::palette::Rgb;
use dye::Dyes;
use figure::Figure;
use strip::{Shape, Strip};

/// The width of one repeat of the band, in units: a multiple of every strip's own repeat.
const REPEAT: i32 = 96;

/// The cloth of one tenant.
#[derive(Clone, Copy, Debug)]
pub struct Cloth {
    dyes: Dyes,
    seed: u64,
}

impl Cloth {
    /// The cloth woven from `primary` and `accent`; `seed` is the tenant's id.
    #[must_use]
    pub fn new(primary: Rgb, accent: Rgb, seed: u128) -> Self {
        Self {
            dyes: Dyes::new(primary, accent),
            seed: fold(seed),
        }
    }

    /// One repeat of the band at the top of a page, made to be tiled along the inline axis.
    #[must_use]
    pub fn band(&self) -> String {
        let mut rng = Rng::new(self.seed);
        let half = strip::border(&mut rng, self.dyes);
        let panel = Strip::teeth_or_triangles(&mut rng, self.dyes);
        let mut weaver = Weaver::new(REPEAT);
        weaver.strips(&half, false);
        weaver.strip(&panel, false);
        weaver.strips(&half, true);
        weaver.finish(weaver.y)
    }

    /// The picture of an item that has none: a piece of the cloth, 16:10, mirrored around its panel of figures.
    #[must_use]
    pub fn picture(&self, item: u128) -> String {
        const WIDTH: i32 = 192;
        const HEIGHT: i32 = 120;
        let mut rng = Rng::new(self.seed ^ fold(item).rotate_left(17));
        let dyes = self.dyes.turned(rng.pick(4));
        let radius = 14 + 2 * rng.pick(3);
        let panel = 2 * radius + 9;
        let half = strip::field(&mut rng, dyes, (HEIGHT - panel) / 2);
        let mut weaver = Weaver::new(WIDTH);
        weaver.strips(&half, false);
        weaver.panel(&mut rng, dyes, radius, HEIGHT - 2 * weaver.y);
        weaver.strips(&half, true);
        weaver.finish(HEIGHT)
    }

    /// A square of the cloth with one figure: the tenant's mark and favicon.
    #[must_use]
    pub fn mark(&self) -> String {
        let mut rng = Rng::new(self.seed.rotate_left(31));
        let figure = Figure::emblem(&mut rng);
        let mut weaver = Weaver::new(32);
        let dyes = self.dyes;
        weaver.rect(0, 0, 32, 32, dyes.main);
        weaver.rect(0, 2, 32, 1, dyes.cream);
        weaver.rect(0, 29, 32, 1, dyes.cream);
        weaver.figure(figure, 9, (16, 16), (dyes.cream, dyes.warm));
        weaver.finish(32)
    }
}

/// Writes shapes from the top of the cloth to its foot.
struct Weaver {
    width: i32,
    y: i32,
    body: String,
}

impl Weaver {
    fn new(width: i32) -> Self {
        Self {
            width,
            y: 0,
            body: String::with_capacity(4096),
        }
    }

    fn rect(&mut self, x: i32, y: i32, width: i32, height: i32, tone: Rgb) {
        // Writing into a String cannot fail.
        let _ = write!(
            self.body,
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{tone}"/>"#
        );
    }

    fn shape(&mut self, shape: &Shape) {
        let _ = match shape {
            Shape::Path { data, tone } => write!(self.body, r#"<path d="{data}" fill="{tone}"/>"#),
            Shape::Dashes {
                start,
                end,
                y2,
                thickness,
                dash,
                tone,
            } => {
                let (whole, half) = (y2 / 2, if y2 % 2 == 0 { "" } else { ".5" });
                write!(
                    self.body,
                    r#"<path d="M{start} {whole}{half}H{end}" stroke="{tone}" stroke-width="{thickness}" stroke-dasharray="{dash}"/>"#
                )
            }
        };
    }

    fn strips(&mut self, strips: &[Strip], mirrored: bool) {
        if mirrored {
            strips
                .iter()
                .rev()
                .for_each(|strip| self.strip(strip, true));
        } else {
            strips.iter().for_each(|strip| self.strip(strip, false));
        }
    }

    fn strip(&mut self, strip: &Strip, mirrored: bool) {
        self.rect(0, self.y, self.width, strip.height, strip.ground);
        for shape in strip.shapes(self.width, self.y, mirrored) {
            self.shape(&shape);
        }
        self.y += strip.height;
    }

    /// The `shajarah`: one large figure in the middle, smaller ones repeated to both sides, bars between them.
    fn panel(&mut self, rng: &mut Rng, dyes: Dyes, radius: i32, height: i32) {
        let (top, middle) = (self.y, self.y + height / 2);
        self.rect(0, top, self.width, height, dyes.ink);
        self.rect(0, top + 1, self.width, 1, dyes.warm);
        self.rect(0, top + height - 2, self.width, 1, dyes.warm);
        let centre = self.width / 2;
        let small = radius - 3;
        let (side, far) = (Figure::lateral(rng), Figure::lateral(rng));
        self.figure(
            Figure::central(rng),
            radius,
            (centre, middle),
            (dyes.cream, dyes.warm),
        );
        self.define("a", side, small, (dyes.cream, dyes.warm));
        self.define("b", far, small, (dyes.light, dyes.cream));
        let mut reach = radius + 3;
        for id in ["a", "b", "a"] {
            for side_of in [-1, 1] {
                let bar = centre + side_of * (reach + 1);
                self.rect(bar - 1, top + 4, 1, height - 8, dyes.main);
                self.rect(bar + 1, top + 4, 1, height - 8, dyes.main);
                let x = centre + side_of * (reach + 5 + small);
                let _ = write!(self.body, r##"<use href="#{id}" x="{x}" y="{middle}"/>"##);
            }
            reach += 2 * small + 8;
        }
        self.y += height;
    }

    /// Defines a figure once, for `<use>`.
    fn define(&mut self, id: &str, figure: Figure, radius: i32, (outer, inner): (Rgb, Rgb)) {
        let (first, second) = figure.paths(radius);
        let _ = write!(
            self.body,
            r#"<defs><g id="{id}"><path d="{first}" fill="{outer}"/><path d="{second}" fill="{inner}"/></g></defs>"#
        );
    }

    fn figure(
        &mut self,
        figure: Figure,
        radius: i32,
        (x, y): (i32, i32),
        (outer, inner): (Rgb, Rgb),
    ) {
        let (first, second) = figure.paths(radius);
        let _ = write!(
            self.body,
            r#"<g transform="translate({x} {y})"><path d="{first}" fill="{outer}"/><path d="{second}" fill="{inner}"/></g>"#
        );
    }

    fn finish(&self, height: i32) -> String {
        let width = self.width;
        let body = &self.body;
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" preserveAspectRatio="xMidYMid slice">{body}</svg>"#
        )
    }
}

/// A small deterministic generator (SplitMix64): the drawing must never change between builds.
pub(super) struct Rng(u64);

impl Rng {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `below` - 1.
    fn pick(&mut self, below: i32) -> i32 {
        let below = u64::try_from(below).unwrap_or(1).max(1);
        i32::try_from(self.next() % below).unwrap_or(0)
    }
}

/// Both halves of an id in one seed.
fn fold(id: u128) -> u64 {
    let low = u64::try_from(id & u128::from(u64::MAX)).unwrap_or(0);
    let high = u64::try_from(id >> 64).unwrap_or(0);
    low ^ high.rotate_left(23)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const GREEN: Rgb = Rgb(0x0F, 0x6B, 0x4F);
    const BROWN: Rgb = Rgb(0x8A, 0x4B, 0x1F);

    #[test]
    fn the_same_seed_weaves_the_same_cloth_and_another_seed_another() {
        let cloth = Cloth::new(GREEN, BROWN, 7);
        assert_eq!(cloth.band(), Cloth::new(GREEN, BROWN, 7).band());
        assert_eq!(cloth.picture(3), cloth.picture(3));
        assert_ne!(cloth.picture(3), cloth.picture(4));
        let bands: std::collections::HashSet<_> = (0..12)
            .map(|seed| Cloth::new(GREEN, BROWN, seed).band())
            .collect();
        assert!(
            bands.len() >= 10,
            "only {} different bands of 12",
            bands.len()
        );
    }

    #[test]
    fn a_picture_stays_small_and_has_no_code_or_style() {
        for item in 0..40 {
            let svg = Cloth::new(GREEN, BROWN, 99).picture(item);
            assert!(svg.len() < 14_000, "{} bytes", svg.len());
            assert!(!svg.contains("style") && !svg.contains("script"));
        }
    }

    #[test]
    fn a_card_says_how_far_it_is_and_fills_its_frame() {
        let cloth = Cloth::new(GREEN, BROWN, 7);
        assert_ne!(cloth.card(3, Some(40)), cloth.card(3, Some(41)));
        assert_ne!(cloth.card(3, None), cloth.card(4, None));
        for (item, percent) in [
            (3, None),
            (4, Some(0)),
            (5, Some(97)),
            (6, Some(240)),
            (7, Some(-1)),
        ] {
            let svg = cloth.card(item, percent);
            assert!(svg.contains(r#"viewBox="0 0 200 105""#));
            // The bar ends where its frame does.
            assert!(percent != Some(240) || svg.contains(r#"width="140" height="4""#));
        }
    }

    #[test]
    fn the_mirrored_half_has_the_height_of_the_first() {
        for item in 0..40 {
            let svg = Cloth::new(GREEN, BROWN, 5).picture(item);
            assert!(svg.contains(r#"viewBox="0 0 192 120""#));
        }
    }
}
