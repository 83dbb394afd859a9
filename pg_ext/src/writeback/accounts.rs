//! Calendar accounts of those who take part.

use std::collections::HashMap;

use convene_rules::writeback::{Account, AccountState, Provider};
use pgrx::spi::SpiClient;
use uuid::Uuid;

use crate::failure::Outcome;
use crate::values::pg_uuids;
use crate::{record, statement};

statement! {
    fresh SHARE = "../sql/writeback_share_accounts.sql" (INT4OID, UUIDARRAYOID);
    fresh LOCK = "../sql/writeback_lock_accounts.sql" (INT4OID, UUIDARRAYOID);
    fresh ACCOUNTS: AccountRow = "../sql/writeback_accounts.sql" (INT4OID, UUIDARRAYOID);
}

record! {
    struct AccountRow {
        id: Uuid,
        user_id: Uuid,
        provider: Provider,
        state: AccountState,
        is_written: bool,
    }
}

/// Keeps users' accounts from being connected, disconnected or marked until the transaction ends.
pub fn share(client: &SpiClient<'_>, org_id: i32, users: &[Uuid]) -> Outcome<()> {
    SHARE.run(client, &[org_id.into(), pg_uuids(users).into()])?;
    Ok(())
}

/// The same, to change them.
pub fn lock(client: &SpiClient<'_>, org_id: i32, users: &[Uuid]) -> Outcome<()> {
    LOCK.run(client, &[org_id.into(), pg_uuids(users).into()])?;
    Ok(())
}

/// Accounts by their users, each one's oldest first.
pub struct Accounts(HashMap<Uuid, Vec<Account>>);

impl Accounts {
    pub fn read(client: &SpiClient<'_>, org_id: i32, users: &[Uuid]) -> Outcome<Self> {
        let mut by_user: HashMap<Uuid, Vec<Account>> = HashMap::new();
        for row in ACCOUNTS.rows(client, &[org_id.into(), pg_uuids(users).into()])? {
            let AccountRow { id, user_id, provider, state, is_written } = row?;
            by_user.entry(user_id).or_default().push(Account { id, user_id, provider, state, is_written });
        }
        Ok(Self(by_user))
    }

    /// Those of some users.
    pub fn of(&self, users: impl IntoIterator<Item = Uuid>) -> Vec<Account> {
        let mut users: Vec<Uuid> = users.into_iter().collect();
        users.sort_unstable();
        users.dedup();
        users.iter().filter_map(|user| self.0.get(user)).flatten().copied().collect()
    }
}
