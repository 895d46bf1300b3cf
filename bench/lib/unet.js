// @ts-check
/**
 * Our UNet as an ONNX model, from our own file: what src/models/unet.rs computes, in the operators that an export from
 * PyTorch uses. Where there is a choice, it is the cheaper one: the sinusoids of the timestep are an input, SiLU of the
 * embedding is shared by all blocks, the gain of a norm is joined with its modulation before it meets the large tensor.
 */
import { Graph } from './graph.js';

/** @typedef {import('./graph.js').Value} Value */
/** @typedef {import('./model-file.js').Tensor} Tensor */
/** @typedef {{ value: Value, channels: number, side: number }} Map2d a tensor [N, channels, side, side] */

const GROUPS = 32;
const EPSILON = 1e-5;

/**
 * Inputs `x` [N, C, S, S], `time` [N, model_channels] (see time.js), `class` and `style` [N] where the network has them;
 * output `output`.
 * @param {{ card: import('./model-file.js').Card, tensors: Map<string, Tensor> }} model
 * @returns {Uint8Array}
 */
export function unetToOnnx({ card, tensors }) {
  if (card.kind !== 'unet' || card.architecture) throw new Error(`${card.name}: expected a UNet of guided-diffusion`);
  return new UnetBuilder(card.network, tensors).build();
}

class UnetBuilder {
  #graph = new Graph();
  #config;
  #tensors;
  /** The embedding after its SiLU. @type {Value} */
  #embedding = '';

  /** @param {Record<string, any>} config @param {Map<string, Tensor>} tensors */
  constructor(config, tensors) {
    this.#config = { patch_size: 1, num_heads: 1, num_res_blocks: 2, conv_resample: true, ...config };
    this.#tensors = tensors;
  }

  build() {
    const graph = this.#graph;
    const { image_size: size, in_channels: inputs, out_channels: outputs, patch_size: patch } = this.#config;
    const { model_channels: width, channel_mult: multipliers, num_res_blocks: depth } = this.#config;
    const { attention_resolutions: attended, resblock_updown: resampling, conv_resample: convolved } = this.#config;
    let emb = graph.input('time', 'float', [width]);
    emb = this.#linear('time_embed.2', this.#silu(this.#linear('time_embed.0', emb)));
    for (const [label, count] of [
      ['class', this.#config.num_classes],
      ['style', this.#config.num_styles],
    ]) {
      if (!count) continue;
      const table = this.#tensor(`${label === 'class' ? 'label' : 'style'}_emb.weight`);
      emb = graph.op('Add', [emb, graph.op('Gather', [table, graph.input(label, 'int64', [])])]);
    }
    this.#embedding = this.#silu(emb);

    const grid = size / patch;
    /** @type {Map2d} */
    let h = {
      value: this.#unshuffle(graph.input('x', 'float', [inputs, size, size])),
      channels: inputs * patch ** 2,
      side: grid,
    };
    h = this.#conv('input_blocks.0.0', h);
    const skips = [h];
    let factor = 1;
    let block = 1;
    multipliers.forEach((/** @type {number} */ multiplier, /** @type {number} */ level) => {
      for (let i = 0; i < depth; i += 1, block += 1) {
        h = this.#res(`input_blocks.${block}.0`, h);
        if (attended.includes(factor)) h = this.#attention(`input_blocks.${block}.1`, h, false);
        skips.push(h);
      }
      if (level + 1 === multipliers.length) return;
      const name = `input_blocks.${block}.0`;
      if (resampling) h = this.#res(name, h, (x) => this.#halve(x));
      else h = convolved ? this.#conv(`${name}.op`, h, 2) : this.#halve(h);
      skips.push(h);
      factor *= 2;
      block += 1;
    });
    h = this.#res('middle_block.0', h);
    h = this.#attention('middle_block.1', h, false);
    h = this.#res('middle_block.2', h);
    block = 0;
    for (let level = multipliers.length - 1; level >= 0; level -= 1) {
      for (let i = 0; i <= depth; i += 1, block += 1) {
        const skip = /** @type {Map2d} */ (skips.pop());
        const value = graph.op('Concat', [h.value, skip.value], { axis: 1 });
        h = this.#res(`output_blocks.${block}.0`, { value, channels: h.channels + skip.channels, side: h.side });
        let slot = 1;
        if (attended.includes(factor)) h = this.#attention(`output_blocks.${block}.${slot++}`, h, true);
        if (level > 0 && i === depth) {
          const name = `output_blocks.${block}.${slot}`;
          if (resampling) h = this.#res(name, h, (x) => this.#double(x));
          else h = convolved ? this.#conv(`${name}.conv`, this.#double(h)) : this.#double(h);
          factor /= 2;
        }
      }
    }
    h = this.#conv('out.2', this.#active(this.#norm('out.0', h)));
    const shuffle = { blocksize: patch, mode: 'CRD' };
    const output = patch === 1 ? h.value : graph.op('DepthToSpace', [h.value], shuffle);
    graph.output(output, 'output', [outputs, size, size]);
    return graph.encode();
  }

  /** @param {string} name @returns {Value} */
  #tensor(name) {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new Error(`tensor ${name}: expected in the model file, got none`);
    return this.#graph.weights(name, tensor);
  }

  /** The same values under another shape. @param {string} name @param {number[]} shape */
  #reshaped(name, shape) {
    const { values } = /** @type {Tensor} */ (this.#tensors.get(name));
    return this.#graph.weights(`${name} [${shape}]`, { shape, values });
  }

  /** @param {Value} x @param {number[]} shape 0 keeps the batch */
  #reshape(x, shape) {
    return this.#graph.op('Reshape', [x, this.#graph.ints(shape)]);
  }

  /** @param {Value} x */
  #silu(x) {
    return this.#graph.op('Mul', [x, this.#graph.op('Sigmoid', [x])]);
  }

  /** @param {Map2d} x @returns {Map2d} */
  #active(x) {
    return { ...x, value: this.#silu(x.value) };
  }

  /** @param {string} name @param {Value} x */
  #linear(name, x) {
    const parts = [this.#tensor(`${name}.weight`), this.#tensor(`${name}.bias`)];
    return this.#graph.op('Gemm', [x, ...parts], { transB: 1 });
  }

  /** Any kernel that keeps the size, or halves it with stride 2. @param {string} name @param {Map2d} x @returns {Map2d} */
  #conv(name, x, stride = 1) {
    const { shape } = /** @type {Tensor} */ (this.#tensors.get(`${name}.weight`));
    const [channels, inputs, kernel = 1] = shape;
    const pad = (kernel - 1) / 2;
    const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] };
    const weight = this.#reshaped(`${name}.weight`, [channels, inputs, kernel, kernel]);
    const value = this.#graph.op('Conv', [x.value, weight, this.#tensor(`${name}.bias`)], attributes);
    return { value, channels, side: x.side / stride };
  }

  /** @param {string} name @param {Map2d} x @param {Value[]} [modulation] scale and shift, [N, C] @returns {Map2d} */
  #norm(name, x, modulation) {
    const graph = this.#graph;
    const same = (/** @type {number} */ value) => ({ shape: [GROUPS], values: new Float32Array(GROUPS).fill(value) });
    const groups = this.#reshape(x.value, [0, GROUPS, -1]);
    const unit = [graph.weights('ones', same(1)), graph.weights('zeros', same(0))];
    const normed = graph.op('InstanceNormalization', [groups, ...unit], { epsilon: EPSILON });
    const value = this.#reshape(normed, [0, x.channels, x.side, x.side]);
    const part = (/** @type {string} */ kind) => this.#reshaped(`${name}.${kind}`, [1, x.channels, 1, 1]);
    let [gain, bias] = [part('weight'), part('bias')];
    if (modulation) {
      const [scale, shift] = modulation.map((value) => this.#reshape(value, [0, x.channels, 1, 1]));
      const one = graph.weights('one', { shape: [1], values: Float32Array.of(1) });
      const factor = graph.op('Add', [scale, one]);
      bias = graph.op('Add', [graph.op('Mul', [bias, factor]), shift]);
      gain = graph.op('Mul', [gain, factor]);
    }
    return { ...x, value: graph.op('Add', [graph.op('Mul', [value, gain]), bias]) };
  }

  /** @param {string} name @param {Map2d} x @param {(x: Map2d) => Map2d} [resample] @returns {Map2d} */
  #res(name, x, resample = (same) => same) {
    const graph = this.#graph;
    let h = resample(this.#active(this.#norm(`${name}.in_layers.0`, x)));
    h = this.#conv(`${name}.in_layers.2`, h);
    const emb = this.#linear(`${name}.emb_layers.1`, this.#embedding);
    if (this.#config.use_scale_shift_norm) {
      const halves = graph.ops('Split', [emb, graph.ints([h.channels, h.channels])], 2, { axis: 1 });
      h = this.#norm(`${name}.out_layers.0`, h, halves);
    } else {
      const value = graph.op('Add', [h.value, this.#reshape(emb, [0, h.channels, 1, 1])]);
      h = this.#norm(`${name}.out_layers.0`, { ...h, value });
    }
    h = this.#conv(`${name}.out_layers.3`, this.#active(h));
    let skip = resample(x);
    if (this.#tensors.has(`${name}.skip_connection.weight`)) skip = this.#conv(`${name}.skip_connection`, skip);
    return { ...h, value: graph.op('Add', [skip.value, h.value]) };
  }

  /** @param {string} name @param {Map2d} x @param {boolean} up on the way up @returns {Map2d} */
  #attention(name, x, up) {
    const graph = this.#graph;
    const { num_heads, num_heads_upsample, num_head_channels, use_new_attention_order: split } = this.#config;
    const given = up ? (num_heads_upsample ?? num_heads) : num_heads;
    const heads = num_head_channels ? x.channels / num_head_channels : given;
    const width = x.channels / heads;
    const tokens = x.side ** 2;
    const qkv = this.#conv(`${name}.qkv`, this.#norm(`${name}.norm`, x)).value;
    // The new order is q, k, v and then their heads, the old one heads and then their q, k, v.
    const [shape, axis] = split ? [[0, 3 * heads, width, tokens], 1] : [[0, heads, 3 * width, tokens], 2];
    const part = split ? heads : width;
    const sizes = graph.ints([part, part, part]);
    const [q, k, v] = graph.ops('Split', [this.#reshape(qkv, shape), sizes], 3, { axis });
    const scale = graph.weights(`scale ${width}`, { shape: [1], values: Float32Array.of(1 / Math.sqrt(width)) });
    const turned = { perm: [0, 1, 3, 2] };
    const asked = graph.op('Transpose', [graph.op('Mul', [q, scale])], turned);
    const weights = graph.op('Softmax', [graph.op('MatMul', [asked, k])], { axis: -1 });
    const answer = graph.op('MatMul', [v, graph.op('Transpose', [weights], turned)]);
    const h = { ...x, value: this.#reshape(answer, [0, x.channels, x.side, x.side]) };
    return { ...x, value: graph.op('Add', [x.value, this.#conv(`${name}.proj_out`, h).value]) };
  }

  /** @param {Map2d} x @returns {Map2d} */
  #halve(x) {
    const attributes = { kernel_shape: [2, 2], strides: [2, 2] };
    return { ...x, value: this.#graph.op('AveragePool', [x.value], attributes), side: x.side / 2 };
  }

  /** @param {Map2d} x @returns {Map2d} */
  #double(x) {
    const scales = this.#graph.weights('twice', { shape: [4], values: Float32Array.of(1, 1, 2, 2) });
    const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
    return { ...x, value: this.#graph.op('Resize', [x.value, '', scales], attributes), side: x.side * 2 };
  }

  /** PyTorch's PixelUnshuffle. @param {Value} x */
  #unshuffle(x) {
    const { image_size: size, in_channels: channels, patch_size: patch } = this.#config;
    if (patch === 1) return x;
    const grid = size / patch;
    const blocks = this.#reshape(x, [0, channels, grid, patch, grid, patch]);
    const perm = [0, 1, 3, 5, 2, 4];
    return this.#reshape(this.#graph.op('Transpose', [blocks], { perm }), [0, channels * patch ** 2, grid, grid]);
  }
}
