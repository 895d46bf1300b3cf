// @ts-check
/**
 * A step of a run as a sound, for those who do not look: x_t = √ᾱ x₀ + √(1 − ᾱ) ε is mixed as it is written, a wind for the
 * noise and a low tone for the picture; above them a note climbs as a classifier becomes sure of the class. It knows no
 * page: whoever has numbers calls `hear`.
 */

/** The low tone, A3, in Hz: small loudspeakers have it, and the note starts from it. */
const GROUND = 220;

/** The semitones of two octaves of a major pentatonic scale: whatever follows whatever, it sounds well. */
const LADDER = [0, 2, 4, 7, 9, 12, 14, 16, 19, 21, 24];

/** Where the wind's low pass lies without noise, in Hz, and how many octaves higher it is in pure noise. */
const DULL = 300;
const BRIGHTER = 4;

/** How loud each voice is at its most: together they stay below what a loudspeaker clips. */
const LOUDNESS = { wind: 0.25, ground: 0.16, note: 0.16 };

/** In s: how fast voices follow, how long a step is held that no other one follows, and how it dies away. */
const GLIDE = 0.02;
const HOLD = 0.35;
const RELEASE = 0.12;
const HUSH = 0.03;

/** What is heard of a step: its ᾱ, and how sure a classifier is of the class where there is one. @typedef {{ abar: number, confidence?: number }} Heard */

/** @param {number} share */
const bounded = (share) => Math.min(1, Math.max(0, share));

/**
 * What a step sounds like: the voices' loudness from 0 to 1, the wind's brightness and the note's pitch in Hz.
 * @param {Heard} heard
 * @returns {{ wind: number, brightness: number, ground: number, note: number | undefined }}
 */
export function toneOf({ abar, confidence }) {
  const signal = bounded(abar);
  const rung = confidence === undefined ? undefined : Math.round(bounded(confidence) * (LADDER.length - 1));
  return {
    wind: Math.sqrt(1 - signal),
    brightness: DULL * 2 ** (BRIGHTER * (1 - signal)),
    ground: Math.sqrt(signal),
    note: rung === undefined ? undefined : GROUND * 2 ** (Number(LADDER[rung]) / 12),
  };
}

export class Sound {
  #makeContext;
  /** @type {AudioContext | undefined} */
  #context;
  /** @type {ReturnType<typeof voices> | undefined} */
  #voices;

  constructor(makeContext = () => new AudioContext()) {
    this.#makeContext = makeContext;
  }

  /** Gets ready to sound. Browsers allow that within a gesture of the visitor only; it may be called at each. */
  async start() {
    this.#context ??= this.#makeContext();
    this.#voices ??= voices(this.#context);
    if (this.#context.state !== 'running') await this.#context.resume();
  }

  /** Sounds a step, until the next or for a moment. Before `start` nothing is heard. @param {Heard} heard */
  hear(heard) {
    if (this.#context?.state !== 'running' || !this.#voices) return;
    const { currentTime: now } = this.#context;
    const { wind, filter, ground, note, pitch, out } = this.#voices;
    const tone = toneOf(heard);
    wind.setTargetAtTime(LOUDNESS.wind * tone.wind, now, GLIDE);
    filter.setTargetAtTime(tone.brightness, now, GLIDE);
    ground.setTargetAtTime(LOUDNESS.ground * tone.ground, now, GLIDE);
    note.setTargetAtTime(tone.note === undefined ? 0 : LOUDNESS.note, now, GLIDE);
    if (tone.note !== undefined) pitch.setTargetAtTime(tone.note, now, GLIDE);
    out.cancelScheduledValues(now);
    out.setTargetAtTime(1, now, GLIDE);
    out.setTargetAtTime(0, now + HOLD, RELEASE);
  }

  /** Silence, now. */
  hush() {
    if (!this.#context || !this.#voices) return;
    const { currentTime: now } = this.#context;
    this.#voices.out.cancelScheduledValues(now);
    this.#voices.out.setTargetAtTime(0, now, HUSH);
  }

  /** Gives the loudspeaker back; `start` begins anew. */
  async stop() {
    const context = this.#context;
    this.#context = this.#voices = undefined;
    await context?.close();
  }
}

/**
 * The three voices, silent, and what of them is changed.
 * @param {AudioContext} context
 */
function voices(context) {
  const gain = (/** @type {AudioNode} */ to) => {
    const node = context.createGain();
    node.gain.value = 0;
    node.connect(to);
    return node;
  };
  const tone = (/** @type {OscillatorType} */ type, /** @type {AudioNode} */ to) => {
    const node = context.createOscillator();
    node.type = type;
    node.frequency.value = GROUND;
    node.connect(to);
    node.start();
    return node;
  };
  const out = gain(context.destination);
  const [wind, ground, note] = [gain(out), gain(out), gain(out)];
  tone('sine', ground);
  const { frequency: pitch } = tone('triangle', note);

  const filter = context.createBiquadFilter();
  filter.type = 'lowpass';
  filter.frequency.value = DULL;
  filter.connect(wind);
  const noise = context.createBufferSource();
  noise.buffer = whiteNoise(context);
  noise.loop = true;
  noise.connect(filter);
  noise.start();
  return { wind: wind.gain, filter: filter.frequency, ground: ground.gain, note: note.gain, pitch, out: out.gain };
}

/** Two seconds of it, so that no pattern is heard in the loop. @param {AudioContext} context */
function whiteNoise(context) {
  const buffer = context.createBuffer(1, 2 * context.sampleRate, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.random() * 2 - 1;
  return buffer;
}
