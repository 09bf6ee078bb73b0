//! What a page is worth by its content: status lines lie. Pure: the same answer and text always give the same outcome.
//!
//! ```text
//! not an article of WeChat → challenge page → "not there" with status 200 → sent home → login → nothing but a shell → ok
//! ```
//! Every test wants two things: the sign, and no real content beside it. An article about error pages is an article.

mod baseline;
mod challenge;
mod glance;
mod missing;
mod shell;
mod wechat;

use super::answer::Fetched;
use duwang_html::Tree;
use duwang_model::{Outcome, OutcomeKind};
use glance::Glance;

pub use baseline::Baseline;
pub(crate) use challenge::stop_sign;
pub(crate) use missing::is_sent_home;
pub use shell::{forward, is_shell};

/// Reason for a link that ends on the site's front page.
pub(crate) const SENT_HOME: &str = "被转到网站首页，原页面不存在";
/// Reason for WeChat's captcha.
pub(crate) const WECHAT_CAPTCHA: &str = "微信提示环境异常，需要验证";

/// Decides by content what became of a visit. `html` is the decoded body, `tree` its tree. Answers that were no success stay what
/// they are, except that a page with real content behind a firewall's status is read as usual.
pub fn judge(fetched: &Fetched, html: &str, tree: &Tree) -> Outcome {
    judge_against(fetched, html, tree, None)
}

/// The same, knowing what this host answers for pages that cannot exist (see [`crate::Crawler::baseline`]).
pub fn judge_against(
    fetched: &Fetched,
    html: &str,
    tree: &Tree,
    baseline: Option<&Baseline>,
) -> Outcome {
    let may_be_content =
        fetched.outcome.kind == OutcomeKind::Ok || challenge::may_be_content(fetched);
    if !may_be_content {
        return fetched.outcome.clone();
    }
    if let Some(outcome) = wechat::judge(fetched, html, tree) {
        return outcome;
    }
    let glance = match baseline {
        Some(_) => Glance::of(tree),
        None => Glance::until_clear(tree),
    };
    if let Some(reason) = challenge::sign(fetched, html, &glance) {
        return Outcome::new(OutcomeKind::Blocked, reason);
    }
    if fetched.outcome.kind != OutcomeKind::Ok {
        return if glance.has_content() {
            Outcome::ok()
        } else {
            fetched.outcome.clone()
        };
    }
    missing::judge(fetched, &glance)
        .or_else(|| baseline.and_then(|b| b.judge(&glance)))
        .or_else(|| shell::judge(fetched, html, tree, &glance))
        .unwrap_or_else(Outcome::ok)
}
