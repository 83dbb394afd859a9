//! Random histories of a booking, its people and their accounts, with a model of the providers: whatever happened, in the
//! end every calendar shows what is booked and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const USERS: u128 = 4;
const STATUSES: [BookingStatus; 4] =
    [BookingStatus::Confirmed, BookingStatus::Pending, BookingStatus::Canceled, BookingStatus::Completed];

/// What makes an event's id at its provider.
type EventKey = (Uuid, Uuid, i32);

/// How a provider answers about the link.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Ready,
    Pending,
    Refused,
    /// The event is written, and its writer ends before it can say so.
    Lost,
    /// Nothing is written.
    Down,
}

#[derive(Debug, Clone)]
enum Step {
    Become(usize),
    MoveTo(u8),
    TakePart(u8),
    Connect(usize),
    Disconnect(usize),
    Expire(usize),
    Begin(usize),
    End(usize, Answer),
}

fn step() -> impl Strategy<Value = Step> {
    let users = 0..USERS as usize;
    let answers = prop_oneof![
        4 => Just(Answer::Ready),
        1 => Just(Answer::Pending),
        1 => Just(Answer::Refused),
        1 => Just(Answer::Lost),
        1 => Just(Answer::Down),
    ];
    prop_oneof![
        2 => (0..STATUSES.len()).prop_map(Step::Become),
        2 => (8..16_u8).prop_map(Step::MoveTo),
        2 => (0..16_u8).prop_map(Step::TakePart),
        2 => (0..2 * USERS as usize).prop_map(Step::Connect),
        1 => (0..2 * USERS as usize).prop_map(Step::Disconnect),
        1 => (0..2 * USERS as usize).prop_map(Step::Expire),
        8 => users.clone().prop_map(Step::Begin),
        8 => (users, answers).prop_map(|(user, answer)| Step::End(user, answer)),
    ]
}

/// The database's tables, the work that is due and in progress, and the providers' calendars.
struct World {
    meeting: Meeting,
    parties: Vec<Party>,
    accounts: Vec<Account>,
    rows: Vec<Writeback>,
    due: BTreeSet<Uuid>,
    /// Rows as they were when work on them began.
    in_progress: BTreeMap<Uuid, Writeback>,
    events: BTreeMap<EventKey, Span>,
    used_up: BTreeSet<EventKey>,
    was_refused: bool,
}

impl World {
    fn new() -> Self {
        Self {
            meeting: meeting(),
            parties: parties(),
            accounts: Vec::new(),
            rows: Vec::new(),
            due: BTreeSet::new(),
            in_progress: BTreeMap::new(),
            events: BTreeMap::new(),
            used_up: BTreeSet::new(),
            was_refused: false,
        }
    }

    fn play(&mut self, step: &Step) {
        match *step {
            Step::Become(status) => self.meeting.status = STATUSES[status],
            Step::MoveTo(hour) => self.meeting.time = from(hour),
            Step::TakePart(bits) => {
                self.parties = (0..USERS)
                    .filter(|user| bits & (1 << user) != 0)
                    .map(|user| Party { user_id: Uuid::from_u128(user + 1), rank: i32::try_from(user).unwrap() })
                    .collect();
            }
            Step::Connect(number) => self.connect(any_account(number)),
            Step::Disconnect(number) => self.disconnect(any_account(number).id),
            Step::Expire(number) => self.expire(any_account(number).id),
            Step::Begin(user) => self.begin(Uuid::from_u128(user as u128 + 1)),
            Step::End(user, answer) => self.end(Uuid::from_u128(user as u128 + 1), answer),
        }
        self.plan();
    }

    fn plan(&mut self) {
        let planned = plan(&self.meeting, &self.parties, &self.accounts, &self.rows);
        self.meeting.has_link &= !planned.loses_link;
        self.owe(&planned.owed);
        let again = plan(&self.meeting, &self.parties, &self.accounts, &self.rows);
        assert!(again.owed.is_empty() && !again.loses_link, "a second plan changes something: {again:?}");
        assert!(self.rows.iter().filter(|row| row.is_wanted() && row.hosts_conference).count() <= 1, "{:?}", self.rows);
    }

    fn owe(&mut self, owed: &[Owed]) {
        apply(&mut self.rows, owed);
        for Owed { row, when } in owed {
            if *when == When::Reconnected {
                self.due.remove(&row.user_id);
            } else {
                self.due.insert(row.user_id);
            }
        }
    }

    fn connect(&mut self, account: Account) {
        match self.accounts.iter_mut().find(|known| known.id == account.id) {
            Some(known) => known.state = AccountState::Connected,
            None => self.accounts.push(account),
        }
        let waiting = self.rows.iter().filter(|row| row.account_id == account.id && row.status == Status::Pending);
        self.due.extend(waiting.map(|row| row.user_id));
    }

    /// Events that are in a calendar then stay there, and are no longer ours.
    fn disconnect(&mut self, id: Uuid) {
        self.accounts.retain(|account| account.id != id);
        let gone: Vec<Uuid> = self.rows.iter().filter(|row| row.account_id == id).map(|row| row.user_id).collect();
        self.rows.retain(|row| row.account_id != id);
        self.in_progress.retain(|user, _| !gone.contains(user));
        self.due.retain(|user| !gone.contains(user));
        let left: Vec<EventKey> = self.events.keys().filter(|(account, _, _)| *account == id).copied().collect();
        for key in left {
            self.events.remove(&key);
            self.used_up.insert(key);
        }
    }

    fn expire(&mut self, id: Uuid) {
        for account in self.accounts.iter_mut().filter(|account| account.id == id) {
            account.state = AccountState::NeedsReconnect;
        }
        for row in self.rows.iter().filter(|row| row.account_id == id) {
            self.due.remove(&row.user_id);
            self.in_progress.remove(&row.user_id);
        }
    }

    fn begin(&mut self, user: Uuid) {
        if self.in_progress.contains_key(&user) || !self.due.remove(&user) {
            return;
        }
        let Some(row) = self.rows.iter_mut().find(|row| row.user_id == user) else { return };
        if row.status == Status::Pending {
            row.begun |= row.is_wanted();
            self.in_progress.insert(user, row.clone());
        }
    }

    fn end(&mut self, user: Uuid, answer: Answer) {
        let Some(began) = self.in_progress.remove(&user) else { return };
        if matches!(answer, Answer::Down) {
            self.due.insert(user);
            return;
        }
        let found = self.write(&began, answer);
        if matches!(answer, Answer::Lost) {
            self.due.insert(user);
            return;
        }
        let attempt = Attempt { user_id: user, generation: began.generation, attempts: 1, found };
        let Some(finished) = finish(&self.rows, &self.parties, &self.accounts, &attempt, at(0)) else { return };
        self.meeting.has_link |= finished.brings_link;
        self.owe(&finished.others);
        let row = self.rows.iter_mut().find(|row| row.user_id == user).unwrap();
        *row = finished.row;
        if finished.conclusion != Conclusion::Done {
            self.due.insert(user);
        }
    }

    /// What a provider does with an event.
    fn write(&mut self, row: &Writeback, answer: Answer) -> Found {
        let key = (row.account_id, row.user_id, row.incarnation);
        if !row.is_wanted() {
            if row.begun && self.events.remove(&key).is_some() {
                self.used_up.insert(key);
            }
            return Found::Removed;
        }
        if self.used_up.contains(&key) {
            return Found::Gone;
        }
        self.events.insert(key, row.wanted);
        let link = match answer {
            _ if !row.hosts_conference => Link::None,
            Answer::Pending => Link::Pending,
            Answer::Refused => {
                self.was_refused = true;
                Link::Refused
            }
            _ if self.meeting.has_link => Link::Known,
            _ => Link::New,
        };
        Found::Written { at: row.wanted, event_id: format!("{key:?}"), link }
    }

    /// Everybody connects again, providers answer, and workers do whatever is due.
    fn settle(&mut self) {
        let accounts = self.accounts.clone();
        accounts.into_iter().for_each(|account| self.connect(account));
        self.plan();
        for _ in 0..50 {
            let users: Vec<Uuid> = self.due.iter().chain(self.in_progress.keys()).copied().collect();
            for user in users {
                self.begin(user);
                self.end(user, Answer::Ready);
            }
        }
        assert!(self.due.is_empty() && self.in_progress.is_empty(), "{:?}", self.rows);
    }
}

/// One of the two accounts that each user may have.
fn any_account(number: usize) -> Account {
    let provider = if number.is_multiple_of(2) { Provider::Google } else { Provider::Microsoft };
    account(Uuid::from_u128(number as u128 / 2 + 1), provider)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn whatever_happened_in_the_end_calendars_show_what_is_booked_and_nothing_else(steps in vec(step(), 0..60)) {
        let mut world = World::new();
        world.plan();
        for step in &steps {
            world.play(step);
        }
        world.settle();

        for row in &world.rows {
            prop_assert_eq!(row.status, Status::Done, "{:?}", row);
        }
        let takes_place = world.meeting.takes_place();
        for user in (1..=USERS).map(Uuid::from_u128) {
            let is_owed = takes_place
                && world.parties.iter().any(|party| party.user_id == user)
                && world.accounts.iter().any(|account| account.user_id == user);
            let shown: Vec<Span> =
                world.events.iter().filter(|((_, of, _), _)| *of == user).map(|(_, time)| *time).collect();
            let expected = if is_owed { vec![world.meeting.time] } else { vec![] };
            prop_assert_eq!(shown, expected, "of user {}", user);
        }
        let hosts = world.rows.iter().filter(|row| row.is_wanted() && row.hosts_conference).count();
        let has_events = world.rows.iter().any(Writeback::is_wanted);
        prop_assert!(hosts <= 1);
        if has_events && !world.was_refused {
            prop_assert_eq!(hosts, 1);
            prop_assert!(world.meeting.has_link);
        }
    }
}
