// history.js - every version of a record, what changed between two of them, and going back to one.
import { html, useState } from '../vendor/preact.js';
import { get, part, post } from '../api.js';
import { go, to } from '../router.js';
import { day, fill, time } from '../text.js';
import { Action, Badge, Empty, Loaded, Page, ask, say, useLoad } from '../ui.js';
import { Table } from '../list.js';
import { Changes } from '../diff.js';
import { is } from '../menu.js';
import { w } from '../words.vi.js';

async function rollBack(id, unit, version) {
	if (!await ask({ title: w.history.back_title, text: fill(w.history.back_text, { day: day(version.valid_from) }), yes: w.history.back_yes }))
		return;
	const made = await post(`records/${part(id)}/rollback`, { unit: unit ?? '', version: version.version });

	say(w.history.back_done);
	go(to('edit', made.version));
}

function columns(id, unit, pair, setPair, me) {
	const pick = (side, name) => ({ name, kind: 'narrow', text: (v) => html`<input type="radio" name=${`pick-${side}`} checked=${pair[side] === v.version}
		aria-label=${fill(w.history.pick, { name, n: v.version })} onChange=${() => setPair({ ...pair, [side]: v.version })} />` });

	return [
		{ name: w.history.valid, kind: 'main', text: (v) => html`<a href=${to('version', v.version)}>${day(v.valid_from) || w.review.at_once}${v.valid_to ? ` – ${day(v.valid_to)}` : ''}</a>` },
		{ name: w.records.state, text: (v) => html`<${Badge} of=${v.state} />` },
		{ name: w.history.change, text: (v) => w.changes[v.change] ?? v.change },
		{ name: w.history.decision, text: (v) => html`${v.decision} ${v.decision_date && html`<small class="soft">${day(v.decision_date)}</small>`}` },
		{ name: w.history.people, text: (v) => html`${v.author}${v.approver ? html` <small class="soft">${fill(w.history.approved_by, { who: v.approver })}</small>` : ''}` },
		{ name: w.history.made, kind: 'date', text: (v) => time(v.published_ms ?? v.created_ms) },
		{ name: w.history.note, text: (v) => v.note },
		pick('from', w.history.from), pick('to', w.history.to),
		is(me, 'editor') && { name: w.history.back, text: (v) => v.mine && ['published', 'ended', 'withdrawn'].includes(v.state)
			&& html`<${Action} onPress=${() => rollBack(id, unit, v)} aria-label=${fill(w.history.back_of, { day: day(v.valid_from) })}>${w.history.back}</${Action}>` },
	].filter(Boolean);
}

function Compare({ id, unit, pair }) {
	const loaded = useLoad(() => get(`records/${part(id)}/diff`, { from: pair.from, to: pair.to, unit }), [id, pair.from, pair.to]);

	return html`<section aria-live="polite"><h2>${w.history.compare}</h2><${Loaded} from=${loaded}>${(found) => html`<${Changes} changes=${found.changes} />`}</${Loaded}></section>`;
}

function Versions({ id, unit, items, me }) {
	const [pair, setPair] = useState({ from: items[1]?.version, to: items[0].version });

	return html`<div class="scroll" tabindex="0" role="region" aria-label=${w.record.history}><${Table} label=${w.record.history} rows=${items} rowKey=${(v) => v.version}
			columns=${columns(id, unit, pair, setPair, me)} /></div>
		${pair.from && pair.to && pair.from !== pair.to ? html`<${Compare} id=${id} unit=${unit} pair=${pair} />` : html`<p class="soft">${w.history.choose}</p>`}`;
}

export default function History({ me, parts: [id], query }) {
	const loaded = useLoad(() => get(`records/${part(id)}/history`, { unit: query.unit, size: 200 }), [id, query.unit]);

	return html`<${Page} title=${w.record.history} note=${id} back=${{ href: to('record', id, { unit: query.unit }), text: w.history.to_record }}>
		<${Loaded} from=${loaded}>${({ items }) => (items.length ? html`<${Versions} id=${id} unit=${query.unit} items=${items} me=${me} />`
			: html`<${Empty} text=${w.history.empty} />`)}</${Loaded}>
	</${Page}>`;
}
