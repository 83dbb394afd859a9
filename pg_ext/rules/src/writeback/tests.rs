//! Examples of each decision; `simulation` plays random histories to their end.

mod finishing;
mod noticing;
mod planning;
mod simulation;

use jiff::Timestamp;

use super::*;

const ADA: Uuid = Uuid::from_u128(1);
const MIA: Uuid = Uuid::from_u128(2);

fn at(hour: u8) -> Timestamp {
    format!("2026-01-05T{hour:02}:00:00Z").parse().unwrap()
}

fn from(hour: u8) -> Span {
    Span { start: at(hour), end: at(hour + 1) }
}

/// A confirmed meeting at ten, online, without a link yet.
fn meeting() -> Meeting {
    Meeting { status: BookingStatus::Confirmed, time: from(10), is_online: true, has_link: false }
}

/// Ada attends, Mia hosts.
fn parties() -> Vec<Party> {
    vec![Party { user_id: ADA, rank: 1 }, Party { user_id: MIA, rank: 2 }]
}

fn account(user_id: Uuid, provider: Provider) -> Account {
    let id = Uuid::from_u128(user_id.as_u128() * 10 + provider as u128);
    Account { id, user_id, provider, state: AccountState::Connected, is_written: true }
}

/// Both with Google.
fn accounts() -> Vec<Account> {
    vec![account(ADA, Provider::Google), account(MIA, Provider::Google)]
}

fn rows(plan: &Plan) -> Vec<Writeback> {
    plan.owed.iter().map(|owed| owed.row.clone()).collect()
}

/// The rows after a plan.
fn planned(meeting: &Meeting, accounts: &[Account], present: &[Writeback]) -> Vec<Writeback> {
    let mut all = present.to_vec();
    apply(&mut all, &plan(meeting, &parties(), accounts, present).owed);
    all
}

fn apply(rows: &mut Vec<Writeback>, owed: &[Owed]) {
    for Owed { row, .. } in owed {
        match rows.iter_mut().find(|known| known.user_id == row.user_id) {
            Some(known) => *known = row.clone(),
            None => rows.push(row.clone()),
        }
    }
}

/// A row whose event was written as wanted.
fn written(row: &Writeback) -> Writeback {
    Writeback {
        status: Status::Done,
        begun: true,
        event_id: Some("event".to_owned()),
        written: Some(row.wanted),
        written_generation: row.generation,
        conference: if row.hosts_conference { Conference::Ready } else { Conference::None },
        ..row.clone()
    }
}

/// Both events of the meeting, written.
fn both_written() -> Vec<Writeback> {
    planned(&meeting(), &accounts(), &[]).iter().map(written).collect()
}
