//! Crawls a site with the `spider` crate, only fetching: the peer of the site bench. Prints how many pages arrived.
//!
//! `peer-spider URL`: 32 requests at a time, no delay, robots.txt not asked, pages streamed and dropped.

use spider::tokio;
use spider::website::Website;

#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).expect("usage: peer-spider URL");
    let mut website = Website::new(&url);
    website
        .with_respect_robots_txt(false)
        .with_concurrency_limit(Some(32))
        .with_delay(0)
        .with_depth(0)
        .with_subdomains(false);
    let mut pages = website.subscribe(16_384);
    let counting = tokio::spawn(async move {
        let (mut seen, mut bytes) = (0_usize, 0_usize);
        while let Ok(page) = pages.recv().await {
            seen += 1;
            bytes += page.get_html_bytes_u8().len();
        }
        (seen, bytes)
    });
    website.crawl_raw().await;
    website.unsubscribe();
    let (seen, bytes) = counting.await.expect("the counting task only counts");
    println!("{seen} pages, {bytes} bytes");
}
