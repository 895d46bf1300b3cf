// @ts-check
/** Calls into a worker, one at a time. */

/** Answers calls with the functions of `api`. @param {Record<string, (...args: any[]) => any>} api */
export function answer(api) {
  self.addEventListener('message', async ({ data: { id, name, args } }) => {
    try {
      self.postMessage({ id, result: await api[name](...args) });
    } catch (error) {
      self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
    }
  });
  // A panic leaves its promise pending for ever; this is the only sign of it.
  self.addEventListener('unhandledrejection', ({ reason }) => self.postMessage({ crashed: String(reason) }));
}

/** @param {string} url of the worker's script */
export function start(url) {
  const worker = new Worker(url, { type: 'module' });
  let last = 0;
  return {
    /** @param {string} name @param {unknown[]} args @returns {Promise<any>} */
    call: (name, args) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        worker.onmessage = ({ data }) => {
          if (data.crashed) reject(new Error(`${url} crashed: ${data.crashed}`));
          else if (data.id !== id) return;
          else if ('error' in data) reject(new Error(data.error));
          else resolve(data.result);
        };
        worker.onerror = (event) => reject(new Error(`${url}: ${event.message ?? 'could not be started'}`));
        worker.postMessage({ id, name, args });
      }),
    stop: () => worker.terminate(),
  };
}
