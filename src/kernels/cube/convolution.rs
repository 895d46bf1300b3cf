//! Convolutions on the graphics card: Winograd's as three launches (transform, 16 products at once, gather), a 1×1 one as
//! the product alone.
//!
//! A unit of the product keeps 4 channels × 4 blocks in registers and reads both operands four numbers at a time: half a
//! number read for each multiplication, without shared memory and barriers, which software adapters are slow at.

use burn::tensor::{Tensor, TensorData};
use burn_cubecl::tensor::CubeTensor;
use cubecl::calculate_cube_count_elemwise;
use cubecl::prelude::*;

use super::empty;
use crate::kernels::convolution::{Filter, POSITIONS, transformed};

const UNITS: u32 = 64;

/// Numbers of transformed blocks at a time. They are four times as many as those of a picture, and must not outgrow what
/// WebGPU binds on every adapter.
const PART: usize = 1 << 22;

type Four = Vector<f32, Const<4>>;

/// The weights as a graphics card reads them, four channels at a time; computed there, since a browser cannot wait for
/// what lies on a card.
///
/// # Shapes
/// `[out, in, side, side]` → `[positions, out, in, 1]`
pub(in super::super) fn laid_out(weight: &Tensor<4>, winograd: bool) -> Option<Tensor<4>> {
    /// Bytes that WebGPU binds on every adapter.
    const BINDING: usize = 128 << 20;
    let [out, input, _, _] = weight.dims();
    if out % 4 != 0 || input % 4 != 0 || POSITIONS * out * input * size_of::<f32>() > BINDING {
        return None;
    }
    if !winograd {
        return Some(weight.clone().reshape([1, out, input, 1]));
    }
    // The transform is linear: row k of its matrix is what becomes of the kernel with a one at tap k.
    let matrix =
        (0..9).flat_map(|tap| transformed(&std::array::from_fn::<f32, 9, _>(|i| if i == tap { 1.0 } else { 0.0 })));
    let matrix = TensorData::new(matrix.collect::<Vec<f32>>(), [9, POSITIONS]);
    let matrix = Tensor::<2>::from_data(matrix, (&weight.device(), weight.dtype()));
    let weights = weight.clone().reshape([out * input, 9]).matmul(matrix).transpose();
    // Through one dimension, so that a copy is made in the order that the shape says.
    Some(weights.reshape([POSITIONS * out * input]).reshape([POSITIONS, out, input, 1]))
}

/// # Shapes
/// `x` `[N, in, H, W]`, `weights` `[16, out, in, 1]`, `bias` `[out]` → `[N, filter.channels, H, W]`
pub(super) fn by_blocks(x: CubeTensor, weights: CubeTensor, bias: CubeTensor, filter: Filter) -> CubeTensor {
    let [images, input, height, width] = dims(&x);
    let output = filter.channels;
    let (rows, columns) = (height.div_ceil(2), width.div_ceil(2));
    let y = empty([images, output, height, width], &x);
    let client = x.client.clone();
    let dim = CubeDim::new_1d(UNITS);
    let count = |units| calculate_cube_count_elemwise(&client, units, dim);
    let all = images * rows * columns;
    let [images, input32, output32] = [images, input, output].map(|n| n as u32);
    let [height, width, rows, columns] = [height, width, rows, columns].map(|n| n as u32);
    let part = (PART / (POSITIONS * input.max(output))).next_multiple_of(4);
    for first in (0..all).step_by(part) {
        // Whole groups of four; what is beyond the last block is never gathered.
        let blocks = part.min(all - first).next_multiple_of(4);
        let v = empty([POSITIONS, input, blocks], &x);
        let m = empty([POSITIONS, output, blocks], &x);
        let [first, blocks32] = [first, blocks].map(|n| n as u32);
        // SAFETY: every kernel checks its position against the sizes that the buffers were made with.
        #[expect(unsafe_code, reason = "launches without CubeCL's own bounds checks")]
        unsafe {
            transform::launch_unchecked(
                &client,
                count(input * blocks),
                dim,
                x.clone().into_buffer_arg(),
                v.clone().into_buffer_arg(),
                images,
                input32,
                height,
                width,
                rows,
                columns,
                first,
                blocks32,
            );
        }
        let sizes = Product { positions: POSITIONS, input, blocks, pixels: false };
        multiply(weights.clone(), v, bias.clone(), &m, filter, sizes);
        // SAFETY: as above.
        #[expect(unsafe_code, reason = "launches without CubeCL's own bounds checks")]
        unsafe {
            gather::launch_unchecked(
                &client,
                count(output * blocks),
                dim,
                m.into_buffer_arg(),
                bias.clone().into_buffer_arg(),
                y.clone().into_buffer_arg(),
                images,
                output32,
                height,
                width,
                rows,
                columns,
                first,
                blocks32,
                !filter.back,
            );
        }
    }
    y
}

/// # Shapes
/// `x` `[N, in, H, W]`, `weights` `[1, out, in, 1]`, `bias` `[out]` → `[N, filter.channels, H, W]`, with H W a multiple of 4
pub(super) fn by_pixels(x: CubeTensor, weights: CubeTensor, bias: CubeTensor, filter: Filter) -> CubeTensor {
    let [images, input, height, width] = dims(&x);
    let y = empty([images, filter.channels, height, width], &x);
    let sizes = Product { positions: images, input, blocks: height * width, pixels: true };
    multiply(weights, x, bias, &y, filter, sizes);
    y
}

fn dims<const D: usize>(tensor: &CubeTensor) -> [usize; D] {
    std::array::from_fn(|i| tensor.meta.shape()[i])
}

struct Product {
    positions: usize,
    input: usize,
    blocks: usize,
    /// Whether it is the whole convolution: the same weights for every position, and a bias.
    pixels: bool,
}

fn multiply(u: CubeTensor, v: CubeTensor, bias: CubeTensor, m: &CubeTensor, filter: Filter, sizes: Product) {
    let Product { positions, input, blocks, pixels } = sizes;
    let dim = CubeDim::new_1d(UNITS);
    let client = v.client.clone();
    let units = positions * filter.channels / 4 * blocks / 4;
    // SAFETY: every unit checks its position against the sizes that the buffers were made with.
    #[expect(unsafe_code, reason = "launches without CubeCL's own bounds checks")]
    unsafe {
        product::launch_unchecked(
            &client,
            calculate_cube_count_elemwise(&client, units, dim),
            dim,
            u.into_buffer_arg(),
            v.into_buffer_arg(),
            bias.into_buffer_arg(),
            m.clone().into_buffer_arg(),
            positions as u32,
            input as u32,
            filter.channels as u32,
            (blocks / 4) as u32,
            filter.back,
            pixels,
        );
    }
}

/// `Bᵀ d B`, a unit for each channel and block, of the blocks from the first one on.
///
/// # Shapes
/// `x` `[images, channels, height, width]` → `v` `[16, channels, blocks]`
#[cube(launch_unchecked)]
fn transform(
    x: &[f32],
    v: &mut [f32],
    images: u32,
    channels: u32,
    height: u32,
    width: u32,
    rows: u32,
    columns: u32,
    first_block: u32,
    blocks: u32,
) {
    let unit = ABSOLUTE_POS as u32;
    if unit >= channels * blocks {
        terminate!();
    }
    let channel = unit / blocks;
    let block = first_block + unit % blocks;
    let image = block / (rows * columns);
    let row = (block / columns) % rows;
    let column = block % columns;
    let plane = (image * channels + channel) * height * width;
    let mut lines = Array::<Four>::new(4usize);
    #[unroll]
    for i in 0..4u32 {
        let mut line = Four::new(0.0f32);
        // One more than the row in the picture, which starts a row above it.
        let down = 2 * row + i;
        if image < images && down >= 1 && down <= height {
            #[unroll]
            for j in 0..4u32 {
                let across = 2 * column + j;
                if across >= 1 && across <= width {
                    line.insert(j as usize, x[(plane + (down - 1) * width + across - 1) as usize]);
                }
            }
        }
        lines[i as usize] = line;
    }
    let sums = bt(lines[0], lines[1], lines[2], lines[3]);
    #[unroll]
    for i in 0..4u32 {
        let s = sums[i as usize];
        let (s0, s1, s2, s3) = (s.extract(0usize), s.extract(1usize), s.extract(2usize), s.extract(3usize));
        let step = channels * blocks;
        let first = 4 * i * step + unit;
        v[first as usize] = s0 - s2;
        v[(first + step) as usize] = s1 + s2;
        v[(first + 2 * step) as usize] = s2 - s1;
        v[(first + 3 * step) as usize] = s1 - s3;
    }
}

/// `Bᵀ d` of the four rows of d.
#[cube]
fn bt(d0: Four, d1: Four, d2: Four, d3: Four) -> Array<Four> {
    let mut sums = Array::<Four>::new(4usize);
    sums[0] = d0 - d2;
    sums[1] = d1 + d2;
    sums[2] = d2 - d1;
    sums[3] = d1 - d3;
    sums
}

/// Matrix products, a unit for each 4 channels × 4 blocks of a position.
///
/// # Shapes
/// `u` `[positions, out, in]` (`[positions, in, out]` with `back`, one position with `pixels`), `v`
/// `[positions, in, blocks]`, `bias` `[out]` → `m` `[positions, out, blocks]`, all but the bias in fours
#[cube(launch_unchecked)]
fn product(
    u: &[Four],
    v: &[Four],
    bias: &[f32],
    m: &mut [Four],
    positions: u32,
    input: u32,
    output: u32,
    blocks4: u32,
    #[comptime] back: bool,
    #[comptime] pixels: bool,
) {
    let unit = ABSOLUTE_POS as u32;
    let outputs4 = output / 4;
    if unit >= positions * outputs4 * blocks4 {
        terminate!();
    }
    let block = unit % blocks4;
    let channel = (unit / blocks4) % outputs4;
    let position = unit / blocks4 / outputs4;
    let mut sum0 = Four::new(0.0f32);
    let mut sum1 = Four::new(0.0f32);
    let mut sum2 = Four::new(0.0f32);
    let mut sum3 = Four::new(0.0f32);
    if pixels && !back {
        sum0 = Four::new(bias[(4 * channel) as usize]);
        sum1 = Four::new(bias[(4 * channel + 1) as usize]);
        sum2 = Four::new(bias[(4 * channel + 2) as usize]);
        sum3 = Four::new(bias[(4 * channel + 3) as usize]);
    }
    let mut right = position * input * blocks4 + block;
    if back {
        let mut left = channel;
        if !pixels {
            left += turned(position) * input * outputs4;
        }
        for _ in 0..input {
            let a = u[left as usize];
            let b = v[right as usize];
            sum0 += Four::new(a.extract(0usize)) * b;
            sum1 += Four::new(a.extract(1usize)) * b;
            sum2 += Four::new(a.extract(2usize)) * b;
            sum3 += Four::new(a.extract(3usize)) * b;
            left += outputs4;
            right += blocks4;
        }
    } else {
        let inputs4 = input / 4;
        let mut left = 4 * channel * inputs4;
        if !pixels {
            left += position * output * inputs4;
        }
        for _ in 0..inputs4 {
            let a0 = u[left as usize];
            let a1 = u[(left + inputs4) as usize];
            let a2 = u[(left + 2 * inputs4) as usize];
            let a3 = u[(left + 3 * inputs4) as usize];
            #[unroll]
            for i in 0..4usize {
                let b = v[right as usize];
                sum0 += Four::new(a0.extract(i)) * b;
                sum1 += Four::new(a1.extract(i)) * b;
                sum2 += Four::new(a2.extract(i)) * b;
                sum3 += Four::new(a3.extract(i)) * b;
                right += blocks4;
            }
            left += 1;
        }
    }
    let first = (position * output + 4 * channel) * blocks4 + block;
    m[first as usize] = sum0;
    m[(first + blocks4) as usize] = sum1;
    m[(first + 2 * blocks4) as usize] = sum2;
    m[(first + 3 * blocks4) as usize] = sum3;
}

/// Where a position of a transformed block is when the kernel is turned by 180°: 0 and 3 change places both ways.
#[cube]
fn turned(position: u32) -> u32 {
    let i = position / 4;
    let j = position % 4;
    let i = select(i == 0 || i == 3, 3 - i, i);
    let j = select(j == 0 || j == 3, 3 - j, j);
    4 * i + j
}

/// `Aᵀ m A`, a unit for each channel and block, of the blocks from the first one on.
///
/// # Shapes
/// `m` `[16, channels, blocks]`, `bias` `[channels]` → `y` `[images, channels, height, width]`
#[cube(launch_unchecked)]
fn gather(
    m: &[f32],
    bias: &[f32],
    y: &mut [f32],
    images: u32,
    channels: u32,
    height: u32,
    width: u32,
    rows: u32,
    columns: u32,
    first_block: u32,
    blocks: u32,
    #[comptime] with_bias: bool,
) {
    let unit = ABSOLUTE_POS as u32;
    let step = channels * blocks;
    let channel = unit / blocks;
    let block = first_block + unit % blocks;
    let image = block / (rows * columns);
    if unit >= step || image >= images {
        terminate!();
    }
    let row = (block / columns) % rows;
    let column = block % columns;
    let mut upper = Four::new(0.0f32);
    let mut lower = Four::new(0.0f32);
    #[unroll]
    for j in 0..4u32 {
        let m0 = m[(unit + j * step) as usize];
        let m1 = m[(unit + (4 + j) * step) as usize];
        let m2 = m[(unit + (8 + j) * step) as usize];
        let m3 = m[(unit + (12 + j) * step) as usize];
        upper.insert(j as usize, m0 + m1 + m2);
        lower.insert(j as usize, m1 - m2 - m3);
    }
    let mut shift = 0.0f32;
    if with_bias {
        shift = bias[channel as usize];
    }
    let to = ((image * channels + channel) * height + 2 * row) * width + 2 * column;
    let right = 2 * column + 1 < width;
    y[to as usize] = upper.extract(0usize) + upper.extract(1usize) + upper.extract(2usize) + shift;
    if right {
        y[(to + 1) as usize] = upper.extract(1usize) - upper.extract(2usize) - upper.extract(3usize) + shift;
    }
    if 2 * row + 1 < height {
        y[(to + width) as usize] = lower.extract(0usize) + lower.extract(1usize) + lower.extract(2usize) + shift;
        if right {
            y[(to + width + 1) as usize] =
                lower.extract(1usize) - lower.extract(2usize) - lower.extract(3usize) + shift;
        }
    }
}
