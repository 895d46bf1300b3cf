// @ts-check
/** Takes a picture with the camera, which is on as long as this is open. The picture goes the way of a chosen file. */
import { html, nothing } from 'lit';
import { closeCamera, openCamera, troubleOf } from '../camera.js';
import { dropDown } from './choices.js';
import { Dialog } from './dialog.js';

/** @typedef {import('../camera.js').Camera} Camera */
/** @typedef {import('../camera.js').CameraTrouble} CameraTrouble */

export default class CameraDialog extends Dialog {
  /** @type {import('lit').PropertyDeclarations} */
  static properties = {
    place: { attribute: false },
    camera: { state: true },
    trouble: { state: true },
    mirrored: { state: true },
    live: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../pictures.js').Place} */
    this.place = 'reference';
    /** @type {Camera | undefined} */
    this.camera = undefined;
    /** @type {{ code: CameraTrouble, detail: string } | undefined} */
    this.trouble = undefined;
    this.mirrored = true;
    /** Whether there is a picture to take. */
    this.live = false;
  }

  get heading() {
    return this.app.strings.camera.title;
  }

  concerns() {
    return false;
  }

  firstUpdated() {
    super.firstUpdated();
    this.turnOn();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.turnOff();
  }

  /** @param {string} [id] */
  async turnOn(id) {
    this.turnOff();
    this.trouble = undefined;
    try {
      const camera = await openCamera(navigator.mediaDevices, id);
      // Closed while the visitor was asked.
      if (!this.isConnected) return closeCamera(camera);
      camera.stream.getVideoTracks()[0]?.addEventListener('ended', () => {
        if (camera === this.camera) this.fail('unplugged');
      });
      this.camera = camera;
      this.mirrored = camera.front;
    } catch (error) {
      const place = { secure: window.isSecureContext, framed: window.top !== window };
      this.fail(troubleOf(error, place), error instanceof Error ? error.message : String(error));
    }
  }

  turnOff() {
    closeCamera(this.camera);
    this.camera = undefined;
    this.live = false;
  }

  /**
   * @param {CameraTrouble} code
   * @param {string} [detail]
   */
  fail(code, detail = '') {
    this.turnOff();
    this.trouble = { code, detail };
  }

  body() {
    const { strings } = this.app;
    const { camera, trouble } = this;
    return trouble
      ? this.sorry(trouble)
      : camera
        ? this.view(camera)
        : html`<p class="line" role="status">${strings.camera.waiting}</p>`;
  }

  /** @param {{ code: CameraTrouble, detail: string }} trouble */
  sorry({ code, detail }) {
    const { strings } = this.app;
    return html`<p class="trouble" role="alert">${strings.camera.trouble(code, detail)}</p>
      <div class="row"><button type="button" data-action="try-camera" @click=${() => this.turnOn()}>${strings.retry}</button></div>`;
  }

  /** @param {Camera} camera */
  view({ stream, id, cameras }) {
    const { strings } = this.app;
    const { camera } = strings;
    return html`<div class="studio">
      <div class="camera-picture"><video class=${this.mirrored ? 'mirrored' : ''} autoplay playsinline .muted=${true} .srcObject=${stream} aria-label=${camera.preview}
        @playing=${this.begin}></video></div>
      <div class="studio-side">
        ${
          cameras.length > 1
            ? dropDown({
                key: 'camera',
                name: camera.which,
                value: id,
                options: cameras.map((one, k) => ({ value: one.id, name: one.name || camera.numbered(k + 1) })),
                set: (to) => this.turnOn(to),
              })
            : nothing
        }
        <label class="check"><input type="checkbox" name="mirrored" .checked=${this.mirrored}
          @change=${(/** @type {Event & { target: HTMLInputElement }} */ { target }) => (this.mirrored = target.checked)}><span>${camera.mirror}</span></label>
        <div class="row"><button type="button" class="primary" data-action="capture" ?disabled=${!this.live} @click=${this.capture}>${camera.capture}</button></div>
        <small>${camera.line}</small>
      </div>
    </div>`;
  }

  /** A video plays before its first picture is there; until then it is black. @param {Event & { target: HTMLVideoElement }} event */
  begin({ target }) {
    const { camera } = this;
    target.requestVideoFrameCallback(() => {
      if (camera === this.camera) this.live = true;
    });
  }

  async capture() {
    const video = this.querySelector('video');
    if (!video) return;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const context = canvas.getContext('2d');
    if (this.mirrored) context?.setTransform(-1, 0, 0, 1, canvas.width, 0);
    context?.drawImage(video, 0, 0);
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
    const { actions, strings } = this.app;
    if (!blob) return this.fail('failed', strings.camera.noPicture);
    actions.openReference(new File([blob], `${strings.camera.photo}.png`, { type: blob.type }), this.place);
    this.close();
  }
}
customElements.define('gl-camera-dialog', CameraDialog);
