// form.js - labelled fields. Every field is onChange(value) and may show an error that names what is wrong with it.
import { html, useEffect, useRef, useState } from './vendor/preact.js';
import { day, parseDay } from './text.js';
import { w } from './words.vi.js';

let ids = 0;

function useId() {
	const id = useRef('');

	if (!id.current)
		id.current = `field-${++ids}`;
	return id.current;
}

// children(props) gives the input; props tie it to its label, hint and error.
export function Field({ label, hint, error, required, wide, children }) {
	const id = useId();
	const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');

	return html`<div class=${`field${wide ? ' wide' : ''}${error ? ' wrong' : ''}`}>
		<label for=${id}>${label}${required && html`<span class="need" aria-hidden="true"> *</span>`}</label>
		${children({ id, 'aria-describedby': described || null, 'aria-invalid': error ? 'true' : null, required })}
		${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
		${error && html`<p class="error" id=${`${id}-error`}>${error}</p>`}
	</div>`;
}

export function TextField({ value, onChange, type = 'text', rest = {}, ...field }) {
	return html`<${Field} ...${field}>${(props) => html`
		<input ...${props} ...${rest} type=${type} value=${value ?? ''} onInput=${(event) => onChange(event.target.value)} />`}</${Field}>`;
}

// Grows with its text, up to a screen's half.
export function LongField({ value, onChange, rows = 3, rest = {}, wide = true, ...field }) {
	const lines = Math.min(18, Math.max(rows, String(value ?? '').split('\n').reduce((n, line) => n + 1 + Math.floor(line.length / 110), 0)));

	return html`<${Field} wide=${wide} ...${field}>${(props) => html`
		<textarea ...${props} ...${rest} rows=${lines} value=${value ?? ''} onInput=${(event) => onChange(event.target.value)}></textarea>`}</${Field}>`;
}

// A day as people here write it; '' for none. What is no day stays on the screen and is said to be none.
export function DayField({ value, onChange, error, ...field }) {
	const [text, setText] = useState(day(value));
	const [wrong, setWrong] = useState(false);

	useEffect(() => {
		if (value !== parseDay(text) && !wrong)
			setText(day(value));
	}, [value]);
	const leave = () => {
		const found = parseDay(text);

		setWrong(found === null);
		if (found !== null)
			setText(day(found));
	};
	const change = (next) => {
		const found = parseDay(next);

		setText(next);
		if (found !== null) {
			setWrong(false);
			onChange(found);
		}
	};
	return html`<${Field} ...${field} error=${wrong ? w.errors.no_day : error}>${(props) => html`
		<input ...${props} class="day" inputmode="numeric" autocomplete="off" placeholder=${w.form.day_shape} value=${text}
			onInput=${(event) => change(event.target.value)} onBlur=${leave} />`}</${Field}>`;
}

export function SelectField({ value, onChange, options, none, ...field }) {
	return html`<${Field} ...${field}>${(props) => html`
		<select ...${props} value=${value ?? ''} onChange=${(event) => onChange(event.target.value)}>
			${none !== undefined && html`<option value="">${none}</option>`}
			${options.map(([id, text]) => html`<option key=${id} value=${id} selected=${id === value}>${text}</option>`)}
		</select>`}</${Field}>`;
}

export function Check({ label, checked, onChange, hint }) {
	return html`<label class="check"><input type="checkbox" checked=${checked} onChange=${(event) => onChange(event.target.checked)} />
		<span>${label}${hint && html` <small class="soft">${hint}</small>`}</span></label>`;
}

export function Radios({ label, name, value, options, onChange }) {
	return html`<fieldset class="radios"><legend>${label}</legend>${options.map(([id, text, hint]) => html`
		<label class="check" key=${id}><input type="radio" name=${name} checked=${value === id} onChange=${() => onChange(id)} />
			<span>${text}${hint && html` <small class="soft">${hint}</small>`}</span></label>`)}</fieldset>`;
}

// Rows that can be added, moved and taken away. children(row, change, i) gives a row's fields; after adding, its first field has
// the focus, after taking away the list keeps it.
export function Rows({ label, rows, onChange, fresh, addText, rowName, children }) {
	const box = useRef(null);
	const wanted = useRef(-1);

	useEffect(() => {
		if (wanted.current < 0)
			return;
		const row = box.current.querySelectorAll(':scope > ol > li')[wanted.current];

		(row?.querySelector('input, textarea, select') ?? box.current.querySelector('.add')).focus();
		wanted.current = -1;
	});
	const replace = (next, focus = -1) => { wanted.current = focus; onChange(next); };
	const swap = (i, j) => replace(rows.map((row, at) => (at === i ? rows[j] : at === j ? rows[i] : row)), j);

	return html`<fieldset class="rows" ref=${box}><legend>${label}</legend>
		<ol>${rows.map((row, i) => html`<li key=${i}><div class="row-box" role="group" aria-label=${`${rowName} ${i + 1}`}>
			<div class="row-fields">${children(row, (next) => onChange(rows.map((old, at) => (at === i ? next : old))), i)}</div>
			<div class="row-tools">
				<button type="button" class="quiet" disabled=${i === 0} onClick=${() => swap(i, i - 1)} aria-label=${`${w.form.up}: ${rowName} ${i + 1}`} title=${w.form.up}>↑</button>
				<button type="button" class="quiet" disabled=${i === rows.length - 1} onClick=${() => swap(i, i + 1)} aria-label=${`${w.form.down}: ${rowName} ${i + 1}`} title=${w.form.down}>↓</button>
				<button type="button" class="quiet" onClick=${() => replace(rows.filter((_, at) => at !== i), Math.max(0, i - 1))} aria-label=${`${w.form.remove}: ${rowName} ${i + 1}`} title=${w.form.remove}>✕</button>
			</div></div></li>`)}</ol>
		<button type="button" class="add" onClick=${() => replace([...rows, fresh()], rows.length)}>+ ${addText}</button>
	</fieldset>`;
}
