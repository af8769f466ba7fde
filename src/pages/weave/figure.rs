//! The figures of the `shajarah` panel, on a square grid: their edges are stepped, as threads step on a loom.

use std::fmt::Write as _;

use super::Rng;

/// One figure. Each is a rule over the distance from the centre, so it can be drawn at any radius.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figure {
    /// Nested diamonds.
    Diamond,
    /// An eight-pointed star around a small diamond.
    Star,
    /// The tree that gives the panel its name: a stem with rising branches, mirrored at its foot.
    Tree,
    /// Two triangles that meet at their points.
    Hourglass,
    /// Crossed blades.
    Scissors,
    /// A comb with teeth on both sides.
    Comb,
    /// A diamond with hooks.
    Hooks,
}

/// What the loom does at one crossing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Thread {
    Ground,
    Outer,
    Inner,
}

impl Figure {
    /// A figure rich enough to stand alone in the middle.
    pub(super) fn central(rng: &mut Rng) -> Self {
        match rng.pick(4) {
            0 => Self::Diamond,
            1 => Self::Star,
            2 => Self::Hooks,
            _ => Self::Tree,
        }
    }

    /// A figure bold enough to be known at the size of a favicon.
    pub(super) fn emblem(rng: &mut Rng) -> Self {
        match rng.pick(3) {
            0 => Self::Diamond,
            1 => Self::Star,
            _ => Self::Hourglass,
        }
    }

    /// A figure that accompanies.
    pub(super) fn lateral(rng: &mut Rng) -> Self {
        match rng.pick(6) {
            0 => Self::Hourglass,
            1 => Self::Scissors,
            2 => Self::Comb,
            3 => Self::Diamond,
            4 => Self::Tree,
            _ => Self::Star,
        }
    }

    /// Path data of the two tones of this figure around the origin.
    pub(super) fn paths(self, radius: i32) -> (String, String) {
        let (mut outer, mut inner) = (Pen::default(), Pen::default());
        for y in -radius..=radius {
            let mut x = -radius;
            while x <= radius {
                let thread = self.thread(x, y, radius);
                let start = x;
                while x <= radius && self.thread(x, y, radius) == thread {
                    x += 1;
                }
                match thread {
                    Thread::Ground => {}
                    Thread::Outer => outer.thread(start, y, x - start),
                    Thread::Inner => inner.thread(start, y, x - start),
                }
            }
        }
        (outer.data, inner.data)
    }

    fn thread(self, x: i32, y: i32, radius: i32) -> Thread {
        let (ax, ay) = (x.abs(), y.abs());
        let diamond = ax + ay;
        match self {
            Self::Diamond => ring(radius - diamond),
            Self::Star => {
                let square = radius * 5 / 7;
                let inside =
                    diamond <= radius || ax.max(ay) <= square && diamond <= square * 2 - square / 3;
                match diamond {
                    _ if !inside => Thread::Ground,
                    d if d <= radius / 4 => Thread::Outer,
                    d if d <= radius / 4 + 2 => Thread::Ground,
                    d if d <= radius / 2 + 1 => Thread::Inner,
                    d if d <= radius / 2 + 2 => Thread::Ground,
                    _ => Thread::Outer,
                }
            }
            Self::Tree => {
                let branch = (radius - ay + ax).rem_euclid(5);
                let within = ax <= (radius - ay).max(0) * 3 / 4 + 2 && ay <= radius;
                match () {
                    () if ax == 0 => Thread::Inner,
                    () if within && branch < 2 && ax > 1 => Thread::Outer,
                    () if within && branch < 2 => Thread::Inner,
                    () => Thread::Ground,
                }
            }
            Self::Hourglass => match () {
                () if ax > ay || ay > radius * 6 / 7 + 1 => Thread::Ground,
                () if ay - ax >= 3 && ay < radius * 6 / 7 => Thread::Inner,
                () => Thread::Outer,
            },
            Self::Scissors => match (ax - ay).abs() {
                0 | 1 => Thread::Outer,
                _ if diamond <= radius / 3 + 1 || ay >= ax + radius * 2 / 3 => Thread::Inner,
                _ => Thread::Ground,
            },
            Self::Comb => match () {
                () if ay <= 1 => Thread::Inner,
                () if x.rem_euclid(3) == 0 && ay <= radius - ax / 3 => Thread::Outer,
                () => Thread::Ground,
            },
            Self::Hooks => {
                let core = radius * 3 / 5;
                let arm = ax == radius - 2 && ay <= core || ay == radius - 2 && ax <= core;
                let stem = ax <= 1 && ay <= radius - 2 || ay <= 1 && ax <= radius - 2;
                match () {
                    () if diamond <= core => ring(core - diamond),
                    () if arm => Thread::Outer,
                    () if stem => Thread::Inner,
                    () => Thread::Ground,
                }
            }
        }
    }
}

/// Writes threads as a path of relative moves.
#[derive(Default)]
struct Pen {
    data: String,
    at: (i32, i32),
}

impl Pen {
    fn thread(&mut self, x: i32, y: i32, length: i32) {
        // Writing into a String cannot fail. A thread a little taller than its row leaves no hairline.
        let _ = write!(
            self.data,
            "m{} {}h{length}v1.04h-{length}z",
            x - self.at.0,
            y - self.at.1
        );
        self.at = (x, y);
    }
}

/// Nested rings by the distance from the edge: two threads on, one off, two of the other tone, one off.
fn ring(from_edge: i32) -> Thread {
    if from_edge < 0 {
        return Thread::Ground;
    }
    match from_edge.rem_euclid(7) {
        0..=2 => Thread::Outer,
        4 | 5 => Thread::Inner,
        _ => Thread::Ground,
    }
}
