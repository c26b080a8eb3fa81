//! Registers and ready reports counted again in another language, from the exported events alone: the story
//! and twenty generated districts, every row and every figure of every day. What is counted twice
//! by two programs that share nothing is not wrong in the same way twice.

use std::process::Command;

use crate::{architecture::sources::root, torture::binary};

/// `tests/recount/test_recount.py` says what it counts, and that an altered event is seen.
#[test]
fn a_recount_in_python_gives_the_same_registers() {
    let python = || {
        let mut python = Command::new("python3");
        python.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUTF8", "1");
        python
    };
    let recent = "import sys; sys.exit(sys.version_info < (3, 9))";
    let found = python().args(["-c", recent]).status();
    assert!(
        found.is_ok_and(|status| status.success()),
        "python3 of version 3.9 or later is missing: install it, the registers are counted with it"
    );
    let tests = root().join("tests/recount");
    let output = python()
        .args(["-m", "unittest", "discover", "--start-directory"])
        .arg(&tests)
        .env("FUGONG", binary())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("Ran 16 tests"), "a test was not found: {said}");
}
