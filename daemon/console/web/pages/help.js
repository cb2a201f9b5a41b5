// help.js - a page of help for each task (help/*.md), and the keys.
import { html } from '../vendor/preact.js';
import { to } from '../router.js';
import { Loaded, Page, useLoad } from '../ui.js';
import { Markdown } from '../markdown.js';
import { ApiError } from '../api.js';
import { w } from '../words.vi.js';

async function read(name) {
	const response = Object.hasOwn(w.help.pages, name) ? await fetch(`help/${name}.md`) : null;

	if (!response?.ok)
		throw new ApiError(404, { error: { code: 'not_found' } });
	return response.text();
}

function Topic({ name }) {
	const loaded = useLoad(() => read(name), [name]);

	return html`<${Page} title=${w.help.pages[name] ?? w.menu.help} back=${{ href: to('help'), text: w.menu.help }}>
		<${Loaded} from=${loaded}>${(text) => html`<article class="help"><${Markdown} text=${text} /></article>`}</${Loaded}></${Page}>`;
}

export default function Help({ parts: [name] }) {
	if (name)
		return html`<${Topic} name=${name} />`;
	return html`<${Page} title=${w.menu.help} note=${w.help.lead}>
		<ul class="topics">${Object.entries(w.help.pages).map(([id, title]) => html`<li key=${id}><a href=${to('help', id)}>${title}</a></li>`)}</ul>
		<section><h2>${w.help.keys}</h2><dl class="keys">${w.help.key_list.map(([keys, does]) => html`<div key=${keys}><dt><kbd>${keys}</kbd></dt><dd>${does}</dd></div>`)}</dl></section>
	</${Page}>`;
}
