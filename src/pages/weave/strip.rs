//! The strips around the panel: stripes, grains, triangles, teeth.

use super::Rng;
use super::dye::Dyes;
use crate::pages::palette::Rgb;

/// What runs along a strip. Numbers are units; a repeat divides both the band and the picture.
#[derive(Clone, Copy, Debug)]
enum Pattern {
    /// A plain stripe.
    Plain,
    /// `hubub`: two rows of grains, set off against each other.
    Grains { tone: Rgb, size: i32 },
    /// `‘uwairjan`: triangles that stand on the outer edge, each with a smaller one inside.
    Triangles { tone: Rgb, inner: Rgb, repeat: i32 },
    /// Triangles from both edges that leave a zigzag between them.
    Zigzag { tone: Rgb, other: Rgb, repeat: i32 },
    /// `dhurs al-khail`: teeth from both edges that interlock.
    Teeth { tone: Rgb, repeat: i32 },
    /// Lozenges in a row.
    Lozenges { tone: Rgb, inner: Rgb, repeat: i32 },
}

/// One strip of the cloth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strip {
    pub(super) height: i32,
    pub(super) ground: Rgb,
    pattern: Pattern,
}

impl Strip {
    fn plain(height: i32, ground: Rgb) -> Self {
        Self {
            height,
            ground,
            pattern: Pattern::Plain,
        }
    }

    fn grains(ground: Rgb, tone: Rgb, size: i32) -> Self {
        Self {
            height: 2 * size,
            ground,
            pattern: Pattern::Grains { tone, size },
        }
    }

    fn teeth(ground: Rgb, tone: Rgb) -> Self {
        Self {
            height: 6,
            ground,
            pattern: Pattern::Teeth { tone, repeat: 6 },
        }
    }

    /// The middle of the thin band.
    pub(super) fn teeth_or_triangles(rng: &mut Rng, dyes: Dyes) -> Self {
        let repeat = if rng.pick(2) == 0 { 12 } else { 16 };
        let pattern = match rng.pick(3) {
            0 => Pattern::Lozenges {
                tone: dyes.cream,
                inner: dyes.warm,
                repeat,
            },
            1 => Pattern::Zigzag {
                tone: dyes.cream,
                other: dyes.warm,
                repeat,
            },
            _ => Pattern::Lozenges {
                tone: dyes.light,
                inner: dyes.ink,
                repeat: 12,
            },
        };
        Self {
            height: 10,
            ground: if rng.pick(2) == 0 {
                dyes.ink
            } else {
                dyes.deep
            },
            pattern,
        }
    }

    /// The shapes of this strip from `y` down, `width` long. A mirrored strip stands on its other edge.
    ///
    /// Grains and teeth are dashed lines: one short element however long the strip is.
    pub(super) fn shapes(&self, width: i32, y: i32, mirrored: bool) -> Vec<Shape> {
        let height = self.height;
        let (foot, up) = if mirrored { (y, 1) } else { (y + height, -1) };
        match self.pattern {
            Pattern::Plain => Vec::new(),
            Pattern::Grains { tone, size } => {
                let row = |index: i32, start: i32| Shape::Dashes {
                    start,
                    end: width,
                    y2: 2 * (y + index * size) + size,
                    thickness: size,
                    dash: size,
                    tone,
                };
                vec![row(0, 0), row(1, size)]
            }
            Pattern::Teeth { tone, repeat } => {
                let thickness = height * 2 / 3;
                vec![Shape::Dashes {
                    start: 0,
                    end: width,
                    y2: 2 * y + thickness,
                    thickness,
                    dash: repeat / 2,
                    tone,
                }]
            }
            Pattern::Triangles {
                tone,
                inner,
                repeat,
            } => {
                let (half, quarter) = (repeat / 2, repeat / 4);
                let (rise, low) = (up * height, up * (height / 2));
                vec![
                    Shape::path(tone, width, repeat, |x| {
                        format!("M{x} {foot}l{half} {rise} {half} {}z", -rise)
                    }),
                    Shape::path(inner, width, repeat, |x| {
                        format!(
                            "M{} {foot}l{quarter} {low} {quarter} {}z",
                            x + quarter,
                            -low
                        )
                    }),
                ]
            }
            Pattern::Zigzag {
                tone,
                other,
                repeat,
            } => {
                let (half, rise) = (repeat / 2, height - 3);
                vec![
                    Shape::path(tone, width, repeat, |x| {
                        format!("M{x} {}l{half} -{rise} {half} {rise}z", y + height)
                    }),
                    Shape::path(other, width + repeat, repeat, |x| {
                        format!("M{} {y}l{half} {rise} {half} -{rise}z", x - half)
                    }),
                ]
            }
            Pattern::Lozenges {
                tone,
                inner,
                repeat,
            } => {
                let (half, tall) = (repeat / 2, height / 2);
                let (near, low, middle) = (half / 2, tall / 2, y + tall);
                vec![
                    Shape::path(tone, width, repeat, |x| {
                        format!("M{x} {middle}l{half} -{tall} {half} {tall}-{half} {tall}z")
                    }),
                    Shape::path(inner, width, repeat, |x| {
                        format!(
                            "M{} {middle}l{near} -{low} {near} {low}-{near} {low}z",
                            x + half - near
                        )
                    }),
                ]
            }
        }
    }
}

/// One element of the drawing.
pub(super) enum Shape {
    /// A filled path.
    Path { data: String, tone: Rgb },
    /// A dashed line from `start` to `end`, `y2` half-units down; dash and gap are `dash` units long.
    Dashes {
        start: i32,
        end: i32,
        y2: i32,
        thickness: i32,
        dash: i32,
        tone: Rgb,
    },
}

impl Shape {
    /// The piece drawn by `piece` at each repeat of the strip.
    fn path(tone: Rgb, width: i32, repeat: i32, piece: impl Fn(i32) -> String) -> Self {
        let step = usize::try_from(repeat).unwrap_or(1).max(1);
        Self::Path {
            data: (0..width).step_by(step).map(piece).collect(),
            tone,
        }
    }
}

/// The strips of one half of the thin band, from its edge to its middle.
pub(super) fn border(rng: &mut Rng, dyes: Dyes) -> Vec<Strip> {
    let (edge, line) = if rng.pick(2) == 0 {
        (dyes.main, dyes.warm)
    } else {
        (dyes.deep, dyes.light)
    };
    let repeat = if rng.pick(2) == 0 { 8 } else { 12 };
    vec![
        Strip::plain(2, edge),
        Strip {
            height: 5,
            ground: edge,
            pattern: Pattern::Triangles {
                tone: dyes.cream,
                inner: dyes.warm,
                repeat,
            },
        },
        Strip::plain(1, dyes.ink),
        Strip::grains(
            dyes.cream,
            if rng.pick(2) == 0 {
                dyes.warm
            } else {
                dyes.main
            },
            1,
        ),
        Strip::plain(1, line),
    ]
}

/// The strips of one half of a picture, from its edge to its panel: together exactly `height` units.
pub(super) fn field(rng: &mut Rng, dyes: Dyes, height: i32) -> Vec<Strip> {
    let wide = if rng.pick(2) == 0 { 16 } else { 24 };
    let mut inner = vec![
        Strip::plain(2, dyes.cream),
        Strip::grains(dyes.ink, dyes.cream, 1),
        Strip::plain(1, dyes.warm),
    ];
    let bold = match rng.pick(4) {
        0 => Pattern::Triangles {
            tone: dyes.cream,
            inner: dyes.warm,
            repeat: wide,
        },
        1 => Pattern::Zigzag {
            tone: dyes.cream,
            other: dyes.ink,
            repeat: wide,
        },
        2 => Pattern::Lozenges {
            tone: dyes.light,
            inner: dyes.ink,
            repeat: wide,
        },
        _ => Pattern::Triangles {
            tone: dyes.light,
            inner: dyes.deep,
            repeat: 12,
        },
    };
    inner.push(Strip {
        height: 11,
        ground: dyes.main,
        pattern: bold,
    });
    inner.push(Strip::plain(1, dyes.ink));
    inner.push(match rng.pick(3) {
        0 => Strip::teeth(dyes.warm, dyes.ink),
        1 => Strip::teeth(dyes.cream, dyes.main),
        _ => Strip::teeth(dyes.deep, dyes.light),
    });
    inner.push(Strip::plain(2, dyes.warm));
    if rng.pick(2) == 0 {
        inner.push(Strip::grains(dyes.cream, dyes.deep, 2));
        inner.push(Strip::plain(2, dyes.ink));
    }
    let used: i32 = inner.iter().map(|strip| strip.height).sum();
    // What is left is the plain selvage, which frames the cloth.
    inner.push(Strip::plain((height - used).max(0), dyes.deep));
    inner.reverse();
    inner
}
