//! Constructor arguments of a network, under the names of guided-diffusion's `UNetModel` and `EncoderUNetModel`.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Architecture of a UNet or of its encoder half.
///
/// Field names and defaults are guided-diffusion's; `attention_resolutions` are down-sampling factors. `num_styles`,
/// `patch_size` and the style head are additions: at their defaults the network is the published one.
///
/// ```
/// use guidelight::models::NetworkConfig;
///
/// let config: NetworkConfig = serde_json::from_str(r#"{ "model_channels": 32, "channel_mult": [1, 2] }"#)?;
/// config.validate()?;
/// // GroupNorm has 32 groups.
/// let error = NetworkConfig { model_channels: 48, ..config }.validate().unwrap_err().to_string();
/// assert_eq!(error, "channels of level 0: expected a positive multiple of 32, at most 8192, got 48");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkConfig {
    /// Side of the (square) images in pixels.
    pub image_size: usize,
    /// Channels of the images.
    pub in_channels: usize,
    /// Base width; level l has `model_channels * channel_mult[l]` channels.
    pub model_channels: usize,
    /// UNet: channels of the output (twice `in_channels` with a learned variance). Classifier: number of classes.
    pub out_channels: usize,
    /// ResBlocks a level.
    pub num_res_blocks: usize,
    /// Down-sampling factors of the (patched) grid at which attention follows each ResBlock.
    pub attention_resolutions: Vec<usize>,
    /// Dropout probability before the last convolution of a ResBlock; active in training only.
    pub dropout: f64,
    /// Width multiplier of each level.
    pub channel_mult: Vec<usize>,
    /// Convolve when resampling between levels (only without `resblock_updown`).
    pub conv_resample: bool,
    /// Number of class labels the UNet is conditioned on.
    pub num_classes: Option<usize>,
    /// Number of style labels: the UNet's second label, the classifier's second head.
    pub num_styles: Option<usize>,
    /// Attention heads, unless `num_head_channels` says how wide a head is.
    pub num_heads: usize,
    /// Channels of one attention head; wins over `num_heads`.
    pub num_head_channels: Option<usize>,
    /// Attention heads on the way up; `num_heads` when absent.
    pub num_heads_upsample: Option<usize>,
    /// Embedding as scale and shift of the second norm (AdaGN) instead of an addition.
    pub use_scale_shift_norm: bool,
    /// ResBlocks do the resampling between levels.
    pub resblock_updown: bool,
    /// Split q, k, v before the heads instead of after.
    pub use_new_attention_order: bool,
    /// Classifier: how the encoder's output becomes features.
    pub pool: Pool,
    /// Side of a patch: PixelUnshuffle before the first convolution, PixelShuffle after the last.
    pub patch_size: usize,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            image_size: 32,
            in_channels: 3,
            model_channels: 64,
            out_channels: 3,
            num_res_blocks: 2,
            attention_resolutions: vec![],
            dropout: 0.0,
            channel_mult: vec![1, 2, 4, 8],
            conv_resample: true,
            num_classes: None,
            num_styles: None,
            num_heads: 1,
            num_head_channels: None,
            num_heads_upsample: None,
            use_scale_shift_norm: false,
            resblock_updown: false,
            use_new_attention_order: false,
            pool: Pool::default(),
            patch_size: 1,
        }
    }
}

/// Head of the classifier, under the names of guided-diffusion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pool {
    /// Attention pooling, the published classifiers' choice.
    #[default]
    Attention,
    /// Mean over the grid.
    Adaptive,
    /// Means of the outputs of all blocks.
    Spatial,
}

/// Groups of every GroupNorm, fixed by guided-diffusion's `normalization`.
pub const NORM_GROUPS: usize = 32;

/// Sides beyond this are refused: the published networks end at 512 pixels.
pub(super) const MAX_SIDE: usize = 1024;

/// Positions that may attend to each other: their weights are a square of this side for every head.
pub(super) const MAX_TOKENS: usize = 1 << 14;

/// Widths beyond this are refused: no network that a browser can run comes near it.
pub(super) const MAX_CHANNELS: usize = 8192;

impl NetworkConfig {
    /// Checks everything that would otherwise fail deep inside a tensor operation.
    pub fn validate(&self) -> Result<()> {
        let bad = |what: &str, expected: String, got: String| Err(Error::invalid(what, expected, got));
        let range = 1..=MAX_CHANNELS;
        for (what, value) in [
            ("in_channels", self.in_channels),
            ("model_channels", self.model_channels),
            ("out_channels", self.out_channels),
            ("num_res_blocks", self.num_res_blocks),
            ("num_heads", self.num_heads),
            ("patch_size", self.patch_size),
            ("num_classes", self.num_classes.unwrap_or(1)),
            ("num_styles", self.num_styles.unwrap_or(1)),
            ("num_head_channels", self.num_head_channels.unwrap_or(1)),
            ("num_heads_upsample", self.num_heads_upsample.unwrap_or(1)),
        ] {
            if !range.contains(&value) {
                return bad(what, format!("1 to {MAX_CHANNELS}"), value.to_string());
            }
        }
        if !(1..=MAX_SIDE).contains(&self.image_size) {
            return bad("image_size", format!("1 to {MAX_SIDE}"), self.image_size.to_string());
        }
        if self.channel_mult.is_empty() || self.channel_mult.len() > 10 {
            return bad("channel_mult", "1 to 10 levels".into(), format!("{} levels", self.channel_mult.len()));
        }
        if !(0.0..1.0).contains(&self.dropout) {
            return bad("dropout", "a probability below 1".into(), self.dropout.to_string());
        }
        let factor = self.patch_size << (self.channel_mult.len() - 1);
        if !self.image_size.is_multiple_of(factor) {
            let expected = format!("a multiple of {factor} (patch size times all down-sampling)");
            return bad("image_size", expected, self.image_size.to_string());
        }
        // The middle block attends on the coarsest grid, whatever is listed.
        let coarsest = 1 << (self.channel_mult.len() - 1);
        let finest = self.attention_resolutions.iter().copied().chain([coarsest]).min().unwrap_or(coarsest).max(1);
        let tokens = (self.grid() / finest).pow(2);
        if tokens > MAX_TOKENS {
            return bad("positions under attention", format!("at most {MAX_TOKENS}"), tokens.to_string());
        }
        for (level, mult) in self.channel_mult.iter().enumerate() {
            let channels = self.model_channels.saturating_mul(*mult);
            if channels == 0 || channels > MAX_CHANNELS || !channels.is_multiple_of(NORM_GROUPS) {
                let expected = format!("a positive multiple of {NORM_GROUPS}, at most {MAX_CHANNELS}");
                return bad(&format!("channels of level {level}"), expected, channels.to_string());
            }
            for heads in [self.heads(channels), self.heads_up(channels)] {
                if heads == 0 || !channels.is_multiple_of(heads) {
                    let expected = format!("a divisor of the {channels} channels of level {level}");
                    return bad("attention heads", expected, heads.to_string());
                }
            }
        }
        Ok(())
    }

    /// Side of the grid the network works on, after patching.
    pub fn grid(&self) -> usize {
        self.image_size / self.patch_size
    }

    /// Pixels of one patch, by which patching multiplies the channels.
    pub fn patch_area(&self) -> usize {
        self.patch_size * self.patch_size
    }

    /// Width of the timestep embedding.
    pub fn embedding(&self) -> usize {
        4 * self.model_channels
    }

    /// Attention heads for `channels`, on the way down and in the middle.
    pub fn heads(&self, channels: usize) -> usize {
        self.num_head_channels.map_or(self.num_heads, |width| channels / width)
    }

    /// Attention heads for `channels` on the way up.
    pub fn heads_up(&self, channels: usize) -> usize {
        let heads = self.num_heads_upsample.unwrap_or(self.num_heads);
        self.num_head_channels.map_or(heads, |width| channels / width)
    }
}
