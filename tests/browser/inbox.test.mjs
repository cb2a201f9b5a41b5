#!/usr/bin/env -S node --test-reporter=tap
// The inbox of clusters: walked through with the keyboard alone, every act sends what it says, and its pages can be used by everybody.
// A busy month is played (fake_loop.mjs); the way from the citizen and back is in monday.test.mjs.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { closeBrowser, confirm, look, newPage, settled, signIn, sizes, skip, toast, visit } from './support/browser.mjs';
import { until } from './support/office.mjs';
import { fake, play } from './support/fake_loop.mjs';
import { openTeam } from './support/team.mjs';

let office;

before(async () => { office = skip ? null : await openTeam(); });
after(async () => {
	await closeBrowser();
	await office?.close();
});

async function enter(hash, answers, size) {
	const page = await newPage(size);

	await play(page, answers);
	await signIn(page, office, 'tam');
	await visit(page, hash);
	return page;
}

const focused = (page) => page.evaluate(() => document.activeElement.innerText || document.activeElement.value || '');

// Tab until the focus is on what is called so.
async function reach(page, name) {
	for (let i = 0; i < 60; i++) {
		if ((await focused(page)).startsWith(name))
			return;
		await page.keyboard.press('Tab');
	}
	assert.fail(`${name} cannot be reached with Tab`);
}

for (const [size, viewport] of Object.entries(sizes))
	test(`the inbox and a cluster can be used by everybody (${size})`, { skip }, async () => {
		const page = await enter('#/clusters', fake, viewport);

		await page.getByText('27 người đang chờ').waitFor();
		await look(page, 'clusters-busy', size);
		await visit(page, '#/cluster/11');
		await page.getByRole('heading', { name: 'Mục gần nhất trong kho' }).waitFor();
		await look(page, 'cluster', size);
		for (const name of ['Thêm cách hỏi', 'Trả lời một lần', 'Đã có mục trả lời', 'Tạo mục mới', 'Gộp nhóm', 'Tách nhóm', 'Giao việc, hẹn ngày']) {
			await page.getByRole('toolbar').getByRole('button', { name }).click();
			await page.getByRole('dialog', { name }).waitFor();
			await settled(page);
			await look(page, `cluster-${name.split(' ')[0]}`, size);
			await page.keyboard.press('Escape');
			await page.getByRole('dialog').waitFor({ state: 'detached' });
		}
		await page.done();
	});

test('the keyboard alone walks the list, opens a cluster, teaches its wordings and tells who waits', { skip }, async () => {
	const page = await enter('#/clusters');
	const [first, second] = fake.clusters.items;

	await page.keyboard.press('j');
	assert.equal(await focused(page), first.label);
	await page.keyboard.press('j');
	assert.equal(await focused(page), second.label);
	await page.keyboard.press('k');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { level: 1, name: first.label }).waitFor();
	await settled(page);

	await page.keyboard.press('a');
	await page.getByRole('dialog', { name: 'Thêm cách hỏi' }).waitFor();
	await reach(page, 'Thêm 6 cách hỏi');
	await page.keyboard.press('Enter');
	await toast(page, 'Đã thêm cách hỏi');
	await page.getByText('5 trong 6 câu nay tìm thấy mục này đầu tiên').waitFor();
	await page.keyboard.press('r');
	await page.getByLabel('Dạy luôn 6 câu').uncheck(); // they were taught
	await page.getByRole('dialog').getByText('16 người sẽ được nhắn ngay').waitFor();
	await reach(page, 'Mục này trả lời');
	await page.keyboard.press('Enter');
	await toast(page, 'Người đang chờ sẽ được báo');
	assert.deepEqual(page.sent, [['POST', 'clusters/11/ask', { record: '1.005144', wordings: [100, 101, 102, 103, 104, 105] }], ['POST', 'clusters/11/resolve', { record: '1.005144' }]]);
	await page.done();
});

test('J and K go on from one cluster to the next as the list has them, U goes back to it', { skip }, async () => {
	const page = await enter('#/cluster/11', { ...fake, 'clusters/12': { ...fake['clusters/11'], ...fake.clusters.items[1], samples: [], waits: [] } });

	await page.waitForFunction(() => !document.querySelector('.page-head button:last-child').disabled);
	await page.keyboard.press('j');
	await page.getByRole('heading', { level: 1, name: fake.clusters.items[1].label }).waitFor();
	await settled(page);
	await page.waitForFunction(() => !document.querySelector('.page-head button:first-child').disabled);
	await page.keyboard.press('k');
	await page.getByRole('heading', { level: 1, name: fake.clusters.items[0].label }).waitFor();
	await page.keyboard.press('u');
	await page.getByRole('heading', { level: 1, name: 'Câu hỏi chưa đáp' }).waitFor();
	await page.done();
});

test('letters do nothing while someone writes, and nothing at all once they are switched off', { skip }, async () => {
	const page = await enter('#/clusters');

	await page.keyboard.press('/');
	await page.keyboard.type('jjk');
	assert.equal(await page.getByRole('searchbox').inputValue(), 'jjk');
	await visit(page, '#/cluster/11');
	await page.getByLabel('Phím tắt').uncheck();
	await page.keyboard.press('x');
	await page.keyboard.press('a');
	await page.waitForTimeout(200);
	assert.equal(await page.getByRole('dialog').or(page.getByRole('alertdialog')).count(), 0);
	await page.reload();
	await settled(page);
	assert.equal(await page.getByLabel('Phím tắt').isChecked(), false); // remembered
	await page.getByLabel('Phím tắt').check();
	await page.keyboard.press('x');
	await page.getByRole('alertdialog', { name: 'Bỏ qua nhóm này?' }).waitFor();
	await page.done();
});

test('every act sends what it says, and what closes a cluster is asked about first', { skip }, async () => {
	const page = await enter('#/cluster/11');
	const act = (name) => page.getByRole('toolbar').getByRole('button', { name });
	const dialog = page.getByRole('dialog');
	const sent = async (method, path, body) => {
		await settled(page);
		assert.deepEqual(page.sent.pop(), [method, path, body]);
	};

	await act('Trả lời một lần').click();
	assert.equal(await dialog.getByRole('button', { name: 'Gửi trả lời' }).isDisabled(), true);
	await dialog.getByLabel('Câu trả lời').fill('Nộp đơn tại trường, trước ngày 30/11.');
	await dialog.getByRole('button', { name: 'Gửi trả lời' }).click();
	await toast(page, 'Đã trả lời');
	await sent('POST', 'clusters/11/answer', { text: 'Nộp đơn tại trường, trước ngày 30/11.' });
	await act('Đã có mục trả lời').click();
	await dialog.getByLabel('Tổng đài 1022').check();
	await dialog.getByRole('button', { name: 'Mục này trả lời' }).click();
	await toast(page, 'Đã xong');
	await sent('POST', 'clusters/11/resolve', { record: 'hotline:1022' });
	await sent('POST', 'clusters/11/ask', { record: 'hotline:1022', wordings: [100, 101, 102, 103, 104, 105] }); // taught before
	await act('Gộp nhóm').click();
	await dialog.getByLabel('lịch cắt điện').check();
	assert.equal(await dialog.getByLabel(fake.clusters.items[0].label).count(), 0); // not into itself
	await page.keyboard.press('Escape');
	await page.getByLabel('con em đc miễn học phí ko').check();
	await act('Tách nhóm').click();
	await dialog.getByRole('button', { name: 'Tách 1 câu' }).click();
	await toast(page, 'Đã tách');
	await sent('POST', 'clusters/11/split', { questions: [101] });
	await act('Giao việc').click();
	await dialog.getByRole('button', { name: 'Tôi nhận' }).click();
	await dialog.getByLabel('Hạn xử lý').fill('30/11/2026');
	await dialog.getByRole('button', { name: 'Lưu' }).click();
	await toast(page, 'Đã lưu');
	await sent('PUT', 'clusters/11', { label: fake.clusters.items[0].label, owner: 'tam', due: '2026-11-30' });
	for (const [name, path] of [['Ngoài phạm vi', 'out-of-scope'], ['Bỏ qua', 'ignore']]) {
		await act(name).click();
		await confirm(page, 'Thôi');
		assert.equal(page.sent.length, 0);
		await act(name).click();
		await confirm(page, name);
		await page.locator('dialog').waitFor({ state: 'detached' });
		await sent('POST', `clusters/11/${path}`, {});
	}
	await page.done();
});

test('an empty inbox, a list that cannot be had and a cluster that is not there are said in words', { skip }, async () => {
	const page = await enter('#/clusters', { clusters: { items: [], total: 0, page: 1, size: 50 } });

	await page.getByText('Không có câu hỏi nào đang chờ').waitFor();
	await visit(page, '#/cluster/77');
	await page.getByRole('alert').waitFor();
	await page.unrouteAll();
	await page.route(/\/api\/clusters/, (route) => route.abort());
	await visit(page, '#/clusters');
	await page.getByRole('alert').getByText('Không nối được với máy chủ').waitFor();
	await page.getByRole('button', { name: 'Thử lại' }).waitFor();
	await page.context().close();
});

test('a question nobody could answer is in the inbox until somebody puts it away, and comes back when it is opened again', { skip }, async () => {
	const page = await newPage();
	const row = page.getByRole('row', { name: /gặp cán bộ/ });

	await office.ask('gặp cán bộ');
	await signIn(page, office, 'tam');
	await until(async () => {
		await visit(page, '#/');
		await visit(page, '#/clusters');
		return await row.count() === 1;
	}, 'the question in the inbox');
	await row.getByRole('link').click();
	await page.getByRole('toolbar').getByRole('button', { name: 'Bỏ qua' }).click();
	await confirm(page, 'Bỏ qua');
	await toast(page, 'Đã bỏ qua');
	await page.getByRole('button', { name: 'Mở lại' }).waitFor();
	await visit(page, '#/clusters');
	assert.equal(await row.count(), 0);
	await page.getByLabel('Trạng thái').selectOption({ label: 'Bỏ qua' });
	await row.getByRole('link').click();
	await page.getByRole('button', { name: 'Mở lại' }).click();
	await toast(page, 'Đã mở lại');
	await visit(page, '#/clusters');
	await row.waitFor();
	await page.done();
});
