use convene_rules::refusal::Refusal;
use convene_rules::state::{Action, Confirmation, Status, corrected, next};
use strum::VariantArray;

use crate::given::refused_field;

/// Everything that is possible, by status and action, for a slot that needs no confirmation.
const POSSIBLE: [(Status, Action, Status); 12] = [
    (Status::Held, Action::Finalize, Status::Confirmed),
    (Status::Held, Action::Cancel, Status::Canceled),
    (Status::Held, Action::Expire, Status::Expired),
    (Status::Pending, Action::Confirm, Status::Confirmed),
    (Status::Pending, Action::Decline, Status::Declined),
    (Status::Pending, Action::Cancel, Status::Canceled),
    (Status::Pending, Action::Reschedule, Status::Confirmed),
    (Status::Pending, Action::Expire, Status::Expired),
    (Status::Confirmed, Action::Cancel, Status::Canceled),
    (Status::Confirmed, Action::Reschedule, Status::Confirmed),
    (Status::Confirmed, Action::Complete, Status::Completed),
    (Status::Confirmed, Action::MarkNoShow, Status::NoShow),
];

#[test]
fn every_transition_is_possible_or_refused_as_the_table_says() {
    for &status in Status::VARIANTS {
        for &action in Action::VARIANTS {
            let listed = POSSIBLE.iter().find(|row| (row.0, row.1) == (status, action)).map(|row| row.2);
            let expected = listed.ok_or(Refusal::InvalidTransition { status, action });
            assert_eq!(next(status, action, Confirmation::NotRequired), expected, "{status} {action:?}");
        }
    }
}

#[test]
fn a_hold_or_a_move_at_a_time_that_needs_confirmation_is_pending() {
    assert_eq!(next(Status::Held, Action::Finalize, Confirmation::Required), Ok(Status::Pending));
    for status in [Status::Pending, Status::Confirmed] {
        assert_eq!(next(status, Action::Reschedule, Confirmation::Required), Ok(Status::Pending));
    }
}

#[test]
fn only_finalizing_and_rescheduling_depend_on_confirmation() {
    for &status in Status::VARIANTS {
        let others = |action: &&Action| !matches!(action, Action::Finalize | Action::Reschedule);
        for &action in Action::VARIANTS.iter().filter(others) {
            let [required, not] = [Confirmation::Required, Confirmation::NotRequired].map(|c| next(status, action, c));
            assert_eq!(required, not, "{status} {action:?}");
        }
    }
}

#[test]
fn terminal_states_never_change_and_all_others_can() {
    for &status in Status::VARIANTS {
        let changes = Action::VARIANTS.iter().any(|&action| next(status, action, Confirmation::NotRequired).is_ok());
        assert_eq!(status.is_terminal(), !changes, "{status}");
    }
}

#[test]
fn only_a_meeting_that_is_over_is_corrected_and_only_to_the_other_end() {
    for &status in Status::VARIANTS {
        let no = Err(Refusal::InvalidTransition { status, action: Action::Correct });
        let is_over = matches!(status, Status::Completed | Status::NoShow);
        for (found, to) in [(Action::Complete, Status::Completed), (Action::MarkNoShow, Status::NoShow)] {
            assert_eq!(corrected(status, found), if is_over { Ok(to) } else { no.clone() }, "{status}");
        }
    }
}

#[test]
fn what_is_not_terminal_takes_its_time_and_nothing_frees_a_meeting_that_took_place() {
    for &status in Status::VARIANTS {
        let took_place = matches!(status, Status::Completed | Status::NoShow);
        assert_eq!(status.is_active(), !status.is_terminal() || took_place, "{status}");
    }
}

#[test]
fn names_read_back_and_others_are_refused() {
    for &status in Status::VARIANTS {
        assert_eq!(Status::parse(status.as_ref()), Ok(status));
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_ref());
    }
    assert_eq!(refused_field(Status::parse("rescheduled")), "status");
}

#[test]
fn a_refused_transition_reads_as_a_sentence() {
    let message = |action| Refusal::InvalidTransition { status: Status::Canceled, action }.to_string();
    assert_eq!(message(Action::MarkNoShow), "a canceled booking cannot be marked as no-show");
    assert_eq!(message(Action::Reschedule), "a canceled booking cannot be rescheduled");
}
