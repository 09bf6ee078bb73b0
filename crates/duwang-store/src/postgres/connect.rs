//! Pool, schema, and patience with a database that went away.

use crate::{Result, StoreError};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, PgPool};
use std::str::FromStr as _;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Where everything of duwang lives in the database.
const SCHEMA: &str = "duwang";
/// Connections of one process.
const CONNECTIONS: u32 = 24;
/// How long a database may be away before a call fails.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a first connection may take: a wrong address should be told soon.
const FIRST: Duration = Duration::from_secs(10);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(250);
/// Tries of a write that met another one on the same rows.
const COLLISIONS: u32 = 100;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// A slice of work as it was given out: scan, channel, and the number that grows whenever it is given out again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// Scan id.
    pub scan: String,
    /// Channel id.
    pub channel: String,
    /// Number of the giving out.
    pub epoch: i64,
}

/// Why a call inside a transaction did not end well.
#[derive(Debug)]
pub(super) enum Trouble {
    Sql(sqlx::Error),
    Store(StoreError),
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What to do after trouble.
enum Verdict {
    /// The database is away or restarting: the same once it is back.
    Wait,
    /// Two writers met: the same at once.
    Collision,
    Fail,
}

pub(super) struct Connection {
    pool: PgPool,
    /// `None` only while being dropped.
    runtime: Option<Runtime>,
    /// Address without its password, for messages.
    shown: String,
}

impl Connection {
    pub(super) fn open(url: &str) -> Result<Self> {
        let shown = without_password(url);
        let failed = |e: sqlx::Error| StoreError::Database {
            at: without_password(url),
            detail: e.to_string(),
        };
        let options = PgConnectOptions::from_str(url)
            .map_err(failed)?
            .application_name("duwang")
            .options([("search_path", SCHEMA)]);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("duwang-postgres")
            .enable_all()
            .build()
            .map_err(|e| failed(sqlx::Error::Io(e)))?;
        let pool = {
            let _inside = runtime.enter();
            PgPoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(FIRST)
                .connect_lazy_with(options)
        };
        let connection = Self {
            pool,
            runtime: Some(runtime),
            shown,
        };
        connection.wait(connection.migrate())?;
        Ok(connection)
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Waits for a call on this store's own runtime, wherever the caller stands.
    pub(super) fn wait<F: Future>(&self, call: F) -> F::Output {
        match &self.runtime {
            Some(runtime) => tokio::task::block_in_place(|| runtime.block_on(call)),
            None => unreachable!("the runtime lives as long as the connection"),
        }
    }

    /// Creates or upgrades the schema; one process at a time, the others find it done.
    async fn migrate(&self) -> Result<()> {
        let mut connection = self.first().await.map_err(|e| self.error(e))?;
        let made = sqlx::query("SELECT pg_advisory_lock(7239470011)")
            .execute(&mut *connection)
            .await;
        made.map_err(|e| self.error(e))?;
        let done = self.migrate_alone(&mut connection).await;
        let freed = sqlx::query("SELECT pg_advisory_unlock(7239470011)")
            .execute(&mut *connection)
            .await;
        freed.map_err(|e| self.error(e))?;
        done
    }

    /// The first connection. The pool only says that it waited in vain: a connection without it says why.
    async fn first(&self) -> Result<PoolConnection<sqlx::Postgres>, sqlx::Error> {
        match self.pool.acquire().await {
            Err(sqlx::Error::PoolTimedOut) => {
                let options = self.pool.connect_options();
                let alone = PgConnection::connect_with(&options);
                match tokio::time::timeout(FIRST, alone).await {
                    Ok(Err(why)) => Err(why),
                    _ => Err(sqlx::Error::PoolTimedOut),
                }
            }
            taken => taken,
        }
    }

    async fn migrate_alone(&self, connection: &mut PgConnection) -> Result<()> {
        sqlx::query("CREATE SCHEMA IF NOT EXISTS duwang")
            .execute(&mut *connection)
            .await
            .map_err(|e| self.error(e))?;
        match MIGRATIONS.run(connection).await {
            Ok(()) => Ok(()),
            Err(MigrateError::VersionMissing(found)) => Err(StoreError::Newer {
                dir: self.shown.clone().into(),
                found: u32::try_from(found).unwrap_or(u32::MAX),
                known: MIGRATIONS
                    .iter()
                    .map(|m| u32::try_from(m.version).unwrap_or(0))
                    .max()
                    .unwrap_or(0),
            }),
            Err(error) => Err(StoreError::Database {
                at: self.shown.clone(),
                detail: error.to_string(),
            }),
        }
    }

    /// A single reading statement, again when the database went away meanwhile.
    pub(super) fn read<R>(
        &self,
        call: impl AsyncFn(&mut PgConnection) -> Result<R, Trouble>,
    ) -> Result<R> {
        self.wait(async {
            let mut tries = Tries::new();
            loop {
                let done = match self.pool.acquire().await {
                    Ok(mut connection) => call(&mut connection).await,
                    Err(error) => Err(error.into()),
                };
                match done {
                    Ok(result) => return Ok(result),
                    Err(trouble) => tries.again_or(self, trouble).await?,
                }
            }
        })
    }

    /// A whole transaction, again when it collided with another one or the database went away. The second argument says that an
    /// earlier try may have been committed without our hearing of it.
    pub(super) fn write<R>(
        &self,
        call: impl AsyncFn(&mut PgConnection, bool) -> Result<R, Trouble>,
    ) -> Result<R> {
        self.wait(async {
            let mut tries = Tries::new();
            loop {
                match self.write_once(&call, tries.is_repeated()).await {
                    Ok(result) => return Ok(result),
                    Err(trouble) => tries.again_or(self, trouble).await?,
                }
            }
        })
    }

    async fn write_once<R>(
        &self,
        call: &impl AsyncFn(&mut PgConnection, bool) -> Result<R, Trouble>,
        is_repeated: bool,
    ) -> Result<R, Trouble> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        let result = call(&mut transaction, is_repeated).await?;
        transaction.commit().await?;
        Ok(result)
    }

    pub(super) fn error(&self, error: sqlx::Error) -> StoreError {
        StoreError::Database {
            at: self.shown.clone(),
            detail: error.to_string(),
        }
    }
}

/// Many reading statements that all see the same moment.
pub(super) struct Snapshot<'a> {
    connection: &'a Connection,
    /// `None` only while being dropped.
    transaction: Option<sqlx::Transaction<'static, sqlx::Postgres>>,
}

impl<'a> Snapshot<'a> {
    pub(super) fn of(connection: &'a Connection) -> Result<Self> {
        let begin = connection
            .pool
            .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        let transaction = connection.wait(begin).map_err(|e| connection.error(e))?;
        Ok(Self {
            connection,
            transaction: Some(transaction),
        })
    }

    /// Reads; not tried again, since the moment would be another one.
    pub(super) fn read<R>(
        &mut self,
        call: impl AsyncFnOnce(&mut PgConnection) -> Result<R, Trouble>,
    ) -> Result<R> {
        let Some(transaction) = &mut self.transaction else {
            unreachable!("the transaction lives as long as the snapshot");
        };
        let read = self.connection.wait(call(transaction));
        read.map_err(|trouble| match trouble {
            Trouble::Sql(error) => self.connection.error(error),
            Trouble::Store(error) => error,
        })
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        // Giving a connection back to the pool is work of the runtime.
        let _inside = self.connection.runtime.as_ref().map(Runtime::enter);
        self.transaction.take();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background(); // may be dropped on a thread that must not block
        }
    }
}

/// How often and since when a call was tried.
struct Tries {
    away_since: Option<Instant>,
    collisions: u32,
}

impl Tries {
    fn new() -> Self {
        Self {
            away_since: None,
            collisions: 0,
        }
    }

    fn is_repeated(&self) -> bool {
        self.away_since.is_some()
    }

    /// Returns when the call should be made again, or gives the error it ends with.
    async fn again_or(&mut self, connection: &Connection, trouble: Trouble) -> Result<()> {
        let error = match trouble {
            Trouble::Store(error) => return Err(error),
            Trouble::Sql(error) => error,
        };
        match verdict(&error) {
            Verdict::Wait => {
                let since = *self.away_since.get_or_insert_with(Instant::now);
                if since.elapsed() < PATIENCE {
                    tokio::time::sleep(PAUSE).await;
                    return Ok(());
                }
            }
            Verdict::Collision if self.collisions < COLLISIONS => {
                self.collisions += 1;
                tokio::time::sleep(Duration::from_millis(u64::from(self.collisions.min(50)))).await;
                return Ok(());
            }
            Verdict::Collision | Verdict::Fail => {}
        }
        Err(connection.error(error))
    }
}

fn verdict(error: &sqlx::Error) -> Verdict {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed => Verdict::Wait,
        sqlx::Error::Database(error) => match error.code().as_deref() {
            // serialization, deadlock, and a row that somebody else has just inserted
            Some("40001" | "40P01" | "23505") => Verdict::Collision,
            // shutting down, crashed, starting up, too many connections
            Some("57P01" | "57P02" | "57P03" | "53300") => Verdict::Wait,
            Some(code) if code.starts_with("08") => Verdict::Wait,
            _ => Verdict::Fail,
        },
        _ => Verdict::Fail,
    }
}

/// The address as it may be shown.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((login, place)) => {
            let name = login.split(':').next().unwrap_or_default();
            format!("{scheme}://{name}@{place}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(
            without_password("postgres://duwang:geheim@db.example/duwang"),
            "postgres://duwang@db.example/duwang"
        );
        assert_eq!(without_password("postgres:///duwang"), "postgres:///duwang");
    }
}
