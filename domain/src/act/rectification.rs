use fugong_core::{Facts, Touch};

use super::{Asked, Verdict};
use crate::{OrderId, rectification::{Command, Rectification}};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    _asked: &Asked,
    id: &OrderId,
    command: &Command,
    _facts: &mut F,
) -> Verdict {
    Ok(vec![Touch::new::<Rectification>(id.to_string(), command.clone())])
}
