//! Tags, and who has them.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::sql::Refused;
use crate::world::{Organization, User, World};

/// A tag.
#[derive(Debug, Clone)]
pub struct Tag {
    pub id: Uuid,
    pub kind: String,
    pub name: String,
}

impl World {
    /// A tag of the organization.
    pub async fn tag(&self, kind: &str, name: &str) -> Tag {
        self.tag_in(&self.org, kind, name).await
    }

    pub async fn tag_in(&self, org: &Organization, kind: &str, name: &str) -> Tag {
        let sql = "INSERT INTO convene.tags (org_id, id, kind, name) VALUES ($1, convene.new_id($1), $2, $3::text) RETURNING id";
        let id = self.admin.value(sql, &[&org.id, &kind, &name]).await;
        Tag { id, kind: kind.to_owned(), name: name.to_owned() }
    }

    /// The same user with these tags and no others.
    pub async fn with_tags(&self, user: User, tags: &[&Tag]) -> User {
        self.set_tags(&user, &user, tags).await.expect("they are the user's to choose");
        user
    }

    pub async fn set_tags(&self, actor: &User, user: &User, tags: &[&Tag]) -> Result<Vec<Value>, Refused> {
        let ids: Vec<Uuid> = tags.iter().map(|tag| tag.id).collect();
        self.set_tag_ids(actor, user, json!(ids)).await
    }

    pub async fn set_tag_ids(&self, actor: &User, user: &User, ids: Value) -> Result<Vec<Value>, Refused> {
        // The arrays of `literal` are text's.
        let ids = match &ids {
            Value::Array(ids) => {
                let ids: Vec<&str> = ids.iter().map(|id| id.as_str().unwrap_or("NULL")).collect();
                json!(format!("{{{}}}", ids.join(",")))
            }
            other => other.clone(),
        };
        let arguments = json!({ "p_actor_id": actor.id, "p_user_id": user.id, "p_tag_ids": ids });
        self.sql.call("set_user_tags", arguments).await
    }

    /// Gives a user a tag as the synchronisation with Airtable does.
    pub async fn tag_from_airtable(&self, user: &User, tag: &Tag) {
        let sql = "INSERT INTO convene.user_tags (org_id, user_id, tag_id, source) VALUES ($1, $2, $3, 'airtable')";
        self.admin.execute(sql, &[&user.org_id, &user.id, &tag.id]).await;
    }

    /// The same user under another name.
    pub async fn named(&self, user: User, name: &str) -> User {
        self.admin.execute("UPDATE convene.users SET name = $2 WHERE id = $1", &[&user.id, &name]).await;
        user
    }
}
