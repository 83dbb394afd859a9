//! When a person's time is taken, and by what.

use jiff::{SignedDuration, Timestamp};

/// A stretch of time: from `start`, up to and without `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Span {
    /// So many minutes from `start`; no longer than the calendar goes.
    pub fn lasting(start: Timestamp, minutes: i32) -> Self {
        let length = SignedDuration::from_mins(minutes.into());
        Self { start, end: start.saturating_add(length).unwrap_or(Timestamp::MAX) }
    }

    /// Whether the two share an instant. Spans that touch do not.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Spans of taken time, each with what takes it. They may overlap one another: two calendars can be busy at once.
///
/// Finding what lies in the way of a candidate takes the logarithm of their number, so that hundreds of candidates cost
/// little more than one.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline<T> {
    /// By start.
    taken: Vec<(Span, T)>,
    /// For each place in `taken`, the latest end up to there.
    latest_end: Vec<Timestamp>,
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self { taken: Vec::new(), latest_end: Vec::new() }
    }
}

impl<T> Timeline<T> {
    /// In any order.
    pub fn new(mut taken: Vec<(Span, T)>) -> Self {
        taken.sort_by_key(|(span, _)| span.start);
        let mut latest = Timestamp::MIN;
        let latest_end = taken
            .iter()
            .map(|(span, _)| {
                latest = latest.max(span.end);
                latest
            })
            .collect();
        Self { taken, latest_end }
    }

    /// What shares an instant with `span`, the latest start first.
    pub fn overlapping(&self, span: Span) -> impl Iterator<Item = &T> {
        let begun = self.taken.partition_point(|(taken, _)| taken.start < span.end);
        (0..begun)
            .rev()
            .take_while(move |&place| self.latest_end[place] > span.start)
            .filter(move |&place| self.taken[place].0.end > span.start)
            .map(|place| &self.taken[place].1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn span(start: i64, end: i64) -> Span {
        Span { start: at(start), end: at(end) }
    }

    #[test]
    fn what_touches_is_not_in_the_way() {
        let timeline = Timeline::new(vec![(span(0, 30), 'a'), (span(60, 90), 'b')]);
        assert_eq!(timeline.overlapping(span(30, 60)).count(), 0);
        assert_eq!(timeline.overlapping(span(29, 61)).collect::<String>(), "ba");
    }

    #[test]
    fn a_long_span_is_found_behind_shorter_ones_that_begin_later() {
        let timeline = Timeline::new(vec![(span(0, 600), "all day"), (span(10, 20), "short"), (span(30, 40), "short")]);
        assert_eq!(timeline.overlapping(span(500, 510)).collect::<Vec<_>>(), [&"all day"]);
    }

    proptest! {
        #[test]
        fn whatever_the_spans_the_same_is_found_as_by_looking_at_each(
            spans in prop::collection::vec((0_i64..200, 1_i64..60), 0..40), start in 0_i64..200, length in 1_i64..60,
        ) {
            let taken: Vec<_> = spans.iter().enumerate().map(|(n, (at, long))| (span(*at, at + long), n)).collect();
            let wanted = span(start, start + length);
            let mut looked_at: Vec<usize> =
                taken.iter().filter(|(span, _)| span.overlaps(&wanted)).map(|(_, n)| *n).collect();
            let mut found: Vec<usize> = Timeline::new(taken).overlapping(wanted).copied().collect();
            looked_at.sort_unstable();
            found.sort_unstable();
            prop_assert_eq!(found, looked_at);
        }
    }
}
