#!/usr/bin/env -S node --test-reporter=tap
// Replies that did not arrive: read, sent again, dropped; channels that need consent.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { until } from './support/office.mjs';
import { closeBrowser, confirm, newPage, settled, signIn, skip, toast, visit } from './support/browser.mjs';
import { openTeam } from './support/team.mjs';

let office;

before(async () => { office = skip ? null : await openTeam(); });
after(async () => {
	await closeBrowser();
	await office?.close();
});

const sandbox = (path, body) => office.sandbox(path, body);
const heard = async (user) => (await sandbox(`/api/messages?channel=zalo&user=${user}`)).messages.filter((message) => message.by === 'bot');

// A citizen whose telephone cannot be reached asks; the reply ends as a dead letter.
async function deadLetter(page, user) {
	await sandbox('/control/faults', { unreachable: { next: 1 } });
	await sandbox('/api/send', { channel: 'zalo', user, kind: 'text', text: 'làm thẻ thư viện cho bé cần giấy tờ gì' });
	await until(async () => {
		await visit(page, '#/');
		await visit(page, '#/delivery');
		return await page.getByRole('table').getByRole('row').count() === 2;
	}, 'a dead letter');
	await page.getByRole('rowheader').getByRole('button').click();
	await page.getByRole('dialog').getByText('Ảnh chân dung').waitFor(); // it can be read
}

test('a dead letter is read and sent again, and arrives once', { skip }, async () => {
	const page = await newPage();

	await signIn(page, office, 'tam');
	await deadLetter(page, '555000111');
	await page.getByRole('dialog').getByRole('button', { name: 'Gửi lại' }).click();
	await confirm(page, 'Gửi lại');
	await toast(page, 'hàng chờ gửi');
	await until(async () => (await heard('555000111')).length === 1, 'the reply');
	await settled(page);
	await page.getByText('Không có tin nào').waitFor();
	await page.done();
});

test('a dead letter that nobody needs is dropped and never sent', { skip }, async () => {
	const page = await newPage();

	await signIn(page, office, 'tam');
	await deadLetter(page, '555000222');
	await page.getByRole('dialog').getByRole('button', { name: 'Bỏ tin' }).click();
	await confirm(page, 'Bỏ tin');
	await toast(page, 'Đã bỏ tin');
	await page.getByText('Không có tin nào').waitFor();
	assert.deepEqual(await heard('555000222'), []);
	await page.done();
});
