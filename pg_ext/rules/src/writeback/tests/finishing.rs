use super::*;
use crate::backoff::MOST_ATTEMPTS;

fn attempt(user_id: Uuid, found: Found) -> Attempt {
    Attempt { user_id, generation: 1, attempts: 1, found }
}

fn put(user_id: Uuid, link: Link) -> Attempt {
    attempt(user_id, Found::Written { at: from(10), event_id: "event".to_owned(), link })
}

fn finish_of(rows: &[Writeback], attempt: &Attempt) -> Finished {
    finish(rows, &parties(), &accounts(), attempt, at(9)).unwrap()
}

/// Ada's event, which hosts, and Mia's, as they are first owed.
fn owed() -> Vec<Writeback> {
    planned(&meeting(), &accounts(), &[])
}

#[test]
fn an_event_that_is_written_is_done() {
    let finished = finish_of(&owed(), &put(MIA, Link::None));
    assert_eq!((finished.row.status, finished.conclusion), (Status::Done, Conclusion::Done));
    assert_eq!((finished.row.event_id.as_deref(), finished.row.written), (Some("event"), Some(from(10))));
    assert!(finished.row.begun && finished.row.written_generation == 1);
    assert!(finished.others.is_empty() && !finished.brings_link && !finished.outdates_busy_time);
}

#[test]
fn a_link_goes_to_the_booking_and_to_the_other_events() {
    let mut rows = owed();
    rows[1] = written(&rows[1]);
    let finished = finish_of(&rows, &put(ADA, Link::New));
    assert!(finished.brings_link);
    assert_eq!(finished.row.conference, Conference::Ready);
    let [other] = finished.others.as_slice() else { panic!("{finished:?}") };
    assert_eq!((other.row.operation, other.row.generation, other.when), (Operation::Reschedule, 2, When::Now));
    assert_eq!(other.row.status, Status::Pending);
}

#[test]
fn an_event_that_nobody_began_to_make_shows_the_link_without_being_wanted_anew() {
    let finished = finish_of(&owed(), &put(ADA, Link::New));
    assert_eq!((finished.others[0].row.operation, finished.others[0].row.generation), (Operation::Create, 1));
}

#[test]
fn a_link_that_is_known_or_that_another_is_to_bring_changes_nothing() {
    let known = finish_of(&owed(), &put(ADA, Link::Known));
    assert!(!known.brings_link && known.others.is_empty());
    let by_other = finish_of(&owed(), &put(MIA, Link::New));
    assert!(!by_other.brings_link && by_other.others.is_empty());
}

#[test]
fn a_link_that_is_late_is_asked_for_again_until_it_will_not_come() {
    let early = finish_of(&owed(), &put(ADA, Link::Pending));
    assert_eq!((early.conclusion, early.row.status), (Conclusion::AwaitLink, Status::Pending));
    assert_eq!((early.row.conference, early.row.event_id.is_some()), (Conference::Pending, true));

    let last = Attempt { attempts: MOST_ATTEMPTS, ..put(ADA, Link::Pending) };
    let last = finish_of(&owed(), &last);
    assert_eq!((last.conclusion, last.row.status), (Conclusion::Done, Status::Done));
    assert_eq!(last.row.conference, Conference::Failed);

    let over = finish(&owed(), &parties(), &accounts(), &put(ADA, Link::Pending), at(11)).unwrap();
    assert_eq!((over.row.conference, over.row.status), (Conference::Failed, Status::Done));
    assert_eq!(over.others, [], "nobody needs a link to a meeting that is over");
}

#[test]
fn a_host_that_cannot_make_a_link_hands_over_to_the_next_and_to_one_only() {
    const MAX: Uuid = Uuid::from_u128(3);
    let parties = [parties(), vec![Party { user_id: MAX, rank: 3 }]].concat();
    let accounts = [accounts(), vec![account(MAX, Provider::Google)]].concat();
    let rows = rows(&plan(&meeting(), &parties, &accounts, &[]));

    let finished = finish(&rows, &parties, &accounts, &put(ADA, Link::Refused), at(9)).unwrap();

    assert!(!finished.row.hosts_conference && finished.row.status == Status::Done);
    let [next] = finished.others.as_slice() else { panic!("{finished:?}") };
    assert_eq!((next.row.user_id, next.row.hosts_conference, next.row.generation), (MIA, true, 2));
}

#[test]
fn nobody_is_handed_the_link_who_failed_before_or_whose_account_is_not_connected() {
    let mut failed = owed();
    failed[1].conference = Conference::Failed;
    assert_eq!(finish_of(&failed, &put(ADA, Link::Refused)).others, []);

    let broken = Account { state: AccountState::NeedsReconnect, ..account(MIA, Provider::Google) };
    let accounts = [account(ADA, Provider::Google), broken];
    let finished = finish(&owed(), &parties(), &accounts, &put(ADA, Link::Refused), at(9)).unwrap();
    assert_eq!(finished.others, []);
}

#[test]
fn what_was_overtaken_is_noted_and_stays_owed() {
    let moved = planned(&Meeting { time: from(14), ..meeting() }, &accounts(), &owed());
    let finished = finish_of(&moved, &put(ADA, Link::New));
    assert_eq!((finished.row.status, finished.row.wanted), (Status::Pending, from(14)));
    assert_eq!((finished.row.written, finished.row.written_generation), (Some(from(10)), 1));
    assert!(!finished.brings_link, "the next try asks for it again");
}

#[test]
fn a_removed_event_is_done_and_what_was_read_of_the_calendar_is_outdated() {
    let canceled = Meeting { status: BookingStatus::Canceled, ..meeting() };
    let rows = planned(&canceled, &accounts(), &both_written());
    let finished = finish_of(&rows, &Attempt { generation: 2, ..attempt(ADA, Found::Removed) });
    assert_eq!((finished.row.status, finished.row.event_id, finished.row.written), (Status::Done, None, None));
    assert!(finished.outdates_busy_time && !finished.row.begun);
}

#[test]
fn an_event_that_is_wanted_again_while_it_is_removed_is_made_under_another_id() {
    let canceled = Meeting { status: BookingStatus::Canceled, ..meeting() };
    let rows = planned(&meeting(), &accounts(), &planned(&canceled, &accounts(), &both_written()));
    let finished = finish_of(&rows, &Attempt { generation: 2, ..attempt(ADA, Found::Removed) });
    assert_eq!((finished.row.status, finished.row.operation), (Status::Pending, Operation::Create));
    assert_eq!((finished.row.incarnation, finished.row.begun), (2, false));
}

#[test]
fn an_event_whose_id_is_used_up_is_made_anew() {
    let finished = finish_of(&both_written(), &attempt(ADA, Found::Gone));
    assert_eq!((finished.conclusion, finished.row.status), (Conclusion::MakeAnew, Status::Pending));
    assert_eq!((finished.row.incarnation, finished.row.event_id, finished.row.begun), (2, None, false));
}

#[test]
fn an_event_that_moved_outdates_what_was_read_of_the_calendar() {
    let moved = planned(&Meeting { time: from(14), ..meeting() }, &accounts(), &both_written());
    let finished = finish_of(&moved, &Attempt { generation: 2, ..put(ADA, Link::Known) });
    assert!(finished.outdates_busy_time);
}

#[test]
fn nothing_is_concluded_of_a_row_that_is_gone() {
    assert_eq!(finish(&[], &parties(), &accounts(), &put(ADA, Link::None), at(9)), None);
}
