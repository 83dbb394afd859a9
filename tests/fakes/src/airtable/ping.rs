//! What webhooks are sent: that something has changed, and not what.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::json;
use sha2::Sha256;
use tokio::sync::oneshot;

use super::Airtable;
use super::webhooks::Hook;

/// `X-Airtable-Content-MAC` of a body: lowercase hex of HMAC-SHA-256 with the secret, which is given in base64.
pub fn content_mac(secret_base64: &str, body: &[u8]) -> String {
    let secret = STANDARD.decode(secret_base64).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret).expect("any length will do");
    mac.update(body);
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("hmac-sha256={hex}")
}

impl Airtable {
    /// Pings a webhook by hand, whatever has changed, whether or not it has expired or is silenced. The status of the
    /// answer; `None` where nobody answered, or where the webhook has no address.
    pub async fn ping(&self, webhook: &str) -> Option<u16> {
        let now = self.core().now();
        let answered = {
            let state = self.state();
            let mut hooks = state.bases.iter().flat_map(|(base, kept)| kept.hooks.iter().map(move |hook| (base, hook)));
            let (base, hook) = hooks.find(|(_, hook)| hook.id == webhook).expect("a webhook");
            self.post_ping(base, hook, now)
        };
        answered?.await.expect("the postman is there").map(|status| status.as_u16())
    }

    /// Pings in the background, and keeps what came of it with the webhook.
    pub(super) fn send_ping(&self, base: &str, hook: &Hook, now: Timestamp) {
        let Some(answered) = self.post_ping(base, hook, now) else { return };
        let (airtable, id) = (self.clone(), hook.id.clone());
        self.runtime().spawn(async move {
            let status = answered.await.ok().flatten();
            airtable.note_result(&id, status);
        });
    }

    fn post_ping(&self, base: &str, hook: &Hook, now: Timestamp) -> Option<oneshot::Receiver<Option<StatusCode>>> {
        let address = hook.notification_url.as_ref()?;
        let ping = json!({ "base": { "id": base }, "webhook": { "id": hook.id }, "timestamp": format!("{now:.3}") });
        let body = ping.to_string();
        let postman = &self.core().postman;
        let letter = postman.client.post(address).header("content-type", "application/json");
        let letter = letter.header("x-airtable-content-mac", content_mac(&hook.secret, body.as_bytes())).body(body);
        Some(postman.send(letter.build().expect("an address")))
    }

    fn note_result(&self, webhook: &str, status: Option<StatusCode>) {
        let now = self.core().now();
        let mut state = self.state();
        let mut hooks = state.bases.values_mut().flat_map(|base| &mut base.hooks);
        let Some(hook) = hooks.find(|hook| hook.id == webhook) else { return };
        let success = status.is_some_and(|status| status.is_success());
        hook.last_result = json!({
            "success": success,
            "completionTimestamp": format!("{now:.3}"),
            "durationMs": 1.0,
            "retryNumber": 0,
        });
        if success {
            hook.last_success = Some(now);
        } else {
            let message = status.map_or("Nobody answered.".to_owned(), |status| format!("The answer was {status}."));
            hook.last_result["error"] = json!({ "message": message });
            hook.last_result["willBeRetried"] = json!(false);
        }
    }
}
