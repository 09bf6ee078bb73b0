//! Whether sites are there: nobody is told after one failure, and nobody is blamed for our own network.

use crate::common::{Answer, Duwang, Site};

struct Round {
    duwang: Duwang,
    site: Site,
    control: Site,
}

impl Round {
    fn new() -> Self {
        let (site, control) = (Site::start(), Site::start());
        site.html("/qs/", "<html><body>首页</body></html>");
        control.html("/", "<html><body>在</body></html>");
        let duwang = Duwang::new();
        duwang.units(&site.url("/qs/"));
        duwang.config(&format!(
            "units = \"units.toml\"\n[watch]\ncontrols = [\"{}\"]\n",
            control.url("/")
        ));
        Self {
            duwang,
            site,
            control,
        }
    }

    fn look(&self) -> (String, Option<i32>) {
        let output = self.duwang.run(&["watch", "now"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        (
            String::from_utf8(output.stdout).unwrap() + &told,
            output.status.code(),
        )
    }
}

#[test]
fn a_site_that_is_there_counts() {
    let round = Round::new();
    let (told, code) = round.look();
    assert!(told.contains("打得开") && code == Some(0), "{told}");
    for _ in 0..20 {
        round.look();
    }
    let report = round.duwang.ok(&["watch", "report"]);
    assert!(report.contains("可用率 100.0%（看了 21 次"), "{report}");
}

#[test]
fn one_failure_is_looked_at_again_before_anybody_is_told() {
    let round = Round::new();
    let well = Answer::html("<html><body>首页</body></html>");
    round
        .site
        .put("/qs/", Answer::status(500).then(well.clone()));
    let (told, code) = round.look();
    assert!(told.contains("打得开") && code == Some(0), "{told}");
    round.site.put("/qs/", Answer::status(500));
    let (told, code) = round.look();
    assert!(told.contains("打不开") && code == Some(1), "{told}");
    round.site.put("/qs/", well);
    let (told, _) = round.look();
    assert!(told.contains("恢复了"), "{told}");
    let report = round.duwang.ok(&["watch", "report"]);
    assert!(
        report.contains("次数太少") && report.contains("看了 5 次，打开 2 次"),
        "{report}"
    );
}

#[test]
fn our_own_network_is_nobodys_fault() {
    let round = Round::new();
    round.site.stop();
    round.control.stop();
    let (told, code) = round.look();
    assert!(told.contains("本机网络") && code == Some(0), "{told}");
    let report = round.duwang.ok(&["watch", "report"]);
    assert!(
        report.contains("看了 0 次") && report.contains("另有 1 次不下结论"),
        "{report}"
    );
}

#[test]
fn who_will_not_be_looked_at_is_not_called_down() {
    let round = Round::new();
    round
        .site
        .put("/robots.txt", Answer::text("User-agent: *\nDisallow: /\n"));
    let (told, code) = round.look();
    assert!(told.contains("不下结论") && code == Some(0), "{told}");
}
