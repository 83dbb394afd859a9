//! Ids that sort by the time they were made.

use uuid::{Builder, Uuid};

/// The latest time that fits into an id, in milliseconds since 1970: the year 10889.
const LAST_MILLISECOND: u64 = (1 << 48) - 1;

/// A UUIDv7 (RFC 9562 §5.7) of a clock reading in milliseconds since 1970 and ten random bytes. Ids of a later
/// millisecond sort after those of an earlier one, as `uuid` in Postgres too.
pub fn uuid_v7(unix_milliseconds: u64, random: [u8; 10]) -> Uuid {
    Builder::from_unix_timestamp_millis(unix_milliseconds.min(LAST_MILLISECOND), &random).into_uuid()
}
