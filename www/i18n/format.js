// @ts-check
/** How numbers and foreign sentences are written, where languages do not differ. */

/** @param {number} bytes */
export const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/** 1.2 · 10⁻⁷. @param {number | undefined} value */
export function scientific(value) {
  if (!value || !Number.isFinite(value)) return String(value);
  const [mantissa, exponent] = value.toExponential(1).split('e');
  const raised = [...String(Number(exponent))]
    .map((digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit))))
    .join('');
  return `${mantissa}\u00a0·\u00a010${raised}`;
}

/** What came from elsewhere, to stand inside a sentence. @param {string} text */
export const clause = (text) => text.replace(/[.。\s]+$/, '');

/** A share in percent. @param {number} share */
export const percentage = (share) => (share * 100).toFixed(share < 0.0995 ? 1 : 0);
