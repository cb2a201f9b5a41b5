// unit.js - one unit: its names of before, its offices with what they say of being open, and what it has of its own.
import { html } from '../vendor/preact.js';
import { get, part } from '../api.js';
import { to } from '../router.js';
import { Facts, LoadedPage, Page, useLoad } from '../ui.js';
import { w } from '../words.vi.js';

const Offices = ({ offices }) => (offices?.length ? html`<ul class="cards">${offices.map((one) => html`<li key=${one.id}>
	<h3><a href=${to('record', one.id)}>${one.name}</a></h3>
	<${Facts} items=${[[w.members.address, one.address], [w.members.phone, [].concat(one.phone ?? []).join(', ')], [w.members.hours, one.hours], [w.units.now, one.now]]} /></li>`)}</ul>`
	: html`<p class="soft">${w.units.no_offices}</p>`);

export default function Unit({ parts: [code] }) {
	const loaded = useLoad(() => get(`units/${part(code)}`), [code]);

	return html`<${LoadedPage} from=${loaded}>${({ unit, olds, offices, overrides }) => html`
		<${Page} title=${unit.name} note=${unit.province_name} back=${{ href: to('units'), text: w.menu.units }}>
			<section><h2>${w.units.offices}</h2><${Offices} offices=${offices} /></section>
			<div class="halves"><section><h2>${w.units.olds}</h2>${olds?.length ? html`<ul class="plain-list">${olds.map((one, i) => html`<li key=${i}>${one.name}
				<small class="soft"> ${[one.district, one.note ?? (one.partial && w.units.partial)].filter(Boolean).join('; ')}</small></li>`)}</ul>` : html`<p class="soft">${w.units.no_olds}</p>`}</section>
			<section><h2>${w.units.overrides}</h2>${overrides?.length ? html`<ul class="plain-list">${overrides.map((one) => html`<li key=${one.id}>
				<a href=${to('record', one.id, { unit: code })}>${one.name}</a></li>`)}</ul>` : html`<p class="soft">${w.units.no_overrides}</p>`}</section></div>
		</${Page}>`}</${LoadedPage}>`;
}
