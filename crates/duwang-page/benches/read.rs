//! How long one page takes, from bytes to document.
#![allow(missing_docs, reason = "criterion's macros make public items")]

use criterion::{Criterion, criterion_group, criterion_main};
use duwang_page::{Hints, Source, read};
use std::hint::black_box;

/// A page of about 40 KB: the furniture of a portal around an article with a table.
fn page() -> String {
    let menu =
        "<li><a href=\"/xxgk/zfxxgkzl/zn/\" title=\"政府信息公开指南\">政府信息公开指南</a></li>"
            .repeat(80);
    let text = "<p style=\"text-indent:2em\">　　为规范<span lang=\"EN-US\">2026</span>年样例工作，各街道办事处应当按时报送材料，联系电话：0599-6660001。</p>".repeat(90);
    let rows = "<tr><td>1</td><td>样例事项</td><td>已采纳</td></tr>".repeat(60);
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta name=\"ArticleTitle\" content=\"关于样例工作的通知\"><title>关于样例工作的通知_云溪市人民政府</title></head>\
         <body><div class=\"header\"><ul class=\"nav\">{menu}</ul></div><div class=\"main\"><h1>关于样例工作的通知</h1><div class=\"info\">发布时间：2026-09-18 来源：云溪市</div>\
         <div class=\"TRS_Editor\">{text}<table><tr><th>序号</th><th>事项</th><th>采纳情况</th></tr>{rows}</table></div></div><div class=\"footer\">网站标识码：3504990001</div></body></html>"
    )
}

fn reading(c: &mut Criterion) {
    let page = page();
    let hints = Hints::default();
    let source = Source {
        url: "http://www.yunxi.example/a/202609/t20260918_1.htm",
        bytes: page.as_bytes(),
        content_type: Some("text/html; charset=utf-8"),
        hints: &hints,
    };
    c.bench_function(&format!("read a page of {} KB", page.len() >> 10), |b| {
        b.iter(|| black_box(read(&source)));
    });
}

criterion_group!(benches, reading);
criterion_main!(benches);
