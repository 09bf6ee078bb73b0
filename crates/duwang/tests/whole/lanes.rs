//! Channels without columns: feeds, folders, an account's own interface and albums, and accounts that only a person can look at.

use crate::common::{Answer, Duwang, Site, article};
use crate::double::{Double, SECRET};
use serde_json::Value;
use std::process::Output;

const TYPO: &str =
    "青石街道召开会议，布署防汛各项任务，要求各社区落实责任，备足物资，加强巡查，确保群众安全。";

fn units(duwang: &Duwang, channel: &str) -> std::path::PathBuf {
    duwang.units_text(&format!(
        "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"qingshi\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n{channel}"
    ))
}

fn quotes(duwang: &Duwang) -> Vec<(String, String)> {
    let found = duwang.findings(&["--rule", "typo/known-errors"]);
    let part = |f: &Value, key: &str| f[key].as_str().unwrap().to_owned();
    found
        .iter()
        .map(|f| (part(f, "page_title"), part(f, "quote")))
        .collect()
}

fn notes(summary: &Value, nth: usize) -> String {
    summary["channels"][nth]["notes"].to_string()
}

#[test]
fn a_feed_is_read_entry_by_entry() {
    let site = Site::start();
    site.html(
        "/qs/t20260918_1.html",
        &article("街道召开防汛会议", "2026-09-18", TYPO),
    );
    let feed = format!(
        "<?xml version=\"1.0\" encoding=\"gb2312\"?><rss version=\"2.0\"><channel><title>青石要闻</title><item><title>街道召开防汛会议</title><link>{}</link><pubDate>Fri, 18 Sep 2026 09:00:00 </pubDate></item><item><title>没有了</title><link>{}</link></item></channel></rss>",
        site.url("/qs/t20260918_1.html"),
        site.url("/gone.html")
    );
    let (bytes, _, _) = encoding_rs::GB18030.encode(&feed);
    site.put(
        "/rss.xml",
        Answer {
            content_type: "application/rss+xml",
            body: bytes.into_owned(),
            ..Answer::html("")
        },
    );
    let duwang = Duwang::new();
    let units = units(
        &duwang,
        &format!(
            "[[unit.channel]]\nid = \"qs-feed\"\nkind = \"feed\"\nfeed = \"{}\"\n",
            site.url("/rss.xml")
        ),
    );
    let summary = duwang.scan(&units, &[]);
    let channel = &summary["channels"][0];
    assert_eq!(
        (
            channel["outcomes"]["ok"].as_u64(),
            channel["outcomes"]["missing"].as_u64()
        ),
        (Some(2), Some(1)),
        "{channel:#}"
    );
    assert_eq!(channel["complete"], false, "a feed is never everything");
    assert!(notes(&summary, 0).contains("只列出最近"));
    assert_eq!(
        quotes(&duwang),
        [("街道召开防汛会议".to_owned(), "布署".to_owned())]
    );
    // A feed that answers with a login page is not an empty feed.
    site.html("/rss.xml", "<html><body>请登录</body></html>");
    let summary = duwang.scan(&units, &[]);
    assert!(
        summary["channels"][0]["not_seen"]
            .to_string()
            .contains("读不懂"),
        "{summary:#}"
    );
}

#[test]
fn a_folder_of_files_is_read() {
    let duwang = Duwang::new();
    let folder = duwang.dir.path().join("档案/二〇二六");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("通知.txt"), format!("关于防汛的通知\n{TYPO}\n")).unwrap();
    std::fs::write(
        folder.join("页面.html"),
        article("街道召开会议", "2026-09-18", TYPO),
    )
    .unwrap();
    std::fs::write(folder.join("图.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    let units = units(
        &duwang,
        "[[unit.channel]]\nid = \"qs-files\"\nkind = \"files\"\nfolder = \"档案\"\n",
    );
    let summary = duwang.scan(&units, &[]);
    let channel = &summary["channels"][0];
    assert_eq!(
        (
            channel["outcomes"]["ok"].as_u64(),
            channel["outcomes"]["unread"].as_u64()
        ),
        (Some(2), Some(1)),
        "{channel:#}"
    );
    assert_eq!(quotes(&duwang).len(), 2);
    let again = duwang.scan(&units, &["--full"]);
    assert_eq!(
        again["findings"]["persisting"].as_u64(),
        summary["findings"]["new"].as_u64(),
        "{again:#}"
    );
    std::fs::write(
        folder.join("通知.txt"),
        "关于防汛的通知\n各社区要落实责任。\n",
    )
    .unwrap();
    assert!(duwang.scan(&units, &[])["findings"]["fixed"].as_u64() >= Some(1));
}

#[test]
fn accounts_for_people_are_not_forgotten() {
    let duwang = Duwang::new();
    let units = units(
        &duwang,
        "[[unit.channel]]\nkind = \"weibo\"\naccount = \"青石街道\"\nchecked = 2026-10-20\n[[unit.channel]]\nkind = \"app\"\naccount = \"云溪通\"\n",
    );
    let args = [
        "--now",
        "2026-11-02T10:00:00+08:00",
        "scan",
        "--format",
        "json",
        "--units",
        units.to_str().unwrap(),
    ];
    let output = duwang.run(&args);
    let summary = crate::common::summary_of(&output);
    assert!(
        summary["channels"][0]["not_seen"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("不晚于 2027-01-18"),
        "{summary:#}"
    );
    assert!(
        summary["channels"][1]["not_seen"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("尚未人工检查过")
    );
    assert_eq!(output.status.code(), Some(3), "one was never looked at");
    let cards = duwang.ok(&[
        "--now",
        "2026-11-02T10:00:00+08:00",
        "units",
        "cards",
        "--units",
        units.to_str().unwrap(),
    ]);
    for says in [
        "微博“青石街道”",
        "不晚于 2027-01-18",
        "移动客户端“云溪通”",
        "检查人",
    ] {
        assert!(cards.contains(says), "{says} not in {cards}");
    }
}

fn account(double: &Double) -> String {
    format!(
        "[[unit.channel]]\nid = \"qs-wx\"\nkind = \"wechat\"\naccount = \"青石发布\"\napi = {{ appid = \"env:QS_APPID\", secret = \"env:QS_SECRET\", base = \"{}\" }}\n",
        double.base
    )
}

fn with_secrets(duwang: &Duwang, args: &[&str]) -> Output {
    let mut command = duwang.command(args);
    command
        .env("QS_APPID", "wx00000000000000")
        .env("QS_SECRET", SECRET);
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn all_drafts_are_checked_before_sending() {
    let double = Double::start();
    for n in 1..=23 {
        let text = if n == 22 {
            TYPO
        } else {
            "因管道检修，8月1日停水。"
        };
        double.draft(
            &format!("第{n}份"),
            &format!("<section><p>{text}</p></section>"),
        );
    }
    let duwang = Duwang::new();
    let units = units(&duwang, &account(&double));
    let args = [
        "wechat",
        "drafts",
        "--account",
        "青石发布",
        "--units",
        units.to_str().unwrap(),
    ];
    let listed = with_secrets(&duwang, &args);
    assert!(said(&listed).contains("23 份草稿"), "{}", said(&listed));
    let checked = with_secrets(
        &duwang,
        &[&args[..], &["--check", "--fail-on", "general"]].concat(),
    );
    assert_eq!(checked.status.code(), Some(1), "{}", said(&checked));
    let told = said(&checked);
    assert!(
        told.contains("共检测 23 篇")
            && told.contains("青石发布：《第22份》")
            && told.contains("“布署”"),
        "{told}"
    );
    // One token served both runs; it stands in a file for its owner alone, and the secret stands nowhere.
    assert_eq!(double.tokens_given(), 1);
    let kept = std::fs::read_dir(duwang.data().join("wechat"))
        .unwrap()
        .flatten()
        .find(|e| e.path().extension().is_some_and(|x| x == "token"))
        .unwrap();
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(kept.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    for output in [&listed, &checked] {
        assert!(!said(output).contains(SECRET) && !said(output).contains("TOKEN"));
    }
}

#[test]
fn a_token_that_ran_out_is_renewed_once() {
    let double = Double::start();
    double.draft("停水通告", "<p>因管道检修，8月1日停水。</p>");
    let duwang = Duwang::new();
    let units = units(&duwang, &account(&double));
    let args = ["wechat", "drafts", "--units", units.to_str().unwrap()];
    assert!(with_secrets(&duwang, &args).status.success());
    double.expire();
    assert!(with_secrets(&duwang, &args).status.success());
    assert_eq!(double.tokens_given(), 2);
    double.expire_always();
    let refused = with_secrets(&duwang, &args);
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("别的系统"), "{}", said(&refused));
    assert_eq!(
        double.tokens_given(),
        3,
        "asked for once more, not for ever"
    );
}

#[test]
fn every_refusal_says_what_the_office_must_do() {
    let double = Double::start();
    let duwang = Duwang::new();
    let units = units(&duwang, &account(&double));
    let args = ["wechat", "drafts", "--units", units.to_str().unwrap()];
    for (code, message, says) in [
        (
            40164,
            "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 0-0-0",
            "203.0.113.7",
        ),
        (48001, "api unauthorized rid: 0-0-0", "认证"),
        (45009, "reach max api daily quota limit rid: 0-0-0", "零点"),
        (40125, "invalid appsecret rid: 0-0-0", "AppSecret"),
        (50002, "user limited rid: 0-0-0", "账号状态"),
    ] {
        double.refuse(code, message, usize::MAX);
        let output = with_secrets(&duwang, &args);
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(says), "{code}: {}", said(&output));
    }
    // Too fast is waited out.
    double.refuse(45011, "api minute-quota reach limit rid: 0-0-0", 2);
    double.draft("停水通告", "<p>停水。</p>");
    let output = with_secrets(&duwang, &args);
    assert!(
        output.status.success() && said(&output).contains("停水通告"),
        "{}",
        said(&output)
    );
}

#[test]
fn what_was_published_is_read_by_the_next_scan_and_each_article_once() {
    let double = Double::start();
    let long = double.publish("停水通告", "2026-09-18", TYPO);
    double.publish(
        "防汛提醒",
        "2026-09-17",
        "请注意防汛，远离河道，看管好老人和孩子。",
    );
    let duwang = Duwang::new();
    // The office's own list has the first article by its short address.
    std::fs::write(
        duwang.dir.path().join("links.txt"),
        format!("停水通告 {}\n", double.short(&long)),
    )
    .unwrap();
    let units = units(&duwang, &(account(&double) + "links = \"links.txt\"\n"));
    let pulled = with_secrets(
        &duwang,
        &["wechat", "pull", "--units", units.to_str().unwrap()],
    );
    assert!(
        said(&pulled).contains("有 2 篇，新 2 篇") && said(&pulled).contains("看不到群发"),
        "{}",
        said(&pulled)
    );
    let summary = duwang.scan(&units, &[]);
    assert!(notes(&summary, 0).contains("看不到群发"), "{summary:#}");
    let found = duwang.findings(&["--rule", "typo/known-errors"]);
    assert_eq!(
        found.len(),
        1,
        "one article, two addresses, one finding: {found:#?}"
    );
    assert!(
        found[0]["url"].as_str().unwrap().contains("/s/"),
        "the short address speaks for it"
    );
    let again = duwang.scan(&units, &["--full"]);
    assert_eq!(again["findings"]["new"], 0, "{again:#}");
}

#[test]
fn an_album_is_read_to_its_end() {
    let double = Double::start();
    for n in 1..=43 {
        double.publish(
            &format!("第{n}篇"),
            "2026-09-18",
            if n == 43 {
                TYPO
            } else {
                "请注意防汛，远离河道，看管好老人和孩子。"
            },
        );
    }
    let duwang = Duwang::new();
    let album = format!(
        "{}/mp/appmsgalbum?__biz={}&action=getalbum&album_id=7#wechat_redirect",
        double.base,
        crate::double::BIZ
    );
    let units = units(
        &duwang,
        &format!(
            "[[unit.channel]]\nid = \"qs-wx\"\nkind = \"wechat\"\naccount = \"青石发布\"\nalbum = \"{album}\"\n"
        ),
    );
    let summary = duwang.scan(&units, &[]);
    let channel = &summary["channels"][0];
    // 43 articles and the three pages of the album.
    assert_eq!(channel["outcomes"]["ok"].as_u64(), Some(46), "{channel:#}");
    assert!(notes(&summary, 0).contains("合集"));
    assert_eq!(quotes(&duwang), [("第43篇".to_owned(), "布署".to_owned())]);
}
