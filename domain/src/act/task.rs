use fugong_core::{Facts, Touch};

use super::{Asked, Verdict};
use crate::{TaskId, task::{Command, Task}};

/// What this act comes to.
pub(super) fn decide<F: Facts>(
    _asked: &Asked,
    id: &TaskId,
    command: &Command,
    _facts: &mut F,
) -> Verdict {
    Ok(vec![Touch::new::<Task>(id.to_string(), command.clone())])
}
