// @ts-check
/** The camera: which one is opened, what of it is known, and why there is none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeCamera, openCamera, troubleOf } from '../../www/camera.js';
import { strings } from '../../www/i18n/en.js';

/** @param {string} name */
const failure = (name) => Object.assign(new Error('detail'), { name });

test('every refusal of a browser is a sentence that says what to do', () => {
  const here = { secure: true, framed: false };
  const codes = {
    NotAllowedError: 'refused',
    SecurityError: 'refused',
    NotFoundError: 'none',
    OverconstrainedError: 'none',
    NotReadableError: 'busy',
    AbortError: 'busy',
    TypeError: 'failed',
    toString: 'failed',
  };
  for (const [name, code] of Object.entries(codes)) assert.equal(troubleOf(failure(name), here), code, name);
  assert.equal(troubleOf('odd', here), 'failed');
  assert.equal(troubleOf(failure('NotAllowedError'), { secure: true, framed: true }), 'framed');
  assert.equal(troubleOf(failure('NotFoundError'), { secure: true, framed: true }), 'none');
  assert.equal(troubleOf(failure('NotAllowedError'), { secure: false, framed: false }), 'insecure');
  for (const code of /** @type {const} */ (['insecure', 'refused', 'framed', 'none', 'busy', 'unplugged', 'failed']))
    assert.match(strings.camera.trouble(code, 'detail'), /^[A-Z].*: .*(choose a picture instead|try again)\.$/);
});

/** @param {MediaTrackSettings} settings */
function devices(settings) {
  /** @type {MediaStreamConstraints[]} */
  const asked = [];
  const track = { getSettings: () => settings, stopped: false, stop: () => (track.stopped = true) };
  return {
    asked,
    track,
    getUserMedia: async (/** @type {any} */ constraints) => {
      asked.push(constraints);
      return /** @type {any} */ ({ getVideoTracks: () => [track], getTracks: () => [track] });
    },
    enumerateDevices: async () =>
      /** @type {any} */ ([
        { kind: 'audioinput', deviceId: 'm', label: 'Microphone' },
        { kind: 'videoinput', deviceId: 'a', label: 'Front' },
        { kind: 'videoinput', deviceId: 'b', label: '' },
      ]),
  };
}

test('pictures only, of the camera that was chosen; the others are listed', async () => {
  const front = devices({ deviceId: 'a' });
  const camera = await openCamera(front);
  assert.deepEqual([camera.id, camera.front], ['a', true]);
  assert.deepEqual(camera.cameras, [
    { id: 'a', name: 'Front' },
    { id: 'b', name: '' },
  ]);
  const [{ video, audio }] = /** @type {any} */ (front.asked);
  assert.deepEqual([video.facingMode, audio], ['user', undefined]);
  closeCamera(camera);
  assert.ok(front.track.stopped);
  closeCamera(undefined);

  const back = devices({ deviceId: 'b', facingMode: 'environment' });
  assert.equal((await openCamera(back, 'b')).front, false);
  assert.deepEqual(/** @type {any} */ (back.asked)[0].video.deviceId, { exact: 'b' });
});
