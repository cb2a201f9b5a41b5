// review.js - what waits for a second person. Several at once can be approved, as after an import.
import { html, useState } from '../vendor/preact.js';
import { post } from '../api.js';
import { to } from '../router.js';
import { day, fill, number, time } from '../text.js';
import { Action, Badge, Page, ask, say } from '../ui.js';
import { List, useList } from '../list.js';
import { is } from '../menu.js';
import { w } from '../words.vi.js';

const columns = [
	{ name: w.records.name, kind: 'main', text: (v) => html`<a href=${to('version', v.version)}>${v.name || v.record}</a><small class="soft">${v.record}</small>` },
	{ name: w.history.change, text: (v) => html`<${Badge} of=${v.change} words=${w.changes} />` },
	{ name: w.review.changes, kind: 'num', text: (v) => number(v.changes) },
	{ name: w.edit.valid_from, kind: 'date', text: (v) => day(v.valid_from) || w.review.at_once },
	{ name: w.edit.decision, text: (v) => v.decision },
	{ name: w.review.author, text: (v) => v.author },
	{ name: w.review.made, kind: 'date', text: (v) => time(v.created_ms) },
	{ name: w.history.note, text: (v) => v.note },
];

// The column of boxes in front, for what this person may approve.
function picking(items, chosen, setChosen) {
	const toggle = (version) => (event) => setChosen(event.target.checked ? [...chosen, version] : chosen.filter((one) => one !== version));

	return { name: w.review.select, kind: 'narrow', text: (v) => items.includes(v.version) && html`<input type="checkbox" checked=${chosen.includes(v.version)}
		aria-label=${fill(w.review.select_one, { name: v.name || v.record })} onChange=${toggle(v.version)} />` };
}

function useMany(list, mine) {
	const [chosen, setChosen] = useState([]);
	const ready = chosen.filter((one) => mine.includes(one));
	const approve = async () => {
		if (!await ask({ title: w.review.approve_title, text: fill(w.review.approve_many_text, { n: ready.length }), yes: w.review.approve }))
			return;
		const { items } = await post('review/approve', { versions: ready });
		const refused = items.filter((one) => one.message);

		say(refused.length ? fill(w.review.not_approved, { n: refused.length, why: [...new Set(refused.map((one) => one.message))].join(' ') })
			: fill(w.review.approved_many, { n: items.length }), refused.length ? 'bad' : 'good');
		setChosen([]);
		list.again();
	};

	return { chosen: ready, setChosen, approve };
}

export default function Review({ me, query }) {
	const list = useList('review', ['review'], query);
	const mine = is(me, 'approver') ? (list.data?.items ?? []).filter((v) => v.mine && (!me.two_persons || v.author !== me.staff.name)).map((v) => v.version) : [];
	const many = useMany(list, mine);

	return html`<${Page} title=${w.menu.review} note=${me.two_persons ? w.review.two : w.review.one}
		actions=${mine.length > 1 && html`<button type="button" onClick=${() => many.setChosen(mine)}>${w.review.select_all}</button>
			<${Action} kind="primary" disabled=${!many.chosen.length} onPress=${many.approve}>${fill(w.review.approve_many, { n: many.chosen.length })}</${Action}>`}>
		<${List} of=${list} label=${w.menu.review} rowKey=${(v) => v.version} empty=${w.review.empty}
			columns=${mine.length > 1 ? [columns[0], picking(mine, many.chosen, many.setChosen), ...columns.slice(1)] : columns} />
	</${Page}>`;
}
