//! What is known of expressions beforehand changes when rules are ready, and not what they say.

use crate::common::*;
use duwang_model::Kind;
use duwang_rules::{Prepared, Rules};

const WAYS: [(&str, &str); 5] = [
    (
        "kind = \"pattern\"\npatterns = ['(?:^|[^不])得(?P<fault>收费)', '限期[^。]{0,6}(?P<fault>十五日)']\nunless = ['免收']",
        "一律不得收费，限期（十五日）答复，请限期内十五日来取",
    ),
    (
        "kind = \"pattern\"\npatterns = [{ all = ['投诉|举报', '(?P<fault>监察局)'], without = ['劳动'] }]\nnear_sentence = [{ all = ['申请', '答复'] }]",
        "申请人未获答复，可以向监察局投诉。向劳动监察局投诉，答复申请。",
    ),
    (
        "kind = \"pattern\"\npatterns = ['邮寄[^|]{0,4}\\|[^|]{0,4}据实', '\\d{3}']\non = \"plain\"",
        "邮寄|据实\n共123件",
    ),
    (
        "kind = \"terms\"\nterms = [{ wrong = \"[0-9]公分(?:[^之]|$)\", right = \"厘米\", match = \"regex\" }, { wrong = \"布署\", right = \"部署\" }]",
        "高3公分，布署三公分之二",
    ),
    (
        "kind = \"element\"\nlabels = ['传真']\npatterns = ['传真[：:]?\\d{4}']",
        "## 联系方式\n传真：0599-6660001",
    ),
];

fn noted(own: &str) -> Prepared {
    let noting = Prepared::noting();
    Rules::load_prepared(&rule_files(own), &[], &noting).unwrap();
    Prepared::read(&noting.written()).unwrap()
}

#[test]
fn rules_say_the_same() {
    for (own, lines) in WAYS {
        let page = document(Kind::Guide, lines);
        let said = |rules: &Rules| format!("{:?}", rules.check(&page, &context()).hits);
        let known = Rules::load_prepared(&rule_files(own), &[], &noted(own)).unwrap();
        assert_eq!(said(&known), said(&rules(own)), "{own}");
    }
}

#[test]
fn what_is_known_is_not_worked_out_again() {
    let own = "kind = \"pattern\"\npatterns = ['甲乙']";
    let noting = Prepared::noting();
    Rules::load_prepared(&rule_files(own), &[], &noting).unwrap();
    let told = noting.written().replace("甲乙", "丙丁");
    let misled = Rules::load_prepared(&rule_files(own), &[], &Prepared::read(&told).unwrap());
    let page = document(Kind::Guide, "甲乙");
    assert!(misled.unwrap().check(&page, &context()).hits.is_empty());
    assert_eq!(rules(own).check(&page, &context()).hits.len(), 1);
}

#[test]
fn an_unknown_expression_is_worked_out_and_a_wrong_one_told() {
    let known = noted("kind = \"pattern\"\npatterns = ['甲乙']");
    let more = rule_files("kind = \"pattern\"\npatterns = ['甲乙', '丙丁']");
    let rules = Rules::load_prepared(&more, &[], &known).unwrap();
    let checked = rules.check(&document(Kind::Guide, "甲乙丙丁"), &context());
    assert_eq!(quotes(&checked), ["甲乙", "丙丁"]);
    let wrong = rule_files("kind = \"pattern\"\npatterns = ['甲乙', '(丙']");
    let told = Rules::load_prepared(&wrong, &[], &known).unwrap_err();
    assert_eq!(told.errors.len(), 1);
}
