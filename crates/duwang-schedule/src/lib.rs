//! When which run is due: cron expressions in Asia/Shanghai, working days and holidays, guarded periods (重保), jitter, missed runs.
//! And what probes say of a site: whether it was there, or we were not ([`verdict`]); whether it still is who it was ([`Memory`]).
//!
//! Pure: the moment is an argument, the calendar too. Start with [`Plan`] (schedules) and [`verdict`] (probes).

mod face;
mod guard;
mod plan;
mod probe;
mod schedule;

pub use face::{Face, Glimpse, Judgement, Memory, Sign};
pub use guard::Guard;
pub use plan::{Due, Plan, PlanError};
pub use probe::{Day, Probe, Seen, Verdict, verdict};
pub use schedule::{Days, Run, Schedule};
