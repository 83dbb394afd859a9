//! Which HTTP status an error has. A new refusal does not compile until it has a status here.

use convene_rules::refusal::Refusal;
use http::StatusCode;

use crate::error::{ApiError, Fault, Rejection};

/// The status of a refusal: 400 wrong form, 403 not allowed, 404 not found, 409 in conflict with the present state.
fn status_of_refusal(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::ValidationError { .. } | Refusal::InvalidTimeZone { .. } => StatusCode::BAD_REQUEST,

        Refusal::UserNotFound { .. }
        | Refusal::MentorNotFound { .. }
        | Refusal::SlotNotFound { .. }
        | Refusal::BookingNotFound { .. }
        | Refusal::BlockNotFound { .. }
        | Refusal::BlackoutNotFound { .. }
        | Refusal::LocationPresetNotFound { .. }
        | Refusal::OverrideNotFound { .. }
        | Refusal::EventTypeNotFound { .. }
        | Refusal::PageNotFound {}
        | Refusal::TeamNotFound { .. }
        | Refusal::TeamMemberNotFound { .. }
        | Refusal::HostNotFound { .. }
        | Refusal::ScheduleNotFound { .. }
        | Refusal::EventTypeLinkNotFound { .. }
        | Refusal::TagNotFound { .. }
        | Refusal::SessionNotFound { .. }
        | Refusal::CalendarConnectionNotFound { .. }
        | Refusal::WritebackNotFound { .. }
        | Refusal::AirtableNotConnected {}
        | Refusal::ApiKeyNotFound { .. }
        | Refusal::IssuerNotFound { .. }
        | Refusal::IdentityNotFound { .. } => StatusCode::NOT_FOUND,

        // It passes without anybody doing something.
        Refusal::CalendarUnavailable { .. } | Refusal::CalendarsStale { .. } => StatusCode::SERVICE_UNAVAILABLE,

        Refusal::MagicLinkInvalid {} => StatusCode::UNAUTHORIZED,

        Refusal::UserInactive { .. }
        | Refusal::NotAMentee { .. }
        | Refusal::NotAuthorized { .. }
        | Refusal::CalendarNotConnected {}
        | Refusal::MentorCalendarNotConnected {}
        | Refusal::TierRestriction { .. }
        | Refusal::PrivateLinkInvalid {}
        | Refusal::BookingLimitExceeded { .. } => StatusCode::FORBIDDEN,

        Refusal::MentorNotAvailable { .. }
        | Refusal::SlotInPast { .. }
        | Refusal::MinimumNotice { .. }
        | Refusal::SlotWithdrawn { .. }
        | Refusal::SlotAlreadyBooked { .. }
        | Refusal::CalendarConflict { .. }
        | Refusal::MentorCalendarConflict { .. }
        | Refusal::CalendarStateInvalid {}
        | Refusal::CalendarCodeInvalid { .. }
        | Refusal::CalendarScopesMissing { .. }
        | Refusal::BookingConflict {}
        | Refusal::MentorBookingConflict {}
        | Refusal::EventTypeNotBookable { .. }
        | Refusal::OutsideHorizon { .. }
        | Refusal::OutsideHours {}
        | Refusal::StartNotOffered {}
        | Refusal::EventTypeLimitReached { .. }
        | Refusal::TimeNotAvailable {}
        | Refusal::SeriesNotAvailable { .. }
        | Refusal::InvalidTransition { .. }
        | Refusal::MeetingNotStarted { .. }
        | Refusal::MeetingStarted { .. }
        | Refusal::DifferentMentor { .. }
        | Refusal::HoldLapsed { .. }
        | Refusal::RequestLapsed { .. }
        | Refusal::NotJoinable { .. }
        | Refusal::NothingToDispute {}
        | Refusal::BookingFull { .. }
        | Refusal::AlreadyTakesPart { .. }
        | Refusal::SameSlot { .. }
        | Refusal::BookingNotCompleted { .. }
        | Refusal::AlreadyRated { .. }
        | Refusal::OverrideNotNeeded { .. }
        | Refusal::OverrideAlreadyRequested { .. }
        | Refusal::OverrideAlreadyApproved { .. }
        | Refusal::OverrideAlreadyReviewed { .. }
        | Refusal::OverrideExpired { .. }
        | Refusal::IdentityTaken {}
        | Refusal::LastAdmin {}
        | Refusal::LastTeamOwner {}
        | Refusal::AlreadyTeamMember { .. }
        | Refusal::TeamInUse { .. }
        | Refusal::TooManyTeams { .. }
        | Refusal::TooManyTeamMembers { .. }
        | Refusal::TooManyBlocks { .. }
        | Refusal::BlocksOverlap { .. }
        | Refusal::TooManyDaysOff { .. }
        | Refusal::LocationPresetInUse { .. }
        | Refusal::ScheduleIsDefault {}
        | Refusal::ScheduleInUse { .. }
        | Refusal::TooManySchedules { .. }
        | Refusal::TooManyEventTypes { .. }
        | Refusal::TooManyEventTypeLinks { .. }
        | Refusal::IdempotencyKeyReused {} => StatusCode::CONFLICT,
    }
}

fn status_of_rejection(rejection: &Rejection) -> StatusCode {
    match rejection {
        Rejection::InvalidJson { .. } | Rejection::IdempotencyKeyRequired | Rejection::CaptchaRequired => {
            StatusCode::BAD_REQUEST
        }
        Rejection::Unauthorized { .. } | Rejection::InvalidSignature => StatusCode::UNAUTHORIZED,
        Rejection::CaptchaFailed | Rejection::Forbidden { .. } | Rejection::InsufficientScope { .. } => {
            StatusCode::FORBIDDEN
        }
        Rejection::CalendarNotConfigured => StatusCode::CONFLICT,
        Rejection::RouteNotFound => StatusCode::NOT_FOUND,
        Rejection::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Rejection::PayloadTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Rejection::UnsupportedMediaType | Rejection::UnsupportedContentEncoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Rejection::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Rejection::RateLimitExceeded { .. } => StatusCode::TOO_MANY_REQUESTS,
    }
}

fn status_of_fault(fault: &Fault) -> StatusCode {
    match fault {
        Fault::StatementTimeout
        | Fault::RequestTimeout
        | Fault::Busy
        | Fault::DatabaseUnavailable { .. }
        | Fault::ReadOnly
        | Fault::NotMigrated { .. }
        | Fault::Contended
        | Fault::IssuerUnavailable
        | Fault::NotReady { .. }
        | Fault::NotConfigured { .. }
        | Fault::ProviderUnavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Fault::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl ApiError {
    /// The HTTP status it is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => status_of_refusal(refusal),
            Self::Rejected(rejection) => status_of_rejection(rejection),
            Self::Failed(fault) => status_of_fault(fault),
        }
    }
}
