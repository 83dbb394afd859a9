//! What tests hold of the fake: its tables, and how it shall behave.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use tokio::runtime::Handle;

use super::caller::RateLimit;
use super::refusal::Refusal;
use super::state::{State, Table};
use super::{payloads, records, webhooks};
use crate::Pushes;
use crate::core::{Core, common_handle};
use crate::server::{self, Fake};

/// The one token that the fake knows.
const TOKEN: &str = "pat.of.the.fake";

/// A running fake of Airtable.
#[derive(Clone)]
pub struct Airtable(Arc<Inner>);

struct Inner {
    core: Core,
    runtime: Handle,
    state: Mutex<State>,
}

common_handle!(Airtable);

impl Airtable {
    /// Without bases, without a rate limit, and with nothing going wrong.
    pub async fn start() -> Self {
        let (listener, url) = server::listen().await;
        let inner = Inner { core: Core::new(url), runtime: Handle::current(), state: Mutex::default() };
        let airtable = Self(Arc::new(inner));
        server::serve(listener, airtable.clone(), routes());
        airtable
    }

    /// The one token that the fake knows; calls are counted for it as for a mailbox.
    pub fn token(&self) -> &'static str {
        TOKEN
    }

    /// A table, and its base where that is not there. Tables have ids of their own in all bases.
    pub fn add_table(&self, base: &str, table: Table) {
        self.state().bases.entry(base.to_owned()).or_default().tables.push(table);
    }

    /// The token is good no more: 401 from now on.
    pub fn revoke(&self) {
        self.state().is_revoked = true;
    }

    /// How many calls a base takes; as many as there are unless told.
    pub fn set_rate_limit(&self, limit: RateLimit) {
        self.state().limit = limit;
    }

    /// No page of records is longer than this, whatever is asked for.
    pub fn set_page_size(&self, size: usize) {
        self.state().page_size = size;
    }

    /// Changes of one transaction come in payloads of so many records; in one unless told.
    pub fn set_payload_size(&self, records: usize) {
        self.state().payload_size = records;
    }

    /// Whether changes ping by themselves; they do unless told.
    pub fn set_pushes(&self, pushes: Pushes) {
        self.state().pushes = pushes;
    }

    /// Lists under way cannot be continued: 422 `LIST_RECORDS_ITERATOR_NOT_AVAILABLE`.
    pub fn expire_iterators(&self) {
        self.state().lists.forget();
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("nobody panics holding it")
    }

    pub(super) fn core(&self) -> &Core {
        &self.0.core
    }

    /// The runtime that the fake lives in, whoever calls.
    pub(super) fn runtime(&self) -> &Handle {
        &self.0.runtime
    }
}

impl Fake for Airtable {
    const NAME: &'static str = "airtable";

    fn core(&self) -> &Core {
        &self.0.core
    }

    fn mailbox(&self, headers: &HeaderMap) -> Option<String> {
        server::bearer(headers).map(str::to_owned)
    }

    /// Airtable does not say when to come back: 30 seconds are documented.
    fn turned_away(&self, _: Duration) -> Response {
        Refusal::rate_limited().into_response()
    }

    fn failed(&self, status: StatusCode) -> Response {
        Refusal::failed(status).into_response()
    }
}

fn routes() -> Router<Airtable> {
    let webhook = "/v0/bases/{base}/webhooks/{webhook}";
    Router::new()
        .route("/v0/bases/{base}/webhooks", get(webhooks::list).post(webhooks::create))
        .route(webhook, axum::routing::delete(webhooks::delete))
        .route(&format!("{webhook}/refresh"), post(webhooks::refresh))
        .route(&format!("{webhook}/enableNotifications"), post(webhooks::enable_notifications))
        .route(&format!("{webhook}/payloads"), get(payloads::list))
        .route("/v0/{base}/{table}", get(records::list))
        .route("/v0/{base}/{table}/listRecords", post(records::list_by_body))
}
