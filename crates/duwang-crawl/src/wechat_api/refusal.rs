//! What the interface answers instead of data, and what the office must do about it.

/// A call that was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}（{}）。{todo}", self.number())]
pub struct Refusal {
    /// `errcode`; 1 when there was no answer, 2 when it could not be read.
    pub code: i64,
    /// What happened, in Chinese.
    pub what: String,
    /// What the office must do, in Chinese.
    pub todo: String,
}

/// What a program may do about a refusal by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Ask for a new token, once.
    NewToken,
    /// Wait a little, and ask again.
    Wait,
    /// Nothing: a person must act.
    Stop,
}

const NO_ANSWER: i64 = 1;
const UNREADABLE: i64 = 2;

impl Refusal {
    pub(super) fn new(code: i64, message: &str) -> Self {
        let (what, todo) = told(code);
        let mut todo = todo.to_owned();
        // The address to allow is only in the message; nothing else of the message is for people.
        if matches!(code, 40164 | 61004) {
            let address = address_in(message).unwrap_or("（微信没有给出地址）");
            todo = todo.replace("{ip}", address);
        }
        Self {
            code,
            what: what.to_owned(),
            todo,
        }
    }

    pub(super) fn unreachable(reason: &str) -> Self {
        Self {
            code: NO_ANSWER,
            what: format!("没有连上微信接口：{reason}"),
            todo: "请检查本机能否访问 api.weixin.qq.com，稍后再试。".to_owned(),
        }
    }

    pub(super) fn unreadable(reason: &str) -> Self {
        Self {
            code: UNREADABLE,
            what: format!("微信接口的回答读不懂：{reason}"),
            todo: "请检查单位文件里 api 的 base 是不是微信接口的地址；若是，请反馈。".to_owned(),
        }
    }

    pub(super) fn remedy(&self) -> Remedy {
        match self.code {
            40001 | 40014 | 42001 => Remedy::NewToken,
            -1 | 45011 => Remedy::Wait,
            _ => Remedy::Stop,
        }
    }

    fn number(&self) -> String {
        match self.code {
            NO_ANSWER | UNREADABLE => "无错误码".to_owned(),
            code => format!("错误码 {code}"),
        }
    }
}

/// What a code means and what the office must do.
fn told(code: i64) -> (&'static str, &'static str) {
    match code {
        -1 => ("微信系统繁忙", "已重试仍未成功，请过几分钟再试。"),
        40001 | 40014 | 42001 => (
            "接口凭据无效或已过期，换新后仍被拒绝",
            "可能有别的系统在用旧接口反复刷新凭据：请让单位使用该公众号的各系统都改用 stable_token，并核对 AppID 与 AppSecret 是否同属一个号。",
        ),
        40013 => (
            "AppID 不对",
            "请在公众平台“设置与开发—开发接口管理”核对 AppID，更新环境变量或密钥文件。",
        ),
        40125 => (
            "AppSecret 不对",
            "AppSecret 可能被重置过：请由管理员在公众平台取得新的 AppSecret，更新环境变量或密钥文件。",
        ),
        40243 => (
            "AppSecret 已被冻结",
            "请由管理员在公众平台解冻 AppSecret，再重试。",
        ),
        40164 | 61004 => (
            "本机的出口地址不在该公众号的 IP 白名单里",
            "请公众号管理员登录公众平台，在“设置与开发—开发接口管理—IP 白名单”里加入 {ip}，约十分钟后重试。",
        ),
        40007 => (
            "这篇草稿已不在草稿箱",
            "它可能已经发出或被删除：不用再检，发出的请查公开文章。",
        ),
        40097 => ("参数不被接受", "这是读网的缺陷，请连同命令一起反馈。"),
        41001 => ("调用时缺少凭据", "这是读网的缺陷，请反馈。"),
        43002 | 44002 | 47001 => ("请求的写法不被接受", "这是读网的缺陷，请反馈。"),
        45009 => (
            "该公众号今天的接口额度已用完",
            "额度在北京时间零点恢复，请明天再试；若常常用完，请查是否有别的系统在频繁调用。",
        ),
        45011 => ("调用太频繁", "已放慢重试仍被拒绝，请过几分钟再试。"),
        48001 => (
            "该公众号没有这个接口的权限",
            "草稿与发布类接口只给已认证的号：请查看公众平台“接口权限”，未认证的请先完成认证；个人主体的号不能开通，请改用文章链接清单。",
        ),
        48004 => (
            "该接口已被封禁",
            "请管理员查看公众平台站内信，了解封禁原因并申诉。",
        ),
        50002 => ("该公众号受到限制", "请管理员登录公众平台查看账号状态。"),
        53404 => (
            "该公众号的这项能力被限制使用",
            "请管理员登录公众平台查看违规记录，处理后重试。",
        ),
        53600 => (
            "没有这篇已发布的文章",
            "它可能是群发的，或已删除：群发的文章官方接口看不到，请用文章链接清单补上。",
        ),
        76003 | 76021 | 76022 => ("查询额度的写法不被接受", "这是读网的缺陷，请反馈。"),
        _ => (
            "微信接口拒绝了请求",
            "请按错误码在微信开放文档“全局返回码”里查原因。",
        ),
    }
}

/// `invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist` → `203.0.113.7`.
fn address_in(message: &str) -> Option<&str> {
    let words = message.split(|c: char| c.is_whitespace() || c == ',');
    words
        .into_iter()
        .find(|w| w.parse::<std::net::IpAddr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_to_allow_is_told() {
        let refusal = Refusal::new(
            40164,
            "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 0-0",
        );
        assert!(refusal.todo.contains("203.0.113.7") && refusal.remedy() == Remedy::Stop);
        assert!(refusal.to_string().contains("错误码 40164"), "{refusal}");
    }

    #[test]
    fn every_known_code_says_what_to_do() {
        for code in [
            -1, 40001, 40007, 40013, 40014, 40097, 40125, 40164, 40243, 41001, 42001, 43002, 44002,
            45009, 45011, 47001, 48001, 48004, 50002, 53404, 53600, 61004, 76003, 76021, 76022,
            99999,
        ] {
            let refusal = Refusal::new(code, "");
            assert!(
                !refusal.what.is_empty()
                    && refusal.todo.ends_with('。')
                    && !refusal.todo.contains("{ip}"),
                "{code}"
            );
        }
    }
}
