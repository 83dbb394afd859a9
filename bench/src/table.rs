//! The final table, for people and as a file that a later run can be compared with.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::outcome::Outcome;
use crate::rounds::Turns;

/// One line of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// What is measured: what. Baseline, ": ", and nothing that differs between runs, as tables are joined by it.
    name: String,
    unit: Unit,
    ours: f64,
    baseline: Option<Baseline>,
    target: Target,
}

/// What was measured beside ours.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Baseline {
    value: f64,
    /// Ours divided by it: the median of all rounds, the least and the most.
    ratio: f64,
    least: f64,
    most: f64,
}

/// What ours and the baseline are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    PerSecond,
    Seconds,
    Milliseconds,
    Microseconds,
    Mebibytes,
    Count,
}

/// What is to be reached.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Target {
    RatioAtLeast(f64),
    RatioAtMost(f64),
    /// In the row's unit.
    AtLeast(f64),
    AtMost(f64),
}

impl Row {
    /// A row that was measured in turns with its baseline.
    pub fn beside(name: impl Into<String>, unit: Unit, ours: &Turns, baseline: &Turns, target: Target) -> Self {
        let (least, most) = ours.range_over(baseline);
        let compared = Baseline { value: baseline.median(), ratio: ours.over(baseline), least, most };
        Self { name: name.into(), unit, ours: ours.median(), baseline: Some(compared), target }
    }

    /// A row that stands for itself.
    pub fn alone(name: impl Into<String>, unit: Unit, ours: f64, target: Target) -> Self {
        Self { name: name.into(), unit, ours, baseline: None, target }
    }

    /// What is compared with the target.
    fn measured(&self) -> f64 {
        match self.target {
            Target::RatioAtLeast(_) | Target::RatioAtMost(_) => {
                self.baseline.map_or(f64::NAN, |baseline| baseline.ratio)
            }
            Target::AtLeast(_) | Target::AtMost(_) => self.ours,
        }
    }

    fn show_measured(&self) -> String {
        match self.target {
            Target::RatioAtLeast(_) | Target::RatioAtMost(_) => show_ratio(self.measured()),
            Target::AtLeast(_) | Target::AtMost(_) => self.unit.show(self.ours),
        }
    }

    fn cells(&self, before: Option<&[Row]>) -> Vec<String> {
        let baseline = self.baseline;
        let mut cells = vec![
            self.name.clone(),
            self.unit.show(self.ours),
            baseline.map_or_else(String::new, |baseline| self.unit.show(baseline.value)),
            baseline.map_or_else(String::new, |baseline| show_ratio(baseline.ratio)),
            baseline.map_or_else(String::new, |baseline| {
                format!("{} – {}", show_ratio(baseline.least), show_ratio(baseline.most))
            }),
            self.target.show(self.unit),
            if self.target.is_reached(self.measured()) { "yes" } else { "NO" }.to_owned(),
        ];
        if let Some(before) = before {
            let same = before.iter().find(|row| row.name == self.name);
            cells.push(same.map_or_else(String::new, Row::show_measured));
        }
        cells
    }
}

impl Unit {
    fn show(self, value: f64) -> String {
        let suffix = match self {
            Self::PerSecond => "/s",
            Self::Seconds => " s",
            Self::Milliseconds => " ms",
            Self::Microseconds => " µs",
            Self::Mebibytes => " MiB",
            Self::Count => "",
        };
        format!("{}{suffix}", Digits(value))
    }
}

impl Target {
    fn show(self, unit: Unit) -> String {
        match self {
            Self::RatioAtLeast(bound) => format!("≥ {bound} ×"),
            Self::RatioAtMost(bound) => format!("≤ {bound} ×"),
            Self::AtLeast(bound) => format!("≥ {}", unit.show(bound)),
            Self::AtMost(bound) => format!("≤ {}", unit.show(bound)),
        }
    }

    fn is_reached(self, value: f64) -> bool {
        match self {
            Self::RatioAtLeast(bound) | Self::AtLeast(bound) => value >= bound,
            Self::RatioAtMost(bound) | Self::AtMost(bound) => value <= bound,
        }
    }
}

fn show_ratio(ratio: f64) -> String {
    format!("{} ×", Digits(ratio))
}

/// A number with three digits that say something, or all of those before the point.
struct Digits(f64);

impl fmt::Display for Digits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = match self.0.abs() {
            large if large >= 100.0 => 0,
            middle if middle >= 10.0 => 1,
            small if small >= 0.1 || small == 0.0 => 2,
            _ => 4,
        };
        write!(formatter, "{:.decimals$}", self.0)
    }
}

const HEADINGS: [&str; 7] = ["what: baseline", "ours", "baseline", "ratio", "in all rounds", "target", "reached"];

/// Prints the rows as a Markdown table, aligned; beside what an earlier run measured, if given.
pub fn print(rows: &[Row], before: Option<&[Row]>) {
    let mut headings: Vec<String> = HEADINGS.map(str::to_owned).into();
    headings.extend(before.map(|_| "before".to_owned()));
    let lines: Vec<Vec<String>> = std::iter::once(headings).chain(rows.iter().map(|row| row.cells(before))).collect();
    let widths: Vec<usize> = (0..lines[0].len())
        .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default())
        .collect();
    for (nth, line) in lines.iter().enumerate() {
        let padded: Vec<String> =
            line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
        println!("| {} |", padded.join(" | "));
        if nth == 0 {
            let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            println!("| {} |", rules.join(" | "));
        }
    }
}

/// Writes the rows to a file for `read`.
pub fn write(rows: &[Row], file: &Path) -> Outcome<()> {
    Ok(std::fs::write(file, serde_json::to_string_pretty(rows)?)?)
}

/// The rows of an earlier run.
pub fn read(file: &Path) -> Outcome<Vec<Row>> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_json::from_str(&text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_with_the_digits_that_say_something() {
        let shown = [1234.5, 99.44, 0.416, 0.0123, 0.0].map(|number| Digits(number).to_string());
        assert_eq!(shown, ["1234", "99.4", "0.42", "0.0123", "0.00"]);
    }

    #[test]
    fn a_ratio_target_looks_at_the_ratio_and_an_absolute_one_at_ours() {
        let turns = |values: [f64; 2]| Turns::from_iter(values);
        let (ours, baseline) = (turns([5.0, 7.0]), turns([10.0, 10.0]));
        let ratio = Row::beside("a", Unit::PerSecond, &ours, &baseline, Target::RatioAtLeast(0.6));
        let absolute = Row::beside("a", Unit::PerSecond, &ours, &baseline, Target::AtLeast(7.0));
        assert!((ratio.measured() - 0.6).abs() < 1e-9);
        assert!((absolute.measured() - 6.0).abs() < 1e-9);
        assert!(!absolute.target.is_reached(absolute.measured()));
    }
}
