// import_run.js - the last two steps of an import: the dry run as tables, then taking it over, with progress.
import { html, useEffect, useRef, useState } from './vendor/preact.js';
import { get, part, post } from './api.js';
import { to } from './router.js';
import { Action, Failure, Loaded, Notice, Progress, Tabs, ask, useLoad } from './ui.js';
import { Pager, Table } from './list.js';
import { Refused, place, sent, summary } from './import_mend.js';
import { plain } from './diff.js';
import { path } from './members.js';
import { day, fill, number, percent } from './text.js';
import { mayUse } from './menu.js';
import { w } from './words.vi.js';

const POLL_MS = 700;
const SIZE = 50;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Begins an import and follows it to its end; progress(share) on the way. Returns the finished import.
async function run(job, more, progress, stopped) {
	const { mapping, unit, valid_from, as } = job.options;
	const { import: id } = await post('imports', { upload: job.upload, sheet: job.sheet, mapping, unit, valid_from, as, mends: sent(job.mends ?? {}), ...more });

	for (;;) {
		const now = await get(`imports/${part(id)}`);

		if (now.state !== 'running' || stopped())
			return { id, ...now };
		progress(now.progress ?? 0);
		await wait(POLL_MS);
	}
}

/* --- The dry run --- */

const what = ['added', 'changed', 'ended', 'refused', 'skipped'];

const columns = {
	others: [
		{ name: w.records.name, kind: 'main', text: (r) => html`${r.name}<small class="soft">${r.id}${r.hidden ? ` · ${w.imports.hidden}` : ''}</small>` },
		{ name: w.imports.row, text: place },
	],
	changed: { name: w.imports.changes, text: (r) => (r.changes ?? []).map((change, i) => html`<p class="change" key=${i}>
		<strong>${change.label || path(change.member)}</strong>: <del>${plain(change.before) || w.diff.nothing}</del> → <ins>${plain(change.after) || w.diff.nothing}</ins></p>`) },
};

columns.skipped = [{ ...columns.others[1], kind: 'main' }, { name: w.imports.reason, text: (r) => (r.left_out ? w.imports.left_out : w.imports.skipped) }];
const columnsOf = (kind) => (columns[kind] && kind !== 'changed' ? columns[kind] : kind === 'changed' ? [...columns.others, columns.changed] : columns.others);

function RowsOf({ id, kind, mends, onMend }) {
	const [page, setPage] = useState(1);
	const loaded = useLoad(() => get(`imports/${part(id)}/rows`, { what: kind, page, size: SIZE }), [id, kind, page]);

	return html`<${Loaded} from=${loaded}>${({ items, total = items.length, size = SIZE }) => (items.length === 0 ? html`<p class="soft">${w.imports.no_rows}</p>`
		: html`${kind === 'refused' ? html`<${Refused} rows=${items} mends=${mends} onMend=${onMend} />`
			: html`<div class="scroll" tabindex="0" role="region" aria-label=${w.imports.whats[kind]}><${Table} label=${w.imports.whats[kind]} columns=${columnsOf(kind)} rows=${items} /></div>`}
			<${Pager} total=${total} page=${page} size=${size} onPage=${setPage} />`)}</${Loaded}>`;
}

export function Counts({ counts }) {
	return html`<ul class="counts">${['added', 'changed', 'ended', 'unchanged', 'refused'].map((one) => html`<li key=${one} class=${one === 'refused' && counts[one] ? 'bad' : ''}>
		<strong>${number(counts[one])}</strong> ${w.imports.whats[one]}</li>`)}</ul>`;
}

function useRun(job, more, deps) {
	const [state, setState] = useState({ share: 0 });

	useEffect(() => {
		let stopped = false;

		setState({ share: 0 });
		run(job, more, (share) => !stopped && setState({ share }), () => stopped).then(
			(done) => !stopped && setState({ done }), (error) => !stopped && setState({ error }));
		return () => { stopped = true; };
	}, deps);
	return state;
}

const fine = (run) => run.state === 'done' && !run.counts?.refused;

function Take({ job, me, onTake }) {
	const publishes = mayUse(me.staff, ['approver']) && !me.two_persons;
	const take = (as) => async () => {
		const ok = await ask({ title: w.imports.take_title, yes: as === 'draft' ? w.imports.as_draft : w.imports.as_publish,
			text: fill(as === 'draft' ? w.imports.take_draft : w.imports.take_publish, { day: day(job.options.valid_from) }) });

		if (ok)
			onTake(as);
	};

	return html`${publishes && html`<${Action} onPress=${take('publish')}>${w.imports.as_publish}</${Action}>`}
		<${Action} kind="primary" onPress=${take('draft')}>${w.imports.as_draft}</${Action}>`;
}

// What was found: the counts, and what they mean for going on.
function Found({ done, counts, mends, onUnmend }) {
	if (done.state === 'failed')
		return html`<${Failure} error=${{ message: done.error || w.errors.other }} />`;
	return html`<${Counts} counts=${counts} />
		${fine(done) ? html`<${Notice} kind="good"><p>${w.imports.fine}</p></${Notice}>`
			: html`<${Notice} kind="bad"><p>${counts.refused ? fill(w.imports.refused, { n: number(counts.refused) }) : done.error || w.imports.done_refused}</p></${Notice}>`}
		${Object.keys(mends).length > 0 && html`<${Notice}><p>${summary(mends)} <button type="button" class="link" onClick=${onUnmend}>${w.imports.unmend}</button></p></${Notice}>`}`;
}

// A repeated dry run ends at its heading, so that the keyboard goes on from there.
function Look({ again, children }) {
	const head = useRef(null);

	useEffect(() => { if (again) head.current.focus(); }, []);
	return html`<h2 tabindex="-1" ref=${head}>${w.imports.look_title}</h2>${children}`;
}

export function DryRun({ job, me, onMend, onBack, onAnew, onTaken }) {
	const mends = job.mends ?? {};
	const [turn, setTurn] = useState(0);
	const [tried, setTried] = useState(mends);
	const state = useRun(job, { dry_run: true }, [turn]);
	const [kind, setKind] = useState('');
	const [taking, setTaking] = useState('');
	const { done } = state;
	const again = () => { setTried(mends); setKind(''); setTurn(turn + 1); };
	const unmend = () => { onMend({}); setTried({}); setKind(''); setTurn(turn + 1); };

	if (taking)
		return html`<${Taking} job=${job} as=${taking} onTaken=${onTaken} />`;
	if (state.error)
		return html`<${Failure} error=${state.error} /><p class="row end"><button type="button" onClick=${onBack}>${w.imports.back}</button></p>`;
	if (!done)
		return html`<${Progress} share=${state.share} text=${fill(w.imports.trying, { share: percent(state.share) })} />`;
	const counts = done.counts ?? {};
	const shown = kind || (counts.refused ? 'refused' : what.find((one) => counts[one]) ?? 'added');
	const changed = mends !== tried;

	return html`<form novalidate onSubmit=${(event) => { event.preventDefault(); if (changed) again(); }}><${Look} again=${turn > 0}>
		<${Found} done=${done} counts=${counts} mends=${tried} onUnmend=${unmend} />
		${done.state !== 'failed' && html`
			<${Tabs} label=${w.imports.look_title} chosen=${shown} onChoose=${setKind} items=${what.filter((one) => counts[one] || one !== 'skipped').map((one) => [one, `${w.imports.tabs[one]} (${number(counts[one])})`])} />
			<${RowsOf} key=${shown} id=${done.id} kind=${shown} mends=${mends} onMend=${onMend} />`}
		<p class="row end"><button type="button" onClick=${onBack}>${w.imports.back}</button>
			<button type="button" onClick=${onAnew}>${w.imports.fixed_file}</button>
			${counts.refused > 0 && html`<button class="primary" disabled=${!changed}>${w.imports.try_again}</button>`}
			${fine(done) && html`<${Take} job=${job} me=${me} onTake=${setTaking} />`}</p>
	</${Look}></form>`;
}

/* --- Taking it over --- */

function Taking({ job, as, onTaken }) {
	const state = useRun(job, { dry_run: false, as }, []);

	useEffect(() => { if (state.done) onTaken({ ...state.done, as }); }, [state.done]);
	if (state.error)
		return html`<${Failure} error=${state.error} />`;
	return html`<${Progress} share=${state.share ?? 1} text=${fill(w.imports.taking, { share: percent(state.share ?? 1) })} />`;
}

export function Result({ job, onAnew }) {
	const { taken } = job;

	return html`<section><h2>${w.imports.done_title}</h2>
		${taken.state === 'done' ? html`<${Notice} kind="good"><p>${taken.as === 'draft' ? w.imports.done_draft : fill(w.imports.done_publish, { day: day(job.options.valid_from) })}</p></${Notice}>`
			: html`<${Failure} error=${{ message: taken.error || w.imports.done_refused }} />`}
		<${Counts} counts=${taken.counts ?? {}} />
		<p class="row"><a class="button" href=${taken.as === 'draft' ? to('review') : to('records')}>${taken.as === 'draft' ? w.menu.review : w.menu.records}</a>
			<button type="button" onClick=${onAnew}>${w.imports.one_more}</button></p></section>`;
}
