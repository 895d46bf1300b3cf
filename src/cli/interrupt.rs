//! Ctrl-C: the program ends at once, but for a file that is just being written.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Error, Result, files};

/// What shells return for a program that was interrupted: 128 and the number of the signal.
const CODE: u8 = 130;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From here on Ctrl-C ends the program with exit code 130 and leaves no temporary file.
pub fn exit_on_ctrl_c() -> Result<()> {
    let handler = ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        // Never released: no other file is begun.
        let _whole = files::uninterrupted();
        std::process::exit(CODE.into());
    });
    handler.map_err(|error| Error::Device(format!("Ctrl-C cannot be waited for: {error}")))
}

/// The exit code of a command that failed because it was interrupted, say through a program that it called.
pub fn exit_code() -> Option<ExitCode> {
    INTERRUPTED.load(Ordering::SeqCst).then(|| ExitCode::from(CODE))
}
