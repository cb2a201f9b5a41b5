// unit_field.js - an administrative unit, found by typing its name or code; the browser's own list of suggestions.
import { html, useEffect, useState } from './vendor/preact.js';
import { get, part } from './api.js';
import { Field } from './form.js';
import { w } from './words.vi.js';

const WAIT_MS = 300;
let lists = 0;

// What is typed is a unit once it is one's name or code; until then `value` stays, and stands there again when the field is left.
function useUnits(value, onChange) {
	const [text, setText] = useState('');
	const [found, setFound] = useState([]);
	const [list] = useState(() => `units-${++lists}`);

	const settle = () => (value ? get(`units/${part(value)}`).then(({ unit }) => setText(unit.name), () => setText(value)) : setText(''));

	useEffect(() => { settle(); }, [value]);
	useEffect(() => {
		if (!text.trim())
			return undefined;
		const timer = setTimeout(() => get('units', { q: text.trim(), size: 20 }).then(({ items }) => setFound(items), () => {}), WAIT_MS);

		return () => clearTimeout(timer);
	}, [text]);
	const shown = (one) => (one.province_name ? `${one.name}, ${one.province_name}` : one.name);
	const type = (next) => {
		const one = found.find((unit) => [unit.code, unit.name, shown(unit)].includes(next.trim()));

		setText(next);
		if (one || !next.trim())
			onChange(one?.code ?? '');
	};
	const input = (props) => html`<input ...${props} list=${list} value=${text} autocomplete="off" placeholder=${w.units.search_hint} onInput=${(event) => type(event.target.value)} onBlur=${settle} />
		<datalist id=${list}>${found.map((one) => html`<option key=${one.code} value=${shown(one)}>${one.code}</option>`)}</datalist>`;

	return input;
}

export function UnitField({ value = '', onChange, ...field }) {
	const input = useUnits(value, onChange);

	return html`<${Field} ...${field}>${input}</${Field}>`;
}

// The same as a filter above a list.
export function UnitChoice({ label, value = '', onChange }) {
	const input = useUnits(value, onChange);

	return html`<label class="filter"><span>${label}</span>${input({})}</label>`;
}
