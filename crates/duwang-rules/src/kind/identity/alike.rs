//! Bodies of the own sort behind another place: in the guide of 藕塘县粮食安全中心 the words 柳塘县粮食安全中心, in that of a town another
//! town's offices. Such a name is nearly always what a copied template left behind.

use crate::han::is_ideograph;

/// Levels of places: a body is the superior of one of another level (市科技局 of 区科技局), and a city may be either.
const LEVELS: [&[&str]; 2] = [&["区", "县", "旗"], &["镇", "乡", "街道"]];
/// What a town's own bodies are called; every town has them.
const OF_TOWNS: [&str; 11] = [
    "人民政府",
    "政府",
    "办事处",
    "党政办",
    "党政综合",
    "综合办",
    "便民服务",
    "政务公开",
    "政务服务",
    "分管领导",
    "主要领导",
];
/// What stands before 区, 镇 … where no place is named: 本区, 市区, 园区, 乡镇, 可以到镇政府.
const NO_NAMES: &str = "本全各该我你贵城辖园社片地小灾矿景库市县乡镇集区省州每两几这那某他另邻新老等在的及和与或是为由向到请经对给找去报送让被按依据凭于以之其此可须应需将取明条交";
/// What a name may follow directly; else it is the middle of other words.
const LEADS: &str = "由向为对到请经给得是系指致在寄交送即称归条项款";
/// Words of a clause that names another body on purpose.
const ON_PURPOSE: [&str; 40] = [
    "原",
    "参照",
    "参考",
    "借鉴",
    "联合",
    "会同",
    "邻",
    "转载",
    "转发",
    "并入",
    "合并",
    "撤",
    "更名",
    "移交",
    "除外",
    "以外",
    "不属",
    "不能代",
    "不受理",
    "请向",
    "请到",
    "致谢",
    "派驻",
    "派出",
    "对口",
    "委托",
    "抄送",
    "投诉",
    "举报",
    "复议",
    "共用",
    "共同",
    "牵头",
    "交界",
    "两镇",
    "协助",
    "兄弟",
    "分别",
    "各自",
    "和本",
];
/// What a guide lets a town do; a clause without it only mentions a neighbour. A department of another county has no other business there.
const ACTS: [&str; 22] = [
    "受理", "答复", "办理", "负责", "解释", "公开", "申请", "编制", "承办", "保密", "提供", "出具",
    "机构", "服务", "审批", "送", "收", "发放", "核验", "核对", "审核", "接件",
];
/// How the offices of a town end: 人大办, 党建办公室, 经济发展办.
const OFFICES: [&str; 2] = ["办公室", "办"];
/// Characters of what such an office is for.
const LONGEST_OFFICE: usize = 6;
/// How bodies of a county end, whatever they were called before they were put together.
const BODIES: [&str; 5] = ["局", "委员会", "委", "中心", "办公室"];
/// Characters between a place and the end of a body's name.
const LONGEST_TAIL: usize = 14;

/// A unit as one of its sort: 汉昌 + 区 + 科学技术局.
pub(super) struct Sort {
    stem: String,
    level: usize,
    tail: Option<String>,
}

impl Sort {
    /// The sort of the first name that says a place and what the body is.
    pub(super) fn of(names: &[String]) -> Option<Self> {
        names.iter().find_map(|name| Self::of_name(name))
    }

    fn of_name(name: &str) -> Option<Self> {
        // 荔洲区茶基街道办事处 is a street's, 县城乡建设局 none of a 乡.
        Self::at_level(name, 1)
            .filter(|sort| sort.tail.is_none())
            .or_else(|| Self::at_level(name, 0))
    }

    fn at_level(name: &str, level: usize) -> Option<Self> {
        let ends = LEVELS[level].iter();
        let places = ends.filter_map(|word| name.rfind(word).map(|at| (at, *word)));
        let (at, word) = places.max_by_key(|(at, _)| *at)?;
        let above = |c: char| matches!(c, '省' | '市' | '州' | '县' | '区' | '旗');
        let stem = name[..at].rsplit(above).next()?;
        let tail = &name[at + word.len()..];
        let is_town =
            level == 1 && (tail.is_empty() || OF_TOWNS.iter().any(|w| tail.starts_with(w)));
        let is_zone = ["开发", "高新", "保税"]
            .iter()
            .any(|zone| stem.ends_with(zone));
        let names_body = is_town || tail.chars().count() >= 3;
        (stem.chars().count() >= 2 && names_body && !is_zone).then(|| Self {
            stem: stem.to_owned(),
            level,
            tail: (!is_town).then(|| tail.to_owned()),
        })
    }

    /// Where a line names another body of this sort.
    pub(super) fn stranger(&self, line: &str) -> Option<(usize, usize)> {
        let ends = LEVELS[self.level].iter();
        let mut places = ends.flat_map(|word| line.match_indices(word));
        places.find_map(|(at, word)| {
            let end = at + word.len();
            let length = self.body_length(&line[end..])?;
            let start = self.name_start(line, at)?;
            let found = (start, end + length);
            self.acts(line, found).then_some(found)
        })
    }

    /// Whether the clause lets the body act as the guide's own, and does not name it on purpose.
    fn acts(&self, line: &str, (start, end): (usize, usize)) -> bool {
        let ends = ['。', ';', ',', '!', '?']; // a label (投诉:) is part of the clause
        let before = line[..start].rsplit(ends).next().unwrap_or("");
        let last = line[end..].find(ends).map_or(line.len(), |at| end + at);
        let clause = &line[start - before.len()..last];
        let has = |words: &[&str]| words.iter().any(|word| clause.contains(word));
        (self.tail.is_some() || has(&ACTS)) && !has(&ON_PURPOSE)
    }

    /// Bytes of a body of this sort that a text begins with.
    fn body_length(&self, text: &str) -> Option<usize> {
        let Some(tail) = &self.tail else {
            let body = OF_TOWNS.iter().find(|body| text.starts_with(**body));
            return body.map(|body| body.len()).or_else(|| office_length(text));
        };
        let (first, last) = (tail.chars().next()?, tail.chars().next_back()?);
        if !text.starts_with(first) {
            return None;
        }
        if let Some(former) = former_length(text, tail) {
            return Some(former);
        }
        let mut han = text
            .char_indices()
            .take(LONGEST_TAIL)
            .take_while(|(_, c)| is_ideograph(*c));
        han.find_map(|(at, c)| {
            let end = at + c.len_utf8();
            let body = &text[..end];
            let is_it = c == last && body.chars().count() >= 3 && stands_in(body, tail);
            is_it.then_some(end)
        })
    }

    /// Where the name of a place begins that ends before a byte, when it is one and not the own: as many characters as the own name has,
    /// or one more or less, behind a mark or a word that leads to it.
    fn name_start(&self, line: &str, end: usize) -> Option<usize> {
        let before = &line[..end];
        if before.ends_with(self.stem.as_str()) || before.ends_with(|c| NO_NAMES.contains(c)) {
            return None;
        }
        let own = self.stem.chars().count();
        let starts: Vec<usize> = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_ideograph(*c))
            .take(own + 1)
            .map(|(at, _)| at)
            .collect();
        let lengths = [own, own + 1, own.saturating_sub(1)].into_iter();
        let starts = lengths
            .filter(|n| *n >= 2)
            .filter_map(|n| starts.get(n - 1));
        starts.copied().find(|start| is_led_to(&line[..*start]))
    }
}

/// Bytes of an office that a text begins with: 人大办.
fn office_length(text: &str) -> Option<usize> {
    let han = || text.char_indices().take_while(|(_, c)| is_ideograph(*c));
    let end = han()
        .take(LONGEST_OFFICE + 3)
        .map(|(at, c)| at + c.len_utf8());
    end.filter(|end| text[..*end].chars().count() >= 3)
        .find(|end| OFFICES.iter().any(|word| text[..*end].ends_with(word)))
}

/// Bytes of a body with another ending for the same business: 卫生局 of before, in the guide of a 卫生健康委员会.
fn former_length(text: &str, tail: &str) -> Option<usize> {
    let two = tail.char_indices().nth(2).map(|(at, _)| at)?;
    let rest = text.strip_prefix(&tail[..two])?;
    let body = BODIES.iter().find(|body| rest.starts_with(**body))?;
    (text[..two + body.len()] != *tail).then_some(two + body.len())
}

fn is_led_to(before: &str) -> bool {
    let last = before.chars().next_back();
    last.is_none_or(|c| !is_ideograph(c) || LEADS.contains(c))
}

/// Whether the characters of a short form stand in the long one in the same order: 科技局 in 科学技术局.
fn stands_in(short: &str, long: &str) -> bool {
    let mut long = long.chars();
    short.chars().all(|c| long.any(|l| l == c))
}

#[cfg(test)]
mod tests {
    use super::Sort;

    fn found(own: &str, line: &str) -> Option<String> {
        let sort = Sort::of(&[own.to_owned()]).unwrap_or_else(|| panic!("{own}"));
        sort.stranger(line).map(|(a, b)| line[a..b].to_owned())
    }

    #[test]
    fn the_same_body_of_another_place_is_told() {
        let science = |line| found("汉昌区科学技术局", line);
        assert_eq!(
            science("受理机构:南浦区科技局办公室").as_deref(),
            Some("南浦区科技局")
        );
        assert_eq!(science("受理机构:汉昌区科技局办公室"), None);
        assert_eq!(science("由本区科技局受理"), None);
        assert_eq!(science("可以到区科技局、证明区科技局受理"), None);
        assert_eq!(science("云溪市科学技术局受理"), None);
        assert_eq!(science("南浦区财政局受理"), None);
        assert_eq!(science("与南浦区科技局联合印发的文件"), None);
        let food = |line| found("藕塘县粮食安全中心", line);
        assert_eq!(
            food("柳塘县粮食安全中心对申请依法答复").as_deref(),
            Some("柳塘县粮食安全中心")
        );
        let town = |line| found("云溪市菁华铺乡人民政府", line);
        assert_eq!(
            town("由喻家坳乡党政办负责解释").as_deref(),
            Some("喻家坳乡党政办")
        );
        assert_eq!(town("由菁华铺乡党政办负责解释"), None);
        assert_eq!(town("可以到镇政府、第十五条镇政府应当公开"), None);
        assert_eq!(town("与喻家坳乡人民政府共同公开"), None);
        assert_eq!(town("邻近的宜兴埠镇政府不能代收"), None);
        assert_eq!(town("到各乡镇政府、本乡政府领取"), None);
        assert!(town("受理后由东埔坂镇分管领导审批").is_some());
        assert!(food("版权所有:柳塘县粮食安全中心").is_some());
        assert_eq!(food("由柳塘县粮食安全中心和本中心分别公开"), None);
        assert_eq!(
            town("黄金坳镇人大办对申请人身份予以核验").as_deref(),
            Some("黄金坳镇人大办")
        );
        assert_eq!(town("申请到菁华铺乡人大办"), None);
        let health = |line| found("临潢坡县卫生健康委员会", line);
        assert_eq!(
            health("青柳坡县卫生局信息中心受理申请").as_deref(),
            Some("青柳坡县卫生局")
        );
        assert_eq!(health("原临潢坡县卫生局的申请由本委办理"), None);
        assert_eq!(
            found("练江湾县教育局", "第十二条练南湾县教育局负责解释").as_deref(),
            Some("练南湾县教育局")
        );
        let houses = |line| found("紫坪县住房和城乡建设局", line);
        assert_eq!(houses("向紫坪县住建局、省住房和城乡建设厅咨询"), None);
        assert_eq!(
            houses("由白崖县住房和城乡建设局解释").as_deref(),
            Some("白崖县住房和城乡建设局")
        );
    }
}
