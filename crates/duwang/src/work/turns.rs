//! Turns at hosts across processes: a row a host with the moment it may be asked next.

use duwang_crawl::Turnstile;
use futures::future::BoxFuture;
use sqlx::PgPool;
use std::time::{Duration, Instant};

/// How long a database that went away is waited for before a visit is given up.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(500);

pub(super) struct Turns {
    pool: PgPool,
}

impl Turns {
    pub(super) fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// The database's clock counts, and its row lock: two who come together get two turns.
    async fn book_once(&self, host: &str, delay: Duration) -> Result<Duration, sqlx::Error> {
        let book = sqlx::query_scalar(
            "INSERT INTO duwang.turns AS t (host, next) VALUES ($1, clock_timestamp() + make_interval(secs => $2)) \
             ON CONFLICT (host) DO UPDATE SET next = greatest(t.next, clock_timestamp()) + make_interval(secs => $2) \
             RETURNING extract(epoch FROM next - clock_timestamp())::float8 - $2",
        );
        let wait: f64 = book
            .bind(host)
            .bind(delay.as_secs_f64())
            .fetch_one(&self.pool)
            .await?;
        Ok(Duration::try_from_secs_f64(wait.max(0.0)).unwrap_or_default())
    }
}

impl Turnstile for Turns {
    fn book<'a>(
        &'a self,
        host: &'a str,
        delay: Duration,
    ) -> BoxFuture<'a, Result<Duration, String>> {
        Box::pin(async move {
            let since = Instant::now();
            loop {
                match self.book_once(host, delay).await {
                    Ok(wait) => return Ok(wait),
                    Err(error) if since.elapsed() > PATIENCE => {
                        tracing::warn!(%error, host, "no turn could be booked");
                        return Err("共享存储不可用，排不上访问次序".to_owned());
                    }
                    Err(_) => tokio::time::sleep(PAUSE).await,
                }
            }
        })
    }

    fn hold(&self, host: &str, rest: Duration) {
        let (pool, host) = (self.pool.clone(), host.to_owned());
        tokio::spawn(async move {
            let hold = sqlx::query(
                "INSERT INTO duwang.turns AS t (host, next) VALUES ($1, clock_timestamp() + make_interval(secs => $2)) \
                 ON CONFLICT (host) DO UPDATE SET next = greatest(t.next, clock_timestamp() + make_interval(secs => $2))",
            );
            let held = hold
                .bind(&host)
                .bind(rest.as_secs_f64())
                .execute(&pool)
                .await;
            if let Err(error) = held {
                tracing::warn!(%error, host, "others were not told of the rest a host asked for");
            }
        });
    }
}
