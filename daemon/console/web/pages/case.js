// case.js - one reflection or suggestion: what was told, its clock, who has it, what was noted; the answer to the citizen, and to
// everybody where staff says so.
import { html, useState } from '../vendor/preact.js';
import { get, part, post, put } from '../api.js';
import { to } from '../router.js';
import { day, fill, time } from '../text.js';
import { Action, Badge, Facts, LoadedPage, Notice, Page, ask, say, useLoad } from '../ui.js';
import { Check, LongField, SelectField, TextField } from '../form.js';
import { UnitField } from '../unit_field.js';
import { Clock } from './cases.js';
import { w } from '../words.vi.js';

const isOpen = (one) => ['new', 'working'].includes(one.state);
const NUMBERS = /\d{5,}|@/; // what may be a telephone, a paper's number, an address

function Told({ one }) {
	return html`<section aria-labelledby="told"><h2 id="told">${w.cases.told}</h2><p class="lines told">${one.what || w.cases.erased}</p>
		<${Facts} items=${[[w.cases.place, one.place], [w.cases.happened, one.happened], [w.clusters.channel, w.channels[one.channel] ?? one.channel], [w.cases.received, time(one.received_ms)], [w.cases.due, day(one.due)]]} /></section>`;
}

function Hands({ one, me, onSave }) {
	const [now, setNow] = useState({ category: one.category, unit: one.unit ?? '', owner: one.owner ?? '' });
	const set = (name) => (value) => setNow({ ...now, [name]: value });
	const dirty = ['category', 'unit', 'owner'].some((name) => now[name] !== (one[name] ?? ''));

	return html`<section aria-labelledby="hands"><h2 id="hands">${w.cases.hands}</h2><div class="fields">
		<${SelectField} label=${w.cases.category} value=${now.category} options=${Object.entries(w.categories)} onChange=${set('category')} />
		<${UnitField} label=${w.cases.unit} value=${now.unit} onChange=${set('unit')} />
		<${TextField} label=${w.cases.owner} hint=${w.clusters.owner_hint} value=${now.owner} onChange=${set('owner')} rest=${{ maxlength: 32, autocapitalize: 'none' }} /></div>
		<p class="row">${now.owner !== me.staff.name && html`<button type="button" onClick=${() => set('owner')(me.staff.name)}>${w.clusters.take}</button>`}
			<${Action} kind=${dirty ? 'primary' : ''} disabled=${!dirty} onPress=${() => onSave({ ...now, owner: now.owner.trim() || null })}>${w.actions.save}</${Action}></p></section>`;
}

function AnswerForm({ one, onAnswer, onReject }) {
	const [answer, setAnswer] = useState(one.answer ?? '');
	const [subject, setSubject] = useState(one.subject ?? '');
	const [publish, setPublish] = useState(Boolean(one.published));
	const ready = answer.trim() && (!publish || subject.trim());

	return html`<section aria-labelledby="answer"><h2 id="answer">${w.cases.answer}</h2>
		<${LongField} label=${w.cases.answer_text} hint=${w.cases.answer_hint} required rows=${5} value=${answer} onChange=${setAnswer} rest=${{ maxlength: 4000 }} />
		<${Check} label=${w.cases.publish} hint=${w.cases.publish_hint} checked=${publish} onChange=${setPublish} />
		${publish && html`<${TextField} label=${w.cases.subject} hint=${w.cases.subject_hint} required value=${subject} onChange=${setSubject} rest=${{ maxlength: 200 }} />
			<${Notice} kind="warn"><p>${NUMBERS.test(answer + subject) ? w.cases.numbers_warning : w.cases.publish_warning}</p></${Notice}>`}
		<p class="row end"><${Action} onPress=${onReject}>${w.cases.reject}</${Action}>
			<${Action} kind="primary" disabled=${!ready} onPress=${() => onAnswer({ answer: answer.trim(), subject: publish ? subject.trim() : '', publish })}>${w.cases.send}</${Action}></p></section>`;
}

function Answered({ one, onPublish }) {
	const [subject, setSubject] = useState(one.subject ?? '');

	return html`<section aria-labelledby="answer"><h2 id="answer">${w.cases.answered[one.state] ?? w.cases.answer}</h2>
		<p class="lines told">${one.answer}</p><p class="soft">${[one.answered_by, time(one.answered_ms)].filter(Boolean).join(' · ')}</p>
		${one.state === 'answered' && (one.published ? html`<${Notice} kind="good"><p>${fill(w.cases.is_public, { subject: one.subject })}</p>
				<${Action} onPress=${() => onPublish({ answer: one.answer, publish: false })}>${w.cases.unpublish}</${Action}></${Notice}>`
			: html`<${TextField} label=${w.cases.subject} hint=${w.cases.subject_hint} value=${subject} onChange=${setSubject} rest=${{ maxlength: 200 }} />
				<p><${Action} disabled=${!subject.trim()} onPress=${() => onPublish({ answer: one.answer, subject: subject.trim(), publish: true })}>${w.cases.publish}</${Action}></p>`)}</section>`;
}

function Steps({ one, onNote }) {
	const [text, setText] = useState('');
	const add = async () => {
		await onNote(text.trim());
		setText('');
	};

	return html`<section aria-labelledby="steps"><h2 id="steps">${w.cases.steps}</h2><ol class="timeline">${(one.steps ?? []).map((step, i) => html`
		<li key=${i}><span class="soft">${time(step.time_ms)}</span> ${w.case_people[step.who] ?? step.who} · ${w.case_steps[step.what] ?? step.what}${step.text && html`<p class="lines">${step.text}</p>`}</li>`)}</ol>
		<${LongField} label=${w.cases.note} hint=${w.cases.note_hint} rows=${2} value=${text} onChange=${setText} rest=${{ maxlength: 2000 }} />
		<p><${Action} disabled=${!text.trim()} onPress=${add}>${w.cases.add_note}</${Action}></p></section>`;
}

function Shown({ one, me, again, query }) {
	const path = `cases/${part(one.id)}`;
	const done = (words) => { say(words); again(); };
	const save = async (change) => { await put(path, { ...change, revision: one.revision }); done(w.cases.saved); };
	const note = async (text) => { await post(`${path}/notes`, { text }); done(w.cases.noted); };
	const answer = async (body) => {
		if (!await ask({ title: w.cases.send_title, text: body.publish ? w.cases.send_public : w.cases.send_private, yes: w.cases.send }))
			return;
		await post(`${path}/answer`, { ...body, revision: one.revision });
		done(w.cases.sent);
	};
	const publish = async (body) => {
		if (body.publish && !await ask({ title: w.cases.publish_title, text: w.cases.publish_warning, yes: w.cases.publish }))
			return;
		await post(`${path}/answer`, { ...body, revision: one.revision });
		done(w.cases.saved);
	};
	const reject = async () => {
		const reason = await ask({ title: w.cases.reject_title, text: w.cases.reject_text, note: w.cases.reject_reason, yes: w.cases.reject });

		if (!reason)
			return;
		await post(`${path}/reject`, { reason, revision: one.revision });
		done(w.cases.rejected);
	};

	return html`<${Page} title=${fill(w.cases.title, { kind: w.cases.kinds[one.kind] ?? one.kind, code: one.code })} back=${{ href: to('cases', query), text: w.menu.cases }}>
		<p class="row facts-line"><${Badge} of=${one.state} words=${w.cases.states} /><span><${Clock} one=${one} /></span><span>${one.category_name ?? w.categories[one.category]}</span>
			${one.wait && html`<span>${w.cases.citizen}: ${w.wait_states[one.wait]}${one.wait_reason ? ` (${one.wait_reason})` : ''}</span>`}
			${one.owner ? html`<span>${w.cases.owner}: ${one.owner}</span>` : html`<span class="late">${w.cases.nobody}</span>`}</p>
		<div class="beside"><div><${Told} one=${one} />
			${isOpen(one) ? html`<${AnswerForm} one=${one} onAnswer=${answer} onReject=${reject} />` : one.answer && html`<${Answered} one=${one} onPublish=${publish} />`}</div>
		<div>${isOpen(one) && html`<${Hands} one=${one} me=${me} onSave=${save} />`}<${Steps} one=${one} onNote=${note} /></div></div>
	</${Page}>`;
}

export default function Case({ me, parts: [id], query }) {
	const loaded = useLoad(() => get(`cases/${part(id)}`), [id]);

	return html`<${LoadedPage} from=${loaded}>${(one) => html`<${Shown} key=${`${one.id} ${one.revision}`} one=${one} me=${me} again=${loaded.again} query=${query} />`}</${LoadedPage}>`;
}
