//! Documents that are one thing a hundred thousand times over. Each is so large that judging it takes a second where every place is looked at
//! once, and many minutes where each is compared with all others.

use crate::common::*;
use duwang_model::Kind;
use duwang_rules::Rules;
use std::sync::mpsc;
use std::time::Duration;

/// However busy the machine, what looks at each place once is done by then, and what compares each with all others is not.
const LONGEST: Duration = Duration::from_secs(60);

/// How many hits there are; what does not come to an end fails instead of hanging.
fn hits(rules: Rules, text: String) -> usize {
    let begins: String = text.chars().take(12).collect();
    let (told, count) = mpsc::channel();
    std::thread::spawn(move || {
        let page = document(Kind::News, &text);
        told.send(rules.check(&page, &context()).hits.len())
    });
    count
        .recv_timeout(LONGEST)
        .unwrap_or_else(|_| panic!("not judged in time: {begins}…"))
}

#[test]
fn a_line_of_half_pairs_is_read_once() {
    const MANY: usize = 400_000;
    let lonely = |pair: &str, text: String| {
        let own = format!("kind = \"unmatched\"\npairs = [\"{pair}\"]\n");
        hits(rules(&own), text)
    };
    assert_eq!(lonely("（）", "（".repeat(MANY)), 0, "no sentence ends");
    assert_eq!(lonely("（）", "）".repeat(MANY)), 0, "nor is one over");
    assert_eq!(lonely("（）", "1）".repeat(MANY)), 0, "points");
    let number = "1".repeat(3 * MANY);
    assert_eq!(lonely("（）", format!("见表。{number}）为准。")), 1);
    assert_eq!(lonely("“”", "“".repeat(MANY)), 0);
    assert_eq!(lonely("“”", "：“".repeat(MANY)), 0, "they go on below");
}

#[test]
fn words_are_looked_for_in_formulations_in_one_look() {
    const MANY: usize = 200_000;
    let both = || {
        let whole = "kind = \"formula\"\nformulas = [{ name = \"次序\", items = [\"绿水\", \"青山\", \"金山\"] }]\n";
        let words = "kind = \"terms\"\nterms = [{ wrong = \"青山\", right = \"清山\" }]\n";
        let mut files = rule_files(whole);
        let words = rule_files(words).into_iter().skip(1);
        files.extend(words.map(|rule| file("t/words.toml", rule.text)));
        load(&files)
    };
    let swapped = "青山、绿水、金山。";
    assert_eq!(hits(both(), swapped.to_owned()), 1, "a part of the whole");
    assert_eq!(hits(both(), format!("{swapped}青山。")), 2);
    let page = format!("{swapped}青山。").repeat(MANY);
    assert_eq!(hits(both(), page), 1000, "what two rules say at most");
}
