//! The account's calendars.

use reqwest::Method;
use serde::Deserialize;

use super::Google;
use crate::address::with_query;
use crate::calendar::types::Calendar;
use crate::call_error::CallError;
use crate::http::MOST_PAGES;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    items: Vec<Entry>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    summary: Option<String>,
    /// The name that the account's owner gave it.
    summary_override: Option<String>,
    time_zone: Option<String>,
    #[serde(default)]
    access_role: String,
    #[serde(default)]
    primary: bool,
    #[serde(default)]
    deleted: bool,
}

impl Google {
    pub async fn calendars(&self, token: &str) -> Result<Vec<Calendar>, CallError> {
        let url = with_query(self.url(&["users", "me", "calendarList"])?, &[("maxResults", "250")]);
        let mut calendars = Vec::new();
        let mut next = url.clone();
        for _ in 0..MOST_PAGES {
            let page: Page = self.call(self.request(Method::GET, next, token)).await?;
            calendars.extend(page.items.into_iter().filter(|entry| !entry.deleted).map(Calendar::from));
            match page.next_page_token {
                Some(page) => next = with_query(url.clone(), &[("pageToken", &page)]),
                None => return Ok(calendars),
            }
        }
        Err(CallError::refused("too-many-pages", "the list of calendars does not end"))
    }
}

impl From<Entry> for Calendar {
    fn from(entry: Entry) -> Self {
        Self {
            can_write: matches!(entry.access_role.as_str(), "owner" | "writer" | "writerWithoutPrivateAccess"),
            name: entry.summary_override.or(entry.summary).unwrap_or_else(|| entry.id.clone()),
            id: entry.id,
            time_zone: entry.time_zone,
            is_primary: entry.primary,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_has_its_owners_name_for_it_and_may_be_read_only() {
        let page: Page = serde_json::from_str(
            r#"{"kind":"calendar#calendarList","etag":"\"p1\"","nextSyncToken":"CPiZ","items":[
            {"kind":"calendar#calendarListEntry","id":"ann@example.org","summary":"ann@example.org",
             "summaryOverride":"Mine","timeZone":"Europe/Vienna","accessRole":"owner","primary":true,
             "conferenceProperties":{"allowedConferenceSolutionTypes":["hangoutsMeet"]}},
            {"kind":"calendar#calendarListEntry","id":"team@group.calendar.google.com","summary":"Team",
             "accessRole":"freeBusyReader"},
            {"kind":"calendar#calendarListEntry","id":"desk@group.calendar.google.com","summary":"Desk",
             "accessRole":"writerWithoutPrivateAccess"}]}"#,
        )
        .unwrap();
        let calendars: Vec<Calendar> = page.items.into_iter().map(Calendar::from).collect();
        assert_eq!(
            calendars[0],
            Calendar {
                id: "ann@example.org".to_owned(),
                name: "Mine".to_owned(),
                time_zone: Some("Europe/Vienna".to_owned()),
                is_primary: true,
                can_write: true,
            }
        );
        assert_eq!((calendars[1].name.as_str(), calendars[1].can_write), ("Team", false));
        assert_eq!((calendars[2].name.as_str(), calendars[2].can_write), ("Desk", true));
    }
}
