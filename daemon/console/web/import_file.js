// import_file.js - the first two steps of an import: the file goes up in pieces, its columns are matched with our members.
import { html, useEffect, useRef, useState } from './vendor/preact.js';
import { upload } from './api.js';
import { Notice, Progress } from './ui.js';
import { DayField, Radios, SelectField } from './form.js';
import { fill, percent } from './text.js';
import { w } from './words.vi.js';

const LARGEST = 64 * 1024 * 1024; // octets; the daemon takes no more
const steps = ['choose', 'match', 'look', 'done'];

export function Steps({ at }) {
	return html`<ol class="steps" aria-label=${w.imports.steps_label}>${steps.map((step, i) => html`<li key=${step} aria-current=${step === at ? 'step' : null}
		class=${i < steps.indexOf(at) ? 'past' : ''}>${w.imports.steps[step]}</li>`)}</ol>`;
}

function flaw(file) {
	if (!/\.(xlsx|csv|tsv|jsonl|json|txt)$/i.test(file.name))
		return w.imports.wrong_type;
	if (file.size === 0)
		return w.imports.empty_file;
	return file.size > LARGEST ? w.imports.too_large : '';
}

export function Choose({ again, onSent }) {
	const [over, setOver] = useState(false);
	const [share, setShare] = useState(null);
	const [error, setError] = useState('');
	const input = useRef(null);
	const take = async (file) => {
		setOver(false);
		setError(file ? flaw(file) : '');
		if (!file || flaw(file))
			return;
		setShare(0);
		try {
			await onSent(await upload(file, setShare), file.name);
		} catch (failure) {
			setError(failure.message);
			setShare(null);
		}
		if (input.current)
			input.current.value = ''; // the same file may be chosen again after it was put right
	};
	const drop = (event) => { event.preventDefault(); take(event.dataTransfer.files[0]); };

	if (share !== null)
		return html`<${Progress} share=${share} text=${fill(w.imports.sending, { share: percent(share) })} />`;
	return html`${again && html`<${Notice}><p>${w.imports.again}</p></${Notice}>`}
		<div class=${`dropzone${over ? ' over' : ''}`} onDragOver=${(event) => { event.preventDefault(); setOver(true); }} onDragLeave=${() => setOver(false)} onDrop=${drop}>
			<p><strong>${w.imports.drop}</strong></p>
			<label class="button primary">${w.imports.pick}<input ref=${input} type="file" class="hidden-input" accept=".xlsx,.csv,.tsv,.jsonl,.json,.txt"
				onChange=${(event) => take(event.target.files[0])} /></label>
			<p class="soft">${w.imports.accepts}</p>
		</div>
		${error && html`<${Notice} kind="bad"><p>${error}</p></${Notice}>`}`;
}

/* --- Columns --- */

// Members chosen twice, and required ones nobody chose.
export function mappingFlaws(mapping, members) {
	const chosen = Object.values(mapping).filter(Boolean);

	return {
		twice: [...new Set(chosen.filter((one, i) => chosen.indexOf(one) !== i))].filter((one) => !members.find((m) => m.member === one)?.many),
		missing: members.filter((one) => one.required && !chosen.includes(one.member)).map((one) => one.label),
	};
}

function MatchTable({ columns, members, mapping, onChange }) {
	return html`<div class="scroll" tabindex="0" role="region" aria-label=${w.imports.steps.match}><table role="table" class="list"><thead role="rowgroup"><tr role="row">
		<th role="columnheader" scope="col">${w.imports.column}</th><th role="columnheader" scope="col">${w.imports.samples}</th><th role="columnheader" scope="col">${w.imports.means}</th></tr></thead>
		<tbody role="rowgroup">${columns.map((column) => html`<tr role="row" key=${column.index}><th role="rowheader" scope="row" class="main">${column.header || fill(w.imports.unnamed, { n: column.index + 1 })}</th>
			<td role="cell" class="soft" data-label=${w.imports.samples}>${(column.samples ?? []).filter(Boolean).slice(0, 2).map((one, i) => html`<span class="sample" key=${i}>${one}</span>`)}</td>
			<td role="cell" data-label=${w.imports.means}><select aria-label=${fill(w.imports.means_of, { column: column.header })} value=${mapping[column.header] ?? ''}
				onChange=${(event) => onChange({ ...mapping, [column.header]: event.target.value })}>
				<option value="">${w.imports.leave_out}</option>
				${members.map((one) => html`<option key=${one.member} value=${one.member} selected=${mapping[column.header] === one.member}>${one.label}${one.required ? ' *' : ''}</option>`)}
			</select></td></tr>`)}</tbody></table></div>`;
}

export function Match({ job, me, onSheet, onBack, onRun }) {
	const { columns = [], members = [], sheets = [], format } = job.found;
	const guessed = () => Object.fromEntries(columns.map((column) => [column.header, job.mapping?.[column.header] ?? column.member ?? '']));
	const [mapping, setMapping] = useState(guessed);
	const [options, setOptions] = useState({ as: 'draft', unit: me.unit?.code ?? '', valid_from: me.today, ...job.options });
	const flaws = mappingFlaws(mapping, members);
	const label = (member) => members.find((one) => one.member === member)?.label ?? member;
	const ready = flaws.twice.length + flaws.missing.length === 0;
	const set = (name) => (value) => setOptions({ ...options, [name]: value });

	useEffect(() => setMapping(guessed()), [job.found]);
	return html`<section><h2>${fill(w.imports.match_title, { file: job.file })}</h2>
		${sheets.length > 1 && html`<${SelectField} label=${w.imports.sheet} value=${job.sheet} options=${sheets.map((one) => [one.name, one.hidden ? fill(w.imports.hidden_sheet, { name: one.name }) : one.name])} onChange=${onSheet} />`}
		${format === 'jsonl' ? html`<p>${w.imports.jsonl}</p>` : html`<p class="soft">${w.imports.match_lead}</p>
			<${MatchTable} columns=${columns} members=${members} mapping=${mapping} onChange=${setMapping} />`}
		${flaws.missing.length > 0 && html`<${Notice} kind="warn"><p>${fill(w.imports.missing, { members: flaws.missing.join(', ') })}</p></${Notice}>`}
		${flaws.twice.length > 0 && html`<${Notice} kind="warn"><p>${fill(w.imports.twice, { members: flaws.twice.map(label).join(', ') })}</p></${Notice}>`}
		<div class="fields"><${DayField} label=${w.imports.valid_from} hint=${w.imports.valid_from_hint} required value=${options.valid_from} onChange=${set('valid_from')} />
			${me.unit?.code && html`<${Radios} label=${w.imports.for} name="unit" value=${options.unit} onChange=${set('unit')}
				options=${[[me.unit.code, me.unit.name], ['', w.imports.by_column]]} />`}</div>
		<p class="row end"><button type="button" onClick=${onBack}>${w.imports.other_file}</button>
			<button type="button" class="primary" disabled=${!ready || !options.valid_from} onClick=${() => onRun({ ...options, mapping })}>${w.imports.try}</button></p>
	</section>`;
}
