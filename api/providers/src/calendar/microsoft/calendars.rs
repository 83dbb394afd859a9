//! The account's calendars.

use serde::Deserialize;

use super::Microsoft;
use crate::calendar::types::Calendar;
use crate::call_error::CallError;

/// Of a calendar everything but its id may be null.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    name: Option<String>,
    is_default_calendar: Option<bool>,
    can_edit: Option<bool>,
    owner: Option<Owner>,
}

#[derive(Deserialize)]
struct Owner {
    address: Option<String>,
}

impl Microsoft {
    pub async fn calendars(&self, token: &str) -> Result<Vec<Calendar>, CallError> {
        let listed = self.list::<Entry>(self.url(&["me", "calendars"])?, token).await?;
        Ok(own(listed.items))
    }
}

/// Calendars of others are in the list, but reading them takes a right to everything that anybody shares
/// (`Calendars.Read.Shared`), for which nobody is asked. The account's own address is the one that owns its default
/// calendar.
fn own(entries: Vec<Entry>) -> Vec<Calendar> {
    let main = entries.iter().find(|entry| entry.is_default_calendar == Some(true));
    let own = main.and_then(Entry::owner).map(str::to_owned);
    let is_others =
        |entry: &Entry| entry.owner().zip(own.as_deref()).is_some_and(|(owner, own)| !owner.eq_ignore_ascii_case(own));
    entries.into_iter().filter(|entry| !is_others(entry)).map(Calendar::from).collect()
}

impl Entry {
    fn owner(&self) -> Option<&str> {
        self.owner.as_ref()?.address.as_deref().filter(|address| !address.is_empty())
    }
}

impl From<Entry> for Calendar {
    fn from(entry: Entry) -> Self {
        Self {
            name: entry.name.unwrap_or_else(|| entry.id.clone()),
            id: entry.id,
            time_zone: None,
            is_primary: entry.is_default_calendar == Some(true),
            can_write: entry.can_edit == Some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_calendar_is_the_primary_one() {
        let entry: Entry = serde_json::from_str(
            r#"{"id":"AAMk=","name":"Calendar","color":"auto","hexColor":"","isDefaultCalendar":true,"canEdit":true,
            "canShare":true,"allowedOnlineMeetingProviders":["teamsForBusiness"],
            "owner":{"name":"Ann","address":"ann@contoso.example"}}"#,
        )
        .unwrap();
        let expected = Calendar {
            id: "AAMk=".to_owned(),
            name: "Calendar".to_owned(),
            time_zone: None,
            is_primary: true,
            can_write: true,
        };
        assert_eq!(Calendar::from(entry), expected);
    }

    #[test]
    fn calendars_of_others_are_not_offered_and_nulls_are_no() {
        let entries = serde_json::from_str(
            r#"[{"id":"own","name":"Calendar","isDefaultCalendar":true,"canEdit":true,
                 "owner":{"name":"Ann","address":"ann@contoso.example"}},
                {"id":"more","name":"More","isDefaultCalendar":false,"canEdit":true,
                 "owner":{"name":"Ann","address":"Ann@Contoso.example"}},
                {"id":"bobs","name":"Bob","isDefaultCalendar":false,"canEdit":true,
                 "owner":{"name":"Bob","address":"bob@contoso.example"}},
                {"id":"nobodys","name":null,"isDefaultCalendar":null,"canEdit":null,"owner":null}]"#,
        );
        let shown: Vec<_> =
            own(entries.unwrap()).into_iter().map(|one| (one.id, one.is_primary, one.can_write)).collect();
        let expected = [("own", true, true), ("more", false, true), ("nobodys", false, false)];
        assert_eq!(shown, expected.map(|(id, is_primary, can_write)| (id.to_owned(), is_primary, can_write)));
    }
}
