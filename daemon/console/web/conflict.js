// conflict.js - two people wrote on one draft. The second one sees both, member by member, and chooses; what only one of
// them touched is taken from that one. Nothing is written before "Lưu".
import { html, useState } from './vendor/preact.js';
import { Dialog, Notice } from './ui.js';
import { Changes, After } from './diff.js';
import { label } from './members.js';
import { fill, sameJson } from './text.js';
import { w } from './words.vi.js';

// base, mine, theirs: flat objects. {mine: [names only I touched], theirs: […], both: […]}
export function sort(base, mine, theirs) {
	const names = [...new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)])];
	const touched = (side) => names.filter((name) => !sameJson(base[name], side[name]));
	const [here, there] = [touched(mine), touched(theirs)];
	const differ = (name) => !sameJson(mine[name], theirs[name]);

	return {
		mine: here.filter((name) => !there.includes(name)),
		theirs: there.filter((name) => !here.includes(name)),
		both: here.filter((name) => there.includes(name) && differ(name)),
	};
}

// The merged object: theirs, with what is mine put back.
export function merge(mine, theirs, names) {
	const merged = { ...theirs };

	for (const name of names)
		if (mine[name] === undefined)
			delete merged[name];
		else
			merged[name] = mine[name];
	return merged;
}

function Pick({ name, base, mine, theirs, chosen, onChoose, who }) {
	const side = (id, text, value) => html`<label class=${`side${chosen === id ? ' chosen' : ''}`}>
		<span class="check"><input type="radio" name=${`pick-${name}`} checked=${chosen === id} onChange=${() => onChoose(id)} /> <strong>${text}</strong></span>
		<span class="lines"><${After} change=${{ path: name, before: base, after: value }} /></span></label>`;

	return html`<fieldset class="pick"><legend>${label(name)}</legend>
		${side('mine', w.conflict.mine, mine)}${side('theirs', fill(w.conflict.theirs, { who }), theirs)}</fieldset>`;
}

export function Conflict({ base, mine, theirs, who, onMerged, onClose }) {
	const sorted = sort(base, mine, theirs);
	const [chosen, setChosen] = useState({});
	const open = sorted.both.filter((name) => !chosen[name]);
	const done = () => onMerged(merge(mine, theirs, [...sorted.mine, ...sorted.both.filter((name) => chosen[name] === 'mine')]));

	return html`<${Dialog} wide title=${w.conflict.title} onClose=${onClose}>
		<p>${fill(w.conflict.lead, { who })}</p>
		${sorted.both.length > 0 && html`<h3>${w.conflict.both}</h3>
			${sorted.both.map((name) => html`<${Pick} key=${name} name=${name} base=${base[name]} mine=${mine[name]} theirs=${theirs[name]} who=${who}
				chosen=${chosen[name]} onChoose=${(side) => setChosen({ ...chosen, [name]: side })} />`)}`}
		${sorted.theirs.length > 0 && html`<h3>${fill(w.conflict.only_theirs, { who })}</h3>
			<${Changes} changes=${sorted.theirs.map((name) => ({ member: name, path: name, before: base[name], after: theirs[name] }))} />`}
		${sorted.mine.length > 0 && html`<h3>${w.conflict.only_mine}</h3>
			<${Changes} changes=${sorted.mine.map((name) => ({ member: name, path: name, before: base[name], after: mine[name] }))} />`}
		${open.length > 0 && html`<${Notice} kind="warn"><p>${fill(w.conflict.open, { n: open.length })}</p></${Notice}>`}
		<p class="row end"><button type="button" onClick=${onClose}>${w.conflict.later}</button>
			<button type="button" class="primary" disabled=${open.length > 0} onClick=${done}>${w.conflict.done}</button></p>
	</${Dialog}>`;
}
