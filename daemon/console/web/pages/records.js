// records.js - the knowledge: search, filters, one row a record.
import { html } from '../vendor/preact.js';
import { download } from '../api.js';
import { to } from '../router.js';
import { day, fill } from '../text.js';
import { Badge, Page } from '../ui.js';
import { Choice, Filters, List, Search, choices, useList } from '../list.js';
import { is } from '../menu.js';
import { w } from '../words.vi.js';

const columns = [
	{ name: w.records.name, kind: 'main', text: (r) => html`<a href=${to('record', r.id, { unit: r.unit })}>${r.everyday || r.name}</a>
		${r.everyday && html`<small class="soft">${r.name}</small>`}${r.unit && html`<small class="soft">${fill(w.record.of_unit, { unit: r.unit_name ?? r.unit })}</small>`}` },
	{ name: w.records.code, text: (r) => html`<code>${r.code || r.id}</code>` },
	{ name: w.records.kind, kind: 'date', text: (r) => w.kinds[r.kind] ?? r.kind },
	{ name: w.records.field, text: (r) => r.field },
	{ name: w.records.valid, kind: 'date', text: (r) => html`${day(r.valid_from)}${r.valid_to ? html`<br />– ${day(r.valid_to)}` : ''}${r.planned && r.state !== 'scheduled' ? html`<br /><small>${fill(w.records.planned, { day: day(r.planned) })}</small>` : ''}` },
	{ name: w.records.state, text: (r) => html`<${Badge} of=${r.state} /> ${r.has_draft && html`<${Badge} of="draft" words=${{ draft: w.records.has_draft }} />`}` },
];

function New({ unit }) {
	return html`<details class="drop"><summary class="button primary">+ ${w.records.new}</summary><ul>
		${choices(w.kinds).map(([kind, name]) => html`<li key=${kind}><a href=${to('edit', { kind, unit })}>${name}</a></li>`)}</ul></details>`;
}

function Export({ kind }) {
	return html`<details class="drop"><summary class="button">${w.records.export}</summary><ul>
		${['xlsx', 'csv', 'jsonl'].map((format) => html`<li key=${format}><a download href=${download('export', { kind: kind || 'procedure', format })}>${w.formats[format]}</a></li>`)}</ul></details>`;
}

export default function Records({ me, query }) {
	const list = useList('records', ['records'], query);
	const set = (name) => (value) => list.change({ [name]: value });
	const editor = is(me, 'editor');

	return html`<${Page} title=${w.menu.records} actions=${[html`<${Export} kind=${query.kind} />`, editor && html`<${New} unit=${me.unit?.code} />`]}>
		<${Filters} label=${w.records.filters}>
			<${Search} label=${w.records.search} hint=${w.records.search_hint} value=${query.q} onChange=${set('q')} />
			<${Choice} label=${w.records.kind} value=${query.kind} options=${choices(w.kinds)} onChange=${set('kind')} />
			<${Choice} label=${w.records.state} value=${query.state} options=${choices(w.records.states)} onChange=${set('state')} />
			<${Choice} label=${w.records.level} value=${query.level} options=${choices(w.levels)} onChange=${set('level')} />
			<${Choice} label=${w.menu.quality} value=${query.quality} options=${choices(w.qualities)} onChange=${set('quality')} />
		</${Filters}>
		<${List} of=${list} label=${w.menu.records} columns=${columns} rowKey=${(r) => `${r.id} ${r.unit}`} empty=${w.records.empty}>
			${editor && html`<a class="button primary" href=${to('import')}>${w.home.import}</a>`}
		</${List}>
	</${Page}>`;
}
