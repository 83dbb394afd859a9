//! Kinds of notices, and the facts of each.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::meeting::{BookingEvent, Meeting};
use crate::person::Person;

/// What somebody is told of. The names, such as `booking_created`, are stored.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::Display,
    strum::VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    BookingCreated,
    BookingConfirmed,
    BookingDeclined,
    BookingCanceled,
    /// To coordinators.
    BookingCanceledLate,
    BookingRescheduled,
    BookingReassigned,
    BookingCompleted,
    BookingNoShow,
    BookingNoShowDisputed,
    BookingNoShowCorrected,
    BookingExpired,
    BookingRated,
    BookingJoined,
    BookingLeft,
    TierOverrideApproved,
    TierOverrideRejected,
    TierOverrideExpired,
    CalendarNeedsReconnect,
    AirtableBroken,
    UserRemoved,
}

impl Kind {
    pub const ALL: &[Self] = <Self as strum::VariantArray>::VARIANTS;

    /// As stored, such as `booking_created`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What somebody is told, in facts.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    Booking(Box<Meeting>, BookingEvent),
    TierOverrideApproved(ApprovedOverride),
    TierOverrideRejected(RejectedOverride),
    TierOverrideExpired(ExpiredOverride),
    CalendarNeedsReconnect(LostCalendar),
    AirtableBroken(BrokenAirtable),
    UserRemoved(RemovedUser),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ApprovedOverride {
    pub mentor: Person,
    pub expires_at: Timestamp,
    /// What the reviewer wrote.
    #[serde(default)]
    pub words: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RejectedOverride {
    pub mentor: Person,
    #[serde(default)]
    pub words: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ExpiredOverride {
    pub mentor: Person,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct LostCalendar {
    pub provider: Provider,
}

/// Who keeps a connected calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    Google,
    Microsoft,
}

impl Provider {
    /// Its name in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Microsoft => "Microsoft",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct BrokenAirtable {
    /// Airtable's word for what is wrong.
    pub error: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RemovedUser {
    pub person: Person,
    pub meetings_canceled: u32,
}

/// Why a notice cannot be read: it was stored by another version, or by hand.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    #[error("there is no kind of notice {0:?}")]
    UnknownKind(String),
    #[error("the facts of a notice of kind {kind} lack something: {source}")]
    UnreadableFacts { kind: Kind, source: serde_json::Error },
}

impl Notice {
    /// The notice of a stored kind, such as `booking_created`, and its facts, one JSON object (docs/messages.md).
    /// Members that the kind does not need are ignored.
    pub fn from_parts(kind: &str, facts: &Value) -> Result<Self, NoticeError> {
        let kind: Kind = kind.parse().map_err(|_| NoticeError::UnknownKind(kind.to_owned()))?;
        Self::read(kind, facts).map_err(|source| NoticeError::UnreadableFacts { kind, source })
    }

    fn read(kind: Kind, facts: &Value) -> Result<Self, serde_json::Error> {
        let booking = |event| Meeting::deserialize(facts).map(|meeting| Self::Booking(Box::new(meeting), event));
        match kind {
            Kind::BookingCreated => booking(BookingEvent::Created(of(facts)?)),
            Kind::BookingConfirmed => booking(BookingEvent::Confirmed),
            Kind::BookingDeclined => booking(BookingEvent::Declined(of(facts)?)),
            Kind::BookingCanceled => booking(BookingEvent::Canceled(of(facts)?)),
            Kind::BookingCanceledLate => booking(BookingEvent::CanceledLate(of(facts)?)),
            Kind::BookingRescheduled => booking(BookingEvent::Rescheduled(of(facts)?)),
            Kind::BookingReassigned => booking(BookingEvent::Reassigned(of(facts)?)),
            Kind::BookingCompleted => booking(BookingEvent::Completed),
            Kind::BookingNoShow => booking(BookingEvent::NoShow(of(facts)?)),
            Kind::BookingNoShowDisputed => booking(BookingEvent::NoShowDisputed(of(facts)?)),
            Kind::BookingNoShowCorrected => booking(BookingEvent::NoShowCorrected(of(facts)?)),
            Kind::BookingExpired => booking(BookingEvent::Expired(of(facts)?)),
            Kind::BookingRated => booking(BookingEvent::Rated),
            Kind::BookingJoined => booking(BookingEvent::Joined(of(facts)?)),
            Kind::BookingLeft => booking(BookingEvent::Left(of(facts)?)),
            Kind::TierOverrideApproved => of(facts).map(Self::TierOverrideApproved),
            Kind::TierOverrideRejected => of(facts).map(Self::TierOverrideRejected),
            Kind::TierOverrideExpired => of(facts).map(Self::TierOverrideExpired),
            Kind::CalendarNeedsReconnect => of(facts).map(Self::CalendarNeedsReconnect),
            Kind::AirtableBroken => of(facts).map(Self::AirtableBroken),
            Kind::UserRemoved => of(facts).map(Self::UserRemoved),
        }
    }
}

fn of<'a, T: Deserialize<'a>>(facts: &'a Value) -> Result<T, serde_json::Error> {
    T::deserialize(facts)
}
