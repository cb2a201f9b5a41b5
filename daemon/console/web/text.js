// text.js - how days, times, numbers and phrases are written here. Pure.
const ZONE = 'Asia/Ho_Chi_Minh';
const moment = new Intl.DateTimeFormat('vi-VN', {
	timeZone: ZONE, day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
});
const digits = new Intl.NumberFormat('vi-VN');

// '2026-07-01' → '01/07/2026'; '' for nothing.
export function day(iso) {
	const found = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso ?? '');

	return found ? `${found[3]}/${found[2]}/${found[1]}` : iso ?? '';
}

// '1/7/2026', '01-07-2026', '1.7.26', '01072026' → '2026-07-01'; '' for nothing; null when it is no day.
export function parseDay(text) {
	const clean = text.trim();
	const found = /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d\d)$/.exec(clean) ?? /^(\d\d)(\d\d)(\d{4})$/.exec(clean);

	if (!clean)
		return '';
	if (!found)
		return null;
	const [d, m, y] = [Number(found[1]), Number(found[2]), Number(found[3]) + (found[3].length === 2 ? 2000 : 0)];
	const real = new Date(Date.UTC(y, m - 1, d));

	if (real.getUTCMonth() !== m - 1 || real.getUTCDate() !== d)
		return null;
	return real.toISOString().slice(0, 10);
}

// UTC milliseconds → '01/07/2026 14:05', in Vietnam.
export function time(ms) {
	if (!ms)
		return '';
	const parts = Object.fromEntries(moment.formatToParts(ms).map(({ type, value }) => [type, value]));

	return `${parts.day}/${parts.month}/${parts.year} ${parts.hour}:${parts.minute}`;
}

export const number = (value) => digits.format(value ?? 0); // 70.000
export const percent = (share) => `${Math.round(share * 100)} %`;
const tenths = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 1 });

// A figure of a report in its form: 'number', 'share' (0 … 1) or 'ms'; '–' where nothing could be counted.
export function shown(value, form) {
	if (value === null || value === undefined)
		return '–';
	return form === 'share' ? `${tenths.format(value * 100)} %` : form === 'ms' ? `${tenths.format(value / 1000)} s` : number(value);
}

// fill('{n} mục', {n: 3}) → '3 mục'
export function fill(phrase, values) {
	return phrase.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// First letters of a long title, cut at a blank.
export function clip(text, length) {
	if (!text || text.length <= length)
		return text ?? '';
	const at = text.lastIndexOf(' ', length);

	return text.slice(0, at > length / 2 ? at : length) + '…';
}

export const sameJson = (a, b) => JSON.stringify(a) === JSON.stringify(b);
