/// Names the stored type of each event: `event_type` and the list of all types cannot differ.
macro_rules! event_types {
    ($event:ty { $($variant:ident => $tag:literal),+ $(,)? }) => {
        impl $event {
            /// The stored types of all events, in the order in which they are declared.
            pub const TYPES: &'static [&'static str] = &[$($tag),+];
        }

        impl cqrs_es::DomainEvent for $event {
            fn event_type(&self) -> String {
                match self { $(Self::$variant { .. } => $tag),+ }.to_owned()
            }

            fn event_version(&self) -> String {
                "1.0".to_owned()
            }
        }
    };
}

pub(crate) use event_types;
