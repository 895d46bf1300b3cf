"""Times the UNet of a model file of ours in PyTorch, eager and compiled, and compares its numbers with ours.

    python bench/pytorch.py emoji32.safetensors --batch 1 16 64 [--device cuda] [--json]

What src/models/unet.rs computes, on the tensors of the file. Needs torch and safetensors; see gpu.sh.
"""

import argparse
import json
import math
import statistics
import time

import torch
import torch.nn.functional as F
from safetensors import safe_open


def read(path):
    """The card's network, and every tensor in f32; int8 kernels have one scale for each output channel."""
    with safe_open(path, "pt") as file:
        network = json.loads(file.metadata()["guidelight"])["network"]
        raw = {name: file.get_tensor(name) for name in file.keys()}
    tensors = {}
    for name, value in raw.items():
        if name.endswith(".scale") and name.removesuffix(".scale") in raw:
            continue
        if value.dtype == torch.int8:
            scale = raw[name + ".scale"].reshape(-1, *[1] * (value.dim() - 1))
            value = value.float() * scale
        tensors[name] = value.float()
    return network, tensors


class UNet(torch.nn.Module):
    """guided-diffusion's UNetModel with a style label and patches."""

    def __init__(self, network, tensors):
        super().__init__()
        self.config = {"patch_size": 1, "num_res_blocks": 2, "num_heads": 1, "conv_resample": True} | network
        self.w = torch.nn.ParameterDict({name.replace(".", "/"): value for name, value in tensors.items()})

    def has(self, name):
        return name.replace(".", "/") in self.w

    def get(self, name):
        return self.w[name.replace(".", "/")]

    def linear(self, name, x):
        return F.linear(x, self.get(name + ".weight"), self.get(name + ".bias"))

    def conv(self, name, x, stride=1):
        weight = self.get(name + ".weight")
        weight = weight.reshape(*weight.shape[:2], *(weight.shape[2:] if weight.dim() == 4 else (1, 1)))
        return F.conv2d(x, weight, self.get(name + ".bias"), stride, weight.shape[-1] // 2)

    def norm(self, name, x):
        return F.group_norm(x, 32, self.get(name + ".weight"), self.get(name + ".bias"), 1e-5)

    def res(self, name, x, emb, resample=lambda x: x):
        h = self.conv(name + ".in_layers.2", resample(F.silu(self.norm(name + ".in_layers.0", x))))
        emb = self.linear(name + ".emb_layers.1", F.silu(emb))[:, :, None, None]
        if self.config.get("use_scale_shift_norm"):
            scale, shift = emb.chunk(2, 1)
            h = self.norm(name + ".out_layers.0", h) * (1 + scale) + shift
        else:
            h = self.norm(name + ".out_layers.0", h + emb)
        h = self.conv(name + ".out_layers.3", F.silu(h))
        x = resample(x)
        return h + (self.conv(name + ".skip_connection", x) if self.has(name + ".skip_connection.weight") else x)

    def attention(self, name, x, heads):
        n, c, height, width = x.shape
        heads = c // self.config["num_head_channels"] if self.config.get("num_head_channels") else heads
        qkv = self.conv(name + ".qkv", self.norm(name + ".norm", x))
        if self.config.get("use_new_attention_order"):
            q, k, v = qkv.reshape(n, 3, heads, c // heads, height * width).unbind(1)
        else:
            q, k, v = qkv.reshape(n, heads, 3, c // heads, height * width).unbind(2)
        h = F.scaled_dot_product_attention(*(part.transpose(-1, -2) for part in (q, k, v)))
        return x + self.conv(name + ".proj_out", h.transpose(-1, -2).reshape(x.shape))

    def forward(self, x, t, label, style):
        c = self.config
        half = c["model_channels"] // 2
        rates = torch.exp(-math.log(10_000) * torch.arange(half, device=x.device) / half)
        angles = t[:, None] * rates
        emb = self.linear("time_embed.0", torch.cat([angles.cos(), angles.sin()], 1))
        emb = self.linear("time_embed.2", F.silu(emb))
        for name, index in (("label_emb.weight", label), ("style_emb.weight", style)):
            if self.has(name):
                emb = emb + self.get(name)[index]
        levels, depth, attended = len(c["channel_mult"]), c["num_res_blocks"], c.get("attention_resolutions", [])
        heads_up = c.get("num_heads_upsample") or c["num_heads"]
        halve, double = lambda x: F.avg_pool2d(x, 2), lambda x: F.interpolate(x, scale_factor=2, mode="nearest")
        h = self.conv("input_blocks.0.0", F.pixel_unshuffle(x, c["patch_size"]))
        skips, block, factor = [h], 1, 1
        for level in range(levels):
            for _ in range(depth):
                h = self.res(f"input_blocks.{block}.0", h, emb)
                if factor in attended:
                    h = self.attention(f"input_blocks.{block}.1", h, c["num_heads"])
                skips.append(h)
                block += 1
            if level + 1 < levels:
                name = f"input_blocks.{block}.0"
                if c.get("resblock_updown"):
                    h = self.res(name, h, emb, halve)
                else:
                    h = self.conv(name + ".op", h, 2) if c["conv_resample"] else halve(h)
                skips.append(h)
                block, factor = block + 1, factor * 2
        h = self.res("middle_block.0", h, emb)
        h = self.res("middle_block.2", self.attention("middle_block.1", h, c["num_heads"]), emb)
        block = 0
        for level in reversed(range(levels)):
            for i in range(depth + 1):
                h, slot = self.res(f"output_blocks.{block}.0", torch.cat([h, skips.pop()], 1), emb), 1
                if factor in attended:
                    h, slot = self.attention(f"output_blocks.{block}.{slot}", h, heads_up), slot + 1
                if level > 0 and i == depth:
                    name = f"output_blocks.{block}.{slot}"
                    if c.get("resblock_updown"):
                        h = self.res(name, h, emb, double)
                    else:
                        h = self.conv(name + ".conv", double(h)) if c["conv_resample"] else double(h)
                    factor //= 2
                block += 1
        return F.pixel_shuffle(self.conv("out.2", F.silu(self.norm("out.0", h))), c["patch_size"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 16, 64])
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--output", help="write the output for bench/lib/cases.js's probe: one number a line")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    # f32 means f32: no TF32, as in ours.
    torch.backends.cudnn.conv.fp32_precision = "ieee"
    torch.backends.cuda.matmul.fp32_precision = "ieee"
    network, tensors = read(args.model)
    model = UNet(network, tensors).to(args.device).eval().requires_grad_(False)
    size = network["image_size"]

    def inputs(n):
        x = torch.sin(torch.arange(n * 3 * size * size, dtype=torch.float64) * 1.7 + 0.3)
        x = x.float().reshape(n, 3, size, size)
        ones = torch.ones(n, dtype=torch.long, device=args.device)
        return x.to(args.device), torch.full((n,), 500.0, device=args.device), ones, ones

    if args.output:
        with open(args.output, "w") as file:
            file.writelines(f"{value}\n" for value in model(*inputs(1)).flatten().tolist())
    rows = []
    for mode, forward in (("eager", model), ("compiled", torch.compile(model))):
        for n in args.batch:
            given, times = inputs(n), []
            with torch.inference_mode():
                for _ in range(args.rounds + 3):
                    begun = time.perf_counter()
                    forward(*given).cpu()
                    times.append((time.perf_counter() - begun) * 1e3)
            times = sorted(times[3:])
            rows.append({"mode": mode, "batch": n, "median": statistics.median(times), "low": times[0], "high": times[-1]})
    name = torch.cuda.get_device_name() if args.device.startswith("cuda") else f"CPU, {torch.get_num_threads()} threads"
    if args.json:
        print(json.dumps({"model": args.model, "torch": torch.__version__, "device": name, "rows": rows}, indent=2))
        return
    print(f"torch {torch.__version__} on {name}")
    for row in rows:
        print(f"{row['mode']:<10}{row['batch']:>5}{row['median']:>10.2f} ms ({row['low']:.2f}-{row['high']:.2f})")


if __name__ == "__main__":
    main()
