// @ts-check
/** The address that the custom element of the package puts into its frame. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameAddress } from '../../tools/package/demo.js';

test('the frame shows the site with the settings, and says that it is a frame', () => {
  const base = 'https://example.org/blog/post';
  assert.equal(
    frameAddress('/guidelight/', 'class=animal&steps=25', base),
    'https://example.org/guidelight/?class=animal&steps=25&embed=1',
  );
  assert.equal(frameAddress('https://b.example/?old=1', '', base), 'https://b.example/?embed=1');
});

test('what is no address of a site is refused in a sentence', () => {
  const base = 'https://example.org/';
  assert.throws(() => frameAddress(null, '', base), { message: /src: expected the address .* got none\.$/ });
  assert.throws(() => frameAddress('javascript:alert(1)', '', base), { message: /expected an address of http/ });
});
