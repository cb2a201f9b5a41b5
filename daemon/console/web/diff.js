// diff.js - what changed, member by member, with the changed stretch of a text marked. Values of any shape become text.
import { html } from './vendor/preact.js';
import { label, path } from './members.js';
import { day, sameJson } from './text.js';
import { w } from './words.vi.js';

// The API gives what is no text as JSON.
function opened(value) {
	if (typeof value !== 'string' || !/^[[{]/.test(value))
		return value;
	try {
		return JSON.parse(value);
	} catch {
		return value;
	}
}

// One value as lines of text, the way a person would read it out.
export function plain(given) {
	const value = opened(given);

	if (value === null || value === undefined || value === '')
		return '';
	if (Array.isArray(value))
		return value.map((item) => `• ${plain(item)}`).join('\n');
	if (typeof value === 'object')
		return Object.entries(value).map(([name, item]) => `${label(name)}: ${plain(item)}`).join(' · ');
	if (/^\d{4}-\d\d-\d\d$/.test(value))
		return day(value);
	return String(value);
}

// The same for the value of that member: some have words of their own.
function said(value, member) {
	if (member === 'change' || member === '@change')
		return w.changes[value] ?? plain(value);
	return plain(value) || (/valid_from$/.test(member) ? w.review.at_once : '');
}

// Where two texts part and meet again, at whole words: [same, left, right, same].
export function stretch(left, right) {
	const a = left.split(/(\s+)/);
	const b = right.split(/(\s+)/);
	let head = 0;
	let tail = 0;

	while (head < a.length && head < b.length && a[head] === b[head])
		head++;
	while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
		tail++;
	return [a.slice(0, head).join(''), a.slice(head, a.length - tail).join(''), b.slice(head, b.length - tail).join(''), a.slice(a.length - tail).join('')];
}

// Top-level members that differ between two bodies: [{member, before, after}].
export function differences(before, after) {
	const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];

	return names.filter((name) => !sameJson(before?.[name], after?.[name]))
		.map((name) => ({ member: name, path: name, before: before?.[name], after: after?.[name] }));
}

function Side({ text, other, first }) {
	if (!text)
		return html`<span class="soft">${w.diff.nothing}</span>`;
	if (!other)
		return first ? html`<del>${text}</del>` : html`<ins>${text}</ins>`;
	const [head, left, right, tail] = first ? stretch(text, other) : stretch(other, text);

	return first ? html`${head}${left && html`<del>${left}</del>`}${tail}` : html`${head}${right && html`<ins>${right}</ins>`}${tail}`;
}

const sides = ({ path: member, before, after }) => [said(before, member), said(after, member)];
const Before = ({ change }) => html`<${Side} text=${sides(change)[0]} other=${sides(change)[1]} first />`;
export const After = ({ change }) => html`<${Side} text=${sides(change)[1]} other=${sides(change)[0]} />`;

export function Changes({ changes, before = w.diff.before, after = w.diff.after }) {
	if (!changes.length)
		return html`<p class="soft">${w.diff.same}</p>`;
	return html`<div class="scroll" tabindex="0" role="region" aria-label=${w.diff.label}>
		<table role="table" class="diff"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">${w.diff.member}</th>
			<th role="columnheader" scope="col">${before}</th><th role="columnheader" scope="col">${after}</th></tr></thead>
		<tbody role="rowgroup">${changes.map((change) => html`<tr role="row" key=${change.path}>
			<th role="rowheader" scope="row">${path(change.path ?? change.member)}</th>
			<td role="cell" data-label=${before}><${Before} change=${change} /></td><td role="cell" data-label=${after}><${After} change=${change} /></td>
		</tr>`)}</tbody></table></div>`;
}
