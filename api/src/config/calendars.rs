//! The providers of calendars: which are configured, and where they are.

use convene_providers::Secret;
use convene_providers::calendar::{GoogleConfig, MicrosoftConfig, Registration};
use reqwest::Url;

use super::faults::ConfigFault;
use super::read::Reader;
use super::settings;
use super::values;

/// The providers that are configured.
#[derive(Debug, Clone, Default)]
pub struct CalendarConfig {
    /// Where providers reach this service, without a slash at its end. `None`: providers cannot push changes, so
    /// calendars are only polled.
    pub public_url: Option<String>,
    pub google: Option<GoogleConfig>,
    pub microsoft: Option<MicrosoftConfig>,
}

impl CalendarConfig {
    /// Whether the provider of that name is configured.
    pub fn knows(&self, provider: &str) -> bool {
        match provider {
            "google" => self.google.is_some(),
            "microsoft" => self.microsoft.is_some(),
            _ => false,
        }
    }
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub(super) fn calendars(&mut self) -> CalendarConfig {
        let redirect = self.optional(settings::CALENDAR_REDIRECT_URL, redirect_url);
        CalendarConfig {
            public_url: self.optional(settings::PUBLIC_URL, public_url),
            google: self.google(redirect.as_deref()),
            microsoft: self.microsoft(redirect.as_deref()),
        }
    }

    fn google(&mut self, redirect: Option<&str>) -> Option<GoogleConfig> {
        let authorize_url = self.address(settings::GOOGLE_AUTHORIZE_URL);
        let token_url = self.address(settings::GOOGLE_TOKEN_URL);
        let revoke_url = self.address(settings::GOOGLE_REVOKE_URL);
        let calendar_url = self.address(settings::GOOGLE_CALENDAR_URL);
        let registration =
            self.registration("google", settings::GOOGLE_CLIENT_ID, settings::GOOGLE_CLIENT_SECRET, redirect)?;
        Some(GoogleConfig {
            registration,
            authorize_url: authorize_url?,
            token_url: token_url?,
            revoke_url: revoke_url?,
            calendar_url: calendar_url?,
        })
    }

    fn microsoft(&mut self, redirect: Option<&str>) -> Option<MicrosoftConfig> {
        let login_url = self.address(settings::MICROSOFT_LOGIN_URL);
        let graph_url = self.address(settings::MICROSOFT_GRAPH_URL);
        let (id, secret) = (settings::MICROSOFT_CLIENT_ID, settings::MICROSOFT_CLIENT_SECRET);
        let registration = self.registration("microsoft", id, secret, redirect)?;
        Some(MicrosoftConfig { registration, login_url: login_url?, graph_url: graph_url? })
    }

    fn registration(
        &mut self,
        provider: &str,
        id: &'static str,
        secret: &'static str,
        redirect: Option<&str>,
    ) -> Option<Registration> {
        let text = |text: &str| Ok::<_, String>(text.to_owned());
        let (client_id, client_secret) = (self.optional(id, text), self.optional(secret, text));
        if client_id.is_none() && client_secret.is_none() {
            return None;
        }
        self.must_be_with(client_id.is_some(), id, secret);
        self.must_be_with(client_secret.is_some(), secret, id);
        if !self.is_given(settings::CALENDAR_REDIRECT_URL) {
            self.must_be_with(false, settings::CALENDAR_REDIRECT_URL, id);
        }
        Some(Registration {
            client_id: client_id?,
            client_secret: Secret::new(client_secret?),
            redirect_url: redirect?.replace("{provider}", provider),
        })
    }

    fn must_be_with(&mut self, is_set: bool, name: &'static str, other: &str) {
        if !is_set && !self.faults.iter().any(|fault| fault.name == name) {
            self.faults.push(ConfigFault { name, problem: format!("must be set with {other}") });
        }
    }

    pub(super) fn address(&mut self, name: &'static str) -> Option<Url> {
        self.with_default(name, |text| values::service_address(text).map(Some), None)
    }
}

fn redirect_url(text: &str) -> Result<String, String> {
    values::web_address(&text.replace("{provider}", "google"))
        .map_err(|_| "is not an address such as https://example.org/calendars/{provider}".to_owned())?;
    Ok(text.to_owned())
}

fn public_url(text: &str) -> Result<String, String> {
    values::service_address(text).map(|url| url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::{Config, ConfigFaults};
    use super::*;

    const ID: (&str, &str) = ("CONVENE_GOOGLE_CLIENT_ID", "id-1");
    const SECRET: (&str, &str) = ("CONVENE_GOOGLE_CLIENT_SECRET", "hunter2");
    const REDIRECT: (&str, &str) = ("CONVENE_CALENDAR_REDIRECT_URL", "https://app.test/calendars/{provider}/back");

    fn read(variables: &[(&str, &str)]) -> Result<CalendarConfig, ConfigFaults> {
        Config::read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
            .map(|config| config.calendars)
    }

    fn faults(variables: &[(&str, &str)]) -> Vec<String> {
        read(variables).unwrap_err().0.iter().map(|fault| format!("{} {}", fault.name, fault.problem)).collect()
    }

    #[test]
    fn without_a_client_there_is_no_provider() {
        let calendars = read(&[REDIRECT]).unwrap();
        assert!(calendars.google.is_none() && calendars.microsoft.is_none() && calendars.public_url.is_none());
    }

    #[test]
    fn a_client_has_its_own_redirect_and_the_usual_addresses() {
        let google = read(&[ID, SECRET, REDIRECT]).unwrap().google.unwrap();
        assert_eq!(google.registration.redirect_url, "https://app.test/calendars/google/back");
        assert_eq!(google.calendar_url.as_str(), "https://www.googleapis.com/calendar/v3");
        assert_eq!(google.token_url.as_str(), "https://oauth2.googleapis.com/token");
        assert!(!format!("{google:?}").contains("hunter2"));
    }

    #[test]
    fn a_client_needs_its_secret_and_a_redirect() {
        assert_eq!(
            faults(&[ID]),
            [
                "CONVENE_GOOGLE_CLIENT_SECRET must be set with CONVENE_GOOGLE_CLIENT_ID",
                "CONVENE_CALENDAR_REDIRECT_URL must be set with CONVENE_GOOGLE_CLIENT_ID",
            ]
        );
    }

    #[test]
    fn a_secret_needs_its_client_and_a_missing_redirect_is_said_once() {
        assert_eq!(
            faults(&[SECRET, ("CONVENE_MICROSOFT_CLIENT_SECRET", "x")]),
            [
                "CONVENE_GOOGLE_CLIENT_ID must be set with CONVENE_GOOGLE_CLIENT_SECRET",
                "CONVENE_CALENDAR_REDIRECT_URL must be set with CONVENE_GOOGLE_CLIENT_ID",
                "CONVENE_MICROSOFT_CLIENT_ID must be set with CONVENE_MICROSOFT_CLIENT_SECRET",
            ]
        );
    }

    #[test]
    fn addresses_are_checked_even_of_a_provider_that_is_not_configured() {
        let faults = faults(&[
            ("CONVENE_GOOGLE_CALENDAR_URL", "ftp://files.test"),
            ("CONVENE_MICROSOFT_GRAPH_URL", "https://me:hunter2@graph.test/v1.0"),
            ("CONVENE_PUBLIC_URL", "convene.test"),
            ("CONVENE_CALENDAR_REDIRECT_URL", "{provider}"),
        ]);
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(!faults.concat().contains("hunter2"));
    }

    #[test]
    fn the_public_address_has_no_slash_at_its_end() {
        let calendars = read(&[("CONVENE_PUBLIC_URL", "https://convene.test/api/")]).unwrap();
        assert_eq!(calendars.public_url.as_deref(), Some("https://convene.test/api"));
    }
}
