// quality.js - what in the knowledge someone should look at; near-duplicates in a list of their own.
import { html } from '../vendor/preact.js';
import { go, to } from '../router.js';
import { day, number, percent } from '../text.js';
import { Page, Tabs } from '../ui.js';
import { List, useList } from '../list.js';
import { w } from '../words.vi.js';

const link = (id, name, unit) => html`<a href=${to('record', id, { unit })}>${name || id}</a>`;

const findings = [
	{ name: w.records.name, kind: 'main', text: (f) => html`${link(f.record, f.name, f.unit)}<small class="soft">${f.record}</small>` },
	{ name: w.quality.what, kind: 'date', text: (f) => w.qualities[f.word] ?? f.says },
	{ name: w.quality.detail, text: (f) => html`<span class="lines">${f.detail?.replace(/\d{4}-\d\d-\d\d/g, day)}</span>` },
	{ name: w.records.unit, text: (f) => f.unit_name ?? f.unit ?? '' },
];
const named = (id, name, official) => html`${link(id, name)}<small class="soft">${official && official !== name ? `${official} · ` : ''}${id}</small>`;
const pairs = [
	{ name: w.quality.one, kind: 'main', text: (p) => named(p.a, p.name_a, p.official_a) },
	{ name: w.quality.other, kind: 'main', text: (p) => named(p.b, p.name_b, p.official_b) },
	{ name: w.quality.likeness, kind: 'num', text: (p) => percent(p.likeness ?? 0) },
];

function Findings({ query }) {
	const list = useList('quality', ['quality'], query);
	const counts = list.data?.counts ?? {};

	return html`<div class="chips" role="group" aria-label=${w.quality.kinds}>
			<button type="button" aria-pressed=${!query.word} onClick=${() => list.change({ word: '' })}>${w.list.all}</button>
			${Object.entries(counts).filter(([, n]) => n > 0).map(([word, n]) => html`<button type="button" key=${word} aria-pressed=${query.word === word}
				onClick=${() => list.change({ word })}>${w.qualities[word] ?? word} <strong>${number(n)}</strong></button>`)}</div>
		<${List} of=${list} label=${w.menu.quality} columns=${findings} empty=${w.quality.empty} />`;
}

function Duplicates({ query }) {
	const list = useList('duplicates', ['quality'], query);

	return html`<${List} of=${list} label=${w.quality.duplicates} columns=${pairs} empty=${w.quality.no_duplicates} filtered=${w.quality.no_duplicates} />`;
}

export default function Quality({ query }) {
	const { tab, ...rest } = query;

	return html`<${Page} title=${w.menu.quality} note=${w.quality.lead}>
		<${Tabs} label=${w.menu.quality} chosen=${tab ?? 'findings'} items=${[['findings', w.quality.findings], ['pairs', w.quality.duplicates]]}
			onChoose=${(next) => go(to('quality', { tab: next === 'pairs' ? 'pairs' : '' }))} />
		${tab === 'pairs' ? html`<${Duplicates} query=${query} />` : html`<${Findings} query=${rest} />`}
	</${Page}>`;
}
