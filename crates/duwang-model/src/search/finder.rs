//! Finds every place of every word of a large list in one pass over a text.
//!
//! Each word is looked for by its rarest pair of neighbouring characters: a wrong word holds a pair that right text hardly ever has. A text
//! is then one look into a small set of pairs for each character, and ten times more words cost about half as much again (docs/benchmarks.md). An
//! automaton follows the beginnings of its words instead, which right text is full of: ten times more words cost it more than twice as much.

use std::fmt;

/// The commonest characters of official writing, commonest first (counted over the practice texts of the language model). Only which pair
/// of a word is looked for depends on it, not what is found.
const COMMON: &str = "\
    ，的、。人条和第行应定法当十规业理政管民以有者关设用工部；）国（一门或建务市会机二生保作不地制公区在产本三主等经发对其施事合员动责位\
    为全物单资进可及安府中实处上水要五出提四照护方由体构监化级内家权下通依院证自能所时并品同标准大展他按服查开划成得期件信组报重案技交据\
    企营项加利审任立社改收共分年与程计款违职情防文相委办检学议向场织供取六性县请城境使活术督运告专明外个备新教道度未调例育源车元执申求律\
    量日强七环持决金农代质高域力费予治范采息于批电罚入后各数基过统表具反八商指受造负是支确系正目省列协限接现：九科况路置需之意面集记前险\
    导书止医原村害结百式污投承放根平财预济万诉知料推海到点起格措解名效间从测被将价核复除验令乡特形网养评益障排口许义气染符种围修卫土布销\
    认节无给筑房常登助配智适消章控态线励研林传因担整健疗长损参算装完输察领急必直联严偿容转司续包校维停属举变约补创非见类流广罪住药镇优居\
    台税善托果际增纳救好序履存示型材总食失器月犯鼓选易禁称劳小“更户培游河军绿危船识究故移刑风》《”影录病融货额送华促问了清付次警先裁征\
    策别已然多革旅密志则就步辖达响子售判超注我编园身空讼矿题积引综没航废考手团该须础训试少灾做视心康涉千众局债守回享购互宣鉴赔庭络减疫字\
    但最燃模站驶客遵侵破租何舶老签辆估屋低争免擅历景港括落象让遗还占拒快满草状普退垃圾师缴再临订干票街股两突毒至山植队挥档疾愿带留值精色\
    载史残询来群们继卖升论坏儿比招功每观筹号热援极充火说族图坚库层册驾终假东撤率储烟才致馆即树木便也扩饮份而段奖拆播押席纠械患离如显役券\
    命附周碍女天断另买党岸这追真足释待神隐界贸汽较伤震扣逾获油宗洋邮犬仲深速素固听派边延否煤古且私头铁渔难嫌封授倍零弃异森幼战换殊南献逐\
    简双疑室纷扶银绝稳打秘避艺探牌恢毁江湿央湖良遇梯都官石勘捐著血址途印近抗射跨套候独爆虚降厂宅均殖粮习抵散贴只届米副切紧汇样竞聘绩死含\
    盖洁纪畜势秩版细兵野索困阶貌述码诊账暂张迁阻析随北岗访轻连闭感介赠捕花针归帮贷露辩循士把初召沿拟吊扬抢着乘惠首青吸轨兴声咨拍误剂宜亿\
    妇亲键够尘红仍武像亡洪慧略凭些答侨般籍练湾慈伪西操链错休餐乱绘赁演尚美侦竣渠胜音耕思世黄藏媒阅州飞拘徒压禽又借婚署递币择戒辅缺田聚伐\
    典饲挖语班香软片端贯伍洗衔倾德靠走母某床驻覆耗话桥澳童光威越去架汛倒始暴掘写微频抽泊岛厅妨爱余束念扰挂龄隔映尊拨努兼半斗彻想巡泄此灭\
    杂携读乐骗堆旧．彰填言伙竹酬侧闻差今远己京惩苗砂启抚课董涂诺博激兽尽仪贡井烈炭募轮胞底讯烧勤疏若刊讨拖击阳牵详诚父毕撑践陆摊贫顿云噪\
    繁缓径恐妥寄庄泥岁吨纸店抓胁液漏灯荐顺返誉颁福览看卡冻顾虫沟里荣垦虑仓搜挪拓牧混箱宽温恶雨怖克１墙劝逃衡往允贮宪觉迫盗０姓卷净娱既添\
    富秀陈壤幅楼很滥冒％丧渡堤累它绕捞沙驳逮谈短迹搭涵截距久笔倡蓄簿葬握馈妆永攻右瞒泛盾—触邻毛背卸旱矛钱荒赛碳欺闲折栏滋婴肥齐绍浪塘灌\
    梁御搞星遭块龙太脱宁骨畅";

/// Where a word stands: its number and its byte range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The number of the word.
    pub word: u32,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// The words, by the pair each is looked for by.
#[derive(Default)]
pub struct Finder {
    /// All words, one after the other.
    letters: String,
    /// Words of one character.
    singles: Vec<(char, u32)>,
    /// Which characters of the basic plane are such words.
    is_single: Vec<u64>,
    /// Two bits for each pair, both in one number ([`marks`]): most pairs of a text are told by it to stand in no word.
    may_be: Vec<u64>,
    /// By the highest bits of a hash ([`shelf`]): where its words begin in `by_pair`. One longer than there are shelves.
    starts: Vec<u32>,
    by_pair: Vec<Word>,
    /// Values of a hash are this many of its highest bits.
    bits: u32,
}

impl fmt::Debug for Finder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.by_pair.len() + self.singles.len();
        f.debug_struct("Finder").field("words", &words).finish()
    }
}

#[derive(Clone, Copy)]
struct Word {
    pair: Pair,
    number: u32,
    /// Where it stands in `letters`, and its length in bytes.
    at: u32,
    len: u16,
    /// Bytes of it before the pair.
    before: u16,
    /// A byte of it beside the pair and where it stands, seen without a look into `letters`: the pair of 信息公开 stands in hundreds of words.
    beside: u8,
    beside_at: u16,
}

impl Finder {
    /// Words by number. Empty ones are found nowhere; one longer than 65,535 bytes is an error.
    pub fn new<'w>(words: impl Iterator<Item = &'w str> + Clone) -> Result<Self, String> {
        let rarity = Rarity::of(words.clone());
        let mut finder = Self::default();
        finder.by_pair.reserve_exact(words.size_hint().0);
        for (number, word) in words.enumerate() {
            finder.add(word, number as u32, &rarity)?;
        }
        finder.arrange();
        Ok(finder)
    }

    fn add(&mut self, word: &str, number: u32, rarity: &Rarity) -> Result<(), String> {
        let too_long = |_| format!("词太长：{}……", word.chars().take(20).collect::<String>());
        let len = u16::try_from(word.len()).map_err(too_long)?;
        let Some((before, pair)) = rarity.rarest_pair(word) else {
            self.singles.extend(word.chars().map(|only| (only, number)));
            return Ok(());
        };
        // The last byte of a character tells most.
        let beside_at = before.checked_sub(1).unwrap_or(len - 1);
        self.by_pair.push(Word {
            pair,
            number,
            at: self.letters.len() as u32,
            len,
            before,
            beside: word.as_bytes()[usize::from(beside_at)],
            beside_at,
        });
        self.letters.push_str(word);
        Ok(())
    }

    /// Puts the words on shelves by what they are looked for by. There are sixteen to thirty-two values of a hash for each word.
    fn arrange(&mut self) {
        self.singles.sort_unstable();
        self.is_single = vec![0; (1 << 16) / 64];
        for (only, _) in &self.singles {
            set(&mut self.is_single, (*only as u32 & 0xffff) as usize);
        }
        self.bits = (self.by_pair.len().max(64) * 16).ilog2() + 1;
        let bits = self.bits;
        self.may_be = vec![0; (1 << bits) / 64];
        self.starts = vec![0; shelf(1 << bits) + 1];
        for word in &self.by_pair {
            let value = hash(word.pair, bits);
            self.may_be[value / 64] |= marks(word.pair, value);
            self.starts[shelf(value)] += 1;
        }
        // From how many stand on a shelf so to where they end; put there from the last to the first, the first ends up where the shelf begins.
        let mut end = 0;
        for start in &mut self.starts {
            end += *start;
            *start = end;
        }
        let unsorted = std::mem::take(&mut self.by_pair);
        self.by_pair = unsorted.clone();
        for word in unsorted.iter().rev() {
            let start = &mut self.starts[shelf(hash(word.pair, bits))];
            *start -= 1;
            self.by_pair[*start as usize] = *word;
        }
    }

    /// Tells every place of every word, overlapping ones too, in the order of the pairs they were found by.
    pub fn find(&self, text: &str, mut tell: impl FnMut(Found)) {
        // Held in registers: this loop is the whole cost of a text without faults.
        let (is_single, may_be, bits) = (&self.is_single[..], &self.may_be[..], self.bits);
        let (mut last_at, mut last) = (0, '\n');
        for (at, this) in text.char_indices() {
            if is_set(is_single, (this as u32 & 0xffff) as usize) {
                self.tell_single(this, at, &mut tell);
            }
            let value = hash((last, this), bits);
            // Before the first character of a text stands none.
            let marks = marks((last, this), value);
            if may_be[value / 64] & marks == marks && at > 0 {
                self.tell_words(text, last_at, (last, this), value, &mut tell);
            }
            (last_at, last) = (at, this);
        }
    }

    #[inline(never)]
    fn tell_single(&self, this: char, start: usize, tell: &mut impl FnMut(Found)) {
        let from = self.singles.partition_point(|(only, _)| *only < this);
        for (_, word) in self.singles[from..]
            .iter()
            .take_while(|(only, _)| *only == this)
        {
            let (word, end) = (*word, start + this.len_utf8());
            tell(Found { word, start, end });
        }
    }

    /// `at`: where the pair stands. The first character of a text has none before it, and no word can begin before the text.
    #[inline(never)]
    fn tell_words(
        &self,
        text: &str,
        at: usize,
        pair: Pair,
        value: usize,
        tell: &mut impl FnMut(Found),
    ) {
        let shelf = shelf(value);
        let range = self.starts[shelf] as usize..self.starts[shelf + 1] as usize;
        let text = text.as_bytes();
        for word in &self.by_pair[range] {
            let Some(start) = at.checked_sub(word.before.into()) else {
                continue;
            };
            let beside = text.get(start + usize::from(word.beside_at));
            if word.pair != pair || beside != Some(&word.beside) {
                continue;
            }
            let letters = &self.letters.as_bytes()[word.at as usize..][..word.len.into()];
            if text[start..].starts_with(letters) {
                let (word, end) = (word.number, start + letters.len());
                tell(Found { word, start, end });
            }
        }
    }
}

/// Sixteen values share a shelf, and a word or less stands on each: a table that small stays in the cache.
fn shelf(value: usize) -> usize {
    value >> 4
}

/// Multiplies by the golden ratio of 32 bits and keeps the highest bits.
fn hash((first, second): Pair, bits: u32) -> usize {
    (mixed((first, second)) >> (32 - bits)) as usize
}

fn mixed((first, second): Pair) -> u32 {
    let both = (first as u32).rotate_left(16) ^ second as u32;
    both.wrapping_mul(0x9e37_79b1)
}

/// The two bits of a pair: the lowest of the value of its hash tell one, bits that the value leaves out the other.
fn marks(pair: Pair, value: usize) -> u64 {
    1 << (value % 64) | 1 << (mixed(pair) >> 5 & 63)
}

fn set(bits: &mut [u64], at: usize) {
    bits[at / 64] |= 1 << (at % 64);
}

fn is_set(bits: &[u64], at: usize) -> bool {
    bits.get(at / 64)
        .is_some_and(|word| word >> (at % 64) & 1 == 1)
}

/// How common other characters are on the same scale: a hundredth of the last of [`COMMON`].
const RARE: f32 = 1e-5;

/// How rare pairs are likely to be in a text: the rarer its two characters, and the fewer of the words hold it.
struct Rarity {
    /// By character of the basic plane: by Zipf's law, one over the rank.
    commonness: Vec<f32>,
    /// In how many words a pair stands, or another of the same hash.
    words: Vec<u16>,
}

/// Bits of a hash in [`Rarity`].
const COUNTED: u32 = 20;

impl Rarity {
    fn of<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut commonness = vec![RARE; 1 << 16];
        for (c, rank) in COMMON.chars().zip(1_u16..) {
            commonness[c as usize & 0xffff] = 1.0 / f32::from(rank);
        }
        commonness[..0x80].fill(0.02);
        let mut counts = vec![0_u16; 1 << COUNTED];
        for (_, pair) in words.flat_map(pairs) {
            let count = &mut counts[hash(pair, COUNTED)];
            *count = count.saturating_add(1);
        }
        Self {
            commonness,
            words: counts,
        }
    }

    /// The rarest pair of a word, with the bytes before it; the first of equals.
    fn rarest_pair(&self, word: &str) -> Option<(u16, Pair)> {
        let all = pairs(word).map(|(before, pair)| (before, pair, self.cost(pair)));
        let rarest = all.min_by(|a, b| a.2.total_cmp(&b.2))?;
        Some((rarest.0 as u16, rarest.1))
    }

    fn cost(&self, pair: Pair) -> f32 {
        let words = self.words[hash(pair, COUNTED)];
        self.of_character(pair.0) * self.of_character(pair.1) * f32::from(words)
    }

    fn of_character(&self, c: char) -> f32 {
        self.commonness.get(c as usize).copied().unwrap_or(RARE)
    }
}

/// Two characters in a row.
type Pair = (char, char);

/// The pairs of a word, each with the bytes before it.
fn pairs(word: &str) -> impl Iterator<Item = (usize, Pair)> {
    let firsts = word.char_indices().zip(word.chars().skip(1));
    firsts.map(|((before, first), second)| (before, (first, second)))
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(words: &[&str], text: &str) -> Vec<Found> {
        let finder = Finder::new(words.iter().copied()).expect("short words");
        let mut found = Vec::new();
        finder.find(text, |place| found.push(place));
        found.sort_unstable();
        found
    }

    /// Every place of every word, looked for one by one.
    fn one_by_one(words: &[&str], text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        for (number, word) in words
            .iter()
            .enumerate()
            .filter(|(_, word)| !word.is_empty())
        {
            let places = text.char_indices().map(|(start, _)| start);
            let places = places.filter(|start| text[*start..].starts_with(word));
            found.extend(places.map(|start| Found {
                word: number as u32,
                start,
                end: start + word.len(),
            }));
        }
        found.sort_unstable();
        found
    }

    #[test]
    fn overlapping_words_and_words_at_both_ends_are_found() {
        let words = [
            "布署",
            "署名",
            "布",
            "名",
            "",
            "已布署名",
            "\u{20000}",
            "\u{20000}a",
        ];
        let text = "布署已布署名\u{20000}a布";
        assert_eq!(all(&words, text), one_by_one(&words, text));
        assert_eq!(all(&words, ""), []);
        assert_eq!(all(&[], text), []);
    }

    #[test]
    fn a_word_that_cannot_be_kept_is_an_error() {
        assert!(Finder::new(["长".repeat(30_000).as_str()].into_iter()).is_err());
    }

    proptest! {
        #[test]
        fn it_finds_what_looking_one_by_one_finds(
            words in prop::collection::vec("[甲乙a\u{20000}\n]{0,4}", 0..30),
            text in "[甲乙丙a\u{20000}\n]{0,60}",
        ) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            prop_assert_eq!(all(&words, &text), one_by_one(&words, &text));
        }
    }
}
