"""Writes the vectors that tests/parity.rs reproduces: networks of diffusers, and whole chains through them.

    python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python generate.py

Weights are not stored. Each tensor is filled by a rule from its name, which the test repeats (`fill` below). Networks
and chains run in float64; inputs and outputs are stored in float32.
"""

import json
import math
import pathlib

import diffusers.schedulers.scheduling_ddpm as scheduling_ddpm
import numpy as np
import torch
from diffusers import DDIMScheduler, DDPMScheduler, UNet2DModel
from safetensors.numpy import save_file

FOLDER = pathlib.Path(__file__).parent / "vectors"
STEPS = 8
SCALE = 2.5
LABEL = 3
ETA = 0.5
GAMMA, CLASSES = 0.3, 4  # The toy classifier, `Toy::example` in the tests.


def uniform(name, count):
    """Numbers in -1..1 from a name: FNV-1a of the name, then splitmix64, of which the top 24 bits count."""
    with np.errstate(over="ignore"):
        seed = np.uint64(0xCBF29CE484222325)
        for byte in name.encode():
            seed = (seed ^ np.uint64(byte)) * np.uint64(0x100000001B3)
        z = seed + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) / 2.0**23 - 1.0


def fill(name, shape):
    """Kernels of unit gain, norms near the identity, small biases."""
    values = uniform(name, math.prod(shape))
    if len(shape) > 1:
        values *= math.sqrt(3.0 / math.prod(shape[1:]))
    else:
        values = values * 0.1 + (1.0 if name.endswith("weight") else 0.0)
    return values.astype(np.float32).reshape(shape)


def network(config):
    model = UNet2DModel(**config)
    shapes = {name: list(tensor.shape) for name, tensor in model.state_dict().items()}
    model.load_state_dict({name: torch.from_numpy(fill(name, shape)) for name, shape in shapes.items()})
    return model.double().eval(), shapes


def gradient(x, t):
    """Of log p(LABEL | x) under the toy classifier of tests/golden/README.md, section 2."""
    x = x.detach().requires_grad_()
    n = torch.arange(x[0].numel(), dtype=torch.float64)
    k = torch.arange(CLASSES, dtype=torch.float64)
    weights = GAMMA * torch.sin(1.0 + 0.9 * k[:, None] + 0.37 * n[None, :])
    logits = (1.0 - 0.5 * t / 1000.0) * (x.flatten(1) @ weights.T) + 0.1 * k
    return torch.autograd.grad(logits.log_softmax(1)[:, LABEL].sum(), x)[0]


def chain(model, scheduler, noise, guided, conditional):
    """The states of a chain. Guidance is guided-diffusion's: DDIM lowers eps by sqrt(1 - abar) times the gradient,
    DDPM moves the mean by the variance times the gradient, both taken at x_t."""
    labels = torch.tensor([LABEL]) if conditional else None
    scheduler.set_timesteps(STEPS)
    # In float32, 1 - abar has three digits near t = 0: from the same betas, the products are formed in float64.
    scheduler.alphas_cumprod = torch.cumprod(1 - scheduler.betas.double(), 0)
    x, states = noise[0], []
    for step, t in enumerate(scheduler.timesteps):
        with torch.no_grad():
            output = model(x, t, class_labels=labels).sample
        grad = SCALE * gradient(x, t.item()) if guided else torch.zeros_like(x)
        if isinstance(scheduler, DDIMScheduler):
            if guided:
                output = output - (1 - scheduler.alphas_cumprod[t]).sqrt() * grad
            thresholding = scheduler.config.thresholding
            x = scheduler.step(
                output, t, x, eta=ETA, use_clipped_model_output=thresholding, variance_noise=noise[step + 1]
            ).prev_sample
        else:
            learned = scheduler.config.variance_type == "learned_range"
            variance = scheduler._get_variance(t, predicted_variance=output[:, 3:] if learned else None)
            variance = variance.exp() if learned else variance
            scheduling_ddpm.randn_tensor = lambda *_, **__: noise[step + 1]
            x = scheduler.step(output, t, x).prev_sample + variance * grad
        states.append(x)
    return torch.cat(states)


# google/ddpm-cifar10-32, of 36 million parameters.
CIFAR10 = dict(
    sample_size=32,
    block_out_channels=(128, 256, 256, 256),
    down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"),
    up_block_types=("UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "UpBlock2D"),
    layers_per_block=2,
    downsample_padding=0,
    flip_sin_to_cos=False,
    freq_shift=1,
    norm_eps=1e-6,
    attention_head_dim=None,
)
# The choices of openai/diffusers-cd_imagenet64_l2, narrower, with a learned variance.
CONDITIONAL = dict(
    sample_size=32,
    out_channels=6,
    block_out_channels=(96, 192, 288),
    down_block_types=("ResnetDownsampleBlock2D", "AttnDownBlock2D", "AttnDownBlock2D"),
    up_block_types=("AttnUpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D"),
    layers_per_block=2,
    downsample_type="resnet",
    upsample_type="resnet",
    resnet_time_scale_shift="scale_shift",
    attention_head_dim=32,
    num_class_embeds=10,
)
# What the two above leave at its default.
LEARNED = dict(
    sample_size=16,
    block_out_channels=(48, 96),
    down_block_types=("AttnDownBlock2D", "DownBlock2D"),
    up_block_types=("UpBlock2D", "AttnUpBlock2D"),
    layers_per_block=1,
    center_input_sample=True,
    time_embedding_type="learned",
    num_train_timesteps=1000,
    mid_block_scale_factor=1.4,
    norm_num_groups=16,
    norm_eps=1e-3,
    resnet_time_scale_shift="scale_shift",
    attn_norm_num_groups=8,
    attention_head_dim=24,
)
NO_ATTENTION = dict(
    sample_size=16,
    block_out_channels=(64, 128),
    down_block_types=("DownBlock2D", "DownBlock2D"),
    up_block_types=("UpBlock2D", "UpBlock2D"),
    layers_per_block=1,
    add_attention=False,
)

# Arguments of the network; of each chain, its scheduler, and whether the classifier guides.
CASES = {
    "cifar10": (
        CIFAR10,
        {
            "ddim": (DDIMScheduler(clip_sample=False), True),
            "ddpm": (DDPMScheduler(), True),
        },
    ),
    "conditional": (
        CONDITIONAL,
        {"ddpm": (DDPMScheduler(beta_schedule="squaredcos_cap_v2", variance_type="learned_range"), True)},
    ),
    "learned": (
        LEARNED,
        {"ddpm": (DDPMScheduler(beta_start=0.0002, beta_end=0.015, variance_type="fixed_large"), True)},
    ),
    "no_attention": (
        NO_ATTENTION,
        {
            "ddim": (
                DDIMScheduler(
                    beta_schedule="scaled_linear",
                    beta_start=0.00085,
                    beta_end=0.012,
                    prediction_type="v_prediction",
                    thresholding=True,
                    dynamic_thresholding_ratio=0.9,
                    sample_max_value=4.0,
                ),
                False,
            ),
            "x0": (DDIMScheduler(prediction_type="sample", clip_sample=False), False),
        },
    ),
}


def unets():
    cases, tensors = {}, {}
    for name, (arguments, chains) in CASES.items():
        generator = torch.Generator().manual_seed(len(cases))
        normal = lambda *shape: torch.randn(shape, generator=generator, dtype=torch.float32).double()
        model, shapes = network(arguments)
        side, conditional = arguments["sample_size"], "num_class_embeds" in arguments
        x, t = normal(2, 3, side, side), [10, 900]
        labels = [1, LABEL] if conditional else None
        with torch.no_grad():
            y = model(x, torch.tensor(t), class_labels=torch.tensor(labels) if labels else None).sample
        noise = normal(STEPS + 1, 1, 3, side, side)
        tensors |= {f"{name}/x": x, f"{name}/y": y, f"{name}/noise": noise[:, 0]}
        cases[name] = {
            "config": json.loads(model.to_json_string()),
            "tensors": shapes,
            "t": t,
            "labels": labels,
            "chains": {},
        }
        for kind, (scheduler, guided) in chains.items():
            tensors[f"{name}/{kind}"] = chain(model, scheduler, noise, guided, conditional)
            config = json.loads(scheduler.to_json_string())
            cases[name]["chains"][kind] = {"scheduler": config, "guided": guided}
        print(name, sum(map(math.prod, shapes.values())), "parameters, output", y.std().item())
    common = {"steps": STEPS, "scale": SCALE, "label": LABEL, "eta": ETA}
    (FOLDER / "unet2d.json").write_text(json.dumps(common | {"cases": cases}, indent=None) + "\n")
    save_file({name: t.float().contiguous().numpy() for name, t in tensors.items()}, FOLDER / "unet2d.safetensors")


def classifier():
    """The state dict of guided-diffusion's smallest EncoderUNetModel as `torch.save` writes it, in half precision."""
    width, embedding, classes = 32, 128, 5
    shapes = {"time_embed.0": [embedding, width], "time_embed.2": [embedding, embedding]}
    shapes["input_blocks.0.0"] = [width, 3, 3, 3]
    for block in ["input_blocks.1.0", "middle_block.0", "middle_block.2"]:
        shapes |= {f"{block}.in_layers.0": [width], f"{block}.in_layers.2": [width, width, 3, 3]}
        shapes |= {f"{block}.emb_layers.1": [width, embedding], f"{block}.out_layers.0": [width]}
        shapes |= {f"{block}.out_layers.3": [width, width, 3, 3]}
    attention = {"norm": [width], "qkv": [3 * width, width, 1], "proj_out": [width, width, 1]}
    shapes |= {f"middle_block.1.{name}": shape for name, shape in attention.items()}
    shapes |= {"out.0": [width], "out.3": [classes, width, 1, 1]}
    state = {}
    for name, shape in shapes.items():
        for part, form in [("weight", shape), ("bias", shape[:1])]:
            state[f"{name}.{part}"] = torch.from_numpy(fill(f"{name}.{part}", form)).half()
    torch.save(state, FOLDER / "classifier.pt")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    classifier()
    unets()
