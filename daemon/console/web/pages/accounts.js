// accounts.js - the Zalo OAs and Facebook pages the daemon speaks for: can it answer, and if not, who has to do what.
import { html } from '../vendor/preact.js';
import { get } from '../api.js';
import { time } from '../text.js';
import { Badge, Empty, Facts, Loaded, Notice, Page, useLoad } from '../ui.js';
import { w } from '../words.vi.js';

function Account({ one }) {
	const advice = w.account_advice[one.state];

	return html`<li><h2>${w.channels[one.channel] ?? one.channel} · ${one.name || one.account} <${Badge} of=${one.state} words=${w.account_states} /></h2>
		${advice && html`<${Notice} kind="warn"><p>${advice}</p></${Notice}>`}
		<${Facts} items=${[[w.accounts.account, html`<code>${one.account}</code>`], [w.records.unit, one.unit_name ?? one.unit], [w.accounts.reason, one.reason],
			[w.accounts.expires, time(one.expires_ms)], [w.accounts.last_error, one.last_error], [w.accounts.webhook, one.webhooks_last_ms ? time(one.webhooks_last_ms) : w.accounts.never]]} /></li>`;
}

export default function Accounts() {
	const loaded = useLoad(() => get('accounts'), []);

	return html`<${Page} title=${w.menu.accounts} note=${w.accounts.lead} actions=${html`<button type="button" onClick=${loaded.again}>${w.actions.reload}</button>`}>
		<${Loaded} from=${loaded}>${({ items }) => (items.length ? html`<ul class="cards">${items.map((one) => html`<${Account} key=${one.channel + one.account} one=${one} />`)}</ul>`
			: html`<${Empty} text=${w.accounts.empty} />`)}</${Loaded}>
	</${Page}>`;
}
