/**
 * `<guidelight-demo src="https://example.org/guidelight/" settings="class=animal&steps=25&autoplay=1" lang="zh">`: the run
 * of a guidelight site in a frame of one's own page, without its controls. `settings` is what the site's address may say
 * after its question mark. Importing this module defines the element.
 */

const STYLE = `
  :host { display: block; min-height: 40rem; }
  iframe { display: block; width: 100%; height: 100%; min-height: inherit; border: 0; color-scheme: normal; }`;

/**
 * The address of the frame.
 * @param {string | null} src of the site, relative to `base`
 * @param {string} settings
 * @param {string} base
 * @returns {string}
 */
export function frameAddress(src, settings, base) {
  let url;
  try {
    url = new URL(src || '', src ? base : undefined);
  } catch {
    throw new Error(`guidelight-demo: src: expected the address of a guidelight site, got ${src || 'none'}.`);
  }
  if (!/^https?:$/.test(url.protocol))
    throw new Error(`guidelight-demo: src: expected an address of http or https, got ${url.protocol}`);
  url.search = new URLSearchParams([...new URLSearchParams(settings), ['embed', '1']]).toString();
  return url.href;
}

// Where there is no DOM the element is never made, and importing must not fail.
export class GuidelightDemo extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = ['src', 'settings', 'lang', 'title'];

  connectedCallback() {
    this.shadow ??= this.attachShadow({ mode: 'open' });
    this.show();
  }

  attributeChangedCallback() {
    if (this.shadow) this.show();
  }

  show() {
    const style = Object.assign(document.createElement('style'), { textContent: STYLE });
    const settings = new URLSearchParams(this.getAttribute('settings') ?? '');
    const lang = this.getAttribute('lang');
    if (lang) settings.set('lang', lang);
    try {
      const src = frameAddress(this.getAttribute('src'), settings.toString(), document.baseURI);
      const title = this.getAttribute('title') ?? 'guidelight';
      const frame = Object.assign(document.createElement('iframe'), { src, title, loading: 'lazy' });
      frame.allow = 'clipboard-write; fullscreen';
      this.shadow.replaceChildren(style, frame);
    } catch (error) {
      this.shadow.replaceChildren(Object.assign(document.createElement('p'), { textContent: error.message }));
    }
  }
}
globalThis.customElements?.define('guidelight-demo', GuidelightDemo);
