// version.js - one version before it is published (or as it was): what changes, the reply, what it does to real questions;
// approve it, or return it with a reason.
import { html, useState } from '../vendor/preact.js';
import { get, part, post } from '../api.js';
import { to } from '../router.js';
import { day, fill, number } from '../text.js';
import { Action, Badge, Facts, LoadedPage, Notice, Page, ask, say, useLoad } from '../ui.js';
import { Table } from '../list.js';
import { Changes, differences } from '../diff.js';
import { Body } from '../show.js';
import { Preview } from '../preview.js';
import { title } from '../members.js';
import { is } from '../menu.js';
import { w } from '../words.vi.js';

const REPLAYED = 500; // questions; the daemon takes no more

// What a version changes: against the one it was written from; of a unit's first one, against what it inherits.
async function changesOf(version, record) {
	const { record: id, base, unit } = version;

	if (base)
		return (await get(`records/${part(id)}/diff`, { from: base, to: version.version })).changes.filter((change) => change.path !== 'decision');
	if (!unit || !version.inherits)
		return null;
	const inherited = (await get(`records/${part(id)}`)).record ?? {};

	return differences(inherited, { ...inherited, ...record });
}

async function load(id) {
	const { version, record } = await get(`versions/${part(id)}`);

	return { version, record, changes: await changesOf(version, record) };
}

/* --- Replay --- */

const said = (one) => (one?.title ? `${one.title} (${w.decisions_short[one.decision] ?? one.decision})` : w.decisions_short[one?.decision] ?? w.replay.none);
const columns = [
	{ name: w.replay.question, kind: 'main', text: (r) => r.text },
	{ name: w.replay.verdict, text: (r) => html`<${Badge} of=${r.verdict} words=${w.replay.verdicts} />` },
	{ name: w.diff.before, text: (r) => said(r.before) },
	{ name: w.diff.after, text: (r) => said(r.after) },
];

function Replay({ version }) {
	const [state, setState] = useState(null);
	const run = async () => setState(await post(`versions/${version}/replay`, { max: REPLAYED }));

	return html`<section aria-labelledby="replay"><h2 id="replay">${w.replay.title}</h2><p class="soft">${w.replay.lead}</p>
		<${Action} onPress=${run}>${w.replay.run}</${Action}>
		<div aria-live="polite">${state && html`<p>${fill(w.replay.done, { asked: number(state.asked), changed: number(state.changed.length) })}</p>
			${state.changed.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${w.replay.title}>
				<${Table} label=${w.replay.title} columns=${columns} rows=${state.changed} /></div>`}`}</div></section>`;
}

/* --- Deciding --- */

function Decide({ me, found, again }) {
	const { version } = found;
	const own = version.author === me.staff.name;
	const may = (role) => version.mine && is(me, role);
	const act = async (what, body, done) => {
		await post(`versions/${version.version}/${what}`, body);
		say(done);
		again();
	};
	const approve = async () => {
		const later = version.valid_from > me.today;

		if (await ask({ title: w.review.approve_title, text: fill(later ? w.review.approve_later : w.review.approve_now, { day: day(version.valid_from) }), yes: w.review.approve }))
			await act('approve', {}, later ? w.review.scheduled : w.review.published);
	};
	const unplan = async () => {
		if (await ask({ title: w.review.unplan_title, text: w.review.unplan_text, yes: w.review.unplan, danger: true }))
			await act('withdraw', {}, w.review.withdrawn);
	};
	const back = async () => {
		const note = await ask({ title: w.review.return_title, text: w.review.return_text, note: w.review.return_note, yes: w.review.return });

		if (note)
			await act('return', { note }, w.review.returned);
	};

	if (version.state === 'draft')
		return may('editor') && html`<a class="button primary" href=${to('edit', version.version)}>${w.record.open_draft}</a>`;
	if (version.state === 'scheduled')
		return (may('editor') || may('approver')) && html`<${Action} onPress=${unplan}>${w.review.unplan}</${Action}>`;
	if (version.state !== 'review')
		return null;
	return html`${own && html`<${Action} onPress=${() => act('withdraw', {}, w.review.withdrawn)}>${w.review.withdraw}</${Action}>`}
		${may('approver') && html`<${Action} onPress=${back}>${w.review.return}</${Action}>
			<${Action} kind="primary" disabled=${own && me.two_persons} onPress=${approve}>${w.review.approve}</${Action}>`}`;
}

export default function Version({ me, parts: [number_] }) {
	const loaded = useLoad(() => load(number_), [number_]);

	return html`<${LoadedPage} from=${loaded}>${(found) => {
		const { version, record, changes } = found;
		const kind = version.kind ?? record.kind ?? 'procedure';
		const own = version.author === me.staff.name;

		return html`<${Page} title=${title(record) || version.name || version.record} note=${fill(w.review.version, { n: version.version })}
			back=${version.state === 'review' ? { href: to('review'), text: w.menu.review } : { href: to('record', version.record, { unit: version.unit }), text: w.history.to_record }}
			actions=${html`<${Decide} me=${me} found=${found} again=${loaded.again} />`}>
			${version.state === 'review' && own && me.two_persons && is(me, 'approver') && html`<${Notice} kind="warn"><p>${w.review.own}</p></${Notice}>`}
			${version.state === 'review' && !version.mine && is(me, 'approver') && html`<${Notice}><p>${w.review.other_unit}</p></${Notice}>`}
			<${Facts} items=${[[w.records.state, html`<${Badge} of=${version.state} />`], [w.history.change, w.changes[version.change]],
				[w.edit.valid_from, day(version.valid_from)], [w.edit.valid_to, day(version.valid_to)],
				[w.edit.decision, [version.decision, day(version.decision_date)].filter(Boolean).join(', ')], [w.review.author, version.author],
				[w.review.approver, version.approver], [w.edit.replaced_by, version.replaced_by], [w.history.note, version.note]]} />
			<div class="split"><div>
				${changes ? html`<h2>${w.review.changes_title}</h2><${Changes} changes=${changes} />
						<details><summary>${w.review.whole}</summary><${Body} kind=${kind} body=${record} /></details>`
					: html`<${Body} kind=${kind} body=${record} />`}
				${['draft', 'review'].includes(version.state) && html`<${Replay} version=${version.version} />`}
			</div><aside><${Preview} id=${version.record} unit=${version.unit} what=${{ version: version.version }} /></aside></div>
		</${Page}>`;
	}}</${LoadedPage}>`;
}
