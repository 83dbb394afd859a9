//! The final table.

/// One line of it.
#[derive(Debug, Clone)]
pub struct Row {
    pub name: String,
    /// What we reached, and what the baseline did, in words with units.
    pub ours: String,
    pub baseline: String,
    pub measured: Measured,
    pub target: Target,
}

/// What is compared with the target.
#[derive(Debug, Clone, Copy)]
pub enum Measured {
    /// Ours divided by the baseline.
    Ratio(f64),
    Seconds(f64),
    Mebibytes(f64),
}

/// What is to be reached.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Measured {
    fn value(self) -> f64 {
        match self {
            Self::Ratio(value) | Self::Seconds(value) | Self::Mebibytes(value) => value,
        }
    }

    fn show(self) -> String {
        match self {
            Self::Ratio(value) if value < 0.1 => format!("{value:.4} ×"),
            Self::Ratio(value) => format!("{value:.2} ×"),
            Self::Seconds(value) => format!("{value:.1} s"),
            Self::Mebibytes(value) => format!("{value:.0} MiB"),
        }
    }
}

impl Target {
    fn show(self) -> String {
        match self {
            Self::AtLeast(bound) => format!("≥ {bound}"),
            Self::AtMost(bound) => format!("≤ {bound}"),
        }
    }

    fn verdict(self, value: f64) -> &'static str {
        let reached = match self {
            Self::AtLeast(bound) => value >= bound,
            Self::AtMost(bound) => value <= bound,
        };
        if reached { "yes" } else { "NO" }
    }
}

const HEADINGS: [&str; 6] = ["what", "ours", "baseline", "measured", "target", "reached"];

/// Prints the rows as a Markdown table, aligned.
pub fn print(rows: &[Row]) {
    let cells = |row: &Row| {
        let verdict = row.target.verdict(row.measured.value()).to_owned();
        [row.name.clone(), row.ours.clone(), row.baseline.clone(), row.measured.show(), row.target.show(), verdict]
    };
    let lines: Vec<[String; 6]> = std::iter::once(HEADINGS.map(str::to_owned)).chain(rows.iter().map(cells)).collect();
    let widths: Vec<usize> = (0..HEADINGS.len())
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
