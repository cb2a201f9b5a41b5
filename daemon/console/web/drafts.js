// drafts.js - a draft between the API and the form: read, begun, saved, and what a conflict compares.
import { get, part, post, put } from './api.js';
import { clean } from './members.js';
import { sameJson } from './text.js';

const about = ['change', 'valid_from', 'valid_to', 'decision', 'decision_date', 'replaced_by', 'note'];
const OUTSIDE = ['id', 'code', 'kind', 'name']; // never counted as overridden by a unit, but for the name

const head = (version) => Object.fromEntries(about.map((name) => [name, version[name] ?? '']));

// 'Cấp lại thẻ' → 'cap-lai-the'
export const slug = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/gi, 'd').toLowerCase()
	.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60);

// A draft that is there already: {id, kind, unit, version, revision, draft}.
async function opened(number) {
	const { version, record } = await get(`versions/${part(number)}`);

	return { id: version.record, kind: version.kind ?? record.kind ?? 'procedure', unit: version.unit ?? '', version: Number(number), revision: version.revision,
		state: version.state, draft: { body: await whole(version, record), ...head(version) }, base: await nation(version.unit, version.record) };
}

// A unit's version holds only what differs from the nation's; the form shows both together.
const nation = async (unit, id) => (unit ? (await get(`records/${part(id)}`)).record : null);
const whole = async (version, record) => ({ ...await nation(version.unit, version.record), ...record });

async function begun(id, unit, change, today) {
	const found = await get(`records/${part(id)}`, { unit });

	return { id, kind: found.kind, unit: unit ?? '', version: 0, base_version: found.version?.version ?? found.version?.id, base: await nation(unit, id),
		open: found.draft, draft: { body: found.record, ...head({}), change: change || 'amended', valid_from: today } };
}

export async function load(number, query, today) {
	if (number)
		return opened(number);
	if (query.record)
		return begun(query.record, query.unit, query.change, today);
	return { id: '', kind: query.kind || 'procedure', unit: query.unit ?? '', version: 0, fresh: true,
		draft: { body: {}, ...head({}), change: 'new', valid_from: today } };
}

function bodyToSend(at, body) {
	const whole = clean(body);

	if (!at.base)
		return whole;
	return Object.fromEntries(Object.entries(whole).filter(([name, value]) => OUTSIDE.includes(name) ? name !== 'name' || value !== at.base.name : !sameJson(value, at.base[name])));
}

// Writes the draft; returns {version, revision}. ApiError 409 when someone was faster.
export async function save(at, draft) {
	const { body, ...rest } = draft;
	const sent = { ...rest, body: bodyToSend(at, body) };

	if (at.version)
		return { version: at.version, ...await put(`versions/${at.version}`, { ...sent, revision: at.revision }) };
	if (at.fresh) {
		const id = at.kind === 'procedure' ? body.code.trim() : `${at.kind}:${slug(body.name ?? body.question)}`;

		return { id, ...await post('records', { ...sent, body: { ...sent.body, ...(at.kind === 'procedure' ? {} : { id }) }, kind: at.kind, id, unit: at.unit }) };
	}
	return post(`records/${part(at.id)}/drafts`, { ...sent, unit: at.unit, base_version: at.base_version });
}

// Body members and validity side by side, for conflict.js; and back.
export const flat = ({ body, ...rest }) => ({ ...clean(body), ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '' && value != null).map(([name, value]) => [`@${name}`, value])) });
export function unflat(values) {
	const draft = { body: {}, ...head({}) };

	for (const [name, value] of Object.entries(values))
		if (name.startsWith('@'))
			draft[name.slice(1)] = value;
		else
			draft.body[name] = value;
	return draft;
}

// What the other one left, from the answer 409: {version, revision, who, draft}.
export async function theirs(at, error) {
	const now = error.data.current ?? error.data.open ?? {};
	const other = await opened(at.version || now.version);

	return { version: other.version, revision: other.revision, who: now.author ?? '', draft: other.draft };
}
