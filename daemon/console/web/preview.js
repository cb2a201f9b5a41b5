// preview.js - the reply as a citizen would see it on Zalo and on Facebook, for each thing that can be asked.
import { html, useEffect, useState } from './vendor/preact.js';
import { post } from './api.js';
import { Notice, Tabs } from './ui.js';
import { SelectField } from './form.js';
import { w } from './words.vi.js';

const WAIT_MS = 700; // after the last key, before the daemon is asked

export function Part({ part, channel }) {
	return html`<div class=${`bubble ${channel}`}><p class="lines">${part.text}</p>
		${part.buttons?.length > 0 && html`<ul class="bubble-buttons">${part.buttons.map((button, i) => html`<li key=${i}>${button.title}</li>`)}</ul>`}</div>`;
}

// `what` is {version} or {body}; asked anew when it changes.
export function Preview({ id, unit, what }) {
	const [channel, setChannel] = useState('zalo');
	const [facet, setFacet] = useState('');
	const [state, setState] = useState({});
	const asked = JSON.stringify({ id, unit, channel, facet, ...what });

	useEffect(() => {
		let current = true;
		const timer = setTimeout(() => post('preview', JSON.parse(asked)).then(
			(found) => current && setState({ parts: found.parts ?? [] }),
			(error) => current && setState({ error }),
		), state.parts ? WAIT_MS : 0);

		return () => { current = false; clearTimeout(timer); };
	}, [asked]);
	return html`<div class="preview"><h2>${w.preview.title}</h2>
		<${Tabs} label=${w.preview.channel} items=${Object.entries(w.channels)} chosen=${channel} onChoose=${setChannel} />
		<${SelectField} label=${w.preview.facet} value=${facet} none=${w.preview.card} options=${Object.entries(w.facets)} onChange=${setFacet} />
		<div class="phone" aria-live="polite" tabindex="0" role="region" aria-label=${w.preview.title}>
			${state.error ? html`<${Notice} kind="warn"><p>${state.error.message}</p></${Notice}>`
				: !state.parts ? html`<p class="loading">${w.states.loading}</p>`
					: state.parts.length === 0 ? html`<p class="soft">${w.preview.nothing}</p>`
						: state.parts.map((part, i) => html`<${Part} key=${i} part=${part} channel=${channel} />`)}
		</div></div>`;
}
