//! The address a browser is sent to, and what a person answers there.

use std::collections::HashMap;

/// The one client that the fakes know.
pub(crate) const CLIENT_ID: &str = "convene.apps.fake";
pub(crate) const CLIENT_SECRET: &str = "a secret of the fake";

/// What comes back from the consent page, by way of the browser.
#[derive(Clone, Debug, PartialEq)]
pub struct Consent {
    pub code: String,
    pub state: String,
}

impl Consent {
    /// Where the browser goes.
    pub(crate) fn redirect(&self, redirect_uri: &str) -> String {
        let answer = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &self.code)
            .append_pair("state", &self.state)
            .finish();
        let joint = if redirect_uri.contains('?') { '&' } else { '?' };
        format!("{redirect_uri}{joint}{answer}")
    }
}

/// An authorization request.
pub(crate) struct Asked {
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    pub state: String,
    /// RFC 7636, always by S256. The providers take requests without, and by `plain`; the fakes refuse both, as no
    /// client should send them.
    pub challenge: String,
    /// Google: `access_type=offline`. Microsoft asks by a scope.
    pub is_offline: bool,
    /// Google: `prompt=consent`, which gives a refresh token once more.
    pub asks_again: bool,
    pub login_hint: Option<String>,
}

impl Asked {
    /// Of a whole address, or of its query alone. What is wrong with it is told in words, as the consent page does.
    pub fn parse(address: &str) -> Result<Self, String> {
        let query = address.split_once('?').map_or(address, |(_, query)| query);
        let fields: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let field = |name: &str| fields.get(name).cloned().ok_or_else(|| format!("{name} is missing"));
        let must_be = |name: &str, wanted: &str| match field(name)? {
            value if value == wanted => Ok(()),
            value => Err(format!("{name} is {value}, not {wanted}")),
        };
        must_be("client_id", CLIENT_ID)?;
        must_be("response_type", "code")?;
        must_be("code_challenge_method", "S256")?;
        let is =
            |name: &str, wanted: &str| fields.get(name).is_some_and(|value| value.split(' ').any(|it| it == wanted));
        Ok(Self {
            redirect_uri: field("redirect_uri")?,
            scopes: field("scope")?.split_ascii_whitespace().map(str::to_owned).collect(),
            state: fields.get("state").cloned().unwrap_or_default(),
            challenge: field("code_challenge")?,
            is_offline: is("access_type", "offline"),
            asks_again: is("prompt", "consent"),
            login_hint: fields.get("login_hint").cloned(),
        })
    }
}
