// cluster_acts.js - what can be done with a cluster: each a button with its letter, some with a dialog. `act` of cluster.js sends it.
import { html, useState } from './vendor/preact.js';
import { get } from './api.js';
import { day, fill, number } from './text.js';
import { Action, Dialog, Notice, useLoad } from './ui.js';
import { Check, DayField, LongField, Radios, TextField } from './form.js';
import { RecordPick } from './record_pick.js';
import { is } from './menu.js';
import { w } from './words.vi.js';

const ANSWER_MAX = 1500; // characters; two messages on either platform

// {told, code}: who has agreed and can still be written to, and who has to come with the code.
export function reach(waits) {
	const open = (waits ?? []).filter((one) => one.state === 'open');
	const told = open.filter((one) => one.consent && one.window_ms > Date.now()).length;

	return { open: open.length, told, code: open.length - told };
}

export function Reach({ waits }) {
	const { open, told, code } = reach(waits);

	return html`<${Notice}><p>${open === 0 ? w.clusters.nobody_waits : fill(w.clusters.reach, { n: number(open) })}</p>
		${open > 0 && html`<ul class="plain-list">${told > 0 && html`<li>${fill(w.clusters.reach_told, { n: number(told) })}</li>`}
			${code > 0 && html`<li>${fill(w.clusters.reach_code, { n: number(code) })}</li>`}</ul>`}</${Notice}>`;
}

function Ends({ onClose, disabled, onPress, children }) {
	return html`<p class="row end"><button type="button" onClick=${onClose}>${w.actions.cancel}</button>
		<${Action} kind="primary" disabled=${disabled} onPress=${onPress}>${children}</${Action}></p>`;
}

const toggled = (list, id, on) => (on ? [...list, id] : list.filter((one) => one !== id));

export function Wordings({ samples, chosen, onChange, label }) {
	return html`<fieldset class="radios stacked wordings"><legend>${label}</legend>${samples.map((one) => html`
		<${Check} key=${one.id} label=${one.text} checked=${chosen.includes(one.id)} onChange=${(on) => onChange(toggled(chosen, one.id, on))} />`)}</fieldset>`;
}

export function Ask({ one, record: first, chosen: ticked, onSend, onClose }) {
	const samples = one.wordings.filter((sample) => sample.text);
	const [record, setRecord] = useState(first ?? one.nearest[0]);
	const [chosen, setChosen] = useState(ticked.length ? ticked : samples.map((sample) => sample.id));

	return html`<${Dialog} wide title=${w.clusters.acts.ask} onClose=${onClose}><p class="soft">${w.clusters.ask_lead}</p>
		<div class="halves"><div><${RecordPick} nearest=${one.nearest} value=${record} onChange=${setRecord} /></div>
			<div><${Wordings} label=${w.clusters.ask_wordings} samples=${samples} chosen=${chosen} onChange=${setChosen} /></div></div>
		<${Ends} onClose=${onClose} disabled=${!record || chosen.length === 0} onPress=${() => onSend({ record: record.id, wordings: chosen })}>${fill(w.clusters.ask_do, { n: number(chosen.length) })}</${Ends}>
	</${Dialog}>`;
}

// A record answers it: its wordings may be taught along with it.
export function Resolve({ one, me, record: first, onSend, onClose }) {
	const wordings = one.wordings.filter((sample) => sample.text).map((sample) => sample.id);
	const [record, setRecord] = useState(first ?? (one.record ? { id: one.record, title: one.record_name } : one.nearest[0]));
	const [teach, setTeach] = useState(is(me, 'editor') && wordings.length > 0);

	return html`<${Dialog} title=${w.clusters.acts.resolve} onClose=${onClose}><p class="soft">${w.clusters.resolve_lead}</p>
		<${RecordPick} nearest=${one.nearest} value=${record} onChange=${setRecord} />
		${is(me, 'editor') && wordings.length > 0 && html`<${Check} label=${fill(w.clusters.teach_too, { n: number(wordings.length) })} checked=${teach} onChange=${setTeach} />`}
		<${Reach} waits=${one.waits} />
		<${Ends} onClose=${onClose} disabled=${!record} onPress=${() => onSend({ record: record.id }, teach && { record: record.id, wordings })}>${w.clusters.resolve_do}</${Ends}></${Dialog}>`;
}

const kinds = ['faq', 'guide', 'procedure'];

// A record from it. A procedure goes by its official code, the others get one.
export function Draft({ onSend, onClose }) {
	const [kind, setKind] = useState(kinds[0]);
	const [code, setCode] = useState('');
	const coded = kind === 'procedure';

	return html`<${Dialog} title=${w.clusters.acts.draft} onClose=${onClose}><p class="soft">${w.clusters.draft_lead}</p>
		<${Radios} label=${w.records.kind} name="kind" value=${kind} options=${kinds.map((one) => [one, w.kinds[one]])} onChange=${setKind} />
		${coded && html`<${TextField} label=${w.members.code} hint=${w.member_hints.code} required value=${code} onChange=${setCode} rest=${{ maxlength: 64 }} />`}
		<${Ends} onClose=${onClose} disabled=${coded && !code.trim()} onPress=${() => onSend({ kind, ...(coded && { id: code.trim() }) })}>${w.clusters.draft_do}</${Ends}></${Dialog}>`;
}

export function Answer({ one, onSend, onClose }) {
	const [text, setText] = useState(one.answer ?? '');

	return html`<${Dialog} title=${w.clusters.acts.answer} onClose=${onClose}><p class="soft">${w.clusters.answer_lead}</p>
		<${LongField} label=${w.clusters.answer_text} hint=${w.clusters.answer_hint} rows=${6} value=${text} onChange=${setText} required rest=${{ maxlength: ANSWER_MAX, autofocus: true }} />
		<${Reach} waits=${one.waits} />
		<${Ends} onClose=${onClose} disabled=${!text.trim()} onPress=${() => onSend({ text: text.trim() })}>${w.clusters.answer_do}</${Ends}></${Dialog}>`;
}

function Others({ one, q, value, onChange }) {
	const found = useLoad(() => get('clusters', { state: 'open', q, size: 12 }), [q], true);
	const items = (found.data?.items ?? []).filter((other) => other.id !== one.id);

	return html`<fieldset class="radios stacked pick-one" aria-busy=${found.busy}><legend>${w.clusters.merge_into}</legend>${items.map((other) => html`
		<label class="check" key=${other.id}><input type="radio" name="into" checked=${value === other.id} onChange=${() => onChange(other.id)} />
			<span>${other.label} <small class="soft">${fill(w.clusters.count_n, { n: number(other.count) })}</small></span></label>`)}
		${found.data && items.length === 0 && html`<p class="soft">${w.list.nothing_found}</p>`}</fieldset>`;
}

export function Merge({ one, onSend, onClose }) {
	const [q, setQ] = useState('');
	const [into, setInto] = useState(null);

	return html`<${Dialog} title=${w.clusters.acts.merge} onClose=${onClose}><p class="soft">${w.clusters.merge_lead}</p>
		<${TextField} label=${w.records.search} value=${q} onChange=${setQ} rest=${{ maxlength: 200, autofocus: true }} />
		<${Others} one=${one} q=${q.trim()} value=${into} onChange=${setInto} />
		<${Ends} onClose=${onClose} disabled=${into === null} onPress=${() => onSend({ into })}>${w.clusters.merge_do}</${Ends}></${Dialog}>`;
}

export function Split({ one, chosen: ticked, onSend, onClose }) {
	const [chosen, setChosen] = useState(ticked);

	return html`<${Dialog} title=${w.clusters.acts.split} onClose=${onClose}><p class="soft">${w.clusters.split_lead}</p>
		<${Wordings} label=${w.clusters.split_wordings} samples=${one.wordings} chosen=${chosen} onChange=${setChosen} />
		<${Ends} onClose=${onClose} disabled=${chosen.length === 0 || chosen.length === one.wordings.length} onPress=${() => onSend({ questions: chosen })}>${fill(w.clusters.split_do, { n: number(chosen.length) })}</${Ends}></${Dialog}>`;
}

export function Assign({ one, me, onSend, onClose }) {
	const [to, setTo] = useState({ label: one.label ?? '', owner: one.owner ?? '', due: one.due ?? '' });
	const set = (name) => (value) => setTo({ ...to, [name]: value });

	return html`<${Dialog} title=${w.clusters.acts.assign} onClose=${onClose}>
		<${TextField} label=${w.clusters.label} hint=${w.clusters.label_hint} value=${to.label} onChange=${set('label')} rest=${{ maxlength: 200 }} />
		<${TextField} label=${w.clusters.owner} hint=${w.clusters.owner_hint} value=${to.owner} onChange=${set('owner')} rest=${{ maxlength: 32, autocapitalize: 'none' }} />
		<p><button type="button" onClick=${() => set('owner')(me.staff.name)}>${w.clusters.take}</button></p>
		<${DayField} label=${w.clusters.due} hint=${fill(w.clusters.due_hint, { day: day(me.today) })} value=${to.due} onChange=${set('due')} />
		<${Ends} onClose=${onClose} onPress=${() => onSend({ ...to, label: to.label.trim(), owner: to.owner.trim() })}>${w.actions.save}</${Ends}></${Dialog}>`;
}
