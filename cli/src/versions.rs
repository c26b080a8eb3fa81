//! The versions of the folds that keep registers.

use crate::{
    args::Database,
    database::{self, Access},
    failure::Failure,
    print::{Grid, say},
};

/// How many differences are shown.
const SHOWN: usize = 20;

/// Which versions have rows.
pub(crate) async fn list(database: &Database) -> Result<(), Failure> {
    let log = database::open(database, Access::Read).await?;
    let mut grid = Grid::new(["台账数据", "版本", "位置", "行数", "状态"]);
    for it in log.register_versions().await? {
        let state = match (it.live, it.runs) {
            (true, true) => "在用",
            (true, false) => "在用（由另一版本的程序维护）",
            (false, true) => "本程序的版本，尚未启用",
            (false, false) => "保留，可退回",
        };
        let (version, position) = (it.version.to_string(), it.position.to_string());
        grid.push([it.name, version, position, it.rows.to_string(), state.to_owned()]);
    }
    Ok(grid.print()?)
}

/// Where another version differs.
pub(crate) async fn diff(name: &str, version: u32, database: &Database) -> Result<(), Failure> {
    let log = database::open(database, Access::Read).await?;
    let compared = log.compare_versions(name, version).await?;
    let (position, differences) = (compared.position, compared.differences);
    say(&format!(
        "{name}：截至第 {position} 号事件，与版本 {version} 有 {} 处不同。",
        differences.len()
    ))?;
    for it in differences.iter().take(SHOWN) {
        let side = |row: &Option<String>| row.clone().unwrap_or_else(|| "（无）".to_owned());
        say(&format!("  {} {}", it.relation, it.key))?;
        say(&format!("    版本 {version}：{}", side(&it.stood)))?;
        say(&format!("    本程序：{}", side(&it.rebuilt)))?;
    }
    if differences.is_empty() {
        return Ok(());
    }
    Err(Failure::Refused("两个版本的台账数据不同。".to_owned()))
}

/// Deletes a version's rows.
pub(crate) async fn drop(name: &str, version: u32, database: &Database) -> Result<(), Failure> {
    let log = database::open(database, Access::Mend).await?;
    let dropped = log.drop_version(name, version).await;
    log.close().await;
    Ok(say(&format!("{name}：已删除版本 {version} 的 {} 行。", dropped?))?)
}
