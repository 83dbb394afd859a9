//! Sides take turns, so that what else the machine does hits all of them.

use crate::outcome::{Outcome, say};

/// What a side reached in each of its turns.
#[derive(Debug, Clone, Default)]
pub struct Turns(Vec<f64>);

impl Turns {
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    pub fn median(&self) -> f64 {
        median(self.0.clone())
    }

    /// The median of the ratios of turns next to each other.
    pub fn over(&self, baseline: &Self) -> f64 {
        median(self.with(baseline, |ours, theirs| ours / theirs).0)
    }

    /// The least and the most of these ratios: how much the machine was disturbed.
    pub fn range_over(&self, baseline: &Self) -> (f64, f64) {
        let ratios = self.with(baseline, |ours, theirs| ours / theirs).0;
        (ratios.iter().copied().fold(f64::INFINITY, f64::min), ratios.iter().copied().fold(0.0, f64::max))
    }

    /// What follows from turns next to each other.
    pub fn with(&self, other: &Self, follows: impl Fn(f64, f64) -> f64) -> Self {
        self.0.iter().zip(&other.0).map(|(one, another)| follows(*one, *another)).collect()
    }
}

impl FromIterator<f64> for Turns {
    fn from_iter<T: IntoIterator<Item = f64>>(values: T) -> Self {
        Self(values.into_iter().collect())
    }
}

/// The middle value; the mean of the two middle ones.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// The smallest value that `percent` of them do not exceed.
pub fn percentile(mut values: Vec<f64>, percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let nth = (values.len() * percent).div_ceil(100).saturating_sub(1);
    values.get(nth).copied().unwrap_or(f64::NAN)
}

/// Lets `sides` sides take `rounds` turns each, after one that does not count: A B C, C B A, A B C, …
/// `turn` is given the side's number and returns what it reached.
pub async fn take_turns(
    names: &[&str],
    rounds: u32,
    mut turn: impl AsyncFnMut(usize) -> Outcome<f64>,
) -> Outcome<Vec<Turns>> {
    let mut turns = vec![Turns::default(); names.len()];
    for side in 0..names.len() {
        turn(side).await?;
    }
    for round in 0..rounds {
        let forth = 0..names.len();
        let order: Vec<usize> = if round % 2 == 0 { forth.collect() } else { forth.rev().collect() };
        for side in order {
            turns[side].push(turn(side).await?);
        }
        let reached: Vec<String> = names
            .iter()
            .zip(&turns)
            .filter_map(|(name, turns)| turns.0.last().map(|last| format!("{name} {last:.3}")))
            .collect();
        say(&format!("round {} of {rounds}: {}", round + 1, reached.join(", ")));
    }
    Ok(turns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(hundred.clone(), 99), 99.0);
        assert_eq!(percentile(hundred, 100), 100.0);
        assert_eq!(percentile(vec![7.0], 99), 7.0);
    }
}
