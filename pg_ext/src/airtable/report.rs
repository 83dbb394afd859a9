//! What became of a page of records.

use convene_rules::airtable::Problem;
use serde::Serialize;

use super::record::Record;

/// Most problems that are named.
const PROBLEMS_MOST: usize = 20;

/// Counts, and the first problems. It names records and fields, and repeats nothing of what they hold.
#[derive(Default, Serialize)]
pub struct Report {
    pub created: u32,
    pub updated: u32,
    pub removed: u32,
    pub unchanged: u32,
    pub stale: u32,
    pub skipped: u32,
    problems: Vec<RecordProblem>,
}

#[derive(Serialize)]
struct RecordProblem {
    record_id: String,
    #[serde(flatten)]
    problem: Problem,
}

impl Report {
    pub fn add(&mut self, record: &Record, problem: Problem) {
        if self.problems.len() < PROBLEMS_MOST {
            self.problems.push(RecordProblem { record_id: record.id.clone(), problem });
        }
    }
}
