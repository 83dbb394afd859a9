//! Between which dates an event type can be booked.

use convene_rules::zone::Zone;
use jiff::Timestamp;
use jiff::civil::Date;
use pgrx::prelude::*;

use super::EventType;
use crate::failure::Failure;
use crate::{args, record, statement};

statement! {
    callers ZONE: ZoneRow = "../sql/event_types/zone.sql" (INT4OID, UUIDOID);
}

record! {
    struct ZoneRow {
        time_zone: String,
        now: Timestamp,
    }
}

record! {
    /// The first and the last date, inclusive, on the clocks of a zone.
    pub struct BookableDates {
        pub time_zone: String,
        pub first_day: Date,
        pub last_day: Date,
    }
    returned by returns_bookable_dates;
}

returns_bookable_dates! {
    /// The dates on which an event type can be booked now. COMMENT in finalize.sql.
    #[pg_extern(stable, parallel_unsafe)]
    fn bookable_dates(p_event_type_id: Option<pgrx::Uuid>) -> BookableDates {
        let event_type_id = args::id(p_event_type_id, "event_type_id")?;
        Spi::connect(|client| {
            let event_type = EventType::seen(client, event_type_id)?;
            let row = ZONE.row(client, &event_type.key())?;
            let ZoneRow { time_zone, now } =
                row.ok_or_else(|| Failure::Corrupt("an event type has no organization".to_owned()))?;
            let (first_day, last_day) = event_type.terms().horizon.dates(Zone::iana(&time_zone)?.date_at(now));
            Ok(BookableDates { time_zone, first_day, last_day })
        })
    }
}
