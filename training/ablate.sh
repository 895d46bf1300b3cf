#!/usr/bin/env bash
# One short budget, one seed, one change at a time: which network and which recipe are worth a long run. Batches are
# small, so that the budget is many steps; at 12,000 images in batches of 64, less than the warm-up, no network draws
# anything yet and the table says nothing.
# usage: training/ablate.sh OUT EFFICIENTNET [--device DEVICE]
# Needs data/emoji32.safetensors. What is done already is kept, so a call that was stopped goes on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=$1 efficientnet=$2
shift 2
guidelight=${GUIDELIGHT:-target/release/guidelight}
data=${DATA:-data/emoji32.safetensors}
budget=${IMAGES:-48000}
device=("$@")
sets=()

# arm NAME CHANGE…: trains emoji32-nano's recipe with the changes, and samples it told class and style.
arm() {
  local name=$1 changes=() change
  shift
  for change in "$@"; do changes+=(--set "$change"); done
  "$guidelight" train unet --config training/configs/emoji32-nano.json --data "$data" --out "$out/$name" \
    --set "images=$budget" --set batch=32 "${changes[@]}" "${device[@]}"
  drawn "$name" "$name" --sampler ddim
}

# drawn SET NAME OPTION…: samples of the network NAME.
drawn() {
  local samples=$out/$1/samples_623x32x32x3.npz
  [ -e "$samples" ] || "$guidelight" sample --model "$out/$2/ema-f16.safetensors" --labels-like "$data" \
    --method conditional --steps 25 --count 623 --batch 89 --out "$out/$1" "${@:3}" "${device[@]}"
  sets+=("$samples")
}

# Shapes: patch, width, depth, where attention sits.
arm nano
arm wide network.model_channels=64
arm wide-deep network.model_channels=64 'network.channel_mult=[1,2,3]'
arm wide-late-attention network.model_channels=64 'network.attention_resolutions=[4]'
arm two-blocks network.num_res_blocks=2
arm pixels network.patch_size=1 'network.attention_resolutions=[4]'
# Recipe, on nano's shape. A learned variance shows where fresh noise is drawn.
arm learned-variance diffusion.variance=learned-range network.out_channels=6
drawn nano-ddpm nano --sampler ddpm
drawn learned-variance-ddpm learned-variance --sampler ddpm
arm eps diffusion.prediction=eps
arm linear diffusion.schedule=linear
arm min-snr min-snr=5
arm natural-classes uniform-classes=false 'class-weights={}'
arm short-ema ema=0.99
arm plain 'augment={"shift":0,"flip":false}'

"$guidelight" eval report "${sets[@]}" --data "$data" --classifier training/weights/emoji32-clean.safetensors \
  --efficientnet "$efficientnet" --cache "$out/features" --json "$out/report.json" "${device[@]}"
