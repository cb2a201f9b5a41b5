#!/usr/bin/env -S node --test-reporter=tap
// Every page at the size of an office screen and of a telephone: axe finds nothing serious, nothing is wider than the screen,
// no page weighs more than 300 kB, nothing is asked of another host. With MOTCUA_SHOTS=DIR each is also a picture there.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { closeBrowser, look, newPage, settled, signIn, sizes, skip, visit } from './support/browser.mjs';
import { xlsx } from './support/sheet.mjs';
import { CODE, openTeam, procedure } from './support/team.mjs';

const HEAVIEST = 300_000; // octets a page may cost, everything together, with nothing in the cache
const pages = {
	home: '#/', records: '#/records', found: '#/records?q=khai+sinh', nothing: '#/records?q=khongcogiden', record: `#/record/${CODE}`, edit: `#/edit?record=${CODE}`, fresh: '#/edit?kind=hotline', history: `#/history/${CODE}`,
	review: '#/review', version: '', import: '#/import', quality: '#/quality', alike: '#/quality?tab=pairs', units: '#/units', clusters: '#/clusters', unclustered: '#/cluster/999999', cases: '#/cases', waits: '#/cases?tab=waits', nocase: '#/case/999999', ratings: '#/ratings', reports: '#/reports', figure: '#/figure/questions?period=2026', dashboard: '#/dashboard', accounts: '#/accounts', delivery: '#/delivery?state=sent',
	staff: '#/staff', audit: '#/audit', help: '#/help', topic: '#/help/02-nhap-bang-tinh', password: '#/password', lost: '#/nowhere', absent: '#/record/9.999999',
};
let office;

before(async () => {
	if (skip)
		return;
	office = await openTeam();
	await office.publish({ ...procedure, code: '9.900077', name: 'Cấp thẻ Thư viện thiếu nhi', everyday: 'Thẻ thư viện trẻ em', ask: [], submission: [{ mode: 'trực tiếp', fee: '25.000 đồng' }] });
	await office.ask('làm thẻ thư viện cho bé bao nhiêu tiền');
	await office.ask('sao hỏa có mấy mặt trăng nhỉ');
	const page = await newPage();

	await signIn(page, office, 'lan');
	await visit(page, `#/edit?record=${CODE}`);
	await page.getByLabel('Phí, lệ phí').first().fill('30.000 đồng');
	await page.getByRole('button', { name: 'Gửi duyệt' }).click();
	await page.getByRole('button', { name: 'Rút lại' }).waitFor();
	pages.version = page.url().split('/console/')[1];
	await page.done();
});
after(async () => {
	await closeBrowser();
	await office?.close();
});

for (const [size, viewport] of Object.entries(sizes))
	test(`every page can be used by everybody (${size})`, { skip }, async () => {
		const page = await newPage(viewport);

		await page.goto(office.url);
		await page.getByLabel('Mật khẩu').waitFor();
		await look(page, 'sign-in', size);
		await signIn(page, office, 'tam');
		for (const [name, hash] of Object.entries(pages)) {
			await visit(page, hash);
			await page.waitForTimeout(150); // what is asked for after a page has come
			await settled(page);
			await look(page, name, size);
		}
		await page.done();
	});

const sheet = xlsx([['Mã TTHC', 'Tên thủ tục hành chính', 'Lĩnh vực', 'Phí trực tiếp', 'Thời hạn giải quyết trực tiếp', 'Trình tự thực hiện', 'Ngày hiệu lực'],
	['9.900077', 'Cấp thẻ Thư viện thiếu nhi', 'Thư viện', '70000', '3 ngày làm việc', 'Nộp đơn tại quầy, nhận thẻ tại quầy.', ''],
	['9.900078', 'Cấp thẻ mượn sách nói', 'Thư viện', '70', '5 ngày làm việc', 'Nộp đơn qua bưu điện hoặc tại quầy; nhận thẻ tại quầy hoặc qua bưu điện, theo ý người nộp.', ''],
	['', 'Cấp thẻ mượn sách chữ nổi', 'Thư viện', 'Miễn phí', '1 ngày làm việc', 'Nộp đơn.', 'mai']]);

for (const [size, viewport] of Object.entries(sizes))
	test(`the steps of an import (${size})`, { skip }, async () => {
		const page = await newPage(viewport);

		await signIn(page, office, 'lan');
		await visit(page, '#/import');
		await page.locator('input[type=file]').setInputFiles({ name: 'danh-muc.xlsx', mimeType: 'application/octet-stream', buffer: sheet });
		await page.getByRole('heading', { name: /danh-muc/ }).waitFor();
		await look(page, 'import-match', size);
		await page.getByRole('button', { name: 'Xem thử' }).click();
		await page.getByRole('tab', { name: 'Bị từ chối (2)' }).waitFor();
		await settled(page);
		await page.getByText('Các ô khác của dòng này').first().click();
		await look(page, 'import-refused', size);
		await page.getByLabel('Phí trực tiếp (cột D)').first().fill('70.000 đồng');
		await page.getByLabel('Không đưa dòng này vào').nth(1).check();
		await page.getByRole('button', { name: 'Xem thử lại' }).click();
		await page.getByText('Mọi dòng đều đọc được').waitFor();
		await page.getByRole('tab', { name: /^Thay đổi/ }).click();
		await settled(page);
		await look(page, 'import-changed', size);
		await page.getByRole('button', { name: 'Bỏ những chỗ đã sửa' }).click();
		await page.getByRole('tab', { name: 'Bị từ chối (2)' }).waitFor();
		await page.done();
	});

for (const [size, viewport] of Object.entries(sizes))
	test(`the dialogs too, and they close with Esc and give the focus back (${size})`, { skip }, async () => {
		const page = await newPage(viewport);
		const opens = [['#/staff', '+ Thêm cán bộ', 'Thêm cán bộ'], [pages.version, 'Duyệt', 'Duyệt bản này?'], [pages.version, 'Trả lại', 'Trả lại cho người soạn']];

		await signIn(page, office, 'tam');
		for (const [hash, button, title] of opens) {
			await visit(page, hash);
			await page.getByRole('button', { name: button, exact: true }).click();
			await page.getByRole('dialog', { name: title }).or(page.getByRole('alertdialog', { name: title })).waitFor();
			await look(page, `dialog-${button.replace(/\W/g, '')}`, size);
			await page.keyboard.press('Escape');
			await page.locator('dialog').waitFor({ state: 'detached' });
			assert.equal(await page.evaluate(() => document.activeElement.innerText.trim()), button);
		}
		await page.done();
	});

test('no page weighs more than 300 kB', { skip }, async () => {
	const first = await newPage();

	await signIn(first, office, 'tam');
	const cookies = await first.context().cookies();

	await first.done();
	for (const [name, hash] of Object.entries(pages)) {
		const page = await newPage();
		const sizes = [];

		await page.context().addCookies(cookies);
		page.on('response', (response) => sizes.push(response.body().then((body) => body.length, () => 0)));
		await page.goto(`${office.url}${hash}`);
		await settled(page);
		await page.waitForTimeout(150);
		const weight = (await Promise.all(sizes)).reduce((all, one) => all + one, 0);

		assert.ok(weight > 10_000 && weight < HEAVIEST, `${name} weighs ${weight}`);
		await page.done();
	}
});

test('the skip link leads past the menu, and the menu folds on a telephone', { skip }, async () => {
	const page = await newPage(sizes.phone);

	await signIn(page, office, 'tam');
	await page.reload();
	await settled(page);
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement.innerText), 'Tới nội dung chính');
	await page.keyboard.press('Enter');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
	const menu = page.getByRole('navigation', { name: 'Các trang' });

	assert.equal(await menu.isVisible(), false);
	await page.getByRole('button', { name: 'Mục lục' }).click();
	await menu.getByRole('link', { name: 'Trợ giúp' }).click();
	await page.getByRole('heading', { name: 'Trợ giúp' }).waitFor();
	assert.equal(await menu.isVisible(), false);
	await page.done();
});
