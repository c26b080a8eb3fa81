use super::{super::facts::Helped, View};
use crate::{SupportId, support};

impl View {
    /// Takes what happened to a difficulty.
    pub(super) fn take_support(&mut self, id: SupportId, told: &support::Event) {
        use support::Event as E;
        match told {
            E::Raised { .. } | E::Reopened { .. } => {
                self.supports.insert(id, Helped::default());
            }
            E::Assigned { department, due, .. } | E::Transferred { department, due, .. } => {
                if let Some(helped) = self.supports.get_mut(&id) {
                    helped.by = Some((department.clone(), *due));
                }
            }
            E::Escalated { to, .. } => {
                if let Some(helped) = self.supports.get_mut(&id) {
                    helped.above = Some(to.clone());
                }
            }
            E::Resolved { .. } => {
                self.supports.remove(&id);
            }
            E::ProgressNoted { .. } | E::Confirmed { .. } => {}
        }
    }
}
