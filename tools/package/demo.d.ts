/** The run of a guidelight site in a frame: attributes `src`, `settings`, `lang` and `title`. Defined on import. */
export class GuidelightDemo extends HTMLElement {}

/** The address of its frame; throws an error of one sentence where `src` is none. */
export function frameAddress(src: string | null, settings: string, base: string): string;

declare global {
  interface HTMLElementTagNameMap {
    'guidelight-demo': GuidelightDemo;
  }
}
