//! Friendly pages for what went wrong.

use super::frame::{Frame, Here};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

/// What a page function answers.
pub(super) type Answer = Result<Response, Problem>;

/// Why a page cannot be shown.
pub(super) enum Problem {
    /// Nothing is there.
    Missing(&'static str),
    /// Nothing is there yet; the words say why.
    NotYet(&'static str),
    /// The address or form says something we do not understand.
    Unclear(String),
    /// What is asked for may not be done now; the words say why.
    Refused(String),
    /// A change asked for by another site.
    Foreign,
    /// Nobody is logged in.
    LoggedOut,
    /// The role does not allow it.
    Forbidden,
    /// Asked for under a name that is not ours.
    Name,
    /// The method does not fit the address.
    Method,
    /// Our own trouble; the details are in the log.
    Own,
}

impl Problem {
    /// Logs our own trouble and hides its details from the page.
    pub(super) fn own(error: anyhow::Error) -> Self {
        tracing::error!(error = format!("{error:#}"), "控制台出错");
        Self::Own
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Missing(_) | Self::NotYet(_) => StatusCode::NOT_FOUND,
            Self::Unclear(_) => StatusCode::BAD_REQUEST,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::LoggedOut => StatusCode::UNAUTHORIZED,
            Self::Foreign | Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Name => StatusCode::MISDIRECTED_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Own => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn words(&self) -> (&'static str, String) {
        match self {
            Self::Missing(what) => (
                "没有找到",
                format!("{what}可能已经清理，也可能地址抄错了一位。"),
            ),
            Self::NotYet(why) => ("还没有", (*why).to_owned()),
            Self::Unclear(why) => ("没有看懂这个请求", why.clone()),
            Self::Refused(why) => ("没有执行", why.clone()),
            Self::Foreign => (
                "没有执行",
                "这个操作不是从本控制台的页面发出的。请打开控制台，在页面上重新操作。".to_owned(),
            ),
            Self::LoggedOut => (
                "请先登录",
                "登录已经过期，或者还没有登录。重新登录后再试；没有提交的内容请先抄下。".to_owned(),
            ),
            Self::Forbidden => (
                "没有权限",
                "您的账号不能做这件事。需要的话请找管理员调整角色。".to_owned(),
            ),
            Self::Name => (
                "地址不对",
                "本控制台不以这个名称提供服务。请用启动时显示的地址打开。".to_owned(),
            ),
            Self::Method => ("没有执行", "这个地址不接受这种操作。".to_owned()),
            Self::Own => (
                "读网这边出了问题",
                "数据没有改动。详情已写入运行日志，请稍后再试，或把发生的时间告诉管理员。"
                    .to_owned(),
            ),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self::own(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (title, words) = self.words();
        let page = ProblemPage {
            frame: Frame::bare(title),
            status: self.status().as_u16(),
            words,
        };
        (self.status(), html(&page)).into_response()
    }
}

/// Renders a page; a template that fails is answered with plain words.
pub(super) fn html(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!(%error, "页面模板出错");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "页面无法生成，详情见运行日志。\n",
            )
                .into_response()
        }
    }
}

pub(super) async fn no_such_page() -> Problem {
    Problem::Missing("这个页面")
}

pub(super) async fn wrong_method() -> Problem {
    Problem::Method
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    status: u16,
    words: String,
}
