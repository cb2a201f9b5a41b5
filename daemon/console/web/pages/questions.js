// questions.js - what people asked and did not get; masked. Closing one takes it off the list.
import { html } from '../vendor/preact.js';
import { part, post } from '../api.js';
import { to } from '../router.js';
import { time } from '../text.js';
import { Action, Badge, Page, say } from '../ui.js';
import { Choice, Filters, List, choices, useList } from '../list.js';
import { w } from '../words.vi.js';

const nearest = (q) => [].concat(q.nearest ?? []).slice(0, 3);

function columns(again) {
	const close = (q, state) => async () => {
		await post(`questions/${part(q.id)}/close`, { state });
		say(w.questions.closed);
		again();
	};

	return [
		{ name: w.questions.text, kind: 'main', text: (q) => q.text },
		{ name: w.questions.reason, text: (q) => w.reasons[q.reason] ?? q.reason },
		{ name: w.questions.nearest, text: (q) => nearest(q).map((one) => html`<a class="near" key=${one.id ?? one} href=${to('record', one.id ?? one)}>${one.title ?? one.name ?? one.id ?? one}</a>`) },
		{ name: w.questions.channel, text: (q) => w.channels[q.channel] ?? q.channel },
		{ name: w.questions.when, kind: 'date', text: (q) => time(q.created_ms) },
		{ name: w.records.state, text: (q) => html`<${Badge} of=${q.state} words=${w.questions.states} />` },
		{ name: w.questions.act, text: (q) => q.state === 'open' && html`<span class="row"><${Action} onPress=${close(q, 'done')}>${w.questions.close}</${Action}>
			<${Action} kind="quiet" onPress=${close(q, 'ignored')}>${w.questions.ignore}</${Action}></span>` },
	];
}

export default function QuestionsPage({ query }) {
	const list = useList('questions', ['questions'], query, { state: 'open' });

	return html`<${Page} title=${w.menu.questions} note=${w.questions.lead}>
		<${Filters} label=${w.records.filters}><${Choice} label=${w.records.state} all="" value=${query.state || 'open'} options=${choices(w.questions.states)} onChange=${(state) => list.change({ state })} /></${Filters}>
		<${List} of=${list} label=${w.menu.questions} columns=${columns(list.again)} rowKey=${(q) => q.id} empty=${w.questions.empty} filtered=${w.questions.empty} />
	</${Page}>`;
}
