//! What the pages of 审计 say.

words! { AuditWords:
    title: "审计与运行核验", "Audit and running";
    about: "日志完整性、台账与历史的一致性、访问留痕、对外推送。本页只读取，不改变任何记录。",
        "Whether the log is whole, registers agree with it, who read what, and what is sent where. Nothing recorded is changed here.";
    checkpoint: "日志检查点", "Checkpoint of the log";
    checkpoint_about: "对全部事件的签名承诺。保存检查点，日后即可证明历史未被改动。",
        "A signed promise over all events. Who keeps it can prove later that history was not changed.";
    origin: "日志名称", "Log";
    size: "事件数", "Events";
    root: "哈希树根", "Root of the tree";
    signatures: "签名", "Signatures";
    download: "下载检查点", "Download the checkpoint";
    not_signed: "尚未签发检查点。", "Nothing was signed yet.";
    since: "检查点之后的新事件", "Events since";
    note: "检查点原文", "The note itself";
    verify: "立即核验", "Verify now";
    verify_about: "对全部事件逐条重新裁决，并将各台账与重新计算的结果逐行比对。只核验，不写入。",
        "Decides every act again and compares every register with a fresh fold. It writes nothing.";
    operation: "后台操作", "Work in the background";
    kind_verification: "全量核验", "Verification";
    kind_rebuild: "重建台账", "Rebuilding a register";
    state_running: "进行中", "under way";
    state_done: "已完成", "done";
    state_failed: "失败", "failed";
    state_cancelled: "已停止", "stopped";
    progress: "已读事件", "Events read";
    started: "开始", "Begun";
    finished: "结束", "Ended";
    refresh: "刷新", "Refresh";
    sound: "核验通过：历史裁决一致，各台账与事件日志一致。",
        "Sound: every decision is as it was, and every register agrees with the log.";
    unsound: "核验发现不一致，请立即保留现场并联系运行维护人员。",
        "Not sound: something differs. Keep everything as it is and call whoever runs the server.";
    faults: "不一致", "Faults";
    different: "不一致行数", "Rows that differ";
    rebuilt: "已重建，与原台账不一致的行", "Rebuilt; rows that were different";
    registers: "台账运行", "How registers stand";
    registers_about: "台账由事件日志计算得出，落后会自行追上。重建是从头重新计算并比对、修复。",
        "Registers are computed from the log; one that is behind catches up. To rebuild is to compute it afresh, compare and mend.";
    fold: "计算单元", "Fold";
    feeds: "所供台账", "Registers";
    state: "状态", "State";
    position: "位置", "Position";
    lag: "落后事件", "Behind by";
    waited: "等待（秒）", "Waited (s)";
    apart: "待修复行", "Rows apart";
    version: "版本", "Version";
    current: "同步", "current";
    behind: "追赶中", "behind";
    stuck: "停滞", "stuck";
    rebuild: "重建", "Rebuild";
    policies: "自动规则", "Policies";
    policies_about: "到期提醒、逾期处理等由规则自动完成，逐条依据事件。",
        "What follows by itself, such as reminders and what is late, each from an event.";
    policy: "规则", "Policy";
    installed: "启用位置", "Since position";
    timers: "待触发定时", "Timers waiting";
    next_due: "最近一次", "The next";
    not_ready: "系统未就绪", "Not ready";
    webhooks: "对外推送", "Webhooks";
    webhooks_about: "向其他平台推送事件。多次未送达的事件搁置待重送，不会丢失。",
        "Events are sent to other platforms. What was not taken for long is set aside and can be sent again; nothing is lost.";
    no_webhooks: "未配置对外推送。", "No webhooks are set up.";
    receiver: "接收方", "Receiver";
    address: "地址", "Address";
    delivered: "已送达位置", "Delivered to";
    failing: "未送达", "Failing";
    attempts: "次", "attempts";
    set_aside: "搁置", "Set aside";
    taken: "正常", "taken";
    disabled: "接收方已停用", "the receiver wants no more";
    deliveries: "最近推送", "The last attempts";
    dead: "搁置的事件", "Events set aside";
    no_dead: "没有搁置的事件。", "Nothing is set aside.";
    send_again: "重新推送", "Send again";
    sent_again: "已安排重新推送。", "It will be sent again.";
    kind: "事件类型", "Type";
    when: "时间", "When";
    attempt: "第几次", "Attempt";
    answer: "应答", "Answer";
    why: "原因", "Why";
    back: "返回审计", "Back to audit";
    access: "访问留痕", "Access log";
    access_about: "谁查看了个人信息、谁导出了数据、谁被拒绝；最近的在前。查看本记录同样留痕。",
        "Who read words about persons, who took data away, who was turned away; the last first. Reading this is written down too.";
    access_head: "留痕链首", "Head of the chain";
    access_kind: "类别", "Kind";
    who: "人员", "Who";
    what: "操作", "Operation";
    of: "对象", "Of what";
    status: "应答码", "Status";
    rule: "依据规则", "Rule";
    read: "查看", "Read";
    export: "导出", "Export";
    denial: "拒绝", "Denied";
    nobody: "（未登录）", "(not known)";
    older: "更早的记录", "Older";
    newest: "最近的记录", "The newest";
    no_lines: "没有记录。", "There is nothing.";
}
