//! Bookings: making them, moving them, ending them, rating them.

mod create;
mod facts;
mod moving;
mod open;
mod rating;
mod record;
mod replay;
mod transitions;

pub use facts::{slot_facts, slot_facts_seen};
pub use record::Booking;
pub use transitions::cancel_for_leaving;

/// Declares SQL functions that change a booking and return it, one row of built-in types.
///
/// The columns stand here once; every such function has the same.
#[macro_export]
macro_rules! returns_booking {
    ($(#[$attribute:meta])* fn $name:ident($($args:tt)*) $body:block) => {
        $(#[$attribute])*
        #[allow(clippy::type_complexity)] // pgrx reads the columns from this type, so it cannot have a name
        fn $name($($args)*) -> pgrx::iter::TableIterator<'static, (
            pgrx::name!(id, pgrx::Uuid),
            pgrx::name!(status, String),
            pgrx::name!(mentor_id, pgrx::Uuid),
            pgrx::name!(mentee_id, pgrx::Uuid),
            pgrx::name!(time_slot_id, pgrx::Uuid),
            pgrx::name!(start_time, pgrx::datum::TimestampWithTimeZone),
            pgrx::name!(end_time, pgrx::datum::TimestampWithTimeZone),
            pgrx::name!(meeting_goal, String),
            pgrx::name!(materials_urls, Vec<String>),
            pgrx::name!(meeting_type, String),
            pgrx::name!(location, Option<String>),
            pgrx::name!(requested_at, Option<pgrx::datum::TimestampWithTimeZone>),
            pgrx::name!(responded_at, Option<pgrx::datum::TimestampWithTimeZone>),
            pgrx::name!(confirmed_at, Option<pgrx::datum::TimestampWithTimeZone>),
            pgrx::name!(canceled_at, Option<pgrx::datum::TimestampWithTimeZone>),
            pgrx::name!(canceled_by, Option<pgrx::Uuid>),
            pgrx::name!(cancellation_reason, Option<String>),
            pgrx::name!(cancellation_notes, Option<String>),
            pgrx::name!(no_show_user_id, Option<pgrx::Uuid>),
            pgrx::name!(conference_url, Option<String>),
            pgrx::name!(created_at, pgrx::datum::TimestampWithTimeZone),
            pgrx::name!(updated_at, pgrx::datum::TimestampWithTimeZone),
            pgrx::name!(replayed, bool),
        )> {
            #[allow(clippy::redundant_closure_call)] // the body returns early with `?`
            let outcome = (|| $body)();
            $crate::failure::answer(outcome.and_then($crate::booking::Answer::into_columns))
        }
    };
}

/// A booking, and whether this is an earlier answer replayed.
pub struct Answer {
    pub booking: Booking,
    pub replayed: bool,
}

impl From<Booking> for Answer {
    fn from(booking: Booking) -> Self {
        Self { booking, replayed: false }
    }
}
