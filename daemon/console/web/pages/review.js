// review.js - what waits for a second person, and what I sent.
import { html } from '../vendor/preact.js';
import { to } from '../router.js';
import { day, number, time } from '../text.js';
import { Badge, Page } from '../ui.js';
import { List, useList } from '../list.js';
import { w } from '../words.vi.js';

const columns = [
	{ name: w.records.name, kind: 'main', text: (v) => html`<a href=${to('version', v.version)}>${v.name || v.record}</a>` },
	{ name: w.history.change, text: (v) => html`<${Badge} of=${v.change} words=${w.changes} />` },
	{ name: w.review.changes, kind: 'num', text: (v) => (v.changes === undefined ? '' : number(v.changes.length ?? v.changes)) },
	{ name: w.edit.valid_from, text: (v) => day(v.valid_from) },
	{ name: w.edit.decision, text: (v) => v.decision },
	{ name: w.review.author, text: (v) => v.author },
	{ name: w.review.sent, text: (v) => time(v.submitted_ms ?? v.created_ms) },
	{ name: w.history.note, text: (v) => v.note },
];

export default function Review({ me, query }) {
	const list = useList('review', ['review'], query);

	return html`<${Page} title=${w.menu.review} note=${me.two_persons ? w.review.two : w.review.one}>
		<${List} of=${list} label=${w.menu.review} columns=${columns} rowKey=${(v) => v.version} empty=${w.review.empty} />
	</${Page}>`;
}
