// import_mend.js - refused rows put right in the page: each with its reason, the cell that is to blame and, folded away, the rest of
// the row. What was typed is kept as {"sheet|row|column": {sheet, row, column, text}}; a row without column is left out. The file
// itself stays as it is.
import { html } from './vendor/preact.js';
import { Check, LongField, TextField } from './form.js';
import { Table } from './list.js';
import { path } from './members.js';
import { fill, number } from './text.js';
import { w } from './words.vi.js';

const LINE = 60; // characters that an input shows at once

export const place = (r) => (r.sheet ? fill(w.imports.of_sheet, { sheet: r.sheet, row: number(r.row) }) : number(r.row));
const keyOf = (r, column = '') => `${r.sheet}|${r.row}|${column}`;

// mends with one cell typed into, or, without a column, with the row left out or not.
function mended(mends, r, cell, text) {
	const { [keyOf(r, cell.column)]: before, ...rest } = mends;

	return text === before?.was || text === undefined ? rest
		: { ...rest, [keyOf(r, cell.column)]: { sheet: r.sheet, row: r.row, column: cell.column, text, was: before?.was ?? cell.text } };
}

export const sent = (mends) => Object.values(mends).map(({ sheet, row, column, text }) => ({ sheet, row, column, text }));

// "Đã sửa 2 ô, bỏ 1 dòng…"
export function summary(mends) {
	const all = Object.values(mends);

	return fill(w.imports.mended, { cells: number(all.filter((one) => one.column).length), rows: number(all.filter((one) => !one.column).length) });
}

function name(r) {
	const of = (member) => r.cells?.find((cell) => cell.member === member)?.text;

	return of('name') || of('question') || of('code') || of('id') || '';
}

function Cell({ r, cell, mends, error, onMend }) {
	const value = mends[keyOf(r, cell.column)]?.text ?? cell.text;
	const Input = value.length > LINE || value.includes('\n') ? LongField : TextField;

	return html`<${Input} label=${fill(w.imports.cell, { header: cell.header || path(cell.member), column: cell.column })} hint=${error && w.member_hints[cell.member.split('.').pop()]}
		error=${error} value=${value} rest=${{ maxlength: 32767 }} onChange=${(text) => onMend(mended(mends, r, cell, text))} />`;
}

const fits = (cell) => typeof cell.text === 'string';

function Mend({ r, mends, onMend }) {
	const left = Boolean(mends[keyOf(r)]);
	const cells = (r.cells ?? []).filter(fits);
	const blamed = cells.filter((cell) => cell.column === r.column);
	const others = cells.filter((cell) => cell.column !== r.column);
	const show = (list, error) => html`<div class="fields">${list.map((cell) => html`<${Cell} key=${cell.column} r=${r} cell=${cell} mends=${mends} error=${error} onMend=${onMend} />`)}</div>`;

	if (!r.cells)
		return html`<p class="error">${r.reason}</p>`;
	return html`${left || !blamed.length ? html`<p class="error">${r.column ? `${path(r.member ?? '')} (${r.column}): ` : ''}${r.reason}</p>` : show(blamed, r.reason)}
		${!left && others.length > 0 && html`<details open=${!blamed.length}><summary>${w.imports.others}</summary>${show(others)}</details>`}
		${!left && cells.length < r.cells.length && html`<p class="soft">${w.imports.cell_long}</p>`}
		<${Check} label=${w.imports.leave_row} checked=${left} onChange=${(on) => onMend(mended(mends, r, { column: '', text: '' }, on ? '' : undefined))} />`;
}

export function Refused({ rows, mends, onMend }) {
	return html`<${Table} label=${w.imports.whats.refused} rows=${rows} rowKey=${(r) => `${keyOf(r)}${r.column}${r.reason}`} columns=${[
		{ name: w.imports.row, kind: 'place', text: (r) => html`${place(r)}<small class="soft">${name(r)}</small>` },
		{ name: w.imports.mend, text: (r) => html`<${Mend} r=${r} mends=${mends} onMend=${onMend} />` },
	]} />`;
}
