//! `fugong registers schema`: every column of every register, and of what is stored (数据字典).

use fugong_core::{Column, Relation};
use fugong_domain::registers::{all, code_list, tables};
use serde_json::{Value, json};

use crate::{
    args::SchemaFormat,
    failure::Failure,
    print::{Grid, heading, say},
};

/// Prints the dictionary, or one register of it.
pub(crate) fn show(name: Option<&str>, format: SchemaFormat) -> Result<(), Failure> {
    let wanted = |relation: &Relation| name.is_none_or(|name| relation.name == name);
    let tables: Vec<_> = tables().iter().filter(|table| wanted(&table.relation)).collect();
    if tables.is_empty() {
        let name = name.unwrap_or_default();
        let why = format!("没有台账 {name}；fugong registers list 列出全部台账。");
        return Err(Failure::Usage(why));
    }
    match format {
        SchemaFormat::Table => {
            for table in tables {
                print(&table.relation)?;
            }
            Ok(())
        }
        SchemaFormat::Json => {
            let registers: Vec<_> =
                tables.iter().map(|table| described(&table.relation, table.source)).collect();
            let folds = if name.is_some() { Vec::new() } else { all() };
            let stored: Vec<_> = folds
                .iter()
                .flat_map(|fold| {
                    fold.relations().iter().map(|relation| described(relation, fold.name()))
                })
                .collect();
            Ok(say(&json!({"registers": registers, "stored": stored}).to_string())?)
        }
    }
}

fn print(relation: &Relation) -> Result<(), Failure> {
    heading(&format!("{} {}", relation.name, relation.label_zh))?;
    let mut grid =
        Grid::new(["列", "名称", "meaning", "类型", "用途", "个人信息", "关联台账", "代码表"]);
    for column in relation.columns {
        let Column { name, kind, role, personal, references, label_zh, label_en, at: _ } = *column;
        grid.push([
            name.to_owned(),
            label_zh.to_owned(),
            label_en.to_owned(),
            format!("{kind:?}").to_lowercase(),
            format!("{role:?}").to_lowercase(),
            if personal { "是" } else { "" }.to_owned(),
            references.unwrap_or_default().to_owned(),
            code_list(relation.name, name).unwrap_or_default().to_owned(),
        ]);
    }
    Ok(grid.print()?)
}

fn described(relation: &Relation, source: &str) -> Value {
    let columns = relation.columns.iter().map(|column| {
        let mut told = json!(column);
        if let Value::Object(members) = &mut told {
            let codes = code_list(relation.name, column.name);
            members.insert("codes".to_owned(), json!(codes));
        }
        told
    });
    json!({
        "name": relation.name,
        "label_zh": relation.label_zh,
        "label_en": relation.label_en,
        "source": source,
        "columns": columns.collect::<Vec<_>>(),
    })
}
