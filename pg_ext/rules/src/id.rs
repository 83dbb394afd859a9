//! Ids that sort by the time they were made, and say where their row lives.

use uuid::{Builder, Uuid};

/// The latest time that fits into an id, in milliseconds since 1970: the year 10889.
const LAST_MILLISECOND: u64 = (1 << 48) - 1;

/// How many shards there are.
const SHARDS: i32 = 4096;

/// The share of all organizations that an organization belongs to: rows of a shard live together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(u16);

impl Shard {
    /// 0 to 4095.
    pub fn number(self) -> u16 {
        self.0
    }
}

/// The shard of an organization: its number modulo 4096.
pub fn shard_of(org_id: i32) -> Shard {
    Shard(u16::try_from(org_id.rem_euclid(SHARDS)).unwrap_or_default())
}

/// The shard that an id of [`uuid_v7`] carries; `None` for ids of another version.
pub fn shard_in(id: Uuid) -> Option<Shard> {
    let (_, _, version_and_shard, _) = id.as_fields();
    (id.get_version_num() == 7).then_some(Shard(version_and_shard & 0x0fff))
}

/// A UUIDv7 (RFC 9562 §5.7) of a clock reading in milliseconds since 1970, a shard and eight random bytes. The twelve
/// bits behind the time and the version, `rand_a`, are the shard's number. Ids of a later millisecond sort after those
/// of an earlier one, as `uuid` in Postgres too.
pub fn uuid_v7(unix_milliseconds: u64, shard: Shard, random: [u8; 8]) -> Uuid {
    let [high, low] = shard.0.to_be_bytes();
    let [a, b, c, d, e, f, g, h] = random;
    let behind_time = [high, low, a, b, c, d, e, f, g, h];
    Builder::from_unix_timestamp_millis(unix_milliseconds.min(LAST_MILLISECOND), &behind_time).into_uuid()
}
