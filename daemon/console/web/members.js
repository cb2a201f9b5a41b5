// members.js - what a record of each kind is made of: the editor's form, the record page and differences follow this table.
// Members that are not here are kept as they are and never shown.
import { w } from './words.vi.js';

const text = (name, more) => ({ name, shape: 'text', ...more });
const long = (name, more) => ({ name, shape: 'long', ...more });
const rows = (name, members, more) => ({ name, shape: 'rows', members, ...more });

const link = text('url', { shape: 'link', wide: true });

const submission = rows('submission', [
	{ name: 'mode', shape: 'choice', options: ['trực tiếp', 'trực tuyến', 'bưu chính'] },
	text('time_limit'), text('fee'), text('note', { wide: true }),
]);
const documents = rows('documents', [
	text('name', { required: true, wide: true }), text('group'),
	{ name: 'originals', shape: 'count' }, { name: 'copies', shape: 'count' }, text('form'),
]);

// kind → groups of the form
export const groups = {
	procedure: [
		{ title: 'general', members: [text('name', { required: true, wide: true }), text('field', { required: true }),
			{ name: 'level', shape: 'levels', options: ['bộ', 'tỉnh', 'xã', 'cơ quan khác'] }, text('agency'), text('authority'), text('address', { wide: true }), text('applicant', { wide: true }), link] },
		{ title: 'submission', members: [submission] },
		{ title: 'documents', members: [documents] },
		{ title: 'course', members: [long('steps'), long('conditions'), text('result', { wide: true })] },
		{ title: 'legal_basis', members: [{ name: 'legal_basis', shape: 'texts' }] },
	],
	hotline: [
		{ title: 'general', members: [text('name', { required: true, wide: true }), { name: 'phone', shape: 'texts', required: true }, text('email'), text('scope', { wide: true }), text('hours'), link] },
	],
	office: [
		{ title: 'general', members: [text('name', { required: true, wide: true }), text('address', { wide: true }), { name: 'phone', shape: 'texts' }, text('email'), text('hours', { wide: true }), text('scope', { wide: true }), link] },
	],
	guide: [{ title: 'general', members: [text('name', { required: true, wide: true }), long('text', { required: true, rows: 8 }), link] }],
	faq: [{ title: 'general', members: [text('question', { required: true, wide: true }), long('answer', { required: true, rows: 5 }), link] }],
};

export const kinds = Object.keys(groups);
export const label = (name, of) => w.members[`${of}.${name}`] ?? w.members[name] ?? name;

// 'submission[0].fee' → 'Cách nộp 1, Phí, lệ phí'
export function path(member) {
	let of = '';

	return String(member).split('.').map((step) => {
		const [, name, index] = /^([^[]*)(?:\[(\d+)\])?$/.exec(step) ?? [null, step];
		const words = label(name, of) + (index === undefined ? '' : ` ${Number(index) + 1}`);

		of = name;
		return words;
	}).join(', ');
}

export const title = (body) => body?.name ?? body?.question ?? '';

function flawsOfRows(member, value) {
	return (value ?? []).flatMap((row, i) => member.members.filter((one) => one.required && !String(row[one.name] ?? '').trim())
		.map((one) => `${member.name}[${i}].${one.name}`));
}

// Required members that are empty, as paths.
export function flaws(kind, body) {
	return groups[kind].flatMap((group) => group.members).flatMap((member) => {
		const value = body[member.name];

		if (member.shape === 'rows')
			return flawsOfRows(member, value);
		return member.required && (value == null || value.length === 0 || (typeof value === 'string' && !value.trim())) ? [member.name] : [];
	});
}

function cleanRow(row) {
	return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value])
		.filter(([, value]) => value !== '' && value !== null));
}

// What the form leaves behind → what is sent: no empty texts, no empty rows.
export function clean(body) {
	return Object.fromEntries(Object.entries(body).map(([name, value]) => {
		if (typeof value === 'string')
			return [name, value.trim()];
		if (Array.isArray(value))
			return [name, value.map((item) => (typeof item === 'string' ? item.trim() : item && typeof item === 'object' ? cleanRow(item) : item))
				.filter((item) => item !== '' && !(item && typeof item === 'object' && Object.keys(item).length === 0))];
		return [name, value];
	}).filter(([, value]) => value !== '' && value !== null && !(Array.isArray(value) && value.length === 0)));
}
