// browser.mjs - the browser as staff use it. One Chromium a test file; a page (with cookies of its own) a person.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PASSWORD, root } from './office.mjs';

const require = createRequire(import.meta.url);
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const sizes = { office: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } };

function missing() {
	if (!existsSync(CHROMIUM))
		return 'no chromium';
	if (!existsSync(`${root}/tests/browser/node_modules/playwright-core`))
		return 'no playwright-core: make deps-test';
	return existsSync(`${root}/daemon/console/web/vendor/preact.js`) ? '' : 'no vendor/preact.js: make';
}

export const skip = missing() || false; // for test(name, { skip }, …)

let browser = null;

// A person's window. Whatever the page complains of in the console fails the test that closes it (done()).
export async function newPage(size = sizes.office) {
	const { chromium } = require('playwright-core');

	browser ??= await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
	const context = await browser.newContext({ viewport: size, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh' });
	const page = await context.newPage();

	page.setDefaultTimeout(60_000);
	page.complaints = [];
	page.on('pageerror', (error) => page.complaints.push(error.message));
	page.on('console', (message) => {
		if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
			page.complaints.push(message.text());
	});
	page.on('request', (request) => {
		if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url()))
			page.complaints.push(`asked another host: ${request.url()}`);
	});
	page.done = async () => {
		await context.close();
		assert.deepEqual(page.complaints, []);
	};
	return page;
}

export async function closeBrowser() {
	await browser?.close();
	browser = null;
}

/* --- What people do --- */

export async function signIn(page, office, name, password = PASSWORD) {
	await page.goto(office.url);
	await page.getByLabel('Tên đăng nhập').fill(name);
	await page.getByLabel('Mật khẩu').fill(password);
	await page.getByRole('button', { name: 'Đăng nhập' }).click();
	await page.getByRole('heading', { level: 1, name: /^(Chào|Đặt mật khẩu mới)/ }).waitFor();
	await settled(page);
}

// The change of password that a one-time password asks for.
export async function replacePassword(page, oneTime) {
	await page.getByLabel('Mật khẩu đang dùng').fill(oneTime);
	await page.getByLabel('Mật khẩu mới', { exact: false }).first().fill(PASSWORD);
	await page.getByLabel('Nhập lại mật khẩu mới').fill(PASSWORD);
	await page.getByRole('button', { name: 'Đổi mật khẩu' }).click();
	await page.getByRole('heading', { name: /^Chào/ }).waitFor();
}

export async function arrive(page, office, name, oneTime) {
	await signIn(page, office, name, oneTime);
	await replacePassword(page, oneTime);
}

export async function visit(page, hash) {
	await page.evaluate((to) => { location.hash = to; }, hash);
	await settled(page);
}

// Everything that was asked for is there, or a question waits for an answer.
export async function settled(page) {
	await page.waitForFunction(() => document.querySelector('dialog[open] form') || (!document.querySelector('.loading, [aria-busy=true]') && document.querySelector('h1'))).catch((error) => {
		throw new Error(`${page.url()} does not settle: ${error.message}`);
	});
}

export const heading = (page) => page.getByRole('heading', { level: 1 }).innerText();
export const toast = (page, text) => page.locator('.toast', { hasText: text }).waitFor();

// The question itself: the dialog it is asked from may have a button of the same name.
export async function confirm(page, button) {
	await page.getByRole('alertdialog').getByRole('button', { name: button, exact: true }).click();
}

/* --- Accessibility --- */

// Serious and critical findings, as lines a person can act on.
export async function findings(page) {
	await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }));

	return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
		.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
}

// Nothing serious is found, and nothing is wider than the screen; with MOTCUA_SHOTS=DIR it is also a picture there.
export async function look(page, name, size) {
	if (process.env.MOTCUA_SHOTS)
		await page.screenshot({ path: path.join(process.env.MOTCUA_SHOTS, `${name}-${size}.png`), fullPage: true });
	assert.deepEqual(await findings(page), [], name);
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than the screen`);
}
