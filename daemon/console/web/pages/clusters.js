// clusters.js - the inbox: what people asked and nobody could answer, like with like, most pressing first. J and K walk through it,
// Enter opens one; all of it works with Tab alone.
import { html, useRef } from '../vendor/preact.js';
import { to } from '../router.js';
import { day, fill, number, time } from '../text.js';
import { Page } from '../ui.js';
import { Choice, Filters, List, Search, choices, useList } from '../list.js';
import { Legend, useLetters } from '../keys.js';
import { Spark } from '../charts.js';
import { UnitChoice } from '../unit_field.js';
import { w } from '../words.vi.js';

const reasons = (counts) => Object.entries(counts ?? {}).sort((a, b) => b[1] - a[1]).slice(0, 2).map(([word]) => w.reasons[word] ?? word).join(', ');
const units = (list) => [...list.slice(0, 2).map((one) => one.name || one.code).filter(Boolean), ...(list.length > 2 ? [fill(w.clusters.more_units, { n: list.length - 2 })] : [])].join(', ');

export const Waiting = ({ n }) => (n > 0 ? html`<strong class="waiting">${fill(w.clusters.waiting_n, { n: number(n) })}</strong>` : html`<span class="soft">–</span>`);
export const overdue = (c, today) => c.due && c.state === 'open' && c.due < today;

function Owner({ one, me }) {
	return html`${one.owner === me.staff.name ? w.clusters.me : one.owner}${one.due && html` <span class=${overdue(one, me.today) ? 'late' : 'soft'}>
		${fill(overdue(one, me.today) ? w.clusters.overdue : w.clusters.due_on, { day: day(one.due) })}</span>`}`;
}

const columns = (me, query) => [
	{ name: w.clusters.label, kind: 'main', text: (c) => html`<a data-row href=${to('cluster', c.id, query)}>${c.label || w.clusters.withdrawn}</a>
		${c.nearest?.length > 0 && html`<small class="soft">${fill(w.clusters.near, { title: c.nearest[0].title })}</small>`}` },
	{ name: w.clusters.waiting, kind: 'date', text: (c) => html`<${Waiting} n=${c.waiting} />` },
	{ name: w.clusters.count, kind: 'num', text: (c) => number(c.count) },
	{ name: w.clusters.trend, text: (c) => c.trend?.length > 0 && html`<${Spark} values=${c.trend} label=${fill(w.clusters.trend_says, { now: number(c.trend.at(-1)), before: number(c.trend.at(-2) ?? 0) })} />` },
	{ name: w.clusters.units, text: (c) => html`${units(c.units)}<small class="soft">${reasons(c.reasons)}</small>` },
	{ name: w.clusters.owner, text: (c) => html`<${Owner} one=${c} me=${me} />` },
	{ name: w.clusters.last, kind: 'date', text: (c) => time(c.last_ms) },
];

// Moves the focus from row to row of the list in `box`.
export function walk(box, step) {
	const rows = [...box.current?.querySelectorAll('[data-row]') ?? []];
	const at = rows.indexOf(document.activeElement);

	rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
}

export default function Clusters({ me, query }) {
	const list = useList('clusters', ['clusters'], query, { state: 'open', sort: 'waiting' });
	const set = (name) => (value) => list.change({ [name]: value });
	const box = useRef(null);
	const letters = useLetters({ j: () => walk(box, 1), k: () => walk(box, -1), '/': () => document.querySelector('[data-search]').focus() });

	return html`<${Page} title=${w.menu.clusters} note=${w.clusters.lead}>
		<${Filters} label=${w.records.filters}>
			<${Search} label=${w.records.search} hint=${w.clusters.search_hint} value=${query.q} onChange=${set('q')} />
			<${Choice} label=${w.records.state} all="" value=${query.state || 'open'} options=${choices(w.clusters.filter_states)} onChange=${set('state')} />
			<${Choice} label=${w.clusters.sort} all="" value=${query.sort || 'waiting'} options=${choices(w.clusters.sorts)} onChange=${set('sort')} />
			<${Choice} label=${w.clusters.reason} value=${query.reason} options=${choices(w.reasons)} onChange=${set('reason')} />
			<${Choice} label=${w.clusters.owner} value=${query.owner} options=${[[me.staff.name, w.clusters.mine], ['-', w.clusters.nobodys]]} onChange=${set('owner')} />
			<${UnitChoice} label=${w.records.unit} value=${query.unit} onChange=${set('unit')} />
		</${Filters}>
		<${Legend} letters=${letters} items=${w.clusters.list_keys} />
		<div ref=${box}><${List} of=${list} label=${w.menu.clusters} columns=${columns(me, query)} rowKey=${(c) => c.id} empty=${w.clusters.empty} /></div>
	</${Page}>`;
}
