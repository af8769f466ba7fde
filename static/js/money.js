// Amounts as the server reads and writes them: fils in, text out. The same rules as the server's own parser, which
// has the last word.

const root = document.documentElement;
const arabicPage = root.lang === 'ar';
const arabicDigits = root.dataset.digits === 'arabic';

/** `text` with the digits this page shows. */
export function digits(text) {
  return arabicDigits ? String(text).replace(/[0-9]/g, (d) => '٠١٢٣٤٥٦٧٨٩'[d]) : String(text);
}

/** 1808500 → "1,808.500"; with `trim`, 20000 → "20". */
export function figure(fils, trim = false) {
  const whole = Math.floor(fils / 1000).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  const rest = (fils % 1000).toString().padStart(3, '0');
  return digits(trim && rest === '000' ? whole : `${whole}.${rest}`);
}

/** With the currency, as plain text. */
export function withUnit(fils, trim = false) {
  return arabicPage ? `${figure(fils, trim)} د.ك` : `KWD ${figure(fils, trim)}`;
}

/** Latin digits for the three scripts a keyboard may type. */
function latin(text) {
  return text.replace(/[٠-٩۰-۹]/g, (d) => String(d.charCodeAt(0) & 15));
}

/**
 * What an amount field says: `{fils}`, `{comma: [fils, fils]}` when a comma leaves two readings, or `{}`.
 */
export function parse(input) {
  const typed = latin(input).replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c]/g, '').replace(/[\u00a0\u2009\u202f٬]/g, ' ').replace('٫', '.').trim();
  // A space separates thousands and nothing else.
  if (/ /.test(typed) && !/^\d{1,3}(?: \d{3})+(?:\.|$)/.test(typed)) return {};
  const text = typed.replace(/ /g, '');
  if (text === '') return {};
  const comma = text.match(/^(\d{1,6})[,،](\d{1,3})$/);
  if (comma) {
    const point = Number(comma[1]) * 1000 + Number(comma[2].padEnd(3, '0'));
    return { comma: [point, Number(comma[1] + comma[2]) * 1000] };
  }
  const plain = text.match(/^(\d{0,9})(?:\.(\d{1,3}))?$/);
  if (!plain) return {};
  return { fils: Number(plain[1]) * 1000 + Number((plain[2] || '').padEnd(3, '0')) };
}

/** Why an amount is not taken: `zero`, `precise`, `large` or `unclear`; empty for nothing typed, an amount, and a comma. */
export function refusal(input) {
  const { fils, comma } = parse(input);
  const text = latin(input).replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c\s٬]/g, '').replace('٫', '.');
  if (comma || fils > 0 || text === '') return '';
  if (fils === 0 || /^[-−]\d*\.?\d*$/.test(text)) return 'zero';
  if (/^\d*\.\d{4,}$/.test(text)) return 'precise';
  return /^\d{10,}(?:\.\d{1,3})?$/.test(text) ? 'large' : 'unclear';
}

/** A whole number in any of the three scripts, or NaN. */
export function count(input) {
  const text = latin(input).trim();
  return /^\d{1,6}$/.test(text) ? Number(text) : NaN;
}
