import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linksFrom, markAfter, markFrom, markText, nextCursorFrom, startingAt } from './link-header.decide.ts';

const PREVIOUS = '<https://x/?cursor=0:0:1>; rel="previous"; results="false"; cursor="0:0:1"';

const CURSORS: [what: string, header: string | undefined, cursor: string | null][] = [
  ['a next page', `${PREVIOUS}, <https://x/?cursor=0:100:0>; rel="next"; results="true"; cursor="0:100:0"`, '0:100:0'],
  ['the last page', `${PREVIOUS}, <https://x/?cursor=0:100:0>; rel="next"; results="false"; cursor="0:100:0"`, null],
  ['no header', undefined, null],
  ['an empty header', '', null],
  ['only a previous page', PREVIOUS, null],
  ['a cursor only in the address', '<https://x/?a=1&cursor=17%3A2%3A0&b=2>; rel="next"; results="true"', '17:2:0'],
  ['a cursor only in a relative address', '</api/0/x/?cursor=a>; rel="next"', 'a'],
  ['no cursor anywhere', '<https://x/?page=2>; rel="next"; results="true"', null],
  ['an empty cursor', '<https://x/>; rel="next"; results="true"; cursor=""', null],
  [
    'GlitchTip with more',
    `{'<https://x/?cursor=>; rel="previous"; results="false", <https://x/?cursor=cD0%3D>; rel="next"; results="true"; cursor="cD0="'}`,
    'cD0=',
  ],
  [
    'GlitchTip at the end',
    `{'<https://x/>; rel="previous"; results="true"; cursor="a", <https://x/>; rel="next"; results="false"'}`,
    null,
  ],
  [
    'commas and semicolons in quotes',
    '<https://x/>; title="a, <b>; rel=\\"previous\\""; rel="next"; results="true"; cursor="1;2,3"',
    '1;2,3',
  ],
  ['a comma in the address', '<https://x/?f=a,b;c&cursor=9>; rel="next"; results="true"', '9'],
  ['many blanks and no quotes', '  <https://x/>  ;  rel = next ;results=true;   cursor=5:0:0  ', '5:0:0'],
  ['the order turned round', '<https://x/>; cursor="1"; results="true"; rel="next", ' + PREVIOUS, '1'],
  ['capital letters', '<https://x/>; REL="Next"; Results="true"; Cursor="1"', '1'],
  ['a parameter given twice', '<https://x/>; rel="next"; cursor="1"; cursor="2"', '1'],
  ['a parameter without value', '<https://x/>; crossorigin; rel="next"; cursor="1"', '1'],
  ['a broken header', '<https://x/; rel="next"; cursor="1"', null],
  ['a quote that never ends', '<https://x/>; rel="next; cursor="1', null],
];
for (const [what, header, cursor] of CURSORS) {
  test(`the cursor of the next page is found: ${what}`, () => assert.equal(nextCursorFrom(header), cursor));
}

test('a header of a megabyte is read in one go', () => {
  const header = `${PREVIOUS}, `.repeat(10_000) + '<https://x/>; rel="next"; cursor="end"';
  assert.equal(linksFrom(header).length, 10_001);
  assert.equal(nextCursorFrom(header), 'end');
  assert.equal(nextCursorFrom(`${'{'.repeat(300_000)}${'<'.repeat(300_000)}${'"'.repeat(300_000)}`), null);
});

test('a cursor that is named again is the end, another one goes on with the next number', () => {
  const header = '<https://x/>; rel="next"; results="true"; cursor="0:100:0"';
  assert.deepEqual(markAfter(null, header), { page: 2, cursor: '0:100:0' });
  assert.deepEqual(markAfter({ page: 2, cursor: '0:0:0' }, header), { page: 3, cursor: '0:100:0' });
  assert.equal(markAfter({ page: 2, cursor: '0:100:0' }, header), null);
});

test('a mark becomes one text and is read back, and no other text is taken for one', () => {
  const mark = { page: 12, cursor: '1.5:0:0 ä=' };
  assert.deepEqual(markFrom(markText(mark)), mark);
  for (const text of ['', '12', '12.', 'https://x/?cursor=1', '.5']) assert.equal(markFrom(text), null, text);
});

test('a place in a list is where another reading can begin, with its pages counted anew', () => {
  assert.equal(startingAt('1001.1730000000000:0:0'), '1.1730000000000:0:0');
  assert.equal(startingAt('no place'), 'no place');
});
