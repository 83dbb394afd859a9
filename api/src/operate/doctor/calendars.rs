//! Whether connected calendars can be read and written, and everything sealed opened.

use tokio_postgres::Client;

use super::Finding;
use crate::config::Config;
use crate::operate::rotate_keys::key_ids;

/// How the connected accounts and what they are owed are.
pub async fn connections(config: &Config, admin: &Client) -> Finding {
    const SUBJECT: &str = "calendars";
    let check = async {
        let row = admin.query_one(include_str!("sql/calendars.sql"), &[]).await?;
        let (connected, unknown): (i64, i64) = (row.try_get("connected")?, row.try_get("unknown")?);
        let lost: i64 = row.try_get("needs_reconnect")?;
        let providers: Vec<String> = row.try_get("providers")?;
        let missing: Vec<&str> =
            providers.iter().map(String::as_str).filter(|provider| !config.calendars.knows(provider)).collect();
        Ok(if !missing.is_empty() {
            let text = format!("accounts of {} are connected, and it is not configured here", missing.join(" and "));
            Finding::warn(SUBJECT, text, "See that every `convene serve` has its client's id and secret.")
        } else if unknown > 0 {
            let text = format!("{unknown} of {connected} accounts were not read lately, so nothing is booked on them");
            let advice = "See last_error in convene.work_items, queue calendar_syncs, and that workers run.";
            Finding::warn(SUBJECT, text, advice)
        } else if lost > 0 {
            let text = format!("{lost} accounts must be connected again by their users, who have been told");
            Finding::warn(SUBJECT, text, "Nothing, unless it is many at once: then look at the client's registration.")
        } else if connected == 0 {
            Finding::ok(SUBJECT, "no account is connected")
        } else {
            Finding::ok(SUBJECT, format!("{connected} accounts are connected, and read lately"))
        })
    };
    Finding::of(SUBJECT, check.await)
}

/// Whether organizations ask for calendars that nobody can connect.
pub async fn required(config: &Config, admin: &Client) -> Finding {
    const SUBJECT: &str = "calendars required";
    let check = async {
        let row = admin.query_one(include_str!("sql/calendars_required.sql"), &[]).await?;
        let (count, shown): (i64, Vec<String>) = (row.try_get("count")?, row.try_get("shown")?);
        let can_connect = config.calendars.google.is_some() || config.calendars.microsoft.is_some();
        Ok(match count {
            0 => Finding::ok(SUBJECT, "by no organization"),
            _ if can_connect => Finding::ok(SUBJECT, format!("by {count} organizations, and a provider is configured")),
            _ => Finding::warn(
                SUBJECT,
                format!("by {count} organizations ({}), and no provider is configured here", shown.join(", ")),
                "Nobody there can connect a calendar, and without one nobody can book. Give every `convene serve` a \
                 client's id and secret, or UPDATE convene.organizations SET calendars_required = false.",
            ),
        })
    };
    Finding::of(SUBJECT, check.await)
}

/// Whether a key is there for everything that is sealed.
pub async fn keys(config: &Config, admin: &Client) -> Finding {
    const SUBJECT: &str = "keys";
    let check = async {
        let used = key_ids(admin).await?;
        let is_known = |id: &&String| config.keys.as_ref().is_some_and(|keys| keys.has(id));
        let missing: Vec<&str> = used.iter().filter(|id| !is_known(id)).map(String::as_str).collect();
        Ok(if missing.is_empty() {
            Finding::ok(SUBJECT, "everything that is sealed can be opened")
        } else {
            let text =
                format!("something is sealed with the key {}, which is not in CONVENE_KEYS here", missing.join(", "));
            let advice = "See that every `convene serve` has it behind the first key, and run `convene rotate-keys`.";
            Finding::warn(SUBJECT, text, advice)
        })
    };
    Finding::of(SUBJECT, check.await)
}
