/**
 * The API of the npm package `guidelight` as this site uses it. Both wasm bundles export the same names.
 * Only `bundle.js` imports them; everything else speaks in the types of `protocol.js`.
 */
declare module 'guidelight/*' {
  import type {
    Cloud,
    Field,
    ModelInfo,
    Noised,
    Outlook,
    Pictures,
    PlaneFrame,
    Settings,
    WireFrame,
  } from './protocol.js';

  export type Param = { key: string; label: string; advanced: boolean } & (
    | { kind: 'number'; min: number; max: number; step: number; default: number; lowest: number; largest: number }
    | { kind: 'choice'; choices: string[]; default: string }
    | { kind: 'class' }
    | { kind: 'text'; example: string }
  );
  export interface Entry {
    name: string;
    label: string;
    help: string;
    params: Param[];
    needs: { reference: boolean; class: boolean; classifier: boolean; weak: boolean };
  }
  export interface Catalogue {
    samplers: Entry[];
    guidance: Entry[];
    starts: Entry[];
    densities: Density[];
  }
  /** A density in the plane and the names of its classes. */
  export interface Density {
    name: string;
    classes: string[];
  }
  export interface Session {
    readonly total: number;
    readonly position: number;
    /** Steps of an inversion that are left before the run is at its start. */
    readonly toInvert: number;
    /** Makes one of them. */
    invert(): void;
    /** What can be shown before the next step: x_t as it stands, and φ_N of the reference if there is one. */
    state(): Promise<{ xt: Uint8ClampedArray; lowpass?: Uint8ClampedArray }>;
    step(): Promise<WireFrame | undefined>;
    seek(position: number): void;
    update(settings: Settings, pictures?: Pictures): void;
    outlook(): Outlook;
    free(): void;
  }
  /** A run of points in the plane. */
  export interface Plane {
    readonly total: number;
    readonly position: number;
    state(): Promise<Float32Array>;
    step(): Promise<PlaneFrame | undefined>;
    update(settings: Settings): void;
    free(): void;
  }
  export interface Engine {
    readonly backend: string;
    readonly adapter: string;
    selfTest(): Promise<number>;
    loadUnet(bytes: Uint8Array, sha256?: string): ModelInfo;
    loadWeak(bytes: Uint8Array, sha256?: string): ModelInfo;
    loadClassifier(bytes: Uint8Array, sha256?: string): ModelInfo;
    session(settings: Settings, pictures?: Pictures): Session;
    /** Milliseconds of one execution, its result read back. */
    measure(what: Case, batch: number): Promise<number>;
    /** Multiply-adds and bytes a second on large tensors. */
    limits(): Promise<{ multiplyAdds: number; bytes: number }>;
    /** The denoiser's bare output for planar images in -1..1. */
    predict(x: Float32Array, t: number, classIndex?: number, styleIndex?: number): Promise<Float32Array>;
    /** A picture noised up to timestep `t` with the noise of `seed`, and what the networks, told `told`, see in it. */
    noised(
      picture: Uint8Array,
      t: number,
      seed: number,
      classIndex?: number,
      styleIndex?: number,
      told?: number,
    ): Promise<Noised>;
    plane(density: string, settings: Settings, points: number): Plane;
    field(density: string, t: number, classIndex: number | undefined, at: Float32Array): Promise<Field>;
    sampleDensity(density: string, points: number, seed: number): Cloud;
    free(): void;
  }
  export type Case = 'unet' | 'classifier' | 'gradient' | 'guided' | 'cfg';
  /** `onTrouble` is told when the GPU is lost or refuses a command: nothing computed after that can be trusted. */
  export const Engine: {
    create(backend: 'webgpu' | 'cpu', onTrouble?: (message: string) => void): Promise<Engine>;
  };
  export function version(): string;
  export function catalogue(): Catalogue;
  export function initSync(options: { module: BufferSource }): unknown;
  export default function init(wasm?: any): Promise<{ memory: WebAssembly.Memory }>;
}

declare module 'virtual:catalogue' {
  import type { Catalogue } from 'guidelight/*';
  const catalogue: Catalogue;
  export default catalogue;
  export const version: string;
}

/** What the build makes of the lesson's formulas, of the results and of the places in the source that it points to. */
declare module 'virtual:formulas' {
  const formulas: Record<string, string>;
  export default formulas;
}
declare module 'virtual:facts' {
  const facts: import('./lesson/build/facts.js').Facts;
  export default facts;
}
declare module 'virtual:sources' {
  const sources: Record<string, import('./lesson/build/sources.js').Source>;
  export default sources;
}

declare module '*.png' {
  const address: string;
  export default address;
}

declare module 'temml' {
  const temml: {
    renderToString(latex: string, options?: { displayMode?: boolean; trust?: boolean; throwOnError?: boolean }): string;
  };
  export default temml;
}

/** What Vite puts in: whether this is a build, and not a file that is being worked on. */
interface ImportMeta {
  readonly env: { readonly PROD: boolean };
}

/** What the build tells the service worker: the files of the page, and those of each bundle of the engine. */
declare const FILES: { url: string; revision: string | null; integrity?: string }[];
declare const ENGINES: Record<import('./bundle-name.js').BundleName, string[]>;

declare module 'gifenc/dist/gifenc.esm.js' {
  type Palette = number[][];
  export function GIFEncoder(): {
    writeFrame(index: Uint8Array, width: number, height: number, options: { palette: Palette; delay?: number }): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  };
  export function quantize(rgba: Uint8ClampedArray, colours: number): Palette;
  export function applyPalette(rgba: Uint8ClampedArray, palette: Palette): Uint8Array;
}

declare module '*.css';
