//! Where drafts come from: files, folders, addresses, standard input.

use crate::config::Config;
use crate::extract::{self, Manner};
use crate::scan::policy;
use anyhow::Context as _;
use duwang_crawl::{Crawler, Purpose, Request};
use duwang_model::Outcome;
use duwang_page::{Hints, Reading, Source};
use std::io::{BufRead, BufReader, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use url::Url;

/// Largest draft, bytes.
const MAX_DRAFT: u64 = 64 << 20;

/// Bytes to judge, or why there are none.
#[derive(Clone)]
pub(crate) struct Draft {
    /// As given on the command line.
    pub(crate) name: String,
    /// Its address, empty for files.
    pub(crate) url: String,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Result<Arc<[u8]>, Outcome>,
}

/// How standard input is named on the command line and in what programs read.
const STDIN: &str = "-";

impl Draft {
    /// What people call it.
    pub(super) fn shown_name(&self) -> String {
        match self.name.strip_prefix(STDIN) {
            Some(rest) if rest.is_empty() || rest.starts_with('：') => format!("标准输入{rest}"),
            _ => self.name.clone(),
        }
    }

    /// Reads the draft: files in a process of their own.
    pub(super) fn read(&self, hints: Hints, manner: Manner) -> Reading {
        let body = match &self.body {
            Err(outcome) => return Reading::Unread(outcome.clone()),
            Ok(body) => body,
        };
        let hints = Hints {
            name: Some(self.name.clone()).filter(|n| n != STDIN),
            ..hints
        };
        let source = Source {
            url: &self.url,
            bytes: body,
            content_type: self.content_type.as_deref(),
            hints: &hints,
        };
        extract::read(&source, manner)
    }
}

/// All drafts the arguments name; folders are read whole, in order of name.
pub(super) async fn drafts(config: &Config, inputs: &[String]) -> anyhow::Result<Vec<Draft>> {
    let inputs = or_stdin(inputs)?;
    let mut out = Vec::new();
    for input in &inputs {
        if input.starts_with("http://") || input.starts_with("https://") {
            out.push(fetched(config, input).await?);
        } else if input == STDIN {
            let mut bytes = Vec::new();
            std::io::stdin()
                .lock()
                .take(MAX_DRAFT)
                .read_to_end(&mut bytes)
                .context("读不了标准输入")?;
            out.extend(articles_or_one(STDIN, bytes));
        } else {
            for file in files(Path::new(input))? {
                let name = file.display().to_string();
                let size = std::fs::metadata(&file)
                    .with_context(|| format!("读不了 {name}"))?
                    .len();
                anyhow::ensure!(
                    size <= MAX_DRAFT,
                    "{name} 有 {} MB，超过 64 MB，未检测",
                    size >> 20
                );
                let bytes = std::fs::read(&file).with_context(|| format!("读不了 {name}"))?;
                out.extend(articles_or_one(&name, bytes));
            }
        }
    }
    Ok(out)
}

/// The lines of one file or of standard input.
pub(super) fn lines(inputs: &[String]) -> anyhow::Result<Box<dyn BufRead>> {
    let inputs = or_stdin(inputs)?;
    anyhow::ensure!(inputs.len() == 1, "--lines 一次只读一个文件");
    Ok(match inputs[0].as_str() {
        STDIN => Box::new(BufReader::new(std::io::stdin())),
        file => Box::new(BufReader::new(
            std::fs::File::open(file).with_context(|| format!("读不了 {file}"))?,
        )),
    })
}

fn or_stdin(inputs: &[String]) -> anyhow::Result<Vec<String>> {
    if !inputs.is_empty() {
        return Ok(inputs.to_vec());
    }
    anyhow::ensure!(
        !std::io::stdin().is_terminal(),
        "请给出要检测的文件、文件夹或网址，例如 duwang check 草稿.html；- 为标准输入"
    );
    Ok(vec![STDIN.to_owned()])
}

/// A saved answer of an official account's draft box holds several drafts; any other file is one.
fn articles_or_one(name: &str, bytes: Vec<u8>) -> Vec<Draft> {
    crate::wechat::drafts_in(name, &bytes).unwrap_or_else(|| vec![local(name, bytes)])
}

/// A draft that came as bytes.
pub(crate) fn local(name: &str, bytes: Vec<u8>) -> Draft {
    Draft {
        name: name.to_owned(),
        url: String::new(),
        content_type: None,
        body: Ok(Arc::from(bytes)),
    }
}

pub(crate) fn files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        anyhow::ensure!(path.exists(), "没有这个文件：{}", path.display());
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = std::fs::read_dir(path)?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for entry in entries {
        let hidden = entry
            .file_name()
            .is_some_and(|n| n.to_string_lossy().starts_with('.'));
        if !hidden {
            found.extend(files(&entry)?);
        }
    }
    Ok(found)
}

async fn fetched(config: &Config, input: &str) -> anyhow::Result<Draft> {
    let url = Url::parse(input).with_context(|| format!("“{input}”不是可用的网址"))?;
    let crawler = Crawler::new(policy(config))?;
    let request = Request::new(url.as_str(), Purpose::Entry);
    let answer = match crawler.permit(&url).await {
        Ok(permit) => crawler.fetch(permit, &request).await,
        Err(outcome) => duwang_crawl::Fetched::without_answer(input, outcome),
    };
    let body = match (answer.outcome.is_seen(), answer.body.clone()) {
        (true, Some(body)) => judged(&answer, body),
        _ => Err(answer.outcome.clone()),
    };
    Ok(Draft {
        name: input.to_owned(),
        url: answer.final_url.clone(),
        content_type: answer.content_type.clone(),
        body,
    })
}

/// A soft 404 or a challenge page is not the draft.
fn judged(answer: &duwang_crawl::Fetched, body: Arc<[u8]>) -> Result<Arc<[u8]>, Outcome> {
    let content_type = answer.content_type.as_deref();
    if duwang_page::sniff(&body, content_type) != duwang_page::Format::Html {
        return Ok(body);
    }
    let text = duwang_page::decode(&body, content_type).text;
    let tree = duwang_html::parse(&text, duwang_html::Limits::default());
    let outcome = duwang_crawl::judge(answer, &text, &tree);
    if outcome.is_seen() {
        Ok(body)
    } else {
        Err(outcome)
    }
}
