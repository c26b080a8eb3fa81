//! Which events concern somebody who reads some relations of the past.

use std::collections::BTreeSet;

use fugong_core::{Register, Touches, Unreadable, Want, touched};

/// The relations of a register that have to be right, for those that are wanted to be so.
#[derive(Debug, Clone)]
pub(in crate::registers) struct Concern {
    touches: &'static [Touches],
    /// None where every event concerns the reader.
    relations: Option<BTreeSet<&'static str>>,
}

impl Concern {
    /// With what is wanted, whatever is read or written together with it, and so on.
    pub(in crate::registers) fn of(register: &dyn Register, wants: &[Want]) -> Self {
        let touches = register.touches();
        // What sets rows apart touches those of its own beside any other.
        if register.unreadable() == Unreadable::SetApart || touches.is_empty() {
            return Self { touches, relations: None };
        }
        let mut relations: BTreeSet<_> = wants.iter().map(Want::relation).collect();
        loop {
            let known = relations.len();
            for (_, touched) in touches {
                if touched.iter().any(|relation| relations.contains(relation)) {
                    relations.extend(touched.iter().copied());
                }
            }
            if relations.len() == known {
                return Self { touches, relations: Some(relations) };
            }
        }
    }

    /// Whether rows of a relation are right after a fold of what concerns the reader.
    pub(in crate::registers) fn keeps(&self, relation: &str) -> bool {
        self.relations.as_ref().is_none_or(|kept| kept.contains(relation))
    }

    /// Whether an event of this type concerns him.
    pub(in crate::registers) fn has(&self, event_type: &str) -> bool {
        let touched = touched(self.touches, event_type);
        touched.is_none_or(|touched| touched.iter().any(|relation| self.keeps(relation)))
    }
}
