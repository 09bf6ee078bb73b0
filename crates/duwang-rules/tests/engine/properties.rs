//! What must hold for any text.

use crate::common::*;
use duwang_model::{Document, Kind, Link, LinkRole, Span};
use duwang_rules::Rules;
use proptest::prelude::*;
use std::sync::OnceLock;

/// One rule of every kind that looks at documents.
fn every_kind() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| {
        let kinds = [
            ("terms", "kind = \"terms\"\nterms = [{ wrong = \"和服\", right = \"和装\", except = [\"和服务\", \"@引号\", \"@书名号\", \"@原名\", \"@历史\", \"@引文\", \"@表格\", \"@代码\", \"@专名\", \"@地名\", \"@人名\", \"@法院\", \"&服务\"], since = 2000-01-01 }, { wrong = \"服务\", right = \"服侍\" }]"),
            ("plain", "kind = \"terms\"\non = \"plain\"\nterms = [{ wrong = '[\\p{Han}],[\\p{Han}]', right = \"，\", match = \"regex\" }, { wrong = '(?m)^[，。]', right = \"(删去)\", match = \"regex\" }]"),
            ("pattern", "kind = \"pattern\"\npatterns = ['[1-9][0-9]{2,}', '(?P<fault>办公)时间']\nunless = ['不']\nverify = \"mobile\""),
            ("anything", "kind = \"pattern\"\npatterns = ['[^\\n]{2,5}']"),
            ("element", "kind = \"element\"\nlabels = [\"办公时间\", \"电话\"]\nnot_labels = [\"投诉\"]\nvalue = '[0-9]'"),
            ("conditional", "kind = \"conditional\"\nwhen = ['和']\nthen = ['服']"),
            ("length", "kind = \"length\"\nmin = 10"),
            ("period", "kind = \"period\"\ndays = 30"),
            ("link", "kind = \"link\"\nwhat = \"placeholder\""),
            ("identity", "kind = \"identity\""),
        ];
        let mut files = vec![file("k/pack.toml", "version = 1\n")];
        for (name, own) in kinds {
            let mut rule = rule_files(own).swap_remove(1);
            rule.path = format!("k/{name}.toml");
            files.push(rule);
        }
        load(&files)
    })
}

#[test]
fn a_line_without_end_costs_no_more_than_many_lines() {
    for piece in [
        "穿和服，",
        "\"和服，",
        "办公时间：138001380012026年9月1日(",
        "《和服2020年,",
    ] {
        let page = document(Kind::Guide, &piece.repeat(5_000));
        let started = std::time::Instant::now();
        every_kind().check(&page, &context());
        // Seconds in a debug build; quadratic work would take minutes.
        assert!(
            started.elapsed().as_secs() < 60,
            "{piece}: {:?}",
            started.elapsed()
        );
    }
}

/// Texts of the characters the rules care about, broken in every way.
fn texts() -> impl Strategy<Value = String> {
    "[和服务办公时间电话投诉：:，,。;；“”\"《》()（）原年月日至自公告之日起内征求意见0-9０-９ \u{3000}\u{200b}A-Za-z/.#\n]{0,120}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn checking_never_panics_and_hits_point_at_what_they_quote(text in prop_oneof![texts(), ".{0,80}"]) {
        let mut page = document(Kind::Guide, &text);
        page.published = Some(day("2026-09-01"));
        page.links = vec![Link { url: text.clone(), href: text.clone(), text: text.clone(), role: LinkRole::Content, span: Span::default(), date: None }];
        let region = region();
        let context = duwang_rules::Context { unit: Some(&region.units[0]), region: Some(&region), ..context() };
        let checked = every_kind().check(&page, &context);
        let mut last = 0;
        for hit in &checked.hits {
            if let Some(span) = hit.span {
                prop_assert!(span.start <= span.end && span.start >= last);
                last = span.start;
                prop_assert_eq!(page.text.plain().get(span.start..span.end), Some(hit.quote.as_str()));
                prop_assert_eq!(hit.chars, Some(page.text.char_offsets(span)));
            }
            prop_assert!(hit.context.chars().count() <= 120 && !hit.context.contains('\n'));
            prop_assert!((0.0..=1.0).contains(&hit.score));
            prop_assert!(checked.ran.contains(&hit.rule));
        }
        prop_assert_eq!(&every_kind().check(&page, &context).hits, &checked.hits);
        every_kind().explain(&page, &context);
    }

    #[test]
    fn exceptions_always_win(before in "[和服务办公]{0,6}", after in "[和服务办公]{0,6}") {
        let rules = every_kind();
        let page = document(Kind::News, &format!("{before}和服务{after}"));
        let checked = rules.check(&page, &context());
        let excused = Span::new(before.len(), before.len() + "和服务".len());
        for hit in checked.hits.iter().filter(|h| h.rule == "k/terms" && h.quote == "和服") {
            prop_assert!(hit.span.is_some_and(|s| !s.overlaps(excused)));
        }
    }

    #[test]
    fn the_order_of_files_changes_nothing(seed in 0usize..24, text in texts()) {
        let (terms, other) = ("kind = \"terms\"\nterms = [{ wrong = \"和服\", right = \"甲\" }]", "kind = \"pattern\"\npatterns = ['办公']");
        let mut files = vec![file("b/pack.toml", "version = 1\n"), file("a/pack.toml", "version = 1\n")];
        for (path, own) in [("b/x.toml", terms), ("a/y.toml", other)] {
            let mut rule = rule_files(own).swap_remove(1);
            rule.path = path.to_owned();
            files.push(rule);
        }
        let ordered = load(&files);
        let len = files.len();
        files.rotate_left(seed % len);
        files.swap(seed % len, (seed / len) % len);
        let shuffled = load(&files);
        let page: Document = document(Kind::News, &text);
        prop_assert_eq!(ordered.check(&page, &context()).hits, shuffled.check(&page, &context()).hits);
        prop_assert_eq!(ordered.version(), shuffled.version());
    }

    #[test]
    fn broken_rule_files_are_errors_and_never_panics(text in ".{0,200}", list in "[a-z\t\n=;@&甲乙一般严重literalregex]{0,200}") {
        let files = [
            file("t/pack.toml", "version = 1\n"),
            file("t/rule.toml", text),
            file("t/other.toml", "kind = \"terms\"\nlist = \"words.tsv\"\n"),
            file("t/words.tsv", format!("id\tcategory\twrong\tright\tseverity\tmatch\texceptions\tsource\tnote\n{list}")),
        ];
        let errors = Rules::load(&files, &[]).expect_err("a rule without examples does not load");
        for error in &errors.errors {
            prop_assert!(error.line >= 1 && error.column >= 1);
        }
    }
}
