//! A faithful double of the endpoints of an official account on loopback: tokens that run out, error codes with status 200, paging by
//! offset, rate limits, albums whose numbers are texts and whose last page of one article is an object, and article pages.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

pub const SECRET: &str = "0123456789abcdef-secret";
pub const BIZ: &str = "MzAwMDAwMDAwMA==";

#[derive(Default)]
struct Inner {
    base: String,
    drafts: Vec<Value>,
    published: Vec<Article>,
    /// The token that opens now.
    token: Option<String>,
    given: usize,
    expire_always: bool,
    /// Code, message, and how often it is still said.
    refusal: Option<(i64, String, usize)>,
}

#[derive(Clone)]
struct Article {
    title: String,
    day: String,
    text: String,
    mid: usize,
}

type Shared = Arc<Mutex<Inner>>;

/// The running double.
pub struct Double {
    inner: Shared,
    pub base: String,
}

impl Double {
    pub fn start() -> Self {
        let inner: Shared = Arc::default();
        let (send, receive) = std::sync::mpsc::channel();
        let shared = Arc::clone(&inner);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                send.send(listener.local_addr().unwrap()).unwrap();
                axum::serve(listener, routes(shared)).await.unwrap();
            });
        });
        let base = format!("http://{}", receive.recv().unwrap());
        inner.lock().unwrap().base.clone_from(&base);
        Self { inner, base }
    }

    pub fn draft(&self, title: &str, content: &str) {
        let mut inner = self.inner.lock().unwrap();
        let id = format!("MEDIA_{}", inner.drafts.len());
        inner.drafts.push(json!({
            "media_id": id, "update_time": 1_790_000_100,
            "content": { "create_time": 1_790_000_000, "update_time": 1_790_000_100, "news_item": [{
                "article_type": "news", "title": title, "author": "办公室", "digest": "", "content": content,
                "content_source_url": "", "thumb_media_id": "THUMB", "url": format!("http://mp.weixin.qq.com/s?__biz={BIZ}&tempkey=x"),
            }] },
        }));
    }

    /// Publishes an article; its long address.
    pub fn publish(&self, title: &str, day: &str, text: &str) -> String {
        let mut inner = self.inner.lock().unwrap();
        let mid = 2_247_480_001 + inner.published.len();
        inner.published.push(Article {
            title: title.to_owned(),
            day: day.to_owned(),
            text: text.to_owned(),
            mid,
        });
        long(&self.base, mid)
    }

    /// The short address of an article.
    pub fn short(&self, long: &str) -> String {
        let mid: String = long
            .split("mid=")
            .nth(1)
            .unwrap()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        format!("{}/s/QingShiFaBu_{mid}", self.base)
    }

    pub fn tokens_given(&self) -> usize {
        self.inner.lock().unwrap().given
    }

    /// From now on the token given last is expired.
    pub fn expire(&self) {
        self.inner.lock().unwrap().token = None;
    }

    /// No token will open any more.
    pub fn expire_always(&self) {
        let mut inner = self.inner.lock().unwrap();
        (inner.token, inner.expire_always) = (None, true);
    }

    /// Refuses the next so many calls.
    pub fn refuse(&self, code: i64, message: &str, times: usize) {
        self.inner.lock().unwrap().refusal = Some((code, message.to_owned(), times));
    }
}

fn routes(inner: Shared) -> Router {
    Router::new()
        .route(
            "/robots.txt",
            get(|| async { "User-agent: *\nDisallow: /cgi-bin/\n" }),
        )
        .route("/cgi-bin/stable_token", post(stable_token))
        .route("/cgi-bin/draft/batchget", post(drafts))
        .route("/cgi-bin/freepublish/batchget", post(published))
        .route("/cgi-bin/material/batchget_material", post(materials))
        .route("/mp/appmsgalbum", get(album))
        .route("/s", get(by_mid))
        .route("/s/{id}", get(by_id))
        .with_state(inner)
}

async fn stable_token(State(inner): State<Shared>, body: Bytes) -> Json<Value> {
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut inner = inner.lock().unwrap();
    if asked["grant_type"] != "client_credential" || asked["force_refresh"] != false {
        return refusal(40002, "invalid grant_type");
    }
    if asked["secret"] != SECRET {
        return refusal(40125, "invalid appsecret");
    }
    inner.given += 1;
    let token = format!("TOKEN{}", inner.given);
    inner.token = (!inner.expire_always).then(|| token.clone());
    Json(json!({ "access_token": token, "expires_in": 7200 }))
}

fn refusal(code: i64, message: &str) -> Json<Value> {
    Json(json!({ "errcode": code, "errmsg": format!("{message} rid: 00000000-00000000-00000000") }))
}

/// What stands before every call: a refusal that was ordered, then the token.
fn admitted(inner: &mut Inner, query: &HashMap<String, String>) -> Result<(), Json<Value>> {
    match query.get("access_token") {
        None => return Err(refusal(41001, "access_token missing")),
        Some(token) if inner.token.as_ref() != Some(token) => {
            return Err(refusal(42001, "access_token expired"));
        }
        Some(_) => {}
    }
    if let Some((code, message, times)) = &mut inner.refusal
        && *times > 0
    {
        *times -= 1;
        return Err(refusal(*code, message));
    }
    Ok(())
}

fn page(items: Vec<Value>, body: &Bytes) -> Json<Value> {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let (Some(offset), Some(count @ 1..=20)) = (asked["offset"].as_u64(), asked["count"].as_u64())
    else {
        return refusal(40097, "invalid args");
    };
    let total = items.len();
    let page: Vec<Value> = items
        .into_iter()
        .skip(offset as usize)
        .take(count as usize)
        .collect();
    Json(json!({ "total_count": total, "item_count": page.len(), "item": page }))
}

async fn drafts(
    State(inner): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Json<Value> {
    let mut inner = inner.lock().unwrap();
    match admitted(&mut inner, &query) {
        Ok(()) => page(inner.drafts.clone(), &body),
        Err(refusal) => refusal,
    }
}

async fn published(
    State(inner): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Json<Value> {
    let mut inner = inner.lock().unwrap();
    if let Err(refusal) = admitted(&mut inner, &query) {
        return refusal;
    }
    let base = inner.base.clone();
    let items = inner.published.iter().map(|a| {
        json!({ "article_id": format!("ARTICLE_{}", a.mid), "update_time": 1_790_000_100, "content": { "news_item": [{
            "title": a.title, "author": "", "digest": "", "content": format!("<p>{}</p>", a.text), "content_source_url": "",
            "url": format!("{}&chksm=1#rd", long(&base, a.mid)), "is_deleted": false,
        }] } })
    });
    page(items.collect(), &body)
}

async fn materials(
    State(inner): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Json<Value> {
    match admitted(&mut inner.lock().unwrap(), &query) {
        Ok(()) => page(Vec::new(), &body),
        Err(refusal) => refusal,
    }
}

fn long(base: &str, mid: usize) -> String {
    format!("{base}/s?__biz={BIZ}&mid={mid}&idx=1&sn=0123456789abcdef")
}

/// Twenty articles a page, the newest first; numbers are texts, a list of one is an object.
async fn album(
    State(inner): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let inner = inner.lock().unwrap();
    if query.get("f").is_none_or(|f| f != "json") {
        return Html("<html></html>").into_response();
    }
    let after: usize = query
        .get("begin_msgid")
        .and_then(|id| id.parse().ok())
        .unwrap_or(usize::MAX);
    let rest: Vec<&Article> = inner
        .published
        .iter()
        .rev()
        .filter(|a| a.mid < after)
        .collect();
    let mut list: Vec<Value> = rest
        .iter()
        .take(20)
        .map(|a| {
            json!({ "title": a.title, "url": format!("{}#rd", long(&inner.base, a.mid)), "msgid": a.mid.to_string(), "itemidx": "1",
                "create_time": epoch(&a.day).to_string(), "item_show_type": "0", "is_pay_subscribe": "0" })
        })
        .collect();
    let list = if list.len() == 1 {
        list.remove(0)
    } else {
        Value::Array(list)
    };
    Json(json!({ "base_resp": { "ret": 0, "exportkey_token": "" }, "getalbum_resp": {
        "article_list": list, "continue_flag": if rest.len() > 20 { "1" } else { "0" }, "reverse_continue_flag": "0",
        "base_info": { "title": "政策解读", "nickname": "青石发布", "article_count": inner.published.len().to_string() },
    } }))
    .into_response()
}

async fn by_mid(
    State(inner): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Html<String> {
    shown(&inner, query.get("mid").map_or("", String::as_str))
}

async fn by_id(
    State(inner): State<Shared>,
    axum::extract::Path(id): axum::extract::Path<String>,
) -> Html<String> {
    shown(&inner, id.rsplit('_').next().unwrap_or_default())
}

fn epoch(day: &str) -> i64 {
    let day: chrono::NaiveDate = day.parse().unwrap();
    day.and_hms_opt(2, 0, 0).unwrap().and_utc().timestamp()
}

fn shown(inner: &Shared, mid: &str) -> Html<String> {
    let inner = inner.lock().unwrap();
    let Some(a) = inner.published.iter().find(|a| a.mid.to_string() == mid) else {
        return Html("<body id=\"activity-detail\"><div class=\"weui-msg\"><div class=\"weui-msg__title warn\">该内容已被发布者删除</div></div></body>".to_owned());
    };
    Html(format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta property=\"og:title\" content=\"{0}\"><title></title></head><body id=\"activity-detail\" class=\"zh_CN wx_wap_page mm_appmsg\"><div id=\"js_article\" class=\"rich_media\"><h1 class=\"rich_media_title\" id=\"activity-name\">{0}</h1><a id=\"js_name\">青石发布</a><div class=\"rich_media_content\" id=\"js_content\" style=\"visibility: hidden; opacity: 0;\"><p>{1}</p></div></div><script>var biz = \"\" || \"{BIZ}\"; var mid = \"\" || \"{2}\" || \"\"; var idx = \"\" || \"1\" || \"\"; var sn = \"\" || \"0123456789abcdef\" || \"\"; var nickname = htmlDecode(\"青石发布\"); var user_name = \"gh_0123456789ab\"; var ct = \"{3}\"; var createTime = '{4} 10:00'; var msg_title = '{0}'.html(false); window.item_show_type = '0' || '';</script></body></html>",
        a.title,
        a.text,
        a.mid,
        epoch(&a.day),
        a.day
    ))
}
