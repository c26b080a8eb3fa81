//! What is otherwise in the file of an enterprise between two moments.

use super::Item;

/// A line that is otherwise.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) section: String,
    pub(super) item: String,
    /// As it stood before; none where it was not there.
    pub(super) before: Option<String>,
    /// As it stands after; none where it is there no more.
    pub(super) after: Option<String>,
}

/// The lines that are otherwise, in the order of the file.
pub(super) fn changes(before: &[Item], after: &[Item]) -> Vec<Change> {
    let shown = |item: &Item| {
        let parts = [item.on.as_str(), item.content.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    // 「无」 says that nothing stands there.
    let mut gone: Vec<&Item> = left(before, after);
    let mut found = Vec::new();
    for item in left(after, before) {
        let same = |other: &&Item| other.section == item.section && other.called == item.called;
        let was = gone.iter().position(same).map(|at| gone.remove(at));
        found.push(Change {
            section: item.section.clone(),
            item: item.called.clone(),
            before: was.map(shown),
            after: Some(shown(item)),
        });
    }
    found.extend(gone.into_iter().map(|item| Change {
        section: item.section.clone(),
        item: item.called.clone(),
        before: Some(shown(item)),
        after: None,
    }));
    let order = |change: &Change| {
        after.iter().chain(before).position(|item| item.section == change.section)
    };
    found.sort_by_key(order);
    found
}

/// What of these is not among the others, each as often as it is there more often.
fn left<'a>(these: &'a [Item], others: &[Item]) -> Vec<&'a Item> {
    let mut others: Vec<&Item> = others.iter().collect();
    let is_new = |item: &&Item| match others.iter().position(|other| other == item) {
        Some(at) => {
            others.remove(at);
            false
        }
        None => item.called != "无",
    };
    these.iter().filter(is_new).collect()
}

#[cfg(test)]
mod tests {
    use super::{Change, Item, changes};

    fn item(item: &str, content: &str) -> Item {
        let text = str::to_owned;
        Item { section: text("三"), called: text(item), on: String::new(), content: text(content) }
    }

    #[test]
    fn what_came_what_went_and_what_is_otherwise_is_told() {
        let before = [item("属地", "城东街道"), item("方案", "缺项"), item("整改", "甲")];
        let after = [
            item("属地", "城东街道"),
            item("方案", "无缺项"),
            item("整改", "乙"),
            item("整改", "甲"),
        ];
        let told = |item: &str, before: Option<&str>, after: Option<&str>| Change {
            section: "三".to_owned(),
            item: item.to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        };
        let changed = [told("方案", Some("缺项"), Some("无缺项")), told("整改", None, Some("乙"))];
        assert_eq!(changes(&before, &after), changed);
        assert_eq!(changes(&[item("无", "")], &before).len(), 3);
        assert_eq!(changes(&before, &[item("无", "")]).len(), 3);
        assert_eq!(changes(&after, &after), []);
    }
}
