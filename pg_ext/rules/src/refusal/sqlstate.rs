//! What Postgres reports refusals as.

use super::Refusal;

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
            | Self::EventTypeNotFound { .. }
            | Self::PageNotFound {}
            | Self::TeamNotFound { .. }
            | Self::TeamMemberNotFound { .. }
            | Self::HostNotFound { .. }
            | Self::ScheduleNotFound { .. }
            | Self::EventTypeLinkNotFound { .. }
            | Self::TagNotFound { .. }
            | Self::SessionNotFound { .. }
            | Self::CalendarConnectionNotFound { .. }
            | Self::WritebackNotFound { .. }
            | Self::AirtableNotConnected {}
            | Self::ApiKeyNotFound { .. }
            | Self::IssuerNotFound { .. }
            | Self::IdentityNotFound { .. } => SqlState::NoDataFound,
            Self::UserInactive { .. }
            | Self::MagicLinkInvalid {}
            | Self::PrivateLinkInvalid {}
            | Self::NotAMentee { .. }
            | Self::NotAuthorized { .. }
            | Self::CalendarNotConnected {}
            | Self::MentorCalendarNotConnected {}
            | Self::TierRestriction { .. }
            | Self::BookingLimitExceeded { .. } => SqlState::InsufficientPrivilege,
            Self::SlotAlreadyBooked { .. }
            | Self::AlreadyRated { .. }
            | Self::OverrideAlreadyRequested { .. }
            | Self::OverrideAlreadyApproved { .. }
            | Self::BookingFull { .. }
            | Self::AlreadyTakesPart { .. }
            | Self::IdentityTaken {}
            | Self::AlreadyTeamMember { .. }
            | Self::IdempotencyKeyReused {} => SqlState::UniqueViolation,
            Self::CalendarConflict { .. }
            | Self::MentorCalendarConflict { .. }
            | Self::BookingConflict {}
            | Self::TimeNotAvailable {}
            | Self::SeriesNotAvailable { .. }
            | Self::MentorBookingConflict {} => SqlState::ExclusionViolation,
            Self::MentorNotAvailable { .. }
            | Self::SlotInPast { .. }
            | Self::MinimumNotice { .. }
            | Self::SlotWithdrawn { .. }
            | Self::InvalidTransition { .. }
            | Self::MeetingNotStarted { .. }
            | Self::MeetingStarted { .. }
            | Self::DifferentMentor { .. }
            | Self::EventTypeNotBookable { .. }
            | Self::OutsideHorizon { .. }
            | Self::OutsideHours {}
            | Self::StartNotOffered {}
            | Self::EventTypeLimitReached { .. }
            | Self::HoldLapsed { .. }
            | Self::RequestLapsed { .. }
            | Self::NotJoinable { .. }
            | Self::NothingToDispute {}
            | Self::CalendarsStale { .. }
            | Self::SameSlot { .. }
            | Self::BookingNotCompleted { .. }
            | Self::OverrideNotNeeded { .. }
            | Self::OverrideAlreadyReviewed { .. }
            | Self::LastAdmin {}
            | Self::LastTeamOwner {}
            | Self::TeamInUse { .. }
            | Self::TooManyTeams { .. }
            | Self::TooManyTeamMembers { .. }
            | Self::TooManyBlocks { .. }
            | Self::BlocksOverlap { .. }
            | Self::TooManyDaysOff { .. }
            | Self::CalendarUnavailable { .. }
            | Self::CalendarStateInvalid {}
            | Self::CalendarCodeInvalid { .. }
            | Self::CalendarScopesMissing { .. }
            | Self::LocationPresetInUse { .. }
            | Self::ScheduleIsDefault {}
            | Self::ScheduleInUse { .. }
            | Self::TooManySchedules { .. }
            | Self::TooManyEventTypes { .. }
            | Self::TooManyEventTypeLinks { .. }
            | Self::OverrideExpired { .. } => SqlState::RaiseException,
        }
    }
}
