// @ts-check
/**
 * What the page is tested on: 'package' is the site as it ships, with wasm and weights (`dist/`); 'double' is the same
 * page on the toy engine of `tests/double`, built here. GUIDELIGHT_E2E chooses; the line below is the default.
 */
export const subject = process.env.GUIDELIGHT_E2E ?? 'package';
