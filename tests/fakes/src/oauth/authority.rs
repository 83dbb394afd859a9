//! Codes and tokens, what they are good for and how long.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{Asked, Consent};

/// Both providers' codes live about ten minutes.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// Who somebody said may do what.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grant {
    pub account: String,
    pub scopes: Vec<String>,
}

struct Code {
    grant: Grant,
    redirect_uri: String,
    challenge: String,
    expires_at: Timestamp,
    has_refresh: bool,
}

/// A new access token.
pub(crate) struct Access {
    pub token: String,
    pub grant: Grant,
    pub lifetime: Duration,
}

/// What is wrong with a code or a token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Flaw {
    /// Unknown, used before, expired, or revoked.
    Spent,
    RedirectDiffers,
    WrongVerifier,
}

#[derive(Default)]
pub(crate) struct Authority {
    codes: HashMap<String, Code>,
    access: HashMap<String, (Grant, Timestamp)>,
    refresh: HashMap<String, Grant>,
    consented: HashSet<String>,
    lifetime: Option<Duration>,
    people: HashMap<String, Person>,
}

/// What an id token says of an account. Tests know it by the address that it had first.
#[derive(Clone)]
pub(crate) struct Person {
    pub subject: Uuid,
    pub address: String,
}

impl Authority {
    /// A new account, with a number of its own, whoever had the address before.
    pub fn add_person(&mut self, account: &str) {
        let person = Person { subject: Uuid::new_v4(), address: account.to_owned() };
        self.people.insert(account.to_owned(), person);
    }

    pub fn person(&self, account: &str) -> &Person {
        &self.people[account]
    }

    pub fn set_address(&mut self, account: &str, address: &str) {
        self.people.get_mut(account).expect("an account").address = address.to_owned();
    }

    /// How long access tokens live, in whole seconds; an hour unless told.
    pub fn set_lifetime(&mut self, lifetime: Duration) {
        self.lifetime = Some(lifetime);
    }

    /// A code for what was asked, as far as it was granted.
    pub fn consent(&mut self, asked: Asked, grant: Grant, now: Timestamp) -> Consent {
        let code = mint("code");
        let is_first = self.consented.insert(grant.account.clone());
        self.codes.insert(
            code.clone(),
            Code {
                grant,
                redirect_uri: asked.redirect_uri,
                challenge: asked.challenge,
                expires_at: now + CODE_LIFETIME,
                has_refresh: asked.is_offline && (is_first || asked.asks_again),
            },
        );
        Consent { code, state: asked.state }
    }

    /// An access token for a code; a refresh token where it was asked for. The code is spent, whatever comes of it.
    pub fn redeem(
        &mut self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
        now: Timestamp,
    ) -> Result<(Access, Option<String>), Flaw> {
        let code = self.codes.remove(code).filter(|code| now < code.expires_at).ok_or(Flaw::Spent)?;
        if code.redirect_uri != redirect_uri {
            return Err(Flaw::RedirectDiffers);
        }
        if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != code.challenge {
            return Err(Flaw::WrongVerifier);
        }
        let refresh = code.has_refresh.then(|| self.mint_refresh(&code.grant));
        Ok((self.mint_access(&code.grant, now), refresh))
    }

    /// A new access token of a refresh token, which stays as good as it was.
    pub fn refresh(&mut self, token: &str, now: Timestamp) -> Result<Access, Flaw> {
        let grant = self.refresh.get(token).cloned().ok_or(Flaw::Spent)?;
        Ok(self.mint_access(&grant, now))
    }

    fn mint_access(&mut self, grant: &Grant, now: Timestamp) -> Access {
        let token = mint("access");
        let lifetime = self.lifetime.unwrap_or(Duration::from_secs(3600));
        self.access.insert(token.clone(), (grant.clone(), now + lifetime));
        Access { token, grant: grant.clone(), lifetime }
    }

    /// A refresh token more; those before it stay good.
    pub fn mint_refresh(&mut self, grant: &Grant) -> String {
        let token = mint("refresh");
        self.refresh.insert(token.clone(), grant.clone());
        token
    }

    /// What an access token is good for now.
    pub fn grant_of(&self, access_token: &str, now: Timestamp) -> Option<&Grant> {
        self.access.get(access_token).filter(|(_, expires_at)| now < *expires_at).map(|(grant, _)| grant)
    }

    /// Whose token this is, be it access or refresh, expired or not.
    pub fn owner_of(&self, token: &str) -> Option<&str> {
        let grant = self.access.get(token).map(|(grant, _)| grant).or_else(|| self.refresh.get(token));
        grant.map(|grant| grant.account.as_str())
    }

    /// Forgets every token of an account, and that it ever consented.
    pub fn revoke(&mut self, account: &str) {
        self.access.retain(|_, (grant, _)| grant.account != account);
        self.refresh.retain(|_, grant| grant.account != account);
        self.consented.remove(account);
    }

    /// From now on every access token is taken for expired; refresh tokens stay good.
    pub fn expire_access(&mut self, account: &str) {
        self.access.retain(|_, (grant, _)| grant.account != account);
    }
}

fn mint(kind: &str) -> String {
    format!("{kind}-{}", Uuid::new_v4().simple())
}
