// keys.js - letters that act, for who works through many things. They are shown beside what they do, and can be switched off:
// dictation and some screen readers press letters nobody meant.
import { html, useEffect, useRef, useState } from './vendor/preact.js';
import { Check } from './form.js';
import { w } from './words.vi.js';

const KEPT = 'motcua-letters';

// A Vietnamese keyboard driver may hold the letter back: then the key itself says which it was.
const letter = ({ key, code }) => (key === 'Process' ? code.replace(/^Key/, '') : key).toLowerCase();
const writing = (element) => /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && !['checkbox', 'radio'].includes(element.type);

// doings: {j: () => …}. → [are they on, switch]
export function useLetters(doings) {
	const [on, setOn] = useState(() => localStorage.getItem(KEPT) !== 'off');
	const now = useRef();

	now.current = on ? doings : {};
	useEffect(() => {
		const press = (event) => {
			const doing = now.current[letter(event)];

			if (!doing || event.ctrlKey || event.altKey || event.metaKey || writing(event.target) || document.querySelector('dialog[open]'))
				return;
			event.preventDefault();
			doing();
		};

		addEventListener('keydown', press);
		return () => removeEventListener('keydown', press);
	}, []);
	return [on, (next) => { localStorage.setItem(KEPT, next ? 'on' : 'off'); setOn(next); }];
}

export const Key = ({ on = true, children }) => on && html`<kbd aria-hidden="true">${children}</kbd>`;

// items: [['J', 'what it does'], …]
export function Legend({ items, letters: [on, onSwitch] }) {
	return html`<div class="legend"><${Check} label=${w.keys.on} checked=${on} onChange=${onSwitch} />
		${on && items.map(([key, does]) => html`<span key=${key}><kbd>${key}</kbd> ${does}</span>`)}</div>`;
}
