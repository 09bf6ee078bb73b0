//! Pages that say nothing as they come: drawn by a browser, or read from their pictures, when that is wanted.

use super::judge::judge;
use super::read::source;
use super::{Desk, Look, Place, Visited, fetch, read_aside};
use crate::extract;
use crate::render::Renderer;
use duwang_crawl::{Fetched, Purpose, Request};
use duwang_model::{Outcome, OutcomeKind, PageRecord, Part};
use duwang_page::{Hints, Reading};
use std::sync::Arc;

/// Reads a page again as it stands after its scripts ran. When that shows nothing either, the page stays what it was.
pub(super) async fn draw(
    desk: &Arc<Desk>,
    place: &Arc<Place>,
    renderer: &Renderer,
    visited: Visited,
    previous: Option<Arc<PageRecord>>,
) -> Visited {
    let shell = visited.record.clone();
    let turn = desk.lines.drawing.turn().await;
    let html = renderer.render(&shell.final_url).await;
    drop(turn);
    let html = match html {
        Ok(html) => html,
        Err(reason) => {
            let mut visited = visited;
            visited.record.outcome.reason = format!("{}；{reason}", shell.outcome.reason);
            return visited;
        }
    };
    let fetched = Fetched {
        status: shell.status,
        content_type: Some("text/html; charset=utf-8".to_owned()),
        body: Some(Arc::from(html.into_bytes())),
        headers: shell.headers.clone(),
        requests: shell.requests,
        bytes: shell.bytes,
        ..Fetched::without_answer(&shell.final_url, Outcome::ok())
    };
    let look = Look {
        request: visited.request.clone(),
        fetched,
        previous,
        second_look: false,
    };
    let mut drawn = read_aside(desk, place, look).await;
    if !drawn.record.outcome.is_seen() {
        return visited;
    }
    drawn
        .record
        .notes
        .push("页面由脚本生成，经浏览器渲染后读取".to_owned());
    drawn
}

/// Most pictures looked at of one page.
const MAX_PICTURES: usize = 12;

/// Fetches the pictures a page consists of, politely like everything else, and judges what is recognised in them as the page's text.
pub(super) async fn look_at_pictures(
    desk: &Arc<Desk>,
    place: &Arc<Place>,
    mut visited: Visited,
) -> Visited {
    let Some(page) = visited.in_pictures.take() else {
        return visited;
    };
    let mut urls: Vec<String> = Vec::new();
    for image in page.images.iter().filter(|i| i.part == Part::Main) {
        if image.url.starts_with("http") && !urls.contains(&image.url) {
            urls.push(image.url.clone());
        }
    }
    let more = urls.len().saturating_sub(MAX_PICTURES);
    let mut pictures = Vec::new();
    for (n, url) in urls.into_iter().take(MAX_PICTURES).enumerate() {
        let request = Request {
            via: visited.record.final_url.clone(),
            ..Request::new(url, Purpose::Attachment)
        };
        let fetched = fetch(desk, place, &request).await;
        visited.record.requests += fetched.requests;
        visited.record.bytes += fetched.bytes;
        let name = format!("第{}幅图片", n + 1);
        pictures.push((name, read_picture(desk, fetched).await));
    }
    let seen_any = pictures
        .iter()
        .any(|(_, reading)| matches!(reading, Reading::Document(_)));
    if !seen_any {
        return visited; // still unread, as it was
    }
    let mut page = duwang_page::with_pictures(*page, pictures);
    if more > 0 {
        page.notes
            .push(format!("图片超过 {MAX_PICTURES} 幅，其余 {more} 幅未读"));
    }
    visited.record.outcome = Outcome::ok();
    visited.record.read = Some(visited.record.visited);
    let judged = judge(
        desk,
        place,
        &visited.request,
        page,
        None,
        &mut visited.record,
    );
    visited.judged = Some(judged);
    visited
}

async fn read_picture(desk: &Arc<Desk>, fetched: Fetched) -> Reading {
    let Some(body) = fetched.body.clone().filter(|_| fetched.outcome.is_seen()) else {
        return Reading::Unread(fetched.outcome);
    };
    let manner = desk.manner;
    let turn = desk.lines.pictures.turn().await;
    let reading = tokio::task::spawn_blocking(move || {
        let hints = Hints::default();
        extract::read(&source(&fetched, &body, &hints), manner)
    })
    .await;
    drop(turn);
    reading.unwrap_or_else(|_| {
        Reading::Unread(Outcome::new(OutcomeKind::Unread, "读取程序出错，未读"))
    })
}
