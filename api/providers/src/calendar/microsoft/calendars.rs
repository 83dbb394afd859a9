//! The account's calendars.

use serde::Deserialize;

use super::Microsoft;
use crate::calendar::types::Calendar;
use crate::call_error::CallError;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    name: Option<String>,
    #[serde(default)]
    is_default_calendar: bool,
    #[serde(default)]
    can_edit: bool,
}

impl Microsoft {
    pub async fn calendars(&self, token: &str) -> Result<Vec<Calendar>, CallError> {
        let listed = self.list::<Entry>(self.url(&["me", "calendars"])?, token).await?;
        Ok(listed.items.into_iter().map(Calendar::from).collect())
    }
}

impl From<Entry> for Calendar {
    fn from(entry: Entry) -> Self {
        Self {
            name: entry.name.unwrap_or_else(|| entry.id.clone()),
            id: entry.id,
            time_zone: None,
            is_primary: entry.is_default_calendar,
            can_write: entry.can_edit,
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
}
