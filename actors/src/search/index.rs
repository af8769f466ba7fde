//! [`SearchIndex`]: which document has which word, and how well a query fits each.
//!
//! A query's words are matched with the words of the index exactly, as their beginning, and within a few wrong letters (candidates
//! by shared trigrams). Documents that fit every word are ranked by BM25 over those words. When none does, as with a question
//! in whole sentences, those that fit at least half are ranked by BM25 over trigrams, which forgives endings.

use std::collections::{BTreeMap, HashMap, HashSet};

use sadu_domain::arabic::without_article;

use super::words::{Trigram, forms, trigrams, typos, words};

/// BM25: how soon another mention of the same word stops mattering.
const SATURATION: f64 = 1.2;
/// BM25: how much a long text is held against it; little, as a story is not worse for being told.
const LENGTH: f64 = 0.4;
/// Worth of a find by the beginning of a word.
const BY_BEGINNING: f64 = 0.8;
/// Worth of a find with one wrong letter; with two it is the square.
const BY_TYPO: f64 = 0.6;
/// Words of the index that one beginning may stand for, and letters it must have.
const BEGINNINGS: usize = 256;
const BEGINNING: usize = 2;
/// Words of a query that are looked at.
const QUERY_WORDS: usize = 16;

/// Takes documents in; the order in which they come is their number.
#[derive(Debug, Default)]
pub struct Builder {
    vocabulary: BTreeMap<String, Vec<(u32, f64)>>,
    lengths: Vec<f64>,
}

impl Builder {
    /// The next document: its texts, each with its weight (a mention in a text of weight 3 counts as three).
    pub fn add<'a>(&mut self, texts: impl IntoIterator<Item = (&'a str, f64)>) {
        let document = number(self.lengths.len());
        let mut length = 0.0;
        for (text, weight) in texts {
            for word in words(text) {
                length += 1.0;
                for (form, worth) in forms(&word) {
                    self.mention(form, document, weight * worth);
                }
            }
        }
        self.lengths.push(length);
    }

    fn mention(&mut self, word: &str, document: u32, weight: f64) {
        if let Some(mentions) = self.vocabulary.get_mut(word) {
            match mentions.last_mut() {
                Some((last, sum)) if *last == document => *sum += weight,
                _ => mentions.push((document, weight)),
            }
        } else {
            self.vocabulary
                .insert(word.to_owned(), vec![(document, weight)]);
        }
    }

    /// The index of what came in.
    #[must_use]
    pub fn build(self) -> SearchIndex {
        let mut by_trigram: HashMap<Trigram, Vec<u32>> = HashMap::new();
        let mut entries = Vec::with_capacity(self.vocabulary.len());
        // In the order of the words, so that those with one beginning stand together.
        for (n, (word, mentions)) in self.vocabulary.into_iter().enumerate() {
            for trigram in trigrams(&word).into_iter().collect::<HashSet<_>>() {
                by_trigram.entry(trigram).or_default().push(number(n));
            }
            entries.push(Entry {
                word: word.into_boxed_str(),
                mentions: mentions.into_boxed_slice(),
            });
        }
        let documents = f64::from(number(self.lengths.len()));
        let average = self.lengths.iter().sum::<f64>() / documents.max(1.0);
        let norms = self
            .lengths
            .iter()
            .map(|length| SATURATION * (1.0 - LENGTH + LENGTH * length / average.max(1.0)))
            .collect();
        SearchIndex {
            entries,
            by_trigram,
            norms,
        }
    }
}

#[derive(Debug)]
struct Entry {
    word: Box<str>,
    /// Documents in order, with the weight of all mentions.
    mentions: Box<[(u32, f64)]>,
}

/// Documents by word. Answers their numbers, in the order in which [`Builder::add`] took them.
#[derive(Debug)]
pub struct SearchIndex {
    /// In the order of their words.
    entries: Vec<Entry>,
    by_trigram: HashMap<Trigram, Vec<u32>>,
    /// BM25's denominator of each document without the mentions.
    norms: Vec<f64>,
}

impl SearchIndex {
    /// The documents that fit `query`, best first; equally good ones in their order. `None` when the query has no word in it.
    #[must_use]
    pub fn search(&self, query: &str) -> Option<Vec<usize>> {
        let mut asked = words(query);
        asked.dedup();
        asked.truncate(QUERY_WORDS);
        if asked.is_empty() {
            return None;
        }
        let mut fits: HashMap<u32, (usize, f64)> = HashMap::new();
        for word in &asked {
            for (document, score) in self.fit(word) {
                let (count, sum) = fits.entry(document).or_default();
                *count += 1;
                *sum += score;
            }
        }
        let full = fits.values().any(|(count, _)| *count == asked.len());
        let mut found: Vec<(u32, f64)> = if full {
            let all = fits
                .into_iter()
                .filter(|(_, (count, _))| *count == asked.len());
            all.map(|(document, (_, score))| (document, score))
                .collect()
        } else {
            let similar = self.similar(&asked);
            let half = fits
                .into_iter()
                .filter(|(_, (count, _))| count * 2 >= asked.len());
            half.map(|(document, _)| {
                (
                    document,
                    similar.get(&document).copied().unwrap_or_default(),
                )
            })
            .collect()
        };
        found.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
        Some(
            found
                .into_iter()
                .filter_map(|(document, _)| usize::try_from(document).ok())
                .collect(),
        )
    }

    /// How well each document fits one word, where it does.
    fn fit(&self, word: &str) -> HashMap<u32, f64> {
        let mut best: HashMap<u32, f64> = HashMap::new();
        for (entry, worth) in self.meant(word) {
            let rarity = worth * self.rarity(entry.mentions.len());
            for &(document, weight) in &entry.mentions {
                let score = rarity * self.weigh(document, weight);
                let kept = best.entry(document).or_default();
                *kept = kept.max(score);
            }
        }
        best
    }

    /// The words of the index that a word of a query may mean, each with its worth.
    fn meant(&self, word: &str) -> Vec<(&Entry, f64)> {
        let mut meant: HashMap<usize, f64> = HashMap::new();
        let mut take = |n: usize, worth: f64| {
            let kept = meant.entry(n).or_default();
            *kept = kept.max(worth);
        };
        // With its article a short word looks long enough to be misspelt: «البئر» is not «البيت».
        let bare = without_article(word).map_or(usize::MAX, |bare| bare.chars().count());
        for (form, worth) in forms(word) {
            let letters = form.chars().count();
            let from = self.entries.partition_point(|e| *e.word < *form);
            let begun = self.entries.iter().enumerate().skip(from).take(BEGINNINGS);
            for (n, entry) in begun.take_while(|(_, e)| e.word.starts_with(form)) {
                if *entry.word == *form {
                    take(n, worth);
                } else if letters >= BEGINNING {
                    take(n, worth * BY_BEGINNING);
                }
            }
            for (n, wrong) in self.misspelt(form, letters, typos(letters.min(bare))) {
                let typo = if wrong == 1 {
                    BY_TYPO
                } else {
                    BY_TYPO * BY_TYPO
                };
                take(n, worth * typo);
            }
        }
        meant
            .into_iter()
            .filter_map(|(n, worth)| Some((self.entries.get(n)?, worth)))
            .collect()
    }

    /// Words within `allowed` wrong letters, and how many are wrong.
    fn misspelt(&self, word: &str, letters: usize, allowed: usize) -> Vec<(usize, usize)> {
        if allowed == 0 {
            return Vec::new();
        }
        let mine: HashSet<Trigram> = trigrams(word).into_iter().collect();
        let mut shared: HashMap<u32, usize> = HashMap::new();
        for n in mine.iter().filter_map(|t| self.by_trigram.get(t)).flatten() {
            *shared.entry(*n).or_default() += 1;
        }
        // One wrong letter spoils three trigrams, two letters that are swapped four.
        let needed = mine.len().saturating_sub(4 * allowed).max(1);
        shared
            .into_iter()
            .filter(|(_, count)| *count >= needed)
            .filter_map(|(n, _)| {
                let n = usize::try_from(n).ok()?;
                let other = &self.entries.get(n)?.word;
                if other.chars().count().abs_diff(letters) > allowed {
                    return None;
                }
                let wrong = strsim::osa_distance(word, other);
                (1..=allowed).contains(&wrong).then_some((n, wrong))
            })
            .collect()
    }

    /// BM25 over the trigrams of these words.
    fn similar(&self, asked: &[String]) -> HashMap<u32, f64> {
        let wanted: HashSet<Trigram> = asked.iter().flat_map(|word| trigrams(word)).collect();
        let mut scores: HashMap<u32, f64> = HashMap::new();
        for trigram in wanted {
            let mut weights: HashMap<u32, f64> = HashMap::new();
            let having = self.by_trigram.get(&trigram).into_iter().flatten();
            for entry in having.filter_map(|n| self.entries.get(usize::try_from(*n).ok()?)) {
                for &(document, weight) in &entry.mentions {
                    *weights.entry(document).or_default() += weight;
                }
            }
            let rarity = self.rarity(weights.len());
            for (document, weight) in weights {
                *scores.entry(document).or_default() += rarity * self.weigh(document, weight);
            }
        }
        scores
    }

    /// Inverse document frequency.
    fn rarity(&self, having: usize) -> f64 {
        let all = f64::from(number(self.norms.len()));
        let having = f64::from(number(having));
        (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
    }

    fn weigh(&self, document: u32, weight: f64) -> f64 {
        let norm = usize::try_from(document)
            .ok()
            .and_then(|n| self.norms.get(n));
        weight * (SATURATION + 1.0) / (weight + norm.copied().unwrap_or(SATURATION))
    }
}

/// More than four billion documents or words share the last number.
fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
