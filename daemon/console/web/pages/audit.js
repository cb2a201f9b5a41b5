// audit.js - who did what, when. Nothing here can be changed.
import { html } from '../vendor/preact.js';
import { time } from '../text.js';
import { Page } from '../ui.js';
import { Choice, Filters, List, Search, choices, useList } from '../list.js';
import { DayField } from '../form.js';
import { plain } from '../diff.js';
import { label } from '../members.js';
import { w } from '../words.vi.js';

// {"added": 1, "drafts": false} → 'mới: 1 · bản nháp: không'
function detail(value) {
	if (!value || typeof value !== 'object')
		return value ?? '';
	return Object.entries(value).filter(([, one]) => one !== null && one !== '').map(([name, one]) => {
		const text = Array.isArray(one) ? one.join('; ') : w.detail[String(one)] ?? w.changes[one] ?? (name === 'roles' ? String(one).split(',').map((role) => w.roles[role] ?? role).join(', ') : plain(one));

		return `${w.detail[name] ?? label(name)}: ${text}`;
	}).join(' · ');
}

const columns = [
	{ name: w.audit.when, kind: 'main', text: (a) => time(a.time_ms) },
	{ name: w.audit.who, text: (a) => a.who },
	{ name: w.audit.what, text: (a) => w.acts[a.what] ?? a.what },
	{ name: w.audit.object, text: (a) => html`<code>${a.object}</code>` },
	{ name: w.audit.detail, text: (a) => html`<span class="lines">${detail(a.detail)}</span>` },
];

export default function Audit({ query }) {
	const list = useList('audit', ['audit'], query);
	const set = (name) => (value) => value !== (query[name] ?? '') && list.change({ [name]: value });

	return html`<${Page} title=${w.menu.audit} note=${w.audit.lead}>
		<${Filters} label=${w.records.filters}>
			<${Search} label=${w.audit.who} value=${query.who} onChange=${set('who')} />
			<${Search} label=${w.audit.object} value=${query.object} onChange=${set('object')} />
			<${Choice} label=${w.audit.what} value=${query.what} options=${choices(w.acts)} onChange=${set('what')} />
			<${DayField} label=${w.audit.from} value=${query.from} onChange=${set('from')} />
			<${DayField} label=${w.audit.to} value=${query.to} onChange=${set('to')} />
		</${Filters}>
		<${List} of=${list} label=${w.menu.audit} columns=${columns} rowKey=${(a) => a.id} empty=${w.audit.empty} />
	</${Page}>`;
}
