//! Pages with nothing in them: logins, script-built shells, pages that only lead elsewhere.

use super::glance::Glance;
use crate::net::answer::Fetched;
use duwang_html::Tree;
use duwang_model::{Outcome, OutcomeKind};
use regex::Regex;
use std::sync::LazyLock;
use url::Url;

/// What is said of a page whose content only comes when its scripts run.
const SHELL: &str = "空壳页：内容由脚本生成";

/// Whether a page is unread because its scripts were not run: a browser could show it.
pub fn is_shell(outcome: &Outcome) -> bool {
    outcome.kind == OutcomeKind::Unread && outcome.reason == SHELL
}

pub(super) fn judge(
    fetched: &Fetched,
    html: &str,
    tree: &Tree,
    glance: &Glance,
) -> Option<Outcome> {
    let unread = |reason: String| Some(Outcome::new(OutcomeKind::Unread, reason));
    if is_login(fetched, glance) {
        return unread("需要登录".to_owned());
    }
    let has_text = glance.visible() >= 20 || (glance.is_stamped && glance.visible() > 0);
    if has_text || glance.images + glance.embedded + glance.files > 0 {
        return None;
    }
    if let Some(target) = forward(&fetched.final_url, html, tree) {
        return unread(format!("页面只是转到 {target}"));
    }
    unread(if glance.has_app_root {
        SHELL.to_owned()
    } else {
        "空白页：没有可读的内容".to_owned()
    })
}

/// Where a page without text sends its reader by itself: meta refresh, or a script that does nothing else. Not followed by the
/// crawler; whoever follows it asks for a permit like for any link.
pub fn forward(base: &str, html: &str, tree: &Tree) -> Option<Url> {
    let base = Url::parse(base).ok()?;
    let target = meta_refresh(tree).or_else(|| script_location(html))?;
    let mut url = base.join(target.trim()).ok()?;
    url.set_fragment(None);
    let is_elsewhere = matches!(url.scheme(), "http" | "https") && url != base;
    is_elsewhere.then_some(url)
}

/// Looks like a login and has nothing else to read.
fn is_login(fetched: &Fetched, glance: &Glance) -> bool {
    let is_small = glance.visible() < 300 && !glance.is_stamped;
    let says_so = glance.says(&["登录", "登陆", "统一身份认证", "密码", "Login", "Sign in"]);
    let was_sent = !fetched.hops.is_empty() && is_login_url(&fetched.final_url);
    is_small && ((glance.has_password && says_so) || (was_sent && (says_so || glance.has_password)))
}

fn is_login_url(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    let path = url.split(['?', '#']).next().unwrap_or_default();
    ["login", "/sso", "/cas/", "signin", "passport"]
        .iter()
        .any(|w| path.contains(w))
}

fn meta_refresh(tree: &Tree) -> Option<String> {
    let metas = tree
        .descendants(tree.root())
        .filter(|id| tree.name(*id) == "meta");
    for meta in metas {
        let is_refresh = tree
            .attr(meta, "http-equiv")
            .is_some_and(|e| e.trim().eq_ignore_ascii_case("refresh"));
        let content = tree.attr(meta, "content").unwrap_or_default();
        if is_refresh && let Some(at) = content.to_ascii_lowercase().find("url=") {
            let target = content[at + 4..].trim().trim_matches(['"', '\'']);
            return (!target.is_empty()).then(|| target.to_owned());
        }
    }
    None
}

/// `window.location.href = "…"` and its like, in a page too short to do anything else.
fn script_location(html: &str) -> Option<String> {
    static LOCATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?:window\.|top\.|self\.|parent\.|document\.)*location(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*["']([^"'<>\s]{1,500})["']"#,
        )
        .ok()
    });
    if html.len() > 8192 {
        return None;
    }
    let found = LOCATION.as_ref()?.captures(html)?;
    found.get(1).map(|m| m.as_str().to_owned())
}
