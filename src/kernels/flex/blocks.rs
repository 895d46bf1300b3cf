//! Pictures ↔ transformed blocks, on the processor: four blocks at a time, one in each lane of a vector.

use super::product::PANEL;
use crate::kernels::convolution::POSITIONS;

/// Blocks in a vector.
pub(super) const LANES: usize = 4;

/// One number of each of four blocks.
type Lanes = [f32; LANES];

/// A batch of images seen as blocks of 2×2.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    images: usize,
    height: usize,
    width: usize,
    rows: usize,
    columns: usize,
    turned: bool,
}

impl Grid {
    /// With `turned`, positions change places as if the kernels were turned by 180°.
    pub(super) fn new(images: usize, [height, width]: [usize; 2], turned: bool) -> Self {
        Self { images, height, width, rows: height.div_ceil(2), columns: width.div_ceil(2), turned }
    }

    /// Groups of four blocks, the last of which may be more than there are.
    pub(super) fn groups(&self) -> usize {
        self.blocks().div_ceil(LANES)
    }

    fn blocks(&self) -> usize {
        self.images * self.rows * self.columns
    }

    /// The tile for position (i, j) of a transformed block.
    fn tile(&self, i: usize, j: usize) -> usize {
        let turn = |i: usize| if self.turned { [3, 1, 2, 0][i] } else { i };
        4 * turn(i) + turn(j)
    }

    /// Image, row and column of a block.
    fn place(&self, block: usize) -> [usize; 3] {
        let row = block / self.columns;
        [row / self.rows, row % self.rows, block % self.columns]
    }

    /// `Bᵀ d B` of all blocks.
    ///
    /// # Shapes
    /// `x` `[images, channels, height, width]` → `[16, groups, channels, 4]`
    pub(super) fn transform(&self, x: &[f32], channels: usize) -> Vec<f32> {
        let groups = self.groups();
        let mut v = vec![0.0; POSITIONS * groups * channels * LANES];
        // Column p of a padded row is element p / 2 of its even or odd half: neighbours in a half belong to neighbouring
        // blocks. The halves of the columns are followed by what a vector may read beyond them.
        let half = self.columns + 1;
        let row = 2 * half;
        let plane = (2 * self.rows + 2) * row;
        let mut padded = vec![0.0; self.images * plane + LANES];
        // Where each block begins in there; of what is more than there are, the last one stands in.
        let starts: Vec<[usize; LANES]> = (0..groups)
            .map(|group| {
                [0, 1, 2, 3].map(|lane| {
                    let [image, y, x] = self.place((group * LANES + lane).min(self.blocks() - 1));
                    image * plane + 2 * y * row + x
                })
            })
            .collect();
        for channel in 0..channels {
            for (image, padded) in padded.chunks_exact_mut(plane).enumerate() {
                let picture = &x[(image * channels + channel) * self.height * self.width..];
                let lines = picture.chunks_exact(self.width).take(self.height);
                for (line, padded) in lines.zip(padded[row..].chunks_exact_mut(row)) {
                    let (even, odd) = padded.split_at_mut(half);
                    for (pair, (odd, even)) in line.chunks(2).zip(odd.iter_mut().zip(&mut even[1..])) {
                        *odd = pair[0];
                        if let Some(value) = pair.get(1) {
                            *even = *value;
                        }
                    }
                }
            }
            for (group, starts) in starts.iter().enumerate() {
                let [first, .., last] = *starts;
                let offsets = |i: usize| [0, half, 1, half + 1].map(|column| i * row + column);
                let d: [[Lanes; 4]; 4] = if last == first + LANES - 1 {
                    std::array::from_fn(|i| offsets(i).map(|offset| lanes(&padded[first + offset..][..LANES])))
                } else {
                    std::array::from_fn(|i| offsets(i).map(|offset| starts.map(|start| padded[start + offset])))
                };
                let sums: [[Lanes; 4]; 4] = std::array::from_fn(|j| bt(d.map(|row| row[j])));
                let rows: [[Lanes; 4]; 4] = std::array::from_fn(|i| bt(sums.map(|column| column[i])));
                for (i, row) in rows.iter().enumerate() {
                    for (j, value) in row.iter().enumerate() {
                        let to = ((self.tile(i, j) * groups + group) * channels + channel) * LANES;
                        v[to..to + LANES].copy_from_slice(value);
                    }
                }
            }
        }
        v
    }

    /// `Aᵀ m A` of all blocks.
    ///
    /// # Shapes
    /// `m` `[16, panels, groups, 4, 8]`, `bias` `[channels]` or empty → `[images, channels, height, width]`
    pub(super) fn gather(&self, m: &[f32], channels: usize, bias: &[f32]) -> Vec<f32> {
        let groups = self.groups();
        let position = m.len() / POSITIONS;
        let (height, width) = (self.height, self.width);
        let mut y = vec![0.0; self.images * channels * height * width];
        // Where each block's pixels are in a channel, and which of them there are.
        let places: Vec<(usize, bool, bool)> = (0..self.blocks())
            .map(|block| {
                let [image, row, column] = self.place(block);
                let first = (image * channels * height + 2 * row) * width + 2 * column;
                (first, 2 * column + 1 < width, 2 * row + 1 < height)
            })
            .collect();
        for first in (0..channels).step_by(PANEL) {
            let panel = first * groups * LANES;
            for (block, (place, right, below)) in places.iter().copied().enumerate() {
                let read = |i: usize, j: usize| -> [f32; PANEL] {
                    let from = self.tile(i, j) * position + panel + block * PANEL;
                    std::array::from_fn(|channel| m[from..from + PANEL][channel])
                };
                let sums: [[[f32; PANEL]; 2]; 4] = std::array::from_fn(|j| at([0, 1, 2, 3].map(|i| read(i, j))));
                let [upper, lower] = [0, 1].map(|i| at(sums.map(|column| column[i])));
                let [[a, b], [c, d]] = [upper, lower];
                let pixels = a.into_iter().zip(b).zip(c.into_iter().zip(d)).take(channels - first);
                for (channel, ((a, b), (c, d))) in (first..).zip(pixels) {
                    let bias = bias.get(channel).copied().unwrap_or(0.0);
                    let to = place + channel * height * width;
                    y[to] = a + bias;
                    if right {
                        y[to + 1] = b + bias;
                    }
                    if below {
                        y[to + width] = c + bias;
                        if right {
                            y[to + width + 1] = d + bias;
                        }
                    }
                }
            }
        }
        y
    }
}

/// `Bᵀ d` of a column.
#[inline(always)]
fn bt([d0, d1, d2, d3]: [Lanes; 4]) -> [Lanes; 4] {
    [minus(d0, d2), plus(d1, d2), minus(d2, d1), minus(d1, d3)]
}

/// `Aᵀ m` of a column.
#[inline(always)]
fn at<const N: usize>([m0, m1, m2, m3]: [[f32; N]; 4]) -> [[f32; N]; 2] {
    [plus(plus(m0, m1), m2), minus(minus(m1, m2), m3)]
}

#[inline(always)]
fn plus<const N: usize>(a: [f32; N], b: [f32; N]) -> [f32; N] {
    std::array::from_fn(|i| a[i] + b[i])
}

#[inline(always)]
fn minus<const N: usize>(a: [f32; N], b: [f32; N]) -> [f32; N] {
    std::array::from_fn(|i| a[i] - b[i])
}

#[inline(always)]
fn lanes(values: &[f32]) -> Lanes {
    [values[0], values[1], values[2], values[3]]
}
