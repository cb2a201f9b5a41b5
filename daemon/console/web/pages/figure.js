// figure.js - the masked rows one figure of a report was counted from.
import { html } from '../vendor/preact.js';
import { to } from '../router.js';
import { day, fill, shown, time } from '../text.js';
import { Page } from '../ui.js';
import { List, useList } from '../list.js';
import { w } from '../words.vi.js';

const columns = [
	{ name: w.clusters.when, kind: 'main', text: (r) => (r.day ? day(r.day) : time(r.time_ms)) },
	{ name: w.reports.text, text: (r) => html`<span class="lines">${r.text}</span>` },
	{ name: w.reports.outcome, text: (r) => w.outcomes[r.word] ?? w.reasons[r.word] ?? w.wait_states[r.word] ?? w.cases.states[r.word] ?? w.changes[r.word] ?? w.ratings.words[r.word] ?? r.word },
	{ name: w.ratings.record, text: (r) => r.record && html`<a href=${to('record', r.record)}>${r.record_name || r.record}</a>` },
	{ name: w.records.field, text: (r) => r.field },
	{ name: w.reports.took, kind: 'num', text: (r) => (r.ms == null ? '' : shown(r.ms, 'ms')) },
	{ name: w.clusters.channel, text: (r) => w.channels[r.channel] ?? r.channel },
	{ name: w.records.unit, text: (r) => r.unit_name ?? r.unit ?? '' },
];

const empty = (value) => value === undefined || value === null || value === '';
const members = [null, 'text', 'word', 'record', 'field', 'ms', 'channel', 'unit'];
const used = (items) => columns.filter((_, i) => i === 0 || items.some((row) => !empty(row[members[i]]))); // a column nobody has anything in is left out

export default function Figure({ parts: [figure], query }) {
	const list = useList('reports/rows', ['figure', figure], query, { figure });
	const { page, ...back } = query;
	const found = list.data;

	return html`<${Page} title=${found?.figure.name ?? w.reports.rows} note=${found && fill(w.reports.rows_note, { title: found.title, unit: found.unit_name })} back=${{ href: to('reports', back), text: w.menu.reports }}>
		<${List} of=${{ ...list, query: {} }} label=${found?.figure.name ?? w.reports.rows} columns=${used(found?.items ?? [])} rowKey=${(r) => r.id} empty=${w.reports.no_rows} /></${Page}>`;
}
