// password.js - one's own password and what one may do.
import { html } from '../vendor/preact.js';
import { go } from '../router.js';
import { Facts, Page, say } from '../ui.js';
import { PasswordForm } from './sign_in.js';
import { w } from '../words.vi.js';

export default function Password({ me }) {
	const done = () => { say(w.sign_in.changed); go('#/'); };

	return html`<${Page} title=${w.app.own_account}>
		<${Facts} items=${[[w.staff.name, me.staff.name], [w.staff.display, me.staff.display],
			[w.staff.roles, me.staff.roles.map((role) => w.roles[role] ?? role).join(', ')], [w.staff.unit, me.unit?.name]]} />
		<h2>${w.sign_in.change}</h2><${PasswordForm} onDone=${done} />
	</${Page}>`;
}
