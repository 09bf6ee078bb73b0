//! Whose page it is, and which of a unit's pages is the one meant.

use crate::common::*;
use duwang_model::{Certainty, ChannelFacts, Contact, Kind};

#[test]
fn another_office_is_asked_about_where_only_the_title_says_whose_page_it_is() {
    let keys = "kind = \"identity\"\nlabels = [\"机构\"]\nspeaking = ['^负责']\nscope = { kinds = [\"guide\"] }\n";
    let asked = |keys: &str, lines: &str| -> Vec<(String, Certainty)> {
        let hits = rules(keys)
            .check(&document(Kind::Guide, lines), &context())
            .hits;
        hits.into_iter().map(|h| (h.quote, h.certainty)).collect()
    };
    let by_title = format!("{keys}by_title = true\n");
    let other = "# 云溪县水利局政府信息公开指南\n受理机构：云溪县水务局办公室";
    let told = |name: &str| vec![(name.to_owned(), Certainty::Ask)];
    assert_eq!(asked(&by_title, other), told("云溪县水务局"));
    assert_eq!(asked(keys, other), [], "nobody knows whose it is");
    let town = "# 青石镇人民政府政府信息公开指南\n受理机构：东岭乡党政综合办公室";
    assert_eq!(asked(&by_title, town), told("东岭乡党政综合"));
    let own = "# 青石镇人民政府政府信息公开指南\n受理机构：云溪县青石镇人民政府党政办\n不服的可以向云溪县司法局反映。";
    assert_eq!(asked(&by_title, own), []);
    let short = "# 青石街道政府信息公开指南\n除我街道办事处负责公开的以外，不受理。";
    assert_eq!(asked(&by_title, short), [], "it is the same office");
    let form = "# 云溪县水利局政府信息公开指南\n云溪县人民政府负责本县门户网站。";
    assert_eq!(asked(&by_title, form), [], "its site serves all of them");
    let copied = "# 云溪县水利局政府信息公开指南\n云溪县人民政府负责编制本指南。";
    assert_eq!(asked(&by_title, copied), told("云溪县人民政府"));
    let nameless = "# 政府信息公开指南\n受理机构：云溪县水务局办公室";
    assert_eq!(asked(&by_title, nameless), []);
}

#[test]
fn how_to_ask_is_told_on_a_page_of_its_own_beside_the_guide() {
    let asking = || page(Kind::Guide, "依申请公开", "2026-05-12");
    let hits = |keys: &str, facts: &ChannelFacts| {
        let rules = rules(&format!(
            "kind = \"presence\"\ndocument = \"guide\"\n{keys}"
        ));
        rules.check_channel(facts, &context()).hits.len()
    };
    let mut facts = facts("2026-11-02");
    facts.pages = vec![asking()].into();
    assert_eq!(hits("", &facts), 0);
    let keys = "titles = ['指南$']\nnot_titles = ['依申请公开$']\n";
    assert_eq!(hits(keys, &facts), 1, "it is no guide");
    facts.pages = vec![asking(), page(Kind::Guide, "公开指南", "2026-03-12")].into();
    assert_eq!(hits(keys, &facts), 0);
}

#[test]
fn a_page_of_its_own_group_is_held_against_the_guide() {
    let rules = rules(
        "kind = \"same\"\ncompare = \"phone\"\nlabels = ['电话$']\ntitle = \"{label}{quote}，{target}{value}\"\ngroups = [{ name = \"指南\", kinds = [\"guide\"], not_titles = ['依申请公开$'], newest_only = true }, { name = \"申请\", titles = ['依申请公开$'] }]\n",
    );
    let told = |title: &str, value: &str, published: &str| {
        let mut page = page(Kind::Guide, title, published);
        page.ties.contacts = vec![Contact {
            label: "联系电话".to_owned(),
            value: value.to_owned(),
            quote: value.to_owned(),
            under: String::new(),
        }];
        page
    };
    let mut facts = facts("2026-11-02");
    facts.pages = vec![
        told("公开指南", "6660011", "2026-03-12"),
        told("依申请公开", "6660012", "2026-05-12"),
    ]
    .into();
    let hits = rules.compare(&facts, &context()).hits;
    let messages: Vec<&str> = hits.iter().map(|h| h.message.as_str()).collect();
    assert_eq!(messages, ["申请6660012，指南6660011"]);
}
