// editor.js - the form of a record, made from members.js. Pure of the API: a body comes in, onChange(body) goes out.
import { html } from './vendor/preact.js';
import { Check, DayField, Field, LongField, Rows, SelectField, TextField } from './form.js';
import { groups, label } from './members.js';
import { fill } from './text.js';
import { w } from './words.vi.js';

const LONG = 100; // characters; longer texts get several lines
const hint = (name) => w.member_hints[name];

function Count({ member, value, onChange, ...field }) {
	return html`<${TextField} ...${field} value=${value ?? ''} rest=${{ inputmode: 'numeric', class: 'count', maxlength: 3 }}
		onChange=${(text) => onChange(/^\d+$/.test(text) ? Number(text) : text === '' ? undefined : value)} />`;
}

function Levels({ member, value, onChange }) {
	const chosen = [].concat(value ?? []);
	const toggle = (level) => (on) => onChange(member.options.filter((one) => (one === level ? on : chosen.includes(one))));

	return html`<fieldset class="radios"><legend>${label(member.name)}</legend>${member.options.map((level) => html`
		<${Check} key=${level} label=${w.levels[level] ?? level} checked=${chosen.includes(level)} onChange=${toggle(level)} />`)}</fieldset>`;
}

function Texts({ member, value, onChange, error }) {
	return html`<${Rows} label=${label(member.name)} rowName=${label(member.name)} addText=${fill(w.form.add, { what: label(member.name).toLowerCase() })}
		rows=${[].concat(value ?? [])} onChange=${onChange} fresh=${() => ''}>${(row, change, i) => html`
		<${LongField} label=${`${label(member.name)} ${i + 1}`} rows=${1} value=${row} onChange=${change} error=${i === 0 ? error : ''} />`}</${Rows}>
		${error && !value?.length && html`<p class="error">${error}</p>`}`;
}

function ManyRows({ member, value, onChange, errors }) {
	return html`<${Rows} label=${label(member.name)} rowName=${w.row_names[member.name]} addText=${fill(w.form.add, { what: w.row_names[member.name].toLowerCase() })}
		rows=${value ?? []} onChange=${onChange} fresh=${() => ({})}>${(row, change, i) => member.members.map((one) => html`
		<${Member} key=${one.name} member=${one} of=${member.name} hinted=${i === 0} value=${row[one.name]} error=${errors[`${member.name}[${i}].${one.name}`]} errors=${errors}
			onChange=${(next) => change({ ...row, [one.name]: next })} />`)}</${Rows}>`;
}

function Member({ member, of, hinted = true, value, onChange, error, errors }) {
	const field = { label: label(member.name, of), hint: hinted && hint(member.name), error, required: member.required, value, onChange, ...(member.wide && { wide: true }) };

	switch (member.shape) {
	case 'rows': return html`<${ManyRows} member=${member} value=${value} onChange=${onChange} errors=${errors} />`;
	case 'texts': return html`<${Texts} member=${member} value=${value} onChange=${onChange} error=${error} />`;
	case 'levels': return html`<${Levels} member=${member} value=${value} onChange=${onChange} />`;
	case 'day': return html`<${DayField} ...${field} />`;
	case 'count': return html`<${Count} ...${field} />`;
	case 'choice': return html`<${SelectField} ...${field} none=${w.form.none} options=${[...new Set([...member.options, value].filter(Boolean))].map((one) => [one, w.modes[one] ?? one])} />`;
	case 'long': return html`<${LongField} ...${field} rows=${member.rows ?? 4} />`;
	default: return String(value ?? '').length > LONG || String(value ?? '').includes('\n')
		? html`<${LongField} ...${field} rows=${2} />` : html`<${TextField} ...${field} rest=${{ maxlength: 20000 }} />`;
	}
}

export function RecordForm({ kind, body, onChange, errors }) {
	return groups[kind].map((group) => html`<section class="group" key=${group.title}><h2>${w.groups[group.title]}</h2>
		<div class="fields">${group.members.map((member) => html`<${Member} key=${member.name} member=${member} value=${body[member.name]}
			error=${errors[member.name]} errors=${errors} onChange=${(next) => onChange({ ...body, [member.name]: next })} />`)}</div></section>`);
}

/* --- When it holds, and by whose decision --- */

export function ValidityForm({ draft, onChange, errors, today, fresh }) {
	const set = (name) => (value) => onChange({ ...draft, [name]: value });
	const later = draft.valid_from > today;

	return html`<section class="group"><h2>${w.edit.validity}</h2><div class="fields">
		${!fresh && html`<${SelectField} label=${w.edit.change} value=${draft.change} options=${['amended', 'replaced', 'abolished'].map((one) => [one, w.changes[one]])} onChange=${set('change')} />`}
		<${DayField} label=${draft.change === 'abolished' ? w.edit.ends_from : w.edit.valid_from} required=${draft.change === 'abolished'} value=${draft.valid_from} error=${errors.valid_from} onChange=${set('valid_from')}
			hint=${later ? w.edit.later : w.edit.at_once} />
		<${DayField} label=${w.edit.valid_to} hint=${w.edit.valid_to_hint} value=${draft.valid_to} error=${errors.valid_to} onChange=${set('valid_to')} />
		<${TextField} label=${w.edit.decision} hint=${w.edit.decision_hint} value=${draft.decision} error=${errors.decision} onChange=${set('decision')} rest=${{ maxlength: 200 }} />
		<${DayField} label=${w.edit.decision_date} value=${draft.decision_date} error=${errors.decision_date} onChange=${set('decision_date')} />
		<${TextField} label=${w.members.source} hint=${w.edit.source_hint} value=${draft.source} error=${errors.source} onChange=${set('source')} rest=${{ maxlength: 300 }} />
		<${DayField} label=${w.members.source_date} value=${draft.source_date} error=${errors.source_date} onChange=${set('source_date')} />
		${draft.change === 'replaced' && html`<${TextField} label=${w.edit.replaced_by} hint=${w.edit.replaced_hint} required value=${draft.replaced_by} error=${errors.replaced_by} onChange=${set('replaced_by')} rest=${{ maxlength: 128 }} />`}
		<${LongField} label=${w.edit.note} hint=${w.edit.note_hint} rows=${2} value=${draft.note} onChange=${set('note')} /></div></section>`;
}
