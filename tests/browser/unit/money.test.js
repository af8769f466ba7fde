// Amounts as they are typed: the page must never promise another reading than the server's (domain/src/amount.rs).
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.document = { documentElement: { lang: 'en', dataset: {} } };
const { count, figure, parse, refusal, withUnit } = await import('../../../static/js/money.js');

test('an amount is read as the server reads it', () => {
  const read = {
    '5': 5000, '25.5': 25_500, '.5': 500, '0.250': 250, '٢٥٫٥': 25_500, '۲۵٫۵': 25_500, '1 250': 1_250_000, '1٬250.5': 1_250_500,
    '1\u00a0250': 1_250_000, ' 7 ': 7000, '5\u200f': 5000, '\u202a5.250\u202c': 5250,
  };
  for (const [typed, fils] of Object.entries(read)) assert.deepEqual(parse(typed), { fils }, typed);
});

test('what the server refuses gets no echo', () => {
  for (const typed of ['', ' ', '.', '5.', '1 25', '12 5000', '1.2345', '1.250.000', '-5', 'abc', '5 KWD', '1e3']) assert.deepEqual(parse(typed), {}, typed);
});

test('why an amount is not taken', () => {
  const why = {
    '': '', '25': '', '1,250': '', '0': 'zero', '0.000': 'zero', '-5': 'zero', '25.1234': 'precise', '٢٥٫١٢٣٤': 'precise', '1234567890': 'large',
    '1e9': 'unclear', abc: 'unclear', '5.': 'unclear', '1,250,000': 'unclear',
  };
  for (const [typed, said] of Object.entries(why)) assert.equal(refusal(typed), said, typed);
});

test('a comma is asked back about', () => {
  assert.deepEqual(parse('1,250'), { comma: [1250, 1_250_000] });
  assert.deepEqual(parse('١،٢٥٠'), { comma: [1250, 1_250_000] });
});

test('amounts are written with three decimals, and counts are whole', () => {
  assert.equal(withUnit(1_808_500), 'KWD 1,808.500');
  assert.equal(figure(20_000, true), '20');
  assert.equal(count('٣'), 3);
  assert.ok(Number.isNaN(count('3.5')));
});
