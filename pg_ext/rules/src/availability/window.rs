//! Windows of one day, of which those that touch or overlap are one.

use crate::fields::{self, Fields};
use crate::refusal::{Problems, Refusal};
use crate::zone::WallTime;

/// A stretch of a day between two wall times; the end may be 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayWindow {
    pub start: WallTime,
    /// After the start.
    pub end: WallTime,
}

impl DayWindow {
    /// Refuses, as field `end_time`, an end that is not after the start.
    pub fn new(start: WallTime, end: WallTime) -> Result<Self, Refusal> {
        if start < end {
            Ok(Self { start, end })
        } else {
            Err(Refusal::invalid("end_time", "must be after start_time"))
        }
    }

    /// From the fields `start_time` and `end_time`, both required.
    pub(super) fn read(fields: &Fields<'_>, problems: &mut Problems) -> Option<Self> {
        let start = problems.note(fields.required("start_time", fields::wall_time));
        let end = problems.note(fields.required("end_time", fields::wall_time));
        problems.note(Self::new(start?, end?))
    }
}

/// The same hours in as few windows as possible, in order.
pub(super) fn merged(mut windows: Vec<DayWindow>) -> Vec<DayWindow> {
    windows.sort_unstable();
    windows.dedup_by(|next, before| {
        let is_one = next.start <= before.end;
        if is_one {
            before.end = before.end.max(next.end);
        }
        is_one
    });
    windows
}
