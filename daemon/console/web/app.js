// app.js - who is signed in, which page is shown, what stands around it. Pages are loaded when they are first visited.
import { html, render, useEffect, useState } from './vendor/preact.js';
import { get, onSignedOut, post, setCsrf } from './api.js';
import { go, isGuarded, to, useRoute } from './router.js';
import { entries, mayUse } from './menu.js';
import { SignIn, ForcedPassword } from './pages/sign_in.js';
import { Failure, Questions, Toasts, useLoad } from './ui.js';
import { w } from './words.vi.js';

// First part of the address → module in pages/.
const pages = {
	'': 'home', records: 'records', record: 'record', edit: 'edit', history: 'history', version: 'version', review: 'review',
	import: 'import', quality: 'quality', units: 'units', unit: 'unit', 
	clusters: 'clusters', cluster: 'cluster', cases: 'cases', case: 'case', ratings: 'ratings', reports: 'reports', figure: 'figure', dashboard: 'dashboard',
	accounts: 'accounts',
	delivery: 'delivery', staff: 'staff', audit: 'audit', help: 'help', password: 'password',
};

function useKeys() {
	useEffect(() => {
		const press = (event) => {
			if (event.altKey && event.key === '/')
				document.querySelector('[data-search]')?.focus();
			else if (event.altKey && event.key === 'h')
				go(to('help'));
			else
				return;
			event.preventDefault();
		};

		addEventListener('keydown', press);
		return () => removeEventListener('keydown', press);
	}, []);
}

// The menu's link to the page one is on begins that page anew.
function Menu({ me, here, open, onAgain }) {
	return html`<nav id="menu" class=${open ? 'open' : ''} aria-label=${w.menu.label}><ul>
		${entries.filter((entry) => mayUse(me.staff, entry.roles)).map((entry) => html`<li key=${entry.page} class=${entry.gap ? 'gap' : ''}>
			<a href=${to(...(entry.page ? [entry.page] : []))} onClick=${() => entry.page === here && !isGuarded() && onAgain()} aria-current=${entry.page === here || entry.also?.includes(here) ? 'page' : null}>${w.menu[entry.page || 'home']}</a>
		</li>`)}</ul></nav>`;
}

function Head({ me, open, onMenu, onSignOut }) {
	return html`<header class="top">
		<button type="button" class="quiet menu-button" aria-expanded=${open} aria-controls="menu" onClick=${onMenu}>☰ <span>${w.menu.open}</span></button>
		<a class="brand" href="#/">motcua <small>${w.app.name}</small></a>
		<span class="who"><span class="soft">${me.unit?.name}</span>
			<a href=${to('password')} title=${w.app.own_account}>${me.staff.display || me.staff.name}</a>
			<button type="button" onClick=${onSignOut}>${w.app.sign_out}</button></span>
	</header>`;
}

function Shown({ route, me, turn }) {
	const first = route.parts[0] ?? '';
	const name = Object.hasOwn(pages, first) && pages[first];
	const loaded = useLoad(async () => ({ name, ...(name && await import(`./pages/${name}.js`)) }), [name]);

	if (!name)
		return html`<div class="page"><h1 tabindex="-1">${w.app.no_page}</h1><p><a href="#/">${w.app.to_home}</a></p></div>`;
	if (loaded.error)
		return html`<${Failure} error=${{ message: w.errors.network }} again=${() => location.reload()} />`;
	const Component = loaded.data?.name === name && loaded.data.default; // not the page before, while this one loads

	return Component ? html`<${Component} key=${`${turn} ${route.parts.join('/')}`} me=${me} parts=${route.parts.slice(1)} query=${route.query} />`
		: html`<p class="loading" role="status">${w.states.loading}</p>`;
}

function Console({ me, again, onSignOut }) {
	const route = useRoute();
	const [open, setOpen] = useState(false);
	const [turn, setTurn] = useState(0);
	const here = route.parts[0] ?? '';

	useKeys();
	useEffect(() => setOpen(false), [route]);
	return html`<a class="skip" href="#content" onClick=${(event) => { event.preventDefault(); document.getElementById('content').focus(); }}>${w.app.skip}</a>
		<${Head} me=${me} open=${open} onMenu=${() => setOpen(!open)} onSignOut=${onSignOut} />
		<div class="body"><${Menu} me=${me} here=${here} open=${open} onAgain=${() => setTurn(turn + 1)} />
			<main id="content" tabindex="-1"><${Shown} route=${route} me=${me} turn=${turn} /></main></div>
		${again && html`<${SignIn} again name=${me.staff.name} onDone=${again} />`}
		<${Questions} /><${Toasts} />`;
}

// A session that ends while someone works is asked for again over the page: what was typed stays.
function App() {
	const [me, setMe] = useState(null);
	const [state, setState] = useState('starting');
	const refresh = () => get('me').then((found) => {
		setCsrf(found.csrf);
		setMe(found);
		setState('in');
	}, (error) => setState(error.status === 401 ? 'out' : 'broken'));
	const signOut = async () => {
		if (isGuarded())
			return go('#/'); // asks about what is not saved, first
		await post('sign-out').catch(() => {});
		location.hash = '';
		setMe(null);
		setState('out');
	};

	useEffect(() => {
		onSignedOut(() => setState((now) => (now === 'in' ? 'again' : now)));
		document.getElementById('app').removeAttribute('aria-busy');
		refresh();
	}, []);
	if (state === 'starting')
		return html`<p class="loading" role="status">${w.states.loading}</p>`;
	if (state === 'broken')
		return html`<main class="alone"><${Failure} error=${{ message: w.errors.network }} again=${() => location.reload()} /></main>`;
	if (state === 'out' || !me)
		return html`<${SignIn} onDone=${refresh} />`;
	if (me.staff.must_change)
		return html`<${ForcedPassword} onDone=${refresh} />`;
	return html`<${Console} me=${me} again=${state === 'again' && refresh} onSignOut=${signOut} />`;
}

render(html`<${App} />`, document.getElementById('app'));
