//! The outside contract: JSON shapes against the published schemas, exit codes, streams, filters, CSV.

use crate::common::{Answer, Duwang, Site, article, list};
use duwang::demo::City;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Output, Stdio};
use std::sync::OnceLock;

const FINDING: &str = include_str!("../contract/finding.schema.json");
const SUMMARY: &str = include_str!("../contract/scan-summary.schema.json");

/// The sample city, scanned once for all tests of this file.
struct Scanned {
    duwang: Duwang,
    summary: Value,
    findings: Vec<Value>,
}

fn city() -> &'static Scanned {
    static CITY: OnceLock<Scanned> = OnceLock::new();
    CITY.get_or_init(|| {
        let duwang = Duwang::new();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let city = runtime.block_on(City::start(None)).unwrap();
        let units = duwang.units_text(&city.units_toml());
        let summary = duwang.scan(&units, &["--now", &City::now().to_rfc3339()]);
        runtime.block_on(city.stop());
        let findings = duwang.findings(&[]);
        Scanned {
            duwang,
            summary,
            findings,
        }
    })
}

fn site() -> Site {
    let site = Site::start();
    let items = [
        ("./202609/t20260918_1.htm", "街道召开防汛会议", "2026-09-18"),
        ("./202609/t20260917_2.htm", "社区开展清扫活动", "2026-09-17"),
    ];
    let items = items.map(|(h, t, d)| (h.to_owned(), t.to_owned(), d.to_owned()));
    site.html("/qs/", &list("工作动态", &items, 1, 0));
    site.html(
        "/qs/202609/t20260918_1.htm",
        &article(
            "街道召开防汛会议",
            "2026-09-18",
            "青石街道召开会议，布署防汛各项任务，要求各社区落实责任，备足物资，加强巡查。",
        ),
    );
    site.html(
        "/qs/202609/t20260917_2.htm",
        &article(
            "社区开展清扫活动",
            "2026-09-17",
            "各社区组织居民开展环境清扫活动，清理楼道杂物，整治卫生死角，受到居民欢迎。",
        ),
    );
    site
}

fn fed(duwang: &Duwang, args: &[&str], text: &str) -> Output {
    let mut child = duwang
        .command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    drop(stdin.write_all(text.as_bytes())); // a usage error ends the program before it reads
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn objects(output: &Output) -> Vec<Value> {
    String::from_utf8(output.stdout.clone())
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

#[test]
fn every_stored_finding_is_the_contracts_object() {
    let schema = serde_json::from_str(FINDING).unwrap();
    let findings = &city().findings;
    assert!(findings.len() > 50, "{}", findings.len());
    for finding in findings {
        conforms(&schema, finding);
        for key in [
            "id",
            "fingerprint",
            "unit",
            "channel",
            "url",
            "pack",
            "scan",
        ] {
            assert!(!finding[key].as_str().unwrap().is_empty(), "{key}");
        }
        assert_eq!(finding["state"], "open");
        let (start, end) = (&finding["start"], &finding["end"]);
        assert_eq!(start.is_null(), end.is_null());
        if let (Some(start), Some(end)) = (start.as_u64(), end.as_u64()) {
            let quote = finding["quote"].as_str().unwrap();
            assert_eq!(end - start, quote.chars().count() as u64, "{finding:#}");
        }
    }
    let prints: BTreeSet<&str> = findings
        .iter()
        .map(|f| f["fingerprint"].as_str().unwrap())
        .collect();
    assert_eq!(prints.len(), findings.len(), "fingerprints are unique");
}

#[test]
fn the_summary_is_the_contracts_object_and_adds_up() {
    let summary = &city().summary;
    conforms(&serde_json::from_str(SUMMARY).unwrap(), summary);
    let channels = summary["channels"].as_array().unwrap();
    let visits: u64 = channels
        .iter()
        .flat_map(|c| c["outcomes"].as_object().unwrap().values())
        .map(|n| n.as_u64().unwrap())
        .sum();
    assert_eq!(summary["pages"].as_u64(), Some(visits));
    assert_eq!(
        summary["findings"]["new"].as_u64(),
        Some(city().findings.len() as u64)
    );
    for channel in channels {
        let outcomes = &channel["outcomes"];
        let seen = ["ok", "unchanged"].map(|o| outcomes[o].as_u64().unwrap_or(0));
        assert_eq!(channel["seen"].as_u64(), Some(seen.iter().sum()));
        for missed in channel["not_seen"].as_array().unwrap() {
            assert!(!missed["reason"].as_str().unwrap().is_empty(), "{missed}");
        }
    }
}

#[test]
fn check_gives_the_same_objects() {
    let schema = serde_json::from_str(FINDING).unwrap();
    let duwang = Duwang::new();
    let draft = article(
        "街道召开防汛会议",
        "2026-09-18",
        "青石街道召开会议，布署防汛各项任务。联系人王某，身份证号350499199001010011，电话13800138001。",
    );
    let checked = fed(&duwang, &["check", "--format", "json", "-"], &draft);
    let verdict = &objects(&checked)[0];
    let findings = verdict["findings"].as_array().unwrap();
    assert!(findings.len() >= 2, "{verdict:#}");
    let text: Vec<char> = verdict["document"]["text"]
        .as_str()
        .unwrap()
        .chars()
        .collect();
    for finding in findings {
        conforms(&schema, finding);
        let at = |key: &str| finding[key].as_u64().map(|n| n as usize);
        if let (Some(start), Some(end)) = (at("start"), at("end")) {
            let there: String = text[start..end].iter().collect();
            assert_eq!(there, finding["quote"].as_str().unwrap());
        }
    }
    let lines = "部署工作。\n布署工作。\n\n公示：王某，350499199001010011。\n";
    let args = ["check", "--lines", "--format", "jsonl", "-"];
    let found = objects(&fed(&duwang, &args, lines));
    assert!(found.iter().any(|f| f["line"] == 2), "{found:#?}");
    for finding in &found {
        conforms(&schema, finding);
        assert!(finding["line"].is_number() && finding["score"].is_number());
        let line = finding["line"].as_u64().unwrap() as usize;
        let written = lines.lines().nth(line - 1).unwrap().chars();
        let at = |key: &str| finding[key].as_u64().unwrap() as usize;
        let there: String = written
            .skip(at("start"))
            .take(at("end") - at("start"))
            .collect();
        let quote = finding["quote"].as_str().unwrap();
        assert!(there == quote || quote.contains("****"), "{there} {quote}");
    }
}

#[test]
fn exit_codes_of_check() {
    let duwang = Duwang::new();
    let code = |args: &[&str], text: &str| fed(&duwang, args, text).status.code();
    let general = "青石街道办事处召开会议，布署近期工作。";
    assert_eq!(
        code(&["check", "-"], "青石街道办事处召开会议，部署近期工作。"),
        Some(0)
    );
    for (fail_on, expected) in [("serious", 0), ("general", 1), ("hint", 1), ("never", 0)] {
        let args = ["check", "--fail-on", fail_on, "-"];
        assert_eq!(code(&args, general), Some(expected), "{fail_on}");
    }
    assert_eq!(code(&["check", "--format", "docx", "-"], general), Some(2));
    assert_eq!(code(&["check", "--only", "speling", "-"], general), Some(2));
    assert_eq!(
        duwang.run(&["check", "nowhere.html"]).status.code(),
        Some(2)
    );
    let site = site();
    site.put("/gone.htm", Answer::status(404));
    let gone = duwang.run(&["check", &site.url("/gone.htm")]);
    assert_eq!(gone.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&gone.stdout).contains("404"));
}

#[test]
fn exit_codes_of_scan() {
    let site = site();
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    let units = units.to_str().unwrap();
    let code = |more: &[&str]| {
        let args = [&["scan", "--units", units], more].concat();
        duwang.run(&args).status.code()
    };
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--fail-on", "general"]), Some(1));
    assert_eq!(code(&["--fail-on", "never"]), Some(0));
    assert_eq!(code(&["--fail-on", "grave"]), Some(2));
    assert_eq!(code(&["--full", "--sample", "3"]), Some(2));
    // What is remembered of a site does not stand in for reading it.
    site.put("/qs/", Answer::status(403));
    let output = duwang.run(&["scan", "--units", units]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("沿用"), "{told}");
    let dead = Duwang::new();
    let units = dead.units("http://127.0.0.1:9/");
    let output = dead.run(&["scan", "--units", units.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stdout).contains("未看到"));
}

#[test]
fn results_go_to_stdout_words_to_stderr_and_quiet_says_nothing() {
    let site = site();
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    let scan = [
        "scan",
        "--format",
        "json",
        "--units",
        units.to_str().unwrap(),
    ];
    let loud = duwang.run(&scan);
    assert_eq!(String::from_utf8_lossy(&loud.stdout).lines().count(), 1);
    assert!(String::from_utf8_lossy(&loud.stderr).contains("批次"));
    let quiet = duwang.run(&[&["-q"], &scan[..]].concat());
    assert_eq!(String::from_utf8_lossy(&quiet.stderr), "");
    assert_eq!(String::from_utf8_lossy(&quiet.stdout).lines().count(), 1);
    for args in [
        &["-q", "findings", "--text", "没有这些字"][..],
        &["-q", "findings", "--format", "jsonl", "--unit", "nobody"],
    ] {
        let output = duwang.run(args);
        assert!(output.status.success());
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
    let none = duwang.run(&["findings", "--format", "jsonl", "--unit", "nobody"]);
    assert_eq!(String::from_utf8_lossy(&none.stdout), "");
    assert!(String::from_utf8_lossy(&none.stderr).contains("没有"));
    let wrong = duwang.run(&["-q", "findings", "--since", "昨天"]);
    assert_eq!(String::from_utf8_lossy(&wrong.stdout), "");
    assert!(!wrong.stderr.is_empty(), "an error is told even when quiet");
}

#[test]
fn a_closed_pipe_is_no_error() {
    for format in ["jsonl", "csv", "table"] {
        let mut child = city()
            .duwang
            .command(&["findings", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::with_capacity(64, child.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{format}");
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{format}");
    }
}

#[test]
fn csv_opens_in_a_spreadsheet() {
    let duwang = Duwang::new();
    let site = site();
    site.html(
        "/qs/202609/t20260918_1.htm",
        &article(
            "=HYPERLINK(\"http://x.example\")",
            "2026-09-18",
            "青石街道召开会议，布署防汛各项任务，要求各社区落实责任，备足物资，加强巡查。",
        ),
    );
    let units = duwang.units(&site.url("/qs/"));
    duwang.scan(&units, &[]);
    let text = duwang.ok(&["findings", "--format", "csv"]);
    let body = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut rows = csv::Reader::from_reader(body.as_bytes());
    let header: Vec<String> = rows.headers().unwrap().iter().map(str::to_owned).collect();
    let title = header.iter().position(|h| h == "页面标题").unwrap();
    let rows: Vec<csv::StringRecord> = rows.records().map(|r| r.unwrap()).collect();
    assert_eq!(rows.len(), duwang.findings(&[]).len());
    assert!(
        rows.iter().any(|r| r[title].starts_with("'=HYPERLINK")),
        "{text}"
    );
    for cell in rows.iter().flat_map(csv::StringRecord::iter) {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
}

#[test]
fn each_filter_keeps_exactly_what_it_names() {
    let Scanned {
        duwang, findings, ..
    } = city();
    let scan = findings[0]["scan"].as_str().unwrap();
    let is = |key: &'static str, words: &'static [&'static str]| {
        move |f: &Value| words.iter().any(|w| f[key] == *w)
    };
    type Keeps<'a> = Box<dyn Fn(&Value) -> bool + 'a>;
    let cases: Vec<(Vec<&str>, Keeps<'_>)> = vec![
        (
            vec!["--unit", "qingshi"],
            Box::new(is("unit", &["qingshi"])),
        ),
        (
            vec!["--unit", "qingshi,gudu"],
            Box::new(is("unit", &["qingshi", "gudu"])),
        ),
        (
            vec!["--category", "typo,privacy"],
            Box::new(is("category", &["typo", "privacy"])),
        ),
        (
            vec!["--level", "serious"],
            Box::new(is("level", &["serious"])),
        ),
        (vec!["--state", "open"], Box::new(|_| true)),
        (vec!["--state", "confirmed"], Box::new(|_| false)),
        (vec!["--kind", "guide"], Box::new(is("kind", &["guide"]))),
        (
            vec!["--rule", "guide"],
            Box::new(|f| f["rule"].as_str().unwrap().starts_with("guide/")),
        ),
        (
            vec!["--rule", "guide/office-hours"],
            Box::new(is("rule", &["guide/office-hours"])),
        ),
        (vec!["--scan", scan], Box::new(|_| true)),
        (vec!["--scan", "20200101-000000-0000"], Box::new(|_| false)),
        (vec!["--since", "2026-09-23"], Box::new(|_| true)),
        (vec!["--since", "2026-09-24"], Box::new(|_| false)),
        (vec!["--until", "2026-09-23"], Box::new(|_| true)),
        (vec!["--until", "2026-09-22"], Box::new(|_| false)),
        (
            vec!["--unit", "qingshi", "--level", "serious"],
            Box::new(|f| f["unit"] == "qingshi" && f["level"] == "serious"),
        ),
    ];
    for (flags, keeps) in cases {
        let wanted: Vec<&Value> = findings.iter().filter(|f| keeps(f)).collect();
        let given = duwang.findings(&flags);
        assert_eq!(given.iter().collect::<Vec<_>>(), wanted, "{flags:?}");
    }
    let channel = findings[0]["channel"].as_str().unwrap();
    let by_channel = duwang.findings(&["--channel", channel]);
    assert!(by_channel.iter().all(|f| f["channel"] == channel) && !by_channel.is_empty());
    let quote = findings.iter().find(|f| f["category"] == "typo").unwrap()["quote"]
        .as_str()
        .unwrap();
    let by_text = duwang.findings(&["--text", quote]);
    assert!(by_text.iter().any(|f| f["quote"] == quote));
    assert!(by_text.len() < findings.len());
}

/// What a value breaks of a schema, by the words our schemas use; a word this checker does not know fails the test.
fn conforms(schema: &Value, value: &Value) {
    let mut faults = Vec::new();
    check(schema, value, "", &mut faults);
    assert_eq!(faults, Vec::<String>::new(), "{value:#}");
}

fn check(schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    for (word, wanted) in schema.as_object().unwrap() {
        let holds = match word.as_str() {
            "$schema" | "title" | "description" => true,
            "type" => has_type(wanted, value),
            "enum" => wanted.as_array().unwrap().contains(value),
            "minLength" => {
                text(value).is_none_or(|s| s.chars().count() as u64 >= wanted.as_u64().unwrap())
            }
            "minimum" => value.as_f64().is_none_or(|n| n >= wanted.as_f64().unwrap()),
            "pattern" => {
                let pattern = regex::Regex::new(wanted.as_str().unwrap()).unwrap();
                text(value).is_none_or(|s| pattern.is_match(s))
            }
            "format" => {
                assert_eq!(wanted, "date-time");
                text(value).is_none_or(|s| chrono::DateTime::parse_from_rfc3339(s).is_ok())
            }
            "required" => {
                let keys = wanted.as_array().unwrap().iter();
                keys.map(|k| k.as_str().unwrap())
                    .all(|k| value.get(k).is_some())
            }
            "properties" => {
                for (key, schema) in wanted.as_object().unwrap() {
                    if let Some(value) = value.get(key) {
                        check(schema, value, &format!("{at}/{key}"), faults);
                    }
                }
                true
            }
            "additionalProperties" => {
                let values = value.as_object().unwrap();
                values
                    .iter()
                    .for_each(|(k, v)| check(wanted, v, &format!("{at}/{k}"), faults));
                true
            }
            "items" => {
                let values = value.as_array().unwrap().iter().enumerate();
                values.for_each(|(i, v)| check(wanted, v, &format!("{at}/{i}"), faults));
                true
            }
            other => panic!("the schema uses a word this check does not know: {other}"),
        };
        if !holds {
            faults.push(format!("{at}: {value} breaks {word} {wanted}"));
        }
    }
}

fn text(value: &Value) -> Option<&str> {
    value.as_str()
}

fn has_type(types: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("unknown type {other}"),
    };
    match types {
        Value::Array(names) => names.iter().any(is),
        name => is(name),
    }
}

#[test]
fn the_checker_sees_faults() {
    let schema: Value = serde_json::from_str(FINDING).unwrap();
    for (key, wrong) in [
        ("rule", Value::from("Guide/x")),
        ("level", Value::from("grave")),
        ("basis", Value::from("")),
        ("first_seen", Value::from("yesterday")),
        ("start", Value::from(-1)),
        ("quote", Value::Null),
    ] {
        let mut object = city().findings[0].clone();
        object[key] = wrong;
        let mut faults = Vec::new();
        check(&schema, &object, "", &mut faults);
        assert_eq!(faults.len(), 1, "{key}: {faults:?}");
    }
}
