//! The shipped model at work: what it finds, what it leaves alone, and what it does with bytes and text that nobody meant.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

use duwang_typo::score::{Case, score};
use duwang_typo::{Checker, ModelError, Silence, Supplement, Verdict};
use std::path::Path;
use std::time::{Duration, Instant};

fn beside(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

fn bytes() -> Vec<u8> {
    std::fs::read(beside("rules/typo/model.bin")).unwrap()
}

fn checker() -> Checker {
    Checker::open(bytes()).unwrap()
}

/// What a line's suspects say: the text, the first correction.
fn said(checker: &Checker, line: &str) -> Vec<(String, String)> {
    let suspects = checker.check(line, &[]);
    let told = |s: &duwang_typo::Suspect| {
        let fix = s.fixes.first().unwrap();
        (line[s.start..s.end].to_owned(), fix.text.clone())
    };
    suspects.iter().map(told).collect()
}

#[test]
fn slips_of_every_kind_are_mended() {
    let checker = checker();
    for (line, wrong, right) in [
        ("各单位要认真落实安全生产责认制。", "认", "任"),
        (
            "申请人对行政处罚绝定不服的，可以依法申请行政复议。",
            "绝",
            "决",
        ),
        ("县级以上人民政府应当加强对安全生产工作的的领导。", "的", ""),
        ("任何单位和个人不得擅自改变土地用徒。", "徒", "途"),
    ] {
        let found = said(&checker, line);
        assert_eq!(found, [(wrong.to_owned(), right.to_owned())], "{line}");
    }
}

#[test]
fn slips_in_set_phrases_are_found_whatever_the_text_is_about() {
    let checker = checker();
    for (line, wrong, right) in [
        // Of sound, of shape, in the wrong order, first and last.
        ("孩子们迫不急待地围住了卖糖人的老师傅。", "急", "及"),
        ("她急得团团转，一愁莫展，只好蹲在灶台边抹眼泪。", "愁", "筹"),
        ("老街上灯笼高挂，游人如枳，糖葫芦卖得最快。", "枳", "织"),
        ("小猫把毛线团扯得乱七糟八。", "糟八", "八糟"),
        ("奶奶腌的萝卜名列前矛，邻居都来讨。", "矛", "茅"),
    ] {
        let found = said(&checker, line);
        assert!(
            found.contains(&(wrong.to_owned(), right.to_owned())),
            "{line}: {found:?}"
        );
    }
}

#[test]
fn what_forms_of_tenders_write_is_left_alone() {
    let checker = checker();
    for line in [
        "具备建筑工程专业贰级及以上注册建造师资格。",
        "本工程共分壹个标段，合同有效期为壹年。",
        "本项目（否）接受联合体投标。",
        "项目经杭政办函（2026）12号文批准建设。",
        "本项目已由市发展和改革局以沅发改外资备【2026】12号批准建设。",
    ] {
        assert_eq!(said(&checker, line), [], "{line}");
    }
    let listed = said(&checker, "（以）加强组织领导，（二）落实工作责任。");
    assert_eq!(listed, [("以".to_owned(), "一".to_owned())]);
    let saying = said(&checker, "各单位要举一反叁，全面排查整改。");
    assert_eq!(saying, [("叁".to_owned(), "三".to_owned())]);
}

#[test]
fn other_ways_of_writing_a_phrase_are_left_alone() {
    let checker = checker();
    for line in [
        "孩子们迫不及待地围住了卖糖人的老师傅。",
        // Accepted in either way.
        "他故步自封，不肯跟着年轻人学开网店。",
        "爷爷披星带月赶了三十里山路。",
        "演员的模仿维妙维肖。",
        // Catchwords in quotation marks play with phrases, and are left alone.
        "小店的招牌是“鸭口无言”。",
        // Words beside each other, repetition, names, numbers.
        "这样的花市一年只有一回，花农们起了个大早。",
        "试一试，尝一尝，看一看，走一走。",
        "记者李一鸣和同事王惊人走进果园。",
        "第三章和第四章讲的是熬糖。",
    ] {
        let found = said(&checker, line);
        assert!(found.is_empty(), "{line}: {found:?}");
    }
}

#[test]
fn less_is_asked_for_where_the_model_knows_the_text() {
    let checker = checker();
    let verdict = |line: &str, wrong: &str| {
        let suspects = checker.check(line, &[]);
        let of = |s: &&duwang_typo::Suspect| &line[s.start..s.end] == wrong;
        suspects.iter().find(of).map(|s| s.verdict)
    };
    let line = "县级以上地方人民政府应当加强对高新技术产业、高效农业的支持，优化队能源资源的配置。";
    assert_eq!(verdict(line, "队"), Some(Verdict::Likely));
    // What may be left out or put in is no more than a question even there.
    assert_ne!(
        verdict("请妥善保管本系统的账号及口令。", "及"),
        Some(Verdict::Likely)
    );
}

#[test]
fn a_word_whose_other_half_stands_far_behind_is_only_asked_about() {
    let checker = checker();
    let suspects = |line: &str| {
        let all = checker.check(line, &[]).into_iter();
        all.map(|s| (line[s.start..s.end].to_owned(), s.verdict))
            .collect::<Vec<_>>()
    };
    let line = "申请人仅限与本县水利事务有直接利害关系的单位和个人。";
    let asked = |(_, verdict): &(String, Verdict)| *verdict == Verdict::Ask;
    assert!(suspects(line).iter().all(asked));
    let slip = "申请人仅限与本县辖区内的单位和个人。";
    assert_eq!(suspects(slip), [("与".to_owned(), Verdict::Certain)]);
}

#[test]
fn names_given_by_the_caller_are_left_alone() {
    let checker = checker();
    let line = "各单位要认真落实安全生产责认制。";
    let at = line.find("责认制").unwrap();
    assert!(checker.check(line, &[(at, at + 9)]).is_empty());
    let explained = checker.explain(line, &[(at, at + 9)]);
    let silent = |s: &duwang_typo::Suspect| s.verdict == Verdict::Silent(Silence::Name);
    assert!(explained.iter().any(silent));
}

#[test]
fn a_word_for_a_trade_makes_no_name_of_an_undoubted_slip() {
    let checker = checker();
    let slip = "刷白墙、拉水电，审请食品生产许可证，一步步走了八个月。";
    let said_of_it = said(&checker, slip);
    assert_eq!(said_of_it, [("审".to_owned(), "申".to_owned())]);
    let name = "中标单位：审清食品，联系电话见附件。";
    assert_eq!(said(&checker, name), []);
}

#[test]
fn a_surname_before_a_form_of_address_is_no_slip() {
    let checker = checker();
    for line in [
        "联系人：资产管理股 陈女士，电话见附件。",
        "联系人：资产管理股 孙股长；农技站 何站长；教务处 王同志；信访局 郑某。",
        "联系人：综合股 汪女士；执法大队 邹先生；项目办 李工；工程部 王主任。",
    ] {
        assert_eq!(said(&checker, line), [], "{line}");
    }
}

#[test]
fn what_the_city_writes_on_its_clean_pages_is_left_alone() {
    let mut supplement = Supplement::default();
    let page = "各单位要认真落实安全生产责认制。";
    assert!(!said(&checker(), page).is_empty());
    supplement.learn(page);
    supplement.learn(page);
    assert!(said(&checker().with(supplement.clone()), page).is_empty());
    supplement.forget(page);
    assert!(!said(&checker().with(supplement), page).is_empty());
}

fn table(path: &str) -> Vec<Case> {
    let text = std::fs::read_to_string(beside(path)).unwrap();
    let case = |line: &str| {
        let mut parts = line.split('\t').skip(1);
        let written = parts.next().unwrap().to_owned();
        let right = parts.next().unwrap_or(&written).to_owned();
        Case { written, right }
    };
    text.lines().map(case).collect()
}

#[test]
fn sentences_written_wrongly_by_hand_are_found() {
    let cases = table("crates/duwang/assets/typo/wrong.tsv");
    assert!(cases.len() >= 300);
    let [certain, likely, _] = score(&checker(), &cases, &mut |_, _| {});
    assert!(certain.precision() >= 0.97, "{certain:?}");
    assert!(certain.recall() >= 0.70, "{certain:?}");
    assert!(likely.recall() >= 0.75, "{likely:?}");
}

#[test]
fn odd_but_right_sentences_are_left_alone() {
    let cases = table("crates/duwang/assets/typo/clean.tsv");
    assert!(cases.len() >= 1000);
    let [certain, likely, _] = score(&checker(), &cases, &mut |_, _| {});
    assert!(certain.alarms_per_10_000() <= 1.0, "{certain:?}");
    assert!(likely.alarms_per_10_000() <= 3.0, "{likely:?}");
}

#[test]
fn a_model_that_is_none_is_an_error() {
    let good = bytes();
    let open = |bytes: &[u8]| Checker::open(bytes.to_vec()).map(|_| ()).unwrap_err();
    assert_eq!(open(b""), ModelError::Foreign);
    assert_eq!(open(b"PK\x03\x04 something else"), ModelError::Foreign);
    assert!(matches!(
        open(&good[..good.len() - 1]),
        ModelError::Truncated { .. }
    ));
    assert!(matches!(open(&good[..10]), ModelError::Truncated { .. }));
    let mut other = good.clone();
    other[8] = 99;
    assert!(matches!(
        open(&other),
        ModelError::Version { found: 99, .. }
    ));
    let mut damaged = good.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    assert!(matches!(open(&damaged), ModelError::Damaged(_)));
    let mut longer = good;
    longer.push(0);
    assert!(matches!(open(&longer), ModelError::Damaged(_)));
}

#[test]
fn text_of_any_kind_is_read_in_bounded_time() {
    let checker = checker();
    let mut lines = vec![
        String::new(),
        " \u{3000}\t\u{200b}".to_owned(),
        "0123456789".repeat(10_000),
        "的".repeat(30_000),
        "！？。，".repeat(5_000),
        "Grüße, мир, 안녕 ، שלום 😀\u{301}\u{fffd}".repeat(500),
        "㐀𠀀𪚥䶵".repeat(2_000),
        "關於發佈國務院對幾個問題的決定".repeat(500),
    ];
    // Characters at random, from all of the block.
    let mut state = 7_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_u32(0x4e00 + (state >> 8) % 20_000).unwrap_or('一')
    };
    lines.push((0..20_000).map(|_| random()).collect());
    for line in &lines {
        let started = Instant::now();
        for suspect in checker.explain(line, &[]) {
            assert!(suspect.start < suspect.end && suspect.end <= line.len());
            assert!(line.is_char_boundary(suspect.start) && line.is_char_boundary(suspect.end));
            assert!(!suspect.fixes.is_empty() && suspect.fixes.len() <= 3);
        }
        assert!(started.elapsed() < Duration::from_secs(30));
    }
}

#[test]
fn a_line_of_ten_megabytes_is_read_in_pieces() {
    let line = "各级人民政府应当加强对安全生产工作的领导".repeat(175_000);
    assert!(line.len() > 10_000_000);
    let started = Instant::now();
    assert!(checker().check(&line, &[]).len() < 1000);
    assert!(started.elapsed() < Duration::from_secs(120));
}

#[test]
fn opening_is_quick() {
    let bytes = bytes();
    let started = Instant::now();
    let checker = Checker::open(bytes).unwrap();
    assert!(started.elapsed() < Duration::from_millis(500)); // 50 ms optimised, on a quiet machine
    assert!(checker.size() <= 15_000_000);
}

#[test]
fn a_closer_look_finds_no_less_and_asks_about_more() {
    let mut more = 0;
    for line in [
        "谨防诈编，警惕陌生来电。",
        "灯火通名，六台收割机连夜下田。",
        "执法冲凸下降九成，投诉量下绛六成。",
        "县里帮他伸报了省级项目。",
        "量血压之前先坐五分钟，别说华，也别跷二郎腿。",
        "有话好说莫炒架，闲来无事莫睹钱。",
    ] {
        let usual = checker().check(line, &[]);
        let closely = checker().check_closely(line, &[]);
        for suspect in &usual {
            assert!(closely.iter().any(|s| s.start == suspect.start), "{line}");
        }
        more += closely.len() - usual.len();
    }
    assert!(more > 0);
}

#[test]
fn pieces_of_words_that_touch_are_told_from_slips() {
    let checker = checker();
    let crossing = |line: &'static str, wrong: &str, right: &str| {
        let at = line.find(wrong).unwrap();
        checker.crossing(line, at, at + wrong.len(), right)
    };
    let touching = crossing("请民警查看监控。", "警查", "警察");
    assert_eq!(
        (touching.before, touching.after),
        (Some("民警"), Some("查看"))
    );
    assert!(touching.is_two_words());
    let part = crossing("冷库按造价三成补助。", "按造", "按照");
    assert_eq!((part.before, part.after), (None, Some("造价")));
    assert!(part.is_part_of_word() && !part.is_two_words());
    // A slip tears words apart, too; but what is right reads better.
    for (line, wrong, right) in [
        ("交通警查在路口指挥。", "警查", "警察"),
        ("要建好工作台帐，重大事项随时上报。", "台帐", "台账"),
        ("竣功之日，欢迎大家来。", "竣功", "竣工"),
    ] {
        let crossing = crossing(line, wrong, right);
        assert!(!crossing.is_two_words(), "{line}: {crossing:?}");
        assert!(!crossing.is_part_of_word(), "{line}: {crossing:?}");
    }
}

#[test]
fn names_of_counties_buildings_and_roads_are_left_alone() {
    let checker = checker();
    for line in [
        "日前，肥东县供电公司检修线路。",
        "（供稿：平舆县农业农村局）",
        "记者从阳曲县回来，带回了好消息。",
    ] {
        assert_eq!(said(&checker, line), [], "{line}");
    }
    // A word of the same sound may look like one.
    let slip = said(&checker, "违反国家贵定的，依法追究责任。");
    assert_eq!(slip, [("贵".to_owned(), "规".to_owned())]);
}
