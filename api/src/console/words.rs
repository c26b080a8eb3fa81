//! What pages say, in both languages: each thing on a line of its own.

use serde_json::Value;

use crate::problem::Language;

macro_rules! words {
    ($of:ident: $($name:ident: $zh:literal, $en:literal;)*) => {
        /// The words of one language.
        pub(in crate::console) struct $of {
            $(pub(in crate::console) $name: &'static str,)*
        }

        impl $of {
            /// The words of a language.
            pub(in crate::console) fn of(language: $crate::problem::Language) -> &'static Self {
                const CHINESE: $of = $of { $($name: $zh,)* };
                const ENGLISH: $of = $of { $($name: $en,)* };
                match language {
                    $crate::problem::Language::Chinese => &CHINESE,
                    $crate::problem::Language::English => &ENGLISH,
                }
            }

            #[cfg(test)]
            pub(in crate::console) const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $zh, $en),)*];
        }
    };
}

// Pages that say much have words of their own.
mod audit;
mod enterprise;
mod inspect;
mod remedies;
mod reports;

pub(super) use audit::AuditWords;
pub(super) use enterprise::EnterpriseWords;
pub(super) use inspect::InspectWords;
pub(super) use remedies::remedy;
pub(super) use reports::ReportWords;

words! { Words:
    // The frame.
    product: "复工复产监督服务平台", "Resumption supervision";
    district: "黔江区", "Qianjiang District";
    skip: "跳到正文", "Skip to the content";
    menu: "主导航", "Main navigation";
    overview: "总览", "Overview";
    enterprises: "企业", "Enterprises";
    registers: "台账", "Registers";
    inspections: "检查整改", "Inspections";
    reports: "报表", "Reports";
    audit: "审计", "Audit";
    log_out: "退出", "Log out";
    other_language: "English", "中文";
    day: "数据日期", "Day";
    show: "查看", "Show";
    to_today: "回到今日", "Back to today";
    stands_on: "依据日志位置", "Stands on position";
    as_known: "以下为该日结束时所知的情况", "As it was known at the end of that day";
    principle: "不得对企业复工复产设置条件；本平台只记录企业的报告。",
        "Nothing conditions a resumption: what enterprises report is recorded.";
    // The login.
    log_in: "登录", "Log in";
    login_about: "请出示您的访问凭据。登录后的权限与接口完全一致。",
        "Show what lets you in. What you may do here is what you may do over the API.";
    credential: "接口密钥或访问令牌", "API key or access token";
    credential_hint: "以 fgk_ 开头的接口密钥，或统一身份认证签发的令牌。只保存在加密的会话中。",
        "An API key (fgk_…) or a token of your identity provider. Kept in the sealed session only.";
    dev_login: "演示身份", "Identity for the demonstration";
    dev_hint: "仅在本机演示时可用，格式为 经办人:单位:角色。",
        "On this machine, for demonstrations: actor:unit:role.";
    dev_enter: "以此身份进入", "Enter as this";
    dev_other: "其他身份", "Somebody else";
    not_known: "凭据无效或已失效，请核对后重试。", "This lets nobody in, or no longer. Check it and try again.";
    not_here: "该单位不属于本区，不能登录本页面。", "This unit is not of this district.";
    stale_form: "页面停留过久，请重新提交。", "The page was open for too long. Send it again.";
    // The login at an identity provider.
    sign_in: "统一身份认证登录", "Log in at your identity provider";
    sign_in_about: "使用本单位的统一身份认证账号。登录后的权限与接口完全一致。",
        "By the account of your office. What you may do here is what you may do over the API.";
    sign_in_or_key: "使用接口密钥登录", "Or by an API key";
    sign_in_lost: "本次登录已用过、已超过十分钟，或不是从这个浏览器开始的。请重新点击“统一身份认证登录”。",
        "This login was used already, is older than ten minutes, or did not begin in this browser. Begin it again.";
    sign_in_denied: "统一身份认证未予登录：您取消了登录，或该账号不能用于本平台。请重新登录，或联系本单位统一身份认证管理员。",
        "The identity provider let you not in: you stopped, or the account is not for this server. Begin again, or ask who runs the provider.";
    sign_in_refused: "统一身份认证没有完成本次登录，请重新登录。仍不成功的，请将下列代码告知平台管理员。",
        "The identity provider did not finish this login. Begin again; if that does not help, tell whoever runs this server the code below.";
    sign_in_odd: "统一身份认证没有完成本次登录，也没有说明原因。请重新登录；仍不成功的，请联系平台管理员。",
        "The identity provider did not finish this login, and does not say why. Begin again; if that does not help, ask whoever runs this server.";
    sign_in_unbelieved: "统一身份认证返回的身份不能使用。请将下列原因告知平台管理员，由其核对账号的单位和角色。",
        "What the identity provider says of you cannot be used. Tell whoever runs this server the reason below: unit and role of the account are to be looked at.";
    sign_in_away: "统一身份认证暂时连接不上，请稍后重试。急需办理的，可使用接口密钥登录。",
        "The identity provider does not answer. Try again in a moment; if it is urgent, use an API key.";
    signed_in: "登录成功", "You are logged in";
    signed_in_go: "页面即将打开。没有自动打开的，请点击：", "The page opens in a moment. If it does not:";
    open_page: "打开页面", "Open the page";
    signed_out: "已退出本平台。统一身份认证可能仍处于登录状态；使用公用电脑的，请一并退出。",
        "You are logged out here. At the identity provider you may be logged in still: on a shared machine, log out there too.";
    sign_out_there: "退出统一身份认证", "Log out there";
    // The overview.
    title_overview: "工业企业复工复产总览", "Resumption of industrial enterprises";
    above_rate: "规模以上企业复工率", "Above scale: rate of resumption";
    all_rate: "工业企业复工率", "All industrial: rate of resumption";
    of_base: "扣除不纳入基数", "of the base";
    of_all: "全部企业口径", "of all";
    new_today: "今日新增", "new today";
    pp: "百分点", "points";
    since_yesterday: "较昨日", "since yesterday";
    vacant: "空缺驻厂席位", "Vacant seats";
    vacant_about: "应派未派，逐一列名", "to be filled, by name";
    orders: "责令整改", "Orders to rectify";
    overdue: "逾期", "overdue";
    due_today: "当日到期", "due that day";
    difficulties: "企业困难", "Difficulties";
    open_cases: "未解决", "open";
    units_firms: "家", "enterprises";
    units_seats: "个", "seats";
    curve: "复工进度", "How resumption goes";
    curve_about: "规模以上与全部工业企业逐日复工率（扣除不纳入基数）。目标为努力方向，不设处罚。",
        "Rate of the base day by day, above scale and all. The target is an aim, without penalty.";
    above_scale: "规模以上", "Above scale";
    all_industry: "全部工业企业", "All industrial";
    target: "月底目标", "Target";
    by_day: "逐日数据", "Day by day";
    date: "日期", "Day";
    days_left: "距目标日", "Days to the target day";
    days: "天", "days";
    on_target_day: "目标日复工率", "Rate on the target day";
    by_territory: "各属地复工情况", "By territory";
    territory: "属地", "Territory";
    by_kind: "分类情况", "By kind";
    kind: "分类", "Kind";
    scope: "范围", "Scope";
    total: "企业总数", "Total";
    working: "在产", "In production";
    rate_all: "复工率（全部）", "Rate of all";
    excluded: "不纳入基数", "Excluded";
    base: "基数", "Base";
    working_of_base: "基数内在产", "Of the base";
    rate: "复工率", "Rate";
    remaining: "未复工", "Not resumed";
    bar: "复工率图", "Rate as a bar";
    enterprise: "企业", "Enterprise";
    seat: "席位", "Seat";
    seat_unit: "应派单位", "Unit";
    due: "整改时限", "Due";
    state: "状态", "State";
    category: "类别", "Category";
    department: "办理单位", "Department";
    case_due: "办理时限", "Due";
    raised: "提出", "Raised";
    resolved: "已解决", "Resolved";
    resolved_rate: "解决率", "Rate";
    open_by_category: "按类别", "By category";
    see_all: "查看全部", "See all";
    none: "无", "None";
    not_for_you: "按您的权限，此处不予显示。", "Not shown to your role.";
    unlisted: "未建档已复工", "In production and not listed yet";
    unlisted_about: "已报告复工、尚待属地建档，不计入任何基数", "reported, to be listed by their territory; in no base";
    // Registers.
    title_registers: "台账目录", "Registers";
    registers_about: "各台账由事件日志实时生成，可按任意历史日期查看。",
        "Each register is computed from the log, for any day.";
    rows: "条", "rows";
    filtered_by: "筛选", "Only";
    take_away: "取消", "Remove";
    no_rows: "没有符合条件的记录。", "There are no such rows.";
    export_csv: "导出 CSV", "Export CSV";
    export_ndjson: "导出 NDJSON", "Export NDJSON";
    export_about: "导出内容与导出时间按规定留痕。", "What is exported is written down.";
    first_page: "首页", "First page";
    previous: "上一页", "Previous";
    next: "下一页", "Next";
    page_of: "页码", "Page";
    filter: "加筛选", "Filter";
    column: "列", "Column";
    anywhere: "任意内容", "Anywhere";
    value: "值", "Value";
    yes: "是", "yes";
    no: "否", "no";
    erased: "（已删除）", "(erased)";
    restricted: "（已限制处理）", "(restricted)";
    hidden: "（不予显示）", "(not shown)";
    unreadable: "（密钥缺失）", "(key missing)";
    // When something cannot be shown.
    title_trouble: "不能显示", "This cannot be shown";
    what_to_do: "处理办法", "What to do";
    to_overview: "返回总览", "To the overview";
}

impl Words {
    /// What stands for words that are not told.
    pub(super) fn mark(&self, value: &Value) -> &'static str {
        let marks = [
            ("erased", self.erased),
            ("restricted", self.restricted),
            ("hidden", self.hidden),
            ("unreadable", self.unreadable),
        ];
        let found = marks.into_iter().find(|(mark, _)| value.get(*mark).is_some());
        found.map_or("", |(_, words)| words)
    }
}

/// The words of a language.
pub(super) fn words(language: Language) -> &'static Words {
    Words::of(language)
}

#[cfg(test)]
mod tests {
    use super::{AuditWords, EnterpriseWords, InspectWords, ReportWords, Words};

    #[test]
    fn everything_is_said_in_both_languages() {
        for (name, zh, en) in
            [Words::ALL, AuditWords::ALL, EnterpriseWords::ALL, InspectWords::ALL, ReportWords::ALL]
                .concat()
        {
            let is_chinese = !zh.is_ascii();
            assert!(is_chinese != (name == "other_language"), "{name}: {zh}");
            assert!(!en.is_empty(), "{name}");
        }
    }
}
