// show.js - a record to read: the groups of members.js, empty members left out, where each comes from when it is inherited.
import { html } from './vendor/preact.js';
import { groups, label } from './members.js';
import { day, fill } from './text.js';
import { w } from './words.vi.js';

const filled = (value) => !(value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0));

function RowsTable({ member, rows }) {
	const used = member.members.filter((one) => rows.some((row) => filled(row[one.name])));

	return html`<div class="scroll" tabindex="0" role="region" aria-label=${label(member.name)}>
		<table role="table" class="inner"><thead role="rowgroup"><tr role="row">${used.map((one) => html`<th role="columnheader" scope="col" key=${one.name} class=${one.shape === 'count' ? 'num' : ''}>${label(one.name, member.name)}</th>`)}</tr></thead>
		<tbody role="rowgroup">${rows.map((row, i) => html`<tr role="row" key=${i}>${used.map((one) => html`
			<td role="cell" key=${one.name} data-label=${label(one.name, member.name)} class=${one.shape === 'count' ? 'num' : ''}>${row[one.name]}</td>`)}</tr>`)}</tbody></table></div>`;
}

function Value({ member, value }) {
	if (member.shape === 'rows')
		return html`<${RowsTable} member=${member} rows=${value} />`;
	if (member.shape === 'texts')
		return html`<ul>${[].concat(value).map((text, i) => html`<li key=${i}>${text}</li>`)}</ul>`;
	if (member.shape === 'levels')
		return [].concat(value).map((level) => w.levels[level] ?? level).join(', ');
	if (member.shape === 'day')
		return day(value);
	if (member.shape === 'link' && /^https?:\/\//.test(value))
		return html`<a href=${value} target="_blank" rel="noreferrer noopener">${value}</a>`;
	return html`<span class="lines">${value}</span>`;
}

function From({ from, unit }) {
	if (!from || (from.unit ?? '') === (unit ?? ''))
		return null;
	return html`<small class="from">${fill(w.record.from, { unit: from.unit_name || w.record.nation })}</small>`;
}

export function Body({ kind, body, provenance, unit }) {
	return (groups[kind] ?? []).map((group) => {
		const members = group.members.filter((member) => filled(body[member.name]));

		return members.length > 0 && html`<section key=${group.title} class="group"><h2>${w.groups[group.title]}</h2>
			<dl class="facts">${members.map((member) => html`<div key=${member.name} class=${['rows', 'texts', 'long'].includes(member.shape) ? 'wide' : ''}>
				<dt class=${member.shape === 'rows' || member.name === group.title ? 'unsaid' : ''}>${label(member.name)} <${From} from=${provenance?.[member.name]} unit=${unit} /></dt>
				<dd><${Value} member=${member} value=${body[member.name]} /></dd></div>`)}</dl></section>`;
	});
}
