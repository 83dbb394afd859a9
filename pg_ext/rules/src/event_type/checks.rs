//! What must fit together in an event type.

use super::EventTypeDraft;
use crate::block::in_range;
use crate::meeting_type::MeetingType;
use crate::refusal::{Problems, Refusal};
use crate::request;

/// For how many days at most an event type can be booked.
pub const DAYS_MOST: i32 = 730;

pub fn fits_together(draft: &EventTypeDraft) -> Result<(), Refusal> {
    let mut problems = Problems::default();
    when(draft, &mut problems);
    place(draft, &mut problems);
    problems.check()
}

fn when(draft: &EventTypeDraft, problems: &mut Problems) {
    let mut wrong = |field: &str, problem: String| problems.note::<()>(Err(Refusal::invalid(field, problem)));
    match (draft.bookable_from, draft.bookable_until) {
        (None, None) if draft.horizon_days.is_none() => {
            wrong("horizon_days", "is required, unless bookable_from and bookable_until are given".to_owned());
        }
        (Some(_), None) => {
            wrong("bookable_until", "is required together with bookable_from".to_owned());
        }
        (None, Some(_)) => {
            wrong("bookable_from", "is required together with bookable_until".to_owned());
        }
        (Some(from), Some(until)) => {
            if draft.horizon_days.is_some() {
                wrong("horizon_days", "does not go with bookable_from and bookable_until".to_owned());
            }
            if until < from {
                wrong("bookable_until", "must not be before bookable_from".to_owned());
            } else if (until - from).get_days() > DAYS_MOST {
                wrong("bookable_until", format!("must be at most {DAYS_MOST} days after bookable_from"));
            }
            problems.note(in_range("bookable_from", from));
            problems.note(in_range("bookable_until", until));
        }
        (None, None) => {}
    }
}

fn place(draft: &EventTypeDraft, problems: &mut Problems) {
    let meeting_type = draft.meeting_type;
    let mut fits = |field: &str, is_given: bool, is_needed: bool, is_allowed: bool| {
        let problem = match is_given {
            false if is_needed => format!("is required when meeting_type is {meeting_type}"),
            true if !is_allowed => format!("does not go with the meeting_type {meeting_type}"),
            _ => return,
        };
        problems.note::<()>(Err(Refusal::invalid(field, problem)));
    };
    let (preset, words) = (draft.location_preset_id.is_some(), draft.location_custom.is_some());
    fits("location_preset_id", preset, meeting_type.has_preset(), meeting_type.has_preset());
    fits("location_custom", words, meeting_type.needs_place_in_words(), meeting_type.has_place_in_words());
    if let (MeetingType::Link, Some(address)) = (meeting_type, &draft.location_custom) {
        problems.note(request::web_address(address).map_err(|problem| Refusal::invalid("location_custom", problem)));
    }
}
