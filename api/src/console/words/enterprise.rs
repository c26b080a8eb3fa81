//! What is said on the pages of enterprises, of one of them, and of what happened to it.

words! { EnterpriseWords:
    // The list.
    title_list: "企业名录", "Enterprises";
    search: "名称、统一社会信用代码或其他内容", "Name, credit code, or any other words";
    search_hint: "输入其中一部分即可", "Any part of it";
    find: "查找", "Find";
    any: "不限", "Any";
    clear: "清除全部条件", "Clear all";
    found: "家符合条件", "found";
    as_register: "按台账查看", "As a register";
    size: "规模", "Scale";
    park: "园区", "Park";
    production: "生产状态", "Production";
    since: "状态起始", "Since";
    listing: "名录状态", "In the list";
    plan: "方案落实", "Plan in place";
    open_orders: "未办结整改", "Open orders";
    // One of them.
    file: "一企一档", "The file";
    rows_of: "相关台账", "Rows in registers";
    seats: "驻厂席位", "Seats";
    flags: "诚信记录", "Credit record";
    section_basics: "一、基本情况", "1. What it is";
    section_plan: "二、防控方案", "2. Plan";
    section_seats: "三、驻厂员及岗位", "3. Stationed officers";
    section_production: "四、复工情况", "4. Production";
    section_reports: "五、每日报告摘要", "5. Daily reports";
    section_inspections: "六、检查与整改", "6. Inspections and orders";
    section_flags: "七、诚信记录", "7. Credit record";
    section_supports: "八、困难与协调", "8. Difficulties";
    section_papers: "九、有关文书", "9. Papers";
    cut: "仅显示前 200 项，其余见台账。", "The first 200 items; the rest is in the register.";
    // Through time.
    through_time: "时间回溯", "Through time";
    through_about: "拖动滑块，回到任一事件刚发生之时，按当时所知查看本档案。",
        "Move to any event: the file as it was known right after it.";
    stands_after: "截至第", "After event";
    of_events: "个事件，共", "of";
    known_then: "按当时所知显示", "as it was known then";
    known_now: "按现在所知显示", "as it is known now";
    one_back: "上一事件", "One back";
    one_on: "下一事件", "One on";
    to_now: "回到现在", "Back to now";
    story: "全程留痕", "What happened";
    story_about: "由近及远，每一事件均可核验。", "The latest first; each can be checked.";
    as_then: "回到此时", "as known then";
    event: "事件", "Event";
    proved: "已存证", "proved";
    not_proved: "待存证", "not sealed yet";
    earlier: "更早的事件", "Earlier events";
    later: "此后还有事件", "Events after this moment";
    no_events: "尚无事件。", "Nothing happened yet.";
    // Between two moments.
    between: "两个时点的差异", "What changed between two moments";
    between_about: "比较两个事件之后的档案内容。", "The file after one event against the file after another.";
    from_event: "自第", "From event";
    to_event: "至第", "to event";
    compare: "比较", "Compare";
    nothing_changed: "两个时点之间，档案内容没有变化。", "Nothing in the file has changed.";
    section: "部分", "Section";
    item: "事项", "Item";
    before: "变化前", "Before";
    after: "变化后", "After";
    // Why.
    why: "为何如此", "Why it is so";
    why_about: "由以下事件得出，缺一不可；逐一去掉其中任何一个，结论即不成立。",
        "It follows from these events, and without any one of them it does not.";
    why_choose: "选择一项事实，查看它由哪些事件得出。", "Choose a fact to see the events from which it follows.";
    fact: "事实", "Fact";
    graph: "依据关系图", "How they rest on each other";
    graph_about: "箭头由依据指向结论；下方列表内容相同。", "Arrows lead from grounds to what rests on them; the list below says the same.";
    grounds: "依据事件", "The events";
    rests_on: "依据", "rests on";
    under_rules: "适用规则", "under the rules";
    no_why: "此项事实由档案自身的登记得出，没有可以再行推演的依据。", "It rests on nothing that could be decided again.";
    cut_graph: "事件较多，图中只画出最近的部分，完整内容见列表。", "Only the last of them are drawn; the list has all.";
    back_to_file: "返回企业档案", "Back to the file";
    // An event.
    what: "发生了什么", "What happened";
    content: "事件内容", "What it says";
    no_content: "本事件没有其他内容。", "It says nothing more.";
    envelope: "留痕信息", "What is kept about it";
    recorded_at: "记录时间", "Recorded at";
    occurred_at: "发生时间", "Occurred at";
    actor: "经办", "By";
    on_behalf_of: "代为办理", "On behalf of";
    authority: "依据文号", "On what authority";
    note: "备注", "Note";
    attachments: "附件摘要", "Attachments";
    aggregate: "所属事项", "Of what";
    sequence: "事项内序号", "Number in it";
    event_type: "事件类型", "Type";
    event_id: "事件编号", "Event id";
    rules_version: "规则版本", "Rule set";
    correlation: "关联编号", "Correlation";
    leaf_hash: "存证摘要（SHA-256）", "Leaf hash (SHA-256)";
    causes: "起因", "Cause";
    no_cause: "由人办理，并非由其他事件引起。", "Somebody did it; no other event set it off.";
    looked_at: "办理时参看", "What its decision looked at";
    effects: "引起的事件", "What it set off";
    effects_about: "平台据此自动办理的事项。", "What happened by itself because of it.";
    no_effects: "没有引起其他事件。", "It set nothing off.";
    same_thing: "同一事项的后续事件", "What happened next to the same thing";
    whole_story: "查看企业档案", "The enterprise's file";
    why_this: "查看依据", "Why it stands so";
    proof: "存证与核验", "Proof";
    proof_about: "存证证明可在任何电脑上用 fugong-verify 独立核验，不依赖本平台。",
        "Anybody can check the proof with fugong-verify, without this platform.";
    proof_waits: "下一个检查点签发后即可下载。", "It can be fetched once the next checkpoint is signed.";
    get_proof: "下载存证证明", "Download the proof";
    by_curl: "用命令行获取", "On the command line";
    curl_about: "将 $TOKEN 换为您的接口密钥或令牌。", "Put your API key or token in place of $TOKEN.";
    previous_event: "日志中的上一事件", "The event before it";
    next_event: "日志中的下一事件", "The event after it";
}
