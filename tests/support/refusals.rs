//! One of each refusal, for what is said of all of them.

use convene_rules::refusal::{MissingMeeting, Refusal, Whose};
use convene_rules::role::Role;
use convene_rules::state::{Action, Status};
use convene_rules::tally::{Period, Unit};
use convene_rules::tier::{OverrideStatus, Tier};
use jiff::Timestamp;
use uuid::Uuid;

/// Every kind of refusal, once, in the order in which they are declared.
pub fn one_of_each() -> Vec<Refusal> {
    let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000);
    let instant: Timestamp = "2026-06-01T09:00:00Z".parse().expect("an instant");
    vec![
        Refusal::invalid("rating", "must lie between 1 and 5"),
        Refusal::InvalidTimeZone { time_zone: "Mars/Olympus".to_owned() },
        Refusal::UserNotFound { user_id: id },
        Refusal::MentorNotFound { mentor_id: id },
        Refusal::SlotNotFound { time_slot_id: id },
        Refusal::BookingNotFound { booking_id: id },
        Refusal::BlockNotFound { block_id: id },
        Refusal::BlackoutNotFound { day: "2026-06-01".to_owned() },
        Refusal::LocationPresetNotFound { location_preset_id: id },
        Refusal::OverrideNotFound { request_id: id },
        Refusal::EventTypeNotFound { event_type_id: id },
        Refusal::PageNotFound {},
        Refusal::TeamNotFound { team_id: id },
        Refusal::TeamMemberNotFound { user_id: id },
        Refusal::HostNotFound { host_id: id },
        Refusal::ScheduleNotFound { schedule_id: id },
        Refusal::EventTypeLinkNotFound { link_id: id },
        Refusal::TagNotFound { tag_id: id },
        Refusal::SessionNotFound { session_id: id },
        Refusal::ApiKeyNotFound { api_key_id: id },
        Refusal::IdentityNotFound { identity_id: id },
        Refusal::IssuerNotFound { issuer: "https://login.example.org/".to_owned() },
        Refusal::IdentityTaken {},
        Refusal::CalendarConnectionNotFound { connection_id: id },
        Refusal::WritebackNotFound { writeback_id: id },
        Refusal::AirtableNotConnected {},
        Refusal::CalendarStateInvalid {},
        Refusal::CalendarCodeInvalid { provider: "google".to_owned() },
        Refusal::CalendarScopesMissing { provider: "google".to_owned(), missing: vec!["calendar.events".to_owned()] },
        Refusal::LastAdmin {},
        Refusal::LastTeamOwner {},
        Refusal::AlreadyTeamMember { user_id: id },
        Refusal::TeamInUse { event_types: 2 },
        Refusal::TooManyTeams { most: 50 },
        Refusal::TooManyTeamMembers { most: 200 },
        Refusal::LocationPresetInUse { blocks: 2, event_types: 1 },
        Refusal::ScheduleIsDefault {},
        Refusal::ScheduleInUse { event_types: 2 },
        Refusal::TooManySchedules { most: 10 },
        Refusal::TooManyEventTypes { most: 100 },
        Refusal::TooManyEventTypeLinks { most: 100 },
        Refusal::TooManyBlocks { most: 100 },
        Refusal::BlocksOverlap { most: 4, day: "2026-06-01".to_owned() },
        Refusal::TooManyDaysOff { most: 1_000 },
        Refusal::MagicLinkInvalid {},
        Refusal::UserInactive { user_id: id, reason: Some("Missed three meetings".to_owned()), until: Some(instant) },
        Refusal::NotAMentee { role: Role::Mentor },
        Refusal::NotAuthorized { action: "cancel this booking".to_owned() },
        Refusal::CalendarNotConnected {},
        Refusal::MentorCalendarNotConnected {},
        Refusal::TierRestriction {
            your_tier: Tier::Bronze,
            mentor_tier: Tier::Gold,
            highest_bookable_tier: Tier::Silver,
            can_request_exception: true,
        },
        Refusal::BookingLimitExceeded { limit: 2, booked: 2, tier: Tier::Bronze },
        Refusal::MentorNotAvailable { mentor_id: id },
        Refusal::SlotInPast { start_time: instant },
        Refusal::MinimumNotice { start_time: instant, minimum_notice_minutes: 60 },
        Refusal::SlotWithdrawn { time_slot_id: id },
        Refusal::SlotAlreadyBooked { time_slot_id: id },
        Refusal::CalendarUnavailable { whose: Whose::Mentor },
        Refusal::CalendarsStale { org_id: 1, connections: vec![id] },
        Refusal::CalendarConflict { provider: "google".to_owned(), calendar: Some("Work".to_owned()) },
        Refusal::MentorCalendarConflict { provider: "microsoft".to_owned(), calendar: Some("primary".to_owned()) },
        Refusal::BookingConflict {},
        Refusal::MentorBookingConflict {},
        Refusal::EventTypeNotBookable { event_type_id: id },
        Refusal::PrivateLinkInvalid {},
        Refusal::OutsideHorizon {
            bookable_from: "2026-06-01".to_owned(),
            bookable_until: "2026-07-30".to_owned(),
            opens_on: Some("2026-06-03".to_owned()),
        },
        Refusal::OutsideHours {},
        Refusal::StartNotOffered {},
        Refusal::EventTypeLimitReached {
            period: Period::Day,
            unit: Unit::Meetings,
            limit: 4,
            again_from: "2026-06-02".to_owned(),
        },
        Refusal::TimeNotAvailable {},
        Refusal::SeriesNotAvailable {
            count: 6,
            missing: vec![MissingMeeting { start_time: instant, code: "TIME_NOT_AVAILABLE".to_owned() }],
        },
        Refusal::InvalidTransition { status: Status::Canceled, action: Action::Confirm },
        Refusal::MeetingNotStarted { start_time: instant },
        Refusal::MeetingStarted { start_time: instant },
        Refusal::DifferentMentor { mentor_id: id },
        Refusal::HoldLapsed { held_until: instant },
        Refusal::RequestLapsed { lapsed_at: instant },
        Refusal::NotJoinable { status: Status::Canceled },
        Refusal::BookingFull { capacity: 12 },
        Refusal::AlreadyTakesPart { booking_id: id },
        Refusal::NothingToDispute {},
        Refusal::SameSlot { time_slot_id: id },
        Refusal::BookingNotCompleted { status: Status::Confirmed },
        Refusal::AlreadyRated { booking_id: id },
        Refusal::OverrideNotNeeded { your_tier: Tier::Silver, mentor_tier: Tier::Bronze },
        Refusal::OverrideAlreadyRequested { mentor_id: id },
        Refusal::OverrideAlreadyApproved { mentor_id: id, expires_at: instant },
        Refusal::OverrideAlreadyReviewed { status: OverrideStatus::Rejected },
        Refusal::OverrideExpired { expires_at: instant },
        Refusal::IdempotencyKeyReused {},
    ]
}

/// The codes of all refusals, as the deserializer knows them.
pub fn all_codes() -> Vec<String> {
    let unknown = serde_json::from_str::<Refusal>(r#"{"code":"","details":{}}"#).expect_err("no such code").to_string();
    unknown.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}
