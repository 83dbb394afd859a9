//! Clocks and time zones: the service's, the database's and the extension's must agree.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};
use tokio_postgres::Client;

use super::Finding;

/// As much as the default leeway for JWTs.
const WRONG: SignedDuration = SignedDuration::from_secs(30);
const NOTICEABLE: SignedDuration = SignedDuration::from_secs(2);

/// How far the database's clock is from ours.
pub async fn skew(admin: &Client) -> Finding {
    const SUBJECT: &str = "clocks";
    let check = async {
        let before = Timestamp::now();
        let there: Timestamp = admin.query_one("SELECT clock_timestamp()", &[]).await?.try_get(0)?;
        let after = Timestamp::now();
        // The database read its clock between these two readings, so only a difference outside of them counts.
        let skew = if there < before {
            before.duration_since(there)
        } else if there > after {
            there.duration_since(after)
        } else {
            SignedDuration::ZERO
        };
        let text = format!("the database's and ours differ by {:?}", Duration::try_from(skew).unwrap_or_default());
        let advice = "Synchronize both machines' clocks (NTP).";
        Ok(if skew > WRONG {
            Finding::fail(SUBJECT, text, advice)
        } else if skew > NOTICEABLE {
            Finding::warn(SUBJECT, text, advice)
        } else {
            Finding::ok(SUBJECT, text)
        })
    };
    Finding::of(SUBJECT, check.await)
}

/// Both hemispheres, half hours, no changes, and a change of half an hour.
const ZONES: &[&str] = &[
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Africa/Casablanca",
];

/// Whether noon of the same days is the same instant here, in Postgres and in the extension, for two years ahead.
pub async fn zones(admin: &Client) -> Finding {
    const SUBJECT: &str = "time zones";
    let check = async {
        let rows = admin.query(include_str!("sql/noons.sql"), &[&ZONES]).await?;
        let mut wrong = Vec::new();
        for row in &rows {
            let (zone, day): (String, civil::Date) = (row.try_get("zone")?, row.try_get("day")?);
            let postgres: Timestamp = row.try_get("by_postgres")?;
            let extension: Option<Timestamp> = row.try_get("by_extension")?;
            let ours = TimeZone::get(&zone).ok().and_then(|zone| zone.to_timestamp(day.at(12, 0, 0, 0)).ok());
            if ours != Some(postgres) || extension != Some(postgres) {
                wrong.push(format!("{zone} on {day}"));
            }
        }
        Ok(match wrong.first() {
            None => Finding::ok(SUBJECT, format!("agree on {} noons in {} zones", rows.len(), ZONES.len())),
            Some(first) => Finding::fail(
                SUBJECT,
                format!("the tz database differs here, in Postgres or in the extension, first for {first}"),
                "Bring the tzdata packages of both machines up to date, and restart Postgres and the service.",
            ),
        })
    };
    Finding::of(SUBJECT, check.await)
}
