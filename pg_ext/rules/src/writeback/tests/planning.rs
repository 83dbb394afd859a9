use super::*;
use strum::VariantArray;

fn plan_of(meeting: &Meeting, accounts: &[Account], present: &[Writeback]) -> Plan {
    plan(meeting, &parties(), accounts, present)
}

#[test]
fn a_confirmed_meeting_is_owed_to_everybody_with_an_account_and_the_link_is_waited_for() {
    let plan = plan_of(&meeting(), &accounts(), &[]);
    let [ada, mia] = plan.owed.as_slice() else { panic!("{plan:?}") };
    assert_eq!((ada.row.operation, ada.row.hosts_conference, ada.when), (Operation::Create, true, When::Now));
    assert_eq!((mia.row.operation, mia.row.hosts_conference, mia.when), (Operation::Create, false, When::WithLink));
    assert_eq!((ada.row.wanted, ada.row.generation, ada.row.incarnation), (from(10), 1, 1));
    assert!(!plan.loses_link);
}

#[test]
fn what_does_not_take_place_is_owed_to_nobody() {
    for &status in BookingStatus::VARIANTS {
        let plan = plan_of(&Meeting { status, ..meeting() }, &accounts(), &[]);
        let takes_place = matches!(status, BookingStatus::Confirmed | BookingStatus::Completed | BookingStatus::NoShow);
        assert_eq!(plan.owed.len(), if takes_place { 2 } else { 0 }, "{status:?}");
    }
}

#[test]
fn planning_again_changes_nothing() {
    let first = planned(&meeting(), &accounts(), &[]);
    assert_eq!(plan_of(&meeting(), &accounts(), &first).owed, []);
    assert_eq!(plan_of(&Meeting { has_link: true, ..meeting() }, &accounts(), &both_written()).owed, []);
}

#[test]
fn who_has_no_account_to_write_to_is_owed_nothing() {
    let unused = Account { is_written: false, ..account(MIA, Provider::Google) };
    for accounts in [vec![account(ADA, Provider::Google)], vec![account(ADA, Provider::Google), unused]] {
        let users: Vec<_> = rows(&plan_of(&meeting(), &accounts, &[])).iter().map(|row| row.user_id).collect();
        assert_eq!(users, [ADA]);
    }
}

#[test]
fn an_event_stays_in_its_account_though_another_would_be_chosen_now() {
    let present = both_written();
    let older = account(ADA, Provider::Microsoft);
    let unwritten = Account { is_written: false, ..account(ADA, Provider::Google) };
    let accounts = [older, unwritten, account(MIA, Provider::Google)];
    assert_eq!(plan_of(&Meeting { has_link: true, ..meeting() }, &accounts, &present).owed, []);
}

#[test]
fn a_connected_account_is_chosen_before_one_that_must_be_connected_again_and_then_the_oldest() {
    let broken = Account { state: AccountState::NeedsReconnect, ..account(ADA, Provider::Google) };
    let plan = plan_of(&meeting(), &[broken, account(ADA, Provider::Microsoft)], &[]);
    assert_eq!(rows(&plan)[0].account_id, account(ADA, Provider::Microsoft).id);
    let plan = plan_of(&meeting(), &[account(ADA, Provider::Microsoft), account(ADA, Provider::Google)], &[]);
    assert_eq!(rows(&plan)[0].account_id, account(ADA, Provider::Microsoft).id);
}

#[test]
fn the_link_is_googles_of_the_lowest_rank_and_else_microsofts() {
    let host_of = |accounts: &[Account]| {
        let rows = rows(&plan_of(&meeting(), accounts, &[]));
        let hosts: Vec<_> = rows.iter().filter(|row| row.hosts_conference).map(|row| row.user_id).collect();
        assert_eq!(hosts.len(), 1);
        hosts[0]
    };
    use Provider::{Google, Microsoft};
    assert_eq!(host_of(&[account(ADA, Google), account(MIA, Google)]), ADA);
    assert_eq!(host_of(&[account(ADA, Microsoft), account(MIA, Google)]), MIA);
    assert_eq!(host_of(&[account(ADA, Microsoft), account(MIA, Microsoft)]), ADA);
    let broken = Account { state: AccountState::NeedsReconnect, ..account(ADA, Google) };
    assert_eq!(host_of(&[broken, account(MIA, Microsoft)]), MIA);
}

#[test]
fn a_meeting_in_person_has_no_host_and_nobody_waits() {
    let plan = plan_of(&Meeting { is_online: false, ..meeting() }, &accounts(), &[]);
    assert!(plan.owed.iter().all(|owed| !owed.row.hosts_conference && owed.when == When::Now));
}

#[test]
fn a_meeting_that_moves_moves_the_events_and_one_nobody_made_is_created_at_the_new_time() {
    let moved = Meeting { time: from(14), has_link: true, ..meeting() };
    for row in rows(&plan_of(&moved, &accounts(), &both_written())) {
        assert_eq!((row.operation, row.wanted, row.generation), (Operation::Reschedule, from(14), 2));
        assert_eq!((row.status, row.incarnation), (Status::Pending, 1));
    }
    let present = planned(&meeting(), &accounts(), &[]);
    for row in rows(&plan_of(&moved, &accounts(), &present)) {
        assert_eq!((row.operation, row.wanted, row.generation), (Operation::Create, from(14), 2));
    }
}

#[test]
fn a_canceled_meeting_takes_its_events_back_and_its_link_is_history() {
    let canceled = Meeting { status: BookingStatus::Canceled, has_link: true, ..meeting() };
    let plan = plan_of(&canceled, &accounts(), &both_written());
    assert!(!plan.loses_link);
    assert_eq!(plan.owed.len(), 2);
    for row in rows(&plan) {
        assert_eq!((row.operation, row.generation, row.status), (Operation::Cancel, 2, Status::Pending));
        assert_eq!(row.event_id.as_deref(), Some("event"));
    }
}

#[test]
fn a_meeting_that_waits_for_an_answer_again_loses_events_and_link() {
    let asked = Meeting { status: BookingStatus::Pending, has_link: true, ..meeting() };
    let plan = plan_of(&asked, &accounts(), &both_written());
    assert!(plan.loses_link);
    assert!(rows(&plan).iter().all(|row| row.operation == Operation::Cancel));
}

#[test]
fn a_canceled_meeting_is_planned_once() {
    let canceled = Meeting { status: BookingStatus::Canceled, ..meeting() };
    let present = planned(&canceled, &accounts(), &both_written());
    assert_eq!(plan_of(&canceled, &accounts(), &present).owed, []);
}

#[test]
fn what_is_wanted_again_before_it_was_removed_is_kept_and_afterwards_made_anew_under_another_id() {
    let canceled = Meeting { status: BookingStatus::Canceled, ..meeting() };
    let owed = planned(&canceled, &accounts(), &both_written());
    for row in rows(&plan_of(&meeting(), &accounts(), &owed)) {
        assert_eq!((row.operation, row.incarnation, row.generation), (Operation::Reschedule, 1, 3));
    }
    let removed: Vec<_> = owed
        .iter()
        .map(|row| Writeback { status: Status::Done, begun: false, event_id: None, written: None, ..row.clone() })
        .collect();
    let elsewhere = [account(ADA, Provider::Microsoft), account(MIA, Provider::Google)];
    let again = rows(&plan_of(&meeting(), &elsewhere, &removed));
    assert_eq!(again.len(), 2);
    for row in &again {
        assert_eq!((row.operation, row.incarnation, row.generation), (Operation::Create, 2, 3));
    }
    assert_eq!(again[0].account_id, account(ADA, Provider::Microsoft).id);
}

#[test]
fn who_is_replaced_loses_the_event_and_the_link_if_it_was_theirs() {
    const MAX: Uuid = Uuid::from_u128(3);
    let parties = [Party { user_id: ADA, rank: 1 }, Party { user_id: MAX, rank: 2 }];
    let accounts = [accounts(), vec![account(MAX, Provider::Google)]].concat();
    let mut present = both_written();
    (present[0].hosts_conference, present[1].hosts_conference) = (false, true);

    let plan = plan(&Meeting { has_link: true, ..meeting() }, &parties, &accounts, &present);

    assert!(plan.loses_link);
    let row = |user| plan.owed.iter().find(|owed| owed.row.user_id == user).unwrap();
    assert_eq!(row(MIA).row.operation, Operation::Cancel);
    assert!(row(ADA).row.hosts_conference && row(ADA).row.operation == Operation::Reschedule);
    assert_eq!((row(MAX).row.operation, row(MAX).when), (Operation::Create, When::WithLink));
}

#[test]
fn many_attendees_and_hosts_have_an_event_each_and_one_link() {
    let users: Vec<Uuid> = (1..=40).map(Uuid::from_u128).collect();
    let parties: Vec<_> = users.iter().zip(1..).map(|(user, rank)| Party { user_id: *user, rank }).collect();
    let accounts: Vec<_> = users.iter().map(|user| account(*user, Provider::Microsoft)).collect();
    let rows = rows(&plan(&meeting(), &parties, &accounts, &[]));
    assert_eq!(rows.len(), 40);
    assert_eq!(rows.iter().filter(|row| row.hosts_conference).count(), 1);
}

#[test]
fn an_account_that_must_be_connected_again_is_waited_for() {
    let broken = Account { state: AccountState::NeedsReconnect, ..account(MIA, Provider::Google) };
    let accounts = [account(ADA, Provider::Google), broken];
    let plan = plan_of(&meeting(), &accounts, &[]);
    assert_eq!(plan.owed[1].when, When::Reconnected);
    let canceled = Meeting { status: BookingStatus::Canceled, ..meeting() };
    let plan = plan_of(&canceled, &accounts, &both_written());
    assert_eq!([plan.owed[0].when, plan.owed[1].when], [When::Now, When::Reconnected]);
}

#[test]
fn who_could_not_make_a_link_is_not_asked_again() {
    let mut present = both_written();
    present[0] = Writeback { conference: Conference::Failed, hosts_conference: false, ..present[0].clone() };
    let moved = Meeting { time: from(14), ..meeting() };
    let rows = rows(&plan_of(&moved, &accounts(), &present));
    let hosts: Vec<_> = rows.iter().map(|row| (row.user_id, row.hosts_conference)).collect();
    assert_eq!(hosts, [(ADA, false), (MIA, true)]);
}
