//! The webhook that collects changes: made where there is none, made anew when it has ended, kept from ending.

use convene_providers::CallErrorKind;

use super::sync::{Plan, Reading};
use crate::database::Scalar;
use crate::integrations::airtable::SourceError;
use crate::integrations::airtable::sources::webhook_purpose;

impl Reading<'_> {
    /// Sees to it that changes are collected from now on.
    pub(super) async fn keep_webhook(&mut self, plan: &Plan) -> Result<(), SourceError> {
        let url = self.directories.ping_url(self.source.id);
        match &plan.webhook_id {
            Some(id) if !plan.is_expired && plan.webhook_url == url => {
                if plan.is_ending {
                    self.extend(id, url.is_some()).await?;
                }
                Ok(())
            }
            old => self.register(old.as_deref(), url.as_deref()).await,
        }
    }

    /// Airtable stops pinging whoever did not answer for a while. Where changes began to come without a ping, it is
    /// asked to begin again, once.
    pub(super) async fn mend_pings(&mut self, before: &Plan) -> Result<(), SourceError> {
        let plan = self.plan().await?;
        match plan.webhook_id {
            Some(id) if plan.misses_pings && !before.misses_pings => {
                self.pace().await;
                Ok(self.client().enable_notifications(self.base(), &id).await?)
            }
            _ => Ok(()),
        }
    }

    async fn extend(&mut self, id: &str, is_pinged: bool) -> Result<(), SourceError> {
        self.pace().await;
        match self.client().refresh_webhook(self.base(), id).await {
            Ok(expires_at) => {
                let sql = "SELECT convene.extend_airtable_webhook($1, $2, $3, $4)";
                let (source, lease) = (self.source, self.lease);
                self.database().run(sql, &[&source.org_id, &source.id, &lease, &expires_at]).await?;
                if is_pinged {
                    self.pace().await;
                    self.client().enable_notifications(self.base(), id).await?;
                }
                Ok(())
            }
            Err(error) if error.kind == CallErrorKind::Gone => {
                let url = self.directories.ping_url(self.source.id);
                self.register(Some(id), url.as_deref()).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Those are removed first that this one replaces; also one that was made by somebody whose answer got lost.
    async fn register(&mut self, old: Option<&str>, url: Option<&str>) -> Result<(), SourceError> {
        self.pace().await;
        for known in self.client().webhooks(self.base()).await? {
            if Some(known.id.as_str()) == old || (url.is_some() && known.notification_url.as_deref() == url) {
                self.pace().await;
                self.client().delete_webhook(self.base(), &known.id).await?;
            }
        }
        self.pace().await;
        let hook = self.client().create_webhook(self.base(), &self.table, url).await?;
        let sealed = self.directories.keys().seal(&webhook_purpose(self.source.id), &hook.secret)?;
        let sql = "SELECT convene.store_airtable_webhook($1, $2, $3, $4, $5, $6, $7, $8)";
        let (source, lease) = (self.source, self.lease);
        let Scalar(is_kept) = self
            .database()
            .one(
                sql,
                &[&source.org_id, &source.id, &lease, &hook.id, &url, &sealed.key_id, &sealed.bytes, &hook.expires_at],
            )
            .await?;
        if is_kept { Ok(()) } else { Err(SourceError::Lost) }
    }
}
