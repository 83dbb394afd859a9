//! What to do about a refusal.

use super::Refusal;

impl Refusal {
    /// What to do about it, for people.
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
            | Self::EventTypeNotFound { .. }
            | Self::TeamNotFound { .. }
            | Self::ScheduleNotFound { .. }
            | Self::TagNotFound { .. }
            | Self::SessionNotFound { .. }
            | Self::CalendarConnectionNotFound { .. }
            | Self::WritebackNotFound { .. }
            | Self::ApiKeyNotFound { .. }
            | Self::IdentityNotFound { .. } => "Check the id, and that it belongs to your organization.",
            Self::PageNotFound {} => "Check the address: it may have changed, or the page was taken down.",
            Self::IssuerNotFound { .. } => {
                "Ask an operator to give the issuer to your organization, or let the user link it with a token of theirs."
            }
            Self::IdentityTaken {} => "Unlink it from its present user first, or link another subject.",
            Self::AirtableNotConnected {} => "An admin can connect it: PUT /v1/admin/airtable.",
            Self::CalendarStateInvalid {} | Self::CalendarCodeInvalid { .. } => "Start connecting the calendar again.",
            Self::CalendarScopesMissing { .. } => "Start again, and leave everything ticked that is asked for.",
            Self::CalendarUnavailable { .. } => {
                "Try again shortly. If this lasts, its owner should look at the connection, or reconnect it."
            }
            Self::CalendarsStale { .. } => "Try again: the calendars are being read.",
            Self::LastAdmin {} => "Make somebody else an admin first.",
            Self::TeamMemberNotFound { .. } => "List the team's members.",
            Self::LastTeamOwner {} => "Make somebody else an owner first.",
            Self::AlreadyTeamMember { .. } => "Change their role in the team instead.",
            Self::TeamInUse { .. } => "Switch those event types off, or delete them, first.",
            Self::TooManyTeams { .. } => "Leave a team, or delete one, first.",
            Self::TooManyTeamMembers { .. } => "Remove a member, or make another team.",
            Self::HostNotFound { .. } => "Hosts are mentors, coordinators and admins of your organization.",
            Self::EventTypeLinkNotFound { .. } => "List the event type's links.",
            Self::LocationPresetInUse { .. } => "Change or delete those blocks and event types first.",
            Self::ScheduleIsDefault {} => "Make another schedule the default first.",
            Self::ScheduleInUse { .. } => "Give those event types another schedule, or delete them, first.",
            Self::TooManySchedules { .. } => "Delete a schedule, or change one instead.",
            Self::TooManyEventTypes { .. } => "Delete an event type, or change one instead.",
            Self::TooManyEventTypeLinks { .. } => "Take back a link, or use one for several people.",
            Self::TooManyBlocks { .. } => "Delete a block, or change one instead.",
            Self::BlocksOverlap { .. } => "Choose another time, or change or delete one of the blocks that overlap it.",
            Self::TooManyDaysOff { .. } => "Give back days off that have passed, or end a block instead.",
            Self::ActionTokenInvalid {} => "Use the newest link of this booking, or ask the host.",
            Self::MagicLinkInvalid {} => "Ask for a new link. It works once, within 15 minutes.",
            Self::BlackoutNotFound { .. } => "List the mentor's blackout dates.",
            Self::UserInactive { .. } => {
                "Wait until it ends, or ask an admin of the organization to activate the user."
            }
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
            | Self::HoldLapsed { .. }
            | Self::SameSlot { .. } => "List the slots again and choose another.",
            Self::SameTime { .. }
            | Self::OutsideHorizon { .. }
            | Self::OutsideHours {}
            | Self::StartNotOffered {}
            | Self::EventTypeLimitReached { .. }
            | Self::SeriesNotAvailable { .. }
            | Self::TimeNotAvailable {} => "List the free times again and choose another.",
            Self::EventTypeNotBookable { .. } => "Ask the host, or try again later.",
            Self::PrivateLinkInvalid {} => "Ask the host for a new link.",
            Self::RequestLapsed { .. } => "The attendee may book again.",
            Self::BookingFull { .. } | Self::NotJoinable { .. } => "Choose another time.",
            Self::AlreadyTakesPart { .. } => "Nothing is left to do.",
            Self::InvalidTransition { .. } => "Read the booking again: its status has changed.",
            Self::NothingToDispute {} => "Read the booking's history. What a coordinator decided only they can change.",
            Self::MeetingNotStarted { .. } => "Wait until the meeting has started.",
            Self::MeetingStarted { .. } => "Complete the booking, or mark who did not come.",
            Self::DifferentMentor { .. } => "Cancel, and book the other mentor's slot.",
            Self::BookingNotCompleted { .. } => "Rate the booking when it is completed.",
            Self::AlreadyRated { .. } => "A rating stands; it cannot be given twice.",
            Self::OverrideNotNeeded { .. } | Self::OverrideAlreadyApproved { .. } => "Book the mentor.",
            Self::OverrideAlreadyRequested { .. } => "Wait for a coordinator's answer.",
            Self::OverrideAlreadyReviewed { .. } | Self::OverrideExpired { .. } => "The mentee may ask again.",
            Self::IdempotencyKeyReused {} => "Use a new key for a new request.",
        }
    }
}
