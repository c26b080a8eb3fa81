//! What the pages of 报表 say.

words! { ReportWords:
    title: "报表", "Reports";
    about: "报表由台账按定义计算，可按任意历史日期生成；导出按规定留痕。",
        "A report is computed from registers by its definition, for any day. What is taken away is written down.";
    own: "本区自建报表", "The district's own";
    ready: "常用报表", "Ready reports";
    instant: "台账原样导出", "Registers as they stand";
    laid_down: "版本", "Version";
    build: "新建报表", "Build a report";
    edit: "以此为底稿修改", "Begin with its definition";
    parameters: "条件", "What is asked for";
    true_on: "反映日期", "Day of the world";
    beside: "对比日期", "Beside the day";
    required: "（必填）", "(required)";
    any: "不限", "any";
    run: "生成", "Run";
    download: "下载", "Download";
    needs: "请先填写上方必填条件。", "Choose first what is required above.";
    left_out: "页面仅显示前若干行，完整内容请下载。未显示行数", "Only the first rows are shown here; download it for all. Rows not shown";
    no_rows: "没有符合条件的记录。", "There are no such rows.";
    provenance: "出处", "What it stands on";
    definition: "报表定义", "Definition";
    saved: "报表定义已保存并记入日志。", "The definition was laid down in the log.";
    back: "返回报表目录", "To the reports";
    // The builder.
    builder: "新建报表", "Build a report";
    builder_about: "选择台账、条件、分组与指标，右侧随时预览。保存后即成为本区报表定义，记入日志，任何人都可按自己的权限运行。",
        "Choose a register, conditions, groups and measures; the preview follows. Saved, it is a definition of the district in the log, which everybody runs with his own rights.";
    register: "台账", "Register";
    heading: "名称", "Heading";
    title_zh: "报表名称（中文）", "Title (Chinese)";
    title_en: "报表名称（英文）", "Title (English)";
    id: "报表代码", "Name in addresses";
    id_hint: "小写字母、数字和连字符，如 weekly-orders。", "Small letters, digits and hyphens, such as weekly-orders.";
    filters: "筛选条件", "Conditions";
    filter: "条件", "Condition";
    columns: "列出的列", "Columns that are listed";
    columns_hint: "不分组时逐条列出，请选择要列出的列。", "Without groups rows are listed: choose their columns.";
    groups: "分组", "Groups";
    groups_hint: "选择分组后按组汇总，需至少一项指标。", "With groups a line is a group, and needs a measure.";
    group: "分组列", "Grouped by";
    measures: "指标", "Measures";
    measure: "指标", "Measure";
    column: "列", "Column";
    op: "关系", "How";
    value: "值", "Value";
    none: "（不用）", "(none)";
    is: "等于", "is";
    is_not: "不等于", "is not";
    at_least: "不小于", "at least";
    at_most: "不大于", "at most";
    contains: "包含", "contains";
    is_empty: "为空", "is empty";
    not_empty: "不为空", "is not empty";
    count: "计数", "count";
    sum: "合计", "sum";
    average: "平均", "average";
    ratio: "比率", "ratio";
    numerator: "分子", "Numerator";
    base: "分母", "Base";
    total: "列出合计行", "A line of all";
    total_word: "合计", "Total";
    sort: "排序", "Sorted by";
    descending: "从大到小", "the other way round";
    limit: "最多行数", "At most so many rows";
    as_of: "数据日期", "Day";
    preview: "预览", "Preview";
    preview_empty: "尚无可预览的内容，请按左侧提示补充。", "There is nothing to preview yet: see what is asked for beside.";
    save: "保存为报表定义", "Save as a definition";
    save_not_for_you: "按本区规则，您的角色可以预览，不能保存报表定义。",
        "By the rules of the district your role may preview and not save definitions.";
    replace: "替换现有的同名定义", "Put it in the place of the one of this name";
    instead: "运行时取代同名的常用报表", "Run it in the place of the ready report of this name";
    as_text: "改为编辑定义文本", "Edit the text of the definition";
    text: "定义文本（TOML）", "Text of the definition (TOML)";
    text_shown: "查看定义文本", "The text of the definition";
    findings: "定义有以下问题", "What is wrong with the definition";
    anew: "重新开始", "Begin anew";
    personal_hint: "定义以明文永久保存，请勿写入个人姓名等信息。", "It is kept in clear for ever: write no names of persons into it.";
}
