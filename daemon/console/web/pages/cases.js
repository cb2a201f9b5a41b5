// cases.js - reflections and suggestions with their clock, and beside them the citizens an answer could not reach.
import { html } from '../vendor/preact.js';
import { get, part } from '../api.js';
import { go, to } from '../router.js';
import { clip, day, fill, time } from '../text.js';
import { Action, Badge, Page, Tabs } from '../ui.js';
import { Choice, Filters, List, Search, choices, useList } from '../list.js';
import { UnitChoice } from '../unit_field.js';
import { w } from '../words.vi.js';

// The clock in words and with a sign, never by its colour alone.
export function Clock({ one }) {
	if (!['new', 'working'].includes(one.state))
		return html`<span class="soft">${day(one.due)}</span>`;
	const tone = one.late || one.days_left < 0 ? 'bad' : one.days_left <= 2 ? 'warn' : 'plain';
	const words = tone === 'bad' ? w.cases.late : one.days_left === 0 ? w.cases.today : w.cases.left;

	return html`<span class=${`badge ${tone}`}>${tone === 'bad' ? '⚠ ' : ''}${fill(words, { n: Math.abs(one.days_left) })}</span> <span class="soft">${day(one.due)}</span>`;
}

const columns = (query) => [
	{ name: w.cases.what, kind: 'main', text: (c) => html`<a href=${to('case', c.id, query)}>${clip(c.what, 140) || w.cases.erased}</a>${c.place && html`<small class="soft">${c.place}</small>`}` },
	{ name: w.cases.code, text: (c) => html`<code>${c.code}</code>` },
	{ name: w.records.kind, text: (c) => w.cases.kinds[c.kind] ?? c.kind },
	{ name: w.cases.category, text: (c) => c.category_name ?? w.categories[c.category] },
	{ name: w.cases.clock, kind: 'date', text: (c) => html`<${Clock} one=${c} />` },
	{ name: w.records.unit, text: (c) => c.unit_name ?? c.unit ?? '' },
	{ name: w.cases.owner, text: (c) => c.owner },
	{ name: w.cases.received, kind: 'date', text: (c) => time(c.received_ms) },
	{ name: w.records.state, text: (c) => html`<${Badge} of=${c.state} words=${w.cases.states} />` },
];

function Cases({ me, query }) {
	const list = useList('cases', ['cases'], query);
	const set = (name) => (value) => list.change({ [name]: value });

	return html`<${Filters} label=${w.records.filters}>
			<${Search} label=${w.records.search} hint=${w.cases.search_hint} value=${query.q} onChange=${set('q')} />
			<${Choice} label=${w.records.state} all="" value=${query.state || 'open'} options=${[['open', w.cases.open], ...choices(w.cases.states), ['all', w.list.all]]} onChange=${set('state')} />
			<${Choice} label=${w.cases.clock} value=${query.due} options=${choices(w.cases.dues)} onChange=${set('due')} />
			<${Choice} label=${w.cases.category} value=${query.category} options=${choices(w.categories)} onChange=${set('category')} />
			<${Choice} label=${w.cases.owner} value=${query.owner} options=${[[me.staff.name, w.clusters.mine]]} onChange=${set('owner')} />
			<${UnitChoice} label=${w.records.unit} value=${query.unit} onChange=${set('unit')} />
		</${Filters}>
		<${List} of=${list} label=${w.menu.cases} columns=${columns(query)} rowKey=${(c) => c.id} empty=${w.cases.empty} />`;
}

// The cluster a question is in.
async function openCluster(question) {
	const { cluster } = await get(`questions/${part(question)}`);

	go(cluster ? to('cluster', cluster) : to('clusters'));
}

const waitColumns = [
	{ name: w.cases.code, kind: 'main', text: (one) => html`<code>${one.code}</code>` },
	{ name: w.waits.of, text: (one) => (one.case ? html`<a href=${to('case', one.case)}>${w.waits.case}</a>` : one.question && html`<${Action} kind="link" onPress=${() => openCluster(one.question)}>${w.waits.question}</${Action}>`) },
	{ name: w.clusters.channel, text: (one) => w.channels[one.channel] ?? one.channel },
	{ name: w.records.state, text: (one) => html`<${Badge} of=${one.state} words=${w.wait_states} />` },
	{ name: w.waits.why, text: (one) => one.reason },
	{ name: w.waits.answered, kind: 'date', text: (one) => time(one.answered_ms) },
	{ name: w.waits.since, kind: 'date', text: (one) => time(one.created_ms) },
];

function Waits({ query }) {
	const list = useList('waits', ['cases'], query, { state: 'unreachable' });

	return html`<p class="soft">${w.waits.lead}</p>
		<${Filters} label=${w.records.filters}><${Choice} label=${w.records.state} all="" value=${query.state || 'unreachable'} options=${choices(w.wait_states)} onChange=${(state) => list.change({ state, tab: 'waits' })} /></${Filters}>
		<${List} of=${list} label=${w.waits.title} columns=${waitColumns} rowKey=${(one) => one.code} empty=${w.waits.empty} filtered=${w.waits.empty} />`;
}

export default function CasesPage({ me, query }) {
	const { tab, ...rest } = query;

	return html`<${Page} title=${w.menu.cases} note=${w.cases.lead}>
		<${Tabs} label=${w.menu.cases} chosen=${tab ?? 'cases'} items=${[['cases', w.menu.cases], ['waits', w.waits.title]]} onChoose=${(next) => go(to('cases', { tab: next === 'waits' ? next : '' }))} />
		${tab === 'waits' ? html`<${Waits} query=${query} />` : html`<${Cases} me=${me} query=${rest} />`}
	</${Page}>`;
}
