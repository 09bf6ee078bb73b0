//! What `duwang check` writes, read by others: the SARIF schema, LibreOffice, a browser's eyes.

use crate::common::{Duwang, Site, article};
use serde_json::{Value, json};
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SENTENCE: &str =
    "青石街道召开会议，布署防汛各项任务。联系人王某，身份证号350499199001010011，电话13800138001。";

fn draft(duwang: &Duwang, name: &str, text: &str) -> PathBuf {
    let file = duwang.dir.path().join(name);
    std::fs::write(&file, text).unwrap();
    file
}

fn word(body: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, text: &str| {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    put(
        "[Content_Types].xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>",
    );
    put(
        "_rels/.rels",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>",
    );
    put(
        "word/document.xml",
        &format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}<w:sectPr/></w:body></w:document>"
        ),
    );
    zip.finish().unwrap().into_inner()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// The official schema, out of the package that is made from it.
fn sarif_schema() -> Value {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "host-tuple"]) // what other systems need was not fetched
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        metadata.status.success(),
        "{}",
        String::from_utf8_lossy(&metadata.stderr)
    );
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let sarif = packages
        .iter()
        .find(|p| p["name"] == "serde-sarif")
        .unwrap();
    let folder = Path::new(sarif["manifest_path"].as_str().unwrap())
        .parent()
        .unwrap();
    let text = std::fs::read_to_string(folder.join("src/schema.json")).unwrap();
    // One of its patterns has a lone bracket, which only some dialects take for itself.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}\\\\]?$");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn sarif_is_what_the_schema_wants() {
    let duwang = Duwang::new();
    let text = draft(
        &duwang,
        "稿 件:1.txt",
        &format!("关于防汛工作的通知\n{SENTENCE}\n青石街道办事处\n2026年9月18日\n"),
    );
    let page = draft(
        &duwang,
        "page.html",
        &article("街道召开防汛会议", "2026-09-18", SENTENCE),
    );
    let picture = draft(&duwang, "图.png", "\u{89}PNG");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n").unwrap();
    let args = [
        "check",
        "--format",
        "sarif",
        "--fail-on",
        "never",
        text.to_str().unwrap(),
        page.to_str().unwrap(),
        picture.to_str().unwrap(),
    ];
    let output = duwang.run(&args);
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let validator = jsonschema::validator_for(&sarif_schema()).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&log)
        .map(|e| format!("{} at {}", e, e.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let typed: serde_sarif::sarif::Sarif = serde_json::from_value(log.clone()).unwrap();
    assert_eq!(typed.runs.len(), 1);
    // A log that is not one must not pass: the schema is really asked.
    let mut wrong = log.clone();
    wrong["runs"][0]["results"][0]["level"] = "grave".into();
    assert!(!validator.is_valid(&wrong));
    let run = &log["runs"][0];
    let typo = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["properties"]["quote"] == "布署")
        .unwrap();
    let region = &typo["locations"][0]["physicalLocation"]["region"];
    assert_eq!(
        (region["startLine"].as_u64(), region["startColumn"].as_u64()),
        (Some(2), Some(10)),
        "{typo:#}"
    );
    assert_eq!(
        typo["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"],
        "部署"
    );
    assert_eq!(
        run["invocations"][0]["executionSuccessful"], false,
        "the picture was not read, and it says so"
    );
    assert!(
        !log.to_string().contains("350499199001010011"),
        "personal data is masked"
    );
}

#[test]
fn the_page_shows_the_draft_as_it_will_look_with_its_faults() {
    let duwang = Duwang::new();
    let html = format!(
        "<html><body><h1>街道召开防汛会议</h1><p style=\"text-indent:2em;color:#c00\" onclick=\"x()\">{}</p><script>alert(1)</script></body></html>",
        SENTENCE.replace("布署", "布<b>署</b>")
    );
    let file = draft(&duwang, "page.html", &html);
    let page = duwang.run(&[
        "check",
        "--format",
        "html",
        "--fail-on",
        "never",
        file.to_str().unwrap(),
    ]);
    let page = String::from_utf8(page.stdout).unwrap();
    assert!(
        page.contains("style=\"text-indent:2em;color:#c00\""),
        "{page}"
    );
    assert!(
        page.contains("<mark id=\"m1\">布</mark><b><mark>署<sup>"),
        "{page}"
    );
    assert!(
        !page.contains("<script")
            && !page.contains("onclick")
            && !page.contains("350499199001010011")
    );
    assert!(page.contains("350499********0011"));
}

#[test]
fn a_word_file_comes_back_with_comments_and_opens_elsewhere() {
    let duwang = Duwang::new();
    let body = "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>关于做好防汛工作的通知</w:t></w:r></w:p><w:p><w:r><w:t>各社区要</w:t></w:r><w:r><w:rPr><w:u w:val=\"single\"/></w:rPr><w:t>布</w:t></w:r><w:r><w:t>署防汛各项任务，做到一如继往。</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>安全隐换</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let file = duwang.dir.path().join("通知.docx");
    let source = word(body);
    std::fs::write(&file, &source).unwrap();
    let out = duwang.dir.path().join("批注.docx");
    let checked = duwang.run(&[
        "check",
        "--format",
        "docx",
        "--fail-on",
        "never",
        "--only",
        "typo",
        "-o",
        out.to_str().unwrap(),
        file.to_str().unwrap(),
    ]);
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    let bytes = std::fs::read(&out).unwrap();
    let xml = part(&bytes, "word/document.xml");
    assert_eq!(xml.matches("<w:commentRangeStart").count(), 3, "{xml}");
    assert_eq!(
        xml.matches("<w:del ").count(),
        4,
        "布署 stands in two runs; of 一如继往 and 隐换 the language model is certain: {xml}"
    );
    assert_eq!(
        part(&bytes, "word/comments.xml")
            .matches("<w:comment ")
            .count(),
        3
    );
    let Some(text) = in_libreoffice(duwang.dir.path(), &out, "txt:Text (encoded):UTF8", "txt")
    else {
        return;
    };
    // What is deleted is still shown beside what is put in its place.
    assert!(
        text.contains("各社区要布署部署防汛各项任务，做到"),
        "{text}"
    );
    assert!(text.contains("既往。") && text.contains("继"), "{text}");
    let pdf = duwang.dir.path().join("批注.pdf");
    in_libreoffice(duwang.dir.path(), &out, "pdf", "pdf");
    assert!(std::fs::read(pdf).unwrap().starts_with(b"%PDF-"));
    let odt = in_libreoffice_bytes(duwang.dir.path(), &out, "odt", "odt").unwrap();
    let content = part(&odt, "content.xml");
    assert_eq!(
        content.matches("<office:annotation ").count(),
        3,
        "LibreOffice knows them as comments"
    );
    assert!(
        content.contains("<text:changed-region"),
        "and the changes as tracked"
    );
}

#[test]
fn what_is_no_word_file_is_made_one() {
    let duwang = Duwang::new();
    let file = draft(
        &duwang,
        "通知.txt",
        "关于防汛的通知\n各社区要布署防汛各项任务。\n",
    );
    let out = duwang.dir.path().join("out");
    let again = draft(
        &duwang,
        "别的.html",
        &article("街道召开防汛会议", "2026-09-18", SENTENCE),
    );
    let args = [
        "check",
        "--format",
        "docx",
        "--fail-on",
        "never",
        "-o",
        out.to_str().unwrap(),
        file.to_str().unwrap(),
        again.to_str().unwrap(),
    ];
    assert!(duwang.run(&args).status.success());
    let bytes = std::fs::read(out.join("通知.docx")).unwrap();
    assert!(
        part(&bytes, "word/document.xml")
            .contains("<w:delText xml:space=\"preserve\">布署</w:delText>")
    );
    let other = std::fs::read(out.join("别的.docx")).unwrap();
    let comments = part(&other, "word/comments.xml");
    assert!(comments.contains("身份证"), "{comments}");
    assert!(!comments.contains("350499199001010011"), "{comments}");
}

fn in_libreoffice(folder: &Path, file: &Path, filter: &str, extension: &str) -> Option<String> {
    in_libreoffice_bytes(folder, file, filter, extension)
        .map(|b| String::from_utf8_lossy(&b).into_owned())
}

/// Converts with LibreOffice; `None`, and a word about it, where there is none.
fn in_libreoffice_bytes(
    folder: &Path,
    file: &Path,
    filter: &str,
    extension: &str,
) -> Option<Vec<u8>> {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let converted: std::io::Result<Output> = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", filter, "--outdir"])
        .arg(folder)
        .arg(file)
        .output();
    let Ok(converted) = converted else {
        assert!(
            std::env::var_os("DUWANG_TEST_TOOLS").is_none(),
            "soffice is not installed"
        );
        eprintln!("skipped: soffice is not installed");
        return None;
    };
    assert!(converted.status.success(), "{converted:?}");
    Some(std::fs::read(file.with_extension(extension)).unwrap())
}

#[test]
fn a_card_says_later_what_passed_before() {
    let duwang = Duwang::new();
    let text = "街道召开防汛会议\n各社区要备足防汛物资，落实各项责任。各网格员要加强巡查，发现险情立即上报。\n";
    let file = draft(&duwang, "稿.txt", text);
    let checked = duwang.run(&[
        "check",
        "--format",
        "json",
        "--card",
        file.to_str().unwrap(),
    ]);
    let object: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(object["card"]["verdict"], "pass", "{object:#}");
    let id = object["card"]["id"].as_str().unwrap();
    let faulty = draft(
        &duwang,
        "错.txt",
        "街道布署防汛工作，各社区要备足防汛物资。\n",
    );
    let told = duwang.ok(&["check", "--card", faulty.to_str().unwrap()]);
    assert!(told.contains("通过，有一般问题 1 处"), "{told}");
    assert!(
        duwang
            .ok(&["card", id, file.to_str().unwrap()])
            .contains("就是检测过的那一稿")
    );
    let other = draft(&duwang, "别.txt", "别的稿子，说的是另外一件事情。\n");
    assert_eq!(
        duwang
            .run(&["card", id, other.to_str().unwrap()])
            .status
            .code(),
        Some(1)
    );
    assert_eq!(duwang.run(&["card", "ffff"]).status.code(), Some(2));

    let site = Site::start();
    let body = "各社区要备足防汛物资，落实各项责任。</p><p>各网格员要加强巡查，发现险情立即上报。";
    site.html(
        "/qs/t20260918_1.html",
        &article("街道召开防汛会议", "2026-09-18", body),
    );
    site.html(
        "/qs/t20260918_2.html",
        &article(
            "街道召开防汛会议",
            "2026-09-18",
            &body.replace("备足", "及时备足"),
        ),
    );
    site.html(
        "/qs/t20260918_3.html",
        &article(
            "社区开展卫生清扫活动",
            "2026-09-18",
            "今天上午，各社区开展了环境卫生大清扫活动。",
        ),
    );
    let items = [1, 2, 3].map(|n| {
        (
            format!("t20260918_{n}.html"),
            format!("第{n}条"),
            "2026-09-18".to_owned(),
        )
    });
    site.html("/qs/", &crate::common::list("动态", &items, 1, 0));
    let units = duwang.units(&site.url("/qs/"));
    let summary = duwang.scan(&units, &[]);
    let notes = summary["channels"][0]["notes"].to_string();
    for says in [
        "检测通过，之后未改 1 篇",
        "之后有改动 1 篇",
        "t20260918_2.html",
        "未检测",
    ] {
        assert!(notes.contains(says), "{says} not in {notes}");
    }
}

#[test]
fn a_misspelling_both_list_and_model_know_is_shown_whole() {
    let duwang = Duwang::new();
    // Of the second the list alone knows what was meant.
    let text =
        "各单位要高度重视环镜工作，认真抓好落实。\n各单位要高度重视竟选工作，认真抓好落实。\n";
    let file = draft(&duwang, "行.txt", text);
    let told = duwang.run(&[
        "check",
        "--lines",
        "--format",
        "jsonl",
        file.to_str().unwrap(),
    ]);
    let found: Vec<Value> = String::from_utf8(told.stdout)
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let of = |key: &str| -> Vec<&Value> { found.iter().map(|f| &f[key]).collect() };
    assert_eq!(of("rule"), ["typo/language", "typo/language"], "{found:#?}");
    assert_eq!(of("quote"), ["环镜", "竟选"]);
    assert_eq!(of("suggestion"), ["环境", "竞选"]);
    assert_eq!(
        (&found[0]["start"], &found[0]["end"]),
        (&json!(8), &json!(10))
    );
}
