//! Writing files so that nobody ever meets half of one (native only).

use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Error, Result};

/// Held while there is something on the disk that must not stay there.
static UNFINISHED: Mutex<()> = Mutex::new(());

/// Whoever holds this keeps Ctrl-C waiting, so that what is begun is finished or cleared away; see
/// [`crate::cli::interrupt`]. Short work only, and no [`write`] meanwhile.
pub(crate) fn uninterrupted() -> MutexGuard<'static, ()> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes a file under a temporary name in its folder, then renames it: a stop leaves the old file or the new one.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = folder_of(path);
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
    let _whole = uninterrupted();
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| Error::io(folder, error))?;
    file.write_all(bytes).map_err(|error| Error::io(path, error))?;
    // A temporary file is private; what is written here is meant to be read.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open = std::fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(open).map_err(|error| Error::io(path, error))?;
    }
    file.persist(path).map_err(|error| Error::io(path, error.error))?;
    Ok(())
}

/// Makes the folder that a file is to be written to and checks that it can be: better told before hours of work than
/// after them.
pub(crate) fn require_writable(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Err(Error::invalid(path.display().to_string(), "the name of a file", "a folder"));
    }
    let folder = folder_of(path);
    if folder.exists() && !folder.is_dir() {
        return Err(Error::invalid(folder.display().to_string(), "a folder", "a file"));
    }
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
    let _whole = uninterrupted();
    tempfile::NamedTempFile::new_in(folder).map(drop).map_err(|error| Error::io(folder, error))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a picture as PNG, likewise.
pub(crate) fn write_png(path: &Path, picture: &image::RgbImage) -> Result<()> {
    let mut png = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut png, image::ImageFormat::Png)
        .map_err(|error| Error::Device(format!("the picture could not be encoded: {error}")))?;
    write(path, &png.into_inner())
}
