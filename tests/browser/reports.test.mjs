#!/usr/bin/env -S node --test-reporter=tap
// Reports and dashboard: every figure says what it is and leads to its rows, every picture has its numbers beside it.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { closeBrowser, look, newPage, settled, signIn, sizes, skip, visit } from './support/browser.mjs';
import { fake, play } from './support/fake_loop.mjs';
import { openTeam } from './support/team.mjs';

let office;

before(async () => { office = skip ? null : await openTeam(); });
after(async () => {
	await closeBrowser();
	await office?.close();
});

async function enter(hash, size, answers = fake) {
	const page = await newPage(size);

	await play(page, answers);
	await signIn(page, office, 'tam');
	await visit(page, hash);
	return page;
}

for (const [size, viewport] of Object.entries(sizes))
	test(`reports and dashboard can be used by everybody (${size})`, { skip }, async () => {
		const page = await enter('#/', viewport);

		await page.getByText('quá hạn 3 ngày').waitFor(); // the report that is due
		await look(page, 'home-due', size);
		for (const [name, hash, seen] of [['reports-busy', '#/reports', 'Xã Phong Điền'], ['figure-busy', '#/figure/unresolved?period=2026-11', 'con em đc miễn học phí ko'], ['dashboard-busy', '#/dashboard', 'Dự kiến tuần tới']]) {
			await visit(page, hash);
			await page.getByText(seen).first().waitFor();
			await settled(page);
			await look(page, name, size);
		}
		await page.done();
	});

test('a figure says how it is counted and leads to the rows it was counted from', { skip }, async () => {
	const page = await enter('#/reports');
	const row = page.getByRole('row', { name: /^Chưa trả lời được/ });

	assert.equal(await row.getByText('Cách tính chưa trả lời được.').isVisible(), false);
	await row.getByText('Chưa trả lời được').first().click();
	assert.equal(await row.getByText('Cách tính chưa trả lời được.').isVisible(), true);
	assert.deepEqual(await row.getByRole('cell').allInnerTexts(), ['610', '549', '–', '6.100']);
	await row.getByRole('link', { name: 'Chưa trả lời được: 610, xem các lượt' }).click();
	await page.getByRole('heading', { level: 1, name: 'Chưa trả lời được' }).waitFor();
	assert.match(page.url(), /#\/figure\/unresolved\?period=2026-11$/);
	await page.getByText('hoc phi cap 2 nam nay co phai dong ko').waitFor();
	assert.equal(await page.getByRole('columnheader', { name: 'Lĩnh vực' }).count(), 0); // no row has one
	await page.getByRole('link', { name: '← Báo cáo' }).click();
	await page.getByRole('heading', { level: 1, name: 'Báo cáo' }).waitFor();
	await page.done();
});

test('period, unit and channel stand in the address, and the files are of what is shown', { skip }, async () => {
	const page = await enter('#/reports');

	await page.getByLabel('Kỳ').selectOption({ label: 'Quý IV năm 2026' });
	await page.getByLabel('Kênh').selectOption({ label: 'Zalo' });
	await settled(page);
	assert.match(page.url(), /#\/reports\?period=2026-Q4&channel=zalo$/);
	await page.getByText('Tải về').click();
	for (const [name, format] of [['Excel', 'xlsx'], ['Bản in (HTML)', 'html'], ['CSV', 'csv'], ['JSON', 'json']])
		assert.equal(await page.getByRole('link', { name, exact: true }).getAttribute('href'), `api/reports/file?period=2026-Q4&channel=zalo&format=${format}`);
	await page.getByRole('button', { name: 'Giờ trong ngày' }).click();
	await settled(page);
	assert.match(page.url(), /table=hours/);
	await page.done();
});

test('what is drawn on the dashboard can be read as a table', { skip }, async () => {
	const page = await enter('#/dashboard');
	const days = page.getByRole('table', { name: 'Theo thời gian' });

	assert.equal(await days.getByRole('row').count(), 31);
	assert.deepEqual(await days.getByRole('row').nth(1).getByRole('cell').allInnerTexts(), ['420', '360', '20']);
	assert.deepEqual(await page.getByRole('table', { name: 'Từ câu hỏi tới hữu ích' }).getByRole('row').filter({ hasText: 'Trả lời được' }).getByRole('cell').allInnerTexts(), ['9.310 (84 %)']);
	assert.equal(await page.locator('main svg:not([aria-hidden=true]):not([role=img])').count(), 0);
	await page.done();
});

test('a period without anything, and figures that cannot be had, are said in words', { skip }, async () => {
	const page = await enter('#/dashboard', undefined, { ...fake, dashboard: { ...fake.dashboard, trend: [], unresolved_fields: [], unresolved_units: [], clusters: [], rising: [] } });

	assert.equal(await page.getByText('Chưa có gì trong kỳ này').count(), 5);
	await page.unrouteAll();
	await play(page, { 'reports/periods': fake['reports/periods'] });
	await visit(page, '#/reports');
	await page.getByRole('alert').waitFor();
	await page.getByRole('button', { name: 'Thử lại' }).waitFor();
	await page.done();
});
