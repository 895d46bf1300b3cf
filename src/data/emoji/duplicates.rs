//! Leaves out drawings that a vendor repeats for several emoji: they would weigh double and could leak across the split.

use rayon::prelude::*;

/// Two pictures of one style closer than this are one, in units of 1/255, root mean square over [3, side, side].
const LIMIT: f64 = 2.0;

/// Indices of the pictures that differ from every earlier kept picture of the same style, compared at half the size.
pub(super) fn distinct(pictures: &[Vec<u8>], styles: &[u8], size: usize) -> Vec<usize> {
    let small: Vec<Vec<f32>> = pictures.par_iter().map(|p| halve(p, size)).collect();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for i in 0..pictures.len() {
        match groups.last_mut() {
            Some(group) if styles[group[0]] == styles[i] => group.push(i),
            _ => groups.push(vec![i]),
        }
    }
    groups.par_iter().flat_map(|group| distinct_in(group, &small)).collect()
}

fn distinct_in(group: &[usize], small: &[Vec<f32>]) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::with_capacity(group.len());
    for &i in group {
        if !kept.par_iter().any(|&k| near(&small[k], &small[i])) {
            kept.push(i);
        }
    }
    kept
}

/// Whether the root mean square difference is below [`LIMIT`]; gives up as soon as it cannot be.
fn near(a: &[f32], b: &[f32]) -> bool {
    let budget = LIMIT * LIMIT * a.len() as f64;
    let mut sum = 0.0;
    for (a, b) in a.chunks(32).zip(b.chunks(32)) {
        sum += f64::from(a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>());
        if sum >= budget {
            return false;
        }
    }
    true
}

/// 2x2 means: [3, size, size] to [3, size / 2, size / 2].
fn halve(picture: &[u8], size: usize) -> Vec<f32> {
    let half = size / 2;
    let mut small = Vec::with_capacity(3 * half * half);
    for plane in picture.chunks(size * size) {
        for y in 0..half {
            for x in 0..half {
                let at = 2 * y * size + 2 * x;
                let sum: u32 = [at, at + 1, at + size, at + size + 1].iter().map(|&i| u32::from(plane[i])).sum();
                small.push(sum as f32 / 4.0);
            }
        }
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_duplicates_go_within_a_style_only() {
        let flat = |v: u8| vec![v; 3 * 4 * 4];
        let pictures = [flat(10), flat(11), flat(13), flat(10)];
        // 11 is 1 from 10 and goes; 13 is 3 from 10 and stays; the last has another style.
        assert_eq!(distinct(&pictures, &[0, 0, 0, 1], 4), [0, 2, 3]);
    }
}
