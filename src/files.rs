//! Writing files so that nobody ever meets half of one (native only).

use std::io::Write as _;
use std::path::Path;

use crate::{Error, Result};

/// Writes a file under a temporary name in its folder, then renames it: a stop leaves the old file or the new one.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
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

/// Writes a picture as PNG, likewise.
pub(crate) fn write_png(path: &Path, picture: &image::RgbImage) -> Result<()> {
    let mut png = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut png, image::ImageFormat::Png)
        .map_err(|error| Error::Device(format!("the picture could not be encoded: {error}")))?;
    write(path, &png.into_inner())
}
