//! Deciding: under the own name, one finding after the other, and never by half.

use super::*;

#[test]
fn a_reviewer_decides_under_the_own_name() {
    let console = full();
    let id = console.id_of("wording/renamed-bodies");
    let to = format!("/findings/{id}/decisions?level=general");
    let forged = "by=%E6%9D%8E%E6%9F%90&verdict=confirm&known=0&reason=&until=";
    let reply = console.post(&to, forged);
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert!(reply.head.contains(&format!(
        "location: /findings/{id}?level=general&done=confirm"
    )));
    assert_eq!(console.state_of(&id), State::Confirmed);
    let kept = console.store.finding(&id).unwrap().unwrap();
    assert_eq!(kept.decisions[0].by, "张某", "who is logged in signs");
    let page = console.get(&format!("/findings/{id}?done=confirm"));
    assert!(page.body.contains("已记录：确认。"), "{}", page.body);
    let reply = console.post(&to, "verdict=undo&known=1");
    assert_eq!(reply.status, 303);
    assert_eq!(console.state_of(&id), State::Open);
    let entries = console.store.entries("audit", 1, 10).unwrap();
    let told: Vec<&str> = entries.iter().map(|e| e.text.as_str()).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("确认") && told[0].contains("张某") && told[0].contains(&id));
}

#[test]
fn who_cannot_decide_is_told_why() {
    let mut console = full();
    let id = console.id_of("wording/renamed-bodies");
    let page = format!("/findings/{id}");
    let decide = format!("{page}/decisions");
    let unit = console.store.finding(&id).unwrap().unwrap().unit;
    let mine = console.cookie.clone();
    let editor = entered(console.store.as_ref(), "编辑某", Role::Editor, Some(&unit));
    let seen = |console: &mut Console, cookie: &str, words: &str| {
        console.cookie = cookie.to_owned();
        let body = console.get(&page).body;
        assert!(body.contains(words), "{words} not in {body}");
    };
    seen(&mut console, &editor, "还没有人复核");
    seen(
        &mut console,
        &editor,
        "说明<span class=\"hint\"> 必须写</span>",
    );
    seen(&mut console, &mine, "误报、豁免、备注必须写");
    assert_eq!(console.post(&decide, "verdict=confirm").status, 303);
    seen(&mut console, &editor, "还没有交办");
    console.cookie.clone_from(&mine);
    assert_eq!(console.post(&decide, "verdict=assign").status, 303);
    console.cookie.clone_from(&editor);
    let appeal = "verdict=appeal&reason=x";
    assert_eq!(console.post(&decide, appeal).status, 303);
    seen(&mut console, &editor, "等复核的人答复");
    seen(&mut console, &mine, "申诉须由另一人复核");
    let log = entered(console.store.as_ref(), "管理某", Role::Admin, None);
    console.cookie = log;
    let link = format!("<a href=\"/findings/{id}\">{id}</a>");
    assert!(console.get("/audit").body.contains(&link));
}

#[test]
fn a_form_that_does_not_hold_changes_nothing() {
    let console = full();
    let id = console.id_of("wording/renamed-bodies");
    for (form, why) in [
        ("by=a&known=0", "请先选一项处理"),
        ("by=a&verdict=shoot", "请先选一项处理"),
        ("by=a&verdict=dismiss&reason=+", "请写明理由"),
        ("by=a&verdict=note", "备注请写内容"),
        ("by=a&verdict=waive&reason=x", "请选定截止日期"),
        ("by=a&verdict=waive&reason=x&until=2026-11-01", "已经过去"),
        ("by=a&verdict=assign&until=tomorrow", "日期请按"),
        ("by=a&verdict=assign&until=2026-11-01", "已经过去"),
        ("by=a&verdict=claim&reason=x", "不能声明整改"),
        ("by=a&verdict=release", "请先选一项处理"),
        ("by=a&verdict=undo", "没有可以撤销"),
        ("by=a&verdict=confirm&known=7", "有人对这个问题作了新的决定"),
    ] {
        let reply = console.post(&format!("/findings/{id}/decisions"), form);
        assert_eq!(reply.status, 422, "{form}");
        assert!(reply.body.contains(why), "{form}: {}", reply.body);
    }
    assert_eq!(console.state_of(&id), State::Open);
    assert!(
        console
            .store
            .finding(&id)
            .unwrap()
            .unwrap()
            .decisions
            .is_empty()
    );
    assert_eq!(
        console
            .post(
                &format!("/findings/{id}/decisions"),
                "by=a&verdict=waive&reason=x&until=2026-12-31"
            )
            .status,
        303
    );
    assert_eq!(console.state_of(&id), State::Waived);
}

#[test]
fn the_next_finding_of_the_filter_follows() {
    let console = full();
    let id = console.id_of("coverage/guide-missing");
    let page = console.get(&format!("/findings/{id}")).body;
    assert!(page.contains("第 3 / 4 条"), "{page}");
    let next = console.id_of("privacy/id-number");
    assert!(page.contains(&format!("rel=\"next\" href=\"/findings/{next}\"")));
    let reply = console.post(
        &format!("/findings/{id}/decisions"),
        "by=a&verdict=dismiss&reason=x&next=1",
    );
    assert!(
        reply
            .head
            .contains(&format!("location: /findings/{next}?done=dismiss")),
        "{}",
        reply.head
    );
    let told = console.get(&format!("/findings/{next}?done=dismiss&of={id}&count=2"));
    let before = format!("<a href=\"/findings/{id}\">上一条</a>已记录：误报，共 2 处。");
    assert!(told.body.contains(&before), "{}", told.body);
    let gone = console.get(&format!("/findings/{id}")).body;
    assert!(
        gone.contains("不在当前筛选之内")
            && gone.contains(&format!("rel=\"next\" href=\"/findings/{next}\""))
    );
}
