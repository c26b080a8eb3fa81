use fugong_core::{Facts, Touch};

use super::{Asked, Verdict};
use crate::{EnterpriseId, credit::{Command, Credit}};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    _asked: &Asked,
    id: &EnterpriseId,
    command: &Command,
    _facts: &mut F,
) -> Verdict {
    Ok(vec![Touch::new::<Credit>(id.to_string(), command.clone())])
}
