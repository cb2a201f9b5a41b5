// router.js - addresses after the '#': #/records?q=khai+sinh&page=2. A page that holds unsaved changes sets a guard.
import { useEffect, useState } from './vendor/preact.js';

let guard = null; // () => Promise<boolean>: may we leave?
let here = location.hash;
const listeners = new Set();

// {parts: ['records', '1.001193'], query: {q: 'khai sinh'}}
export function parse(hash) {
	const [path, search] = hash.replace(/^#\/?/, '').split('?');

	return {
		parts: path.split('/').filter(Boolean).map(decode),
		query: Object.fromEntries(new URLSearchParams(search ?? '')),
	};
}

function decode(part) {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

// to('records', id, {unit}) → '#/records/1.001193?unit=91'; empty values are left out.
export function to(...parts) {
	const query = typeof parts.at(-1) === 'object' ? parts.pop() : {};
	const entries = Object.entries(query).filter(([, value]) => value !== '' && value != null);

	return '#/' + parts.map(encodeURIComponent).join('/') + (entries.length ? '?' + new URLSearchParams(entries) : '');
}

export function go(hash, replace = false) {
	if (replace)
		history.replaceState(null, '', hash);
	else
		history.pushState(null, '', hash);
	moved();
}

// The same page has another address from now on: a new draft got its number.
export function rename(hash) {
	history.replaceState(null, '', hash);
	here = location.hash;
}

export function setGuard(mayLeave) { guard = mayLeave; }
export const isGuarded = () => guard !== null;

function arrive() {
	here = location.hash;
	listeners.forEach((listener) => listener(parse(here)));
}

async function moved() {
	const wanted = location.hash;

	if (wanted === here)
		return;
	if (!guard)
		return arrive();
	history.replaceState(null, '', here || '#/');
	if (await guard()) {
		guard = null;
		history.pushState(null, '', wanted);
		arrive();
	}
}

addEventListener('hashchange', moved);
addEventListener('popstate', moved);
addEventListener('beforeunload', (event) => {
	if (guard)
		event.preventDefault();
});

export function useRoute() {
	const [route, setRoute] = useState(parse(location.hash));

	useEffect(() => {
		listeners.add(setRoute);
		return () => listeners.delete(setRoute);
	}, []);
	return route;
}
