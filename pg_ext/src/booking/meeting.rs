//! A booking with its people, as it is in the tables.

use convene_rules::meeting_type::MeetingType;
use convene_rules::participant::{Attendance, Part};
use convene_rules::permission::{Actor, Relation};
use convene_rules::refusal::Refusal;
use convene_rules::state::Status;
use convene_rules::timeline::Span;
use jiff::{SignedDuration, Timestamp};
use pgrx::spi::SpiClient;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::failure::Outcome;
use crate::values::pg_uuids;
use crate::{record, statement};

statement! {
    fresh LOCK: BookingRow = "../sql/booking/lock.sql" (INT4OID, UUIDARRAYOID);
    fresh PARTICIPANTS: Participant = "../sql/booking/participants.sql" (INT4OID, UUIDARRAYOID);
}

record! {
    /// A row of `bookings`.
    #[derive(Debug, Clone)]
    pub struct BookingRow {
        pub id: Uuid,
        pub status: Status,
        pub time_slot_id: Option<Uuid>,
        pub event_type_id: Option<Uuid>,
        pub team_id: Option<Uuid>,
        pub series_id: Option<Uuid>,
        pub series_position: Option<i32>,
        pub start_time: Timestamp,
        pub end_time: Timestamp,
        pub meeting_type: String,
        pub location: Option<String>,
        pub conference_url: Option<String>,
        pub capacity: i32,
        pub held_until: Option<Timestamp>,
        pub lapses_at: Option<Timestamp>,
        pub requested_at: Option<Timestamp>,
        pub responded_at: Option<Timestamp>,
        pub confirmed_at: Option<Timestamp>,
        pub canceled_at: Option<Timestamp>,
        pub canceled_by: Option<Uuid>,
        pub canceled_as: Option<String>,
        pub cancellation_reason: Option<String>,
        pub cancellation_notes: Option<String>,
        pub created_at: Timestamp,
        pub updated_at: Timestamp,
    }
}

record! {
    /// A row of `booking_participants`, and the person's name if they have an account.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Participant {
        pub booking_id: Uuid,
        pub position: i32,
        pub role: Part = "p.role",
        pub user_id: Option<Uuid>,
        pub guest_id: Option<Uuid>,
        pub status: Attendance = "p.status",
        pub seat: Option<i32>,
        pub meeting_goal: Option<String>,
        pub materials_urls: Vec<String>,
        pub answers: Value,
        /// Who says that they did not come.
        pub absence_claimed_by: Option<Uuid>,
        /// When they disputed that.
        pub absence_disputed_at: Option<Timestamp>,
        pub blocked_from: Timestamp = "lower(p.blocked)",
        pub blocked_to: Timestamp = "upper(p.blocked)",
        pub active: bool,
        pub name: Option<String> = "person.name",
    }
}

impl BookingRow {
    /// A booking that is made: of one seat, online, and of no source yet.
    pub fn new(id: Uuid, status: Status, span: Span, now: Timestamp) -> Self {
        Self {
            id,
            status,
            time_slot_id: None,
            event_type_id: None,
            team_id: None,
            series_id: None,
            series_position: None,
            start_time: span.start,
            end_time: span.end,
            meeting_type: MeetingType::Online.to_string(),
            location: None,
            conference_url: None,
            capacity: 1,
            held_until: None,
            lapses_at: None,
            requested_at: (status == Status::Pending).then_some(now),
            responded_at: None,
            confirmed_at: (status == Status::Confirmed).then_some(now),
            canceled_at: None,
            canceled_by: None,
            canceled_as: None,
            cancellation_reason: None,
            cancellation_notes: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Brings `lapses_at` in line with the status: a hold ends when it says; a request that nobody answers after so many days
    /// from its making, and at its start in any case.
    pub fn settle_lapse(&mut self, pending_expiry_days: i32) {
        self.lapses_at = match self.status {
            Status::Held => self.held_until,
            Status::Pending => {
                let days = SignedDuration::from_hours(24 * i64::from(pending_expiry_days));
                let unanswered = self.created_at.saturating_add(days).unwrap_or(Timestamp::MAX);
                Some(unanswered.min(self.start_time))
            }
            _ => None,
        };
    }

    pub fn span(&self) -> Span {
        Span { start: self.start_time, end: self.end_time }
    }
}

impl Participant {
    /// Who hosts from now on; `blocked` is what it takes of their time.
    pub fn host(booking_id: Uuid, position: i32, user_id: Uuid, name: &str, blocked: Span) -> Self {
        let newcomer = Self::newcomer(booking_id, position, Part::Host, blocked);
        Self { user_id: Some(user_id), name: Some(name.to_owned()), ..newcomer }
    }

    /// Who takes a seat: a user with their name, or a guest.
    pub fn attendee(booking_id: Uuid, position: i32, seat: i32, span: Span) -> Self {
        Self { seat: Some(seat), ..Self::newcomer(booking_id, position, Part::Attendee, span) }
    }

    fn newcomer(booking_id: Uuid, position: i32, role: Part, blocked: Span) -> Self {
        Self {
            booking_id,
            position,
            role,
            user_id: None,
            guest_id: None,
            status: Attendance::Active,
            seat: None,
            meeting_goal: None,
            materials_urls: Vec::new(),
            answers: Value::Object(Map::new()),
            absence_claimed_by: None,
            absence_disputed_at: None,
            blocked_from: blocked.start,
            blocked_to: blocked.end,
            active: true,
            name: None,
        }
    }
}

/// A booking and everybody who takes or took part in it, in the order in which they came.
#[derive(Debug, Clone)]
pub struct Meeting {
    pub org_id: i32,
    pub booking: BookingRow,
    pub people: Vec<Participant>,
}

impl Meeting {
    /// Locks a booking, for whoever holds the locks that come before it, and reads it then.
    pub fn lock(client: &SpiClient<'_>, org_id: i32, booking_id: Uuid) -> Outcome<Self> {
        let locked = Self::lock_each(client, org_id, &[booking_id])?.into_iter().next();
        Ok(locked.ok_or(Refusal::BookingNotFound { booking_id })?)
    }

    /// Many at once, in the order of their ids; those that do not exist are left out.
    pub fn lock_each(client: &SpiClient<'_>, org_id: i32, bookings: &[Uuid]) -> Outcome<Vec<Self>> {
        let args = || [org_id.into(), pg_uuids(bookings).into()];
        let bookings: Vec<BookingRow> = LOCK.rows(client, &args())?.collect::<Outcome<_>>()?;
        let mut people = PARTICIPANTS.rows(client, &args())?.peekable();
        let mut meetings = Vec::with_capacity(bookings.len());
        for booking in bookings {
            let mut own = Vec::new();
            while let Some(person) =
                people.next_if(|next| next.as_ref().map_or(true, |one| one.booking_id == booking.id))
            {
                own.push(person?);
            }
            meetings.push(Self { org_id, booking, people: own });
        }
        Ok(meetings)
    }

    /// Who hosts it.
    pub fn hosts(&self) -> impl Iterator<Item = &Participant> {
        self.people.iter().filter(|person| person.role == Part::Host && person.status.takes_part())
    }

    /// Who has a seat, in the order of the seats.
    pub fn attendees(&self) -> impl Iterator<Item = &Participant> {
        let mut seated: Vec<&Participant> = self
            .people
            .iter()
            .filter(|person| person.role == Part::Attendee && person.seat.is_some() && person.status.takes_part())
            .collect();
        seated.sort_by_key(|person| person.seat);
        seated.into_iter()
    }

    /// Everybody who takes part, or waits to.
    pub fn present(&self) -> impl Iterator<Item = &Participant> {
        self.people.iter().filter(|person| person.status != Attendance::Left)
    }

    /// The same, to change them.
    pub fn present_mut(&mut self) -> impl Iterator<Item = &mut Participant> {
        self.people.iter_mut().filter(|person| person.status != Attendance::Left)
    }

    /// The users among them.
    pub fn users(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.present().filter_map(|person| person.user_id)
    }

    /// What somebody is to the booking, the closest first; empty for a stranger.
    pub fn relations_of(&self, actor: Actor) -> Vec<Relation> {
        let part = |part, relation| {
            let takes_part = self.present().any(|person| {
                person.role == part
                    && match actor {
                        Actor::User { id, .. } => person.user_id == Some(id),
                        Actor::Guest { id } => person.guest_id == Some(id),
                        Actor::System => false,
                    }
            });
            takes_part.then_some(relation)
        };
        let attends = if matches!(actor, Actor::Guest { .. }) { Relation::Guest } else { Relation::Attendee };
        let other = match actor {
            Actor::User { is_staff: true, .. } => Some(Relation::Staff),
            Actor::System => Some(Relation::System),
            Actor::User { .. } | Actor::Guest { .. } => None,
        };
        [part(Part::Host, Relation::Host), part(Part::Attendee, attends), other].into_iter().flatten().collect()
    }

    /// The host of office hours.
    pub fn mentor_id(&self) -> Option<Uuid> {
        self.booking.time_slot_id.and_then(|_| self.hosts().next()?.user_id)
    }

    /// The attendee of office hours.
    pub fn mentee_id(&self) -> Option<Uuid> {
        self.booking.time_slot_id.and_then(|_| self.attendees().next()?.user_id)
    }

    /// The next position that nobody ever had.
    pub fn next_position(&self) -> i32 {
        self.people.iter().map(|person| person.position).max().unwrap_or(0) + 1
    }

    /// The lowest seat that nobody has, if there is one.
    pub fn free_seat(&self) -> Option<i32> {
        let taken: Vec<i32> = self.attendees().filter_map(|person| person.seat).collect();
        (1..=self.booking.capacity).find(|seat| !taken.contains(seat))
    }

    /// Brings the people's time in line with the booking: it is taken while the booking is active and they take part.
    pub fn settle_people(&mut self) {
        let is_active = self.booking.status.is_active();
        for person in &mut self.people {
            person.active = is_active && person.status.takes_part();
        }
    }

    /// Moves everybody who is still there to another time.
    pub fn move_people(&mut self, blocked_from: Timestamp, blocked_to: Timestamp) {
        for person in self.present_mut() {
            person.blocked_from = blocked_from;
            person.blocked_to = blocked_to;
        }
    }
}
