//! Samples as guided-diffusion writes them: an `.npz` with `arr_0`, uint8 `[N, H, W, C]`, and `arr_1`, the classes.
//! Where styles were asked for too, they are `arr_2`.

use std::fs::File;
use std::io::{Cursor, Write as _};
use std::path::Path;

use npyz::WriterBuilder as _;
use npyz::npz::{NpzArchive, NpzWriter};
use npyz::zip::DateTime;
use npyz::zip::write::FileOptions;

use crate::{Error, Result, files};

/// Samples and the labels they were asked to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Samples {
    /// Side of an image in pixels.
    pub size: usize,
    /// RGB pixels, `[N, size, size, 3]`.
    pub pixels: Vec<u8>,
    /// One class an image; empty if none was asked for.
    pub labels: Vec<i64>,
    /// One style an image; empty if none was asked for.
    pub styles: Vec<i64>,
}

impl Samples {
    /// Number of images.
    pub fn len(&self) -> usize {
        self.pixels.len() / (3 * self.size * self.size).max(1)
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }

    /// The images in planes, each `[3, size, size]`.
    pub fn planar(&self) -> Vec<Vec<u8>> {
        let plane = |image: &[u8], c: usize| image.iter().skip(c).step_by(3).copied().collect::<Vec<u8>>();
        let images = self.pixels.chunks(3 * self.size * self.size);
        images.map(|image| [0, 1, 2].map(|c| plane(image, c)).concat()).collect()
    }

    /// Writes the file.
    pub fn save(&self, path: &Path) -> Result<()> {
        files::write(path, &self.to_bytes()?)
    }

    /// The content of the file.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>> {
        let failed = |error: std::io::Error| Error::Device(format!("the samples could not be encoded: {error}"));
        let mut bytes = Cursor::new(Vec::new());
        let mut npz = NpzWriter::new(&mut bytes);
        let shape = [self.len() as u64, self.size as u64, self.size as u64, 3];
        array(&mut npz, "arr_0", &shape, &self.pixels).map_err(failed)?;
        for (name, labels) in [("arr_1", &self.labels), ("arr_2", &self.styles)] {
            if !labels.is_empty() {
                array(&mut npz, name, &shape[..1], labels).map_err(failed)?;
            }
        }
        let zip = npz.zip_writer();
        zip.flush().map_err(failed)?;
        drop(npz);
        Ok(bytes.into_inner())
    }

    /// Reads a file.
    pub fn load(path: &Path) -> Result<Self> {
        let wrong = |expected: &str, got: String| Error::invalid(path.display().to_string(), expected, got);
        let open = |error: std::io::Error| wrong("an .npz of samples", error.to_string());
        let file = File::open(path).map_err(|error| Error::io(path, error))?;
        let mut archive = NpzArchive::new(std::io::BufReader::new(file)).map_err(open)?;
        let images = archive.by_name("arr_0").map_err(open)?.ok_or_else(|| wrong("an array `arr_0`", "none".into()))?;
        let shape = images.shape().to_vec();
        let [n, height, width, 3] = shape[..] else {
            return Err(wrong("`arr_0` of shape [N, H, W, 3]", format!("{shape:?}")));
        };
        if height != width {
            return Err(wrong("square images", format!("{height}×{width}")));
        }
        let pixels = images.into_vec::<u8>().map_err(|error| wrong("`arr_0` in uint8", error.to_string()))?;
        let mut labels = |name: &str| {
            let Some(labels) = archive.by_name(name).map_err(open)? else { return Ok(Vec::new()) };
            let labels =
                labels.into_vec::<i64>().map_err(|error| wrong(&format!("`{name}` in int64"), error.to_string()))?;
            if labels.len() as u64 != n {
                return Err(wrong(&format!("{n} labels in `{name}`"), labels.len().to_string()));
            }
            Ok(labels)
        };
        let (labels, styles) = (labels("arr_1")?, labels("arr_2")?);
        Ok(Self { size: usize::try_from(height).unwrap_or(0), pixels, labels, styles })
    }
}

fn array<T: npyz::AutoSerialize + Copy>(
    npz: &mut NpzWriter<&mut Cursor<Vec<u8>>>,
    name: &str,
    shape: &[u64],
    values: &[T],
) -> std::io::Result<()> {
    // No time of day: the same samples are the same file.
    let options = FileOptions::default().last_modified_time(DateTime::default());
    let mut array = npz.array(name, options)?.default_dtype().shape(shape).begin_nd()?;
    array.extend(values.iter().copied())?;
    array.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_back_with_the_labels_that_were_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("samples.npz");
        let pixels: Vec<u8> = (0..2 * 4 * 4 * 3).map(|i| i as u8).collect();
        for (labels, styles) in [(vec![3, 0], vec![1, 6]), (vec![3, 0], vec![]), (vec![], vec![])] {
            let samples = Samples { size: 4, pixels: pixels.clone(), labels, styles };
            samples.save(&path).unwrap();
            assert_eq!(Samples::load(&path).unwrap(), samples);
        }
        let planar = Samples { size: 4, pixels, ..Samples::default() }.planar();
        assert_eq!((planar.len(), &planar[1][..2], planar[0][16]), (2, &[48, 51][..], 1));
    }

    #[test]
    fn a_file_of_something_else_is_one_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("samples.npz");
        std::fs::write(&path, "PK not really").unwrap();
        let error = Samples::load(&path).unwrap_err().to_string();
        assert!(error.contains("samples.npz: expected an .npz of samples, got"), "{error}");
    }
}
