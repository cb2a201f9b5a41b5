#!/usr/bin/env -S node --test-reporter=tap
// Hostile texts in every field: they are shown as they were typed, on every page, and nothing of them ever runs.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { closeBrowser, newPage, settled, signIn, skip, toast, visit } from './support/browser.mjs';
import { openTeam } from './support/team.mjs';

const evil = (n) => `<img src=x onerror="window.hurt=${n}"><script>window.hurt=${n}</script>"'\`\${7*7}{{7*7}} javascript:window.hurt=${n}`;
const texts = (n) => [evil(n), `</textarea></title></select><svg onload=window.hurt=${n}>`];
const CODE = '9.900666';
const record = {
	code: CODE, name: evil(1), field: evil(2), level: ['xã'], agency: evil(3), authority: evil(4), address: evil(5), applicant: evil(6), result: evil(7), conditions: evil(8), steps: texts(9).join('\n'),
	decision: evil(10).slice(0, 90), url: 'javascript:window.hurt=11', source: evil(12), source_date: '2026-01-01', valid_from: '2026-01-01',
	submission: [{ mode: 'trực tiếp', time_limit: evil(13), fee: evil(14), note: evil(15) }], documents: [{ group: evil(16), name: evil(17), originals: 1, copies: 0, form: evil(18) }],
	legal_basis: texts(19), everyday: evil(20), ask: texts(21), keywords: texts(22),
};
let office;

before(async () => {
	if (skip)
		return;
	office = await openTeam();
	await office.publish(record, { id: 'hotline:doc', kind: 'hotline', name: evil(30), phone: ['1900 0000'], scope: evil(31), hours: evil(32), email: evil(33) },
		{ id: 'faq:doc', kind: 'faq', question: evil(34), answer: evil(35) }, { id: 'guide:doc', kind: 'guide', name: evil(36), text: evil(37), url: 'data:text/html,<script>1</script>' });
	await office.hire('doc', evil(40).slice(0, 90), 'editor');
	await office.ask(`${evil(50)} không có thủ tục nào như thế này đâu`);
});
after(async () => {
	await closeBrowser();
	await office?.close();
});

async function unhurt(page, where) {
	assert.equal(await page.evaluate(() => window.hurt), undefined, where);
	assert.equal(await page.locator('#app img, #app script, #app svg:not(.spark), #app iframe, [onerror], [onload]').count(), 0, where);
	const links = await page.locator('a[href]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));

	assert.deepEqual(links.filter((href) => !/^(#|api\/|https?:)/.test(href)), [], where);
}

test('every page shows hostile records, names and questions as plain text', { skip }, async () => {
	const page = await newPage();

	await signIn(page, office, 'tam');
	for (const hash of ['#/', '#/records', '#/records?q=img', `#/record/${CODE}`, '#/record/hotline:doc', '#/record/faq:doc', '#/record/guide:doc', `#/history/${CODE}`, `#/edit?record=${CODE}`,
		'#/quality', '#/clusters', '#/staff', '#/audit', '#/delivery?state=sent', '#/review', '#/help']) {
		await visit(page, hash);
		await unhurt(page, hash);
	}
	await visit(page, `#/record/${CODE}`);
	await page.getByRole('heading', { level: 1, name: 'onerror' }).waitFor();
	await page.done();
});

test('hostile texts typed into every field come back as they were typed', { skip }, async () => {
	const page = await newPage();
	const minh = await newPage();

	await signIn(page, office, 'lan');
	await visit(page, `#/edit?record=${CODE}`);
	const fields = page.locator('form').locator('input:not([type=checkbox]):not([type=radio]):not(.day):not(.count), textarea');
	const typed = [];

	for (let i = 0; i < await fields.count(); i++) {
		const text = `${evil(100 + i)} ${i}`.slice(0, 190);

		await fields.nth(i).fill(text);
		typed.push(text);
	}
	await page.getByRole('button', { name: 'Lưu nháp' }).click();
	await toast(page, 'Đã lưu bản nháp');
	await page.reload();
	await settled(page);
	assert.deepEqual(await fields.evaluateAll((all) => all.map((field) => field.value)), typed);
	await unhurt(page, 'editor');
	await page.getByRole('button', { name: 'Gửi duyệt' }).click();
	await toast(page, 'Đã gửi duyệt');
	await signIn(minh, office, 'minh');
	await visit(minh, '#/review');
	await unhurt(minh, 'review');
	await minh.getByRole('row').nth(1).getByRole('link').click();
	await settled(minh);
	await minh.locator('ins', { hasText: 'onerror' }).first().waitFor();
	await unhurt(minh, 'version');
	await page.done();
	await minh.done();
});

test('hostile addresses lead nowhere', { skip }, async () => {
	const page = await newPage();

	await signIn(page, office, 'tam');
	for (const hash of ['#/../../etc/passwd', '#/__proto__', '#/constructor', '#/record/%3Cimg%20src%3Dx%20onerror%3Dwindow.hurt%3D1%3E', '#/record/..%2F..%2Fstaff', '#/edit/9999999', '#/edit?kind=constructor',
		'#/help/..%2F..%2Findex', '#/version/%00', '#/records?page=-1', '#/records?page=1e9', `#/records?q=${encodeURIComponent(evil(9))}`, '#/%E0%A4%A']) {
		await visit(page, hash);
		await unhurt(page, hash);
		assert.ok(await page.getByRole('heading', { level: 1 }).count() > 0, hash);
	}
	await page.done();
});

test('the pages forbid what they do not need', { skip }, async () => {
	const answer = await fetch(office.url);
	const policy = answer.headers.get('content-security-policy');

	for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"])
		assert.ok(policy.includes(part), part);
	assert.doesNotMatch(policy, /unsafe/);
	assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
	assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
});
