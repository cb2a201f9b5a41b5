// citizen.mjs - somebody with a telephone: writes and taps on Zalo through the sandbox, in the signed webhooks of the platform, and
// reads what comes.
import { until } from './office.mjs';

export class Citizen {
	constructor(office, user) {
		this.base = `http://127.0.0.1:${office.sandboxPort}/api`;
		this.user = user;
		this.code = '';
	}

	// What came to this telephone so far.
	async heard() {
		const { messages } = await (await fetch(`${this.base}/messages?channel=zalo&user=${this.user}`)).json();

		return messages.filter((message) => message.by === 'bot' && message.text).map((message) => message.text);
	}

	async send(what) {
		const before = (await this.heard()).length;
		const sent = await fetch(`${this.base}/send`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ channel: 'zalo', user: this.user, ...what }) });

		if (!sent.ok)
			throw new Error(`the sandbox says ${sent.status}: ${await sent.text()}`);
		return until(async () => (await this.heard()).slice(before).join('\n'), `a reply to ${JSON.stringify(what)}`, 120_000);
	}

	ask(text) { return this.send({ kind: 'text', text }); }
	tap(payload, text) { return this.send({ kind: 'payload', text, payload }); }

	// [Gửi cán bộ trả lời], and whether to be told.
	async wait(agrees) {
		const reply = await this.tap('#staff', 'Gửi cán bộ trả lời');

		[, this.code] = /Mã của bạn: (\w{6})/.exec(reply) ?? [];
		if (!this.code)
			throw new Error(`no code in: ${reply}`);
		await this.tap(`#w:${this.code}:${agrees ? 'yes' : 'no'}`, agrees ? 'Có, nhắn tôi' : 'Không cần');
	}
}
