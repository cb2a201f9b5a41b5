// own.js - what is ours of a record: everyday title, other ways of asking, keywords; and whether a wording would be found.
import { html, useEffect, useState } from './vendor/preact.js';
import { part, post, put } from './api.js';
import { setGuard } from './router.js';
import { Action, Notice, ask, say } from './ui.js';
import { LongField, TextField } from './form.js';
import { fill, percent, sameJson } from './text.js';
import { w } from './words.vi.js';

const lines = (text) => [...new Set(text.split('\n').map((line) => line.trim()).filter(Boolean))];

function Found({ found, id }) {
	return html`<${Notice} kind=${found.found ? 'good' : 'warn'}>
		<p>${found.found ? fill(found.rank > 1 ? w.own.found_at : w.own.found, { rank: found.rank }) : w.own.not_found}
			${' '}${w.decisions[found.decision] ?? ''}</p>
		${found.candidates?.length > 0 && html`<ol class="candidates">${found.candidates.slice(0, 5).map((one) => html`
			<li key=${one.id} class=${one.id === id ? 'this' : ''}>${one.title} <small class="soft">${percent(one.confidence ?? 0)}</small></li>`)}</ol>`}
	</${Notice}>`;
}

export function Try({ id }) {
	const [text, setText] = useState('');
	const [found, setFound] = useState(null);
	const submit = async (event) => {
		event.preventDefault();
		if (!text.trim())
			return;
		setFound(await post(`records/${part(id)}/try`, { ask: text.trim() }).catch((error) => ({ error })));
	};

	return html`<form class="try" onSubmit=${submit}>
		<${TextField} label=${w.own.try} hint=${w.own.try_hint} value=${text} onChange=${(next) => { setText(next); setFound(null); }} rest=${{ maxlength: 300 }} />
		<button>${w.own.try_go}</button>
		<div aria-live="polite">${found && (found.error ? html`<${Notice} kind="bad"><p>${found.error.message}</p></${Notice}>`
			: html`<${Found} found=${found} id=${id} />`)}</div>
	</form>`;
}

const shape = (own) => ({ title: own?.title ?? '', asks: (own?.asks ?? []).join('\n'), keywords: (own?.keywords ?? []).join('\n') });

export function OwnWords({ id, own, editable }) {
	const [saved, setSaved] = useState(shape(own));
	const [now, setNow] = useState(shape(own));
	const dirty = !sameJson(saved, now);
	const set = (name) => (value) => setNow({ ...now, [name]: value });
	const save = async () => {
		await put(`records/${part(id)}/own`, { title: now.title.trim(), asks: lines(now.asks), keywords: lines(now.keywords) });
		setSaved(now);
		say(w.own.saved);
	};

	useEffect(() => {
		setGuard(dirty ? () => ask({ title: w.edit.leave_title, text: w.edit.leave, yes: w.edit.leave_yes, no: w.edit.stay, danger: true }) : null);
		return () => setGuard(null);
	}, [dirty]);
	if (!editable)
		return html`<section><h2>${w.own.title}</h2><p>${own?.title || w.own.no_title}</p>
			<ul class="plain-list">${(own?.asks ?? []).map((one) => html`<li key=${one}>${one}</li>`)}</ul></section>`;
	return html`<section aria-labelledby="own-title"><h2 id="own-title">${w.own.title}</h2><p class="soft">${w.own.lead}</p>
		<${TextField} label=${w.own.everyday} hint=${w.own.everyday_hint} value=${now.title} onChange=${set('title')} rest=${{ maxlength: 200 }} />
		<${LongField} label=${w.own.asks} hint=${w.own.asks_hint} rows=${5} value=${now.asks} onChange=${set('asks')} />
		<${LongField} label=${w.own.keywords} hint=${w.own.keywords_hint} rows=${2} value=${now.keywords} onChange=${set('keywords')} />
		<p class="row"><${Action} kind="primary" disabled=${!dirty} onPress=${save}>${w.own.save}</${Action}>
			${dirty && html`<span class="soft">${w.edit.unsaved}</span>`}</p>
		<${Try} id=${id} /></section>`;
}
