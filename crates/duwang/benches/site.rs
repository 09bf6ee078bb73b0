//! The whole pipeline over a generated disclosure site on loopback: pages a second, CPU a page, peak memory, and what a second scan costs.
//!
//! `cargo bench -p duwang --bench site` (10,000 pages; `DUWANG_BENCH_PAGES` changes it). The site is served by a process of its own, so that
//! the figures are those of the program alone. `DUWANG_BENCH_PEER="program args"` measures another crawler on the same site: it is run with
//! the entry address as its last argument.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a bench prints figures and fails by panicking")]

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const PER_LIST: usize = 50;

fn main() {
    let pages: usize = std::env::var("DUWANG_BENCH_PAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    if std::env::var_os("DUWANG_BENCH_SERVE").is_some() {
        return serve(pages);
    }
    let mut server = Command::new(std::env::current_exe().unwrap())
        .env("DUWANG_BENCH_SERVE", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut entry = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut entry).unwrap();
    let entry = entry.trim().to_owned();
    println!("{pages} 页，每页约 {} KB，{entry}", article(1).len() / 1024);
    println!("{:<22} {:>8} {:>9} {:>12} {:>9}", "", "页/秒", "秒", "CPU 毫秒/页", "峰值 MB");
    if let Some(peer) = std::env::var_os("DUWANG_BENCH_PEER") {
        let peer = peer.to_string_lossy().into_owned();
        let mut words = peer.split_whitespace();
        let mut command = Command::new(words.next().unwrap());
        command.args(words).arg(&entry);
        show("peer, fetching only", pages, &measure(command));
    }
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("units.toml"), units(&entry)).unwrap();
    let first = measure(scan(dir.path(), &[]));
    show("first scan", pages, &first);
    let second = measure(scan(dir.path(), &["--full"]));
    show("second scan, all pages", pages, &second);
    let third = measure(scan(dir.path(), &[]));
    show("incremental scan", pages, &third);
    println!("second / first CPU: {:.3}; incremental / first CPU: {:.3}", second.cpu / first.cpu, third.cpu / first.cpu);
    server.kill().unwrap();
    server.wait().unwrap();
}

fn units(entry: &str) -> String {
    format!("[region]\nname = \"云溪市\"\n[[unit]]\nid = \"bench\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n[[unit.channel]]\nkind = \"website\"\nentry = [\"{entry}\"]\nmax_pages = 2000000\n")
}

fn scan(dir: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duwang"));
    command.current_dir(dir).args(["--allow-private", "--rate", "0", "-q", "scan", "--units", "units.toml", "--format", "json"]).args(more);
    command
}

struct Cost {
    wall: f64,
    cpu: f64,
    peak: f64,
}

fn show(what: &str, pages: usize, cost: &Cost) {
    let n = pages as f64;
    println!("{what:<22} {:>8.0} {:>9.2} {:>12.3} {:>9.0}", n / cost.wall, cost.wall, cost.cpu * 1000.0 / n, cost.peak);
}

/// Runs a command and watches its CPU time and peak memory in `/proc`.
fn measure(mut command: Command) -> Cost {
    let log = tempfile::NamedTempFile::new().unwrap();
    let started = Instant::now();
    let mut child = command.stdout(log.reopen().unwrap()).stderr(Stdio::null()).spawn().unwrap();
    let (mut cpu, mut peak) = (0.0, 0.0);
    let status = loop {
        (cpu, peak) = watch(&child).unwrap_or((cpu, peak));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(status.success(), "{command:?}: {status}");
    Cost { wall: started.elapsed().as_secs_f64(), cpu, peak }
}

fn watch(child: &Child) -> Option<(f64, f64)> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?.trim().trim_end_matches(" kB").parse::<f64>().ok()?;
    Some((ticks / 100.0, peak / 1024.0))
}

// The site.

fn serve(pages: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}/gk/", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(Arc::new(pages));
        axum::serve(listener, app).await.unwrap();
    });
}

async fn answer(State(pages): State<Arc<usize>>, request: Request) -> Response<Body> {
    let path = request.uri().path();
    let Some(body) = page(path, *pages) else {
        return Response::builder().status(StatusCode::NOT_FOUND).body(Body::empty()).unwrap();
    };
    let etag = format!("\"{path}-1\"");
    let response = Response::builder().header(header::CONTENT_TYPE, "text/html; charset=utf-8").header(header::ETAG, &etag);
    if request.headers().get(header::IF_NONE_MATCH).is_some_and(|v| v.to_str() == Ok(&etag)) {
        return response.status(StatusCode::NOT_MODIFIED).body(Body::empty()).unwrap();
    }
    response.body(Body::from(body)).unwrap()
}

fn page(path: &str, pages: usize) -> Option<String> {
    let lists = pages.div_ceil(PER_LIST);
    let name = path.strip_prefix("/gk/")?;
    if name.is_empty() || name == "index.htm" {
        return Some(list(0, lists, pages));
    }
    if let Some(n) = name.strip_prefix("index_").and_then(|n| n.strip_suffix(".htm")) {
        return n.parse().ok().filter(|n| *n < lists).map(|n| list(n, lists, pages));
    }
    let n: usize = name.strip_prefix("202609/t20260901_")?.strip_suffix(".htm")?.parse().ok()?;
    (n < pages).then(|| article(n))
}

fn list(n: usize, lists: usize, pages: usize) -> String {
    let rows: String = (n * PER_LIST..((n + 1) * PER_LIST).min(pages))
        .map(|i| format!("<li><a href=\"./202609/t20260901_{i}.htm\" title=\"{0}\">{0}</a><span>2026-09-01</span></li>", title(i)))
        .collect();
    format!("<html><head><meta charset=\"utf-8\"><title>政务动态</title></head><body>{}<h2>政务动态</h2><ul class=\"list\">{rows}</ul><script>createPageHTML({lists}, {n}, \"index\", \"htm\");</script></body></html>", chrome())
}

fn title(n: usize) -> String {
    format!("青石街道召开第{n}次专题会议研究部署重点工作")
}

/// Head, navigation and footer of a usual portal page: most of the bytes, the same everywhere.
fn chrome() -> String {
    let nav: String = (0..60).map(|i| format!("<li class=\"nav-item\"><a href=\"/gk/index.htm#c{i}\" target=\"_blank\" class=\"nav-link\">栏目{i}</a></li>\n")).collect();
    let style = ".wrap{width:1200px;margin:0 auto}.nav-item{float:left;padding:0 12px;line-height:40px}\n".repeat(90);
    format!("<style>{style}</style><div class=\"header\"><div class=\"nav\"><ul>{nav}</ul></div></div>")
}

fn article(n: usize) -> String {
    const SENTENCES: [&str; 8] = [
        "会议听取了各社区近期工作情况汇报，分析了存在的困难和问题。",
        "会议强调，要压实工作责任，细化工作措施，确保各项任务按时完成。",
        "各部门要加强协作配合，形成工作合力，及时研究解决群众反映的问题。",
        "街道将继续做好环境整治、安全生产、民生保障等重点工作。",
        "会议要求，要认真落实上级决策部署，结合实际制定工作方案。",
        "要加强宣传引导，提高群众知晓率和参与率，营造良好氛围。",
        "各社区要建立工作台账，明确责任人和完成时限，定期开展督查。",
        "会后，与会人员实地查看了项目建设现场，了解工程进展情况。",
    ];
    let paragraphs: String = (0..24)
        .map(|p| {
            let text: String = (0..6).map(|s| SENTENCES[(n * 7 + p * 5 + s * 3) % SENTENCES.len()]).collect();
            format!("<p style=\"text-indent:2em;line-height:1.8\"><span style=\"font-size:16px;font-family:仿宋\">{text}</span></p>\n")
        })
        .collect();
    let t = title(n);
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{t}</title><meta name=\"ArticleTitle\" content=\"{t}\"><meta name=\"PubDate\" content=\"2026-09-01 09:00\"><meta name=\"ContentSource\" content=\"青石街道办事处\"></head><body>{}<div class=\"xl_tit\"><h1>{t}</h1></div><div class=\"xl_info\">时间：2026-09-01 09:00　来源：青石街道办事处</div><div class=\"TRS_Editor\">{paragraphs}</div><div class=\"footer\"><p>主办：青石街道办事处　网站标识码：3504990001　电话：0599-6660000</p></div></body></html>",
        chrome()
    )
}
