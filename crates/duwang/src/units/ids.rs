//! What of a units file can be checked only against the rest of it, and where to point when it is wrong.

use crate::trouble::FileTrouble;
use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use url::Url;

/// Ids met so far, and where to point when one is wrong.
pub(super) struct Ids<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
    pub(super) seen: HashMap<String, usize>,
}

impl Ids<'_> {
    pub(super) fn trouble(&self, span: Range<usize>, message: String, help: &str) -> FileTrouble {
        FileTrouble::new(self.path, self.text, span, message, Some(help.to_owned()))
    }

    pub(super) fn claim(
        &mut self,
        what: &str,
        id: &str,
        span: Range<usize>,
    ) -> Result<(), FileTrouble> {
        let well_formed = !id.is_empty()
            && id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !well_formed {
            return Err(self.trouble(
                span,
                format!("{what} id“{id}”不合规"),
                "id 只用小写字母、数字和连字符，例如 qingshi",
            ));
        }
        let line = self
            .text
            .get(..span.start)
            .unwrap_or("")
            .matches('\n')
            .count()
            + 1;
        if let Some(first) = self.seen.insert(format!("{what} {id}"), line) {
            return Err(self.trouble(
                span,
                format!("{what} id“{id}”重复，第 {first} 行已用"),
                "每个 id 只能用一次",
            ));
        }
        Ok(())
    }

    /// `national` needs no file: it is the rules as they are.
    pub(super) fn overlays(
        &self,
        named: &[Spanned<String>],
        known: &[String],
    ) -> Result<(), FileTrouble> {
        let is_there = |name: &String| name == "national" || known.contains(name);
        let Some(missing) = named.iter().find(|n| !is_there(n.get_ref())) else {
            return Ok(());
        };
        let name = missing.get_ref();
        Err(self.trouble(
            missing.span(),
            format!("没有叠加文件 overlays/{name}.toml"),
            &format!(
                "可用：{}；本地的放在规则目录的 overlays 文件夹里，用 --rules 指明规则目录",
                known.join("、")
            ),
        ))
    }

    pub(super) fn url(&self, given: &Spanned<String>) -> Result<String, FileTrouble> {
        let usable = Url::parse(given.get_ref())
            .ok()
            .filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
        usable.map(|_| given.get_ref().clone()).ok_or_else(|| {
            let message = format!("“{}”不是可用的网址", given.get_ref());
            self.trouble(
                given.span(),
                message,
                "写完整网址，例如 https://www.example.gov.cn/qingshi/",
            )
        })
    }

    pub(super) fn urls(&self, given: &[Spanned<String>]) -> Result<Vec<String>, FileTrouble> {
        given.iter().map(|g| self.url(g)).collect()
    }
}
