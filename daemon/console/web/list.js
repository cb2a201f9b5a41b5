// list.js - a list from the API as a table: filters, paging, and its three states. Filters and page stand in the address,
// so that "back" finds the list as it was left. On a phone each row becomes a card (console.css).
import { html, useEffect, useRef, useState } from './vendor/preact.js';
import { get } from './api.js';
import { go, to } from './router.js';
import { fill, number } from './text.js';
import { Empty, Failure, useLoad } from './ui.js';
import { w } from './words.vi.js';

const SIZE = 50;

// columns: [{name, text(row), wide?, num?}]; the first one is the row's heading.
export function Table({ label, columns, rows, rowKey, onRow }) {
	return html`<table role="table" aria-label=${label} class="list">
		<thead role="rowgroup"><tr role="row">${columns.map((column) => html`
			<th role="columnheader" scope="col" class=${column.kind ?? ''} key=${column.name}>${column.name}</th>`)}</tr></thead>
		<tbody role="rowgroup">${rows.map((row, i) => html`<tr role="row" key=${rowKey ? rowKey(row) : i} class=${onRow?.(row) ?? ''}>
			${columns.map((column, at) => at === 0
				? html`<th role="rowheader" scope="row" class=${column.kind ?? ''} key=${column.name}>${column.text(row)}</th>`
				: html`<td role="cell" class=${column.kind ?? ''} data-label=${column.name} key=${column.name}>${column.text(row)}</td>`)}
		</tr>`)}</tbody></table>`;
}

export function Pager({ total, page, size, onPage }) {
	const pages = Math.max(1, Math.ceil(total / size));
	const from = total ? (page - 1) * size + 1 : 0;

	return html`<nav class="pager" aria-label=${w.list.pages}>
		<span role="status">${fill(w.list.shown, { from: number(from), to: number(Math.min(total, page * size)), total: number(total) })}</span>
		${pages > 1 && html`<span class="row">
			<button type="button" disabled=${page <= 1} onClick=${() => onPage(page - 1)}>${w.list.before}</button>
			<span>${fill(w.list.page, { page, pages })}</span>
			<button type="button" disabled=${page >= pages} onClick=${() => onPage(page + 1)}>${w.list.next}</button>
		</span>`}</nav>`;
}

// A list whose filters are {name: value} in `query` of the page's address `at`; `usual`: what is asked for where it says nothing.
export function useList(api, at, query, usual = {}) {
	const page = Number(query.page) || 1;
	const asked = { size: SIZE, ...usual, ...query, page };
	const loaded = useLoad(() => get(api, asked), [api, asked], true);
	const change = (values) => go(to(...at, { ...query, page: '', ...values }));

	return { ...loaded, page, query, change };
}

export function List({ of, label, columns, rowKey, empty, filtered, children, onRow }) {
	if (of.error)
		return html`<${Failure} error=${of.error} again=${of.again} />`;
	if (!of.data)
		return html`<p class="loading" role="status">${w.states.loading}</p>`;
	const { items, total = items.length, size = SIZE } = of.data;
	const narrowed = Object.entries(of.query).some(([name, value]) => value && !['page', 'tab'].includes(name));

	if (items.length === 0)
		return html`<${Empty} text=${narrowed ? filtered ?? w.list.nothing_found : empty}>
			${narrowed ? html`<button type="button" onClick=${() => of.change(Object.fromEntries(Object.keys(of.query).map((k) => [k, ''])))}>${w.list.clear}</button>` : children}
		</${Empty}>`;
	return html`<div class="scroll" aria-busy=${of.busy} tabindex="0" role="region" aria-label=${label}>
			<${Table} label=${label} columns=${columns} rows=${items} rowKey=${rowKey} onRow=${onRow} /></div>
		<${Pager} total=${total} page=${of.page} size=${size} onPage=${(page) => of.change({ page })} />`;
}

/* --- Filters --- */

// Typing waits a moment before it asks; Enter asks at once.
export function Search({ label, value = '', onChange, hint }) {
	const [text, setText] = useState(value);
	const timer = useRef(0);
	const asked = useRef(value);

	useEffect(() => {
		if (value !== asked.current) {
			asked.current = value;
			setText(value);
		}
	}, [value]);
	useEffect(() => () => clearTimeout(timer.current), []);
	const change = (next, wait) => {
		setText(next);
		clearTimeout(timer.current);
		timer.current = setTimeout(() => { asked.current = next.trim(); onChange(next.trim()); }, wait);
	};
	return html`<label class="filter grow"><span>${label}</span>
		<input type="search" data-search value=${text} placeholder=${hint} maxlength="200" onInput=${(event) => change(event.target.value, 350)}
			onKeyDown=${(event) => event.key === 'Enter' && change(event.target.value, 0)} /></label>`;
}

// options: [[value, word], …]; '' stands for all.
export function Choice({ label, value = '', options, onChange, all = w.list.all }) {
	return html`<label class="filter"><span>${label}</span>
		<select value=${value} onChange=${(event) => onChange(event.target.value)}>
			${all && html`<option value="">${all}</option>`}
			${options.map(([id, text]) => html`<option key=${id} value=${id} selected=${id === value}>${text}</option>`)}
		</select></label>`;
}

export const Filters = ({ label, children }) => html`<div class="filters" role="search" aria-label=${label}>${children}</div>`;
export const choices = (words) => Object.entries(words);
