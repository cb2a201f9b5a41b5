// cluster.js - one cluster: what people asked on the left, the records that came nearest on the right, what can be done with it above.
// Every act has a letter; J and K go on to the next one of the list.
import { html, useState } from '../vendor/preact.js';
import { get, part, post, put } from '../api.js';
import { go, to } from '../router.js';
import { day, fill, number, percent, time } from '../text.js';
import { Action, Badge, LoadedPage, Notice, Page, ask, say, useLoad } from '../ui.js';
import { List, Table, useList } from '../list.js';
import { Key, Legend, useLetters } from '../keys.js';
import { Check } from '../form.js';
import { Body } from '../show.js';
import { Answer, Ask, Assign, Draft, Merge, Reach, Resolve, Split, reach } from '../cluster_acts.js';
import { Waiting, overdue } from './clusters.js';
import { is } from '../menu.js';
import { w } from '../words.vi.js';

const dialogs = { ask: Ask, draft: Draft, answer: Answer, resolve: Resolve, merge: Merge, split: Split, assign: Assign };
const letters = { ask: 'a', draft: 'c', answer: 't', resolve: 'r', out_of_scope: 'o', ignore: 'x', merge: 'g', split: 's', assign: 'd', reopen: 'm', approve: 'y' };

// Which acts this cluster allows, in the order of the buttons.
function allowed(one, me) {
	const teaches = is(me, 'editor') ? ['ask', 'draft'] : [];

	const approves = one.answer && !one.approved_by && !(me.two_persons && one.answered_by === me.staff.name);

	if (one.state === 'open')
		return [...(approves ? ['approve'] : []), ...teaches, 'answer', 'resolve', 'out_of_scope', 'ignore', 'merge', 'split', 'assign'];
	return one.state === 'merged' ? [] : [...teaches.slice(0, 1), 'reopen', 'assign'];
}

/* --- The list it was opened from --- */

function useNeighbours(id, query) {
	const list = useLoad(() => get('clusters', { size: 50, state: 'open', sort: 'waiting', ...query }), [query], true);
	const ids = (list.data?.items ?? []).map((one) => String(one.id));
	const at = ids.indexOf(id);
	const move = (step) => () => {
		const next = at < 0 ? ids[0] : ids[at + step];

		if (next && next !== id)
			go(to('cluster', next, query));
	};

	return { move, at, count: ids.length };
}

/* --- What was asked --- */

function where(sample, one) {
	const unit = one.units.find(({ code }) => code && code === sample.unit);

	return [w.channels[sample.channel] ?? sample.channel, unit?.name ?? sample.unit, time(sample.created_ms)].filter(Boolean).join(' · ');
}

function Asked({ one, chosen, onChange, query }) {
	return html`<section aria-labelledby="asked"><h2 id="asked">${w.clusters.asked}</h2>
		<ul class="asked">${one.samples.map((sample) => html`<li key=${sample.id}>
			<${Check} label=${html`<span>${sample.text || w.clusters.withdrawn}${sample.count > 1 ? ` ×${number(sample.count)}` : ''}</span>`} checked=${chosen.includes(sample.id)}
				onChange=${(on) => onChange(on ? [...chosen, sample.id] : chosen.filter((id) => id !== sample.id))} />
			<small class="soft">${w.reasons[sample.reason] ?? sample.reason} · ${where(sample, one)}</small></li>`)}</ul>
		${one.count > one.samples.length && html`<p><a href=${to('cluster', one.id, 'all', query)}>${fill(w.clusters.all, { n: number(one.count) })}</a></p>`}</section>`;
}

function Waits({ waits }) {
	if (!waits?.length)
		return null;
	return html`<section aria-labelledby="waits"><h2 id="waits">${w.clusters.who_waits}</h2><${Reach} waits=${waits} />
		<details><summary>${w.clusters.codes}</summary><ul class="plain-list small">${waits.map((one) => html`<li key=${one.code}><code>${one.code}</code> <${Badge} of=${one.state} words=${w.wait_states} /> <span class="soft">${time(one.created_ms)}</span></li>`)}</ul></details></section>`;
}

function History({ steps }) {
	return steps?.length > 0 && html`<section aria-labelledby="past"><h2 id="past">${w.clusters.history}</h2><ol class="timeline">${steps.map((step, i) => html`
		<li key=${i}><span class="soft">${time(step.time_ms)}</span> ${step.who} · ${w.acts[step.what] ?? step.what}</li>`)}</ol></section>`;
}

/* --- What came nearest --- */

function Content({ id }) {
	const [open, setOpen] = useState(false);
	const found = useLoad(() => (open ? get(`records/${part(id)}`) : Promise.resolve(null)), [id, open]);

	return html`<details onToggle=${(event) => setOpen(event.currentTarget.open)}><summary>${w.clusters.look}</summary>
		${found.error ? html`<p class="error">${found.error.message}</p>` : found.data ? html`<${Body} kind=${found.data.kind} body=${found.data.record ?? {}} />
			${found.data.own?.asks?.length > 0 && html`<h3>${w.own.asks}</h3><ul>${found.data.own.asks.map((text) => html`<li key=${text}>${text}</li>`)}</ul>`}` : open && html`<p class="loading">${w.states.loading}</p>`}</details>`;
}

function Near({ one, me, onAct }) {
	return html`<section aria-labelledby="near"><h2 id="near">${w.clusters.nearest}</h2>
		${one.nearest.length === 0 && html`<p class="soft">${w.clusters.no_nearest}</p>`}
		<ol class="cards near-cards">${one.nearest.map((record) => html`<li key=${record.id}>
			<h3><a href=${to('record', record.id)}>${record.title || record.id}</a></h3>
			<p class="soft small">${[record.why && (w.whys[record.why] ?? record.why), record.confidence > 0 && fill(w.clusters.sure, { share: percent(record.confidence) })].filter(Boolean).join(' · ')}</p>
			<${Content} id=${record.id} />
			${one.state === 'open' && html`<p class="row">${is(me, 'editor') && html`<button type="button" onClick=${() => onAct('ask', record)} aria-label=${fill(w.clusters.ask_of, { title: record.title })}>${w.clusters.acts.ask}</button>`}
				<button type="button" onClick=${() => onAct('resolve', record)} aria-label=${fill(w.clusters.resolve_of, { title: record.title })}>${w.clusters.acts.resolve}</button></p>`}</li>`)}</ol></section>`;
}

/* --- Would it now be found? --- */

const foundColumns = (record) => [
	{ name: w.clusters.wording, kind: 'main', text: (f) => f.text },
	{ name: w.clusters.first_now, text: (f) => f.title || w.replay.none },
	{ name: w.clusters.good_now, text: (f) => html`<${Badge} of=${f.record && (!record || f.record === record) ? 'good' : 'none'} words=${w.clusters.found_words} />` },
];

function Found({ id, record, turn }) {
	const loaded = useLoad(() => get(`clusters/${part(id)}/found`), [id, turn]);
	const items = loaded.data?.items ?? [];
	const good = items.filter((f) => f.record && (!record || f.record === record)).length;

	if (!loaded.data)
		return html`<p class="loading" role="status">${loaded.error?.message ?? w.states.loading}</p>`;
	return html`<section aria-labelledby="found"><h2 id="found" tabindex="-1">${w.clusters.found}</h2>
		<${Notice} kind=${good === items.length ? 'good' : 'warn'}><p>${fill(w.clusters.found_n, { n: number(good), of: number(items.length) })}</p></${Notice}>
		<div class="scroll" tabindex="0" role="region" aria-label=${w.clusters.found}><${Table} label=${w.clusters.found} columns=${foundColumns(record)} rows=${items} /></div></section>`;
}

/* --- The page --- */

// What each act asks, sends and says. → true when it was done.
async function send(one, name, body) {
	const path = `clusters/${part(one.id)}`;

	if (['out_of_scope', 'ignore', 'approve'].includes(name) && !await ask({ title: w.clusters.asks[name].title, text: fill(w.clusters.asks[name].text, { n: number(reach(one.waits).open) }), yes: w.clusters.acts[name] }))
		return null;
	return name === 'assign' ? put(path, body) : post(`${path}/${name.replaceAll('_', '-')}`, body);
}

function useActs(one, again, onTaught) {
	const [open, setOpen] = useState(null);
	const done = async (name, body, taught) => {
		if (taught)
			await send(one, 'ask', taught);
		const answer = await send(one, name, body);

		setOpen(null);
		if (!answer)
			return;
		say(name === 'answer' && !answer.approved ? w.clusters.done.waits : w.clusters.done[name]);
		if (name === 'draft')
			return go(to('edit', answer.version));
		if (name === 'merge')
			return go(to('cluster', body.into));
		if (taught || name === 'ask')
			onTaught(body.record);
		again();
	};
	const start = (name, record) => (dialogs[name] ? setOpen({ name, record }) : done(name).catch((error) => say(error.message, 'bad')));

	return { open, start, done, close: () => setOpen(null) };
}

function Facts({ one, me }) {
	return html`<p class="row facts-line"><${Badge} of=${one.state} words=${w.clusters.states} /><${Waiting} n=${one.waiting} />
		<span>${fill(w.clusters.asked_n, { n: number(one.count), people: number(one.people ?? one.count) })}</span>
		${one.units.some((unit) => unit.code) && html`<span>${one.units.filter((unit) => unit.code).map((unit) => `${unit.name || unit.code} (${number(unit.count)})`).join(', ')}</span>`}
		${one.owner && html`<span>${w.clusters.owner}: ${one.owner}</span>`}
		${one.due && html`<span class=${overdue(one, me.today) ? 'late' : ''}>${fill(overdue(one, me.today) ? w.clusters.overdue : w.clusters.due_on, { day: day(one.due) })}</span>`}</p>
		${one.state === 'merged' && html`<${Notice}><p><a href=${to('cluster', one.merged_into)}>${w.clusters.merged_into}</a></p></${Notice}>`}
		${one.record && html`<${Notice} kind="good"><p>${w.clusters.answered_by} <a href=${to('record', one.record)}>${one.record_name || one.record}</a></p></${Notice}>`}
		${one.answer && html`<${Notice} kind=${one.approved_by ? 'good' : 'warn'}><p>${!one.approved_by ? fill(w.clusters.answer_waits, { who: one.answered_by ?? '' }) : w.clusters.answered_once}</p><p class="lines">${one.answer}</p></${Notice}>`}`;
}

function Shown({ one, me, again, query }) {
	const [chosen, setChosen] = useState([]);
	const [taught, setTaught] = useState(null);
	const acts = useActs(one, again, (record) => setTaught({ record, at: Date.now() }));
	const near = useNeighbours(String(one.id), query);
	const names = allowed(one, me);
	const on = useLetters({ j: near.move(1), k: near.move(-1), u: () => go(to('clusters', query)), ...Object.fromEntries(names.map((name) => [letters[name], () => acts.start(name)])) });
	const Open = acts.open && dialogs[acts.open.name];

	return html`<${Page} title=${one.label || w.clusters.withdrawn} back=${{ href: to('clusters', query), text: w.menu.clusters }}
		actions=${html`<button type="button" onClick=${near.move(-1)} disabled=${near.at <= 0}>${w.list.before}</button><button type="button" onClick=${near.move(1)} disabled=${near.at < 0 || near.at >= near.count - 1}>${w.list.next}</button>`}>
		<${Facts} one=${one} me=${me} />
		<div class="acts" role="toolbar" aria-label=${w.clusters.act}>${names.map((name) => html`<${Action} key=${name} aria-keyshortcuts=${letters[name]} kind=${['approve', 'ask'].includes(name) && name === names[0] ? 'primary' : ''}
			onPress=${() => acts.start(name)}>${w.clusters.acts[name]} <${Key} on=${on[0]}>${letters[name].toUpperCase()}</${Key}></${Action}>`)}</div>
		<${Legend} letters=${on} items=${w.clusters.keys} />
		${taught && html`<${Found} id=${one.id} record=${taught.record} turn=${taught.at} />`}
		<div class="beside"><${Asked} one=${one} chosen=${chosen} onChange=${setChosen} query=${query} /><${Near} one=${one} me=${me} onAct=${acts.start} />
			<div><${Waits} waits=${one.waits} /><${History} steps=${one.history} /></div></div>
		${Open && html`<${Open} one=${one} me=${me} record=${acts.open.record} chosen=${chosen} onSend=${(body, taught) => acts.done(acts.open.name, body, taught)} onClose=${acts.close} />`}
	</${Page}>`;
}

const allColumns = [
	{ name: w.clusters.wording, kind: 'main', text: (q) => q.text || w.clusters.withdrawn },
	{ name: w.clusters.reason, text: (q) => w.reasons[q.reason] ?? q.reason },
	{ name: w.clusters.channel, text: (q) => w.channels[q.channel] ?? q.channel },
	{ name: w.records.unit, text: (q) => q.unit_name ?? q.unit ?? '' },
	{ name: w.clusters.when, kind: 'date', text: (q) => time(q.created_ms) },
	{ name: w.records.state, text: (q) => html`<${Badge} of=${q.state} words=${w.clusters.question_states} />` },
];

function All({ id, query }) {
	const list = useList(`clusters/${part(id)}/questions`, ['cluster', id, 'all'], query);

	return html`<${Page} title=${w.clusters.all_title} back=${{ href: to('cluster', id), text: w.clusters.back }}>
		<${List} of=${list} label=${w.clusters.all_title} columns=${allColumns} rowKey=${(q) => q.id} empty=${w.clusters.empty} /></${Page}>`;
}

const MANY = 200; // wordings that can be taught or split at once

// With all of its wordings, the most asked first: `samples` are those the page begins with.
async function load(id) {
	const one = await get(`clusters/${part(id)}`);
	const more = one.count > one.samples.length ? (await get(`clusters/${part(id)}/questions`, { size: MANY })).items : [];
	const known = new Set(one.samples.map((sample) => sample.text));

	return { ...one, wordings: [...one.samples, ...more.filter(({ text }) => text && !known.has(text) && known.add(text))] };
}

export default function Cluster({ me, parts: [id, tab], query }) {
	const loaded = useLoad(() => load(id), [id, tab]);

	if (tab === 'all')
		return html`<${All} id=${id} query=${query.page ? { page: query.page } : {}} />`;
	return html`<${LoadedPage} from=${loaded}>${(one) => html`<${Shown} key=${one.id} one=${one} me=${me} again=${loaded.again} query=${query} />`}</${LoadedPage}>`;
}
