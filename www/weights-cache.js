// @ts-check
/**
 * Weights kept in the browser by their hash, so that a second visit downloads nothing. A cache that cannot be had (an
 * insecure context, private mode, no space) costs speed only: every failure here is remembered and otherwise ignored.
 */

/**
 * @typedef {{
 *   has: (sha256: string) => Promise<boolean>,
 *   get: (sha256: string) => Promise<Uint8Array | undefined>,
 *   put: (sha256: string, bytes: Uint8Array) => Promise<void>,
 *   evict: (sha256: string) => Promise<void>,
 *   prune: (keep: Iterable<string>) => Promise<void>,
 *   problem: () => string | undefined,
 * }} WeightsCache
 */

const NAME = 'guidelight-weights';

/**
 * @param {CacheStorage | undefined} storage undefined outside secure contexts
 * @param {string} base an address, the same for page and worker; the keys lie below it and are never fetched
 * @returns {WeightsCache}
 */
export function openWeightsCache(storage, base) {
  const prefix = new URL('weights/', base).href;
  /** @type {string | undefined} */
  let problem = storage ? undefined : 'insecure context';

  /**
   * @template T
   * @param {(cache: Cache) => Promise<T>} use
   * @returns {Promise<T | undefined>}
   */
  async function attempt(use) {
    if (!storage) return undefined;
    try {
      return await use(await storage.open(NAME));
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }

  return {
    has: async (sha256) => (await attempt((cache) => cache.match(prefix + sha256))) !== undefined,
    get: (sha256) =>
      attempt(async (cache) => {
        const response = await cache.match(prefix + sha256);
        return response && new Uint8Array(await response.arrayBuffer());
      }),
    put: async (sha256, bytes) => {
      const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': String(bytes.length) };
      await attempt((cache) =>
        cache.put(prefix + sha256, new Response(/** @type {BufferSource} */ (bytes), { headers })),
      );
    },
    evict: async (sha256) => {
      await attempt((cache) => cache.delete(prefix + sha256));
    },
    prune: async (keep) => {
      const wanted = new Set([...keep].map((sha256) => prefix + sha256));
      await attempt(async (cache) => {
        for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
      });
    },
    problem: () => problem,
  };
}
