//! The card that a link's preview shows: the cloth, and in its panel how far an item has come.

use super::dye::Dyes;
use super::figure::Figure;
use super::{Cloth, Rng, Weaver, digits, fold, strip};

/// Units across: 1,200 dots at six a unit.
pub(super) const WIDTH: i32 = 200;
/// Units down: 630 dots.
pub(super) const HEIGHT: i32 = 105;
/// Height of the panel in the middle.
const PANEL: i32 = 41;
/// Units a thread of the woven figure.
const THREAD: i32 = 3;
/// Length of the bar.
const BAR: i32 = 140;

impl Cloth {
    /// The card of `item`; `percent` of its target, where it has one. What is beyond the target is said, not drawn.
    #[must_use]
    pub fn card(&self, item: u128, percent: Option<i64>) -> String {
        let mut rng = Rng::new(self.seed ^ fold(item).rotate_left(17));
        let dyes = self.dyes.turned(rng.pick(4));
        let half = strip::field(&mut rng, dyes, (HEIGHT - PANEL) / 2);
        let mut weaver = Weaver::new(WIDTH);
        weaver.strips(&half, false);
        match percent {
            Some(percent) => weaver.progress(&mut rng, dyes, percent.clamp(0, 9_999)),
            None => weaver.panel(&mut rng, dyes, 16, HEIGHT - 2 * weaver.y),
        }
        weaver.strips(&half, true);
        weaver.finish(HEIGHT)
    }
}

impl Weaver {
    /// A panel with the percentage woven large, a bar under it, and a figure to both sides.
    fn progress(&mut self, rng: &mut Rng, dyes: Dyes, percent: i64) {
        let top = self.y;
        self.rect(0, top, WIDTH, PANEL, dyes.ink);
        self.rect(0, top + 1, WIDTH, 1, dyes.warm);
        self.rect(0, top + PANEL - 2, WIDTH, 1, dyes.warm);
        let text = format!("{percent}%");
        let letters = i32::try_from(text.len()).unwrap_or(1);
        let step = (digits::WIDE + 1) * THREAD;
        let mut x = (WIDTH - letters * step + THREAD) / 2;
        let left = x;
        for letter in text.chars() {
            self.letter(letter, x, top + 5, dyes);
            x += step;
        }
        let figure = Figure::lateral(rng);
        for centre in [left / 2, WIDTH - left / 2] {
            let y = top + 5 + digits::HIGH * THREAD / 2;
            self.figure(figure, 9, (centre, y), (dyes.light, dyes.warm));
        }
        let (bar, y) = ((WIDTH - BAR) / 2, top + PANEL - 11);
        let filled = i32::try_from(percent.min(100)).unwrap_or(0) * BAR / 100;
        self.rect(bar - 1, y - 1, BAR + 2, 6, dyes.cream);
        self.rect(bar, y, BAR, 4, dyes.ink);
        self.rect(bar, y, filled, 4, dyes.warm);
        self.y += PANEL;
    }

    fn letter(&mut self, letter: char, x: i32, y: i32, dyes: Dyes) {
        let rows = digits::rows(letter).unwrap_or_default();
        for (row, threads) in (0..).zip(rows) {
            for column in 0..digits::WIDE {
                if (threads >> (digits::WIDE - 1 - column)) & 1 == 1 {
                    let (x, y) = (x + column * THREAD, y + row * THREAD);
                    self.rect(x, y, THREAD, THREAD, dyes.cream);
                }
            }
        }
    }
}
