//! What calls send and get.

use crate::check::{Draft, Question, draft_of_bytes};
use crate::cli::FailOn;
use chrono::NaiveDate;
use duwang_model::{Category, Kind, Unit};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// One draft.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftBody {
    /// The text or the HTML of the draft.
    pub(super) content: String,
    /// What the content is; guessed when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) format: Option<ContentFormat>,
    /// A name to know it again by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// What sort of document it is; judged by its content when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(super) kind: Option<Kind>,
    /// The day of publication, by which rules are chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) published: Option<NaiveDate>,
    /// Only these categories.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub(super) only: Vec<Category>,
    /// From which level the verdict is "fail": serious when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fail_on: Option<Level>,
    /// Keep a card, so that the published page can be compared later.
    #[serde(default)]
    pub(super) card: bool,
    /// Keep the result for thirty days; its id comes with the answer.
    #[serde(default)]
    pub(super) keep: bool,
}

/// What the content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ContentFormat {
    Text,
    Html,
}

/// From which level a finding counts against the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Serious,
    General,
    Hint,
    Never,
}

impl Level {
    fn fail_on(self) -> FailOn {
        match self {
            Self::Serious => FailOn::Serious,
            Self::General => FailOn::General,
            Self::Hint => FailOn::Hint,
            Self::Never => FailOn::Never,
        }
    }
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum AnswerFormat {
    #[default]
    Json,
    Sarif,
    Html,
    Docx,
}

/// How one draft is to be answered.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CheckQuery {
    /// The form of the answer.
    #[param(inline, nullable = false)]
    pub(super) format: Option<AnswerFormat>,
}

/// What is known of a file.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FileQuery {
    /// The form of the answer.
    #[param(inline, nullable = false)]
    pub(super) format: Option<AnswerFormat>,
    /// The file's name.
    #[param(nullable = false)]
    pub(super) name: Option<String>,
    /// Keep a card.
    #[param(nullable = false)]
    pub(super) card: Option<bool>,
    /// Keep the result for thirty days.
    #[param(nullable = false)]
    pub(super) keep: Option<bool>,
}

/// The verdict on one draft.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct VerdictBody {
    /// pass, fail, or unread when the draft could not be read: then nothing is said of it.
    pub(super) verdict: String,
    /// Name, title, kind and text of the draft, personal numbers masked.
    #[schema(value_type = Object)]
    pub(super) document: Value,
    /// The same objects as `duwang check --format json` gives.
    #[schema(value_type = Vec<Object>)]
    pub(super) findings: Vec<Value>,
    /// Version of the rules.
    pub(super) rules: String,
    /// The card, when one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    pub(super) card: Option<Value>,
    /// The id of the result, when it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) id: Option<String>,
}

/// Many drafts.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BatchBody {
    /// The drafts; all results are kept.
    #[schema(min_items = 1, max_items = 500)]
    pub(super) items: Vec<DraftBody>,
    /// An address that is told by POST when all are done: `{"batch": id, "total": n, "failed": n, "unread": n}`. Ask for the results with
    /// your token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) webhook: Option<String>,
}

/// How far a batch is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct BatchState {
    /// Its id.
    pub(super) id: String,
    /// running or done.
    pub(super) state: String,
    /// Drafts.
    pub(super) total: usize,
    /// Drafts judged so far.
    pub(super) done: usize,
    /// Of these, how many failed.
    pub(super) failed: usize,
    /// Of these, how many could not be read.
    pub(super) unread: usize,
    /// Ids of the results, in the order of the drafts.
    pub(super) results: Vec<String>,
    /// What became of the webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) webhook: Option<String>,
}

/// A card, and what is known of the text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct CardBody {
    /// The card as it was made.
    #[schema(value_type = Object)]
    pub(super) card: Value,
    /// The rules are newer than the card: check again.
    pub(super) rules_newer: bool,
    /// Whether the text that was sent is the one the card was made of; only in answers of verify.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) same_text: Option<bool>,
}

impl DraftBody {
    pub(super) fn draft(&self) -> Draft {
        let content_type = self.format.map(|format| match format {
            ContentFormat::Text => "text/plain; charset=utf-8",
            ContentFormat::Html => "text/html; charset=utf-8",
        });
        let name = self.name.clone().unwrap_or_else(|| "稿件".to_owned());
        let mut draft = draft_of_bytes(&name, self.content.clone().into_bytes());
        draft.content_type = content_type.map(str::to_owned);
        if self.format == Some(ContentFormat::Html) {
            // Said to be HTML: a lone paragraph counts as a page, too.
            draft.body = Ok(Arc::from(
                format!("<!DOCTYPE html>{}", self.content).into_bytes(),
            ));
        }
        draft
    }

    pub(super) fn question(&self, unit: Option<Unit>) -> Question {
        Question {
            kind: self.kind,
            unit,
            published: self.published,
            only: self.only.clone(),
            explain: false,
            card: self.card.then(|| self.fail_on()),
        }
    }

    pub(super) fn fail_on(&self) -> FailOn {
        self.fail_on.map_or(FailOn::Serious, Level::fail_on)
    }
}
