// delivery.js - replies on their way, dead letters first: read, send again, drop.
import { html, useState } from '../vendor/preact.js';
import { get, part, post } from '../api.js';
import { time } from '../text.js';
import { Action, Badge, Dialog, Facts, Loaded, Notice, Page, ask, say, useLoad } from '../ui.js';
import { Choice, Filters, List, choices, useList } from '../list.js';
import { Part } from '../preview.js';
import { w } from '../words.vi.js';

const columns = (onRead) => [
	{ name: w.delivery.when, kind: 'main', text: (m) => html`<button type="button" class="link" onClick=${() => onRead(m.id)}>${time(m.created_ms)}</button>` },
	{ name: w.clusters.channel, text: (m) => [w.channels[m.channel] ?? m.channel, m.account].filter(Boolean).join(' · ') },
	{ name: w.records.state, text: (m) => html`<${Badge} of=${m.state} words=${w.delivery.states} />` },
	{ name: w.delivery.attempts, kind: 'num', text: (m) => m.attempts },
	{ name: w.delivery.text, text: (m) => m.text },
	{ name: w.delivery.reason, text: (m) => m.reason },
	{ name: w.delivery.due, kind: 'date', text: (m) => (m.state === 'due' ? time(m.due_ms) : '') },
];

function Letter({ id, onClose, onDone }) {
	const loaded = useLoad(() => get(`outbox/${part(id)}`), [id]);
	const act = (what, question, done) => async () => {
		if (!await ask(question))
			return;
		await post(`outbox/${part(id)}/${what}`);
		say(done);
		onDone();
	};

	return html`<${Dialog} wide title=${w.delivery.letter} onClose=${onClose}><${Loaded} from=${loaded}>${(found) => html`<${Facts} items=${[[w.records.state, html`<${Badge} of=${found.state} words=${w.delivery.states} />`], [w.delivery.when, time(found.created_ms)],
				[w.delivery.attempts, found.attempts], [w.delivery.reason, found.reason]]} />
			${found.state === 'unknown' && html`<${Notice} kind="warn"><p>${w.delivery.unknown}</p></${Notice}>`}
			<h3>${w.delivery.text}</h3>${found.parts.map((one, i) => html`<${Part} key=${i} part=${one} channel=${found.channel} />`)}
			${['dead', 'unknown'].includes(found.state) && html`<p class="row end">
				<${Action} onPress=${act('drop', { title: w.delivery.drop_title, text: w.delivery.drop_text, yes: w.delivery.drop, danger: true }, w.delivery.dropped)}>${w.delivery.drop}</${Action}>
				<${Action} kind="primary" onPress=${act('retry', { title: w.delivery.retry_title, text: found.state === 'unknown' ? w.delivery.retry_unknown : w.delivery.retry_text, yes: w.delivery.retry }, w.delivery.retried)}>${w.delivery.retry}</${Action}></p>`}`}</${Loaded}></${Dialog}>`;
}

export default function Delivery({ query }) {
	const list = useList('outbox', ['delivery'], query, { state: 'dead' });
	const [open, setOpen] = useState(null);

	return html`<${Page} title=${w.menu.delivery} note=${w.delivery.lead} actions=${html`<button type="button" onClick=${list.again}>${w.actions.reload}</button>`}>
		<${Filters} label=${w.records.filters}><${Choice} label=${w.records.state} all="" value=${query.state || 'dead'} options=${choices(w.delivery.states)} onChange=${(state) => list.change({ state })} /></${Filters}>
		<${List} of=${list} label=${w.menu.delivery} columns=${columns(setOpen)} rowKey=${(m) => m.id} empty=${w.delivery.empty} filtered=${w.delivery.empty} />
		${open !== null && html`<${Letter} id=${open} onClose=${() => setOpen(null)} onDone=${() => { setOpen(null); list.again(); }} />`}
	</${Page}>`;
}
