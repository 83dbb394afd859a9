//! What everybody is shown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::routes::bookings::resource::Booking;
use crate::answer::routes::guests::ActionTokens;
use crate::answer::routes::words::BookingStatus;
use crate::database::{Day, resource, row};

resource! {
    /// An event type that everybody may book.
    pub struct PublicEventType {
        /// Its short name, for the address of its page.
        slug: String,
        title: String,
        description: Option<String>,
        /// As #rrggbb.
        color: String,
        /// Lengths that can be booked, in minutes; the first is the usual one.
        durations: Vec<i32>,
        /// online, in_person_preset, in_person_custom, phone or link.
        meeting_type: String,
        /// Seats of one meeting.
        capacity: i32,
        /// Whose it is: a host or a team.
        owner_name: String,
        organization_name: String,
    }
}

row! {
    /// Everything about one event type, as the database gives it.
    pub struct PageRow {
        id: Uuid,
        org_id: i32,
        slug: String,
        title: String,
        description: Option<String>,
        color: String,
        durations: Vec<i32>,
        questions: Value,
        meeting_type: String,
        capacity: i32,
        requires_confirmation: bool,
        owner_name: String,
        organization_name: String,
        host_names: Vec<String>,
        time_zone: String,
        bookable_from: Day,
        bookable_until: Day,
    }
}

/// One event type, with what its page needs.
#[derive(Serialize, ToSchema)]
pub struct PublicPage {
    #[serde(flatten)]
    pub event_type: PublicEventType,
    /// What whoever books is asked.
    #[schema(value_type = Vec<Object>)]
    pub questions: Value,
    /// Whether the host confirms each request.
    pub requires_confirmation: bool,
    /// Everybody who may host it.
    pub host_names: Vec<String>,
    /// The zone of its hours.
    pub time_zone: String,
    /// First date that can be booked, in that zone.
    #[schema(value_type = String, format = Date)]
    pub bookable_from: Day,
    /// Last date.
    #[schema(value_type = String, format = Date)]
    pub bookable_until: Day,
    /// What must be solved in order to book; null for nothing.
    pub captcha: Option<CaptchaWidget>,
}

/// The captcha that a page shows.
#[derive(Serialize, ToSchema)]
pub struct CaptchaWidget {
    /// turnstile or hcaptcha.
    #[schema(example = "turnstile")]
    pub provider: &'static str,
    /// Null where the installation does not say it.
    pub site_key: Option<String>,
}

impl PageRow {
    pub fn shown(self, captcha: Option<CaptchaWidget>) -> PublicPage {
        PublicPage {
            event_type: PublicEventType {
                slug: self.slug,
                title: self.title,
                description: self.description,
                color: self.color,
                durations: self.durations,
                meeting_type: self.meeting_type,
                capacity: self.capacity,
                owner_name: self.owner_name,
                organization_name: self.organization_name,
            },
            questions: self.questions,
            requires_confirmation: self.requires_confirmation,
            host_names: self.host_names,
            time_zone: self.time_zone,
            bookable_from: self.bookable_from,
            bookable_until: self.bookable_until,
            captcha,
        }
    }
}

resource! {
    /// A time that can be booked.
    pub struct FreeTime {
        start_time: Timestamp,
        end_time: Timestamp,
        /// How many seats are free.
        seats_left: i32,
    }
}

/// What a guest learns of a booking that they just made or changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuestsBooking {
    id: Uuid,
    #[schema(value_type = BookingStatus, example = "confirmed")]
    status: String,
    start_time: Timestamp,
    end_time: Timestamp,
    /// Who hosts it.
    host_names: Vec<String>,
    meeting_type: String,
    /// Until when a held time is kept.
    held_until: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Host {
    name: Option<String>,
}

impl From<Booking> for GuestsBooking {
    fn from(booking: Booking) -> Self {
        let hosts: Vec<Host> = serde_json::from_value(booking.hosts).unwrap_or_default();
        Self {
            id: booking.id,
            status: booking.status,
            start_time: booking.start_time,
            end_time: booking.end_time,
            host_names: hosts.into_iter().filter_map(|host| host.name).collect(),
            meeting_type: booking.meeting_type,
            held_until: booking.held_until,
        }
    }
}

/// A booking, and by which tokens its guest acts on it from now on.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookedByGuest {
    pub booking: GuestsBooking,
    pub tokens: ActionTokens,
}

/// A time that is held, and the token that makes a booking of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Held {
    pub booking: GuestsBooking,
    #[schema(example = "cvt_…")]
    pub token: String,
}

resource! {
    /// A guest's booking, as its token to view it shows it.
    pub struct OwnBooking {
        id: Uuid,
        #[schema(value_type = BookingStatus, example = "confirmed")]
        status: String,
        title: Option<String>,
        organization_name: String,
        /// With `owner` and `slug`, the page on which it was booked.
        organization_slug: String,
        owner: Option<String>,
        slug: Option<String>,
        host_names: Vec<String>,
        start_time: Timestamp,
        end_time: Timestamp,
        /// The guest's.
        time_zone: String,
        meeting_type: String,
        /// The place, or the number to call, while the meeting is confirmed.
        location: Option<String>,
        /// Where to meet online, while the meeting is confirmed.
        conference_url: Option<String>,
        capacity: i32,
        /// host, attendee, staff or system.
        canceled_as: Option<String>,
        cancellation_reason: Option<String>,
        /// Whether the guest gave their seat up.
        has_left: bool,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}
