// units.js - administrative units of today, found by names of today and of before; holidays beside them.
import { html } from '../vendor/preact.js';
import { get } from '../api.js';
import { to } from '../router.js';
import { day, number } from '../text.js';
import { Badge, Loaded, Page, useLoad } from '../ui.js';
import { Choice, Filters, List, Search, useList } from '../list.js';
import { w } from '../words.vi.js';

const columns = [
	{ name: w.units.name, kind: 'main', text: (u) => html`<a href=${to('unit', u.code)}>${u.name}</a>` },
	{ name: w.records.code, text: (u) => html`<code>${u.code}</code>` },
	{ name: w.units.province, text: (u) => u.province_name },
	{ name: w.units.old_count, kind: 'num', text: (u) => u.old_count ? number(u.old_count) : '' },
];

function Holidays({ year }) {
	const loaded = useLoad(() => get('holidays', { year }), [year]);

	return html`<section><h2>${w.units.holidays} ${year}</h2><${Loaded} from=${loaded}>${({ items }) => (items.length === 0
		? html`<p class="soft">${w.units.no_holidays}</p>` : html`<ul class="plain-list">${items.map((one) => html`<li key=${one.day}>
			<strong>${day(one.day)}</strong> ${one.name} ${one.kind !== 'off' && html`<${Badge} of=${one.kind} words=${w.units.day_kinds} />`}</li>`)}</ul>`)}</${Loaded}></section>`;
}

export default function Units({ me, query }) {
	const list = useList('units', ['units'], query);
	const provinces = useLoad(() => get('units?province='), []); // an empty one asks for the provinces
	const options = (provinces.data?.items ?? []).filter((u) => !u.province).map((u) => [u.code, u.name]);

	return html`<${Page} title=${w.menu.units} note=${w.units.lead} actions=${html`<a class="button" href=${to('records', { kind: 'office' })}>${w.units.offices}</a>`}>
		<${Filters} label=${w.records.filters}><${Search} label=${w.units.search} hint=${w.units.search_hint} value=${query.q} onChange=${(q) => list.change({ q })} />
			<${Choice} label=${w.units.province} value=${query.province} options=${options} onChange=${(province) => list.change({ province })} /></${Filters}>
		<${List} of=${list} label=${w.menu.units} columns=${columns} rowKey=${(u) => u.code} empty=${w.units.empty} />
		<${Holidays} year=${(me.today ?? '').slice(0, 4)} />
	</${Page}>`;
}
