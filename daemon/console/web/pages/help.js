// help.js - a page of help for each task (help/NN-name.md, the first line is its title), and the keys.
import { html } from '../vendor/preact.js';
import { get, part } from '../api.js';
import { to } from '../router.js';
import { Empty, Loaded, LoadedPage, Page, useLoad } from '../ui.js';
import { Markdown } from '../markdown.js';
import { w } from '../words.vi.js';

const body = (text) => text.replace(/^#[^\n]*\n/, ''); // the title stands above already

function Topic({ name }) {
	const loaded = useLoad(() => get(`help/${part(name)}`), [name]);

	return html`<${LoadedPage} from=${loaded}>${(found) => html`<${Page} title=${found.title} back=${{ href: to('help'), text: w.menu.help }}>
		<article class="help"><${Markdown} text=${body(found.text)} /></article></${Page}>`}</${LoadedPage}>`;
}

function Topics() {
	const loaded = useLoad(() => get('help'), []);

	return html`<${Loaded} from=${loaded}>${({ items }) => (items.length ? html`<ul class="topics">${items.map((one) => html`
		<li key=${one.name}><a href=${to('help', one.name)}>${one.title}</a></li>`)}</ul>` : html`<${Empty} text=${w.help.empty} />`)}</${Loaded}>`;
}

export default function Help({ parts: [name] }) {
	if (name)
		return html`<${Topic} name=${name} />`;
	return html`<${Page} title=${w.menu.help} note=${w.help.lead}><${Topics} />
		<section><h2>${w.help.keys}</h2><dl class="keys">${w.help.key_list.map(([keys, does]) => html`<div key=${keys}><dt><kbd>${keys}</kbd></dt><dd>${does}</dd></div>`)}</dl></section>
	</${Page}>`;
}
