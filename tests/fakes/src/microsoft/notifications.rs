//! What subscriptions are sent.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::event::Stored;
use super::state::State;
use super::{Microsoft, Subscription, times};
use crate::Pushes;

/// What Graph tells of a subscription itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lifecycle {
    ReauthorizationRequired,
    /// The fake forgets the subscription as it says so.
    SubscriptionRemoved,
    Missed,
}

/// A change that subscriptions hear of.
pub(super) struct News {
    change_type: &'static str,
    calendar: String,
    event: String,
    etag: String,
}

impl News {
    pub fn of(event: &Stored, was_there: bool) -> Self {
        let change_type = match was_there {
            _ if event.is_deleted => "deleted",
            true => "updated",
            false => "created",
        };
        Self { change_type, calendar: event.calendar.clone(), event: event.id.clone(), etag: event.etag() }
    }
}

impl Microsoft {
    /// Tells a subscription by hand of a change to an event, whether there was one or not. The status of the answer;
    /// `None` where nobody answered.
    pub async fn notify(&self, subscription: &str) -> Option<u16> {
        let news =
            News { change_type: "updated", calendar: String::new(), event: "AAMk=".into(), etag: "W/\"1\"".into() };
        let subscription = self.subscription(subscription);
        self.send(&subscription.notification_url, &notification(&subscription, &news)).await
    }

    /// Tells a subscription about itself. Panics where it has no address for that.
    pub async fn notify_lifecycle(&self, subscription: &str, event: Lifecycle) -> Option<u16> {
        let subscription = self.subscription(subscription);
        if event == Lifecycle::SubscriptionRemoved {
            self.state().subscriptions.retain(|it| it.id != subscription.id);
        }
        let address = subscription.lifecycle_url.as_ref().expect("a lifecycleNotificationUrl");
        let mut told = common(&subscription);
        told["lifecycleEvent"] = json!(match event {
            Lifecycle::ReauthorizationRequired => "reauthorizationRequired",
            Lifecycle::SubscriptionRemoved => "subscriptionRemoved",
            Lifecycle::Missed => "missed",
        });
        self.send(address, &told).await
    }

    /// Tells the subscriptions of an account what has changed.
    pub(super) fn tell(&self, state: &State, account: &str, news: &[News]) {
        if state.pushes == Pushes::ByHand {
            return;
        }
        let now: Timestamp = self.core().now();
        for news in news {
            let hears = |it: &&Subscription| {
                it.account == account
                    && now < it.expires_at
                    && it.covers(&news.calendar)
                    && it.change_type.split(',').any(|change_type| change_type == news.change_type)
            };
            for subscription in state.subscriptions.iter().filter(hears) {
                let postman = &self.core().postman;
                let body = json!({ "value": [notification(subscription, news)] });
                let letter = postman.client.post(&subscription.notification_url).json(&body).build();
                postman.send(letter.expect("an address that was sent to before"));
            }
        }
    }

    fn subscription(&self, id: &str) -> Subscription {
        self.subscriptions().into_iter().find(|it| it.id == id).expect("a living subscription")
    }

    async fn send(&self, address: &str, told: &Value) -> Option<u16> {
        let postman = &self.core().postman;
        let letter = postman.client.post(address).json(&json!({ "value": [told] })).build();
        let answered = postman.send(letter.expect("an address that was sent to before"));
        answered.await.expect("the postman is there").map(|status| status.as_u16())
    }
}

fn notification(subscription: &Subscription, news: &News) -> Value {
    let resource = format!("Users/{}/Events/{}", subscription.account, news.event);
    let mut told = common(subscription);
    told["id"] = json!(Uuid::new_v4());
    told["changeType"] = json!(news.change_type);
    told["resourceData"] = json!({
        "@odata.type": "#Microsoft.Graph.Event",
        "@odata.id": resource,
        "@odata.etag": news.etag,
        "id": news.event,
    });
    told["resource"] = json!(resource);
    told
}

/// What change and lifecycle notifications have in common.
fn common(subscription: &Subscription) -> Value {
    json!({
        "subscriptionId": subscription.id,
        "subscriptionExpirationDateTime": times::instant(subscription.expires_at),
        "clientState": subscription.client_state,
        "tenantId": "72f988bf-86f1-41af-91ab-2d7cd011db47",
    })
}
