//! Work that is owed to the outside world, as tests put it into the queue, and as time passes over it.

use uuid::Uuid;

use crate::world::World;

impl World {
    /// So many items that are due, of the world's organization, all in lane `google`: their subjects.
    pub async fn work(&self, queue: &str, count: i32) -> Vec<Uuid> {
        self.work_of(queue, count, self.org.id, "google").await
    }

    /// The same of any tenant and lane.
    pub async fn work_of(&self, queue: &str, count: i32, org_id: i32, lane: &str) -> Vec<Uuid> {
        let sql = "INSERT INTO convene.work_items (org_id, queue, subject_id, lane, due_at)
            SELECT $1, $2, convene.new_id($1), $3, clock_timestamp() FROM generate_series(1, $4)
            RETURNING subject_id";
        self.admin.rows(sql, &[&org_id, &queue, &lane, &count]).await.iter().map(|row| row.get(0)).collect()
    }

    /// As if the waits after failures had passed.
    pub async fn let_waits_pass(&self, queue: &str) {
        let sql = "UPDATE convene.work_items SET due_at = now()
            WHERE queue = $1 AND lease IS NULL AND failed_at IS NULL AND due_at > now()";
        self.admin.execute(sql, &[&queue]).await;
    }

    /// As if everything in the queue had come to be due, and workers looked.
    pub async fn make_due(&self, queue: &str) {
        let sql =
            "UPDATE convene.work_items SET due_at = now() WHERE queue = $1 AND lease IS NULL AND failed_at IS NULL";
        self.admin.execute(sql, &[&queue]).await;
        self.admin.execute("SELECT pg_notify('convene_work', $1)", &[&queue]).await;
    }

    /// Whether nothing in the queue is due or in progress.
    pub async fn is_idle(&self, queue: &str) -> bool {
        let sql = "SELECT NOT EXISTS (SELECT FROM convene.work_items
            WHERE queue = $1 AND failed_at IS NULL AND (lease IS NOT NULL OR due_at <= clock_timestamp()))";
        self.admin.value(sql, &[&queue]).await
    }

    /// As if the leases of workers that are gone had run out.
    pub async fn let_leases_run_out(&self) {
        self.admin.run("UPDATE convene.work_items SET lease_until = now() WHERE lease IS NOT NULL").await;
    }
}
