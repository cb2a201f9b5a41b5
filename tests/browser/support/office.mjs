// office.mjs - an office of one's own for a test: a daemon with the starter content, the sandbox that plays both platforms, staff
// with passwords, all in a temporary folder on free ports. Everything ends and is removed with close().
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../../..');
const motcua = path.resolve(root, process.env.BUILD ?? 'build', 'motcua');
const PATIENCE_MS = 30_000;
export const PASSWORD = 'ruong lua ben song'; // of everybody in the tests

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Asks until `look` gives something true; its last error or nothing is thrown after PATIENCE_MS.
export async function until(look, what, patience = PATIENCE_MS) {
	const end = Date.now() + patience;

	for (;;) {
		const found = await look().catch((error) => { if (Date.now() > end) throw error; });

		if (found)
			return found;
		if (Date.now() > end)
			throw new Error(`waited in vain for ${what}`);
		await wait(100);
	}
}

function freePort() {
	return new Promise((resolve, reject) => {
		const server = net.createServer();

		server.on('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address();

			server.close(() => resolve(port));
		});
	});
}

const configuration = (port, sandbox, extra) => `[daemon]
data_dir = .
listen = 127.0.0.1:${port}
[console]
${extra}
[zalo test]
oa_id = 579745863508352884
app_id = 1234567890123456789
app_secret_file = zalo-app.secret
oa_secret_file = zalo-oa.secret
refresh_token_file = zalo.refresh
api_base = http://127.0.0.1:${sandbox}
oauth_base = http://127.0.0.1:${sandbox}
[facebook test]
page_id = 104857600000001
app_id = 208857600000002
app_secret_file = fb-app.secret
verify_token_file = fb-verify.secret
page_token_file = fb-page.secret
graph_base = http://127.0.0.1:${sandbox}
`;

export class Office {
	// options: {now: '2026-12-31T09:00:00+07:00', console: 'two_persons = off'}
	static async open(options = {}) {
		const office = new Office();

		office.folder = await mkdtemp(path.join(os.tmpdir(), 'motcua-browser-'));
		office.processes = [];
		office.config = path.join(office.folder, 'motcua.conf');
		office.port = await freePort();
		office.sandboxPort = await freePort();
		for (const name of ['zalo-app.secret', 'zalo-oa.secret', 'zalo.refresh', 'fb-app.secret', 'fb-verify.secret', 'fb-page.secret'])
			await writeFile(path.join(office.folder, name), `${name}-0123456789abcdef`, { mode: 0o600 });
		await writeFile(office.config, configuration(office.port, office.sandboxPort, options.console ?? ''), { mode: 0o600 });
		try {
			await office.start(options.now);
		} catch (error) {
			await office.close();
			throw error;
		}
		return office;
	}

	get url() { return `http://127.0.0.1:${this.port}/console/`; }

	spawn(args, now) {
		const child = spawn(motcua, args, { cwd: root, env: { ...process.env, ...(now ? { MOTCUA_FAKE_NOW: now } : {}) }, stdio: ['ignore', 'ignore', 'pipe'] });

		child.log = '';
		child.stderr.on('data', (text) => { child.log = (child.log + text).slice(-20_000); });
		child.ended = new Promise((resolve) => child.on('exit', resolve));
		this.processes.push(child);
	}

	// The whole office, at that moment (Vietnam's clock runs on from there); without `now`, today.
	async start(now) {
		this.now = now;
		this.spawn(['sandbox', '-c', this.config, '--listen', `127.0.0.1:${this.sandboxPort}`], now);
		this.spawn(['serve', '-c', this.config], now);
		try {
			await until(async () => (await fetch(`http://127.0.0.1:${this.port}/healthz`)).ok, 'the daemon');
			await until(async () => (await fetch(`http://127.0.0.1:${this.sandboxPort}/api/accounts`)).ok, 'the sandbox');
		} catch (error) {
			throw new Error(`${error.message}\n${this.processes.map((child) => child.log).join('\n')}`);
		}
	}

	async stop() {
		for (const child of this.processes) {
			child.kill('SIGTERM');
			await child.ended;
		}
		this.processes = [];
	}

	// The same office at another moment.
	async turnClock(now) {
		await this.stop();
		await this.start(now);
	}

	async close() {
		await this.stop();
		await rm(this.folder, { recursive: true, force: true });
	}

	async command(...args) {
		const { stdout } = await run(motcua, [...args, '-c', this.config], { cwd: root, env: { ...process.env, ...(this.now ? { MOTCUA_FAKE_NOW: this.now } : {}) } });

		return stdout;
	}

	// An account; gives its one-time password.
	async hire(name, display, roles) {
		const said = await this.command('staff', 'add', name, '--display', display, '--roles', roles);

		return /one-time password: (\S.*)/.exec(said)[1].trim();
	}

	// A citizen asks on Zalo, through the webhook; gives the reply that reached the telephone.
	async ask(text, user = String(Date.now()) + String(Math.random()).slice(2, 6)) {
		const base = `http://127.0.0.1:${this.sandboxPort}/api`;
		const sent = await fetch(`${base}/send`, { method: 'POST', headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ channel: 'zalo', user, kind: 'text', text }) });

		if (!sent.ok)
			throw new Error(`the sandbox says ${sent.status}: ${await sent.text()}`);
		return until(async () => {
			const { messages } = await (await fetch(`${base}/messages?channel=zalo&user=${user}`)).json();
			const replies = messages.filter((message) => message.by === 'bot' && message.text);

			return replies.length > 0 && replies.map((message) => message.text).join('\n');
		}, `a reply to "${text}"`);
	}
}
