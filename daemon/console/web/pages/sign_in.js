// sign_in.js - the door: name and password; the first password has to be changed at once.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { post, setCsrf } from '../api.js';
import { Dialog, Notice } from '../ui.js';
import { Field, TextField } from '../form.js';
import { w } from '../words.vi.js';

const LEAST = 10; // characters of a password

function Form({ fixed, onDone, button }) {
	const [name, setName] = useState(fixed ?? '');
	const [password, setPassword] = useState('');
	const [error, setError] = useState('');
	const [busy, setBusy] = useState(false);
	const box = useRef(null);

	useEffect(() => box.current.querySelector('input:not([readonly])').focus(), []);
	const submit = async (event) => {
		event.preventDefault();
		setBusy(true);
		setError('');
		try {
			const { csrf } = await post('sign-in', { name: name.trim(), password });

			setCsrf(csrf);
			await onDone();
		} catch (failure) {
			setError(failure.message);
			setPassword('');
			setBusy(false);
		}
	};

	return html`<form ref=${box} onSubmit=${submit}>
		${error && html`<${Notice} kind="bad"><p>${error}</p></${Notice}>`}
		<${TextField} label=${w.sign_in.name} value=${name} onChange=${setName} required
			rest=${{ autocomplete: 'username', autocapitalize: 'none', spellcheck: false, maxlength: 64, readonly: Boolean(fixed) }} />
		<${TextField} label=${w.sign_in.password} type="password" value=${password} onChange=${setPassword} required
			rest=${{ autocomplete: 'current-password', maxlength: 200 }} />
		<button class="primary full" disabled=${busy} aria-busy=${busy}>${button}</button>
	</form>`;
}

// `again`: over the page of someone whose session has ended.
export function SignIn({ again, name, onDone }) {
	useEffect(() => { document.title = `${w.sign_in.title} · motcua`; }, []);
	if (again)
		return html`<${Dialog} title=${w.sign_in.again_title} onClose=${() => location.reload()}>
			<p>${w.sign_in.again}</p><${Form} fixed=${name} onDone=${onDone} button=${w.sign_in.go} /></${Dialog}>`;
	return html`<main class="alone"><div class="card"><h1>motcua <small>${w.app.name}</small></h1>
		<p class="soft">${w.sign_in.lead}</p><${Form} onDone=${onDone} button=${w.sign_in.go} />
		<p class="soft small">${w.sign_in.forgotten}</p></div></main>`;
}

export function PasswordForm({ onDone }) {
	const [values, setValues] = useState({ old: '', fresh: '', twice: '' });
	const [error, setError] = useState({});
	const [busy, setBusy] = useState(false);
	const field = (name, label, autocomplete, hint) => html`<${Field} label=${label} hint=${hint} error=${error[name]} required>${(props) => html`
		<input ...${props} type="password" autocomplete=${autocomplete} maxlength="200" value=${values[name]}
			onInput=${(event) => setValues({ ...values, [name]: event.target.value })} />`}</${Field}>`;
	const submit = async (event) => {
		event.preventDefault();
		if ([...values.fresh].length < LEAST)
			return setError({ fresh: w.sign_in.too_short });
		if (values.fresh !== values.twice)
			return setError({ twice: w.sign_in.not_twice });
		setBusy(true);
		try {
			await post('password', { old: values.old, new: values.fresh });
			await onDone();
		} catch (failure) {
			setError({ [failure.field === 'new' ? 'fresh' : 'old']: failure.message });
			setBusy(false);
		}
	};

	return html`<form onSubmit=${submit} class="narrow">
		${field('old', w.sign_in.old, 'current-password')}
		${field('fresh', w.sign_in.fresh, 'new-password', w.sign_in.rule)}
		${field('twice', w.sign_in.twice, 'new-password')}
		<button class="primary" disabled=${busy} aria-busy=${busy}>${w.sign_in.change}</button>
	</form>`;
}

export const ForcedPassword = ({ onDone }) => html`<main class="alone"><div class="card"><h1>${w.sign_in.forced_title}</h1>
	<p>${w.sign_in.forced}</p><${PasswordForm} onDone=${onDone} /></div></main>`;
