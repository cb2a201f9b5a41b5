// api.js - the daemon's JSON API. One place knows about cookies, the CSRF token and what an error looks like.
import { w } from './words.vi.js';

const BASE = 'api/'; // relative: the console may live under any prefix of a reverse proxy
const CHUNK = 800 * 1024; // octets a PUT of an upload; the daemon takes 900 kB

let csrf = '';
let signedOut = () => {};

export function setCsrf(token) { csrf = token || ''; }
// Called with no arguments whenever the daemon says that there is no session any more.
export function onSignedOut(callback) { signedOut = callback; }

// What went wrong, in words for the person at the screen. `code` and `field` are the daemon's; `data` is the whole answer.
export class ApiError extends Error {
	constructor(status, data) {
		const error = data?.error ?? {};

		super(error.message || w.errors[error.code] || w.errors[status] || w.errors.other);
		this.status = status;
		this.code = error.code ?? String(status);
		this.field = error.field ?? '';
		this.data = data ?? {};
	}
}

function address(path, query) {
	const entries = Object.entries(query ?? {}).filter(([, value]) => value !== '' && value != null);

	return BASE + path + (entries.length ? '?' + new URLSearchParams(entries) : '');
}

async function send(method, url, body, type) {
	const headers = method === 'GET' ? {} : { 'Content-Type': type, 'X-CSRF-Token': csrf };

	try {
		return await fetch(url, { method, headers, body, credentials: 'same-origin', redirect: 'error' });
	} catch {
		throw new ApiError(0, { error: { code: 'network' } });
	}
}

async function call(method, url, body, type = 'application/json') {
	const response = await send(method, url, body, type);
	const data = await response.json().catch(() => null);

	if (response.status === 401 && !url.startsWith(BASE + 'sign-in') && !url.startsWith(BASE + 'me'))
		signedOut();
	if (!response.ok)
		throw new ApiError(response.status, data);
	return data ?? {};
}

export const get = (path, query) => call('GET', address(path, query));
export const post = (path, body = {}) => call('POST', address(path), JSON.stringify(body));
export const put = (path, body = {}) => call('PUT', address(path), JSON.stringify(body));
export const download = (path, query) => address(path, query); // for a link: the browser saves it
export const part = encodeURIComponent; // a record id or name as one part of a path

// Sends a file in pieces; progress(0…1). Returns the upload's id.
export async function upload(file, progress) {
	const { upload: id } = await post('uploads', { name: file.name, size: file.size });

	for (let at = 0; at < file.size; at += CHUNK) {
		await call('PUT', address(`uploads/${part(id)}`, { offset: at }), file.slice(at, at + CHUNK), 'application/octet-stream');
		progress(Math.min(1, (at + CHUNK) / file.size));
	}
	return id;
}
