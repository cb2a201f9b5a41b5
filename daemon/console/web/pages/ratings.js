// ratings.js - what citizens said of answers: the bad ones first of all, with their reason, each with the record it was about.
import { html } from '../vendor/preact.js';
import { to } from '../router.js';
import { time } from '../text.js';
import { Badge, Page } from '../ui.js';
import { Choice, Filters, List, useList } from '../list.js';
import { w } from '../words.vi.js';

const columns = [
	{ name: w.ratings.record, kind: 'main', text: (r) => html`<a href=${to('record', r.record)}>${r.record_name || r.record}</a>` },
	{ name: w.ratings.good, text: (r) => html`<${Badge} of=${r.good ? 'good' : 'none'} words=${w.ratings.words} />` },
	{ name: w.ratings.reason, text: (r) => w.rating_reasons[r.reason] ?? r.reason ?? '' },
	{ name: w.ratings.text, text: (r) => html`<span class="lines">${r.text}</span>` },
	{ name: w.ratings.facet, text: (r) => w.facets[r.facet] ?? r.facet ?? '' },
	{ name: w.ratings.version, kind: 'num', text: (r) => (r.version > 0 ? html`<a href=${to('version', r.version)}>${r.version}</a>` : '') },
	{ name: w.clusters.channel, text: (r) => w.channels[r.channel] ?? r.channel },
	{ name: w.clusters.when, kind: 'date', text: (r) => time(r.time_ms) },
];

export default function Ratings({ query }) {
	const list = useList('ratings', ['ratings'], query, { good: '0' });

	return html`<${Page} title=${w.menu.ratings} note=${w.ratings.lead}>
		<${Filters} label=${w.records.filters}><${Choice} label=${w.ratings.good} all="" value=${query.good ?? '0'} options=${[['0', w.ratings.bad_only], ['all', w.list.all]]} onChange=${(good) => list.change({ good })} />
			${query.record && html`<button type="button" onClick=${() => list.change({ record: '' })}>${w.ratings.all_records}</button>`}</${Filters}>
		<${List} of=${list} label=${w.menu.ratings} columns=${columns} rowKey=${(r) => r.id} empty=${w.ratings.empty} filtered=${w.ratings.empty} />
	</${Page}>`;
}
