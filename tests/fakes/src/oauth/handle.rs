//! What a test can do with people and their tokens, whoever the provider is.

/// Needs `state().authority`, and `consent_as` for what the provider adds.
macro_rules! oauth_handle {
    ($fake:ty) => {
        impl $fake {
            /// The one client's id, which authorization requests and token requests must name.
            pub fn client_id(&self) -> &'static str {
                $crate::oauth::CLIENT_ID
            }

            pub fn client_secret(&self) -> &'static str {
                $crate::oauth::CLIENT_SECRET
            }

            /// Somebody consents to all that the address asks for. Panics where the provider would show an error page.
            pub fn consent(&self, authorize_url: &str, account: &str) -> $crate::Consent {
                let asked = $crate::oauth::Asked::parse(authorize_url).expect("an authorization request");
                let scopes = asked.scopes.clone();
                self.consent_as(asked, account, scopes)
            }

            /// Somebody consents to these of the scopes that the address asks for, and to no others.
            pub fn consent_to(&self, authorize_url: &str, account: &str, ticked: &[&str]) -> $crate::Consent {
                let asked = $crate::oauth::Asked::parse(authorize_url).expect("an authorization request");
                let is_ticked = |scope: &&String| ticked.contains(&scope.as_str());
                let scopes = asked.scopes.iter().filter(is_ticked).cloned().collect();
                self.consent_as(asked, account, scopes)
            }

            /// The person takes the consent back: every token is dead, and a refresh is `invalid_grant`.
            pub fn revoke(&self, account: &str) {
                self.state().authority.revoke(account);
            }

            /// The account has another address from now on; tests know it by the first.
            pub fn set_address(&self, account: &str, address: &str) {
                self.state().authority.set_address(account, address);
            }

            /// Access tokens die before their time; refresh tokens stay good.
            pub fn expire_access_tokens(&self, account: &str) {
                self.state().authority.expire_access(account);
            }

            /// How long access tokens live from now on, in whole seconds; an hour unless told.
            pub fn set_token_lifetime(&self, lifetime: std::time::Duration) {
                self.state().authority.set_lifetime(lifetime);
            }
        }
    };
}

pub(crate) use oauth_handle;
