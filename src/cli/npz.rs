//! Samples as guided-diffusion writes them: an `.npz` with `arr_0`, uint8 `[N, H, W, C]`, and `arr_1`, the labels.

use std::fs::File;
use std::io::{Cursor, Write as _};
use std::path::Path;

use npyz::WriterBuilder as _;
use npyz::npz::{NpzArchive, NpzWriter};
use npyz::zip::write::FileOptions;

use crate::{Error, Result, files};

/// Samples and the labels they were asked to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Samples {
    /// Side of an image in pixels.
    pub size: usize,
    /// RGB pixels, `[N, size, size, 3]`.
    pub pixels: Vec<u8>,
    /// One class an image.
    pub labels: Vec<i64>,
}

impl Samples {
    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The images in planes, each `[3, size, size]`.
    pub fn planar(&self) -> Vec<Vec<u8>> {
        let plane = |image: &[u8], c: usize| image.iter().skip(c).step_by(3).copied().collect::<Vec<u8>>();
        let images = self.pixels.chunks(3 * self.size * self.size);
        images.map(|image| [0, 1, 2].map(|c| plane(image, c)).concat()).collect()
    }

    /// Writes the file; without labels (`unlabelled`) there is no `arr_1`.
    pub fn save(&self, path: &Path, labelled: bool) -> Result<()> {
        let failed = |error: std::io::Error| Error::io(path, error);
        let mut bytes = Cursor::new(Vec::new());
        let mut npz = NpzWriter::new(&mut bytes);
        let shape = [self.len() as u64, self.size as u64, self.size as u64, 3];
        let mut array = npz
            .array("arr_0", FileOptions::default())
            .map_err(failed)?
            .default_dtype()
            .shape(&shape)
            .begin_nd()
            .map_err(failed)?;
        array.extend(self.pixels.iter().copied()).map_err(failed)?;
        array.finish().map_err(failed)?;
        if labelled {
            let mut array = npz
                .array("arr_1", FileOptions::default())
                .map_err(failed)?
                .default_dtype()
                .shape(&[self.len() as u64])
                .begin_nd()
                .map_err(failed)?;
            array.extend(self.labels.iter().copied()).map_err(failed)?;
            array.finish().map_err(failed)?;
        }
        let zip = npz.zip_writer();
        zip.flush().map_err(failed)?;
        drop(npz);
        files::write(path, &bytes.into_inner())
    }

    /// Reads a file with labels.
    pub fn load(path: &Path) -> Result<Self> {
        let wrong = |expected: &str, got: String| Error::invalid(path.display().to_string(), expected, got);
        let open = |error: std::io::Error| wrong("an .npz of samples", error.to_string());
        let file = File::open(path).map_err(|error| Error::io(path, error))?;
        let mut archive = NpzArchive::new(std::io::BufReader::new(file)).map_err(open)?;
        let missing = |name: &str| wrong(&format!("an array `{name}`"), "none".into());
        let images = archive.by_name("arr_0").map_err(open)?.ok_or_else(|| missing("arr_0"))?;
        let shape = images.shape().to_vec();
        let [n, height, width, 3] = shape[..] else {
            return Err(wrong("`arr_0` of shape [N, H, W, 3]", format!("{shape:?}")));
        };
        if height != width {
            return Err(wrong("square images", format!("{height}×{width}")));
        }
        let pixels = images.into_vec::<u8>().map_err(|error| wrong("`arr_0` in uint8", error.to_string()))?;
        let labels = archive.by_name("arr_1").map_err(open)?.ok_or_else(|| missing("arr_1"))?;
        let labels = labels.into_vec::<i64>().map_err(|error| wrong("`arr_1` in int64", error.to_string()))?;
        if labels.len() as u64 != n {
            return Err(wrong(&format!("{n} labels"), labels.len().to_string()));
        }
        Ok(Self { size: usize::try_from(height).unwrap_or(0), pixels, labels })
    }
}
