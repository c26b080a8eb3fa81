use fugong_core::{Facts, Touch};

use super::{Asked, Verdict};
use crate::{EnterpriseId, resumption::{Command, Resumption}};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    _asked: &Asked,
    id: &EnterpriseId,
    command: &Command,
    _facts: &mut F,
) -> Verdict {
    Ok(vec![Touch::new::<Resumption>(id.to_string(), command.clone())])
}
