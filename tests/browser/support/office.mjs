// office.mjs - an office of one's own for a test: a daemon with the starter content, the sandbox that plays both platforms, staff
// with passwords, all in a temporary folder on free ports. Everything ends and is removed with close().
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../../..');
const build = path.resolve(root, process.env.BUILD ?? 'build');
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

const configuration = (port, extra) => `[daemon]
data_dir = .
listen = 127.0.0.1:${port}
[console]
${extra}
`;
const channels = (sandbox) => `[zalo test]
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
	// options: {now: '2026-12-31T09:00:00+07:00', console: 'two_persons = off', connected: false}; not connected, there is no channel
	// and no sandbox before configure() says otherwise
	static async open(options = {}) {
		const office = new Office();

		office.folder = await mkdtemp(path.join(os.tmpdir(), 'motcua-browser-'));
		office.processes = [];
		office.program = path.join(build, options.now ? 'tests/browser/motcua' : 'motcua'); // the former has a clock that can be turned
		office.env = { ...process.env, MOTCUA_CONFIG: path.join(office.folder, 'motcua.conf') };
		try {
			await office.furnish(options);
			await office.start();
		} catch (error) {
			await office.close();
			throw error;
		}
		return office;
	}

	async furnish({ now, console = '', connected = true }) {
		this.port = await freePort();
		this.sandboxPort = await freePort();
		if (connected)
			for (const name of ['zalo-app.secret', 'zalo-oa.secret', 'zalo.refresh', 'fb-app.secret', 'fb-verify.secret', 'fb-page.secret'])
				await this.secret(name);
		await this.configure(configuration(this.port, console) + (connected ? channels(this.sandboxPort) : ''));
		if (!now)
			return;
		this.clock = path.join(this.folder, 'clock');
		await this.turnClock(now);
		this.env.MOTCUA_TEST_CLOCK = this.clock;
	}

	// The operator's work: a secret in a file of its own; the configuration, which the next start reads.
	secret(name, value = `${name}-0123456789abcdef`) { return writeFile(path.join(this.folder, name), value, { mode: 0o600 }); }

	async configure(text) {
		this.configuration = text;
		await writeFile(this.env.MOTCUA_CONFIG, text, { mode: 0o600 });
	}

	async restart() {
		await this.stop();
		await this.start();
	}

	// The daemon is killed at whatever it does, and started anew; the platforms go on.
	async crash() {
		const daemon = this.processes.pop();

		daemon.kill('SIGKILL');
		await daemon.ended;
		this.spawn('serve');
		await until(async () => (await fetch(`http://127.0.0.1:${this.port}/healthz`)).ok, 'the daemon');
	}

	// It is that moment, and time runs on from there.
	async turnClock(now) {
		await writeFile(`${this.clock}.new`, `${Date.parse(now) - Date.now()}\n`);
		await rename(`${this.clock}.new`, this.clock); // the daemon may look at any moment
	}

	get url() { return `http://127.0.0.1:${this.port}/console/`; }

	spawn(...args) {
		const child = spawn(this.program, args, { cwd: root, env: this.env, stdio: ['ignore', 'ignore', 'pipe'] });

		child.log = '';
		child.stderr.on('data', (text) => { child.log = (child.log + text).slice(-20_000); });
		child.ended = new Promise((resolve) => child.on('exit', resolve));
		this.processes.push(child);
	}

	async start() {
		const connected = /^\[(zalo|facebook) /m.test(this.configuration);

		if (connected)
			this.spawn('sandbox', '--listen', `127.0.0.1:${this.sandboxPort}`);
		this.spawn('serve');
		try {
			await until(async () => (await fetch(`http://127.0.0.1:${this.port}/healthz`)).ok, 'the daemon');
			if (connected)
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

	async close() {
		await this.stop();
		await rm(this.folder, { recursive: true, force: true });
	}

	async command(...args) {
		const { stdout } = await run(this.program, args, { cwd: root, env: this.env });

		return stdout;
	}

	// An account; gives its one-time password.
	async hire(name, display, roles, unit = '') {
		const said = await this.command('staff', 'add', name, '--display', display, '--roles', roles, ...(unit ? ['--unit', unit] : []));

		return /one-time password: (\S.*)/.exec(said)[1].trim();
	}

	// A file of one JSON object a line, taken over as published.
	async publish(...rows) {
		const file = path.join(this.folder, 'rows.jsonl');

		await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n') + '\n');
		return this.command('import', file);
	}

	// The sandbox that plays the platforms, and bad days on them: sandbox('/control/faults', {unreachable: {next: 1}}).
	async sandbox(path, body) {
		const answer = await fetch(`http://127.0.0.1:${this.sandboxPort}${path}`, body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

		return answer.json();
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
