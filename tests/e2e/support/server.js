// @ts-check
/** A static host as plain as they come: files below a sub-path, byte ranges, no special headers. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
};

/**
 * @param {string} root the folder to serve
 * @param {{ path?: string, overlay?: Record<string, Uint8Array | string> }} [options] `overlay`: files by their path below the root
 * @returns {Promise<{ url: string, requests: string[], close: () => Promise<void> }>}
 */
export async function serve(root, { path = '/some/where/', overlay = {} } = {}) {
  /** @type {string[]} */
  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    requests.push(pathname);
    const inside = pathname.startsWith(path)
      ? normalize(decodeURIComponent(pathname.slice(path.length))) || 'index.html'
      : '..';
    if (inside === '..' || inside.startsWith(`..${sep}`)) return void response.writeHead(404).end();
    const name = inside === '.' ? 'index.html' : inside;
    const type = TYPES[/** @type {keyof typeof TYPES} */ (extname(name))] ?? 'application/octet-stream';
    if (name in overlay) {
      const body = Buffer.from(/** @type {Uint8Array} */ (overlay[name]));
      return void response.writeHead(200, { 'Content-Type': type, 'Content-Length': body.length }).end(body);
    }
    const file = join(root, name);
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) return void response.writeHead(404).end();
    const tag = `"${found.size}-${found.mtimeMs}"`;
    const headers = { 'Content-Type': type, 'Accept-Ranges': 'bytes', ETag: tag };
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]);
    if (from < found.size && (request.headers['if-range'] ?? tag) === tag) {
      response.writeHead(206, {
        ...headers,
        'Content-Length': found.size - from,
        'Content-Range': `bytes ${from}-${found.size - 1}/${found.size}`,
      });
      createReadStream(file, { start: from }).pipe(response);
    } else {
      response.writeHead(200, { ...headers, 'Content-Length': found.size });
      createReadStream(file).pipe(response);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${port}${path}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
