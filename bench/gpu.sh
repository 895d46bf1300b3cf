#!/usr/bin/env bash
# On a machine with a GPU: the native command line on Vulkan beside PyTorch, the same UNet in f32. By hand, because
# neither a GPU nor PyTorch is there everywhere. Usage: bench/gpu.sh [MODEL.safetensors]
# Needs Rust, a Vulkan driver, and Python with torch and safetensors (pip install torch==2.9.0 safetensors==0.8.0).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
model=${1:-www/models/emoji32.safetensors}
out=target/bench
mkdir -p "$out"
cargo build --release --locked --features vulkan
"${CARGO_TARGET_DIR:-target}/release/guidelight" bench --model "$model" --case unet --batch 1,16,64 --rounds 20 \
  --device vulkan --json >"$out/vulkan.json"
python3 bench/pytorch.py "$model" --batch 1 16 64 --json >"$out/torch.json"
python3 - "$out/vulkan.json" "$out/torch.json" <<'PYTHON'
import json, sys
ours, theirs = (json.load(open(path)) for path in sys.argv[1:])
print(f"{theirs['device']}, torch {theirs['torch']}")
for row in ours["rows"]:
    both = {other["mode"]: row["median"] / other["median"] for other in theirs["rows"] if other["batch"] == row["batch"]}
    ratios = ", ".join(f"{ratio:.2f} of {mode}" for mode, ratio in both.items())
    print(f"batch {row['batch']}: {row['median']:.2f} ms, {ratios}")
PYTHON
