use fugong_core::Personal;
use serde::{Deserialize, Serialize};

use crate::WebhookId;

/// What signs, sealed under a key of its webhook.
///
/// It is one text, and no [`Personal`], since whoever may read sealed words must not read it: it is
/// opened where is signed, and nowhere else. The text is commitment and seal of a [`Personal`]
/// with a point between; the subject is the webhook's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedSecret(String);

impl SealedSecret {
    /// Under whose key the secrets of a webhook are sealed. It is no subject of which words are
    /// kept: nobody erases or copies by it.
    pub fn subject(webhook: &WebhookId) -> String {
        format!("webhook:{webhook}")
    }

    /// What was sealed under the key of its webhook.
    pub fn of(sealed: &Personal) -> Self {
        Self(format!("{}.{}", sealed.commitment, sealed.sealed))
    }

    /// As it is opened; none if it is no such text.
    pub fn sealed(&self, webhook: &WebhookId) -> Option<Personal> {
        let (commitment, sealed) = self.0.split_once('.')?;
        Some(Personal::from_parts(Self::subject(webhook), sealed.to_owned(), commitment.to_owned()))
    }
}
