// ui.js - the small parts every page is made of: notices, badges, dialogs, the three states of something loaded.
import { html, useEffect, useRef, useState } from './vendor/preact.js';
import { w } from './words.vi.js';
import { fill } from './text.js';

/* --- Loading --- */

// Runs load() now and whenever one of `deps` changes; the latest call wins. {data, error, busy, again}. With `keep` the former
// data stays while other data loads, so that a list does not jump; without it nothing of the former page is ever shown.
export function useLoad(load, deps, keep = false) {
	const [state, setState] = useState({ busy: true });
	const [turn, setTurn] = useState(0);
	const asked = JSON.stringify(deps);
	const current = state.of === asked || keep;

	useEffect(() => {
		let wanted = true;

		setState((before) => ({ ...before, busy: true }));
		load().then(
			(data) => wanted && setState({ of: asked, data }),
			(error) => wanted && setState({ of: asked, error }),
		);
		return () => { wanted = false; };
	}, [asked, turn]);
	return { data: current ? state.data : undefined, error: current ? state.error : undefined, busy: Boolean(state.busy), again: () => setTurn((n) => n + 1) };
}

// children(data) once it is there; before that a word that it loads, or what went wrong and a way to try again.
export function Loaded({ from, children }) {
	if (from.error)
		return html`<${Failure} error=${from.error} again=${from.again} />`;
	if (!from.data)
		return html`<p class="loading" role="status">${w.states.loading}</p>`;
	return children(from.data);
}

// The same for a page whose heading is in the data.
export const LoadedPage = ({ from, children }) => (from.error
	? html`<${Page} title=${w.errors.page}><${Failure} error=${from.error} again=${from.again} /></${Page}>` : html`<${Loaded} from=${from}>${children}</${Loaded}>`);

export function Failure({ error, again }) {
	return html`<div class="notice bad" role="alert">
		<p>${error.message}</p>
		${again && html`<button type="button" onClick=${again}>${w.actions.again}</button>`}
	</div>`;
}

export const Empty = ({ text, children }) => html`<div class="empty"><p>${text}</p>${children}</div>`;

/* --- Words on a coloured ground; the word says it too, never the colour alone --- */

export const Notice = ({ kind = 'info', children }) =>
	html`<div class=${`notice ${kind}`} role=${kind === 'bad' ? 'alert' : 'status'}>${children}</div>`;

const tones = {
	published: 'good', done: 'good', ok: 'good', sent: 'good', better: 'good', good: 'good', answered: 'good', told: 'good', fetched: 'good', pending: 'info', none: 'warn',
	scheduled: 'info', review: 'warn', draft: 'warn', open: 'warn', new: 'warn', working: 'info', ready: 'info', telling: 'info', due: 'info', running: 'info', unknown: 'warn', unsure: 'warn', work: 'info', other: 'info',
	dead: 'bad', refused: 'bad', failed: 'bad', consent_needed: 'bad', worse: 'bad', locked: 'bad', unreachable: 'bad', expired: 'bad',
};

export const Badge = ({ of, words = w.states }) => html`<span class=${`badge ${tones[of] ?? 'plain'}`}>${words[of] ?? of}</span>`;

/* --- Buttons --- */

// A button that cannot be pressed twice: onPress may return a promise.
export function Action({ onPress, kind = '', children, ...rest }) {
	const [busy, setBusy] = useState(false);
	const alive = useRef(true);

	useEffect(() => () => { alive.current = false; }, []);
	const press = async () => {
		if (busy)
			return;
		setBusy(true);
		try {
			await onPress();
		} catch (error) {
			say(error.message, 'bad');
		} finally {
			if (alive.current)
				setBusy(false);
		}
	};
	return html`<button type="button" class=${kind} aria-busy=${busy} onClick=${press} ...${rest}>${children}</button>`;
}

/* --- Short messages at the foot of the page, read aloud --- */

const TOAST_MS = 5000; // good news goes by itself, bad news stays
let showToast = () => {};

export const say = (text, kind = 'good') => showToast({ text, kind, at: Date.now() });

export function Toasts() {
	const [toast, setToast] = useState(null);

	showToast = setToast;
	useEffect(() => {
		const timer = toast && toast.kind !== 'bad' && setTimeout(() => setToast(null), TOAST_MS);

		return () => clearTimeout(timer);
	}, [toast]);
	return html`<div class="toasts" aria-live="polite">${toast && html`
		<div class=${`toast ${toast.kind}`}>
			<span>${toast.text}</span>
			<button type="button" class="quiet" onClick=${() => setToast(null)} aria-label=${w.actions.close}>✕</button>
		</div>`}</div>`;
}

/* --- Dialogs: the browser's own, so that Esc closes and the focus stays inside and returns --- */

export function Dialog({ title, onClose, children, wide, role, about }) {
	const box = useRef(null);

	useEffect(() => {
		const before = document.activeElement;
		const dialog = box.current;

		dialog.showModal();
		return () => {
			dialog.close(); // while it is open, nothing outside can have the focus
			if (before?.isConnected)
				before.focus();
		};
	}, []);
	return html`<dialog ref=${box} class=${wide ? 'wide' : ''} role=${role} aria-label=${title} aria-describedby=${about} onCancel=${(event) => { event.preventDefault(); onClose(); }}>
		<header><h2>${title}</h2>
			<button type="button" class="quiet" onClick=${onClose} aria-label=${w.actions.close}>✕</button></header>
		${children}
	</dialog>`;
}

let openQuestion = () => {};

// Asks before something that cannot be taken back: ask({title, text, yes}) → Promise<boolean>.
// With `note` a reason is asked for as well: → Promise<string | false>.
export const ask = (question) => new Promise((answer) => openQuestion({ ...question, answer }));

export function Questions() {
	const [open, setOpen] = useState(null);
	const [note, setNote] = useState('');

	openQuestion = (question) => { setNote(''); setOpen(question); };
	if (!open)
		return null;
	const end = (result) => { setOpen(null); open.answer(result); };
	const yes = (event) => { event.preventDefault(); end(open.note ? note.trim() : true); };

	return html`<${Dialog} title=${open.title} role="alertdialog" about="question" onClose=${() => end(false)}>
		<form onSubmit=${yes}>
			<p id="question">${open.text}</p>
			${open.note && html`<label class="field"><span>${open.note}</span>
				<textarea rows="3" required value=${note} onInput=${(event) => setNote(event.target.value)}></textarea></label>`}
			<p class="row end">
				<button type="button" onClick=${() => end(false)}>${open.no ?? w.actions.cancel}</button>
				<button class=${open.danger ? 'danger' : 'primary'}>${open.yes}</button>
			</p>
		</form>
	</${Dialog}>`;
}

/* --- Odds and ends --- */

let visited = false;

// Arriving at a page is arriving at its heading, so that the keyboard and a screen reader begin there; but for the first one,
// which begins at the top.
export function Page({ title, note, actions, back, children }) {
	const head = useRef(null);

	useEffect(() => { document.title = `${title} · motcua`; }, [title]);
	useEffect(() => {
		scrollTo(0, 0);
		if (visited)
			head.current.focus({ preventScroll: true });
		visited = true;
	}, []);
	return html`<div class="page">
		${back && html`<p class="back"><a href=${back.href}>← ${back.text}</a></p>`}
		<header class="page-head"><div><h1 tabindex="-1" ref=${head}>${title}</h1>${note && html`<p class="soft">${note}</p>`}</div>
			<div class="row">${actions}</div></header>
		${children}
	</div>`;
}

export function Progress({ share, text }) {
	return html`<div class="progress"><progress max="1" value=${share} aria-label=${text}></progress><span role="status">${text}</span></div>`;
}

export const Facts = ({ items }) => html`<dl class="facts">${items.filter(([, value]) => value || value === 0).map(([name, value]) =>
	html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

// Tabs as buttons in a list; the arrows move between them.
export function Tabs({ label, items, chosen, onChoose }) {
	const move = (event) => {
		const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];

		if (!step)
			return;
		const at = items.findIndex(([id]) => id === chosen);
		const next = (at + step + items.length) % items.length;

		onChoose(items[next][0]);
		event.currentTarget.children[next].focus();
	};
	return html`<div class="tabs" role="tablist" aria-label=${label} onKeyDown=${move}>${items.map(([id, text]) => html`
		<button type="button" role="tab" key=${id} aria-selected=${id === chosen} tabindex=${id === chosen ? 0 : -1}
			onClick=${() => onChoose(id)}>${text}</button>`)}</div>`;
}

export const count = (phrase, n) => fill(phrase, { n });
