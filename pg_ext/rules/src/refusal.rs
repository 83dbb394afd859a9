//! Every "no" the rules can say.
//!
//! A refusal has a stable code, a message for people, structured details, an SQLSTATE and advice. The extension
//! raises it (message, DETAIL = the refusal as JSON, HINT = the advice); the service reads DETAIL back into this
//! enum and picks an HTTP status by one exhaustive match.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::state::{Action, Status};
use crate::tier::Tier;

/// A rule's "no". Serialized as `{"code": "SLOT_ALREADY_BOOKED", "details": {…}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", content = "details", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    /// An argument has the wrong form or range.
    ValidationError {
        field: String,
        problem: String,
    },
    /// No such time zone in the tz database.
    InvalidTimeZone {
        time_zone: String,
    },

    UserNotFound {
        user_id: Uuid,
    },
    MentorNotFound {
        mentor_id: Uuid,
    },
    SlotNotFound {
        time_slot_id: Uuid,
    },
    BookingNotFound {
        booking_id: Uuid,
    },
    BlockNotFound {
        block_id: Uuid,
    },
    BlackoutNotFound {
        day: String,
    },
    LocationPresetNotFound {
        location_preset_id: Uuid,
    },
    OverrideNotFound {
        request_id: Uuid,
    },
    TagNotFound {
        tag_id: Uuid,
    },
    SessionNotFound {
        session_id: Uuid,
    },
    ApiKeyNotFound {
        api_key_id: Uuid,
    },
    IdentityNotFound {
        identity_id: Uuid,
    },
    /// An outside issuer's subject signs somebody in already; it does not say whom.
    IdentityTaken {},

    CalendarConnectionNotFound {
        connection_id: Uuid,
    },
    WritebackNotFound {
        writeback_id: Uuid,
    },
    /// The organization has no directory in Airtable.
    AirtableNotConnected {},
    /// Who comes back from a calendar's provider was not sent there, or too long ago.
    CalendarStateInvalid {},
    /// The provider did not take the code.
    CalendarCodeInvalid {
        provider: String,
    },
    /// The user did not grant what is needed.
    CalendarScopesMissing {
        provider: String,
        missing: Vec<String>,
    },

    /// Somebody must remain who may administer the organization.
    LastAdmin {},

    /// Availability blocks name the place.
    LocationPresetInUse {
        blocks: i64,
    },

    /// The link signs nobody in: unknown, used, expired or replaced by a newer one.
    MagicLinkInvalid {},

    /// The user is switched off or removed.
    UserInactive {
        user_id: Uuid,
    },
    /// Only mentees book slots.
    NotAMentee {
        role: String,
    },
    /// The actor may not do this to that.
    NotAuthorized {
        action: String,
    },
    /// OH FR105.
    CalendarNotConnected {},
    /// OH FR105.
    MentorCalendarNotConnected {},
    /// OH FR51: the mentor's tier is too far above the mentee's.
    TierRestriction {
        your_tier: Tier,
        mentor_tier: Tier,
        highest_bookable_tier: Tier,
        can_request_exception: bool,
    },
    /// OH 8.7.1: the tier's bookings of that ISO week are used up.
    BookingLimitExceeded {
        limit: i32,
        booked: i64,
        tier: Tier,
    },

    /// The mentor is switched off or removed.
    MentorNotAvailable {
        mentor_id: Uuid,
    },
    SlotInPast {
        start_time: Timestamp,
    },
    MinimumNotice {
        start_time: Timestamp,
        minimum_notice_minutes: i32,
    },
    /// The slot's block was changed, switched off or deleted.
    SlotWithdrawn {
        time_slot_id: Uuid,
    },
    SlotAlreadyBooked {
        time_slot_id: Uuid,
    },
    /// A connected calendar could not be read for too long to know whether the person is free.
    CalendarUnavailable {
        whose: Whose,
    },
    /// The mentee is busy in an external calendar.
    CalendarConflict {
        provider: String,
        calendar: String,
    },
    /// The mentor is busy in an external calendar.
    MentorCalendarConflict {
        provider: String,
        calendar: String,
    },
    /// The mentee has another booking then.
    BookingConflict {},
    /// The mentor has another booking then.
    MentorBookingConflict {},

    /// The state machine has no such transition.
    InvalidTransition {
        status: Status,
        action: Action,
    },
    /// A meeting cannot be closed before it starts.
    MeetingNotStarted {
        start_time: Timestamp,
    },
    /// A meeting that has started is completed or marked no-show, and nothing else.
    MeetingStarted {
        start_time: Timestamp,
    },
    /// A booking moves between slots of its own mentor.
    DifferentMentor {
        mentor_id: Uuid,
    },
    /// A booking cannot be moved to where it is.
    SameSlot {
        time_slot_id: Uuid,
    },
    BookingNotCompleted {
        status: Status,
    },
    AlreadyRated {
        booking_id: Uuid,
    },

    OverrideNotNeeded {
        your_tier: Tier,
        mentor_tier: Tier,
    },
    OverrideAlreadyRequested {
        mentor_id: Uuid,
    },
    OverrideAlreadyReviewed {
        status: String,
    },
    OverrideExpired {
        expires_at: Timestamp,
    },

    /// The key was used for a request that said something else.
    IdempotencyKeyReused {},
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    Mentee,
    Mentor,
}

/// The SQLSTATEs refusals are raised with: standard ones, because Postgres turns others into internal errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlState {
    /// 22023
    InvalidParameterValue,
    /// 23505
    UniqueViolation,
    /// 23P01
    ExclusionViolation,
    /// 42501
    InsufficientPrivilege,
    /// P0001
    RaiseException,
    /// P0002
    NoDataFound,
}

impl SqlState {
    /// The five characters.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidParameterValue => "22023",
            Self::UniqueViolation => "23505",
            Self::ExclusionViolation => "23P01",
            Self::InsufficientPrivilege => "42501",
            Self::RaiseException => "P0001",
            Self::NoDataFound => "P0002",
        }
    }
}

impl Refusal {
    /// A refusal of one argument, named as the caller knows it.
    pub fn invalid(field: &str, problem: impl Into<String>) -> Self {
        Self::ValidationError { field: field.to_owned(), problem: problem.into() }
    }

    /// The stable code, such as `SLOT_ALREADY_BOOKED`.
    pub fn code(&self) -> String {
        self.tagged("code").as_str().unwrap_or_default().to_owned()
    }

    /// The structured facts behind the refusal, a JSON object.
    pub fn details(&self) -> serde_json::Value {
        self.tagged("details")
    }

    fn tagged(&self, member: &str) -> serde_json::Value {
        serde_json::to_value(self)
            .ok()
            .and_then(|mut whole| whole.get_mut(member).map(serde_json::Value::take))
            .unwrap_or_else(|| serde_json::json!({}))
    }

    /// What happened, for people.
    pub fn message(&self) -> String {
        match self {
            Self::ValidationError { field, problem } => format!("{field} {problem}"),
            Self::InvalidTimeZone { time_zone } => format!("{time_zone:?} is not a known time zone"),
            Self::UserNotFound { user_id } => format!("there is no user {user_id}"),
            Self::MentorNotFound { mentor_id } => format!("there is no mentor {mentor_id}"),
            Self::SlotNotFound { time_slot_id } => format!("there is no time slot {time_slot_id}"),
            Self::BookingNotFound { booking_id } => format!("there is no booking {booking_id}"),
            Self::BlockNotFound { block_id } => format!("there is no availability block {block_id}"),
            Self::BlackoutNotFound { day } => format!("{day} is not a day off"),
            Self::LocationPresetNotFound { location_preset_id } => {
                format!("there is no location preset {location_preset_id}")
            }
            Self::OverrideNotFound { request_id } => format!("there is no tier override request {request_id}"),
            Self::TagNotFound { tag_id } => format!("there is no tag {tag_id}"),
            Self::SessionNotFound { session_id } => format!("you have no live session {session_id}"),
            Self::ApiKeyNotFound { api_key_id } => format!("there is no live API key {api_key_id}"),
            Self::IdentityNotFound { identity_id } => format!("this user has no identity {identity_id}"),
            Self::IdentityTaken {} => "this subject signs somebody in already".to_owned(),
            Self::CalendarConnectionNotFound { connection_id } => {
                format!("you have no calendar connection {connection_id}")
            }
            Self::WritebackNotFound { writeback_id } => format!("there is no writeback {writeback_id}"),
            Self::AirtableNotConnected {} => "this organization has no directory in Airtable".to_owned(),
            Self::CalendarStateInvalid {} => "this state is unknown, used, or older than ten minutes".to_owned(),
            Self::CalendarCodeInvalid { provider } => format!("{provider} did not accept the code"),
            Self::CalendarScopesMissing { provider, .. } => {
                format!("not everything that is needed was granted at {provider}")
            }
            Self::LastAdmin {} => "this is the last active admin of the organization".to_owned(),
            Self::LocationPresetInUse { blocks } => format!("{blocks} availability blocks name this place"),
            Self::MagicLinkInvalid {} => "this link signs nobody in".to_owned(),
            Self::UserInactive { user_id } => format!("user {user_id} is not active"),
            Self::NotAMentee { role } => format!("only mentees book slots, and this user is a {role}"),
            Self::NotAuthorized { action } => format!("you may not {action}"),
            Self::CalendarNotConnected {} => "your calendar is not connected".to_owned(),
            Self::MentorCalendarNotConnected {} => "the mentor's calendar is not connected".to_owned(),
            Self::TierRestriction { your_tier, mentor_tier, .. } => {
                format!("your {your_tier} tier cannot book {mentor_tier} mentors")
            }
            Self::BookingLimitExceeded { limit, tier, .. } => {
                let bookings = if *limit == 1 { "one booking".to_owned() } else { format!("{limit} bookings") };
                format!("your {tier} tier allows {bookings} a week, and that week is full")
            }
            Self::MentorNotAvailable { .. } => "the mentor takes no bookings at present".to_owned(),
            Self::SlotInPast { start_time } => format!("the slot started at {start_time}"),
            Self::MinimumNotice { minimum_notice_minutes, .. } => {
                format!("slots are bookable until {minimum_notice_minutes} minutes before they start")
            }
            Self::SlotWithdrawn { .. } => "the mentor no longer offers this slot".to_owned(),
            Self::SlotAlreadyBooked { .. } => "this slot is already booked".to_owned(),
            Self::CalendarUnavailable { whose: Whose::Mentee } => "your calendar cannot be read at present".to_owned(),
            Self::CalendarUnavailable { whose: Whose::Mentor } => {
                "the mentor's calendar cannot be read at present".to_owned()
            }
            Self::CalendarConflict { provider, calendar } => {
                format!("your {provider} calendar {calendar:?} has something at that time")
            }
            Self::MentorCalendarConflict { provider, calendar } => {
                format!("the mentor's {provider} calendar {calendar:?} has something at that time")
            }
            Self::BookingConflict {} => "you have another booking at that time".to_owned(),
            Self::MentorBookingConflict {} => "the mentor has another booking at that time".to_owned(),
            Self::InvalidTransition { status, action } => {
                format!("{} booking cannot be {}", status.with_article(), action.done())
            }
            Self::MeetingNotStarted { start_time } => format!("the meeting starts only at {start_time}"),
            Self::MeetingStarted { start_time } => format!("the meeting started at {start_time}"),
            Self::DifferentMentor { .. } => "the slot belongs to another mentor".to_owned(),
            Self::SameSlot { .. } => "the booking already takes this slot".to_owned(),
            Self::BookingNotCompleted { status } => {
                format!("only completed bookings are rated, and this one is {status}")
            }
            Self::AlreadyRated { .. } => "you have already rated this booking".to_owned(),
            Self::OverrideNotNeeded { your_tier, mentor_tier } => {
                format!("a {your_tier} mentee may book a {mentor_tier} mentor without an override")
            }
            Self::OverrideAlreadyRequested { .. } => "a request for this mentor is already waiting".to_owned(),
            Self::OverrideAlreadyReviewed { status } => format!("this request is already {status}"),
            Self::OverrideExpired { expires_at } => format!("this request expired at {expires_at}"),
            Self::IdempotencyKeyReused {} => "this idempotency key was used for another request".to_owned(),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::ValidationError { .. } => "Correct the argument and call again.",
            Self::InvalidTimeZone { .. } => "Use an IANA name such as Europe/Berlin or UTC.",
            Self::UserNotFound { .. }
            | Self::MentorNotFound { .. }
            | Self::SlotNotFound { .. }
            | Self::BookingNotFound { .. }
            | Self::BlockNotFound { .. }
            | Self::LocationPresetNotFound { .. }
            | Self::OverrideNotFound { .. }
            | Self::TagNotFound { .. }
            | Self::SessionNotFound { .. }
            | Self::CalendarConnectionNotFound { .. }
            | Self::WritebackNotFound { .. }
            | Self::ApiKeyNotFound { .. }
            | Self::IdentityNotFound { .. } => "Check the id, and that it belongs to your organization.",
            Self::IdentityTaken {} => "Unlink it from its present user first, or link another subject.",
            Self::AirtableNotConnected {} => "An admin can connect it: PUT /v1/admin/airtable.",
            Self::CalendarStateInvalid {} | Self::CalendarCodeInvalid { .. } => "Start connecting the calendar again.",
            Self::CalendarScopesMissing { .. } => "Start again, and leave everything ticked that is asked for.",
            Self::CalendarUnavailable { .. } => {
                "Try again shortly. If this lasts, its owner should look at the connection, or reconnect it."
            }
            Self::LastAdmin {} => "Make somebody else an admin first.",
            Self::LocationPresetInUse { .. } => "Change or delete those blocks first.",
            Self::MagicLinkInvalid {} => "Ask for a new link. It works once, for 15 minutes, and only the newest does.",
            Self::BlackoutNotFound { .. } => "List the mentor's blackout dates.",
            Self::UserInactive { .. } => "Ask an administrator to activate the user.",
            Self::NotAMentee { .. } => "Book as a mentee.",
            Self::NotAuthorized { .. } => "Ask a participant with that right, or a coordinator.",
            Self::CalendarNotConnected {} => "Connect a calendar, then book.",
            Self::MentorCalendarNotConnected {} => "Ask a coordinator to have the mentor connect a calendar.",
            Self::TierRestriction { .. } => "Choose another mentor, or request an exception from the coordinators.",
            Self::BookingLimitExceeded { .. } => "Choose a slot in another week, or cancel a booking of that week.",
            Self::MentorNotAvailable { .. } => "Choose another mentor.",
            Self::SlotInPast { .. }
            | Self::MinimumNotice { .. }
            | Self::SlotWithdrawn { .. }
            | Self::SlotAlreadyBooked { .. }
            | Self::CalendarConflict { .. }
            | Self::MentorCalendarConflict { .. }
            | Self::BookingConflict {}
            | Self::MentorBookingConflict {}
            | Self::SameSlot { .. } => "List the slots again and choose another.",
            Self::InvalidTransition { .. } => "Read the booking again: its status has changed.",
            Self::MeetingNotStarted { .. } => "Wait until the meeting has started.",
            Self::MeetingStarted { .. } => "Complete the booking, or mark who did not come.",
            Self::DifferentMentor { .. } => "Cancel, and book the other mentor's slot.",
            Self::BookingNotCompleted { .. } => "Rate the booking when it is completed.",
            Self::AlreadyRated { .. } => "A rating stands; it cannot be given twice.",
            Self::OverrideNotNeeded { .. } => "Book the mentor.",
            Self::OverrideAlreadyRequested { .. } => "Wait for a coordinator's answer.",
            Self::OverrideAlreadyReviewed { .. } | Self::OverrideExpired { .. } => "The mentee may ask again.",
            Self::IdempotencyKeyReused {} => "Use a new key for a new request.",
        }
    }

    /// What Postgres reports it as.
    pub fn sqlstate(&self) -> SqlState {
        match self {
            Self::ValidationError { .. } | Self::InvalidTimeZone { .. } => SqlState::InvalidParameterValue,
            Self::UserNotFound { .. }
            | Self::MentorNotFound { .. }
            | Self::SlotNotFound { .. }
            | Self::BookingNotFound { .. }
            | Self::BlockNotFound { .. }
            | Self::BlackoutNotFound { .. }
            | Self::LocationPresetNotFound { .. }
            | Self::OverrideNotFound { .. }
            | Self::TagNotFound { .. }
            | Self::SessionNotFound { .. }
            | Self::CalendarConnectionNotFound { .. }
            | Self::WritebackNotFound { .. }
            | Self::AirtableNotConnected {}
            | Self::ApiKeyNotFound { .. }
            | Self::IdentityNotFound { .. } => SqlState::NoDataFound,
            Self::UserInactive { .. }
            | Self::MagicLinkInvalid {}
            | Self::NotAMentee { .. }
            | Self::NotAuthorized { .. }
            | Self::CalendarNotConnected {}
            | Self::MentorCalendarNotConnected {}
            | Self::TierRestriction { .. }
            | Self::BookingLimitExceeded { .. } => SqlState::InsufficientPrivilege,
            Self::SlotAlreadyBooked { .. }
            | Self::AlreadyRated { .. }
            | Self::OverrideAlreadyRequested { .. }
            | Self::IdentityTaken {}
            | Self::IdempotencyKeyReused {} => SqlState::UniqueViolation,
            Self::CalendarConflict { .. }
            | Self::MentorCalendarConflict { .. }
            | Self::BookingConflict {}
            | Self::MentorBookingConflict {} => SqlState::ExclusionViolation,
            Self::MentorNotAvailable { .. }
            | Self::SlotInPast { .. }
            | Self::MinimumNotice { .. }
            | Self::SlotWithdrawn { .. }
            | Self::InvalidTransition { .. }
            | Self::MeetingNotStarted { .. }
            | Self::MeetingStarted { .. }
            | Self::DifferentMentor { .. }
            | Self::SameSlot { .. }
            | Self::BookingNotCompleted { .. }
            | Self::OverrideNotNeeded { .. }
            | Self::OverrideAlreadyReviewed { .. }
            | Self::LastAdmin {}
            | Self::CalendarUnavailable { .. }
            | Self::CalendarStateInvalid {}
            | Self::CalendarCodeInvalid { .. }
            | Self::CalendarScopesMissing { .. }
            | Self::LocationPresetInUse { .. }
            | Self::OverrideExpired { .. } => SqlState::RaiseException,
        }
    }

    /// The refusal that a violated constraint means, for rows written by hand or in a race that no lock covers.
    pub fn of_constraint(name: &str) -> Option<Self> {
        match name {
            "booking_participants_never_overlap" => Some(Self::BookingConflict {}),
            "ratings_once_each" => Some(Self::AlreadyRated { booking_id: Uuid::nil() }),
            "tier_override_requests_one_pending" => Some(Self::OverrideAlreadyRequested { mentor_id: Uuid::nil() }),
            _ => None,
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Refusal {}
