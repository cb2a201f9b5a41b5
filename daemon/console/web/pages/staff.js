// staff.js - who may sign in and do what. A new password is shown once and has to be changed at the first sign-in.
import { html, useState } from '../vendor/preact.js';
import { get, part, post, put } from '../api.js';
import { time } from '../text.js';
import { Action, Badge, Dialog, Notice, Page, ask, say, useLoad } from '../ui.js';
import { List } from '../list.js';
import { Check, TextField } from '../form.js';
import { fill } from '../text.js';
import { w } from '../words.vi.js';

const columns = (onEdit) => [
	{ name: w.staff.display, kind: 'main', text: (s) => html`<button type="button" class="link" onClick=${() => onEdit(s)}>${s.display || s.name}</button>` },
	{ name: w.staff.name, text: (s) => html`<code>${s.name}</code>` },
	{ name: w.staff.roles, text: (s) => s.roles.map((role) => w.roles[role] ?? role).join(', ') },
	{ name: w.staff.unit, text: (s) => s.unit_name ?? s.unit },
	{ name: w.records.state, text: (s) => html`<${Badge} of=${s.disabled ? 'disabled' : s.locked ? 'locked' : s.must_change ? 'must_change' : 'ok'} words=${w.staff.states} />` },
	{ name: w.staff.last, kind: 'date', text: (s) => time(s.last_ms ?? s.created_ms) },
];

function OneTime({ name, password, onClose }) {
	return html`<${Dialog} title=${w.staff.password_title} onClose=${onClose}><p>${fill(w.staff.password_text, { name })}</p>
		<p><output class="secret">${password}</output></p>
		<p class="row end"><button type="button" class="primary" onClick=${onClose}>${w.staff.password_seen}</button></p></${Dialog}>`;
}

function Person({ one, onClose, onSaved }) {
	const fresh = !one.name;
	const [person, setPerson] = useState({ display: '', unit: '', roles: [], disabled: false, ...one, name: one.name ?? '' });
	const [errors, setErrors] = useState({});
	const set = (name) => (value) => setPerson({ ...person, [name]: value });
	const role = (name) => (on) => set('roles')(Object.keys(w.roles).filter((r) => (r === name ? on : person.roles.includes(r))));
	const save = async () => {
		const { name, display, roles, unit, disabled } = person;

		setErrors({});
		try {
			const done = fresh ? await post('staff', { name, display, roles, unit }) : await put(`staff/${part(name)}`, { display, roles, unit, disabled });

			onSaved(name, done.one_time_password);
		} catch (error) {
			setErrors({ [error.field || 'all']: error.message });
		}
	};
	const anew = async () => {
		if (await ask({ title: w.staff.anew_title, text: fill(w.staff.anew_text, { name: person.name }), yes: w.staff.anew }))
			onSaved(person.name, (await post(`staff/${part(person.name)}/password`)).one_time_password);
	};

	return html`<${Dialog} title=${fresh ? w.staff.add : person.name} onClose=${onClose}><form onSubmit=${(event) => { event.preventDefault(); save(); }}>
		${errors.all && html`<${Notice} kind="bad"><p>${errors.all}</p></${Notice}>`}
		${fresh && html`<${TextField} label=${w.staff.name} hint=${w.staff.name_hint} required value=${person.name} error=${errors.name} onChange=${set('name')} rest=${{ maxlength: 32, autocapitalize: 'none' }} />`}
		<${TextField} label=${w.staff.display} required value=${person.display} error=${errors.display} onChange=${set('display')} rest=${{ maxlength: 100 }} />
		<${TextField} label=${w.staff.unit} hint=${w.staff.unit_hint} value=${person.unit} error=${errors.unit} onChange=${set('unit')} rest=${{ maxlength: 16 }} />
		<fieldset class="radios stacked"><legend>${w.staff.roles}</legend>${Object.entries(w.roles).map(([name, text]) => html`
			<${Check} key=${name} label=${text} hint=${w.role_hints[name]} checked=${person.roles.includes(name)} onChange=${role(name)} />`)}
			${errors.roles && html`<p class="error">${errors.roles}</p>`}</fieldset>
		${!fresh && html`<${Check} label=${w.staff.disabled} checked=${person.disabled} onChange=${set('disabled')} />`}
		<p class="row end">${!fresh && html`<${Action} onPress=${anew}>${w.staff.anew}</${Action}>`}<button class="primary">${w.actions.save}</button></p>
	</form></${Dialog}>`;
}

export default function Staff({ query }) {
	const loaded = useLoad(() => get('staff', { size: 200 }), []);
	const [open, setOpen] = useState(null);
	const [secret, setSecret] = useState(null);
	const saved = (name, password) => {
		setOpen(null);
		loaded.again();
		if (password)
			setSecret({ name, password });
		else
			say(w.staff.saved);
	};

	return html`<${Page} title=${w.menu.staff} note=${w.staff.lead} actions=${html`<button type="button" class="primary" onClick=${() => setOpen({})}>+ ${w.staff.add}</button>`}>
		<${List} of=${{ ...loaded, query, page: 1, change: () => {} }} label=${w.menu.staff} columns=${columns(setOpen)} rowKey=${(s) => s.name} empty=${w.staff.empty} />
		${open && html`<${Person} one=${open} onClose=${() => setOpen(null)} onSaved=${saved} />`}
		${secret && html`<${OneTime} ...${secret} onClose=${() => setSecret(null)} />`}
	</${Page}>`;
}
