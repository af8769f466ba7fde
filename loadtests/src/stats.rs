//! Figures of many rounds: percentiles of merged samples, never averages of percentiles; medians with their spread.

use std::fmt;
use std::time::Duration;

/// Latencies in nanoseconds.
#[derive(Debug, Default, Clone)]
pub(crate) struct Latencies {
    nanos: Vec<u64>,
}

impl Latencies {
    /// Adds one.
    pub(crate) fn add(&mut self, latency: Duration) {
        self.nanos
            .push(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Takes in another's.
    pub(crate) fn merge(&mut self, other: Self) {
        self.nanos.extend(other.nanos);
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.nanos.len()
    }

    /// The latency that `percent` of 100 do not exceed.
    pub(crate) fn percentile(&self, percent: f64) -> Duration {
        let mut sorted = self.nanos.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        let rank = whole((percent / 100.0 * float(sorted.len())).ceil()).saturating_sub(1);
        Duration::from_nanos(sorted.get(rank.min(last)).copied().unwrap_or_default())
    }
}

/// A figure of every round: its median, and how far the rounds lie apart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rounds {
    values: Vec<f64>,
}

impl Rounds {
    pub(crate) fn push(&mut self, value: f64) {
        self.values.push(value);
    }

    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let upper = sorted.get(middle).copied().unwrap_or(f64::NAN);
        if sorted.len().is_multiple_of(2) {
            let lower = middle.checked_sub(1).and_then(|m| sorted.get(m));
            lower.map_or(upper, |lower| (lower + upper) / 2.0)
        } else {
            upper
        }
    }

    /// Each round's figure by its neighbour's.
    pub(crate) fn over(&self, other: &Self) -> Self {
        let values = self.values.iter().zip(&other.values).map(|(a, b)| a / b);
        Self {
            values: values.collect(),
        }
    }

    /// For small figures: as [`fmt::Display`], with four digits.
    pub(crate) fn precise(&self) -> String {
        format!(
            "{:.4} ({:.4}–{:.4})",
            self.median(),
            self.least(),
            self.most()
        )
    }

    fn least(&self) -> f64 {
        self.values.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn most(&self) -> f64 {
        self.values
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max)
    }
}

impl fmt::Display for Rounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = if self.median() < 50.0 { 2 } else { 0 };
        write!(
            f,
            "{:.digits$} ({:.digits$}–{:.digits$})",
            self.median(),
            self.least(),
            self.most()
        )
    }
}

/// As a float: counts here are far below 2^53.
pub(crate) fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn whole(value: f64) -> usize {
    // No lossless conversion exists; percentiles of less than 2^32 samples are exact.
    format!("{value:.0}").parse().unwrap_or(0)
}

/// In milliseconds, for people.
pub(crate) fn ms(latency: Duration) -> String {
    let micros = float(usize::try_from(latency.as_micros()).unwrap_or(usize::MAX));
    format!("{:.2}", micros / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_rank() {
        let mut latencies = Latencies::default();
        for n in 1..=100 {
            latencies.add(Duration::from_millis(n));
        }
        assert_eq!(latencies.percentile(50.0), Duration::from_millis(50));
        assert_eq!(latencies.percentile(99.0), Duration::from_millis(99));
        assert_eq!(latencies.percentile(100.0), Duration::from_millis(100));
        assert_eq!(Latencies::default().percentile(99.0), Duration::ZERO);
    }

    #[test]
    fn a_median_of_rounds() {
        let mut rounds = Rounds::default();
        for value in [3.0, 1.0, 2.0] {
            rounds.push(value);
        }
        assert_eq!(rounds.to_string(), "2.00 (1.00–3.00)");
        rounds.push(4.0);
        assert!((rounds.median() - 2.5).abs() < f64::EPSILON);
    }
}
