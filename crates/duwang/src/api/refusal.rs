//! What a call is answered that cannot be served: a status, a word for programs and a sentence for people.

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a call was not served.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after: Option<u64>,
}

/// The error object.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorBody {
    /// A word for programs: unauthorized, bad-request, not-found, too-large, too-many, internal.
    error: &'static str,
    /// A Chinese sentence for people.
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after: None,
        }
    }

    pub(super) fn unauthorized() -> Self {
        let message = "请在 Authorization 头里写 Bearer 加上本单位的口令；口令由管理员用 duwang tokens add 发放";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
    }

    pub(super) fn unclear(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", message)
    }

    pub(super) fn missing(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", message)
    }

    pub(super) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "内容超过 64 MB")
    }

    pub(super) fn too_many(seconds: u64) -> Self {
        let message = format!("调用太频繁，请 {seconds} 秒后再试");
        Self {
            retry_after: Some(seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", message)
        }
    }

    /// Our own trouble: logged, and hidden from the caller.
    pub(super) fn own(error: &anyhow::Error) -> Self {
        tracing::error!(error = format!("{error:#}"), "接口出错");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "读网这边出了问题，详情已写入运行日志",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            error: self.code,
            message: self.message,
        };
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
