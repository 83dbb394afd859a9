//! Every "no" the rules can say.
//!
//! A refusal has a stable code, a message for people, structured details, an SQLSTATE and advice. The extension
//! raises it (message, DETAIL = the refusal as JSON, HINT = the advice); the service reads DETAIL back into this
//! enum and picks an HTTP status by one exhaustive match.

mod hint;
mod problems;
mod sqlstate;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::problems::Problems;
pub use self::sqlstate::SqlState;
use crate::membership::Suspension;
use crate::role::Role;
use crate::state::{Action, Status};
use crate::tally::{Period, Unit};
use crate::tier::{OverrideStatus, Tier};
use crate::word::words;

/// A rule's "no". Serialized as `{"code": "SLOT_ALREADY_BOOKED", "details": {…}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(tag = "code", content = "details", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    /// Arguments have the wrong form or range: the first of them, and each with everything that is wrong with it.
    #[error("{}", all_wrong(field, problem, fields))]
    ValidationError {
        field: String,
        problem: String,
        #[serde(default)]
        fields: BTreeMap<String, Vec<String>>,
    },
    /// No such time zone in the tz database.
    #[error("{time_zone:?} is not a known time zone")]
    InvalidTimeZone { time_zone: String },

    #[error("there is no user {user_id}")]
    UserNotFound { user_id: Uuid },
    #[error("there is no mentor {mentor_id}")]
    MentorNotFound { mentor_id: Uuid },
    #[error("there is no time slot {time_slot_id}")]
    SlotNotFound { time_slot_id: Uuid },
    #[error("there is no booking {booking_id}")]
    BookingNotFound { booking_id: Uuid },
    #[error("there is no availability block {block_id}")]
    BlockNotFound { block_id: Uuid },
    #[error("{day} is not a day off")]
    BlackoutNotFound { day: String },
    #[error("there is no location preset {location_preset_id}")]
    LocationPresetNotFound { location_preset_id: Uuid },
    #[error("there is no tier override request {request_id}")]
    OverrideNotFound { request_id: Uuid },
    /// Removed ones and those of other organizations are none.
    #[error("there is no event type {event_type_id}")]
    EventTypeNotFound { event_type_id: Uuid },
    /// No public page of the organization is at that address.
    #[error("there is no such page")]
    PageNotFound {},
    #[error("there is no team {team_id}")]
    TeamNotFound { team_id: Uuid },
    #[error("user {user_id} is not in this team")]
    TeamMemberNotFound { user_id: Uuid },
    /// Whoever cannot host is none: mentees, and those who were removed.
    #[error("there is no host {host_id}")]
    HostNotFound { host_id: Uuid },
    #[error("there is no schedule {schedule_id}")]
    ScheduleNotFound { schedule_id: Uuid },
    #[error("this event type has no private link {link_id}")]
    EventTypeLinkNotFound { link_id: Uuid },
    #[error("there is no tag {tag_id}")]
    TagNotFound { tag_id: Uuid },
    #[error("you have no live session {session_id}")]
    SessionNotFound { session_id: Uuid },
    #[error("there is no live API key {api_key_id}")]
    ApiKeyNotFound { api_key_id: Uuid },
    #[error("this user has no identity {identity_id}")]
    IdentityNotFound { identity_id: Uuid },
    /// No operator gave this issuer to the organization, or one gave it to another.
    #[error("this organization has no issuer {issuer:?}")]
    IssuerNotFound { issuer: String },
    /// An outside issuer's subject signs somebody in already; it does not say whom.
    #[error("this subject signs somebody in already")]
    IdentityTaken {},

    #[error("you have no calendar connection {connection_id}")]
    CalendarConnectionNotFound { connection_id: Uuid },
    #[error("there is no writeback {writeback_id}")]
    WritebackNotFound { writeback_id: Uuid },
    /// The organization has no directory in Airtable.
    #[error("this organization has no directory in Airtable")]
    AirtableNotConnected {},
    /// Who comes back from a calendar's provider was not sent there, or too long ago.
    #[error("this state is unknown, used, or older than ten minutes")]
    CalendarStateInvalid {},
    /// The provider did not take the code.
    #[error("{provider} did not accept the code")]
    CalendarCodeInvalid { provider: String },
    /// The user did not grant what is needed.
    #[error("not everything that is needed was granted at {provider}")]
    CalendarScopesMissing { provider: String, missing: Vec<String> },

    /// Somebody must remain who may administer the organization.
    #[error("this is the last active admin of the organization")]
    LastAdmin {},

    /// Somebody must remain who manages the team.
    #[error("this is the last owner of the team")]
    LastTeamOwner {},
    #[error("user {user_id} is in this team already")]
    AlreadyTeamMember { user_id: Uuid },
    /// The team's event types can be booked.
    #[error("{event_types} active event types belong to this team")]
    TeamInUse { event_types: i64 },
    #[error("a user is in at most {most} teams")]
    TooManyTeams { most: i32 },
    #[error("a team has at most {most} members")]
    TooManyTeamMembers { most: i32 },

    /// Availability blocks or event types name the place.
    #[error("{blocks} availability blocks and {event_types} event types name this place")]
    LocationPresetInUse { blocks: i64, event_types: i64 },

    /// Another schedule must be the default first.
    #[error("this is the default schedule")]
    ScheduleIsDefault {},
    /// Event types, of the host or of a team that they host for, would have no hours.
    #[error("{event_types} event types use this schedule")]
    ScheduleInUse { event_types: i64 },
    #[error("a host has at most {most} schedules")]
    TooManySchedules { most: i32 },
    #[error("a host or a team has at most {most} event types")]
    TooManyEventTypes { most: i32 },
    #[error("an event type has at most {most} private links")]
    TooManyEventTypeLinks { most: i32 },

    /// Whoever looks for slots looks through a mentor's blocks.
    #[error("a mentor has at most {most} availability blocks")]
    TooManyBlocks { most: i32 },
    /// Blocks may overlap, so that an hour is offered in several ways, but not without end.
    #[error("at most {most} blocks of a mentor overlap, and on {day} it would be more")]
    BlocksOverlap { most: i32, day: String },
    #[error("a mentor has at most {most} days off")]
    TooManyDaysOff { most: i32 },

    /// The link signs nobody in: unknown, used or expired.
    #[error("this link signs nobody in")]
    MagicLinkInvalid {},

    /// The user is suspended, switched off or removed.
    #[error("{}", inactive(user_id, reason.as_deref(), *until))]
    UserInactive {
        user_id: Uuid,
        /// Of a suspension. Told to whom it is about only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// When a suspension ends. Told to whom it is about only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Only mentees book slots.
    #[error("only mentees book slots, and this user is a {role}")]
    NotAMentee { role: Role },
    /// The actor may not do this to that.
    #[error("you may not {action}")]
    NotAuthorized { action: String },
    /// OH FR105.
    #[error("your calendar is not connected")]
    CalendarNotConnected {},
    /// OH FR105.
    #[error("the mentor's calendar is not connected")]
    MentorCalendarNotConnected {},
    /// OH FR51: the mentor's tier is too far above the mentee's.
    #[error("your {your_tier} tier cannot book {mentor_tier} mentors")]
    TierRestriction { your_tier: Tier, mentor_tier: Tier, highest_bookable_tier: Tier, can_request_exception: bool },
    /// OH 8.7.1: the tier's bookings of that ISO week are used up.
    #[error("your {tier} tier allows {} a week, and that week is full", bookings(*limit))]
    BookingLimitExceeded { limit: i32, booked: i64, tier: Tier },

    /// The mentor is switched off or removed.
    #[error("the mentor takes no bookings at present")]
    MentorNotAvailable { mentor_id: Uuid },
    #[error("the slot started at {start_time}")]
    SlotInPast { start_time: Timestamp },
    #[error("slots are bookable until {minimum_notice_minutes} minutes before they start")]
    MinimumNotice { start_time: Timestamp, minimum_notice_minutes: i32 },
    /// The slot's block was changed, switched off or deleted.
    #[error("the mentor no longer offers this slot")]
    SlotWithdrawn { time_slot_id: Uuid },
    #[error("this slot is already booked")]
    SlotAlreadyBooked { time_slot_id: Uuid },
    /// A connected calendar could not be read for too long to know whether the person is free.
    #[error("{} calendar cannot be read at present", whose.possessive())]
    CalendarUnavailable { whose: Whose },
    /// Calendars were read too long ago to decide without reading them again. The service does, and asks again; nobody else
    /// is told.
    #[error("calendars must be read again before this is decided")]
    CalendarsStale { org_id: i32, connections: Vec<Uuid> },
    /// The mentee is busy in an external calendar.
    #[error("your {provider} calendar{} has something at that time", named(calendar.as_deref()))]
    CalendarConflict {
        provider: String,
        /// Told to its owner only.
        calendar: Option<String>,
    },
    /// The mentor is busy in an external calendar.
    #[error("the mentor's {provider} calendar{} has something at that time", named(calendar.as_deref()))]
    MentorCalendarConflict {
        provider: String,
        /// Told to its owner only.
        calendar: Option<String>,
    },
    /// The mentee has another booking then.
    #[error("you have another booking at that time")]
    BookingConflict {},
    /// The mentor has another booking then.
    #[error("the mentor has another booking at that time")]
    MentorBookingConflict {},

    /// The event type is switched off.
    #[error("this takes no bookings at present")]
    EventTypeNotBookable { event_type_id: Uuid },
    /// It is booked by private links only, and this is none that works: unknown, expired, used up or taken back.
    #[error("this can be booked with a private link only, and the link does not work")]
    PrivateLinkInvalid {},
    /// The event type is not booked that early or that late.
    #[error("this can be booked for {bookable_from} to {bookable_until}")]
    OutsideHorizon {
        /// First date that can be booked, in the host's zone.
        bookable_from: String,
        /// Last date.
        bookable_until: String,
        /// The date on which the time asked for can be booked; `null` never.
        opens_on: Option<String>,
    },
    /// The time lies outside the host's hours.
    #[error("the host is not available at that time")]
    OutsideHours {},
    /// Meetings of this kind start at other times.
    #[error("no meeting of this kind starts at that time")]
    StartNotOffered {},
    /// The host has as many of these meetings as the event type allows in a day, week or month.
    #[error("the host takes at most {limit} {unit} of this kind a {period}, and more can be booked from {again_from}")]
    EventTypeLimitReached {
        period: Period,
        unit: Unit,
        limit: i32,
        /// The first date, in the host's zone, on which there may be room.
        again_from: String,
    },
    /// Something else takes the host's time; who asks does not learn what.
    #[error("this time is not available")]
    TimeNotAvailable {},

    /// Not every meeting of a series can be booked, and all were asked for; or none can.
    #[error("{} of {count} meetings of the series cannot be booked", missing.len())]
    SeriesNotAvailable {
        count: usize,
        /// Those that cannot, each with the code of the first reason.
        missing: Vec<MissingMeeting>,
    },

    /// The state machine has no such transition.
    #[error("{} booking cannot be {}", status.with_article(), action.done())]
    InvalidTransition { status: Status, action: Action },
    /// A meeting cannot be closed before it starts.
    #[error("the meeting starts only at {start_time}")]
    MeetingNotStarted { start_time: Timestamp },
    /// A meeting that has started is completed or marked no-show, and nothing else.
    #[error("the meeting started at {start_time}")]
    MeetingStarted { start_time: Timestamp },
    /// A booking moves between slots of its own mentor.
    #[error("the slot belongs to another mentor")]
    DifferentMentor { mentor_id: Uuid },
    /// A hold has lapsed: it can no longer be finalized.
    #[error("this hold lapsed at {held_until}")]
    HoldLapsed { held_until: Timestamp },
    /// Nobody answered the request in time.
    #[error("this request lapsed at {lapsed_at}")]
    RequestLapsed { lapsed_at: Timestamp },
    /// Only a confirmed meeting of several seats is joined and left.
    #[error("only confirmed meetings with several seats are joined and left, and this one is {status}")]
    NotJoinable { status: Status },
    /// Every seat is taken.
    #[error("{}", all_taken(*capacity))]
    BookingFull { capacity: i32 },
    /// Somebody takes a second seat.
    #[error("they take part in this booking already")]
    AlreadyTakesPart { booking_id: Uuid },
    /// No other participant says that they were absent; or they disputed that already, or staff decided.
    #[error("there is no word of another participant that you did not come")]
    NothingToDispute {},
    /// A booking cannot be moved to where it is.
    #[error("the booking already takes this slot")]
    SameSlot { time_slot_id: Uuid },
    #[error("only completed bookings are rated, and this one is {status}")]
    BookingNotCompleted { status: Status },
    #[error("you have already rated this booking")]
    AlreadyRated { booking_id: Uuid },

    #[error("a {your_tier} mentee may book a {mentor_tier} mentor without an override")]
    OverrideNotNeeded { your_tier: Tier, mentor_tier: Tier },
    #[error("a request for this mentor is already waiting")]
    OverrideAlreadyRequested { mentor_id: Uuid },
    /// A request for this mentor was approved and not used yet.
    #[error("you may book this mentor already, once and until {expires_at}")]
    OverrideAlreadyApproved { mentor_id: Uuid, expires_at: Timestamp },
    #[error("this request is already {status}")]
    OverrideAlreadyReviewed { status: OverrideStatus },
    #[error("this request expired at {expires_at}")]
    OverrideExpired { expires_at: Timestamp },

    /// The key was used for a request that said something else.
    #[error("this idempotency key was used for another request")]
    IdempotencyKeyReused {},
}

/// A meeting of a series that cannot be booked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MissingMeeting {
    pub start_time: Timestamp,
    /// The code of a refusal.
    pub code: String,
}

words! {
    /// Which of the two; in office hours they are called mentee and mentor.
    pub enum Whose {
        Mentee,
        Mentor,
        Attendee,
        Host,
    }
}

impl Whose {
    fn possessive(self) -> &'static str {
        match self {
            Self::Mentee | Self::Attendee => "your",
            Self::Mentor => "the mentor's",
            Self::Host => "the host's",
        }
    }
}

impl Refusal {
    /// A refusal of one argument, named as the caller knows it.
    pub fn invalid(field: &str, problem: impl Into<String>) -> Self {
        let (field, problem) = (field.to_owned(), problem.into());
        let fields = BTreeMap::from([(field.clone(), vec![problem.clone()])]);
        Self::ValidationError { field, problem, fields }
    }

    /// Somebody is not active, and is told why and until when, as far as that is known.
    pub fn inactive(user_id: Uuid, suspension: Suspension) -> Self {
        Self::UserInactive { user_id, reason: suspension.reason, until: suspension.until }
    }

    /// The stable code, such as `SLOT_ALREADY_BOOKED`.
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// The structured facts behind the refusal, a JSON object.
    pub fn details(&self) -> serde_json::Value {
        serde_json::to_value(self)
            .ok()
            .and_then(|mut whole| whole.get_mut("details").map(serde_json::Value::take))
            .unwrap_or_else(|| serde_json::json!({}))
    }

    /// The refusal that a violated constraint means, for rows written by hand or in a race that no lock covers.
    pub fn of_constraint(name: &str) -> Option<Self> {
        match name {
            "booking_participants_never_overlap" => Some(Self::BookingConflict {}),
            "booking_participants_seat_exists" | "booking_participants_seat_key" => {
                Some(Self::BookingFull { capacity: 1 })
            }
            "ratings_once_each" => Some(Self::AlreadyRated { booking_id: Uuid::nil() }),
            "tier_override_requests_one_pending" => Some(Self::OverrideAlreadyRequested { mentor_id: Uuid::nil() }),
            _ => None,
        }
    }
}

/// What is wrong with each field, the first one first.
fn all_wrong(field: &str, problem: &str, fields: &BTreeMap<String, Vec<String>>) -> String {
    let of_others = |(other, problems): (&String, &Vec<String>)| format!("; {other} {}", problems.join(" and "));
    let others: String = fields.iter().filter(|(other, _)| *other != field).map(of_others).collect();
    format!("{field} {problem}{others}")
}

fn inactive(user_id: &Uuid, reason: Option<&str>, until: Option<Timestamp>) -> String {
    let until = until.map(|until| format!(" until {until}")).unwrap_or_default();
    match reason {
        Some(reason) => format!("user {user_id} is suspended{until}: {reason}"),
        None => format!("user {user_id} is not active{until}"),
    }
}

fn named(name: Option<&str>) -> String {
    name.map(|name| format!(" {name:?}")).unwrap_or_default()
}

fn bookings(limit: i32) -> String {
    if limit == 1 { "one booking".to_owned() } else { format!("{limit} bookings") }
}

fn all_taken(seats: i32) -> String {
    if seats == 1 { "the only seat is taken".to_owned() } else { format!("all {seats} seats are taken") }
}
