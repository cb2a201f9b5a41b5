// drafts.js - a draft between the API and the form: read, begun, saved, and what a conflict compares.
import { get, part, post, put } from './api.js';
import { clean, kinds } from './members.js';
import { sameJson } from './text.js';

// What is said of a version rather than of the record; it stands beside the body.
const about = ['change', 'valid_from', 'valid_to', 'decision', 'decision_date', 'source', 'source_date', 'replaced_by', 'note'];
const OUTSIDE = ['id', 'code', 'kind', 'name']; // never counted as overridden by a unit, but for the name

const head = (version) => Object.fromEntries(about.map((name) => [name, version[name] ?? '']));

// 'Cấp lại thẻ' → 'cap-lai-the'
export const slug = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/gi, 'd').toLowerCase()
	.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60);

// A draft that is there already: {id, kind, unit, version, revision, draft}.
async function opened(number) {
	const { version, record } = await get(`versions/${part(number)}`);

	return { id: version.record, kind: version.kind ?? record.kind ?? 'procedure', unit: version.unit ?? '', version: Number(number), revision: version.revision, author: version.author,
		base_version: version.base, draft: { body: await whole(version, record), ...head(version) }, base: await nation(version.unit, version.record) };
}

// A unit's version holds only what differs from the nation's; the form shows both together.
const nation = async (unit, id) => (unit ? (await get(`records/${part(id)}`)).record : null);
const whole = async (version, record) => ({ ...await nation(version.unit, version.record), ...record });

// What holds for the next version as well until somebody says otherwise.
const kept = ({ record, version }) => ({ decision: record?.decision ?? '', decision_date: version?.decision_date ?? '', source: version?.source ?? '', source_date: version?.source_date ?? '' });

async function begun(id, unit, change, today) { // an end needs a day; anything else holds from the day it is approved
	const found = await get(`records/${part(id)}`, { unit });

	return { id, kind: found.kind, unit: unit ?? '', version: 0, base_version: found.version?.unit === (unit ?? '') ? found.version.version : undefined, base: await nation(unit, id),
		open: found.draft, draft: { body: found.record ?? {}, ...head({}), ...kept(found), change: change || 'amended', valid_from: change === 'abolished' ? today : '' } };
}

export async function load(number, query, today) {
	if (number)
		return opened(number);
	if (query.record)
		return begun(query.record, query.unit, query.change, today);
	return { id: '', kind: kinds.includes(query.kind) ? query.kind : 'procedure', unit: query.unit ?? '', version: 0, fresh: true,
		draft: { body: {}, ...head({}), change: 'new' } };
}

function bodyToSend(at, body) {
	const whole = clean(body);

	if (!at.base)
		return whole;
	return Object.fromEntries(Object.entries(whole).filter(([name, value]) => OUTSIDE.includes(name) ? name !== 'name' || value !== at.base.name : !sameJson(value, at.base[name])));
}

// Writes the draft; returns {version, revision}. ApiError 409 when someone was faster. `more`: what was asked and agreed to.
export async function save(at, draft, more = {}) {
	const { body, ...rest } = draft;
	const sent = { ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '')), ...more, body: bodyToSend(at, body) };

	if (at.version)
		return { version: at.version, ...await put(`versions/${at.version}`, { ...sent, base_version: at.base_version, revision: at.revision }) };
	if (at.fresh) {
		const id = at.kind === 'procedure' ? body.code.trim() : `${at.kind}:${slug(body.name ?? body.question)}`;

		return { id, ...await post('records', { ...sent, body: { ...sent.body, ...(at.kind === 'procedure' ? {} : { id }) }, kind: at.kind, id, unit: at.unit }) };
	}
	return post(`records/${part(at.id)}/drafts`, { ...sent, unit: at.unit, base_version: at.base_version });
}

// Body members and what is said of the version side by side, for conflict.js; and back. The decision stands in both: once is enough.
export function flat({ body, ...rest }) {
	const { decision, ...members } = clean(body);
	const said = Object.entries(rest).filter(([, value]) => value !== '' && value != null);

	return { ...members, ...Object.fromEntries(said.map(([name, value]) => [`@${name}`, value])) };
}

export function unflat(values) {
	const draft = { body: {}, ...head({}) };

	for (const [name, value] of Object.entries(values))
		if (name.startsWith('@'))
			draft[name.slice(1)] = value;
		else
			draft.body[name] = value;
	return draft;
}

// What a refused save has to be compared with: {at, base, theirs, who}; null when it was refused for another reason.
// A draft may have been saved by another, begun by another, or written from a version that is no longer in force.
export async function rival(at, error, saved, draft) {
	const { current, open } = error.data;

	if (error.code === 'stale' && error.data.error.version) {
		const [now, before] = await Promise.all([opened(error.data.error.version), at.base_version ? opened(at.base_version) : null]);
		const { body, ...rest } = draft; // days and decision of the version in force are not this draft's

		return { at: { ...at, base_version: now.version }, base: flat({ body: before?.draft.body ?? saved.body, ...rest }), theirs: { ...rest, body: now.draft.body }, who: now.author };
	}
	if (!current && !open)
		return null;
	const other = await opened(at.version || open.version);

	return { at: { ...at, version: other.version, revision: other.revision, base_version: other.base_version }, base: flat(saved), theirs: other.draft, who: (current ?? open).author ?? other.author };
}
