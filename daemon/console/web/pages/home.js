// home.js - what needs me today: only what is there, the pressing first, each a link to where it is done.
import { html } from '../vendor/preact.js';
import { get } from '../api.js';
import { to } from '../router.js';
import { day, fill, number, time } from '../text.js';
import { Badge, Empty, Loaded, Page, useLoad } from '../ui.js';
import { is } from '../menu.js';
import { w } from '../words.vi.js';

const sum = (counts) => Object.values(counts ?? {}).reduce((all, n) => all + n, 0);

// What citizens wait for: only what the lists themselves would show to this person.
async function loadAsked(me) {
	const reform = is(me, 'reform');
	const counts = [
		['waits', { state: 'open' }, w.home.waiting, to('clusters'), true, reform || is(me, 'editor')],
		['clusters', { state: 'open' }, w.home.questions, to('clusters'), false, reform || is(me, 'editor')],
		['cases', { due: 'late' }, w.home.cases_late, to('cases', { due: 'late' }), true, reform],
		['cases', { due: 'soon' }, w.home.cases_soon, to('cases', { due: 'soon' }), true, reform],
		['cases', { state: 'new' }, w.home.cases_new, to('cases', { state: 'new' }), false, reform],
		['waits', { state: 'unreachable' }, w.home.unreachable, to('cases', { tab: 'waits' }), false, reform],
	].filter((one) => one.at(-1));

	return Promise.all(counts.map(async ([api, query, ...task]) => [(await get(api, { ...query, size: 1 })).total, ...task]));
}

// [number, words, link, pressing?, whose task it is]
function tasks(home, asked, me) {
	const editor = is(me, 'editor') || is(me, 'approver');
	const operator = is(me, 'operator');

	return [
		[home.review_waiting, w.home.review, to('review'), true, editor],
		[home.drafts_mine, w.home.drafts, to('records', { state: 'draft' }), false, editor],
		[home.expired, w.home.expired, to('quality', { word: 'expired' }), true, editor],
		[home.expiring, w.home.expiring, to('quality', { word: 'expiring' }), false, editor],
		[home.scheduled, w.home.scheduled, to('records', { state: 'scheduled' }), false, editor],
		...asked,
		[sum(home.quality), w.home.quality, to('quality'), false, editor || is(me, 'reform')],
		[home.dead_letters, w.home.dead, to('delivery', { state: 'dead' }), true, operator],
		[home.unknown_outcome, w.home.unknown, to('delivery', { state: 'unknown' }), true, operator],
	].filter(([n, , , , mine]) => n > 0 && mine);
}

const Task = ({ n, words, link, pressing }) => html`<li class=${pressing ? 'pressing' : ''}>
	<a href=${link}><strong>${number(n)}</strong><span>${words}</span></a></li>`;

function Accounts({ accounts }) {
	if (!accounts?.length)
		return html`<${Empty} text=${w.home.no_accounts} />`;
	return html`<ul class="plain-list">${accounts.map((one) => html`<li key=${one.channel + one.account}>
		${w.channels[one.channel] ?? one.channel} · ${one.account} <${Badge} of=${one.state} words=${w.account_states} /></li>`)}</ul>`;
}

// Reports whose day comes near, or has gone by.
function Reports({ items }) {
	return items.length > 0 && html`<section aria-labelledby="reports"><h2 id="reports">${w.home.reports}</h2><ul class="plain-list">${items.map((one) => html`<li key=${one.period}>
		<a href=${to('reports', { period: one.period })}>${one.title}</a> <span class=${one.days_left < 0 ? 'late' : ''}>${fill(one.days_left < 0 ? w.home.report_late : w.home.report_due, { day: day(one.due), n: Math.abs(one.days_left) })}</span></li>`)}</ul></section>`;
}

export default function Home({ me }) {
	const home = useLoad(() => get('home'), []);
	const asked = useLoad(() => loadAsked(me), []);
	const due = useLoad(() => (is(me, 'reform') ? get('reports/reminders') : Promise.resolve({ items: [] })), []);

	return html`<${Page} title=${fill(w.home.hello, { name: me.staff.display || me.staff.name })} note=${fill(w.home.today, { day: day(me.today) })}>
		<${Loaded} from=${home}>${(found) => {
			const mine = tasks(found, asked.data ?? [], me);

			return html`<section aria-labelledby="today"><h2 id="today">${w.home.title}</h2>
				${mine.length ? html`<ul class="tasks">${mine.map(([n, words, link, pressing]) => html`
					<${Task} key=${words} n=${n} words=${words} link=${link} pressing=${pressing} />`)}</ul>`
					: html`<${Empty} text=${w.home.nothing} />`}</section>
				<${Reports} items=${due.data?.items ?? []} />
				<div class="halves">
					<section aria-labelledby="begin"><h2 id="begin">${w.home.begin}</h2><ul class="plain-list">
						<li><a href=${to('records')}>${w.home.find}</a></li>
						${is(me, 'editor') && html`<li><a href=${to('import')}>${w.home.import}</a></li>
							<li><a href=${to('edit', { kind: 'procedure', unit: me.unit?.code })}>${w.home.new}</a></li>`}
						<li><a href=${to('help')}>${w.home.help}</a></li></ul>
						${found.last_import && html`<p class="soft">${fill(w.home.last_import, {
							time: time(found.last_import.created_ms), who: found.last_import.who })}</p>`}</section>
					<section aria-labelledby="channels"><h2 id="channels">${w.home.channels}</h2><${Accounts} accounts=${found.accounts} /></section>
				</div>`;
		}}</${Loaded}>
	</${Page}>`;
}
