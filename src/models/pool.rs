//! The heads of the classifier: guided-diffusion's `pool` of `EncoderUNetModel`, each with room for a second label.

use burn::module::{Initializer, Module, Param};
use burn::tensor::{Device, Tensor, activation};

use super::blocks::attend;
use super::config::{NetworkConfig, Pool};
use super::layers::{Conv1d, Conv2d, GroupNorm, Linear};

/// What stands on top of the encoder. Fields are slots of the published `Sequential`.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "one lives in each classifier; boxing would not derive Module")]
pub enum Head {
    /// Norm, SiLU, attention pooling.
    Attention(AttentionHead),
    /// Norm, SiLU, mean over the grid, one projection.
    Adaptive(AdaptiveHead),
    /// Means of the outputs of all blocks, two linear layers.
    Spatial(SpatialHead),
}

/// `pool: "attention"`
#[derive(Module, Debug)]
pub struct AttentionHead {
    _0: GroupNorm,
    _2: AttentionPool,
}

/// `pool: "adaptive"`
#[derive(Module, Debug)]
pub struct AdaptiveHead {
    _0: GroupNorm,
    _3: Conv2d,
    style_proj: Option<Conv2d>,
}

/// `pool: "spatial"`
#[derive(Module, Debug)]
pub struct SpatialHead {
    _0: Linear,
    _2: Linear,
    style_proj: Option<Linear>,
}

/// Hidden width of the spatial head, fixed by guided-diffusion.
const HIDDEN: usize = 2048;

impl Head {
    /// For an encoder that ends with `channels` on a grid of `side`, and whose blocks have `widths` channels.
    pub fn new(config: &NetworkConfig, side: usize, channels: usize, widths: &[usize], device: &Device) -> Self {
        let (classes, styles) = (config.out_channels, config.num_styles);
        match config.pool {
            Pool::Attention => {
                let heads = config.heads(channels);
                Self::Attention(AttentionHead {
                    _0: GroupNorm::new(channels, device),
                    _2: AttentionPool::new(side, channels, heads, classes, styles, device),
                })
            }
            Pool::Adaptive => {
                // Published: starts at zero, so that all classes are equally likely.
                let project = |labels| Conv2d::new([channels, labels], 1, 1, true, device);
                Self::Adaptive(AdaptiveHead {
                    _0: GroupNorm::new(channels, device),
                    _3: project(classes),
                    style_proj: styles.map(project),
                })
            }
            Pool::Spatial => {
                let project = |labels| Linear::new(HIDDEN, labels, device);
                Self::Spatial(SpatialHead {
                    _0: Linear::new(widths.iter().sum(), HIDDEN, device),
                    _2: project(classes),
                    style_proj: styles.map(project),
                })
            }
        }
    }

    /// Lays the weights of its norm and of the projection before attention out for fast kernels.
    pub(super) fn prepare(&mut self) {
        match self {
            Self::Attention(head) => {
                head._0.prepare();
                head._2.qkv_proj.prepare();
            }
            Self::Adaptive(head) => head._0.prepare(),
            Self::Spatial(_) => {}
        }
    }

    /// The features that the projections read.
    ///
    /// # Shapes
    /// the output of every block (spatial) or of the last (others), each `[N, C, H, W]` → `[N, features]`
    pub fn pool(&self, outputs: Vec<Tensor<4>>) -> Tensor<2> {
        let mean = |x: Tensor<4>| {
            let [n, c, h, w] = x.dims();
            x.reshape([n, c, h * w]).mean_dim(2).reshape([n, c])
        };
        let last = |mut outputs: Vec<Tensor<4>>| outputs.remove(outputs.len() - 1);
        match self {
            Self::Attention(head) => head._2.pool(head._0.forward_silu(last(outputs), None)).squeeze_dim(2),
            Self::Adaptive(head) => mean(head._0.forward_silu(last(outputs), None)),
            Self::Spatial(head) => {
                let means = outputs.into_iter().map(mean).collect();
                activation::relu(head._0.forward(Tensor::cat(means, 1)))
            }
        }
    }

    /// # Shapes
    /// `[N, features]` from [`pool`](Self::pool) → class logits `[N, classes]` and, with a style head, style logits
    /// `[N, styles]`
    pub fn project(&self, pooled: &Tensor<2>) -> (Tensor<2>, Option<Tensor<2>>) {
        match self {
            Self::Attention(head) => head._2.project(&pooled.clone().unsqueeze_dim(2)),
            Self::Adaptive(head) => {
                let [n, c] = pooled.dims();
                let read = |projection: &Conv2d| {
                    let logits = projection.forward(pooled.clone().reshape([n, c, 1, 1]));
                    logits.flatten(1, 3)
                };
                (read(&head._3), head.style_proj.as_ref().map(read))
            }
            Self::Spatial(head) => {
                let read = |projection: &Linear| projection.forward(pooled.clone());
                (read(&head._2), head.style_proj.as_ref().map(read))
            }
        }
    }

    /// Multiply-adds for one image whose encoder ends on a grid of `side`.
    pub fn multiply_adds(&self, side: usize) -> u64 {
        match self {
            Self::Attention(head) => head._2.multiply_adds(side),
            Self::Adaptive(head) => {
                let style = head.style_proj.as_ref().map_or(0, |style| style.multiply_adds(1));
                head._3.multiply_adds(1) + style
            }
            Self::Spatial(head) => {
                let style = head.style_proj.as_ref().map_or(0, Linear::multiply_adds);
                head._0.multiply_adds() + head._2.multiply_adds() + style
            }
        }
    }
}

/// CLIP's attention pooling: the mean token asks, all tokens answer (guided-diffusion's `AttentionPool2d`).
#[derive(Module, Debug)]
pub struct AttentionPool {
    positional_embedding: Param<Tensor<2>>,
    qkv_proj: Conv1d,
    c_proj: Conv1d,
    /// A second head on the same pooled feature; an addition to the published layer.
    style_proj: Option<Conv1d>,
    heads: usize,
}

impl AttentionPool {
    /// For a grid of `side`×`side` tokens with `channels` features.
    pub fn new(
        side: usize,
        channels: usize,
        heads: usize,
        classes: usize,
        styles: Option<usize>,
        device: &Device,
    ) -> Self {
        let init = Initializer::Normal { mean: 0.0, std: 1.0 / (channels as f64).sqrt() };
        Self {
            positional_embedding: init.init([channels, side * side + 1], device),
            qkv_proj: Conv1d::new(channels, 3 * channels, false, device),
            c_proj: Conv1d::new(channels, classes, false, device),
            style_proj: styles.map(|styles| Conv1d::new(channels, styles, false, device)),
            heads,
        }
    }

    /// Pools the grid into one feature vector.
    ///
    /// # Shapes
    /// `[N, C, H, W]` → `[N, C, 1]`
    pub fn pool(&self, x: Tensor<4>) -> Tensor<3> {
        let [n, c, height, width] = x.dims();
        let x = x.reshape([n, c, height * width]);
        let x = Tensor::cat(vec![x.clone().mean_dim(2), x], 2) + self.positional_embedding.val().unsqueeze();
        let (t, head) = (height * width + 1, c / self.heads);
        let parts = self.qkv_proj.forward(x).chunk(3, 1);
        let [q, k, v] = [0, 1, 2].map(|i: usize| parts[i].clone().reshape([n * self.heads, head, t]));
        // Only the answer to token 0 is read, so only its question is asked.
        attend(q.narrow(2, 0, 1), k, v).reshape([n, c, 1])
    }

    /// # Shapes
    /// `[N, C, 1]` from [`pool`](Self::pool) → class logits `[N, classes]` and, with a style head, style logits
    /// `[N, styles]`
    pub fn project(&self, pooled: &Tensor<3>) -> (Tensor<2>, Option<Tensor<2>>) {
        let read = |projection: &Conv1d| projection.forward(pooled.clone()).squeeze_dim(2);
        (read(&self.c_proj), self.style_proj.as_ref().map(read))
    }

    /// Multiply-adds for one image on a grid of `side`.
    pub fn multiply_adds(&self, side: usize) -> u64 {
        let t = side * side + 1;
        let channels = self.positional_embedding.lazy_shape()[0];
        let style = self.style_proj.as_ref().map_or(0, |style| style.multiply_adds(1));
        self.qkv_proj.multiply_adds(t) + self.c_proj.multiply_adds(1) + style + (2 * t * channels) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{EncoderUNet, params};

    fn config(pool: Pool) -> NetworkConfig {
        NetworkConfig {
            image_size: 8,
            model_channels: 32,
            channel_mult: vec![1, 2],
            num_res_blocks: 1,
            out_channels: 5,
            num_styles: Some(2),
            pool,
            ..NetworkConfig::default()
        }
    }

    /// Names and shapes as in guided-diffusion's `EncoderUNetModel`, styles aside.
    #[test]
    fn heads_have_the_published_tensors() {
        let head = |pool| {
            let network = EncoderUNet::new(&config(pool), &Device::flex()).unwrap();
            let all = params::shapes(&network).into_iter().filter(|(name, _)| name.starts_with("out."));
            all.filter(|(name, _)| !name.contains("style")).collect::<Vec<_>>()
        };
        let entry = |name: &str, shape: &[usize]| (name.to_owned(), shape.to_vec());
        let norm = [entry("out.0.weight", &[64]), entry("out.0.bias", &[64])];
        let adaptive = [entry("out.3.weight", &[5, 64, 1, 1]), entry("out.3.bias", &[5])];
        assert_eq!(head(Pool::Adaptive), [norm.clone(), adaptive].concat());
        // Input blocks of 32, 32, 32 (halving), 64 channels, then the middle's 64.
        let first = [entry("out.0.weight", &[2048, 224]), entry("out.0.bias", &[2048])];
        let second = [entry("out.2.weight", &[5, 2048]), entry("out.2.bias", &[5])];
        assert_eq!(head(Pool::Spatial), [first, second].concat());
        let names: Vec<String> = head(Pool::Attention).into_iter().map(|(name, _)| name).collect();
        let attention = ["positional_embedding", "qkv_proj.weight", "qkv_proj.bias", "c_proj.weight", "c_proj.bias"];
        let attention = attention.map(|name| format!("out.2.{name}"));
        assert_eq!(
            names,
            ["out.0.weight".to_owned(), "out.0.bias".to_owned()].into_iter().chain(attention).collect::<Vec<_>>()
        );
    }

    /// Two outputs with known means: every hidden unit of the spatial head is their weighted sum, cut off at zero.
    #[test]
    fn the_spatial_head_reads_the_mean_of_every_block() {
        let device = Device::flex();
        let config = config(Pool::Spatial);
        let Head::Spatial(mut head) = Head::new(&config, 4, 1, &[1, 1], &device) else { panic!("another head") };
        let column = |a: f32, b: f32| Tensor::<2>::from_floats([[a, b]], &device).repeat_dim(0, HIDDEN);
        head._0.weight = Param::from_tensor(column(2.0, -1.0));
        head._0.bias = Param::from_tensor(Tensor::zeros([HIDDEN], &device));
        let grid = |values: [f32; 4]| Tensor::<1>::from_floats(values, &device).reshape([1, 1, 2, 2]);
        let hidden = |a, b| {
            let pooled = Head::Spatial(head.clone()).pool(vec![grid(a), grid(b)]);
            assert_eq!(pooled.dims(), [1, HIDDEN]);
            pooled.max().into_scalar::<f32>()
        };
        assert!((hidden([1.0, 2.0, 3.0, 6.0], [4.0, 0.0, 0.0, 0.0]) - 5.0).abs() < 1e-6);
        assert_eq!(hidden([0.0; 4], [1.0; 4]), 0.0);
    }

    /// The adaptive head forgets where things are: moving pixels about changes nothing.
    #[test]
    fn the_adaptive_head_does_not_see_positions() {
        let device = Device::flex();
        let head = Head::new(&config(Pool::Adaptive), 2, 32, &[32], &device);
        let x = Tensor::<4>::random([1, 32, 2, 2], burn::tensor::Distribution::Default, &device);
        let turned = x.clone().permute([0, 1, 3, 2]);
        let (a, b) = (head.pool(vec![x.clone()]), head.pool(vec![turned]));
        assert!((a.clone() - b).abs().max().into_scalar::<f32>() < 1e-6);
        let other = head.pool(vec![x.square()]);
        assert!((a - other).abs().max().into_scalar::<f32>() > 1e-3);
    }
    /// The adaptive head's logits are a row of its kernel times the features, class and style each with their own.
    #[test]
    fn the_adaptive_head_projects_features() {
        let device = Device::flex();
        let Head::Adaptive(mut head) = Head::new(&config(Pool::Adaptive), 2, 32, &[32], &device) else {
            panic!("another head")
        };
        let fill = |projection: &mut Conv2d, step: f32| {
            let shape = projection.weight.val().dims();
            let rows =
                Tensor::<1>::from_floats(&(0..shape[0]).map(|k| k as f32 * step).collect::<Vec<_>>()[..], &device);
            projection.weight = Param::from_tensor(rows.reshape([shape[0], 1, 1, 1]).expand(shape));
            projection.bias = Param::from_tensor(Tensor::ones([shape[0]], &device));
        };
        fill(&mut head._3, 0.5);
        fill(head.style_proj.as_mut().unwrap(), 0.25);
        // Features that sum to 2.
        let pooled = Tensor::<2>::ones([1, 32], &device) / 16.0;
        let (class, style) = Head::Adaptive(head).project(&pooled);
        let values = |logits: Tensor<2>| logits.into_data().iter::<f32>().collect::<Vec<f32>>();
        assert_eq!(values(class), [1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(values(style.unwrap()), [1.0, 1.5]);
    }

    #[test]
    fn every_head_answers_for_every_image() {
        let device = Device::flex();
        for pool in [Pool::Attention, Pool::Adaptive, Pool::Spatial] {
            let network = EncoderUNet::new(&config(pool), &device).unwrap();
            let x = Tensor::<4>::random([2, 3, 8, 8], burn::tensor::Distribution::Default, &device);
            let (class, style) = network.forward(x, &[3.0, 900.0]);
            assert_eq!((class.dims(), style.unwrap().dims()), ([2, 5], [2, 2]), "{pool:?}");
        }
    }
}
