//! Crawls a site with the `spider` crate, only fetching: the peer of the site bench. Prints how many pages arrived.
//!
//! `peer-spider CONNECTIONS URL`: so many requests at a time, no delay, robots.txt not asked, pages streamed and dropped.

use spider::tokio;
use spider::website::Website;

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(connections), Some(url)) = (args.next().and_then(|n| n.parse().ok()), args.next()) else {
        eprintln!("usage: peer-spider CONNECTIONS URL");
        std::process::exit(2);
    };
    let mut website = Website::new(&url);
    website
        .with_respect_robots_txt(false)
        .with_concurrency_limit(Some(connections))
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
