// record_pick.js - choosing one record: those that came nearest first, any other by searching.
import { html, useState } from './vendor/preact.js';
import { get } from './api.js';
import { useLoad } from './ui.js';
import { Search } from './list.js';
import { w } from './words.vi.js';

const FOUND = 8;

// nearest: [{id, title}]. onChange({id, title})
export function RecordPick({ nearest, value, onChange }) {
	const [q, setQ] = useState('');
	const found = useLoad(() => (q ? get('records', { q, state: 'published', size: FOUND }) : Promise.resolve({ items: [] })), [q], true);
	const items = q ? (found.data?.items ?? []).map((one) => ({ id: one.id, title: one.everyday || one.name })) : nearest;

	return html`<${Search} label=${w.records.search} hint=${w.records.search_hint} value=${q} onChange=${setQ} />
		<fieldset class="radios stacked pick-one" aria-busy=${found.busy}><legend>${q ? w.pick.found : w.pick.nearest}</legend>
			${items.map((one) => html`<label class="check" key=${one.id}><input type="radio" name="record" checked=${value?.id === one.id} onChange=${() => onChange(one)} />
				<span>${one.title} <small class="soft">${one.id}</small></span></label>`)}
			${items.length === 0 && html`<p class="soft" role="status">${q ? w.list.nothing_found : w.pick.none}</p>`}</fieldset>`;
}
