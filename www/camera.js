// @ts-check
/** The visitor's camera: opened and closed, and why it could not be opened. */

/** @typedef {'insecure' | 'refused' | 'framed' | 'none' | 'busy' | 'unplugged' | 'failed'} CameraTrouble */

/**
 * A camera that is on: its pictures, which one it is, whether it looks at the visitor, and those there are.
 * @typedef {{ stream: MediaStream, id: string, front: boolean, cameras: { id: string, name: string }[] }} Camera
 */

/** What browsers call it when there is no picture. @type {Map<string, CameraTrouble>} */
const TROUBLES = new Map([
  ['NotAllowedError', 'refused'],
  ['SecurityError', 'refused'],
  ['NotFoundError', 'none'],
  // One camera was asked for by its id, and it is gone.
  ['OverconstrainedError', 'none'],
  ['NotReadableError', 'busy'],
  ['AbortError', 'busy'],
]);

/**
 * @param {unknown} error as `getUserMedia` throws it
 * @param {{ secure: boolean, framed: boolean }} place where the page stands
 * @returns {CameraTrouble}
 */
export function troubleOf(error, { secure, framed }) {
  if (!secure) return 'insecure';
  const trouble = (error instanceof Error && TROUBLES.get(error.name)) || 'failed';
  return trouble === 'refused' && framed ? 'framed' : trouble;
}

/** Large enough for a crop of a quarter, small enough for every camera. */
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };

/**
 * @param {Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'>} devices
 * @param {string} [id] of the camera; else one that looks at the visitor, if there is one
 * @returns {Promise<Camera>}
 */
export async function openCamera(devices, id) {
  const which = id === undefined ? { facingMode: 'user' } : { deviceId: { exact: id } };
  const stream = await devices.getUserMedia({ video: { ...SIZE, ...which } });
  const settings = stream.getVideoTracks()[0]?.getSettings() ?? {};
  // Their names are told only to pages that may use one.
  const all = await devices.enumerateDevices().catch(() => []);
  const cameras = all
    .filter(({ kind }) => kind === 'videoinput')
    .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
  return { stream, id: settings.deviceId ?? '', front: settings.facingMode !== 'environment', cameras };
}

/** @param {Camera | undefined} camera */
export function closeCamera(camera) {
  for (const track of camera?.stream.getTracks() ?? []) track.stop();
}
